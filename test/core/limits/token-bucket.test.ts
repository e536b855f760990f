/** The bucket of a rate limit: exact in the long run, small bursts, a whole block at a time. */
import { describe, expect, it } from 'vitest';
import { TokenBucket } from '../../../src/core/limits/token-bucket.ts';
import { FakeClock } from '../../support/fake-world.ts';

/** Bytes that can be taken in `seconds` by one who takes `size` whenever the bucket is open. */
function takenIn(seconds: number, bytesPerSec: number, size: number): number {
  const clock = new FakeClock();
  const bucket = new TokenBucket(clock, bytesPerSec);
  let taken = 0;
  const take = (): void => {
    while (bucket.isOpen) {
      bucket.take(size);
      taken += size;
    }
    bucket.whenOpen(take);
  };
  take();
  clock.advance(seconds * 1e6);
  bucket.stop();
  expect(clock.pendingCount).toBe(0);
  return taken;
}

describe('a token bucket', () => {
  it.each([
    [1000, 16_384],
    [20_000, 16_384],
    [100_000, 16_384],
    [5_000_000, 16_384],
    [100_000, 7],
    [33_333, 1000],
  ])('of %i bytes a second lets exactly that through, in portions of %i', (rate, size) => {
    const seconds = 40;
    const taken = takenIn(seconds, rate, size);
    // A moment's savings at the start, and at most one portion on credit at the end.
    expect(taken).toBeGreaterThan(seconds * rate - size);
    expect(taken).toBeLessThanOrEqual(seconds * rate + rate / 10 + size);
  });

  it('saves up a tenth of a second and no more', () => {
    const clock = new FakeClock();
    const bucket = new TokenBucket(clock, 1000);
    clock.advance(60e6);
    let taken = 0;
    while (bucket.isOpen) {
      bucket.take(10);
      taken += 10;
    }
    expect(taken).toBe(100);
  });

  it('without a limit is always open', () => {
    const bucket = new TokenBucket(new FakeClock(), 0);
    for (let count = 0; count < 100; count++) bucket.take(1e9);
    expect(bucket.isOpen).toBe(true);
  });

  it('calls back once for any number of wishes, and never once stopped', () => {
    const clock = new FakeClock();
    const bucket = new TokenBucket(clock, 1000);
    let calls = 0;
    const call = (): void => {
      calls++;
    };
    bucket.take(1000);
    bucket.whenOpen(call);
    bucket.whenOpen(call);
    clock.advance(5e6);
    expect(calls).toBe(1);
    bucket.take(1000);
    bucket.whenOpen(call);
    bucket.stop();
    clock.advance(5e6);
    expect(calls).toBe(1);
  });
});
