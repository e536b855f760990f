/**
 * One simulated swarm as a workload: a seed and N home users who all arrive at once, the real engine in every peer,
 * everything on that is on by default. The work unit is one peer downloading one MiB (64 blocks).
 */
import { NodeHasher } from '../src/host/node-hasher.ts';
import { expand } from '../src/scenarios/expand.ts';
import { strategyNames } from '../src/scenarios/load-scenario.ts';
import { parseScenario } from '../src/scenarios/parse.ts';
import { SimulatedRun } from '../src/scenarios/run/simulate.ts';

export interface SwarmWorkload {
  readonly peers: number;
  readonly contentMiB: number;
}

export interface SwarmMeasurement extends SwarmWorkload {
  readonly blocks: number;
  readonly wallSeconds: number;
  readonly startSeconds: number;
  readonly events: number;
  readonly virtualSeconds: number;
  readonly digest: string;
  /** Growth of the process over the run at its peak, in bytes. */
  readonly memoryBytes: number;
}

const BLOCK_BYTES = 16384;

export function measureSwarm(workload: SwarmWorkload): SwarmMeasurement {
  const { peers, contentMiB } = workload;
  const text = `
version: 1
name: bench-${peers}
seed: 1
time: { until: 12h, sample: 1s }
torrent: { size: ${contentMiB} MiB, piece: 256 KiB }
peers:
  - { group: origin, have: all, link: { down: 20 Mbit/s, up: 20 Mbit/s, latency: 15ms } }
  - { group: crowd, count: ${peers}, link: { down: 16 Mbit/s, up: 4 Mbit/s, latency: 10ms..30ms }, arrive: { process: flash, within: 10s } }
expect:
  - { name: everyone finishes, that: "fraction(peer.complete{group=crowd}) == 1" }
`;
  const scenario = parseScenario(text, 'bench.yaml', strategyNames);
  const plan = expand(scenario, scenario.seed);
  const before = process.memoryUsage.rss();
  const created = performance.now();
  const run = new SimulatedRun(plan, new NodeHasher());
  const started = performance.now();
  let peak = before;
  while (run.advance(200_000)) peak = Math.max(peak, process.memoryUsage.rss());
  const ended = performance.now();
  peak = Math.max(peak, process.memoryUsage.rss());
  const trace = run.finish();
  const received = trace.totals.receivedBytes.reduce((sum, bytes) => sum + bytes, 0);
  return {
    ...workload,
    blocks: received / BLOCK_BYTES,
    wallSeconds: (ended - started) / 1000,
    startSeconds: (started - created) / 1000,
    events: run.eventCount,
    virtualSeconds: trace.endUs / 1e6,
    digest: trace.digest,
    memoryBytes: peak - before,
  };
}
