// Camera and microphone during the call. In: what a person wants, what happens to the devices. Out: a living track for each that is on, handed to the
// outlet, and notices. What is done with one device is done one after the other; the last word counts.
//
// A device that is unplugged gives way to another, and takes its place again when it comes back. A microphone that is off keeps its track, so that it is
// on again at once; a camera that is off lets go of its device, and the light goes out.
import { Store } from '../ui/store';
import type { DeviceChoices } from './deviceChoice';
import { standing, type DeviceList, type Devices, type DeviceSort } from './deviceList';
import { askForExactly, askForFacing, askForOne, deviceProblem, stopTracks, type DeviceEnvironment, type DeviceKind, type DeviceProblem, type Facing, type LocalTracks } from './devices';
import type { DevicesPort } from './port';
import { appeared, isReal, pluggedIn, type Plugged } from './listChange';

/** Where the tracks go. */
export interface Outlet {
  /** Sends this track as the device's, in place of the one before; whether others hear or see it is not touched. */
  carry(kind: DeviceKind, track: MediaStreamTrack): Promise<void>;
  /** Others hear or see the device. */
  resume(kind: DeviceKind): Promise<void>;
  /** Others hear or see nothing of the device. */
  silence(kind: DeviceKind): Promise<void>;
  /** Calls back when a device was silenced by another hand than `silence`. */
  onSilenced(listener: (kind: DeviceKind) => void): void;
}

export interface CaptureEnvironment {
  devices: DeviceEnvironment;
  choices: DeviceChoices;
  list: DeviceList;
  /** A phone takes devices away from a page that is not looked at. */
  hidden: () => boolean;
  /** Calls back when the page is looked at again, until the returned function is called. */
  onReturn: (listener: () => void) => () => void;
}

export interface InUse {
  track: MediaStreamTrack;
  id: string | undefined;
  label: string;
  /** Which way a phone's camera looks; undefined where the browser does not say. */
  facing: Facing | undefined;
}

export type CaptureState = Readonly<Record<DeviceKind, InUse | undefined>>;

export type DeviceNotice =
  /** Unplugged; `now` stands in for it, if anything does. */
  | { kind: 'gone'; device: DeviceSort; label: string; now: string | undefined }
  | { kind: 'back'; device: DeviceSort; label: string }
  /** The permission was taken back during the call. */
  | { kind: 'withdrawn'; device: DeviceKind }
  /** A chosen device did not start; the one before goes on. */
  | { kind: 'notTaken'; device: DeviceKind; problem: DeviceProblem }
  | { kind: 'plugged'; thing: Plugged }
  | { kind: 'silencedByHost'; device: DeviceKind };

const KINDS = ['camera', 'microphone'] as const satisfies readonly DeviceKind[];

interface Slot {
  wanted: boolean;
  track: MediaStreamTrack | undefined;
  unlisten: () => void;
  /** What is preferred for this call alone: the device that was unplugged, or the camera of a phone's other side. */
  preferred: string | undefined;
  /** It was lost while the page was not looked at, and is asked for again when it is. */
  lostInBackground: boolean;
  queue: Promise<void>;
}

export class Capture implements DevicesPort {
  readonly state = new Store<CaptureState>({ camera: undefined, microphone: undefined });
  readonly #outlet: Outlet;
  readonly #env: CaptureEnvironment;
  readonly #slots: Readonly<Record<DeviceKind, Slot>> = { camera: emptySlot(), microphone: emptySlot() };
  readonly #listeners = new Set<(notice: DeviceNotice) => void>();
  #known: Devices;
  #closed = false;
  readonly #cleanUp: (() => void)[];

