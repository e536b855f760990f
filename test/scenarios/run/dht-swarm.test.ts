/** Swarms that find each other by the DHT: with no tracker at all, and among peers that start again. */
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/scenarios/plan.ts';
import { SimulatedRun } from '../../../src/scenarios/run/simulate.ts';
import { nodeHasher } from '../../support/fake-world.ts';
import { SECOND, smallPlan } from '../../support/small-plan.ts';

const WITHOUT_TRACKER: Partial<Plan> = {
  tracker: { ...smallPlan([]).tracker, isOff: true },
};

function run(plan: Plan) {
  const simulated = new SimulatedRun(plan, nodeHasher);
  while (simulated.advance(100_000));
  const { progress } = simulated;
  const { digest } = simulated.finish();
  simulated.breakUp();
  return { progress, digest };
}

describe('without a tracker', () => {
  it('peers that know one bootstrap node complete, the same way each time', () => {
    const plan = smallPlan(
      Array.from({ length: 8 }, () => ({})),
      {
        ...WITHOUT_TRACKER,
        dht: { bootstrap: 'router' },
      },
    );
    const first = run(plan);
    expect(first.progress).toEqual({ complete: 8, peers: 8 });
    expect(run(plan).digest).toBe(first.digest);
  });

  it('peers that know the seed complete', () => {
    const plan = smallPlan([{}, {}, {}, {}], { ...WITHOUT_TRACKER, dht: { bootstrap: [0] } });
    expect(run(plan).progress).toEqual({ complete: 4, peers: 4 });
  });

  it('peers complete that were away, and whose bootstrap node is gone when they return', () => {
    const away = [{ fromUs: 8 * SECOND, toUs: 120 * SECOND }];
    const plan = smallPlan(
      [
        {},
        { leave: { ...smallPlan([{}]).peers[0]?.leave, atUs: 60 * SECOND } as never },
        { absences: away },
        {},
      ],
      { ...WITHOUT_TRACKER, dht: { bootstrap: [1] } },
    );
    // Slow enough that nobody is done before.
    const slow = {
      ...plan,
      peers: plan.peers.map((peer) => ({ ...peer, link: { ...peer.link, downBytesPerSec: 40_000 } })),
    };
    expect(run(slow).progress.complete).toBeGreaterThanOrEqual(3);
  });

  it('nobody completes where nobody can be found', () => {
    const plan = smallPlan([{}, {}], WITHOUT_TRACKER);
    expect(run(plan).progress).toEqual({ complete: 1, peers: 2 });
  });
});
