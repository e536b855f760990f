/**
 * The same scenario on both networks: what the simulation says must come true on sockets. Chance has its say on either:
 * peers draw, and the order of two messages decides what follows. So the plan is simulated several times with other draws,
 * and a real run has to come within 10 % of the mean of those. The majority of an odd number of real runs decides, and no
 * more of them are made than decide.
 *
 * How often chance alone fails a test, by drawing from 200 simulated runs of each scenario and 40 of its shaped lines in
 * virtual time, between which there is a difference of the given size (docs/FIDELITY.md):
 *
 * | scenario       | figure            | standard deviation    | difference | one run | majority      |
 * | -------------- | ----------------- | --------------------- | ---------- | ------- | ------------- |
 * | parity-small   | median completion | 3.3 %                 | -0.6 %     | 0.03 %  | of 3: 0.005 % |
 * | parity-homes   | median completion | 3.2 %                 | -1.2 %     | 0.05 %  | of 3: 0.005 % |
 * | parity-trouble | mean completion   | 5.4 %, 3.1 % on lines | -2.8 %     | 1.3 %   | of 5: 0.04 %  |
 * | parity-kernel  | median completion | 3.0 %                 | -          | 0.2 %   | of 3: 0.001 % |
 *
 * With 3 % more of a difference it would be 0.2, 1.2 and 1.5 %; of 20 % more each misses less than 0.4 %. In parity-trouble
 * the median will not do (one simulated run in twenty takes a sixth longer than the others), nor the last completion, which
 * is that of the peer whose cap is used up, whatever the other lines do.
 *
 * Planted: uplinks a fifth slower than planned make the first two fail (+19 to +28 %); parity-trouble takes 11 % longer then.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { NodeHasher } from '../../src/host/node-hasher.ts';
import { expand } from '../../src/scenarios/expand.ts';
import { loadScenario } from '../../src/scenarios/load-scenario.ts';
import { parseSettings } from '../../src/scenarios/overrides.ts';
import {
  AGREEMENT_FIGURE,
  agrees,
  compareNetworks,
  comparePeers,
  peersAgree,
  type RealRuns,
} from '../../src/scenarios/parity/parity.ts';
import type { Plan } from '../../src/scenarios/plan.ts';
import { planContent } from '../../src/scenarios/run/planned-content.ts';
import { runPlan } from '../../src/scenarios/run/run-plan.ts';
import { SimulatedRun } from '../../src/scenarios/run/simulate.ts';
import type { Trace } from '../../src/trace/trace.ts';
import { NAMESPACE_AGENT, NAMESPACES } from '../support/namespaces.ts';

const SCENARIOS = [
  { name: 'parity-small', figure: 'completion_time_p50_us', simulations: 10, runs: 3 },
  { name: 'parity-homes', figure: 'completion_time_p50_us', simulations: 10, runs: 3 },
  { name: 'parity-trouble', figure: 'completion_time_mean_us', simulations: 20, runs: 5 },
];
const KERNEL = 'parity-kernel';
/** Pieces of a block leave least to chance: 3.0 %, where pieces of 64 KiB have 5.8 %. */
const SMALLER = ['torrent.size=2 MiB', 'torrent.piece=16 KiB', 'peers.leechers.count=5'];
const TOLERANCE = 0.1;

interface Simulated {
  readonly plan: Plan;
  readonly traces: readonly Trace[];
}

function simulate(name: string, simulations: number, set: readonly string[] = []): Simulated {
  const { scenario } = loadScenario(name, 'src/scenarios/library', { overrides: parseSettings(set) });
  const plan = expand(scenario, scenario.seed);
  const hasher = new NodeHasher();
  const content = planContent(plan.torrent, hasher);
  const traces = Array.from({ length: simulations }, (_, draws) => {
    const run = new SimulatedRun(plan, hasher, { draws, content });
    run.advance();
    return run.finish();
  });
  return { plan, traces };
}

const simulated = new Map<string, Simulated>();

// All of it before the first real run: it would keep the processor from the lines of those.
beforeAll(() => {
  for (const { name, simulations } of SCENARIOS) simulated.set(name, simulate(name, simulations));
  if (NAMESPACES) simulated.set(KERNEL, simulate(KERNEL, 10, SMALLER));
});

/** What the majority of an odd number says; no more of them are asked than decide, and those at once. */
async function majority(runs: number, ask: (run: number) => Promise<boolean>): Promise<boolean> {
  const needed = (runs + 1) / 2;
  const votes = { for: 0, against: 0 };
  let asked = 0;
  while (Math.max(votes.for, votes.against) < needed) {
    const more = needed - Math.max(votes.for, votes.against);
    const answers = await Promise.all(Array.from({ length: more }, () => ask(asked++)));
    for (const answer of answers) votes[answer ? 'for' : 'against']++;
  }
  return votes.for >= needed;
}

// At the same time: each mostly waits for its lines, and the machine has time for all.
describe.concurrent('completion on real networks is within 10 % of the simulated one', () => {
  for (const { name, figure, runs } of SCENARIOS) {
    test(name, async () => {
      const { plan, traces } = simulated.get(name) as Simulated;
      const differences: (number | undefined)[] = [];
      const agreed = await majority(runs, async (draws) => {
        const { trace } = await runPlan(plan, { network: 'sockets', draws });
        const rows = compareNetworks(traces, [{ network: 'sockets', traces: [trace] }]);
        const of = (wanted: string) => rows.find((row) => row.name === wanted)?.real[0];
        expect(of('complete_share')?.median).toBe(1);
        expect(Math.abs(of('sent_sum_bytes')?.difference ?? Number.NaN)).toBeLessThan(TOLERANCE);
        const difference = of(figure)?.difference;
        differences[draws] = difference;
        return Math.abs(difference ?? Number.NaN) <= TOLERANCE;
      });
      expect(agreed, `${figure} differs by ${differences.join(', ')}`).toBe(true);
    });
  }

  test.skipIf(!NAMESPACES)('parity-kernel, smaller, in network namespaces', async () => {
    const { plan, traces } = simulated.get(KERNEL) as Simulated;
    const differences: (number | undefined)[] = [];
    const agreed = await majority(3, async (draws) => {
      const { trace } = await runPlan(plan, { network: 'namespaces', agentFile: NAMESPACE_AGENT, draws });
      const runs: RealRuns[] = [{ network: 'namespaces', traces: [trace] }];
      const rows = compareNetworks(traces, runs);
      const peers = comparePeers(traces, runs);
      expect(peers).toHaveLength(5);
      differences[draws] = rows.find((row) => row.name === AGREEMENT_FIGURE)?.real[0]?.difference;
      return agrees(rows, TOLERANCE) && peersAgree(peers, 2 * TOLERANCE);
    });
    expect(agreed, `median completion differs by ${differences.join(', ')}, or a peer's by more`).toBe(true);
  });
});
