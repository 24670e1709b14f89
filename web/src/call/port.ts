// What the call's view model needs from the media library, in our own words. The library stays behind this; tests bring a double.
import type { JoinGrant } from '../api/rooms';
import type { DeviceKind, LocalTracks } from '../devices/devices';
import type { SaverPort } from '../saver/port';
import type { DevicesPort } from '../devices/port';
import type { StatsPort } from '../stats/port';
import type { EffectsPort } from '../effects/port';
import type { EndReason } from './end';
import type { ReadHistory } from '../talk/chat';
import type { TalkPort } from '../talk/port';
import type { RoomState } from './roomState';

/** A picture or a sound that an element can play. */
export interface MediaHandle {
  attach(element: HTMLMediaElement): unknown;
  detach(element: HTMLMediaElement): unknown;
  /** Calls back when the picture is about to go because the connection broke, while elements still show its last frame. */
  onLost?(listener: () => void): () => void;
}

export type Quality = 'excellent' | 'good' | 'poor' | 'lost' | 'unknown';

export interface ParticipantSnapshot {
  identity: string;
  name: string;
  isLocal: boolean;
  /** Came without an account. */
  guest: boolean;
  /** Milliseconds since the epoch by the server's clock; 0 when it is not known yet. */
  joinedAt: number;
  /** When they raised their hand, in milliseconds since the epoch; 0 while it is down. */
  hand: number;
  /** Set when there is a picture to show. */
  camera: MediaHandle | undefined;
  screen: MediaHandle | undefined;
  audio: readonly MediaHandle[];
  cameraOn: boolean;
  microphoneOn: boolean;
  speaking: boolean;
  quality: Quality;
}

/** What a shared screen should keep when the line is narrow: its letters or its movement. */
export type ScreenContent = 'detail' | 'motion';

export type Connection = 'connecting' | 'connected' | 'reconnecting' | 'disconnected';

export interface CallSnapshot {
  connection: Connection;
  local: ParticipantSnapshot;
  remotes: readonly ParticipantSnapshot[];
  /** The same object for as long as nothing in it changed. */
  room: RoomState;
  /** The browser waits for a click before it plays sound. */
  audioBlocked: boolean;
}

export interface CallPort {
  snapshot(): CallSnapshot;
  /** Calls back after anything in the snapshot may have changed. */
  onChange(listener: () => void): void;
  /** Calls back when the call is over, with why. */
  onEnded(listener: (reason: EndReason) => void): void;
  /** Rejects with a ConnectError. */
  connect(grant: JoinGrant): Promise<void>;
  /** Sends these tracks; may be called before the connection stands. The port owns them from here on. */
  publish(tracks: LocalTracks): Promise<void>;
  /** Rejects with the device's error. */
  setDevice(kind: DeviceKind, on: boolean): Promise<void>;
  /** Shares a screen that the person picks, or ends it; rejects with the browser's error. */
  shareScreen(content: ScreenContent | undefined): Promise<void>;
  startAudio(): Promise<void>;
  /** Leaves, and stops all local tracks. */
  disconnect(): Promise<void>;
}

/** What a call needs from the media library and the server's API, an area each. */
export interface Ports {
  call: CallPort;
  devices: DevicesPort;
  stats: StatsPort;
  effects: EffectsPort;
  talk: TalkPort;
  readHistory: ReadHistory;
  saver: SaverPort;
}
