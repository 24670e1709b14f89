// Which tiles are shown and where they belong: on the stage, among the people, or floating over the others. In: the call and what the person chose.
// The stage has, in this order of precedence: what is pinned, a shared screen, who a host put into the spotlight, who speaks.
import type { CallState, ParticipantView } from '../call/model';
import type { Preferences } from './preferences';

export interface TileView {
  /** `local` for one's own, an identity for another's, `screen/<identity>` for a shared screen. */
  id: string;
  kind: 'person' | 'screen';
  participant: ParticipantView;
}

export interface Choice extends Pick<Preferences, 'view' | 'selfHidden' | 'selfFloats'> {
  pins: readonly string[];
  /** The spotlight that the person turned away from; a later one shows again. */
  dismissed: string | undefined;
  /** The tile of the shared screen that is large, where there are several. */
  screen: string | undefined;
  /** Who has the floor. */
  floor: string | undefined;
  /** Identities of the others. */
  order: readonly string[];
}

export interface Arrangement {
  stage: readonly TileView[];
  people: readonly TileView[];
  floating: TileView | undefined;
}

export const LOCAL = 'local';
export const screenId = (identity: string) => `screen/${identity}`;

type Call = Pick<CallState, 'local' | 'remotes' | 'room'>;

export function arrange(call: Call, choice: Choice): Arrangement {
  const remotes = inOrder(call.remotes, choice.order);
  const local: TileView = { id: LOCAL, kind: 'person', participant: call.local };
  const others = remotes.map((participant): TileView => ({ id: participant.identity, kind: 'person', participant }));
  const screens = screensOf(call, choice.screen);
  const spotlight = spotlightOf(call, choice, others);
  const stage = stageOf(choice, [...screens, ...others, local], screens, spotlight, others);

  const left = (tile: TileView) => !stage.includes(tile);
  const people = [...screens, ...others].filter(left);
  // While a screen is shown the spotlight leads the strip.
  if (spotlight !== undefined && left(spotlight)) people.sort((a, b) => Number(b === spotlight) - Number(a === spotlight));
  if (!left(local)) return { stage, people, floating: undefined };
  const alone = remotes.length === 0;
  if (choice.selfHidden && !alone) return { stage, people, floating: undefined };
  const floats = choice.selfFloats ? stage.length + people.length > 0 : stage.length === 0 ? people.length === 1 : people.length === 0 && !alone;
  return floats ? { stage, people, floating: local } : { stage, people: [...people, local], floating: undefined };
}

function stageOf(choice: Choice, all: readonly TileView[], screens: readonly TileView[], spotlight: TileView | undefined, others: readonly TileView[]): readonly TileView[] {
  const pinned = choice.pins.flatMap((id) => all.find((tile) => tile.id === id) ?? []);
  if (pinned.length > 0) return pinned;
  if (choice.view !== 'grid' && screens.length > 0) return screens.slice(0, 1);
  if (spotlight !== undefined) return [spotlight];
  if (choice.view !== 'speaker') return [];
  const speaker = others.find(({ id }) => id === choice.floor) ?? others.find(({ participant }) => participant.cameraOn) ?? others[0];
  return speaker === undefined ? [] : [speaker];
}

/** Nobody wants to see oneself large because a host wants the others to. */
function spotlightOf({ room, local }: Call, choice: Choice, others: readonly TileView[]): TileView | undefined {
  if (room.spotlight === undefined || room.spotlight === local.identity || room.spotlight === choice.dismissed) return undefined;
  return others.find(({ id }) => id === room.spotlight);
}

function inOrder(remotes: readonly ParticipantView[], order: readonly string[]): readonly ParticipantView[] {
  const places = new Map(order.map((identity, index) => [identity, index]));
  const place = (participant: ParticipantView) => places.get(participant.identity) ?? places.size;
  return [...remotes].sort((a, b) => place(a) - place(b));
}

/** The large one first; without a choice another's before one's own, which would show itself within itself. */
function screensOf({ local, remotes }: Call, large: string | undefined): readonly TileView[] {
  const tiles = [...remotes, local].filter(({ screen }) => screen !== undefined).map((participant): TileView => ({ id: screenId(participant.identity), kind: 'screen', participant }));
  return tiles.sort((a, b) => Number(b.id === large) - Number(a.id === large));
}
