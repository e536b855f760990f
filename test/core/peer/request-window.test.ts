/** How many requests are kept open: a few at first, then about three seconds of work, never more than the peer queues. */
import { describe, expect, it } from 'vitest';
import { ConnectionRoom } from '../../../src/core/peer/connection-room.ts';
import { clampedRequestQueue, NO_REQUESTS, RequestWindow } from '../../../src/core/peer/request-window.ts';

const BLOCK = 16_384;
const room = new ConnectionRoom();

/** The target after `seconds` of blocks that arrive at `blocksPerSec`. */
function targetAfter(
  seconds: number,
  blocksPerSec: number,
  window = new RequestWindow(room, 0),
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
    expect(new RequestWindow(room, 0).target).toBe(4);
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
    const modest = new RequestWindow(room, 0);
    modest.limitTo(3);
    expect(modest.target).toBe(3);
    expect(targetAfter(20, 1000, modest)).toBe(3);
    const boastful = new RequestWindow(room, 0);
    boastful.limitTo(clampedRequestQueue(1_000_000));
    expect(targetAfter(20, 1000, boastful)).toBe(500);
  });

  it('opens by one block with each block', () => {
    const window = new RequestWindow(room, 0);
    for (let count = 1; count <= 20; count++) {
      window.blockArrived(BLOCK, count * 1000);
      expect(window.target).toBe(4 + count);
    }
  });

  it('falls when the peer slows down, and keeps a spare one', () => {
    const window = new RequestWindow(room, 0);
    targetAfter(20, 50, window);
    expect(targetAfter(1000, 0.2, window, 20e6)).toBeLessThanOrEqual(3);
    expect(window.target).toBeGreaterThanOrEqual(2);
  });

  it('is one block for a peer that has been silent, and opens again with its blocks', () => {
    const window = new RequestWindow(room, 0);
    window.shrink();
    expect(window.target).toBe(1);
    window.blockArrived(BLOCK, 1000);
    expect(window.target).toBe(2);
  });

  it('is refilled in batches of a quarter', () => {
    const window = new RequestWindow(room, 0);
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
    const window = new RequestWindow(room, 0);
    for (let block = 0; block < 1000; block++) {
      window.add(block);
      window.giveUp(block);
    }
    expect([window.takeLate(487), window.takeLate(488), window.takeLate(999)]).toEqual([false, true, true]);
  });

  it('counts every byte and knows when the last came', () => {
    const window = new RequestWindow(room, 0);
    for (let count = 1; count <= 100; count++) window.blockArrived(7000, (count - 0.5) * 1e6);
    expect([window.receivedBytes, window.lastBlockAtUs, window.rate(100e6)]).toEqual([700_000, 99.5e6, 7000]);
  });

  it('knows the requests of its own alone', () => {
    const windows = Array.from({ length: 40 }, (_, index) => {
      const window = new RequestWindow(room, 0);
      window.blockArrived(index, 1000);
      return window;
    });
    windows[3]?.end();
    const late = new RequestWindow(room, 0);
    expect(late.receivedBytes).toBe(0);
    late.blockArrived(99, 1000);
    windows.forEach((window, index) => {
      if (index !== 3) expect(window.receivedBytes).toBe(index);
    });
  });

  it('of those that were asked for nothing is empty, and stays so', () => {
    expect([NO_REQUESTS.outstanding, NO_REQUESTS.receivedBytes, NO_REQUESTS.list()]).toEqual([0, 0, []]);
    expect([NO_REQUESTS.remove(1), NO_REQUESTS.giveUp(1), NO_REQUESTS.takeLate(1)]).toEqual([
      false,
      false,
      false,
    ]);
    expect(() => NO_REQUESTS.add(1)).toThrow('a request to a peer without a window');
  });
});
