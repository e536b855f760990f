/** A run that is stopped for what must always hold is the beginning of the run that is not. */
import { describe, expect, it } from 'vitest';
import { NodeHasher } from '../../../src/host/node-hasher.ts';
import { expand } from '../../../src/scenarios/expand.ts';
import { judge } from '../../../src/scenarios/expectations/judge.ts';
import { labelsInPlan } from '../../../src/scenarios/expectations/peer-labels.ts';
import { TraceMetrics } from '../../../src/scenarios/expectations/trace-metrics.ts';
import { formatMeasured } from '../../../src/scenarios/expectations/verdict.ts';
import { runPlan } from '../../../src/scenarios/run/run-plan.ts';
import { SimulatedRun } from '../../../src/scenarios/run/simulate.ts';
import { parse } from '../support.ts';

const scenario = (expectation: string) =>
  parse(`version: 1
name: stopped
time: { until: 5m, sample: 100ms }
torrent: { size: 1 MiB, piece: 64 KiB }
peers:
  - { group: seed, have: all, link: { down: 40 Mbit/s, up: 20 Mbit/s, latency: 2ms } }
  - { group: crowd, count: 3, link: { down: 20 Mbit/s, up: 8 Mbit/s, latency: 2ms } }
expect:
  - { name: it, that: "${expectation}", abort: true }
`);

function simulate(expectation: string, expectations = scenario(expectation).expectations) {
  const plan = expand(scenario(expectation), 1);
  const run = new SimulatedRun(plan, new NodeHasher(), { expectations });
  run.advance();
  const trace = run.finish();
  run.breakUp();
  const source = new TraceMetrics(trace, labelsInPlan(plan));
  return { run, trace, verdicts: judge(expectations, source, { stoppedBy: run.stoppedBy }) };
}

const HALF_WAY = 'always max(peer.progress{group=crowd, link!=adsl}) < 50%';

describe('in simulation', () => {
  it('ends at the first sample after the violation', () => {
    const { run, trace, verdicts } = simulate(HALF_WAY);
    const [verdict] = verdicts;
    expect(verdict).toMatchObject({ status: 'failed', stoppedRun: true, subject: { kind: 'peer' } });
    expect(trace.endUs % 100_000).toBe(0);
    expect(trace.endUs - (verdict?.firstViolationUs ?? 0)).toBeLessThanOrEqual(100_000);
    expect(run.progress.complete).toBe(1);
    expect(formatMeasured(verdict as NonNullable<typeof verdict>)).toMatch(
      /^50 % \(crowd-\d\) at \d+ms, expected less than 50 % throughout; the run was stopped$/,
    );
  });

  it('is the same run up to there', () => {
    const stopped = simulate(HALF_WAY).trace;
    const whole = simulate(HALF_WAY, []).trace;
    expect(whole.endUs).toBeGreaterThan(stopped.endUs);
    for (const column of ['timeUs', 'kind', 'peer', 'a', 'b'] as const) {
      const beginning = whole.events[column].subarray(0, stopped.events.count);
      expect([...stopped.events[column]]).toEqual([...beginning]);
    }
    expect(simulate(HALF_WAY).trace.digest).toBe(stopped.digest);
  });

  it('goes to its end where nothing is violated, as if nobody had looked', () => {
    const watched = simulate('always peers.present <= 4');
    expect(watched.verdicts[0]).toMatchObject({ status: 'held' });
    expect(watched.run.stoppedBy).toBeUndefined();
    expect(watched.trace.digest).toBe(simulate('always peers.present <= 4', []).trace.digest);
  });
});

describe('on sockets', () => {
  it('ends at the first sample after the violation too', async () => {
    const asked = scenario('always peers.present < 2');
    const { trace, stoppedBy, interrupted } = await runPlan(expand(asked, 1), {
      network: 'sockets',
      expectations: asked.expectations,
    });
    expect(interrupted).toBe(false);
    expect(stoppedBy).toMatchObject({ status: 'failed', stoppedRun: true });
    expect(trace.endUs).toBeLessThan(5 * 60e6);
  });
});
