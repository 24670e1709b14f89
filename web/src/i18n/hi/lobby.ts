// Hindi: the list of rooms, and making one.
import type { Translated } from '../translated';
import type { lobby as english } from '../en/lobby';

export const lobby: Translated<typeof english> = {
  lobby: {
    heading: 'रूम',
    subheading: 'किसी रूम में जाएँ या अपना रूम बनाएँ।',
    search: 'रूम का शीर्षक खोजें…',
    clearSearch: 'खोज साफ़ करें',
    create: 'रूम बनाएँ',
    anonymous: 'रूम बनाने या उसमें जाने के लिए <login>लॉग इन</login> या <register>रजिस्टर</register> करें',
    loading: 'रूम लोड हो रहे हैं',
    empty: 'अभी कोई रूम नहीं है!',
    emptyHint: 'पहला रूम बनाएँ और बाकी लोगों को बुलाएँ।',
    emptyHintAnonymous: 'लॉग इन करें और पहला रूम बनाएँ।',
    noMatch: 'किसी रूम के शीर्षक में “{{search}}” नहीं है',
    more: 'और रूम दिखाएँ',
    list: 'रूम, सबसे नए पहले',
    yours: 'आपका',
    type: { OTA: 'सबके लिए खुला', IO: 'सिर्फ़ आमंत्रण से', unknown: 'रूम का अनजान टाइप' },
    createdOn: '{{date}} को बनाया गया',
    noDescription: 'कोई विवरण नहीं',
    enter: 'रूम में जाएँ',
    enterNamed: '{{title}} रूम में जाएँ',
    delete: 'रूम मिटाएँ',
    confirmDelete: {
      title: '“{{title}}” को मिटाएँ?',
      body: 'यह रूम और इसका लिंक किसी के लिए काम नहीं करेगा। इसे पहले जैसा नहीं किया जा सकता।',
    },
    copyLink: 'आमंत्रण लिंक कॉपी करें',
    link: 'आमंत्रण लिंक',
    linkHint: 'जिनके पास खाता और यह लिंक है, वे रूम में जा सकते हैं। यह {{days}} दिन तक काम करेगा।',
  },
  create: {
    title: 'नया रूम',
    name: 'शीर्षक',
    description: 'इवेंट का विवरण',
    type: 'रूम का टाइप',
    typeHint: {
      OTA: 'खाते वाले सभी लोगों को यह लॉबी में दिखता है और वे इसमें जा सकते हैं।',
      IO: 'यह सिर्फ़ आपको दिखता है; बाकी लोग आमंत्रण लिंक से इसमें जाते हैं।',
    },
    options: 'और विकल्प',
    submit: 'रूम बनाएँ',
  },
};
