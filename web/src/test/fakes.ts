// Doubles that several tests share.
import type { DeviceKind, LocalTracks } from '../devices/devices';
import { FakeDevices } from './devices';
import type { EndReason } from '../call/end';
import type { CallPort, CallSnapshot, Connection, MediaHandle, ParticipantSnapshot, Ports, ScreenContent } from '../call/port';
import type { EffectProblem, EffectsPort } from '../effects/port';
import type { BackgroundChoice } from '../effects/background/backgrounds';
import type { NoiseChoice } from '../effects/effectChoice';
import { NO_ROOM_STATE, type RoomState } from '../call/roomState';
import type { JoinGrant, Room } from '../api/rooms';
import type { SaverPort } from '../saver/port';
import type { StatsPort } from '../stats/port';
import type { Reaction } from '../talk/reactionList';
import type { IncomingText, OutgoingText, Receipt, TalkPort } from '../talk/port';

export const ROOM: Room = {
  id: 1,
  user: '1',
  title: 'Standup',
  description: '',
  typeOf: 'OTA',
  createdOn: '2026-11-23T06:00:00Z',
  roomId: 'room1',
  locked: false,
  version: 1,
  allowGuests: false,
  waitingRoom: false,
  peopleLimit: 100,
  scheduledOn: null,
  keepChat: false,
  chatDisabled: false,
  shareDisabled: false,
  unmuteDisabled: false,
  role: null,
};
export const GRANT: JoinGrant = { url: 'ws://127.0.0.1:7880', token: 'token', identity: '1:tab' };

/** Lets everything happen that needs no more than a few turns of the event loop. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setTimeout(resolve));
}

export class FakeTrack extends EventTarget {
  readyState: 'live' | 'ended' = 'live';
  enabled = true;
  readonly kind: 'audio' | 'video';
  readonly label: string;
  readonly #settings: MediaTrackSettings;

  constructor(kind: 'audio' | 'video', label: string, settings: MediaTrackSettings) {
    super();
    this.kind = kind;
    this.label = label;
    this.#settings = settings;
  }

  getSettings(): MediaTrackSettings {
    return this.#settings;
  }

  stop(): void {
    this.readyState = 'ended';
  }

  /** What the browser does when the device goes away. */
  end(): void {
    this.readyState = 'ended';
    this.dispatchEvent(new Event('ended'));
  }
}

export function fakeTrack(kind: 'audio' | 'video', label = '', settings: MediaTrackSettings = {}): MediaStreamTrack & FakeTrack {
  return new FakeTrack(kind, label, settings) as unknown as MediaStreamTrack & FakeTrack;
}

export function fakeStream(tracks: MediaStreamTrack[]): MediaStream {
  return {
    getVideoTracks: () => tracks.filter((track) => track.kind === 'video'),
    getAudioTracks: () => tracks.filter((track) => track.kind === 'audio'),
  } as unknown as MediaStream;
}

export const HANDLE: MediaHandle = { attach: () => undefined, detach: () => undefined };

export function participant(identity: string, changes: Partial<ParticipantSnapshot> = {}): ParticipantSnapshot {
  return {
    identity,
    name: `Name ${identity}`,
    isLocal: false,
    guest: false,
    joinedAt: 0,
    hand: 0,
    camera: undefined,
    screen: undefined,
    audio: [],
    cameraOn: false,
    microphoneOn: false,
    speaking: false,
    quality: 'unknown',
    ...changes,
  };
}

export class FakePort implements CallPort {
  connection: Connection = 'disconnected';
  local = participant('1:tab', { isLocal: true, name: 'Me' });
  remotes: ParticipantSnapshot[] = [];
  room: RoomState = NO_ROOM_STATE;
  audioBlocked = false;
  published: LocalTracks | undefined;
  disconnected = false;
  connectResult: Promise<void> = Promise.resolve();
  publishResult: Promise<void> = Promise.resolve();
  deviceResult: Promise<void> = Promise.resolve();
  readonly grants: JoinGrant[] = [];
  shareResult: Promise<void> = Promise.resolve();
  readonly deviceCalls: [DeviceKind, boolean][] = [];
  #changed: () => void = () => undefined;
  #ended: (reason: EndReason) => void = () => undefined;

