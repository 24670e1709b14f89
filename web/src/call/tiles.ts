// Which tiles the grid shows: shared screens first, then people in the order they came, oneself last. With a single other person the own
// picture floats over theirs and takes no tile.
import type { CallState, ParticipantView } from './model';

export interface TileView {
  id: string;
  kind: 'person' | 'screen';
  participant: ParticipantView;
}

export interface Stage {
  tiles: readonly TileView[];
  /** The own picture, when it floats. */
  floating: ParticipantView | undefined;
}

export function stageOf({ local, remotes }: Pick<CallState, 'local' | 'remotes'>): Stage {
  const screens = [...remotes, local]
    .filter((participant) => participant.screen !== undefined)
    .map((participant): TileView => ({ id: `screen/${participant.identity}`, kind: 'screen', participant }));
  const floats = remotes.length === 1;
  const people = floats ? remotes : [...remotes, local];
  return {
    tiles: [...screens, ...people.map((participant): TileView => ({ id: participant.isLocal ? 'local' : participant.identity, kind: 'person', participant }))],
    floating: floats ? local : undefined,
  };
}
