// The call as its views see it: who is there and in which order, what the buttons do, who came and went. In: snapshots of the port. Out: one
// immutable state, in which everything that did not change keeps its identity, and notices for the toasts.
import { Store } from '../ui/store';
import type { JoinGrant } from '../api/rooms';
import { deviceProblem, stopTracks, type DeviceKind, type DeviceProblem, type LocalTracks } from '../devices/devices';
import { EffectError, type EffectProblem } from '../effects/port';
import type { EndReason } from './end';
import { mayShare, mayUnmute, type RoomState } from './roomState';
import type { CallPort, CallSnapshot, MediaHandle, ParticipantSnapshot, ScreenContent } from './port';

export interface ParticipantView extends ParticipantSnapshot {
  /** Was there when the connection broke; it is not known whether they still are. */
  stale: boolean;
}

export type SwitchState = 'on' | 'off' | 'turningOn' | 'turningOff';

export interface CallState {
  phase: 'connecting' | 'connected' | 'reconnecting' | 'ended';
  local: ParticipantView;
  /** In the order in which they joined. */
  remotes: readonly ParticipantView[];
  camera: SwitchState;
  microphone: SwitchState;
  share: SwitchState;
  room: RoomState;
  audioBlocked: boolean;
}

export type Notice =
  | { kind: 'joined' | 'left'; names: readonly string[] }
  | { kind: 'reconnected' }
  | { kind: 'deviceProblem'; problem: DeviceProblem }
  | { kind: 'publishFailed' }
  | { kind: 'shareFailed' }
  /** Only hosts may at the moment. */
  | { kind: 'forbidden'; what: 'share' | 'unmute' }
  | { kind: 'effectProblem'; problem: EffectProblem };

export interface CallEvents {
  notify: (notice: Notice) => void;
  ended: (reason: EndReason) => void;
}

export class CallModel {
  readonly state: Store<CallState>;
  readonly #port: CallPort;
  readonly #events: CallEvents;
  /** Who was there at the last look while connected; undefined before the first. */
  #present: ReadonlyMap<string, string> | undefined;
  readonly #switching = new Map<DeviceKind | 'share', boolean>();
  /** The last switch of each device that was asked for. */
  readonly #wishes = new Map<DeviceKind, object>();
  #wasReconnecting = false;
  /** Who has not come back since the connection broke, while that says nothing yet. */
  readonly #awaited = new Map<string, string>();
  #patience: ReturnType<typeof setTimeout> | undefined;
  /** The pictures from before the connection broke, each until it comes back. */
  readonly #lastPictures = new Map<string, LastPictures>();
  #forgetPictures: ReturnType<typeof setTimeout> | undefined;
  #ended = false;

