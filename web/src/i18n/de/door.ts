// German: before a call and after it.
import type { Translated } from '../translated';
import type { door as english } from '../en/door';

export const door: Translated<typeof english> = {
  prejoin: {
    loading: 'Der Raum wird vorbereitet',
    asName: 'Sie nehmen als <b>{{name}}</b> teil',
    join: 'Teilnehmen',
    ask: 'Teilnahme anfragen',
    joinWithout: 'Ohne Kamera und Mikrofon teilnehmen',
    joining: 'Wird verbunden …',
    preview: 'Ihr Bild',
    cameraOff: 'Ihre Kamera ist aus',
    starting: 'Ihre Kamera wird gestartet …',
    turnCameraOn: 'Kamera einschalten',
    turnCameraOff: 'Kamera ausschalten',
    turnMicrophoneOn: 'Mikrofon einschalten',
    turnMicrophoneOff: 'Mikrofon ausschalten',
    noCamera: 'Keine Kamera: Die anderen sehen Ihren Namen statt Ihres Bildes.',
    noMicrophone: 'Kein Mikrofon: Die anderen hören Sie nicht.',
  },
  devices: {
    refused: {
      title: 'Kamera und Mikrofon sind blockiert',
      body: 'Der Raum ist so nicht zugänglich. Bitte erlauben Sie den Zugriff auf Kamera und Mikrofon.',
      help:
        'Klicken Sie auf das Kamerasymbol oder das Schloss neben der Adresse dieser Seite, erlauben Sie Kamera und Mikrofon und versuchen Sie es noch einmal. Sie können auch ohne beides teilnehmen und die anderen sehen und hören.',
      toast: 'Erlauben Sie den Zugriff auf Kamera und Mikrofon, um diesen Raum zu betreten',
    },
    missing: {
      title: 'Keine Kamera und kein Mikrofon gefunden',
      body: 'Dieses Gerät hat keine, oder es ist nichts angeschlossen.',
      help: 'Schließen Sie etwas an und versuchen Sie es noch einmal, oder nehmen Sie ohne Kamera und Mikrofon teil: Sie sehen und hören die anderen trotzdem.',
    },
    busy: {
      title: 'Ihre Kamera oder Ihr Mikrofon wird gerade verwendet',
      body: 'Ein anderes Programm oder ein anderes Browserfenster greift darauf zu.',
      help: 'Schließen Sie das andere Programm und versuchen Sie es noch einmal, oder nehmen Sie ohne Kamera und Mikrofon teil: Sie sehen und hören die anderen trotzdem.',
    },
    insecure: {
      title: 'Diese Seite ist nicht sicher',
      body: 'Sie wurde über einfaches HTTP geladen, und Browser geben Kamera und Mikrofon nur für HTTPS-Seiten frei.',
      help:
        'Fragen Sie die Personen, die diesen Server betreiben, nach der HTTPS-Adresse, oder nehmen Sie ohne Kamera und Mikrofon teil: Sie sehen und hören die anderen trotzdem.',
      toast: 'Dieser Videoraum ist nicht zugänglich, weil die Seite nicht über das sichere Protokoll HTTPS läuft',
    },
    failed: {
      title: 'Kamera und Mikrofon sind nicht gestartet',
      body: 'Der Browser konnte sie nicht starten und hat keinen Grund genannt.',
      help:
        'Ziehen Sie beide ab und schließen Sie sie wieder an, oder starten Sie den Browser neu. Sie können auch ohne beides teilnehmen: Sie sehen und hören die anderen trotzdem.',
    },
  },
  deviceChoice: {
    title: 'Kamera, Mikrofon und Lautsprecher',
    camera: 'Kamera',
    microphone: 'Mikrofon',
    speaker: 'Lautsprecher',
    cameraNumber: 'Kamera {{number}}',
    microphoneNumber: 'Mikrofon {{number}}',
    speakerNumber: 'Lautsprecher {{number}}',
    level: 'Wie laut Ihr Mikrofon ist',
    noLevel: 'Schalten Sie das Mikrofon ein, um zu sehen, wie laut es ist.',
    test: 'Testton abspielen',
    testPlaying: 'Wird abgespielt …',
  },
  effects: {
    title: 'Ton- und Bildeffekte',
    noise: 'Geräuschunterdrückung',
    noiseChoice: { off: 'Aus', browser: 'Vom Browser', strong: 'Stark' },
    noiseHint: {
      off: 'Die anderen hören alles, was Ihr Mikrofon hört. Gut für Musik.',
      browser: 'Entfernt gleichmäßige Geräusche, etwa von einem Lüfter.',
      strong: 'Entfernt auch Tippen, Verkehr und Bellen. Beansprucht Ihren Computer stärker.',
    },
    background: 'Hintergrund',
    backgroundChoice: {
      none: 'Keiner',
      blurLight: 'Leicht unscharf',
      blurStrong: 'Unscharf',
      studio: 'Studio',
      dusk: 'Dämmerung',
      forest: 'Wald',
      paper: 'Formen',
    },
    backgroundStarting: 'Ihr Hintergrund wird vorbereitet …',
    problem: {
      noise: 'Die starke Geräuschunterdrückung funktioniert hier nicht. Stattdessen ist die des Browsers aktiv.',
      background:
        'Der Hintergrund lässt sich hier nicht ändern. Ihre Kamera ist aus, damit niemand Ihr Zimmer sieht. Schalten Sie sie ein, um ohne Hintergrund gesehen zu werden.',
      backgroundSlow:
        'Dieses Gerät ist zu langsam, um den Hintergrund zu ändern. Ihre Kamera ist aus, damit niemand Ihr Zimmer sieht. Schalten Sie sie ein, um ohne Hintergrund gesehen zu werden.',
    },
  },
  end: {
    notFound: {
      title: 'Raum nicht gefunden',
      body: 'Diesen Raum gibt es nicht, oder er ist für Sie nicht zugänglich. Prüfen Sie den Link oder bitten Sie um einen neuen.',
    },
    forbidden: { title: 'Sie dürfen diesen Raum nicht betreten', body: 'Der Raum ist abgeschlossen, oder der Eigentümer lässt Sie nicht herein.' },
    uninvited: {
      title: 'Dieser Raum ist nur auf Einladung zugänglich',
      body: 'Ihr Link ist keine Einladung oder gilt nicht mehr. Bitten Sie den Host um einen neuen.',
    },
    locked: {
      title: 'Der Raum ist abgeschlossen',
      body: 'Der Host lässt im Moment niemanden mehr herein. Versuchen Sie es später noch einmal oder bitten Sie den Host, den Raum aufzuschließen.',
    },
    banned: { title: 'Sie sind für diesen Raum gesperrt', body: 'Der Host lässt Sie nicht mehr herein. Nur der Host kann das ändern.' },
    ended: { title: 'Der Anruf ist beendet', body: 'Der Host hat ihn für alle beendet.' },
    full: {
      title: 'Der Raum ist voll',
      body: 'Im Anruf sind so viele Personen, wie der Raum zulässt. Versuchen Sie es noch einmal, wenn jemand gegangen ist.',
    },
    deleted: { title: 'Dieser Raum wurde vom Eigentümer gelöscht', body: 'Es gibt ihn für niemanden mehr, und auch sein Anruf ist beendet.' },
    removed: {
      title: 'Sie wurden aus dem Anruf entfernt',
      body: 'Der Host hat Ihre Teilnahme beendet. Sie können wieder teilnehmen, sofern der Raum nicht abgeschlossen wurde.',
    },
    left: { title: 'Sie haben den Anruf verlassen', body: 'Kamera und Mikrofon sind aus.' },
    refused: {
      title: 'Sie wurden nicht hereingelassen',
      body: 'Ein Host dieses Raums hat Ihre Anfrage gesehen und abgelehnt. Sie können nach einer Weile noch einmal anfragen.',
    },
    noGuests: {
      title: 'Dieser Raum ist für Personen mit Konto',
      body: 'Der Eigentümer lässt keine Gäste herein. Melden Sie sich an oder registrieren Sie sich, und Sie gelangen direkt in den Raum.',
    },
    signedOut: {
      title: 'Sie sind nicht mehr angemeldet',
      body: 'Ihre Anmeldung ist abgelaufen. Melden Sie sich wieder an, und Sie gelangen direkt in den Raum.',
    },
    hidden: {
      title: 'Melden Sie sich an, um fortzufahren',
      body: 'Diesen Raum gibt es nicht, oder er ist nur mit einem Konto zu sehen. Wenn Sie eines haben, melden Sie sich an, und Sie gelangen dorthin.',
    },
    replaced: { title: 'Sie nehmen in einem anderen Tab teil', body: 'Der Anruf geht dort weiter. Dieser Tab hat ihn verlassen.' },
    shutdown: { title: 'Der Server wird neu gestartet', body: 'Er wurde ordnungsgemäß beendet. Sobald er wieder da ist, bringen wir Sie zurück.' },
    failed: {
      title: 'Der Anruf konnte nicht verbunden werden',
      body: 'Vielleicht ist Ihr Netzwerk oder eine Firewall im Weg, oder der Server hat ein Problem. Wir versuchen es weiter.',
    },
    lost: {
      title: 'Die Verbindung ist abgebrochen',
      body: 'Wir haben es eine Weile versucht. Sobald der Server wieder erreichbar ist, bringen wir Sie zurück.',
    },
    waiting: 'Wir versuchen es automatisch weiter …',
    rejoin: 'Wieder teilnehmen',
    rejoinLeft: 'Wieder teilnehmen',
    askAgain: 'Noch einmal anfragen',
    askAgainIn_one: 'Noch einmal anfragen in {{count}} Sekunde',
    askAgainIn_other: 'Noch einmal anfragen in {{count}} Sekunden',
    account: 'Mit einem Konto haben Sie eigene Räume.',
    createAccount: 'Konto erstellen',
    useHere: 'Stattdessen diesen Tab verwenden',
  },
  guest: {
    badge: 'Gast',
    name: 'Ihr Name',
    nameHint: 'Unter diesem Namen erscheinen Sie bei den anderen.',
    haveAccount: 'Sie haben schon ein Konto?',
    login: 'Anmelden',
  },
  waiting: {
    asked: { title: 'Ihre Anfrage ist gestellt', body: 'Ein Host wurde benachrichtigt. Sobald Sie zugelassen werden, nehmen Sie automatisch teil.' },
    noHost: { title: 'Noch ist kein Host da', body: 'Sobald einer kommt und Sie zulässt, nehmen Sie automatisch teil.' },
    unreached: { title: 'Der Server antwortet nicht', body: 'Wir versuchen es weiter. Sie verlieren Ihren Platz nicht.' },
    cancel: 'Abbrechen',
    someone: 'Jemand',
    list: 'Im Warteraum',
    wants: '{{name}} möchte herein',
    someWant_one: '{{count}} Person möchte herein',
    someWant_other: '{{count}} Personen möchten herein',
    justNow: 'gerade eben',
    minutes_one: '{{count}} Min.',
    minutes_other: '{{count}} Min.',
    admit: 'Zulassen',
    admitNamed: '{{name}} zulassen',
    refuse: 'Ablehnen',
    refuseNamed: '{{name}} ablehnen',
    admitAll: 'Alle zulassen',
    view: 'Ansehen',
    dismiss: 'Nicht jetzt',
    peopleWaiting_one: '{{people}}, {{count}} wartet',
    peopleWaiting_other: '{{people}}, {{count}} warten',
    decided: '{{name}}: Darüber wurde bereits entschieden, oder die Person wartet nicht mehr.',
  },
};