  snapshot(): CallSnapshot {
    return { connection: this.connection, local: { ...this.local }, remotes: this.remotes.map((remote) => ({ ...remote })), room: this.room, audioBlocked: this.audioBlocked };
  }

  onChange(listener: () => void): void {
    this.#changed = listener;
  }

  onEnded(listener: (reason: EndReason) => void): void {
    this.#ended = listener;
  }

  async connect(grant: JoinGrant): Promise<void> {
    this.grants.push(grant);
    this.change({ connection: 'connecting' });
    await this.connectResult;
    this.change({ connection: 'connected' });
  }

  publish(tracks: LocalTracks): Promise<void> {
    this.published = tracks;
    return this.publishResult;
  }

  async setDevice(kind: DeviceKind, on: boolean): Promise<void> {
    this.deviceCalls.push([kind, on]);
    await this.deviceResult;
    this.change({ local: { ...this.local, ...(kind === 'camera' ? { cameraOn: on } : { microphoneOn: on }) } });
  }

  async shareScreen(content: ScreenContent | undefined): Promise<void> {
    await this.shareResult;
    this.change({ local: { ...this.local, screen: content === undefined ? undefined : HANDLE } });
  }

  startAudio(): Promise<void> {
    return Promise.resolve();
  }

  disconnect(): Promise<void> {
    this.disconnected = true;
    this.published?.camera?.stop();
    this.published?.microphone?.stop();
    return Promise.resolve();
  }

  change(changes: Partial<Pick<FakePort, 'connection' | 'local' | 'remotes' | 'room' | 'audioBlocked'>>): void {
    Object.assign(this, changes);
    this.#changed();
  }

  end(reason: EndReason): void {
    this.connection = 'disconnected';
    this.#ended(reason);
  }
}

export class FakeEffectsPort implements EffectsPort {
  readonly noises: NoiseChoice[] = [];
  readonly backgrounds: BackgroundChoice[] = [];
  result: Promise<void> = Promise.resolve();
  problem: (problem: EffectProblem) => void = () => undefined;

  setNoise(choice: NoiseChoice): Promise<void> {
    this.noises.push(choice);
    return this.result;
  }

  setBackground(choice: BackgroundChoice): Promise<void> {
    this.backgrounds.push(choice);
    return this.result;
  }

  onProblem(listener: (problem: EffectProblem) => void): void {
    this.problem = listener;
  }
}

const SILENT_STATS: StatsPort = { sample: () => Promise.resolve({ at: 0, sending: [], receiving: [], tracks: new Map() }) };

export class FakeSaver implements SaverPort {
  receivesSmall = false;
  sendsSmall = false;

  receiveSmall(small: boolean): void {
    this.receivesSmall = small;
  }

  sendSmall(small: boolean): void {
    this.sendsSmall = small;
  }
}

/** The ports of a call of which only this one matters. */
export function portsWith(call: CallPort): Ports {
  return { call, devices: new FakeDevices(), stats: SILENT_STATS, effects: new FakeEffectsPort(), talk: new FakeTalk(), saver: new FakeSaver(), readHistory: () => Promise.resolve(undefined) };
}

export class FakeTalk implements TalkPort {
  readonly sent: OutgoingText[] = [];
  sendResult: Promise<void> = Promise.resolve();
  readonly reactions: Reaction[] = [];
  readonly hands: (number | undefined)[] = [];
  handResult: Promise<void> = Promise.resolve();
  react: (identity: string, reaction: Reaction) => void = () => undefined;
  hear: (message: IncomingText) => void = () => undefined;
  receipt: (receipt: Receipt) => void = () => undefined;

  onText(listener: (message: IncomingText) => void): void {
    this.hear = listener;
  }

  onReceipt(listener: (receipt: Receipt) => void): void {
    this.receipt = listener;
  }

  sendText(message: OutgoingText): Promise<void> {
    this.sent.push(message);
    return this.sendResult;
  }

  onReaction(listener: (identity: string, reaction: Reaction) => void): void {
    this.react = listener;
  }

  sendReaction(reaction: Reaction): Promise<void> {
    this.reactions.push(reaction);
    return Promise.resolve();
  }

  setHand(raisedAt: number | undefined): Promise<void> {
    this.hands.push(raisedAt);
    return this.handResult;
  }
}
