/** The taste of each picker. */
import { describe, expect, it } from 'vitest';
import type { PiecePicker } from '../../../src/core/strategies/picker.ts';
import { RandomPicker } from '../../../src/core/strategies/random-picker.ts';
import { RarestFirstPicker } from '../../../src/core/strategies/rarest-first.ts';
import { SequentialPicker } from '../../../src/core/strategies/sequential-picker.ts';
import { SeededRandom } from '../../../src/sim/random.ts';
import { pickView } from '../../contract/picker.ts';

const ALL = [0, 1, 2, 3, 4, 5, 6, 7];
const COPIES = [4, 2, 1, 3, 1, 2, 1, 4];

/** How often each piece is picked in 8000 independent picks. */
function counts(picker: PiecePicker, verified: number, remote = ALL): number[] {
  const random = SeededRandom.named('counts');
  const view = pickView(COPIES, ALL, remote, verified);
  const result: number[] = Array(8).fill(0);
  for (let count = 0; count < 8000; count++) {
    const piece = picker.pick(view, random)?.piece as number;
    result[piece] = (result[piece] as number) + 1;
  }
  return result;
}

describe('rarest first', () => {
  it('picks among the rarest that the remote has, each with about the same chance', () => {
    const result = counts(new RarestFirstPicker(), 4);
    expect(result.filter((times) => times > 0)).toHaveLength(3);
    for (const piece of [2, 4, 6]) expect(result[piece]).toBeGreaterThan(8000 / 3 - 300);
  });

  it('takes the next level when the remote has none of the rarest', () => {
    const result = counts(new RarestFirstPicker(), 4, [0, 1, 3, 5, 7]);
    expect(result.map((times) => times > 0)).toEqual([false, true, false, false, false, true, false, false]);
  });

  it('picks at random until a few pieces are verified, and says so', () => {
    expect(counts(new RarestFirstPicker(), 3).every((times) => times > 800)).toBe(true);
    const view = (verified: number) => pickView(COPIES, ALL, ALL, verified);
    const rule = (verified: number) =>
      new RarestFirstPicker().pick(view(verified), SeededRandom.named('x'))?.rule;
    expect([rule(0), rule(3), rule(4)]).toEqual(['random-first', 'random-first', 'rarest-first']);
    expect(new RarestFirstPicker(0).pick(view(0), SeededRandom.named('x'))?.rule).toBe('rarest-first');
  });
});

it('random picks every piece with the same chance', () => {
  expect(counts(new RandomPicker(), 4).every((times) => Math.abs(times - 1000) < 150)).toBe(true);
});

it('sequential picks the first piece that can be had', () => {
  const pick = (candidates: number[], remote: number[]) =>
    new SequentialPicker().pick(pickView(COPIES, candidates, remote))?.piece;
  expect([pick(ALL, ALL), pick([3, 5, 7], ALL), pick(ALL, [6, 2])]).toEqual([0, 3, 2]);
});
