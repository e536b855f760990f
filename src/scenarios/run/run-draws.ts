/**
 * What the machines of a run draw from: named streams below the run's seed. A run may be repeated with other draws: what
 * the seed has decided before (lines, arrivals, ways between hosts, content) stays, what peers draw while it goes on
 * (identities, ports, which of several equal pieces, whom to unchoke) is drawn anew.
 */
import { SeededRandom } from '../../sim/random.ts';

/** `draws`: 0 are the draws of the run itself, 1 and up others, each number always the same ones. */
export function drawsOfRun(seed: number, draws = 0): SeededRandom {
  return draws === 0 ? SeededRandom.ofRun(seed) : SeededRandom.named(`${seed}~${draws}`);
}
