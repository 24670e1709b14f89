// What lib/instrument.mjs and lib/sdk.mjs put on a page's window.
import type * as LiveKit from 'livekit-client';

export interface VideoFlow {
  /** The track's id as the page's media elements know it. */
  track: string;
  frames: number;
  bytes: number;
  width: number;
  height: number;
  codec: string;
}

export interface Flows {
  sent: VideoFlow[];
  received: VideoFlow[];
  srtpCiphers: string[];
  dtlsStates: string[];
  /** The address that media leaves to, of each connection's selected pair. */
  remotes: string[];
}

export interface Instruments {
  peers: RTCPeerConnection[];
  flows(): Promise<Flows>;
  /** The ids of the tracks that came from the server and live. */
  remoteTracks(kind: 'audio' | 'video'): string[];
  /** The colours in the middle of each third of what a video element shows, or nothing before its first frame. */
  bars(trackId: string): number[][] | undefined;
  /** The loudest pitch that was heard on a track while listening, in Hz, or 0 for silence. */
  pitch(trackId: string, milliseconds: number): Promise<number>;
  /** How far a video's upper left corner is from one even grey: 0 for no pattern; undefined before its first frame. */
  contrast(video: HTMLVideoElement): number | undefined;
  /** How loud a track was while listening, in decibels below the loudest there is. */
  loudness(trackId: string, milliseconds: number): Promise<number>;
  /** From the last click on an element to the first frame of a remote picture that was shown after it. */
  clickToFrame: { clickedAt: number; firstFrameAt: number };
}

declare global {
  interface Window {
    instruments: Instruments;
    /** Of settings.test.mjs. */
    machine: {
      live(kind: 'audio' | 'video'): MediaStreamTrack[];
      unplug(label: string): void;
      plugAllIn(): void;
    };
    LivekitClient: typeof LiveKit;
    room: LiveKit.Room;
    seen: string[];
    /** Of lib/made-devices.mjs: from now on the machine is too slow for backgrounds. */
    makeSlow(): void;
    /** Of lib/made-devices.mjs: what the microphone hears. */
    makeSound(what: 'noise' | 'voice'): Promise<void>;
    /** bench-speaking.mjs: sounds or is silent from the moment that it says. */
    voice: (on: boolean) => number;
    markedAt: number;
    /** Of effects.test.mjs: the strongest contrast of any picture of the others so far. */
    strongest: number;
    packets: { from: string; text: string; kind: string; topic: string }[];
    chat: { from: string; text: string; attributes: Record<string, string> }[];
  }
}
