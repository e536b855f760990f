/** What a tab is asked to carry at most; `swarmlab run` has no such bounds. */
import type { Plan } from '../../src/scenarios/plan.ts';
import { SCENARIO_FILE } from './scenario-file.ts';

export const PEERS_MAX = 300;
/** Peers times pieces. */
export const CELLS_MAX = 2 ** 18;
/** Things that happen in a run. */
export const ROWS_MAX = 2_000_000;

/** Why a plan is too much for a page, in words; undefined: it is not. */
export function tooLarge({ peers, torrent }: Pick<Plan, 'peers' | 'torrent'>): string | undefined {
  const totalBytes = torrent.files.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
  const pieces = Math.ceil(totalBytes / torrent.pieceLengthBytes);
  if (peers.length <= PEERS_MAX && peers.length * pieces <= CELLS_MAX) return undefined;
  return `${peers.length} peers with ${pieces} pieces are too much for a page: it takes ${PEERS_MAX} peers, and ${CELLS_MAX} peers times pieces. "swarmlab run ${SCENARIO_FILE}" takes them.`;
}

/** The same for a run that has become too much. */
export function tooLong(nowUs: number): string {
  return `After ${Math.round(nowUs / 1e6)} s more than ${ROWS_MAX} things have happened, which is all that a page keeps. "swarmlab run ${SCENARIO_FILE}" goes on.`;
}
