// German: choices that a person makes, and what becomes of their devices.
import type { Translated } from '../translated';
import type { settings as english } from '../en/settings';

export const settings: Translated<typeof english> = {
  settings: {
    title: 'Einstellungen',
    close: 'Einstellungen schließen',
    section: { devices: 'Geräte', effects: 'Effekte', sound: 'Ton und Tastatur', general: 'Allgemein' },
    pushToTalk: 'Push-to-Talk',
    pushToTalkHint: 'Ihr Mikrofon ist nur an, solange Sie die Leertaste oder den Mikrofonknopf gedrückt halten.',
    holdSpace: 'Zum Sprechen Leertaste halten',
    holdSpaceHint: 'Bei ausgeschaltetem Mikrofon. Es geht wieder aus, wenn Sie loslassen oder dieses Fenster verlassen.',
    warnMuted: 'Hinweis, wenn ich bei ausgeschaltetem Mikrofon spreche',
    joinSounds: 'Ton, wenn jemand kommt oder geht',
    singleKeys: 'Tastenkürzel mit nur einer Taste',
    singleKeysHint: 'Schalten Sie sie aus, wenn Sie versehentlich Tasten drücken oder Eingaben diktieren. Kürzel mit Strg oder ⌘ bleiben.',
  },
  shortcuts: {
    control: 'Strg',
    title: 'Tastenkürzel',
    close: 'Liste der Tastenkürzel schließen',
    show: 'Alle Tastenkürzel anzeigen',
    space: 'Leertaste halten',
    holdSpace: 'Bei ausgeschaltetem Mikrofon sprechen',
    pushToTalk: 'Push-to-Talk',
    action: {
      microphone: 'Mikrofon ein oder aus',
      camera: 'Kamera ein oder aus',
      share: 'Bildschirm freigeben oder Freigabe beenden',
      hand: 'Hand heben oder senken',
      chat: 'Chat',
      people: 'Personen',
      layout: 'Nächstes Layout',
      fullScreen: 'Vollbild',
      stats: 'Verbindungsstatistik',
      settings: 'Einstellungen',
      help: 'Diese Liste',
    },
  },
  deviceNotice: {
    gone: {
      camera: 'Ihre Kamera „{{name}}“ ist weg. Jetzt wird „{{now}}“ verwendet.',
      microphone: 'Ihr Mikrofon „{{name}}“ ist weg. Jetzt wird „{{now}}“ verwendet.',
      speaker: 'Ihr Lautsprecher „{{name}}“ ist weg. Der Ton kommt jetzt aus „{{now}}“.',
    },
    goneNoOther: {
      camera: 'Ihre Kamera „{{name}}“ ist weg, und es gibt keine andere. Die anderen sehen stattdessen Ihren Namen.',
      microphone: 'Ihr Mikrofon „{{name}}“ ist weg, und es gibt kein anderes. Die anderen hören Sie nicht.',
      speaker: 'Ihr Lautsprecher „{{name}}“ ist weg, und es gibt keinen anderen.',
    },
    back: {
      camera: 'Ihre Kamera „{{name}}“ ist wieder da und wird wieder verwendet.',
      microphone: 'Ihr Mikrofon „{{name}}“ ist wieder da und wird wieder verwendet.',
      speaker: 'Ihr Lautsprecher „{{name}}“ ist wieder da und wird wieder verwendet.',
    },
    withdrawn: {
      camera: 'Diese Seite darf die Kamera nicht mehr verwenden, daher ist sie aus. Über das Symbol neben der Adresse können Sie sie wieder erlauben.',
      microphone: 'Diese Seite darf das Mikrofon nicht mehr verwenden, daher ist es aus. Über das Symbol neben der Adresse können Sie es wieder erlauben.',
    },
    notTaken: {
      busy: 'Dieses Gerät wird von einem anderen Programm oder Browserfenster verwendet. Es bleibt beim bisherigen.',
      refused: 'Der Browser lässt diese Seite das Gerät nicht verwenden. Es bleibt beim bisherigen.',
      failed: 'Dieses Gerät ist nicht gestartet. Es bleibt beim bisherigen.',
    },
    plugged: '„{{name}}“ wurde angeschlossen.',
    use: 'Verwenden',
    silencedByHost: { camera: 'Der Host hat Ihre Kamera ausgeschaltet.', microphone: 'Der Host hat Sie stummgeschaltet.' },
  },
  microphone: {
    speakingMuted: 'Sie sprechen, aber Ihr Mikrofon ist aus.',
    holdToTalk: 'Zum Sprechen halten',
    secondDevice: 'Sie nehmen auch mit einem anderen Gerät an diesem Anruf teil. Um ein Echo zu vermeiden, sind Mikrofon und Ton hier aus.',
    secondDeviceOn: 'Ton einschalten',
  },
};
