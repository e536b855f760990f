/**
 * Which peer of a group has which kind of a mixture. At every length of the group the count of a kind is the exact share
 * rounded up or down (of two kinds; with more it may be off by one for each halving of the list of kinds), and exact
 * wherever all shares are whole numbers. One more peer changes nothing for those before it, and the kinds of two mixtures
 * are independent. Integers only.
 */
import { drawBelow, keyOf } from '../../sim/keyed-draws.ts';
import type { Mixture } from '../scenario-lines.ts';

/** Gives the kind of one peer after the other. `name` keys the draws: seed, group and purpose. */
export function kinds<Kind>(mixture: Mixture<Kind>, name: string): () => Kind {
  const [only] = mixture;
  if (mixture.length === 1 && only !== undefined) return () => only.kind;
  const half = mixture.length >> 1;
  const left = mixture.slice(0, half);
  const right = mixture.slice(half);
  const leftKinds = kinds(left, `${name}/l`);
  const rightKinds = kinds(right, `${name}/r`);
  const isLeft = choices(sum(left), sum(right), keyOf(name));
  return () => (isLeft() ? leftKinds() : rightKinds());
}

/**
 * One choice after the other between two sides with these weights. After n choices the first side was chosen
 * floor(n * share) or ceil(n * share) times, each with the probability that makes the mean exact: every single choice is
 * for the first side with probability `share`.
 */
function choices(first: number, second: number, key: number): () => boolean {
  const total = first + second;
  let count = 0;
  /** What n * first leaves over total: how far the exact count is above its floor. */
  let rest = 0;
  /** Whether the count of the first side is the exact one rounded up. */
  let isUp = false;
  return () => {
    const next = rest + first;
    let chosen: boolean;
    if (next < total) {
      // The floor stays: one rounded up waits, one rounded down may go up.
      chosen = !isUp && drawBelow(key, count, total - rest) < first;
      isUp ||= chosen;
      rest = next;
    } else {
      // The floor rises by one: one rounded down follows, one rounded up may stay up.
      rest = next - total;
      chosen = !isUp || drawBelow(key, count, total - first + rest) < rest;
      isUp &&= chosen;
    }
    count++;
    return chosen;
  };
}

function sum(mixture: Mixture<unknown>): number {
  return mixture.reduce((total, { perMillion }) => total + perMillion, 0);
}
