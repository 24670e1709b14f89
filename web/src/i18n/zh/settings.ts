// Simplified Chinese: choices that a person makes, and what becomes of their devices.
import type { Translated } from '../translated';
import type { settings as english } from '../en/settings';

export const settings: Translated<typeof english> = {
  settings: {
    title: '设置',
    close: '关闭设置',
    section: { devices: '设备', effects: '效果', sound: '声音和键盘', general: '通用' },
    pushToTalk: '按键说话',
    pushToTalkHint: '只有按住空格键或麦克风按钮时，麦克风才会开启。',
    holdSpace: '按住空格键说话',
    holdSpaceHint: '在麦克风关闭时使用。松开按键或离开此窗口后，麦克风会再次关闭。',
    warnMuted: '麦克风关闭时说话，提醒我',
    joinSounds: '有人加入或离开时播放提示音',
    singleKeys: '单键快捷键',
    singleKeysHint: '如果你经常误按，或使用语音输入，请关闭。带 Ctrl 或 ⌘ 的快捷键仍可使用。',
  },
  shortcuts: {
    control: 'Ctrl',
    title: '键盘快捷键',
    close: '关闭快捷键列表',
    show: '显示所有键盘快捷键',
    space: '按住空格键',
    holdSpace: '麦克风关闭时说话',
    pushToTalk: '按键说话',
    action: {
      microphone: '开启或关闭麦克风',
      camera: '开启或关闭摄像头',
      share: '共享屏幕或停止共享',
      hand: '举手或放下手',
      chat: '聊天',
      people: '参与者',
      layout: '下一个布局',
      fullScreen: '全屏',
      stats: '连接统计信息',
      settings: '设置',
      help: '此列表',
    },
  },
  deviceNotice: {
    gone: {
      camera: '摄像头“{{name}}”已断开，现在使用“{{now}}”。',
      microphone: '麦克风“{{name}}”已断开，现在使用“{{now}}”。',
      speaker: '扬声器“{{name}}”已断开，现在从“{{now}}”播放声音。',
    },
    goneNoOther: {
      camera: '摄像头“{{name}}”已断开，没有其他摄像头可用。其他人会看到你的名字，而不是画面。',
      microphone: '麦克风“{{name}}”已断开，没有其他麦克风可用。其他人听不到你的声音。',
      speaker: '扬声器“{{name}}”已断开，没有其他扬声器可用。',
    },
    back: {
      camera: '摄像头“{{name}}”已重新连接，并恢复使用。',
      microphone: '麦克风“{{name}}”已重新连接，并恢复使用。',
      speaker: '扬声器“{{name}}”已重新连接，并恢复使用。',
    },
    withdrawn: {
      camera: '此页面不再有权使用摄像头，因此已关闭。可通过地址栏旁的图标重新允许。',
      microphone: '此页面不再有权使用麦克风，因此已关闭。可通过地址栏旁的图标重新允许。',
    },
    notTaken: {
      busy: '该设备正被其他程序或浏览器窗口使用，将继续使用原来的设备。',
      refused: '浏览器不允许此页面使用该设备，将继续使用原来的设备。',
      failed: '该设备未能启动，将继续使用原来的设备。',
    },
    plugged: '“{{name}}”已连接。',
    use: '使用',
    silencedByHost: { camera: '主持人已关闭你的摄像头。', microphone: '主持人已将你静音。' },
  },
  microphone: {
    speakingMuted: '你正在说话，但麦克风已关闭。',
    holdToTalk: '按住说话',
    secondDevice: '你还在另一台设备上参加此通话。为避免回声，此设备的麦克风和声音已关闭。',
    secondDeviceOn: '开启声音',
  },
};
