/** How long a large world takes from the scenario's text to its first event. */
import { NodeHasher } from '../../src/host/node-hasher.ts';
import { expand } from '../../src/scenarios/expand.ts';
import { parseScenario } from '../../src/scenarios/parse.ts';
import { SimulatedRun } from '../../src/scenarios/run/simulate.ts';
import { strategyNames } from '../../src/scenarios/strategy-names.ts';
import { swarmScenario } from './swarm.ts';

export interface StartMeasurement {
  readonly peers: number;
  /** Text to scenario. */
  readonly readSeconds: number;
  /** Scenario to plan. */
  readonly expandSeconds: number;
  /** Plan to the first event: content, machines and everything that waits for its time. */
  readonly buildSeconds: number;
  readonly memoryBytes: number;
}

const CONTENT_MIB = 64;

export function measureStart(peers: number): StartMeasurement {
  const text = swarmScenario({ peers, contentMiB: CONTENT_MIB });
  const before = process.memoryUsage.rss();
  const begun = performance.now();
  const scenario = parseScenario(text, 'bench.yaml', strategyNames);
  const read = performance.now();
  const plan = expand(scenario, scenario.seed);
  const expanded = performance.now();
  const run = new SimulatedRun(plan, new NodeHasher());
  run.advance(1);
  const first = performance.now();
  return {
    peers,
    readSeconds: (read - begun) / 1000,
    expandSeconds: (expanded - read) / 1000,
    buildSeconds: (first - expanded) / 1000,
    memoryBytes: process.memoryUsage.rss() - before,
  };
}
