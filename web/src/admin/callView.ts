// What the administration says of a call and the people in it.
import type { Call, Participant } from '../api/admin';

/** A room in memory has a name and no title. */
export const titleOf = ({ title, room }: Pick<Call, 'title' | 'room'>): string => title ?? room;

export const QUALITIES = ['excellent', 'good', 'poor'] as const;

export type Quality = (typeof QUALITIES)[number] | 'unknown';

export function qualityOf({ quality }: Pick<Participant, 'quality'>): Quality {
  return QUALITIES.find((known) => known === quality) ?? 'unknown';
}

/** How it goes for whom it goes worst. */
export function worst(counts: Call['quality']): Quality {
  return [...QUALITIES].reverse().find((quality) => counts[quality] > 0) ?? 'unknown';
}

export type Kind = 'account' | 'guest' | 'program';

export function kindOf({ user }: Pick<Participant, 'user'>): Kind {
  if (user === null) return 'program';
  return typeof user === 'number' ? 'account' : 'guest';
}

/** A program may have no name. */
export const nameOf = ({ name, identity }: Pick<Participant, 'name' | 'identity'>): string => (name.trim() === '' ? identity : name);
