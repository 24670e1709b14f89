// Portuguese: choices that a person makes, and what becomes of their devices.
import type { Translated } from '../translated';
import type { settings as english } from '../en/settings';

export const settings: Translated<typeof english> = {
  settings: {
    title: 'Configurações',
    close: 'Fechar as configurações',
    section: { devices: 'Dispositivos', effects: 'Efeitos', sound: 'Som e teclado', general: 'Geral' },
    pushToTalk: 'Apertar para falar',
    pushToTalkHint: 'Seu microfone só fica ativado enquanto você mantém pressionada a barra de espaço ou o botão do microfone.',
    holdSpace: 'Manter a barra de espaço pressionada para falar',
    holdSpaceHint: 'Com o microfone desativado. Ele é desativado de novo quando você solta a barra ou sai desta janela.',
    warnMuted: 'Avisar quando eu falar com o microfone desativado',
    joinSounds: 'Som quando alguém entra ou sai',
    singleKeys: 'Atalhos de uma só tecla',
    singleKeysHint: 'Desative-os se você aperta teclas sem querer ou usa ditado por voz. Os que usam Ctrl ou ⌘ continuam.',
  },
  shortcuts: {
    control: 'Ctrl',
    title: 'Atalhos de teclado',
    close: 'Fechar a lista de atalhos',
    show: 'Mostrar todos os atalhos de teclado',
    space: 'Espaço, pressionado',
    holdSpace: 'Falar com o microfone desativado',
    pushToTalk: 'Apertar para falar',
    action: {
      microphone: 'Ativar ou desativar o microfone',
      camera: 'Ativar ou desativar a câmera',
      share: 'Compartilhar tela ou parar de compartilhar',
      hand: 'Levantar ou abaixar a mão',
      chat: 'Chat',
      people: 'Pessoas',
      layout: 'Próximo layout',
      fullScreen: 'Tela cheia',
      stats: 'Estatísticas da conexão',
      settings: 'Configurações',
      help: 'Esta lista',
    },
  },
  deviceNotice: {
    gone: {
      camera: 'Sua câmera “{{name}}” foi desconectada. Agora em uso: “{{now}}”.',
      microphone: 'Seu microfone “{{name}}” foi desconectado. Agora em uso: “{{now}}”.',
      speaker: 'Seu alto-falante “{{name}}” foi desconectado. O som agora sai por “{{now}}”.',
    },
    goneNoOther: {
      camera: 'Sua câmera “{{name}}” foi desconectada e não há outra. As outras pessoas veem seu nome no lugar.',
      microphone: 'Seu microfone “{{name}}” foi desconectado e não há outro. As outras pessoas não ouvem você.',
      speaker: 'Seu alto-falante “{{name}}” foi desconectado e não há outro.',
    },
    back: {
      camera: 'Sua câmera “{{name}}” voltou e está em uso de novo.',
      microphone: 'Seu microfone “{{name}}” voltou e está em uso de novo.',
      speaker: 'Seu alto-falante “{{name}}” voltou e está em uso de novo.',
    },
    withdrawn: {
      camera: 'Esta página não pode mais usar a câmera, por isso ela está desativada. Você pode permitir de novo pelo ícone ao lado do endereço.',
      microphone: 'Esta página não pode mais usar o microfone, por isso ele está desativado. Você pode permitir de novo pelo ícone ao lado do endereço.',
    },
    notTaken: {
      busy: 'Esse dispositivo está em uso por outro programa ou outra janela do navegador. O anterior continua em uso.',
      refused: 'O navegador não permite que esta página use esse dispositivo. O anterior continua em uso.',
      failed: 'Esse dispositivo não iniciou. O anterior continua em uso.',
    },
    plugged: 'Dispositivo conectado: “{{name}}”.',
    use: 'Usar',
    silencedByHost: { camera: 'O anfitrião desativou sua câmera.', microphone: 'O anfitrião silenciou você.' },
  },
  microphone: {
    speakingMuted: 'Você está falando, mas seu microfone está desativado.',
    holdToTalk: 'Segure para falar',
    secondDevice: 'Você também está nesta chamada com outro dispositivo. Para evitar eco, o microfone e o som estão desativados aqui.',
    secondDeviceOn: 'Ativar o som',
  },
};
