// Which tiles are shown: shared screens on the stage, then people in the order they came, oneself last. With a single other person the own
// picture floats over theirs and takes no tile.
import type { CallState, ParticipantView } from '../call/model';

export interface TileView {
  id: string;
  kind: 'person' | 'screen';
  participant: ParticipantView;
}

export interface Stage {
  /** Shared screens; while there are any they take the stage and the people a strip beside it. */
  screens: readonly TileView[];
  people: readonly TileView[];
  /** The own picture, when it floats. */
  floating: ParticipantView | undefined;
}

export function stageOf({ local, remotes }: Pick<CallState, 'local' | 'remotes'>): Stage {
  const screens = [...remotes, local]
    .filter((participant) => participant.screen !== undefined)
    .map((participant): TileView => ({ id: `screen/${participant.identity}`, kind: 'screen', participant }));
  const floats = remotes.length === 1 && screens.length === 0;
  const people = floats ? remotes : [...remotes, local];
  return {
    screens,
    people: people.map((participant): TileView => ({ id: participant.isLocal ? 'local' : participant.identity, kind: 'person', participant })),
    floating: floats ? local : undefined,
  };
}
