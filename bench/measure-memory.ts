/**
 * `npm run measure-memory`: what a run keeps in memory, measured, and the coefficients of `src/cli/memory/estimate.ts`
 * fitted to it. Each swarm runs in a fresh process; what is alive is what is left after a full collection, at the end of
 * the run with its trace finished, or earlier where that was more.
 */
import { spawnSync } from 'node:child_process';
import { COEFFICIENTS, estimateMemory } from '../src/cli/memory/estimate.ts';
import { countsOf, type RunCounts, type RunShape, shapeOf } from '../src/cli/memory/run-shape.ts';
import { NodeHasher } from '../src/host/node-hasher.ts';
import { expand } from '../src/scenarios/expand.ts';
import { parseScenario } from '../src/scenarios/parse.ts';
import { SimulatedRun } from '../src/scenarios/run/simulate.ts';
import { strategyNames } from '../src/scenarios/strategy-names.ts';

interface Workload {
  readonly peers: number;
  readonly pieces: number;
  readonly pieceKiB: number;
  readonly connections: number;
}

interface Measured {
  readonly shape: RunShape;
  readonly heap: number;
  readonly external: number;
  /** Of the process, at its peak. */
  readonly resident: number;
}

/** Cheap swarms that differ in one thing at a time. */
const WORKLOADS: readonly Workload[] = [
  { peers: 10, pieces: 64, pieceKiB: 256, connections: 50 },
  { peers: 10, pieces: 1024, pieceKiB: 16, connections: 50 },
  { peers: 100, pieces: 64, pieceKiB: 256, connections: 50 },
  { peers: 100, pieces: 64, pieceKiB: 256, connections: 10 },
  { peers: 100, pieces: 1024, pieceKiB: 16, connections: 50 },
  { peers: 100, pieces: 16, pieceKiB: 1024, connections: 50 },
  { peers: 100, pieces: 128, pieceKiB: 1024, connections: 50 },
  { peers: 300, pieces: 64, pieceKiB: 64, connections: 50 },
  { peers: 300, pieces: 64, pieceKiB: 64, connections: 15 },
  { peers: 300, pieces: 512, pieceKiB: 16, connections: 30 },
  { peers: 1000, pieces: 16, pieceKiB: 64, connections: 50 },
  { peers: 1000, pieces: 64, pieceKiB: 16, connections: 20 },
  { peers: 1000, pieces: 256, pieceKiB: 16, connections: 50 },
];
/** Those that are fitted; the others are known beforehand. */
const FITTED = ['world', 'peers', 'ends', 'endBytes', 'peerPieces', 'peerBlocks'] as const;
/** Collections in the course of a run. */
const LOOKS = 4;
/** Rounds of the fit; it has settled long before. */
const ROUNDS = 100_000;

function main(argv: readonly string[]): void {
  const [first, second] = argv;
  if (first === '--one') {
    console.log(JSON.stringify(measure(JSON.parse(second as string) as Workload)));
    return;
  }
  console.log('  peers pieces  block/p conns  heap MiB  beside  process  estimate/real  process');
  const all = WORKLOADS.map((workload) => {
    const measured = inFreshProcess(workload);
    const { live, processBytes } = estimateMemory(measured.shape);
    const { peers, pieces, pieceKiB, connections } = workload;
    const row = [
      ...[peers, pieces, pieceKiB / 16, connections].map((value) => String(value).padStart(7)),
      ...[measured.heap, measured.external, measured.resident].map((bytes) =>
        (bytes / 2 ** 20).toFixed(0).padStart(8),
      ),
      ((live.heap + live.external) / (measured.heap + measured.external)).toFixed(2).padStart(13),
      (processBytes / measured.resident).toFixed(2).padStart(10),
    ];
    console.log(row.join(' '));
    return measured;
  });
  const heap = fitTo(all, 'heap');
  const external = fitTo(all, 'external');
  console.log('\nfitted:');
  for (const [index, name] of FITTED.entries()) {
    console.log(
      `  ${name}: { heap: ${rounded(heap[index] as number)}, external: ${rounded(external[index] as number)} },`,
    );
  }
}

function inFreshProcess(workload: Workload): Measured {
  const script = process.argv[1] as string;
  const child = spawnSync(
    process.execPath,
    ['--expose-gc', '--max-old-space-size=8192', script, '--one', JSON.stringify(workload)],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  if (child.status !== 0) throw new Error(`${JSON.stringify(workload)} ended with ${child.status}`);
  return JSON.parse(child.stdout) as Measured;
}

function measure({ peers, pieces, pieceKiB, connections }: Workload): Measured {
  const text = `
version: 1
name: memory
time: { until: 12h, sample: 1s }
torrent: { size: ${pieces * pieceKiB} KiB, piece: ${pieceKiB} KiB }
peers:
  - { group: origin, have: all, link: { down: 20 Mbit/s, up: 20 Mbit/s, latency: 15ms }, engine: { connections: ${connections} } }
  - { group: crowd, count: ${peers}, link: { down: 16 Mbit/s, up: 4 Mbit/s, latency: 10ms..30ms }, arrive: { process: flash, within: 10s }, engine: { connections: ${connections} } }
expect:
  - { name: everyone finishes, that: "fraction(peer.complete{group=crowd}) == 1" }
`;
  const plan = expand(parseScenario(text, 'memory.yaml', strategyNames), 1);
  const run = new SimulatedRun(plan, new NodeHasher());
  const most = { heap: 0, external: 0 };
  const look = (): void => {
    (globalThis as { gc?: () => void }).gc?.();
    const { heapUsed, external } = process.memoryUsage();
    if (heapUsed + external <= most.heap + most.external) return;
    most.heap = heapUsed;
    most.external = external;
  };
  let looks = 1;
  while (run.advance(50_000)) {
    if (run.progress.complete * LOOKS < looks * peers) continue;
    looks++;
    look();
  }
  const trace = run.finish();
  look();
  if (run.progress.complete < peers || trace.endUs === 0) throw new Error('not all peers have completed');
  // Rows of samples are few here: the run ends long before its planned end.
  const shape = { ...shapeOf(plan, 'sim'), sampleRows: trace.samples.rows };
  return { shape, ...most, resident: process.resourceUsage().maxRSS * 1024 };
}

/** Least squares of relative errors without negative coefficients, by going down along one coordinate after another. */
function fitTo(all: readonly Measured[], kind: 'heap' | 'external'): number[] {
  const counts = all.map(({ shape }) => countsOf(shape));
  const rest = all.map((measured, row) => measured[kind] - known(counts[row] as RunCounts, kind));
  const cells = counts.map((each, row) => FITTED.map((name) => each[name] / (all[row] as Measured)[kind]));
  const target = rest.map((bytes, row) => bytes / (all[row] as Measured)[kind]);
  const found: number[] = FITTED.map(() => 0);
  for (let round = 0; round < ROUNDS; round++) {
    for (const column of FITTED.keys()) {
      let along = 0;
      let square = 0;
      for (const [row, line] of cells.entries()) {
        const cell = line[column] as number;
        const error =
          (target[row] as number) - line.reduce((sum, x, at) => sum + x * (found[at] as number), 0);
        along += cell * error;
        square += cell * cell;
      }
      found[column] = Math.max(0, (found[column] as number) + along / square);
    }
  }
  return found;
}

function known(counts: RunCounts, kind: 'heap' | 'external'): number {
  return (['sampleCells', 'keptBytes'] as const).reduce(
    (sum, name) => sum + counts[name] * COEFFICIENTS[name][kind],
    0,
  );
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(2)));
}

main(process.argv.slice(2));
