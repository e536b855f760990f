/** A watch finds what the judgement of the finished trace finds, no later than at the next look, and says so once. */
import { describe, expect, it } from 'vitest';
import { compileExpectation, ordinary } from '../../../src/scenarios/expectations/expectation.ts';
import { judge } from '../../../src/scenarios/expectations/judge.ts';
import { groupsOnly } from '../../../src/scenarios/expectations/labels.ts';
import { LiveMetrics } from '../../../src/scenarios/expectations/live-metrics.ts';
import { labelsInTrace } from '../../../src/scenarios/expectations/peer-labels.ts';
import { TraceMetrics } from '../../../src/scenarios/expectations/trace-metrics.ts';
import { ExpectationWatch } from '../../../src/scenarios/expectations/watch.ts';
import { EventLog } from '../../../src/trace/event-log.ts';
import type { Trace } from '../../../src/trace/trace.ts';
import { syntheticTrace } from '../../support/synthetic-trace.ts';
import { handTrace } from '../../trace/metrics/hand-trace.ts';
import { smallTrace } from '../../trace/metrics/small-trace.ts';

const GROUPS = groupsOnly([
  ['origin', 1],
  ['crowd', 9],
]);

function aborting(text: string) {
  const compiled = compileExpectation({ ...ordinary(text), abort: true }, text, 1, GROUPS);
  if (!compiled.ok) throw new Error(compiled.complaints[0]?.message);
  return compiled.value;
}

/** Writes the events of a trace again, looks every `stepUs`, and gives the first verdict with the time of the look. */
function watch(trace: Trace, text: string, stepUs: number) {
  const log = new EventLog();
  const metrics = new LiveMetrics(trace.header, labelsInTrace(trace.header), log.follow());
  const expectations = new ExpectationWatch([aborting(text)], metrics);
  const { events } = trace;
  let row = 0;
  for (let nowUs = stepUs; nowUs <= trace.endUs + stepUs; nowUs += stepUs) {
    for (; row < events.count && (events.timeUs[row] as number) <= nowUs; row++) {
      const columns = [events.peer, events.a, events.b, events.c].map((column) => column[row] as number);
      const [peer, a, b, c] = columns as [number, number, number, number];
      log.append(events.timeUs[row] as number, events.kind[row] as number, peer, a, b, c);
    }
    const verdict = expectations.look(nowUs);
    if (verdict !== undefined) return { verdict, nowUs };
  }
  return undefined;
}

const SMALL = smallTrace();
const LARGER = syntheticTrace({ peers: 6, pieces: 24, untilSec: 60 });

describe('a watch', () => {
  it.each([
    ['always min(piece.availability) >= 1', SMALL],
    ['always min(piece.availability) < 2', SMALL],
    ['always peers.present{group=crowd} <= 1', SMALL],
    ['always peers.leeching < 2', SMALL],
    ['during 3s..7s peers.present == 2', SMALL],
    ['during 4s..7s peers.present == 2', SMALL],
    ['always from 3s max(peer.progress) - min(peer.progress) < 1', SMALL],
    ['always swarm.uplink <= 1.2 kbit/s', SMALL],
    ['always min(piece.availability) >= 1 and peers.present <= 2', SMALL],
    ['always not peers.present > 2', SMALL],
    ['always swarm.distributed_copies < 3', LARGER],
    ['always max(peer.connections) < 3', LARGER],
    ['always mean(peer.progress) < 50%', LARGER],
    ['always count(peer.progress > mean(peer.progress)) < 4', LARGER],
    ['always swarm.one_club == 0', LARGER],
    ['always swarm.rarest_set <= torrent.pieces', LARGER],
  ])('agrees with the judgement of the whole: %s', (text, trace) => {
    const [whole] = judge([aborting(text)], new TraceMetrics(trace));
    expect(whole?.status).not.toBe('no-data');
    for (const stepUs of [100_000, 1_000_000, 7_000_000]) {
      const found = watch(trace, text, stepUs);
      if (whole?.status === 'held') expect(found).toBeUndefined();
      else {
        expect(found?.verdict).toEqual({ ...whole, stoppedRun: true });
        expect(found?.nowUs).toBe((Math.floor((whole?.atUs ?? 0) / stepUs) + 1) * stepUs);
      }
    }
  });

  it('does not stop a run for copies that nobody needs any more, but for those that somebody comes to need', () => {
    const trace = (comesBack: boolean): Trace =>
      handTrace({
        peers: [{ id: 'seed', have: 'all' }, { id: 'home' }, { id: 'late' }],
        endUs: 100,
        tell: (recorder, at) => {
          recorder.peerJoined(0);
          recorder.peerJoined(1);
          at(20);
          for (const piece of [0, 1]) recorder.observer(1).pieceVerified(piece, 0);
          recorder.observer(1).completed();
          at(30);
          recorder.peerLeft(0, 'planned', 'done');
          recorder.peerLeft(1, 'planned', 'done');
          at(60);
          if (comesBack) recorder.peerJoined(2);
        },
      });
    expect(watch(trace(false), 'always min(piece.availability) >= 1', 10)).toBeUndefined();
    const found = watch(trace(true), 'always min(piece.availability) >= 1', 10);
    expect(found?.verdict.firstViolationUs).toBe(30);
    expect(found?.nowUs).toBe(70);
  });
});

describe('what a run can be stopped for', () => {
  it.each([
    ['eventually peers.present > 1', 'a run can only be stopped for what must always hold'],
    ['at 5m peers.present > 1', 'a run can only be stopped for what must always hold'],
    ['always swarm.sent_rate > 1 Mbit/s', 'swarm.sent_rate is known only when the run is over'],
    ['always peers.present < count(peer.sent)', 'peer.sent is known only when the run is over'],
    ['run.duration < 5m', 'run.duration is known only when the run is over'],
  ])('is not: %s', (text, message) => {
    const compiled = compileExpectation({ ...ordinary('it'), abort: true }, text, 1, GROUPS);
    expect(compiled.ok ? [] : compiled.complaints.map((one) => one.message)).toContain(message);
  });
});
