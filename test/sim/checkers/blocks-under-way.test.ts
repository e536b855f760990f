/** The blocks under way between peers, against plain lists. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlocksUnderWay } from '../../../src/sim/checkers/blocks-under-way.ts';

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
        const lanes = [0, 1, 2].map((pair) => underWay.attach(pair, 'sender'));
        const expected: number[][] = [[], [], []];
        for (const { pair, action, offset } of steps) {
          const lane = lanes[pair] as number;
          const blocks = expected[pair] as number[];
          if (action === 'send') {
            underWay.push(lane, offset);
            blocks.push(offset);
          } else if (action === 'end') {
            underWay.detach(lane, 'sender');
            lanes[pair] = underWay.attach(pair, 'sender');
            blocks.length = 0;
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
    const lanes = Array.from({ length: 1000 }, (_, pair) => underWay.attach(pair, 'sender'));
    for (const [pair, lane] of lanes.entries()) underWay.push(lane, pair);
    expect(lanes.map((lane) => list(underWay, lane))).toEqual(lanes.map((_, pair) => [pair]));
    for (const lane of lanes) underWay.detach(lane, 'sender');
    expect(underWay.pairs).toBe(0);
  });

  it('are of one connection until a second feeds them, or one begins with some still there', () => {
    const underWay = new BlocksUnderWay();
    const once = underWay.attach(1, 'receiver');
    expect([underWay.attach(1, 'sender'), underWay.isMixed(once)]).toEqual([once, false]);
    underWay.attach(1, 'sender');
    expect(underWay.isMixed(once)).toBe(true);
    const again = underWay.attach(2, 'sender');
    underWay.attach(2, 'receiver');
    underWay.push(again, 5);
    underWay.detach(again, 'receiver');
    expect(underWay.isMixed(again)).toBe(false);
    underWay.attach(2, 'receiver');
    expect(underWay.isMixed(again)).toBe(true);
  });

  it('are over when neither side has a connection any more', () => {
    const underWay = new BlocksUnderWay();
    const lane = underWay.attach(1, 'sender');
    underWay.attach(1, 'receiver');
    underWay.push(lane, 7);
    underWay.detach(lane, 'sender');
    expect([underWay.pairs, list(underWay, lane)]).toEqual([1, [7]]);
    underWay.detach(lane, 'receiver');
    expect(underWay.pairs).toBe(0);
    expect(list(underWay, underWay.attach(1, 'sender'))).toEqual([]);
  });
});
