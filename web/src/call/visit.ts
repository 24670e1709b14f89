// One visit to a room's page, from the address to the end: find the room, get ready, be in the call, and say why it ended. While someone looks at
// their own picture, everything that joining needs is fetched, so that the click on Join only has to connect.
import type { JoinGrant, Room } from '../api/rooms';
import { Store } from '../ui/store';
import { stopTracks, type DeviceState, type LocalMedia, type LocalTracks, type Wanted } from '../devices/devices';
import { comesBack, ConnectError, endFromError, type EndReason } from './end';
import { GrantKeeper } from './grant';
import type { CallEvents, Notice, SwitchState } from './model';
import type { CallSession } from './session';

/** What the call's own chunk brings. */
export interface CallChunk<View> {
  View: View;
  startSession: (ownName: string, room: Room, events: CallEvents) => CallSession;
}

export type VisitState<View> =
  | { stage: 'loading' }
  | { stage: 'prejoin'; room: Room }
  | { stage: 'joining'; room: Room }
  | { stage: 'call'; room: Room; session: CallSession; View: View }
  | { stage: 'ended'; room: Room | undefined; reason: EndReason };

export interface VisitEnvironment<View> {
  findRoom: (roomId: string, signal: AbortSignal) => Promise<Room>;
  requestGrant: () => Promise<JoinGrant>;
  loadCall: () => Promise<CallChunk<View>>;
  media: LocalMedia;
  ownName: () => string;
  now: () => number;
  notify: (notice: Notice) => void;
  /** Hears when a call begins and ends, for what must not happen in between. */
  inCall: (inCall: boolean) => void;
  /** Resolves when the server answers again; rejects when the signal fires. */
  serverBack: (signal: AbortSignal) => Promise<void>;
}

const EVERYTHING: Wanted = { camera: true, microphone: true };
const NO_TRACKS: LocalTracks = { camera: undefined, microphone: undefined };

export class Visit<View> {
  readonly state = new Store<VisitState<View>>({ stage: 'loading' });
  readonly #roomId: string;
  readonly #env: VisitEnvironment<View>;
  readonly #grants: GrantKeeper;
  /** Ends everything that this visit has under way. */
  #abort = new AbortController();
  /** What was on when the call broke, so that coming back does not switch a camera on that was off. */
  #wanted: Wanted = EVERYTHING;
  /** The attempt that is on its way into the call. */
  #entering: AbortSignal | undefined;

  constructor(roomId: string, env: VisitEnvironment<View>) {
    this.#roomId = roomId;
    this.#env = env;
    this.#grants = new GrantKeeper(env.requestGrant, env.now);
  }

  start(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
    void this.#open(this.#abort.signal);
  }

  /** Leaves the page: out of the call, devices off. */
  stop(): void {
    this.#abort.abort();
    const state = this.state.get();
    if (state.stage === 'call') state.session.call.leave();
    this.#env.media.stop();
    this.#env.inCall(false);
    this.state.set({ stage: 'loading' });
  }

  /** Goes from the step before the call into it. */
  join(how: 'withDevices' | 'withoutDevices'): void {
    const state = this.state.get();
    if (state.stage !== 'prejoin') return;
    if (how === 'withoutDevices') this.#env.media.stop();
    const tracks = how === 'withDevices' ? this.#env.media.take() : Promise.resolve(NO_TRACKS);
    void this.#enter(state.room, tracks, this.#abort.signal);
  }

  /** From the page that says why it ended, back in: straight into the call when the room is known. */
  again(): void {
    const state = this.state.get();
    if (state.stage !== 'ended') return;
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#grants.forget();
    if (state.room === undefined) {
      this.state.set({ stage: 'loading' });
      void this.#open(this.#abort.signal);
      return;
    }
    this.#env.media.start(this.#wanted);
    void this.#enter(state.room, this.#env.media.take(), this.#abort.signal);
  }

  async #open(signal: AbortSignal): Promise<void> {
    // Failures of these two count when their results are needed.
    this.#env.loadCall().catch(() => undefined);
    this.#grants.warm();
    this.#wanted = this.#env.media.remembered();
    this.#env.media.start(this.#wanted);
    try {
      const room = await this.#env.findRoom(this.#roomId, signal);
      if (!signal.aborted) this.state.set({ stage: 'prejoin', room });
    } catch (error) {
      if (!signal.aborted) this.#finish(endFromError(error), undefined);
    }
  }

  async #enter(room: Room, tracks: Promise<LocalTracks>, signal: AbortSignal): Promise<void> {
    if (this.#entering === signal) return;
    this.#entering = signal;
    this.#env.inCall(true);
    const waiting = setTimeout(() => this.state.set({ stage: 'joining', room }));
    // Whatever happens to this attempt, its tracks are used once or stopped.
    let used = false;
    const unused = () => {
      if (!used) tracks.then(stopTracks).catch(() => undefined);
    };
    try {
      for (let attempt = 1; ; attempt += 1) {
        const [chunk, grant] = await Promise.all([this.#env.loadCall(), this.#grants.take()]);
        clearTimeout(waiting);
        if (signal.aborted) {
          unused();
          return;
        }
        const attemptTracks = used ? this.#takeAgain() : tracks;
        used = true;
        try {
          await this.#connect(room, chunk, grant, attemptTracks, signal);
          return;
        } catch (error) {
          // A token that waited too long is no failure yet: a fresh one may do.
          if (!(error instanceof ConnectError && error.tokenRefused) || attempt > 1) throw error;
          this.#grants.forget();
        }
      }
    } catch (error) {
      clearTimeout(waiting);
      unused();
      if (signal.aborted) return;
      this.#finish(error instanceof ConnectError ? error.reason : endFromError(error), room);
    }
  }

  #takeAgain(): Promise<LocalTracks> {
    this.#env.media.start(this.#wanted);
    return this.#env.media.take();
  }

  async #connect(room: Room, chunk: CallChunk<View>, grant: JoinGrant, tracks: Promise<LocalTracks>, signal: AbortSignal): Promise<void> {
    const session = chunk.startSession(this.#env.ownName(), room, {
      notify: this.#env.notify,
      ended: (reason) => {
        const { camera, microphone } = session.call.state.get();
        this.#wanted = { camera: isOn(camera), microphone: isOn(microphone) };
        if (!signal.aborted) this.#finish(reason, room);
      },
    });
    const media = this.#env.media.state.get();
    this.#wanted = { camera: isOn(media.camera), microphone: isOn(media.microphone) };
    const { call } = session;
    const started = call.start(grant, tracks);
    started.catch(() => undefined);
    // Drawing the call takes a while; the connection must be on its way first.
    await new Promise((resolve) => setTimeout(resolve));
    if (signal.aborted) call.leave();
    else if (call.state.get().phase !== 'ended') this.state.set({ stage: 'call', room, session, View: chunk.View });
    await started;
  }

  #finish(reason: EndReason, room: Room | undefined): void {
    this.#entering = undefined;
    this.#env.media.stop();
    this.#env.inCall(false);
    this.state.set({ stage: 'ended', room, reason });
    if (comesBack(reason)) this.#comeBack();
  }

  #comeBack(): void {
    const { signal } = this.#abort;
    this.#env.serverBack(signal).then(
      () => {
        if (!signal.aborted) this.again();
      },
      () => undefined,
    );
  }
}

function isOn(state: SwitchState | DeviceState): boolean {
  return state === 'on' || state === 'turningOn' || state === 'starting';
}
