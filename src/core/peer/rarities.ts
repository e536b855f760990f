/** What few connections need at a time: kept apart, so that the many idle ones stay small. */
import type { Blame } from '../observer.ts';
import type { Uptake } from './uptake.ts';

/** Why a connection ends, and whose fault it was. */
export interface Ending {
  readonly reason: string;
  readonly blame: Blame;
}

export interface Rarities {
  readonly allowedFast: number[];
  readonly grantedFast: number[];
  readonly suggested: number[];
  readonly suggestedByUs: number[];
  /** While something that we gave its stream waits there. */
  uptake: Uptake | undefined;
  ending: Ending | undefined;
}

export function createRarities(): Rarities {
  return {
    allowedFast: [],
    grantedFast: [],
    suggested: [],
    suggestedByUs: [],
    uptake: undefined,
    ending: undefined,
  };
}
