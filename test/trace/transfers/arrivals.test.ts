import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Arrivals } from '../../../src/trace/transfers/arrivals.ts';
import { BlockArrivals } from '../../../src/trace/transfers/block-arrivals.ts';
import { MAX_ARRIVAL_PEERS } from '../../../src/trace/transfers/transfer-columns.ts';

describe('arrivals of blocks', () => {
  it('are those of the first hundred and of the last hundred blocks of each peer', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 450 }), { minLength: 1, maxLength: 5 }), (counts) => {
        const arrivals = new BlockArrivals(counts.length);
        const longest = Math.max(...counts);
        for (let block = 0; block < longest; block++)
          for (const [peer, count] of counts.entries())
            if (block < count) arrivals.add(peer, block * 10 + peer);
        const read = new Arrivals(arrivals.finish());
        for (const [peer, count] of counts.entries()) {
          const instants = Array.from({ length: count }, (_, block) => block * 10 + peer);
          expect(read.blocks(peer)).toBe(count);
          expect([...(read.first(peer) ?? [])]).toEqual(instants.slice(0, 100));
          expect([...(read.last(peer) ?? [])]).toEqual(instants.slice(-100));
        }
      }),
    );
  });

  it('are kept of every n-th peer in the largest runs, and counted of all', () => {
    const peers = 2 * MAX_ARRIVAL_PEERS + 1;
    const arrivals = new BlockArrivals(peers);
    for (let peer = 0; peer < peers; peer++) arrivals.add(peer, peer);
    const columns = arrivals.finish();
    const read = new Arrivals(columns);
    expect(columns.everyNth).toBe(3);
    expect([...(read.first(6) ?? [])]).toEqual([6]);
    expect(read.first(7)).toBeUndefined();
    expect(read.last(7)).toBeUndefined();
    expect(read.blocks(7)).toBe(1);
  });
});
