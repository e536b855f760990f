/** How many requests are kept open: a few at first, then about three seconds of work, never more than the peer queues. */
import { describe, expect, it } from 'vitest';
import { RequestWindow } from '../../../src/core/peer/request-window.ts';

const BLOCK = 16_384;

/** The target after `seconds` of blocks that arrive at `blocksPerSec`. */
function targetAfter(
  seconds: number,
  blocksPerSec: number,
  window = new RequestWindow(0),
  startUs = 0,
): number {
  const blocks = seconds * blocksPerSec;
  for (let count = 1; count <= blocks; count++) {
    window.blockArrived(BLOCK, startUs + Math.round((count * 1e6) / blocksPerSec));
  }
  return window.target;
}

describe('the window of requests', () => {
  it('is four blocks before the peer has shown what it can', () => {
    expect(new RequestWindow(0).target).toBe(4);
  });

  it.each([1, 10, 50])('settles at three seconds of %i blocks a second', (rate) => {
    const target = targetAfter(60, rate);
    expect(target).toBeGreaterThanOrEqual(Math.max(2, 3 * rate - 1));
    expect(target).toBeLessThanOrEqual(3 * rate + 3);
  });

  it('ends at what a peer queues that does not say: 250', () => {
    expect(targetAfter(20, 1000)).toBe(250);
  });

  it('ends at what the peer says, and at 500 whatever it says', () => {
    const modest = new RequestWindow(0);
    modest.limitTo(3);
    expect(modest.target).toBe(3);
    expect(targetAfter(20, 1000, modest)).toBe(3);
    const boastful = new RequestWindow(0);
    boastful.limitTo(1_000_000);
    expect(targetAfter(20, 1000, boastful)).toBe(500);
  });

  it('opens by one block with each block', () => {
    const window = new RequestWindow(0);
    for (let count = 1; count <= 20; count++) {
      window.blockArrived(BLOCK, count * 1000);
      expect(window.target).toBe(4 + count);
    }
  });

  it('falls when the peer slows down, and keeps a spare one', () => {
    const window = new RequestWindow(0);
    targetAfter(20, 50, window);
    expect(targetAfter(1000, 0.2, window, 20e6)).toBeLessThanOrEqual(3);
    expect(window.target).toBeGreaterThanOrEqual(2);
  });

  it('is one block for a peer that has been silent, and opens again with its blocks', () => {
    const window = new RequestWindow(0);
    window.shrink();
    expect(window.target).toBe(1);
    window.blockArrived(BLOCK, 1000);
    expect(window.target).toBe(2);
  });

  it('is refilled in batches of a quarter', () => {
    const window = new RequestWindow(0);
    for (let block = 0; block < 4; block++) window.add(block);
    expect(window.wantsRefill).toBe(false);
    window.remove(0);
    expect(window.wantsRefill).toBe(true);
    targetAfter(20, 20, window);
    for (let block = 10; window.outstanding < window.target; block++) window.add(block);
    window.remove(12);
    expect(window.wantsRefill).toBe(false);
  });

  it('remembers a bounded number of given-up blocks, the latest', () => {
    const window = new RequestWindow(0);
    for (let block = 0; block < 1000; block++) {
      window.add(block);
      window.giveUp(block);
    }
    expect([window.takeLate(487), window.takeLate(488), window.takeLate(999)]).toEqual([false, true, true]);
  });
});