  constructor(outlet: Outlet, env: CaptureEnvironment) {
    this.#outlet = outlet;
    this.#env = env;
    this.#known = env.list.state.get();
    outlet.onSilenced((kind) => this.#silencedByHost(kind));
    this.#cleanUp = [env.list.watch(), env.list.state.subscribe(() => this.#compare(env.list.state.get())), env.onReturn(() => this.#askAgain())];
  }

  onNotice(listener: (notice: DeviceNotice) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes over the tracks that the call starts with. */
  async publish(tracks: LocalTracks): Promise<void> {
    if (this.#closed) {
      stopTracks(tracks);
      return;
    }
    await Promise.all(
      KINDS.map(async (kind) => {
        const track = tracks[kind];
        if (track === undefined) return;
        this.#slots[kind].wanted = true;
        this.#adopt(kind, track);
        await this.#enqueue(kind, () => this.#apply(kind));
      }),
    );
  }

  /** Rejects with the device's error. */
  set(kind: DeviceKind, on: boolean): Promise<void> {
    const slot = this.#slots[kind];
    slot.wanted = on;
    slot.lostInBackground = false;
    // At once, whatever else is under way.
    if (!on && slot.track !== undefined) slot.track.enabled = false;
    return this.#enqueue(kind, () => this.#apply(kind));
  }

  /** Remembers a device, and changes to it at once when its kind runs. */
  choose(kind: DeviceKind, id: string): void {
    const { choices } = this.#env;
    const before = choices.state.get()[kind];
    choices.remember({ [kind]: id });
    this.#slots[kind].preferred = undefined;
    this.#exchange(kind, id, () => askForExactly(kind, this.#env.devices, id)).catch((error: unknown) => {
      // Unless something else was chosen meanwhile.
      if (choices.state.get()[kind] === id) choices.remember({ [kind]: before });
      this.#tell({ kind: 'notTaken', device: kind, problem: deviceProblem(error) });
    });
  }

  /** Opens a device again, as something else is wanted of it now. */
  renew(kind: DeviceKind): Promise<void> {
    const id = this.state.get()[kind]?.id;
    return this.#exchange(kind, undefined, () => askForOne(kind, this.#env.devices, id));
  }

