import { describe, expect, it } from 'vitest';
import { foldPieceGaps } from '../../../src/trace/metrics/piece-gaps.ts';
import { TraceRecorder } from '../../../src/trace/recorder.ts';
import type { Trace } from '../../../src/trace/trace.ts';

/** One seed and three leechers, so many pieces; each gets its pieces, in order, at the instants given. */
function arrivals(pieceCount: number, instants: readonly (readonly number[])[], onDisk = 0): Trace {
  let nowUs = 0;
  const peers = ['seed', 'one', 'two', 'three'].map((id, index) => ({
    id,
    group: 0,
    upBytesPerSec: 1,
    downBytesPerSec: 1,
    have: index === 0 ? ('all' as const) : ('none' as const),
    behaviour: 'honest',
    nat: 'open',
  }));
  const torrent = { name: 'x', totalBytes: pieceCount, pieceLengthBytes: 1, pieceCount };
  const recorder = new TraceRecorder(
    { version: 1, scenario: 'x', seed: 1, sampleUs: 1000, startsAtUs: 0, torrent, groups: ['all'], peers },
    () => nowUs,
  );
  for (const peer of peers.keys()) recorder.peerJoined(peer);
  recorder.observer(0).pieceVerified(0, 1);
  const happens = instants.flatMap((times, index) =>
    times.map((timeUs, piece) => ({ timeUs, peer: index + 1, piece })),
  );
  for (const { timeUs, peer, piece } of happens.toSorted((a, b) => a.timeUs - b.timeUs)) {
    nowUs = timeUs;
    recorder.observer(peer).pieceVerified(piece, piece < onDisk ? -1 : 0);
    if (piece === pieceCount - 1) recorder.observer(peer).completed();
  }
  return recorder.finish(nowUs + 1);
}

describe('waits between pieces', () => {
  it('are those of all downloaders together, in ascending order', () => {
    const gaps = foldPieceGaps(
      arrivals(4, [
        [10, 30, 35, 50],
        [20, 21],
      ]),
    );
    expect([...gaps.all]).toEqual([1, 5, 15, 20]);
  });

  it('of the first and of the last pieces are those of each download, the last only where it was completed', () => {
    const early = [0, 100, 200, 300, 301, 302, 303, 304, 314, 324, 334, 344];
    const gaps = foldPieceGaps(arrivals(12, [early, [0, 7, 9]]));
    expect(gaps.edge).toBe(3);
    expect([...gaps.first]).toEqual([2, 7, 100, 100]);
    expect([...gaps.last]).toEqual([10, 10]);
    expect(gaps.all.length).toBe(13);
  });

  it('look at a hundred pieces at each end where there are enough', () => {
    const steady = Array.from({ length: 500 }, (_, index) => index * 2);
    const gaps = foldPieceGaps(arrivals(500, [steady]));
    expect(gaps).toMatchObject({ edge: 100 });
    expect([gaps.first.length, gaps.last.length, gaps.all.length]).toEqual([99, 99, 499]);
  });

  it('leave out what was found on disk, and what is loaded again after completion', () => {
    const gaps = foldPieceGaps(arrivals(4, [[10, 20, 40, 70]], 2));
    expect([...gaps.all]).toEqual([30]);
    const trace = arrivals(2, [[5, 9]]);
    expect([...foldPieceGaps(trace).all]).toEqual([4]);
  });

  it('are none where nobody downloads', () => {
    expect(foldPieceGaps(arrivals(4, []))).toMatchObject({ all: new Float64Array(0), edge: 1 });
  });
});
