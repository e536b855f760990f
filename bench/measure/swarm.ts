/**
 * One simulated swarm: a seed and N home users who all arrive at once, the real engine in every peer, everything on that
 * is on by default. Home users have four times as much download as upload. Fails unless every peer completes.
 */
import { NodeHasher } from '../../src/host/node-hasher.ts';
import { expand } from '../../src/scenarios/expand.ts';
import { parseScenario } from '../../src/scenarios/parse.ts';
import type { Plan } from '../../src/scenarios/plan.ts';
import { SimulatedRun } from '../../src/scenarios/run/simulate.ts';
import { strategyNames } from '../../src/scenarios/strategy-names.ts';
import type { Trace } from '../../src/trace/trace.ts';
import { BLOCKS_PER_UNIT } from '../workload.ts';

export interface SwarmSize {
  readonly peers: number;
  readonly contentMiB: number;
  /** Default 256. */
  readonly pieceKiB?: number;
  /** Connections of a peer; default: the engine's own. */
  readonly connections?: number;
  /** Default 1. */
  readonly seed?: number;
}

/** The first eight keys are what every revision prints for `--one <peers>x<MiB>`. */
export interface SwarmMeasurement {
  readonly peers: number;
  readonly contentMiB: number;
  readonly blocks: number;
  /** From the first event to the end of the run. */
  readonly wallSeconds: number;
  /** From the plan to the first event: the hashes of the content are computed in it. */
  readonly startSeconds: number;
  readonly events: number;
  readonly virtualSeconds: number;
  readonly digest: string;
  /** Growth of the process over the run at its peak, in bytes. */
  readonly memoryBytes: number;
  /** The largest that the process ever was, in bytes. */
  readonly peakBytes: number;
  /** Of all threads of the process, from the first event to the end of the run. */
  readonly cpuSeconds: number;
}

/** Events between two looks at the size of the process. */
const SLICE_EVENTS = 200_000;
const BLOCK_BYTES = 16384;
const LONG_MIB = 4096;

export function swarmScenario({
  peers,
  contentMiB,
  pieceKiB = 256,
  connections,
  seed = 1,
}: SwarmSize): string {
  const engine = connections === undefined ? '' : `, engine: { connections: ${connections} }`;
  const until = contentMiB < LONG_MIB ? '12h' : '48h';
  return `
version: 1
name: bench-${peers}
seed: ${seed}
time: { until: ${until}, sample: 1s }
torrent: { size: ${contentMiB} MiB, piece: ${pieceKiB} KiB }
peers:
  - { group: origin, have: all, link: { down: 20 Mbit/s, up: 20 Mbit/s, latency: 15ms }${engine} }
  - { group: crowd, count: ${peers}, link: { down: 16 Mbit/s, up: 4 Mbit/s, latency: 10ms..30ms }, arrive: { process: flash, within: 10s }${engine} }
expect:
  - { name: everyone finishes, that: "fraction(peer.complete{group=crowd}) == 1" }
`;
}

/** The plan of a scenario's text, with the seed that it names. */
export function planOf(text: string): Plan {
  const scenario = parseScenario(text, 'bench.yaml', strategyNames);
  return expand(scenario, scenario.seed);
}

export function measureSwarm(size: SwarmSize): SwarmMeasurement {
  return measurePlan(planOf(swarmScenario(size)), size).measured;
}

/** Runs a plan in which everybody completes. Throws when somebody does not. */
export function measurePlan(
  plan: Plan,
  { peers, contentMiB }: SwarmSize,
): { readonly measured: SwarmMeasurement; readonly trace: Trace; readonly run: SimulatedRun } {
  const before = process.memoryUsage.rss();
  const created = performance.now();
  const run = new SimulatedRun(plan, new NodeHasher());
  const started = performance.now();
  const cpuBefore = process.cpuUsage();
  let peak = before;
  while (run.advance(SLICE_EVENTS)) peak = Math.max(peak, process.memoryUsage.rss());
  const ended = performance.now();
  const { user, system } = process.cpuUsage(cpuBefore);
  peak = Math.max(peak, process.memoryUsage.rss());
  const trace = run.finish();
  const blocks = trace.totals.receivedBytes.reduce((sum, bytes) => sum + bytes, 0) / BLOCK_BYTES;
  const { progress } = run;
  if (progress.complete !== progress.peers || blocks < peers * contentMiB * BLOCKS_PER_UNIT) {
    throw new Error(`only ${progress.complete} of ${progress.peers} peers are complete: nothing to compare`);
  }
  const measured = {
    peers,
    contentMiB,
    blocks,
    wallSeconds: (ended - started) / 1000,
    startSeconds: (started - created) / 1000,
    events: run.eventCount,
    virtualSeconds: trace.endUs / 1e6,
    digest: trace.digest,
    memoryBytes: peak - before,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    cpuSeconds: (user + system) / 1e6,
  };
  return { measured, trace, run };
}
