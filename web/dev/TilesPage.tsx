// Looks at the call's views without a call: `/dev/tiles?people=5&cameras=3&people-panel`. `phase` may be connecting, connected, reconnecting.
// `messages=200` has a history, `live` lets people write on.
// `guest` makes one no host, `rules=chatDisabled,unmuteDisabled` says what holds. `weak` and `busy` give one a weak line and a busy device. In development only; the build leaves it out.
import { useState } from 'react';
import { CallView } from '../src/call/CallView';
import type { CallPort, CallSnapshot, Connection, MediaHandle, ParticipantSnapshot, Quality } from '../src/call/port';
import { NO_ROOM_STATE } from '../src/call/roomState';
import { createSession } from '../src/call/session';
import type { StatsPort } from '../src/stats/port';
import { FakeDevices } from '../src/test/devices';
import { FakeSaver } from '../src/test/fakes';
import { sampleAfter } from '../src/test/stats';
import { fakeHistory, fakeTalk } from './talk';
import { toasts } from '../src/ui/toasts';

const NAMES = [
  'Ana Bergström-Okonkwo',
  'Bo Li',
  'Maximiliane Friederike von Hohenstein-Schwarzburg',
  'Dara',
  'Emeka Adeyemi',
  'Fatima Zahra El Idrissi',
  'Guðrún Jónsdóttir',
  'Hiroshi 田中',
  'Inés Ñáñez',
  'Jon',
];
const QUALITIES: Quality[] = ['excellent', 'excellent', 'good', 'excellent', 'poor', 'lost', 'unknown'];

function paintedHandle(seed: number, upright: boolean): MediaHandle {
  const canvas = document.createElement('canvas');
  canvas.width = upright ? 360 : 640;
  canvas.height = upright ? 640 : 360;
  const context = canvas.getContext('2d');
  const { width, height } = canvas;
  const paint = () => {
    if (context === null) return;
    const hue = (seed * 67) % 360;
    const background = context.createLinearGradient(0, 0, width, height);
    background.addColorStop(0, `hsl(${hue} 30% 62%)`);
    background.addColorStop(1, `hsl(${hue + 40} 34% 34%)`);
    context.fillStyle = background;
    context.fillRect(0, 0, width, height);
    const sway = Math.sin(performance.now() / 600 + seed) * 8;
    context.fillStyle = `hsl(${hue + 180} 24% 26%)`;
    context.beginPath();
    context.ellipse(width / 2 + sway, height * 1.02, height * 0.36, height * 0.42, 0, 0, Math.PI * 2);
    context.fill();
    context.fillStyle = 'hsl(26 42% 66%)';
    context.beginPath();
    context.ellipse(width / 2 + sway, height * 0.42, height * 0.15, height * 0.19, 0, 0, Math.PI * 2);
    context.fill();
  };
  paint();
  setInterval(paint, 200);
  const stream = canvas.captureStream(5);
  return {
    attach: (element) => (element.srcObject = stream),
    detach: (element) => (element.srcObject = null),
  };
}

function fakePort(query: URLSearchParams): CallPort {
  const people = Number(query.get('people') ?? 5);
  const cameras = Number(query.get('cameras') ?? people);
  const participant = (index: number): ParticipantSnapshot => ({
    identity: `${index + 1}:tab`,
    name: NAMES[index % NAMES.length] ?? '',
    isLocal: index === 0,
    guest: query.has('guests') && index % 2 === 1,
    joinedAt: index,
    hand: query.has('hands') && index % 2 === 0 ? 10 - index : 0,
    camera: index < cameras ? paintedHandle(index, query.has('upright') && index === 1) : undefined,
    screen: query.has('screen') && index === 1 ? paintedHandle(9, false) : undefined,
    audio: [],
    cameraOn: index < cameras,
    microphoneOn: index % 3 !== 2,
    speaking: index === 1,
    quality: index === 0 && query.has('weak') ? 'poor' : (QUALITIES[index % QUALITIES.length] ?? 'unknown'),
  });
  const all = Array.from({ length: people }, (_, index) => participant(index));
  const [local = participant(0), ...remotes] = all;
  const changes: (() => void)[] = [];
  let snapshot: CallSnapshot = {
    connection: (query.get('phase') ?? 'connected') as Connection,
    local,
    remotes,
    room: {
      ...NO_ROOM_STATE,
      version: 1,
      owner: query.has('guest') ? '2' : '1',
      cohosts: ['3'],
      ...Object.fromEntries((query.get('rules') ?? '').split(',').map((rule) => [rule, true])),
    },
    audioBlocked: query.has('silent'),
  };
  return {
    snapshot: () => snapshot,
    onChange: (listener) => void changes.push(listener),
    onEnded: () => undefined,
    connect: () => Promise.resolve(),
    publish: () => Promise.resolve(),
    setDevice: (kind, on) => {
      const changed = kind === 'camera' ? { cameraOn: on, camera: on ? local.camera : undefined } : { microphoneOn: on };
      snapshot = { ...snapshot, local: { ...snapshot.local, ...changed } };
      changes.forEach((change) => change());
      return Promise.resolve();
    },
    shareScreen: () => Promise.resolve(),
    startAudio: () => Promise.resolve(),
    disconnect: () => Promise.resolve(),
  };
}

/** Five seconds pass between two looks. */
function fakeStats(query: URLSearchParams): StatsPort {
  let seconds = 0;
  return {
    sample: () => {
      seconds += 5;
      return Promise.resolve(sampleAfter(seconds, query.has('busy') ? { sending: { out: { qualityLimitationReason: 'cpu', qualityLimitationDurations: { cpu: seconds } } } } : {}));
    },
  };
}

export default function TilesPage() {
  const [session] = useState(() => {
    const query = new URLSearchParams(location.search);
    return createSession(
      { call: fakePort(query), devices: new FakeDevices(), stats: fakeStats(query), saver: new FakeSaver(), effects: { setNoise: () => Promise.resolve(), setBackground: () => Promise.resolve(), onProblem: () => undefined }, talk: fakeTalk(query), readHistory: fakeHistory(query) },
      { notify: () => undefined, ended: () => toasts.show('error', 'Left') },
    );
  });
  return <CallView session={session} room={{ id: 1, title: 'Weekly standup', roomId: 'fixture' }} />;
}
