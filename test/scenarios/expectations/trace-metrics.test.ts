/** The metrics of expectations agree with the folds of the trace that the report shows. */
import { describe, expect, it } from 'vitest';
import { compileExpectation } from '../../../src/scenarios/expectations/expectation.ts';
import { judge } from '../../../src/scenarios/expectations/judge.ts';
import { TraceMetrics } from '../../../src/scenarios/expectations/trace-metrics.ts';
import { foldAvailability } from '../../../src/trace/metrics/availability.ts';
import { foldBounds } from '../../../src/trace/metrics/bounds.ts';
import { syntheticTrace } from '../../support/synthetic-trace.ts';
import { smallTrace } from '../../trace/metrics/small-trace.ts';

const trace = smallTrace();
const metrics = new TraceMetrics(trace);

describe('TraceMetrics', () => {
  it('has a value of every metric for every peer that it applies to', () => {
    const groups = trace.header.peers.map((peer) => trace.header.groups[peer.group]);
    expect(metrics.peers('peer.complete').map((peer) => peer.value)).toEqual([1, 1, 1, 0]);
    expect(metrics.peers('peer.complete').map((peer) => peer.group)).toEqual(groups);
    expect(metrics.peers('peer.completion_time').map((peer) => peer.value)).toEqual([2e6, 6e6, undefined]);
    expect(metrics.peers('peer.download_time').map((peer) => peer.value)).toEqual([2e6, 4e6, undefined]);
    expect(metrics.peers('peer.sent').map((peer) => peer.value)).toEqual([...trace.totals.sentBytes]);
    expect(metrics.peers('peer.received').map((peer) => peer.value)).toEqual([...trace.totals.receivedBytes]);
    expect(metrics.peers('peer.wasted').map((peer) => peer.value)).toEqual([...trace.totals.wastedBytes]);
  });

  it('has the metrics of the run', () => {
    expect(metrics.run('torrent.size')).toBe(trace.header.torrent.totalBytes);
    expect(metrics.run('torrent.pieces')).toBe(trace.header.torrent.pieceCount);
    expect(metrics.run('run.duration')).toBe(trace.endUs);
    const bounds = foldBounds(trace);
    expect(metrics.run('bound.completion')).toBe(bounds?.curveUs.at(-1));
  });

  it.each([
    ['the small trace', trace],
    ['a larger one', syntheticTrace({ peers: 6, pieces: 24, untilSec: 60 })],
  ])('counts the copies of each piece over %s', (_, given) => {
    const series = new TraceMetrics(given).pieces();
    const copies = new Array<number>(series.rows).fill(0);
    const seen = new Map<number, number>();
    let lastUs = 0;
    for (const { timeUs, index, value } of series.changes) {
      expect(timeUs).toBeGreaterThanOrEqual(lastUs);
      lastUs = timeUs;
      copies[index] = value;
      seen.set(timeUs, Math.min(...copies));
    }
    const expected = foldAvailability(given);
    expect(series.startUs).toBe(expected.timeUs[0]);
    expect(series.untilUs).toBe(expected.neededUntilUs);
    expect(seen.size).toBeGreaterThan(3);
    for (const [timeUs, min] of seen) expect(min).toBe(expected.min[expected.timeUs.indexOf(timeUs)]);
  });

  it('judges', () => {
    const verdictOf = (text: string) => {
      const compiled = compileExpectation('it', text, 1, trace.header.groups);
      if (!compiled.ok) throw new Error(compiled.complaints[0]?.message);
      return judge([compiled.value], metrics)[0];
    };
    expect(verdictOf('always min(piece.availability) >= 1')).toMatchObject({
      status: 'held',
      firstViolationUs: undefined,
    });
    expect(verdictOf('always min(piece.availability) < 2')).toMatchObject({
      status: 'failed',
      firstViolationUs: 2e6,
    });
    expect(verdictOf('p50(peer.completion_time) == 6s')).toMatchObject({ status: 'held' });
    expect(verdictOf('max(peer.completion_time) < 1h')).toMatchObject({ status: 'no-data' });
    expect(verdictOf('sum(peer.complete) == 3')).toMatchObject({ status: 'held' });
  });
});
