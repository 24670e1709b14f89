// Nepali: the list of rooms, and making one.
import type { Translated } from '../translated';
import type { lobby as english } from '../en/lobby';

export const lobby: Translated<typeof english> = {
  lobby: {
    heading: 'रुमहरू',
    subheading: 'कुनै रुममा जानुहोस् वा आफ्नै रुम बनाउनुहोस्।',
    search: 'रुमको शीर्षक खोज्नुहोस्…',
    clearSearch: 'खोज खाली गर्नुहोस्',
    create: 'रुम बनाउनुहोस्',
    anonymous: 'रुम बनाउन वा रुममा जान <login>लग इन</login> वा <register>दर्ता</register> गर्नुहोस्',
    loading: 'रुमहरू लोड हुँदै छन्',
    empty: 'अहिलेसम्म कुनै रुम छैन!',
    emptyHint: 'पहिलो रुम बनाउनुहोस् र अरूलाई बोलाउनुहोस्।',
    emptyHintAnonymous: 'लग इन गरेर पहिलो रुम बनाउनुहोस्।',
    noMatch: 'शीर्षकमा “{{search}}” भएको कुनै रुम छैन',
    more: 'थप रुम देखाउनुहोस्',
    list: 'रुमहरू, सबैभन्दा नयाँ पहिले',
    yours: 'तपाईंको',
    type: { OTA: 'सबैका लागि खुला', IO: 'निमन्त्रणाबाट मात्र', unknown: 'नचिनिएको प्रकारको रुम' },
    createdOn: '{{date}} मा बनाइएको',
    noDescription: 'विवरण छैन',
    enter: 'रुममा जानुहोस्',
    enterNamed: '{{title}} रुममा जानुहोस्',
    delete: 'रुम मेटाउनुहोस्',
    confirmDelete: {
      title: '“{{title}}” मेटाउने हो?',
      body: 'यो रुम र यसको लिङ्क अब कसैका लागि चल्दैन। यसलाई उल्टाउन सकिँदैन।',
    },
    copyLink: 'निमन्त्रणा लिङ्क कपी गर्नुहोस्',
    link: 'निमन्त्रणा लिङ्क',
    linkHint: 'खाता र यो लिङ्क भएका सबै जना रुममा जान सक्छन्। यो {{days}} दिनसम्म चल्छ।',
  },
  create: {
    title: 'नयाँ रुम',
    name: 'शीर्षक',
    description: 'कार्यक्रमको विवरण',
    type: 'रुमको प्रकार',
    typeHint: {
      OTA: 'खाता भएका सबैले यसलाई लबीमा देख्छन् र यसमा जान सक्छन्।',
      IO: 'यो तपाईंले मात्र देख्नुहुन्छ; अरू निमन्त्रणा लिङ्कबाट आउँछन्।',
    },
    options: 'थप विकल्प',
    submit: 'रुम बनाउनुहोस्',
  },
};
