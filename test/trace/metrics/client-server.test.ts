import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldBounds } from '../../../src/trace/metrics/bounds.ts';
import { foldClientServer } from '../../../src/trace/metrics/client-server.ts';
import type { Trace } from '../../../src/trace/trace.ts';
import { type HandPeer, handTrace } from './hand-trace.ts';

const SECOND = 1_000_000;

interface Line {
  readonly down: number;
  readonly arriveSec?: number;
}

/** 1,000 bytes, one seed with this uplink, and leechers of which nothing is told but that they arrive. */
function crowd(seedUp: number, lines: readonly Line[], more: readonly HandPeer[] = []): Trace {
  const arrivals = lines.map(({ arriveSec = 0 }, index) => ({ peer: index + 1, timeUs: arriveSec * SECOND }));
  return handTrace({
    totalBytes: 1000,
    endUs: 100_000 * SECOND,
    peers: [
      { id: 'seed', have: 'all', upBytesPerSec: seedUp },
      ...lines.map(({ down }, index) => ({ id: `home-${index}`, downBytesPerSec: down })),
      ...more,
    ],
    tell: (recorder, at) => {
      recorder.peerJoined(0);
      for (const { peer, timeUs } of arrivals.toSorted((a, b) => a.timeUs - b.timeUs)) {
        at(timeUs);
        recorder.peerJoined(peer);
      }
    },
  });
}

function secondsOf(trace: Trace): number[] {
  return Array.from(foldClientServer(trace) ?? [], (us) => Math.round(us / 1000) / 1000);
}

describe('a server alone', () => {
  it('divides its uplink evenly, so that all who come at once are done at once', () => {
    expect(secondsOf(crowd(100, [{ down: 1000 }, { down: 1000 }])).slice(1)).toEqual([20, 20]);
  });

  it('gives one that its downlink holds back no more than that, and the rest to others', () => {
    // 20 and 80 bytes/s: the second is done at 12.5 s; the first goes on at 20 bytes/s.
    expect(secondsOf(crowd(100, [{ down: 20 }, { down: 1000 }])).slice(1)).toEqual([50, 12.5]);
  });

  it('divides anew when somebody comes and when somebody is done', () => {
    // Alone for 5 s: 500 bytes. Then 50 bytes/s each: done at 15 s. The other has 500 by then, and 500 more by 20 s.
    const trace = crowd(100, [{ down: 1000 }, { down: 1000, arriveSec: 5 }]);
    expect(secondsOf(trace).slice(1)).toEqual([15, 20]);
  });

  it('holds back by the downlink only as long as the share is larger', () => {
    // 60 of 100 bytes/s for 5 s, then 50: 300 bytes, the other 700 take 14 s. The second: 700 by 19 s, then 60 bytes/s.
    const trace = crowd(100, [{ down: 60 }, { down: 60, arriveSec: 5 }]);
    expect(secondsOf(trace).slice(1)).toEqual([19, 24]);
  });

  it('serves late comers after a time without anybody', () => {
    expect(secondsOf(crowd(100, [{ down: 1000 }, { down: 1000, arriveSec: 60 }])).slice(1)).toEqual([10, 70]);
  });

  it('has nothing to say of seeds, of those that never come and of those that misbehave', () => {
    const trace = crowd(100, [{ down: 1000 }], [{ id: 'never' }, { id: 'liar', behaviour: 'liar' }]);
    expect(secondsOf(trace)).toEqual([Number.NaN, 10, Number.NaN, Number.NaN]);
  });

  it('does not exist without a seed or without anybody to serve', () => {
    expect(foldClientServer(crowd(0, [{ down: 1000 }]))).toBeUndefined();
    expect(foldClientServer(crowd(100, []))).toBeUndefined();
  });

  it('is never done before the bound, and at the bound where nobody waits for its own line', () => {
    const line = fc.record({
      down: fc.integer({ min: 10, max: 500 }),
      arriveSec: fc.integer({ max: 30, min: 0 }),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 2000 }),
        fc.array(line, { minLength: 1, maxLength: 12 }),
        (up, lines) => {
          const trace = crowd(up, lines);
          const last = Math.max(...(foldClientServer(trace)?.slice(1) ?? []));
          const bound = foldBounds(trace)?.clientServerUs ?? Number.NaN;
          expect(last).toBeGreaterThan(bound * (1 - 1e-9));
          const wide = crowd(
            up,
            lines.map(() => ({ down: 10_000 })),
          );
          const lastOfWide = Math.max(...(foldClientServer(wide)?.slice(1) ?? []));
          expect(lastOfWide / (foldBounds(wide)?.clientServerUs ?? Number.NaN)).toBeCloseTo(1, 9);
        },
      ),
    );
  });

  it('sends no more than its uplink and gives everybody the whole content', () => {
    const line = fc.record({
      down: fc.integer({ min: 10, max: 500 }),
      arriveSec: fc.integer({ max: 30, min: 0 }),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 500 }),
        fc.array(line, { minLength: 1, maxLength: 12 }),
        (up, lines) => {
          const completed = secondsOf(crowd(up, lines)).slice(1);
          for (const [index, { down, arriveSec }] of lines.entries()) {
            const tookSec = (completed[index] as number) - arriveSec;
            expect(tookSec).toBeGreaterThan(1000 / Math.min(down, up) - 0.01);
          }
          const bySec = [...completed].sort((a, b) => a - b);
          const firstSec = Math.min(...lines.map(({ arriveSec }) => arriveSec));
          for (const [index, doneSec] of bySec.entries()) {
            expect((index + 1) * 1000).toBeLessThan(up * (doneSec - firstSec) + 1);
          }
        },
      ),
    );
  });
});
