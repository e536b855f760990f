/** Reports of large runs: bounded in size, and true about what they leave out. */
import { describe, expect, it } from 'vitest';
import { largeTrace } from '../../bench/large-trace.ts';
import { foldPopulation } from '../../src/trace/metrics/population.ts';
import { buildReportModel } from '../../viz/report/build-model.ts';
import { htmlBytes, MIB } from '../support/large-report.ts';
import { reportInfo } from '../support/report-info.ts';

describe('report of a large run', () => {
  // That of 1,000 peers × 1,024 pieces is looked at where it is opened (test/browser/report-runs.test.ts).
  it('of 10,000 peers shows the same peers in the map and in the strips, and exact numbers', () => {
    const trace = largeTrace({ peers: 10_000, pieces: 16 });
    const model = buildReportModel(trace, reportInfo());
    expect(model.map).toMatchObject({ peerStride: 9, pieceStride: 1, columns: 16 });
    expect(model.map.peers).toEqual(model.presence.peers);
    expect(model.facts).toMatchObject({ joined: 10_001, downloaders: 10_000, completed: 10_000 });
    expect(model.givenPieces.reduce((sum, count) => sum + count)).toBe(160_000);
    expect(htmlBytes(model)).toBeLessThan(3 * MIB);
    const all = foldPopulation(trace);
    const { stride, timeUs, leechers } = model.population;
    expect(stride).toBeGreaterThan(1);
    expect(timeUs.length).toBeLessThanOrEqual(2003);
    const most = Math.max(...all.leechers);
    expect(Math.max(...leechers)).toBe(most);
    expect(timeUs[leechers.indexOf(most)]).toBe(all.timeUs[all.leechers.indexOf(most)]);
    for (const [row, us] of timeUs.entries()) {
      expect(leechers[row]).toBe(all.leechers[all.timeUs.indexOf(us)]);
    }
  });

  it('of 4,096 pieces shows every piece to a hundred peers', () => {
    const model = buildReportModel(
      largeTrace({ peers: 100, pieces: 4096, pieceBytes: 4 * MIB }),
      reportInfo(),
    );
    expect(model.map).toMatchObject({ peerStride: 1, pieceStride: 1, columns: 4096 });
    expect(model.grid).toMatchObject({ rows: 512, piecesPerRow: 8 });
    expect(htmlBytes(model)).toBeLessThan(6 * MIB);
  });
});
