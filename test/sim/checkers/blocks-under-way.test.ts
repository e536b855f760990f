/** The blocks under way between peers, against plain lists. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlocksUnderWay, opposite } from '../../../src/sim/checkers/blocks-under-way.ts';

const list = (underWay: BlocksUnderWay, lane: number): number[] =>
  Array.from({ length: underWay.length(lane) }, (_, index) => underWay.at(lane, index));

describe('blocks under way', () => {
  it('are those sent and not yet arrived, oldest first, in whatever order they arrive', () => {
    const step = fc.record({
      pair: fc.nat(2),
      action: fc.constantFrom('send', 'send', 'take', 'take first', 'end'),
      offset: fc.nat(12),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const underWay = new BlocksUnderWay();
        // Both directions of one pair, and another pair with one of its peers.
        const ends = [
          [1, 2],
          [2, 1],
          [2, 3],
        ] as const;
        const lanes = ends.map(([from, to]) => underWay.attach(from, to));
        const expected: number[][] = [[], [], []];
        for (const { pair, action, offset } of steps) {
          const lane = lanes[pair] as number;
          const blocks = expected[pair] as number[];
          if (action === 'send') {
            underWay.push(lane, offset);
            blocks.push(offset);
          } else if (action === 'end') {
            // A pair is over with its last end; until then what is under way stays.
            const [from, to] = ends[pair] as (typeof ends)[0];
            underWay.detach(lane);
            lanes[pair] = underWay.attach(from, to);
            if (pair === 2) blocks.length = 0;
          } else {
            const wanted = action === 'take' ? offset : (blocks[0] ?? offset);
            const index = blocks.indexOf(wanted);
            expect(underWay.take(lane, wanted)).toBe(index >= 0);
            if (index >= 0) blocks.splice(index, 1);
          }
          expect(lanes.map((each) => list(underWay, each))).toEqual(expected);
        }
      }),
    );
  });

  it('are kept for as many pairs as there are, each apart', () => {
    const underWay = new BlocksUnderWay();
    const ends = Array.from({ length: 1000 }, (_, pair) => [pair % 40, 40 + Math.floor(pair / 40)] as const);
    const there = ends.map(([from, to]) => underWay.attach(from, to));
    const back = ends.map(([from, to]) => underWay.attach(to, from));
    for (const [pair, lane] of there.entries()) underWay.push(lane, pair);
    for (const [pair, lane] of back.entries()) underWay.push(lane, -pair);
    expect(there.map((lane) => list(underWay, lane))).toEqual(there.map((_, pair) => [pair]));
    expect(back.map((lane) => list(underWay, lane))).toEqual(back.map((_, pair) => [0 - pair]));
    expect(back).toEqual(there.map(opposite));
    for (const lane of there) underWay.detach(lane);
    expect(underWay.pairs).toBe(1000);
    for (const lane of back) underWay.detach(lane);
    expect(underWay.pairs).toBe(0);
  });

  it('take at most 64 bytes a pair and what room for more takes, however often pairs come and go', () => {
    const underWay = new BlocksUnderWay();
    const lanes: number[] = [];
    for (let round = 0; round < 20; round++) {
      for (let pair = 0; pair < 500; pair++) lanes.push(underWay.attach(round, 20 + pair));
      for (const lane of lanes.splice(0, 250)) underWay.detach(lane);
    }
    expect(underWay.pairs).toBe(5000);
    expect(underWay.byteLength).toBeLessThanOrEqual(5250 * (64 * 1.25 + 16));
  });

  it('are of one connection until a second feeds them, or one begins with some still there', () => {
    const underWay = new BlocksUnderWay();
    const once = underWay.attach(1, 0);
    const back = underWay.attach(0, 1);
    expect([underWay.isMixed(once), underWay.isMixed(back)]).toEqual([false, false]);
    underWay.attach(0, 1);
    expect([underWay.isMixed(once), underWay.isMixed(back)]).toEqual([true, true]);
    const again = underWay.attach(2, 0);
    const other = underWay.attach(0, 2);
    underWay.push(again, 5);
    underWay.detach(other);
    expect(underWay.isMixed(again)).toBe(false);
    underWay.attach(0, 2);
    expect([underWay.isMixed(again), underWay.isMixed(other)]).toEqual([true, false]);
  });

  it('are over when neither side has a connection any more', () => {
    const underWay = new BlocksUnderWay();
    const lane = underWay.attach(1, 2);
    const back = underWay.attach(2, 1);
    for (let block = 7; block < 20; block++) underWay.push(lane, block);
    underWay.detach(lane);
    expect([underWay.pairs, underWay.length(lane)]).toEqual([1, 13]);
    underWay.detach(back);
    expect(underWay.pairs).toBe(0);
    const anew = underWay.attach(1, 2);
    for (let block = 0; block < 7; block++) underWay.push(anew, block);
    expect(list(underWay, anew)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(underWay.isMixed(anew)).toBe(false);
  });
});