  /** From a phone's front camera to the one at the back, or the other way. */
  turnAround(): void {
    const facing: Facing = this.state.get().camera?.facing === 'environment' ? 'user' : 'environment';
    this.#exchange('camera', undefined, () => askForFacing(this.#env.devices, facing)).then(
      () => {
        this.#slots.camera.preferred = this.state.get().camera?.id;
      },
      (error: unknown) => this.#tell({ kind: 'notTaken', device: 'camera', problem: deviceProblem(error) }),
    );
  }

  /** Lets go of everything. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const clean of this.#cleanUp) clean();
    for (const kind of KINDS) this.#drop(kind);
  }

  async #apply(kind: DeviceKind): Promise<void> {
    const slot = this.#slots[kind];
    if (!this.#wants(kind)) {
      await this.#outlet.silence(kind);
      if (kind === 'camera' && !this.#wants(kind)) this.#drop(kind);
      return;
    }
    try {
      if (!isLive(slot.track)) {
        const track = await askForOne(kind, this.#env.devices, this.#preferred(kind));
        // Thought better of meanwhile.
        if (!this.#wants(kind)) {
          track.stop();
          return;
        }
        this.#adopt(kind, track);
      }
      await this.#send(kind);
    } catch (error) {
      slot.wanted = false;
      this.#drop(kind);
      throw error;
    }
  }

  /** Sends the track that runs, as loud or as silent as is wanted. */
  async #send(kind: DeviceKind): Promise<void> {
    const { track } = this.#slots[kind];
    if (track === undefined) return;
    track.enabled = this.#wants(kind);
    await this.#outlet.carry(kind, track);
    if (!this.#wants(kind)) return;
    track.enabled = true;
    await this.#outlet.resume(kind);
  }

  /** Changes the device that runs for another. When the other does not start, the one before goes on, and the error is thrown. */
  #exchange(kind: DeviceKind, id: string | undefined, ask: () => Promise<MediaStreamTrack>): Promise<void> {
    return this.#enqueue(kind, async () => {
      const old = this.#slots[kind].track;
      if (old === undefined || this.#closed || (id !== undefined && id === idOf(old))) return;
      this.#slots[kind].unlisten();
      // Phones open one camera at a time, and some browsers one microphone.
      if (kind === 'microphone' || facingOf(old) !== undefined) old.stop();
      const { next, failure } = await this.#change(kind, old, ask);
      if (next !== old) old.stop();
      if (next === undefined) {
        this.#slots[kind].wanted = false;
        this.#drop(kind);
        await this.#outlet.silence(kind);
      } else if (this.#hasClosed()) {
        next.stop();
      } else {
        this.#adopt(kind, next);
        if (next !== old) await this.#send(kind);
        if (kind === 'camera' && !this.#wants(kind)) this.#drop(kind);
      }
      if (failure !== undefined) throw failure.error;
    });
  }

  /** What was asked for, or what was there before and why. */
  async #change(kind: DeviceKind, old: MediaStreamTrack, ask: () => Promise<MediaStreamTrack>): Promise<{ next: MediaStreamTrack | undefined; failure?: { error: unknown } }> {
    try {
      return { next: await ask() };
    } catch (error) {
      if (deviceProblem(error) !== 'busy' || !isLive(old)) return { next: await this.#restore(kind, old), failure: { error } };
    }
    // Perhaps it is the one before that is in the way.
    old.stop();
    try {
      return { next: await ask() };
    } catch (error) {
      return { next: await this.#restore(kind, old), failure: { error } };
    }
  }

  async #restore(kind: DeviceKind, old: MediaStreamTrack): Promise<MediaStreamTrack | undefined> {
    return isLive(old) ? old : askForOne(kind, this.#env.devices, idOf(old)).catch(() => undefined);
  }

  /** A track came to its end, or its device is not listed any more. */
  #lost(kind: DeviceKind, track: MediaStreamTrack): void {
    void this.#enqueue(kind, async () => {
      const slot = this.#slots[kind];
      if (slot.track !== track) return;
      const [id, label] = [idOf(track), track.label];
      this.#drop(kind);
      if (id !== undefined && isReal(id)) slot.preferred = id;
      if (!this.#wants(kind)) return;
      try {
        const next = await this.#standIn(kind, id);
        if (!this.#wants(kind)) {
          next.stop();
          return;
        }
        this.#adopt(kind, next);
        await this.#send(kind);
        if (idOf(next) !== id || next.label !== label) this.#tell({ kind: 'gone', device: kind, label, now: next.label });
      } catch (error) {
        slot.wanted = false;
        this.#drop(kind);
        await this.#outlet.silence(kind);
        slot.lostInBackground = this.#env.hidden();
        if (slot.lostInBackground) return;
        this.#tell(deviceProblem(error) === 'refused' ? { kind: 'withdrawn', device: kind } : { kind: 'gone', device: kind, label, now: undefined });
      }
    }).catch(() => undefined);
  }

  /** The chosen device, or the default, or any that starts. */
  async #standIn(kind: DeviceKind, lost: string | undefined): Promise<MediaStreamTrack> {
    const { devices, list, choices } = this.#env;
    await list.refresh();
    const others = list.state.get()[kind].map(({ id }) => id).filter((id) => id !== lost && isReal(id));
    const chosen = choices.state.get()[kind];
    const ways = [
      ...(chosen !== undefined && others.includes(chosen) ? [() => askForExactly(kind, devices, chosen)] : []),
      () => askForOne(kind, devices, undefined),
      ...others.map((id) => () => askForExactly(kind, devices, id)),
    ];
    let last: unknown;
    for (const way of ways) {
      try {
        return await way();
      } catch (error) {
        last = error;
        if (deviceProblem(error) === 'refused') break;
      }
    }
    throw last;
  }

  #compare(now: Devices): void {
    const before = this.#known;
    this.#known = now;
    const wanted = new Set<string>();
    for (const kind of KINDS) {
      const { track } = this.#slots[kind];
      const id = track === undefined ? undefined : idOf(track);
      const has = (devices: Devices) => devices[kind].some((device) => device.id === id);
      // Not every browser ends the track of a device that is gone.
      if (track !== undefined && has(before) && !has(now)) this.#lost(kind, track);
      const preferred = this.#preferred(kind);
      const back = appeared(before, now, kind).find((device) => device.id === preferred);
      if (back === undefined) continue;
      wanted.add(back.id);
      if (track !== undefined) this.#comeBack(kind, back.id, back.label);
    }
    const speaker = this.#compareSpeaker(before, now);
    if (speaker !== undefined) wanted.add(speaker);
    for (const thing of pluggedIn(before, now))
      if (!Object.values(thing.devices).some((id) => wanted.has(id))) this.#tell({ kind: 'plugged', thing });
  }

  #comeBack(kind: DeviceKind, id: string, label: string): void {
    this.#exchange(kind, id, () => askForExactly(kind, this.#env.devices, id)).then(
      () => {
        if (this.#wants(kind)) this.#tell({ kind: 'back', device: kind, label });
      },
      // Just plugged in and already busy: what stood in for it goes on.
      () => undefined,
    );
  }

  /** The players follow the list by themselves; a person is told. The id of a chosen speaker that came back is returned. */
  #compareSpeaker(before: Devices, now: Devices): string | undefined {
    const chosen = this.#env.choices.state.get().speaker;
    const labelIn = (devices: Devices, id: string | undefined) => devices.speaker.find((device) => device.id === id)?.label;
    const [was, is] = [labelIn(before, chosen), labelIn(now, chosen)];
    if (was !== undefined && is === undefined && now.speaker.length > 0) this.#tell({ kind: 'gone', device: 'speaker', label: was, now: labelIn(now, standing(now.speaker, chosen)) });
    if (was !== undefined || is === undefined || before.speaker.length === 0) return undefined;
    this.#tell({ kind: 'back', device: 'speaker', label: is });
    return chosen;
  }

  #silencedByHost(kind: DeviceKind): void {
    const slot = this.#slots[kind];
    // A track that came to its end is silenced by the library.
    if (!this.#wants(kind) || !isLive(slot.track)) return;
    slot.wanted = false;
    if (slot.track !== undefined) slot.track.enabled = false;
    if (kind === 'camera') this.#drop(kind);
    this.#tell({ kind: 'silencedByHost', device: kind });
  }

  #askAgain(): void {
    for (const kind of KINDS) {
      const slot = this.#slots[kind];
      if (slot.lostInBackground) this.set(kind, true).catch(() => this.#tell({ kind: 'withdrawn', device: kind }));
      else if (slot.track !== undefined && !isLive(slot.track)) this.#lost(kind, slot.track);
    }
  }

  #preferred(kind: DeviceKind): string | undefined {
    return this.#slots[kind].preferred ?? this.#env.choices.state.get()[kind];
  }

  /** Asks anew, since it may have changed while something was awaited. */
  #hasClosed(): boolean {
    return this.#closed;
  }

  #wants(kind: DeviceKind): boolean {
    return this.#slots[kind].wanted && !this.#closed;
  }

  #adopt(kind: DeviceKind, track: MediaStreamTrack): void {
    const slot = this.#slots[kind];
    slot.unlisten();
    slot.track = track;
    const ended = () => this.#lost(kind, track);
    track.addEventListener('ended', ended);
    slot.unlisten = () => track.removeEventListener('ended', ended);
    this.state.set({ ...this.state.get(), [kind]: { track, id: idOf(track), label: track.label, facing: facingOf(track) } });
  }

  #drop(kind: DeviceKind): void {
    const slot = this.#slots[kind];
    slot.unlisten();
    slot.track?.stop();
    slot.track = undefined;
    this.state.set({ ...this.state.get(), [kind]: undefined });
  }

  #tell(notice: DeviceNotice): void {
    if (!this.#closed) for (const listener of this.#listeners) listener(notice);
  }

  #enqueue(kind: DeviceKind, task: () => Promise<void>): Promise<void> {
    const slot = this.#slots[kind];
    const done = slot.queue.then(() => (this.#closed ? undefined : task()));
    slot.queue = done.catch(() => undefined);
    return done;
  }
}

function emptySlot(): Slot {
  return { wanted: false, track: undefined, unlisten: () => undefined, preferred: undefined, lostInBackground: false, queue: Promise.resolve() };
}

function isLive(track: MediaStreamTrack | undefined): boolean {
  return track?.readyState === 'live';
}

function idOf(track: MediaStreamTrack): string | undefined {
  return track.getSettings().deviceId;
}

function facingOf(track: MediaStreamTrack): Facing | undefined {
  const { facingMode } = track.getSettings();
  return facingMode === 'user' || facingMode === 'environment' ? facingMode : undefined;
}
