/** The metrics of expectations agree with the folds of the trace that the report shows. */
import { describe, expect, it } from 'vitest';
import { compileExpectation, ordinary } from '../../../src/scenarios/expectations/expectation.ts';
import type { Selection } from '../../../src/scenarios/expectations/formula.ts';
import { judge } from '../../../src/scenarios/expectations/judge.ts';
import { groupsOnly } from '../../../src/scenarios/expectations/labels.ts';
import type { SwarmMetric } from '../../../src/scenarios/expectations/metrics.ts';
import { TraceMetrics } from '../../../src/scenarios/expectations/trace-metrics.ts';
import { foldAvailability } from '../../../src/trace/metrics/availability.ts';
import { foldBounds } from '../../../src/trace/metrics/bounds.ts';
import { syntheticTrace } from '../../support/synthetic-trace.ts';
import { handTrace } from '../../trace/metrics/hand-trace.ts';
import { smallTrace } from '../../trace/metrics/small-trace.ts';

const trace = smallTrace();
const metrics = new TraceMetrics(trace);
const only = (group?: string): Selection =>
  group === undefined ? [] : [{ label: 'group', negated: false, values: [group] }];

describe('TraceMetrics', () => {
  it('has a value of every metric for every peer that it applies to', () => {
    expect(metrics.peers('peer.complete').map((peer) => peer.value)).toEqual([1, 1, 1, 0]);
    expect(metrics.peers('peer.complete').map((peer) => peer.row)).toEqual([0, 1, 2, 3]);
    expect(metrics.peers('peer.completion_time').map((peer) => peer.value)).toEqual([2e6, 6e6, undefined]);
    expect(metrics.peers('peer.download_time').map((peer) => peer.value)).toEqual([2e6, 4e6, undefined]);
    expect(metrics.peers('peer.sent').map((peer) => peer.value)).toEqual([...trace.totals.sentBytes]);
    expect(metrics.peers('peer.received').map((peer) => peer.value)).toEqual([...trace.totals.receivedBytes]);
    expect(metrics.peers('peer.wasted').map((peer) => peer.value)).toEqual([...trace.totals.wastedBytes]);
  });

  it('has what peers made of their time and their lines', () => {
    const of = (name: Parameters<typeof metrics.peers>[0]) => metrics.peers(name).map((peer) => peer.value);
    expect(of('peer.share_ratio')).toEqual([1, 1, 0, 0]);
    expect(of('peer.online_time')).toEqual([4e6, 8e6, 8e6, 0]);
    expect(of('peer.longest_stay')).toEqual([4e6, 8e6, 8e6, 0]);
    expect(of('peer.away_time')).toEqual([0, 0, 0, 0]);
    expect(of('peer.capped_time')).toEqual([0, 0, 0, 0]);
    // The one that never came has no uplink that it could have used.
    expect(of('peer.upload_use')).toEqual([0.5, 0.5, 0]);
  });

  it('leaves those that misbehave out of what is about downloads', () => {
    const mixed = new TraceMetrics(
      handTrace({
        peers: [
          { id: 'seed', have: 'all' },
          { id: 'home' },
          { id: 'rider', behaviour: 'free-rider' },
          { id: 'liar', behaviour: 'liar' },
        ],
        endUs: 100,
        tell: (recorder, at) => {
          for (const peer of [0, 1, 2, 3]) recorder.peerJoined(peer);
          at(50);
          for (const peer of [1, 2]) recorder.observer(peer).completed();
        },
      }),
    );
    expect(mixed.peers('peer.complete').map(({ row }) => mixed.peerName(row))).toEqual([
      'seed',
      'home',
      'rider',
    ]);
    expect(mixed.peers('peer.completion_time')).toEqual([
      { row: 1, value: 50 },
      { row: 2, value: 50 },
    ]);
    expect(mixed.peers('peer.download_time')).toHaveLength(2);
    expect(mixed.peers('peer.sent')).toHaveLength(4);
    // The liar does not keep pieces needed for ever.
    expect(mixed.rows('piece.availability').untilUs).toBe(50);
  });

  it('has the swarm over time, of everybody and of a group', () => {
    const steps = (name: SwarmMetric, group?: string) => {
      const { changes, startUs, untilUs, rows } = metrics.swarm(name, only(group));
      const values = new Map([...changes].map(({ timeUs, value }) => [timeUs / 1e6, value]));
      return { values: [...values], startUs, untilUs, rows };
    };
    expect(steps('peers.present')).toEqual({
      values: [
        [0, 2],
        [2, 3],
        [4, 2],
        [6, 2],
        [8, 1],
      ],
      startUs: 0,
      untilUs: 10e6,
      rows: 1,
    });
    expect(steps('peers.complete', 'crowd').values).toEqual([
      [0, 0],
      [2, 1],
      [6, 2],
      [8, 1],
    ]);
    expect(steps('swarm.uplink').values.map(([sec, rate]) => [sec, (rate as number) * 1e6])).toEqual([
      [0, 150],
      [2, 200],
      [4, 100],
      [8, 50],
    ]);
    expect(steps('swarm.sent_rate', 'origin')).toEqual({
      values: [[0, 200 / 10e6]],
      startUs: 0,
      untilUs: 6e6,
      rows: 1,
    });
  });

  it('has no swarm where nobody ever came', () => {
    const empty = new TraceMetrics(handTrace({ peers: [{ id: 'home' }], endUs: 10, tell: () => {} }));
    expect(empty.swarm('peers.present', []).startUs).toBeUndefined();
    expect(empty.swarm('swarm.sent_rate', []).startUs).toBeUndefined();
    expect(empty.run('swarm.upload_use')).toBeUndefined();
  });

  it('has the metrics of the run', () => {
    expect(metrics.run('torrent.size')).toBe(trace.header.torrent.totalBytes);
    expect(metrics.run('torrent.pieces')).toBe(trace.header.torrent.pieceCount);
    expect(metrics.run('run.duration')).toBe(trace.endUs);
    const bounds = foldBounds(trace);
    expect(metrics.run('bound.completion')).toBe(bounds?.curveUs.at(-1));
    expect(metrics.run('bound.client_server')).toBe(6e6);
    // Until 6 s: the seed for 4 s at 100 bytes/s, a for 6 and b for 4 at 50.
    expect(metrics.run('swarm.upload_use')).toBeCloseTo(400 / 900, 12);
  });

  it.each([
    ['the small trace', trace],
    ['a larger one', syntheticTrace({ peers: 6, pieces: 24, untilSec: 60 })],
  ])('counts the copies of each piece over %s', (_, given) => {
    const series = new TraceMetrics(given).rows('piece.availability');
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
      const compiled = compileExpectation(
        ordinary('it'),
        text,
        1,
        groupsOnly([
          ['origin', 1],
          ['crowd', 3],
        ]),
      );
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
    expect(verdictOf('max(peer.online_time) < run.duration')).toMatchObject({ status: 'held' });
    expect(verdictOf('max(peer.online_time) < 80% * run.duration')).toMatchObject({ status: 'failed' });
    expect(verdictOf('always from 4s until 7s peers.present == 2')).toMatchObject({ status: 'held' });
    expect(verdictOf('always from 3s until 7s peers.present == 2')).toMatchObject({
      status: 'failed',
      firstViolationUs: 3e6,
    });
    expect(verdictOf('eventually until 5s peers.complete{group=crowd} == 2')).toMatchObject({
      status: 'failed',
    });
  });
});
