// Everything of a call that spares the line and the machine: what the person chose, what a busy machine needs, and what a weak line is told.
import type { CallState, CallModel } from '../call/model';
import { preferences } from '../settings/preferences';
import type { StatsPort } from '../stats/port';
import { Store } from '../ui/store';
import { STEPS } from './load';
import { LoadModel } from './loadModel';
import type { SaverPort } from './port';
import { SaverModel } from './saver';
import { PictureFilter } from './shown';
import { WeakLine } from './weakLine';

const ALLOWED = { get: () => preferences.state.get().fewerVideos, subscribe: preferences.state.subscribe };

export class Saving {
  readonly saver: SaverModel;
  readonly load: LoadModel;
  readonly weakLine: WeakLine;
  /** The call with those pictures alone that are to be drawn. */
  readonly shown: Store<CallState>;
  readonly #call: CallModel;
  readonly #filter = new PictureFilter();

  constructor(port: SaverPort, stats: StatsPort, call: CallModel) {
    this.saver = new SaverModel(port, call);
    this.load = new LoadModel(stats, call.state, { now: () => performance.now(), visible: () => document.visibilityState === 'visible', allowed: ALLOWED });
    this.weakLine = new WeakLine(call.state, () => performance.now());
    this.load.state.subscribe(() => this.saver.setAlsoSmall(STEPS[this.load.state.get()].small));
    this.#call = call;
    this.shown = new Store(this.#show());
    for (const source of [call.state, this.saver.state, this.load.state]) source.subscribe(() => this.shown.set(this.#show()));
  }

  /** Tells how many people a page may have, whenever that changes. */
  onMaxPeople(listener: (maxPeople: number) => void): void {
    this.load.state.subscribe(() => listener(STEPS[this.load.state.get()].tiles));
  }

  /** Until the returned function is called. */
  watch(): () => void {
    const stops = [this.load.watch(), this.weakLine.watch()];
    return () => stops.forEach((stop) => stop());
  }

  #show(): CallState {
    const { cameras } = STEPS[this.load.state.get()];
    const audioOnly = this.saver.state.get() === 'audio';
    return this.#filter.apply(this.#call.state.get(), { cameras: audioOnly ? 'none' : cameras, screens: !audioOnly });
  }
}
