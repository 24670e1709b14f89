// German: the list of rooms, and making one.
import type { Translated } from '../translated';
import type { lobby as english } from '../en/lobby';

export const lobby: Translated<typeof english> = {
  lobby: {
    heading: 'Räume',
    subheading: 'Betreten Sie einen Raum oder eröffnen Sie einen eigenen.',
    search: 'Raumtitel suchen …',
    clearSearch: 'Suche löschen',
    create: 'Raum erstellen',
    anonymous: 'Bitte <login>melden Sie sich an</login> oder <register>registrieren Sie sich</register>, um einen Raum zu erstellen oder zu betreten',
    loading: 'Räume werden geladen',
    empty: 'Noch keine Räume!',
    emptyHint: 'Eröffnen Sie den ersten und laden Sie die anderen ein.',
    emptyHintAnonymous: 'Melden Sie sich an und eröffnen Sie den ersten.',
    noMatch: 'Kein Raum hat „{{search}}“ im Titel',
    more: 'Weitere Räume anzeigen',
    list: 'Räume, neueste zuerst',
    yours: 'Ihr Raum',
    type: { OTA: 'Offen für alle', IO: 'Nur auf Einladung', unknown: 'unbekannter Raumtyp' },
    createdOn: 'erstellt am {{date}}',
    noDescription: 'Keine Beschreibung',
    enter: 'Raum betreten',
    enterNamed: 'Raum {{title}} betreten',
    delete: 'Raum löschen',
    confirmDelete: {
      title: '„{{title}}“ löschen?',
      body: 'Der Raum und sein Link funktionieren dann für niemanden mehr. Das lässt sich nicht rückgängig machen.',
    },
    copyLink: 'Einladungslink kopieren',
    link: 'Einladungslink',
    linkHint: 'Alle, die ein Konto und diesen Link haben, können den Raum betreten. Er gilt {{days}} Tage.',
  },
  create: {
    title: 'Neuer Raum',
    name: 'Titel',
    description: 'Beschreibung',
    type: 'Raumtyp',
    typeHint: {
      OTA: 'Alle mit Konto sehen ihn in der Übersicht und können ihn betreten.',
      IO: 'Nur Sie sehen ihn; andere kommen über einen Einladungslink herein.',
    },
    options: 'Weitere Optionen',
    submit: 'Raum erstellen',
  },
};
