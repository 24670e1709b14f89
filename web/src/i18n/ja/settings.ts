// Japanese: choices that a person makes, and what becomes of their devices.
import type { Translated } from '../translated';
import type { settings as english } from '../en/settings';

export const settings: Translated<typeof english> = {
  settings: {
    title: '設定',
    close: '設定を閉じる',
    section: { devices: 'デバイス', effects: '効果', sound: '音声とキーボード', general: '全般' },
    pushToTalk: 'プッシュツートーク',
    pushToTalkHint: 'スペースキーまたはマイクのボタンを押している間だけ、マイクがオンになります。',
    holdSpace: 'スペースキーを長押しして話す',
    holdSpaceHint: 'マイクがオフのときに使えます。キーを離すか、このウィンドウから離れると、オフに戻ります。',
    warnMuted: 'マイクがオフのまま話すと知らせる',
    joinSounds: '参加や退出を音で知らせる',
    singleKeys: '1つのキーによるショートカット',
    singleKeysHint: '誤ってキーを押してしまう場合や、音声入力を使う場合はオフにしてください。Ctrlまたは⌘を使うショートカットはそのまま使えます。',
  },
  shortcuts: {
    control: 'Ctrl',
    title: 'キーボードショートカット',
    close: 'ショートカットの一覧を閉じる',
    show: 'すべてのショートカットを表示',
    space: 'スペースキーを長押し',
    holdSpace: 'マイクがオフのときに話す',
    pushToTalk: 'プッシュツートーク',
    action: {
      microphone: 'マイクのオン、オフ',
      camera: 'カメラのオン、オフ',
      share: '画面の共有を開始、停止',
      hand: '挙手する、手を下げる',
      chat: 'チャット',
      people: '参加者',
      layout: '次のレイアウト',
      fullScreen: '全画面表示',
      stats: '接続の統計情報',
      settings: '設定',
      help: 'この一覧',
    },
  },
  deviceNotice: {
    gone: {
      camera: 'カメラ「{{name}}」の接続が切れました。「{{now}}」を使用しています。',
      microphone: 'マイク「{{name}}」の接続が切れました。「{{now}}」を使用しています。',
      speaker: 'スピーカー「{{name}}」の接続が切れました。音声は「{{now}}」から出ます。',
    },
    goneNoOther: {
      camera: 'カメラ「{{name}}」の接続が切れました。ほかのカメラがないため、ほかの参加者にはあなたの名前が表示されます。',
      microphone: 'マイク「{{name}}」の接続が切れました。ほかのマイクがないため、あなたの声はほかの参加者に聞こえません。',
      speaker: 'スピーカー「{{name}}」の接続が切れました。ほかのスピーカーはありません。',
    },
    back: {
      camera: 'カメラ「{{name}}」が再び接続されたため、使用を再開しました。',
      microphone: 'マイク「{{name}}」が再び接続されたため、使用を再開しました。',
      speaker: 'スピーカー「{{name}}」が再び接続されたため、使用を再開しました。',
    },
    withdrawn: {
      camera: 'このページでのカメラの使用が許可されなくなったため、オフになりました。アドレスバーの横のアイコンから再び許可できます。',
      microphone: 'このページでのマイクの使用が許可されなくなったため、オフになりました。アドレスバーの横のアイコンから再び許可できます。',
    },
    notTaken: {
      busy: 'このデバイスは、別のアプリまたはブラウザの別のウィンドウが使用しています。これまでのデバイスを引き続き使用します。',
      refused: 'このデバイスの使用はブラウザで許可されていません。これまでのデバイスを引き続き使用します。',
      failed: 'このデバイスを起動できませんでした。これまでのデバイスを引き続き使用します。',
    },
    plugged: '「{{name}}」が接続されました。',
    use: '使用する',
    silencedByHost: { camera: 'ホストがあなたのカメラをオフにしました。', microphone: 'ホストがあなたをミュートしました。' },
  },
  microphone: {
    speakingMuted: '話していますが、マイクがオフになっています。',
    holdToTalk: '長押しして話す',
    secondDevice: '別の端末からもこの通話に参加しています。エコーを防ぐため、この端末ではマイクと音声をオフにしました。',
    secondDeviceOn: '音声をオンにする',
  },
};
