/** A limit of the whole client: exact in all, and the same for each torrent that wants as much. */
import { describe, expect, it } from 'vitest';
import { SharedLimit } from '../../../src/core/limits/shared-limit.ts';
import { TokenBucket } from '../../../src/core/limits/token-bucket.ts';
import { FakeClock } from '../../support/fake-world.ts';

const BLOCK = 16_384;

/** A torrent that takes blocks whenever it may, `eager` times as often as it has to ask. */
function taker(clock: FakeClock, limit: SharedLimit, ownLimit = 0, eager = 1) {
  const bucket = new TokenBucket(clock, ownLimit, limit.share());
  const state = { bucket, taken: 0 };
  const take = (): void => {
    while (bucket.isOpen) {
      bucket.take(BLOCK);
      state.taken += BLOCK;
    }
    bucket.whenOpen(take);
  };
  take();
  // Things that happen to a torrent make it try again, out of turn.
  const nag = (): void => {
    take();
    clock.schedule(clock.now() + 1000, nag);
  };
  for (let each = 1; each < eager; each++) nag();
  return state;
}

describe('a limit that torrents share', () => {
  it.each([50_000, 1_000_000, 20_000_000])('of %i bytes a second is exact, and the same for all', (rate) => {
    const clock = new FakeClock();
    const limit = new SharedLimit(clock, rate);
    const takers = [1, 1, 5, 1].map((eager) => taker(clock, limit, 0, eager));
    clock.advance(40e6);
    const all = takers.reduce((sum, { taken }) => sum + taken, 0);
    expect(all).toBeGreaterThan(40 * rate - BLOCK);
    expect(all).toBeLessThanOrEqual(40.1 * rate + BLOCK);
    // What was saved up at the start is whoever's comes first.
    for (const { taken } of takers) {
      expect(Math.abs(taken - all / 4)).toBeLessThanOrEqual(rate / 10 + 2 * BLOCK);
    }
  });

  it('leaves to the others what one does not want, or may not have', () => {
    const clock = new FakeClock();
    const limit = new SharedLimit(clock, 1_000_000);
    const slow = taker(clock, limit, 100_000);
    const fast = taker(clock, limit);
    clock.advance(20e6);
    expect(slow.taken / 20).toBeGreaterThan(95_000);
    expect(slow.taken / 20).toBeLessThan(102_000);
    expect(fast.taken / 20).toBeGreaterThan(890_000);
    fast.bucket.stop();
    const before = slow.taken;
    clock.advance(20e6);
    expect((slow.taken - before) / 20).toBeGreaterThan(95_000);
  });

  it('may be set anew at any time, and lifted', () => {
    const clock = new FakeClock();
    const limit = new SharedLimit(clock, 1000);
    const both = [taker(clock, limit), taker(clock, limit)];
    const sum = (): number => both.reduce((all, { taken }) => all + taken, 0);
    clock.advance(1e6);
    const before = sum();
    limit.setLimit(1_000_000);
    clock.advance(10e6);
    expect(sum() - before).toBeGreaterThan(9_900_000);
    for (const { bucket } of both) bucket.stop();
    limit.setLimit(0);
    expect(both[0]?.bucket.isOpen).toBe(true);
    expect(limit.bytesPerSec).toBe(0);
  });

  it('has no timer left once nobody wants anything', () => {
    const clock = new FakeClock();
    const limit = new SharedLimit(clock, 100_000);
    const takers = [taker(clock, limit), taker(clock, limit)];
    clock.advance(1e6);
    for (const { bucket } of takers) bucket.stop();
    clock.advance(10e6);
    expect(clock.pendingCount).toBe(0);
  });
});