  constructor(port: CallPort, events: CallEvents) {
    this.#port = port;
    this.#events = events;
    const first = port.snapshot();
    this.state = new Store<CallState>({
      phase: 'connecting',
      local: { ...first.local, stale: false },
      remotes: [],
      camera: 'off',
      microphone: 'off',
      share: 'off',
      room: first.room,
      audioBlocked: false,
    });
    port.onChange(() => this.#look());
    port.onEnded((reason) => this.#end(reason));
    this.#look();
  }

  /** Connects and publishes side by side. Rejects with a ConnectError, after which the model is of no more use. */
  async start(grant: JoinGrant, tracks: Promise<LocalTracks>): Promise<void> {
    const publishing = tracks.then((got) => this.#publish(got));
    try {
      await this.#port.connect(grant);
    } catch (error) {
      this.#ended = true;
      this.state.set({ ...this.state.get(), phase: 'ended' });
      await this.#port.disconnect().catch(() => undefined);
      throw error;
    } finally {
      // Failures of publishing are noticed where they happen; here they must only not go unhandled.
      publishing.catch(() => undefined);
    }
  }

  toggle(kind: DeviceKind): void {
    const now = this.state.get()[kind];
    if (now !== 'turningOn' && now !== 'turningOff') this.switchTo(kind, now === 'off');
  }

  /** Unlike `toggle` also while an earlier switch is under way: the last word counts. */
  switchTo(kind: DeviceKind, on: boolean): void {
    if (this.#ended) return;
    if (kind === 'microphone' && on && !mayUnmute(this.state.get())) {
      this.#events.notify({ kind: 'forbidden', what: 'unmute' });
      return;
    }
    const wish = {};
    this.#wishes.set(kind, wish);
    this.#switching.set(kind, on);
    this.#look();
    this.#port
      .setDevice(kind, on)
      .catch((error: unknown) => {
        if (!this.#ended && !(error instanceof EffectError)) this.#events.notify({ kind: 'deviceProblem', problem: deviceProblem(error) });
      })
      .finally(() => {
        if (this.#wishes.get(kind) !== wish) return;
        this.#switching.delete(kind);
        this.#look();
      });
  }

  /** Shares a screen, or with nothing given ends it. That the person thinks better of it in the browser's dialog is no failure. */
  shareScreen(content: ScreenContent | undefined): void {
    if (this.#switching.has('share') || this.#ended) return;
    if (content !== undefined && !mayShare(this.state.get())) {
      this.#events.notify({ kind: 'forbidden', what: 'share' });
      return;
    }
    this.#switching.set('share', content !== undefined);
    this.#look();
    this.#port
      .shareScreen(content)
      .catch((error: unknown) => {
        const refused = error instanceof Error && (error.name === 'NotAllowedError' || error.name === 'AbortError');
        if (!refused && !this.#ended) this.#events.notify({ kind: 'shareFailed' });
      })
      .finally(() => {
        this.#switching.delete('share');
        this.#look();
      });
  }

  startAudio(): void {
    this.#port.startAudio().catch(() => undefined);
  }

  /** Leaves for good: stops the devices and ends the connection. */
  leave(): void {
    if (this.#ended) return;
    this.#end('left');
    this.#port.disconnect().catch(() => undefined);
  }

  async #publish(tracks: LocalTracks): Promise<void> {
    if (this.#ended) {
      stopTracks(tracks);
      return;
    }
    try {
      await this.#port.publish(tracks);
    } catch (error) {
      if (!this.#hasEnded() && !(error instanceof EffectError)) this.#events.notify({ kind: 'publishFailed' });
    }
  }

  /** Asks anew, since it may have changed while something was awaited. */
  #hasEnded(): boolean {
    return this.#ended;
  }

  #end(reason: EndReason): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#patience);
    clearTimeout(this.#forgetPictures);
    this.state.set({ ...this.state.get(), phase: 'ended' });
    this.#events.ended(reason);
  }

  #look(): void {
    if (this.#ended) return;
    const snapshot = this.#port.snapshot();
    const before = this.state.get();
    const phase = phaseOf(snapshot, before.phase);
    if (phase === 'reconnecting' && !this.#wasReconnecting) this.#keepPictures(before.remotes);
    if (phase === 'connected' && this.#wasReconnecting) this.#forgetPicturesSoon();
    const next: CallState = {
      phase,
      local: keep(before.local, { ...snapshot.local, ...(phase === 'reconnecting' ? { quality: 'lost' } : {}), stale: false }),
      remotes: this.#remotes(snapshot, phase, before.remotes),
      camera: this.#switchState('camera', snapshot.local.cameraOn),
      microphone: this.#switchState('microphone', snapshot.local.microphoneOn),
      share: this.#switchState('share', snapshot.local.screen !== undefined),
      room: snapshot.room,
      audioBlocked: snapshot.audioBlocked,
    };
    if (!sameFields(before, next)) this.state.set(next);
    // The server has taken it from the others already; what was just beginning does not hear of that.
    if (next.share === 'on' && !mayShare(next)) this.shareScreen(undefined);
    if (phase === 'connected') this.#compare(snapshot);
    this.#wasReconnecting = phase === 'reconnecting';
  }

  #switchState(kind: DeviceKind | 'share', on: boolean): SwitchState {
    const wanted = this.#switching.get(kind);
    if (wanted === undefined || wanted === on) return on ? 'on' : 'off';
    return wanted ? 'turningOn' : 'turningOff';
  }

  #remotes(snapshot: CallSnapshot, phase: CallState['phase'], before: readonly ParticipantView[]): readonly ParticipantView[] {
    const known = new Map(before.map((view) => [view.identity, view]));
    const views = snapshot.remotes.map((remote) => keep(known.get(remote.identity), { ...this.#withLastPictures(remote), stale: false }));
    if (phase === 'reconnecting') {
      // The library forgets everyone while it connects anew; people stay on the screen until it is known who is really gone.
      const there = new Set(snapshot.remotes.map((remote) => remote.identity));
      for (const view of before)
        if (!there.has(view.identity))
          views.push(keep(view, { ...view, audio: NONE, speaking: false, quality: 'unknown', stale: true }));
    }
    views.sort((a, b) => a.joinedAt - b.joinedAt || (a.identity < b.identity ? -1 : 1));
    return views.length === before.length && views.every((view, index) => view === before[index]) ? before : views;
  }

  #keepPictures(remotes: readonly ParticipantView[]): void {
    clearTimeout(this.#forgetPictures);
    for (const { identity, camera, screen } of remotes) this.#lastPictures.set(identity, { camera, screen });
  }

  #forgetPicturesSoon(): void {
    clearTimeout(this.#forgetPictures);
    this.#forgetPictures = setTimeout(() => {
      this.#lastPictures.clear();
      this.#look();
    }, PATIENCE_MS);
  }

  /** Back after a break, pictures come one by one. */
  #withLastPictures(remote: ParticipantSnapshot): ParticipantSnapshot {
    const last = this.#lastPictures.get(remote.identity);
    if (last === undefined) return remote;
    if (remote.camera !== undefined) last.camera = undefined;
    if (remote.screen !== undefined) last.screen = undefined;
    return { ...remote, camera: remote.camera ?? last.camera, screen: remote.screen ?? last.screen };
  }

  /** Tells who came and went since the last look. */
  #compare(snapshot: CallSnapshot): void {
    const present = new Map(snapshot.remotes.map((remote) => [remote.identity, remote.name]));
    const before = this.#present;
    this.#present = present;
    if (before === undefined) return;
    const missing = [...before].filter(([identity]) => !present.has(identity));
    const joined = [...present].filter(([identity]) => !before.has(identity) && !this.#awaited.delete(identity)).map(([, name]) => name);
    if (this.#wasReconnecting) {
      this.#events.notify({ kind: 'reconnected' });
      this.#await(missing);
    } else if (missing.length > 0) {
      this.#events.notify({ kind: 'left', names: missing.map(([, name]) => name) });
    }
    if (joined.length > 0) this.#events.notify({ kind: 'joined', names: joined });
  }

  /** What broke the connection broke theirs too: they have a while to come back before it is said that they left. */
  #await(missing: readonly [identity: string, name: string][]): void {
    for (const [identity, name] of missing) this.#awaited.set(identity, name);
    clearTimeout(this.#patience);
    if (this.#awaited.size === 0) return;
    this.#patience = setTimeout(() => {
      const names = [...this.#awaited.values()];
      this.#awaited.clear();
      if (names.length > 0) this.#events.notify({ kind: 'left', names });
    }, PATIENCE_MS);
  }
}

const PATIENCE_MS = 8_000;

interface LastPictures {
  camera: MediaHandle | undefined;
  screen: MediaHandle | undefined;
}

const NONE: readonly never[] = [];

function phaseOf(snapshot: CallSnapshot, before: CallState['phase']): CallState['phase'] {
  switch (snapshot.connection) {
    case 'connected':
      return 'connected';
    case 'reconnecting':
      return 'reconnecting';
    case 'connecting':
      return 'connecting';
    case 'disconnected':
      // Before the first connection; the end of a call is told apart.
      return before;
  }
}

function sameFields<T extends object>(a: T, b: T): boolean {
  return (Object.keys(b) as (keyof T)[]).every((key) => Object.is(a[key], b[key]));
}

/** The old view when nothing in it changed, so that its tile need not be drawn again. */
function keep(before: ParticipantView | undefined, now: ParticipantView): ParticipantView {
  if (before === undefined) return now;
  const sameAudio = before.audio.length === now.audio.length && now.audio.every((track, index) => track === before.audio[index]);
  const candidate = sameAudio ? { ...now, audio: before.audio } : now;
  return sameFields(before, candidate) ? before : candidate;
}
