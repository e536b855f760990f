import { describe, expect, it } from 'vitest';
import { foldBounds } from '../../src/trace/metrics/bounds.ts';
import { TraceRecorder } from '../../src/trace/recorder.ts';
import type { Trace } from '../../src/trace/trace.ts';
import { unpackUint16 } from '../../viz/report/base64.ts';
import { MAP_CELLS } from '../../viz/report/build-map.ts';
import { buildReportModel } from '../../viz/report/build-model.ts';
import { NEVER_TICK, tickAt } from '../../viz/report/model.ts';
import { reportInfo } from '../support/report-info.ts';
import { smallTrace } from '../trace/metrics/small-trace.ts';

/** Peers that all have the first hundred pieces when the run is cut off. */
function largeTrace(peers: number, pieceCount: number): Trace {
  let nowUs = 0;
  const recorder = new TraceRecorder(
    {
      version: 1,
      scenario: 'large',
      seed: 1,
      sampleUs: 1e6,
      startsAtUs: 0,
      torrent: { name: 'large', totalBytes: pieceCount * 10, pieceLengthBytes: 10, pieceCount },
      groups: ['crowd'],
      peers: Array.from({ length: peers }, (_, index) => ({
        id: `crowd-${index}`,
        group: 0,
        upBytesPerSec: 1000,
        downBytesPerSec: 1000,
        have: 'none',
        behaviour: 'honest',
        nat: 'open',
      })),
    },
    () => nowUs,
  );
  for (let peer = 0; peer < peers; peer++) recorder.peerJoined(peer);
  for (let piece = 0; piece < 100; piece++) {
    for (let peer = 0; peer < peers; peer++) {
      nowUs += 10;
      recorder.observer(peer).pieceVerified(piece, (peer + 1) % peers);
    }
  }
  return recorder.finish(nowUs);
}

describe('report model', () => {
  const trace = smallTrace();
  const model = buildReportModel(trace, reportInfo());

  it('states the facts of the run', () => {
    expect(model.facts).toEqual({
      joined: 3,
      downloaders: 2,
      completed: 2,
      firstArrivalUs: 0,
      medianDownloadUs: 2e6,
      firstCompletedUs: 2e6,
      halfCompletedUs: 2e6,
      lastCompletedUs: 6e6,
      boundUs: foldBounds(trace)?.curveUs[1],
      seedCopies: 1,
      uploadFairness: 0.5,
      wastedBytes: 30,
      receivedBytes: 400,
      neededUntilUs: 6e6,
      fewestCopies: 1,
      fewestCopiesUs: 0,
      twoCopiesFromUs: null,
    });
    expect(model.givenPieces).toEqual([2, 2, 0]);
    expect(model.givenBySeeds).toBe(2);
  });

  it('describes each group', () => {
    expect(model.groups[1]).toEqual({
      name: 'crowd',
      peers: 3,
      downloaders: 2,
      completed: 2,
      upBytesPerSec: 50,
      downBytesPerSec: 100,
      sentBytes: 200,
      receivedBytes: 400,
      wastedBytes: 30,
      // a for six seconds, b for four, at 50 bytes/s.
      capacityBytes: 500,
      usedBytes: 200,
    });
  });

  it('maps peers that came to when they got each piece and from whom', () => {
    const { map } = model;
    expect(map).toMatchObject({ peers: [0, 1, 2], columns: 2, peerStride: 1, pieceStride: 1 });
    const at = (sec: number): number => tickAt(sec * 1e6, trace.endUs);
    expect([...unpackUint16(map.verified)]).toEqual([0, 0, at(1), at(2), at(6), at(4)]);
    expect([...unpackUint16(map.from)]).toEqual([0, 0, 1, 1, 2, 2]);
  });

  it('keeps extremes within a slice', () => {
    const { copies } = model;
    const slice = (sec: number): number => Math.floor((sec * 1e6) / copies.sliceUs);
    expect(copies.first).toBe(0);
    expect(copies.min[slice(3)]).toBe(2);
    expect(copies.min[slice(5)]).toBe(1);
    expect(copies.mean[slice(5)]).toBe(1.5);
    expect(copies.max[slice(5)]).toBe(2);
  });

  it('ends the charts of the download soon after nobody needs a piece, and only then', () => {
    expect(model.endUs).toBe(10e6);
    expect(model.shownUs).toBeCloseTo(6.6e6, 0);
    expect(model.copies.sliceUs * model.copies.count).toBeCloseTo(model.shownUs, 3);
    expect(model.grid.sliceUs * model.grid.count).toBeCloseTo(model.shownUs, 3);
    expect(model.use.count).toBe(7);
    const cutOff = buildReportModel(largeTrace(3, 200), reportInfo());
    expect(cutOff.shownUs).toBe(cutOff.endUs);
  });

  it('stays bounded for a large run, and shows every piece never had as never', () => {
    const large = largeTrace(1100, 4000);
    const report = buildReportModel(large, reportInfo());
    const cells = report.map.peers.length * report.map.columns;
    expect(cells).toBeLessThanOrEqual(MAP_CELLS + 3 * report.map.columns);
    expect(report.map).toMatchObject({ peerStride: 3, pieceStride: 2, columns: 2000 });
    expect(report.map.peers.slice(0, 3)).toEqual([0, 3, 6]);
    expect(report.grid).toMatchObject({ rows: 500, piecesPerRow: 8 });
    const verified = unpackUint16(report.map.verified);
    expect(verified.length).toBe(cells);
    expect(verified.filter((tick) => tick === NEVER_TICK).length).toBeGreaterThan(cells * 0.8);
    expect(JSON.stringify(report).length).toBeLessThan(8 * 2 ** 20);
  });

  it('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(model))).toEqual(model);
  });
});
