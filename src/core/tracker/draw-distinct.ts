/** Drawing without replacement from a range, at the cost of what is drawn and not of the range. */
import type { Random } from '../ports.ts';

/**
 * `count` different integers of [0, total) in random order, all of them when `count >= total`: the first steps of a
 * Fisher-Yates shuffle of which only the displaced entries are stored.
 */
export function drawDistinct(total: number, count: number, random: Random): number[] {
  const displaced = new Map<number, number>();
  const drawn: number[] = [];
  for (let index = 0; index < count && index < total; index++) {
    const other = index + random.below(total - index);
    drawn.push(displaced.get(other) ?? other);
    displaced.set(other, displaced.get(index) ?? index);
  }
  return drawn;
}
