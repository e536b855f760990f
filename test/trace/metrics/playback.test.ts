/** What a player would have met, computed by hand for small downloads. */
import { describe, expect, it } from 'vitest';
import { foldPlayback } from '../../../src/trace/metrics/playback.ts';
import { TraceRecorder } from '../../../src/trace/recorder.ts';
import type { Trace } from '../../../src/trace/trace.ts';

const SECOND = 1_000_000;

/** A download of four pieces, each of which plays for ten seconds, with a delay of five. */
type Step = readonly [seconds: number, what: number | 'come' | 'go'];

function played(...steps: readonly Step[]) {
  const { startupUs, stalls, stallUs } = foldPlayback(tell(...steps));
  expect([startupUs[1], stalls[1], stallUs[1]]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  return {
    startup: (startupUs[0] as number) / SECOND,
    stalls: stalls[0],
    stalled: (stallUs[0] as number) / SECOND,
  };
}

function tell(...steps: readonly Step[]): Trace {
  let nowUs = 0;
  const recorder = new TraceRecorder(
    {
      version: 1,
      scenario: 'player',
      seed: 1,
      sampleUs: SECOND,
      startsAtUs: 0,
      torrent: { name: 'film', totalBytes: 3500, pieceLengthBytes: 1000, pieceCount: 4 },
      groups: ['viewers'],
      peers: [
        {
          id: 'viewer',
          group: 0,
          upBytesPerSec: 1,
          downBytesPerSec: 1,
          have: 'none',
          behaviour: 'honest',
          nat: 'open',
          playback: { bytesPerSec: 100, delayUs: 5 * SECOND },
        },
        {
          id: 'other',
          group: 0,
          upBytesPerSec: 1,
          downBytesPerSec: 1,
          have: 'none',
          behaviour: 'honest',
          nat: 'open',
        },
      ],
    },
    () => nowUs,
  );
  const observer = recorder.observer(0);
  for (const [seconds, what] of steps) {
    nowUs = seconds * SECOND;
    if (what === 'come') recorder.peerJoined(0);
    else if (what === 'go') recorder.peerLeft(0, 'switchedOff', 'switched off');
    else observer.pieceVerified(what, 0);
  }
  return recorder.finish(100 * SECOND);
}

describe('a player', () => {
  it('begins after its delay, and never waits where every piece is in time', () => {
    expect(played([10, 'come'], [12, 0], [20, 2], [22, 1], [30, 3])).toEqual({
      startup: 5,
      stalls: 0,
      stalled: 0,
    });
  });

  it('begins later where the first piece comes later, which is no stall', () => {
    expect(played([10, 'come'], [12, 1], [13, 2], [14, 3], [18, 0])).toEqual({
      startup: 8,
      stalls: 0,
      stalled: 0,
    });
  });

  it('stalls before a missing piece until it is there', () => {
    // 0 plays from 15 s, 1 is due at 25 s and comes at 31 s, 2 is due at 41 s and comes at 44 s.
    expect(played([10, 'come'], [12, 0], [31, 1], [44, 2], [45, 3])).toEqual({
      startup: 5,
      stalls: 2,
      stalled: 9,
    });
  });

  it('counts a stall that lasts at the end', () => {
    expect(played([0, 'come'], [1, 0], [2, 1], [3, 3])).toEqual({ startup: 5, stalls: 1, stalled: 75 });
  });

  it('stands still while nobody is there', () => {
    // Away from 20 s to 50 s: piece 1 is due at 25 s of watching, which is 55 s of the clock.
    expect(played([10, 'come'], [12, 0], [20, 'go'], [50, 'come'], [54, 1], [55, 2], [56, 3])).toEqual({
      startup: 5,
      stalls: 0,
      stalled: 0,
    });
  });

  it('has no start where nothing was ever played', () => {
    expect(played([10, 'come'], [12, 2])).toEqual({ startup: Number.NaN, stalls: 0, stalled: 0 });
  });
});

describe('the least delay', () => {
  const least = (...steps: readonly Step[]): number => {
    const { leastDelayUs } = foldPlayback(tell(...steps));
    expect(leastDelayUs[1]).toBeNaN();
    return (leastDelayUs[0] as number) / SECOND;
  };

  it('is that of the piece that comes latest for its place', () => {
    // Pieces play for ten seconds: they are due 0, 10, 20 and 30 s after the beginning.
    expect(least([10, 'come'], [12, 0], [31, 1], [44, 2], [45, 3])).toBe(14);
    expect(least([10, 'come'], [12, 3], [13, 2], [14, 1], [15, 0])).toBe(5);
    expect(least([10, 'come'], [12, 0], [13, 'go'], [33, 'come'], [39, 1], [40, 2], [41, 3])).toBe(2);
  });

  it('is none where a piece never came', () => {
    expect(least([10, 'come'], [12, 0], [13, 1])).toBeNaN();
  });
});
