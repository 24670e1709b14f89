// One visit to a room's page, from the address to the end: find the room, get ready, be in the call, and say why it ended. While someone looks at
// their own picture, everything that joining needs is fetched, so that the click on Join only has to connect. Where the room has a waiting room, a host
// is asked at the click, and a decision leads on by itself.
import type { JoinGrant, Room } from '../api/rooms';
import { Store } from '../ui/store';
import type { DeviceState, LocalMedia, LocalTracks, Wanted } from '../devices/devices';
import { waitingIn, type Knock } from '../waiting/knock';
import { comesBack, ConnectError, endFromError, pauseFrom, type EndReason } from './end';
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
  /** Before a host who has not decided yet. */
  | { stage: 'waiting'; room: Room; knock: Knock }
  | { stage: 'call'; room: Room; session: CallSession; View: View }
  /** `pauseSeconds`: how long it is of no use to come again. */
  | { stage: 'ended'; room: Room | undefined; reason: EndReason; pauseSeconds: number };

export interface VisitEnvironment<View> {
  findRoom: (roomId: string, signal: AbortSignal) => Promise<Room>;
  requestGrant: () => Promise<JoinGrant>;
  /** Whether a host is asked before this person comes in. */
  asks: (room: Room) => boolean;
  /** Whether it is known already who this is, so that a grant can be asked for ahead of the click on Join. */
  known: boolean;
  /** Why this person does not even get as far as the step before the call; undefined when they do. */
  turnedAway?: (room: Room) => EndReason | undefined;
  knock: (hostPresent: boolean) => Knock;
  /** Remembers over a reload of the tab that one waits in front of the room. */
  waits: { get(): boolean; set(waits: boolean): void };
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
    this.#renew();
    void this.#open(this.#abort.signal);
  }

  /** Leaves the page: out of the call, devices off. */
  stop(): void {
    this.#abort.abort();
    const state = this.state.get();
    if (state.stage === 'call') state.session.call.leave();
    if (state.stage === 'waiting') {
      state.knock.leave();
      this.#env.waits.set(false);
    }
    this.#env.media.stop();
    this.#env.inCall(false);
    this.state.set({ stage: 'loading' });
  }

  /** Goes from the step before the call into it. */
  join(how: 'withDevices' | 'withoutDevices'): void {
    const state = this.state.get();
    if (state.stage !== 'prejoin') return;
    if (how === 'withoutDevices') this.#env.media.stop();
    void this.#enter(state.room, this.#abort.signal);
  }

  /** Whether joining means to ask a host. */
  asks(room: Room): boolean {
    return this.#env.asks(room);
  }

  /** Gives up waiting: back to the step before the call. */
  giveUp(): void {
    const state = this.state.get();
    if (state.stage !== 'waiting') return;
    this.#renew();
    this.#env.waits.set(false);
    this.#env.inCall(false);
    state.knock.leave();
    this.state.set({ stage: 'prejoin', room: state.room });
  }

  /** From the page that says why it ended, back in: straight into the call when the room is known. */
  again(): void {
    const state = this.state.get();
    if (state.stage !== 'ended') return;
    this.#renew();
    this.#grants.forget();
    if (state.room === undefined) {
      this.state.set({ stage: 'loading' });
      void this.#open(this.#abort.signal);
      return;
    }
    this.#env.media.start(this.#wanted);
    void this.#enter(state.room, this.#abort.signal);
  }

  /** Ends what is under way, for something else. */
  #renew(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#entering = undefined;
  }

  async #open(signal: AbortSignal): Promise<void> {
    // A failure of this counts when its result is needed.
    this.#env.loadCall().catch(() => undefined);
    this.#wanted = this.#env.media.remembered();
    this.#env.media.start(this.#wanted);
    try {
      const room = await this.#env.findRoom(this.#roomId, signal);
      if (signal.aborted) return;
      const turnedAway = this.#env.turnedAway?.(room);
      if (turnedAway !== undefined) {
        this.#finish(turnedAway, room);
        return;
      }
      // Asking for a grant in front of a waiting room is a knock.
      if (this.#env.known && !this.#env.asks(room)) this.#grants.warm();
      this.state.set({ stage: 'prejoin', room });
      // Waited when the tab was reloaded: goes on waiting.
      if (this.#env.waits.get()) this.join('withDevices');
    } catch (error) {
      if (!signal.aborted) this.#finish(endFromError(error), undefined);
    }
  }

  async #enter(room: Room, signal: AbortSignal): Promise<void> {
    if (this.#entering === signal) return;
    this.#entering = signal;
    this.#env.inCall(true);
    const slow = setTimeout(() => this.state.set({ stage: 'joining', room }));
    try {
      for (let attempt = 1; ; attempt += 1) {
        const [chunk, grant] = await Promise.all([this.#env.loadCall(), this.#admission(room, signal, slow)]);
        clearTimeout(slow);
        if (signal.aborted) return;
        // The devices of a second attempt are asked for anew, since the first has used its own up.
        if (attempt > 1) this.#env.media.start(this.#wanted);
        try {
          await this.#connect(room, chunk, grant, this.#env.media.take(), signal);
          return;
        } catch (error) {
          // A token that waited too long is no failure yet: a fresh one may do.
          if (!(error instanceof ConnectError && error.tokenRefused) || attempt > 1) throw error;
          this.#grants.forget();
        }
      }
    } catch (error) {
      clearTimeout(slow);
      if (signal.aborted) return;
      this.#finish(error instanceof ConnectError ? error.reason : endFromError(error), room, pauseFrom(error));
    }
  }

  /** A grant: at once, or when a host has let this person in. */
  async #admission(room: Room, signal: AbortSignal, slow: ReturnType<typeof setTimeout>): Promise<JoinGrant> {
    try {
      return await this.#grants.take();
    } catch (error) {
      const waiting = waitingIn(error);
      if (waiting === undefined || signal.aborted) throw error;
      clearTimeout(slow);
      const knock = this.#env.knock(waiting.hostPresent);
      this.#env.waits.set(true);
      this.state.set({ stage: 'waiting', room, knock });
      const grant = await knock.decided(signal);
      this.#env.waits.set(false);
      return grant;
    }
  }

  async #connect(room: Room, chunk: CallChunk<View>, grant: JoinGrant, tracks: Promise<LocalTracks>, signal: AbortSignal): Promise<void> {
    const session = chunk.startSession(this.#env.ownName(), room, {
      notify: this.#env.notify,
      ended: (reason) => {
        const { camera, microphone } = session.call.state.get();
        this.#wanted = { camera: isOn(camera), microphone: isOn(microphone) };
        if (signal.aborted) return;
        this.#finish(reason, room);
        if (this.#env.known && (reason === 'removed' || reason === 'deleted')) void this.#lookFurther(reason, room, signal);
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

  /** Whose account was disabled or deleted is put out of calls too, and hears of the one only by asking. */
  async #lookFurther(reason: EndReason, room: Room, signal: AbortSignal): Promise<void> {
    const found = await this.#env.findRoom(this.#roomId, signal).then(() => undefined, endFromError);
    const state = this.state.get();
    if (found === 'signedOut' && !signal.aborted && state.stage === 'ended' && state.reason === reason) this.#finish(found, room);
  }

  #finish(reason: EndReason, room: Room | undefined, pauseSeconds = 0): void {
    this.#entering = undefined;
    this.#env.media.stop();
    this.#env.inCall(false);
    this.#env.waits.set(false);
    this.state.set({ stage: 'ended', room, reason, pauseSeconds });
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
