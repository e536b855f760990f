/** Swarms whose peers tell each other of those that they know (BEP 11). */
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/scenarios/plan.ts';
import { SimulatedRun } from '../../../src/scenarios/run/simulate.ts';
import { EventKind } from '../../../src/trace/trace.ts';
import { nodeHasher } from '../../support/fake-world.ts';
import { smallPlan } from '../../support/small-plan.ts';

/** A tracker that names one peer at a time, and seldom. */
function plan(changes: Partial<Plan>): Plan {
  const peers = Array.from({ length: 10 }, () => ({}));
  const plain = smallPlan(peers);
  return smallPlan(peers, {
    tracker: { ...plain.tracker, numwant: 1, intervalUs: 3600_000_000 },
    ...changes,
  });
}

function run(planned: Plan) {
  const simulated = new SimulatedRun(planned, nodeHasher);
  while (simulated.advance(100_000));
  const { progress } = simulated;
  const trace = simulated.finish();
  simulated.breakUp();
  return {
    progress,
    digest: trace.digest,
    meetings: trace.events.kind.filter((kind) => kind === EventKind.connected).length,
  };
}

describe('peer exchange in a run', () => {
  it('lets peers meet that no tracker has named to each other, the same way each time', () => {
    const without = run(plan({}));
    const first = run(plan({ pex: true }));
    expect(first.progress).toEqual({ complete: 10, peers: 10 });
    expect(first.meetings).toBeGreaterThan(without.meetings);
    expect(run(plan({ pex: true }))).toEqual(first);
  });

  it('is off unless the plan says so', () => {
    expect(run(plan({ pex: false })).digest).toBe(run(plan({})).digest);
  });
});
