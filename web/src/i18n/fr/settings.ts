// French: choices that a person makes, and what becomes of their devices.
import type { Translated } from '../translated';
import type { settings as english } from '../en/settings';

export const settings: Translated<typeof english> = {
  settings: {
    title: 'Réglages',
    close: 'Fermer les réglages',
    section: { devices: 'Appareils', effects: 'Effets', sound: 'Son et clavier', general: 'Général' },
    pushToTalk: 'Appuyer pour parler',
    pushToTalkHint: 'Votre micro n’est activé que tant que vous maintenez la barre d’espace ou le bouton du micro.',
    holdSpace: 'Maintenir Espace pour parler',
    holdSpaceHint: 'Quand votre micro est coupé. Il se coupe de nouveau quand vous relâchez la touche ou quittez cette fenêtre.',
    warnMuted: 'M’avertir si je parle avec le micro coupé',
    joinSounds: 'Son quand quelqu’un arrive ou part',
    singleKeys: 'Raccourcis à une seule touche',
    singleKeysHint: 'Désactivez-les si vous appuyez sur des touches par accident ou si vous dictez votre texte. Ceux avec Ctrl ou ⌘ restent.',
  },
  shortcuts: {
    control: 'Ctrl',
    title: 'Raccourcis clavier',
    close: 'Fermer la liste des raccourcis',
    show: 'Afficher tous les raccourcis clavier',
    space: 'Espace maintenu',
    holdSpace: 'Parler quand le micro est coupé',
    pushToTalk: 'Appuyer pour parler',
    action: {
      microphone: 'Activer ou couper le micro',
      camera: 'Activer ou désactiver la caméra',
      share: 'Partager votre écran ou arrêter le partage',
      hand: 'Lever ou baisser la main',
      chat: 'Chat',
      people: 'Participants',
      layout: 'Disposition suivante',
      fullScreen: 'Plein écran',
      stats: 'Statistiques de connexion',
      settings: 'Réglages',
      help: 'Cette liste',
    },
  },
  deviceNotice: {
    gone: {
      camera: 'Votre caméra « {{name}} » n’est plus là. « {{now}} » la remplace.',
      microphone: 'Votre micro « {{name}} » n’est plus là. « {{now}} » le remplace.',
      speaker: 'Votre haut-parleur « {{name}} » n’est plus là. Le son sort maintenant par « {{now}} ».',
    },
    goneNoOther: {
      camera: 'Votre caméra « {{name}} » n’est plus là, et il n’y en a pas d’autre. Les autres voient votre nom à la place.',
      microphone: 'Votre micro « {{name}} » n’est plus là, et il n’y en a pas d’autre. Les autres ne vous entendent pas.',
      speaker: 'Votre haut-parleur « {{name}} » n’est plus là, et il n’y en a pas d’autre.',
    },
    back: {
      camera: 'Votre caméra « {{name}} » est de retour et de nouveau utilisée.',
      microphone: 'Votre micro « {{name}} » est de retour et de nouveau utilisé.',
      speaker: 'Votre haut-parleur « {{name}} » est de retour et de nouveau utilisé.',
    },
    withdrawn: {
      camera:
        'Cette page n’a plus le droit d’utiliser la caméra, qui est donc désactivée. Vous pouvez l’autoriser de nouveau avec l’icône à côté de l’adresse.',
      microphone: 'Cette page n’a plus le droit d’utiliser le micro, qui est donc coupé. Vous pouvez l’autoriser de nouveau avec l’icône à côté de l’adresse.',
    },
    notTaken: {
      busy: 'Cet appareil est utilisé par un autre programme ou une autre fenêtre du navigateur. Le précédent reste utilisé.',
      refused: 'Le navigateur ne permet pas à cette page d’utiliser cet appareil. Le précédent reste utilisé.',
      failed: 'Cet appareil n’a pas démarré. Le précédent reste utilisé.',
    },
    plugged: '« {{name}} » vient d’être branché.',
    use: 'L’utiliser',
    silencedByHost: { camera: 'L’hôte a désactivé votre caméra.', microphone: 'L’hôte a coupé votre micro.' },
  },
  microphone: {
    speakingMuted: 'Vous parlez, mais votre micro est coupé.',
    holdToTalk: 'Maintenir pour parler',
    secondDevice: 'Vous participez aussi à cet appel avec un autre appareil. Pour éviter l’écho, le micro et le son sont coupés ici.',
    secondDeviceOn: 'Activer le son',
  },
};
