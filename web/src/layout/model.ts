// The layout of a call as its views see it. In: the call's state, the window's space, and what the person chooses. Out: the tiles of the page with
// their places, and what the menus show. Which person, which pin and which page are this call's; how one likes it is remembered (preferences.ts).
import type { CallState } from '../call/model';
import type { Direction } from '../i18n/languages';
import { Store, type Readable } from '../ui/store';
import { arrange, LOCAL, screenId, type Arrangement, type Choice, type TileView } from './arrange';
import type { Corner } from './corner';
import type { Frame, Space } from './grid';
import { PeopleOrder } from './order';
import { measure, place, type PlacedTile } from './place';
import { VIEWS, type LayoutPreferences, type Preferences, type View } from './preferences';
import { Speakers } from './speakers';

export interface LayoutState extends Preferences {
  tiles: readonly PlacedTile[];
  strip: 'side' | 'bottom' | undefined;
  page: number;
  pages: number;
  /** Where the people are. */
  area: Frame;
  /** What the own picture floats over. */
  ground: Frame;
  /** Ids of tiles. */
  pins: readonly string[];
  /** The identity that a host shows to everyone. */
  spotlight: string | undefined;
  /** What a small window beside other work should show: what is shared, or who speaks. */
  subject: TileView;
}

/** More do not fit a phone's stage; a further pin takes the place of the oldest. */
const MOST_PINS = 6;

export class LayoutModel {
  readonly state: Store<LayoutState>;
  readonly #call: Readable<CallState>;
  readonly #preferences: LayoutPreferences;
  readonly #now: () => number;
  readonly #speakers = new Speakers();
  readonly #order = new PeopleOrder();
  #space: Space = { width: 0, height: 0 };
  #direction: Direction = 'ltr';
  #page = 0;
  #maxPeople: number | undefined;
  #pins: readonly string[] = [];
  #dismissed: string | undefined;
  /** Shared screens, the latest first. */
  #screens: readonly string[] = [];
  #chosenScreen: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(call: Readable<CallState>, preferences: LayoutPreferences, now: () => number) {
    this.#call = call;
    this.#preferences = preferences;
    this.#now = now;
    this.state = new Store(this.#look());
    call.subscribe(() => this.#update());
    preferences.state.subscribe(() => this.#update());
  }

  setSpace(space: Space): void {
    if (space.width === this.#space.width && space.height === this.#space.height) return;
    this.#space = space;
    this.#update();
  }

  /** In which direction the page is read. */
  setDirection(direction: Direction): void {
    if (direction === this.#direction) return;
    this.#direction = direction;
    this.#update();
  }

  /** Bounds how many people a page has. */
  setMaxPeople(maxPeople: number): void {
    this.#maxPeople = maxPeople;
    this.#update();
  }

  setPage(page: number): void {
    this.#page = page;
    this.#update();
  }

  /** Choosing by hand also turns away from a spotlight that is on. */
  setView(view: View): void {
    this.#dismissed = this.#call.get().room.spotlight;
    this.#page = 0;
    this.#preferences.set({ view });
    this.#update();
  }

  nextView(): void {
    const { view } = this.#preferences.state.get();
    this.setView(VIEWS[(VIEWS.indexOf(view) + 1) % VIEWS.length] ?? 'auto');
  }

  togglePin(id: string): void {
    this.#pins = this.#pins.includes(id) ? this.#pins.filter((pin) => pin !== id) : [...this.#pins, id].slice(-MOST_PINS);
    this.#update();
  }

  unpinAll(): void {
    this.#pins = [];
    this.#update();
  }

  /** Makes one of several shared screens the large one. */
  enlarge(id: string): void {
    this.#chosenScreen = id;
    this.#update();
  }

  prefer(changes: Partial<Pick<Preferences, 'selfHidden' | 'selfFloats' | 'mirrored'>>): void {
    this.#preferences.set(changes);
  }

  moveSelf(corner: Corner): void {
    this.#preferences.set({ corner });
  }

  #update(): void {
    this.state.set(this.#look());
  }

  #look(): LayoutState {
    const call = this.#call.get();
    const now = this.#now();
    const before = this.#speakers.floor;
    this.#speakers.update(call.remotes, now);
    this.#order.sync(call.remotes.map(({ identity }) => identity));
    this.#trackScreens(call);
    let arrangement = arrange(call, this.#choice());
    if (this.#reorder(arrangement, before, now)) arrangement = arrange(call, this.#choice());
    const preferences = this.#preferences.state.get();
    const { tiles, strip, page, pages, area, ground } = place(arrangement, this.#space, this.#page, preferences.corner, this.#maxPeople, this.#direction);
    this.#page = page;
    this.#wake(call, now);
    return { ...preferences, tiles, strip, page, pages, area, ground, pins: this.#pins, spotlight: call.room.spotlight, subject: subjectOf(call, arrangement, this.#speakers.floor) };
  }

  #choice(): Choice {
    return {
      ...this.#preferences.state.get(),
      pins: this.#pins,
      dismissed: this.#dismissed,
      screen: this.#chosenScreen !== undefined && this.#screens.includes(this.#chosenScreen) ? this.#chosenScreen : this.#screens.find((id) => id !== screenId(this.#call.get().local.identity)),
      floor: this.#speakers.floor,
      order: this.#order.get(),
    };
  }

  /** Speakers come to the first page; who yields the stage takes the place of who enters it. */
  #reorder(arrangement: Arrangement, before: string | undefined, now: number): boolean {
    const { stage, people } = arrangement;
    const others = people.filter(({ id, kind }) => kind === 'person' && id !== LOCAL).map(({ id }) => id);
    const { perPage } = measure(arrangement, this.#space, this.#maxPeople).grid;
    const places = Math.max(0, perPage - (people.length - others.length));
    const floor = this.#speakers.floor;
    const entered = floor !== before && floor !== undefined && stage.some(({ id }) => id === floor);
    const swaps = entered && before !== undefined && others.includes(before) && this.#order.get().indexOf(floor) <= places;
    if (swaps) this.#order.swap(floor, before);
    const listed = this.#order.get().filter((identity) => others.includes(identity));
    return this.#order.bringForward(listed, places, this.#speakers, now) || swaps;
  }

  #trackScreens({ local, remotes }: CallState): void {
    const shared = [...remotes, local].filter(({ screen }) => screen !== undefined).map(({ identity }) => screenId(identity));
    this.#screens = [...shared.filter((id) => !this.#screens.includes(id)), ...this.#screens.filter((id) => shared.includes(id))];
  }

  /** Looks again when a turn has lasted for long enough to count. */
  #wake({ phase }: CallState, now: number): void {
    clearTimeout(this.#timer);
    const delay = phase === 'ended' ? undefined : this.#speakers.nextChange(now);
    if (delay !== undefined) this.#timer = setTimeout(() => this.#update(), delay);
  }
}

function subjectOf({ local, remotes }: CallState, { stage, people }: Arrangement, floor: string | undefined): TileView {
  const person = (participant: CallState['local']): TileView => ({ id: participant.isLocal ? LOCAL : participant.identity, kind: 'person', participant });
  const shared = [...stage, ...people].find(({ kind, participant }) => kind === 'screen' && !participant.isLocal);
  if (shared !== undefined) return shared;
  const staged = stage.find(({ kind }) => kind === 'person');
  const speaker = remotes.find(({ identity }) => identity === floor) ?? remotes[0];
  return staged ?? person(speaker ?? local);
}
