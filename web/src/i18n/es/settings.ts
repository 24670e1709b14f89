// Spanish: choices that a person makes, and what becomes of their devices.
import type { Translated } from '../translated';
import type { settings as english } from '../en/settings';

export const settings: Translated<typeof english> = {
  settings: {
    title: 'Configuración',
    close: 'Cerrar la configuración',
    section: { devices: 'Dispositivos', effects: 'Efectos', sound: 'Sonido y teclado', general: 'General' },
    pushToTalk: 'Pulsar para hablar',
    pushToTalkHint: 'Tu micrófono solo está activado mientras mantienes pulsada la barra espaciadora o el botón del micrófono.',
    holdSpace: 'Mantener pulsada la barra espaciadora para hablar',
    holdSpaceHint: 'Cuando tu micrófono está desactivado. Se desactiva otra vez al soltarla o al salir de esta ventana.',
    warnMuted: 'Avisarme si hablo con el micrófono desactivado',
    joinSounds: 'Sonido cuando alguien entra o sale',
    singleKeys: 'Atajos de una sola tecla',
    singleKeysHint: 'Desactívalos si pulsas teclas sin querer o si dictas con la voz. Los que llevan Ctrl o ⌘ se mantienen.',
  },
  shortcuts: {
    control: 'Ctrl',
    title: 'Atajos de teclado',
    close: 'Cerrar la lista de atajos',
    show: 'Mostrar todos los atajos de teclado',
    space: 'Espacio, mantener pulsado',
    holdSpace: 'Hablar con el micrófono desactivado',
    pushToTalk: 'Pulsar para hablar',
    action: {
      microphone: 'Activar o desactivar el micrófono',
      camera: 'Activar o desactivar la cámara',
      share: 'Compartir pantalla o dejar de compartir',
      hand: 'Levantar o bajar la mano',
      chat: 'Chat',
      people: 'Personas',
      layout: 'Diseño siguiente',
      fullScreen: 'Pantalla completa',
      stats: 'Estadísticas de conexión',
      settings: 'Configuración',
      help: 'Esta lista',
    },
  },
  deviceNotice: {
    gone: {
      camera: 'Se ha desconectado tu cámara “{{name}}”. Ahora se usa “{{now}}”.',
      microphone: 'Se ha desconectado tu micrófono “{{name}}”. Ahora se usa “{{now}}”.',
      speaker: 'Se ha desconectado tu altavoz “{{name}}”. El sonido sale ahora por “{{now}}”.',
    },
    goneNoOther: {
      camera: 'Se ha desconectado tu cámara “{{name}}” y no hay otra. Los demás ven tu nombre en su lugar.',
      microphone: 'Se ha desconectado tu micrófono “{{name}}” y no hay otro. Los demás no te oyen.',
      speaker: 'Se ha desconectado tu altavoz “{{name}}” y no hay otro.',
    },
    back: {
      camera: 'Tu cámara “{{name}}” ha vuelto y se usa de nuevo.',
      microphone: 'Tu micrófono “{{name}}” ha vuelto y se usa de nuevo.',
      speaker: 'Tu altavoz “{{name}}” ha vuelto y se usa de nuevo.',
    },
    withdrawn: {
      camera: 'Esta página ya no puede usar la cámara, así que está desactivada. Puedes permitirla de nuevo con el icono junto a la dirección.',
      microphone: 'Esta página ya no puede usar el micrófono, así que está desactivado. Puedes permitirlo de nuevo con el icono junto a la dirección.',
    },
    notTaken: {
      busy: 'Otro programa u otra ventana del navegador está usando ese dispositivo. Se sigue usando el anterior.',
      refused: 'El navegador no permite que esta página use ese dispositivo. Se sigue usando el anterior.',
      failed: 'Ese dispositivo no se ha iniciado. Se sigue usando el anterior.',
    },
    plugged: 'Se ha conectado “{{name}}”.',
    use: 'Usarlo',
    silencedByHost: { camera: 'El anfitrión ha desactivado tu cámara.', microphone: 'El anfitrión te ha silenciado.' },
  },
  microphone: {
    speakingMuted: 'Estás hablando, pero tu micrófono está desactivado.',
    holdToTalk: 'Mantén pulsado para hablar',
    secondDevice: 'También estás en esta llamada con otro dispositivo. Para evitar el eco, el micrófono y el sonido están desactivados aquí.',
    secondDeviceOn: 'Activar el sonido',
  },
};
