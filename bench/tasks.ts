/**
 * The tasks: what `--one <task>` measures in this process. A swarm is named by its size, `<peers>x<MiB>`, which every
 * revision understands; pieces of another size follow a colon, `100x16384:4MiB`. All others are named here.
 */
import { totalmem } from 'node:os';
import { type AllocationCount, countAllocation } from './counts/allocation.ts';
import { measureIdle } from './measure/idle.ts';
import { measureLivePage } from './measure/live-page.ts';
import { measureLoopback, measureLoopbackSwarm } from './measure/loopback.ts';
import { measureMemory } from './measure/memory.ts';
import { measureToolsSwarm } from './measure/peers-tools.ts';
import { measureRaw } from './measure/raw.ts';
import { reportScript } from './measure/report-script.ts';
import { measureStart } from './measure/start.ts';
import { measurePlan, measureSwarm, planOf, swarmScenario } from './measure/swarm.ts';
import { measureSweep, runOnOwnThreads } from './measure/sweep.ts';
import { measureReport, measureReportOf } from './report.ts';
import { measureTraceCost } from './trace-cost.ts';

export interface Task {
  readonly name: string;
  /** Options of node without which it cannot be done. */
  readonly nodeOptions: readonly string[];
  /** It may have one core alone, not the others for the compiler and the garbage collection. */
  readonly isOnOneCore: boolean;
  measure(): object | Promise<object>;
}

/** What every revision understands. */
export const PLAIN_SWARM = /^([1-9]\d*)x([1-9]\d*)$/;

/** From so many peers on node's default heap may be too small. */
const LARGE_PEERS = 1000;

const GC = ['--expose-gc'];

/** Runs with a recorder and without, in turn. */
const TRACE_ROUNDS = 3;

interface TaskPattern {
  readonly pattern: RegExp;
  readonly isOnOneCore?: boolean;
  options?(numbers: readonly number[]): readonly string[];
  measure(numbers: readonly number[], words: readonly string[]): object | Promise<object>;
}

const PATTERNS: readonly TaskPattern[] = [
  {
    pattern: PLAIN_SWARM,
    options: ([peers = 0]) => heapFor(peers),
    measure: ([peers = 0, contentMiB = 0]) => measureSwarm({ peers, contentMiB }),
  },
  {
    pattern: /^(\d+)x(\d+):(\d+)MiB$/,
    options: ([peers = 0]) => heapFor(peers),
    measure: ([peers = 0, contentMiB = 0, pieceMiB = 0]) =>
      measureSwarm({ peers, contentMiB, pieceKiB: pieceMiB * 1024 }),
  },
  { pattern: /^raw$/, measure: () => measureRaw() },
  { pattern: /^tools:(\d+)$/, measure: ([peers = 0]) => measureToolsSwarm(peers) },
  {
    pattern: /^idle:(\d+):(seeds|partial)$/,
    options: ([peers = 0]) => heapFor(peers),
    measure: ([peers = 0], [, kind]) => measureIdle(kind === 'seeds' ? 'seeds' : 'partial', peers),
  },
  {
    pattern: /^memory:(\d+):(\d+)$/,
    options: ([peers = 0]) => [...heapFor(peers), ...GC],
    measure: ([peers = 0, connections = 0]) => measureMemory(peers, connections),
  },
  {
    pattern: /^start:(\d+)$/,
    options: ([peers = 0]) => heapFor(peers),
    measure: ([peers = 0]) => measureStart(peers),
  },
  {
    pattern: /^sweep:(\d+)$/,
    measure: ([jobs = 1]) => measureSweep(jobs, runOnOwnThreads),
  },
  { pattern: /^sweep-on-one-core$/, isOnOneCore: true, measure: () => measureSweep(1, runOnOwnThreads) },
  {
    pattern: /^report:(\d+)x(\d+)$/,
    options: ([peers = 0]) => heapFor(peers),
    measure: ([peers = 0, contentMiB = 0]) => {
      const { trace } = measurePlan(planOf(swarmScenario({ peers, contentMiB })), { peers, contentMiB });
      return measureReportOf(trace, { scriptText: reportScript() });
    },
  },
  {
    pattern: /^report-made-up:(\d+)x(\d+)$/,
    options: ([peers = 0]) => heapFor(peers),
    measure: ([peers = 0, pieces = 0]) => measureReport({ peers, pieces, scriptText: reportScript() }),
  },
  { pattern: /^live-page$/, measure: () => measureLivePage() },
  {
    pattern: /^trace:(\d+)x(\d+)$/,
    options: ([peers = 0]) => heapFor(peers),
    measure: ([peers = 0, contentMiB = 0]) =>
      measureTraceCost(planOf(swarmScenario({ peers, contentMiB })), TRACE_ROUNDS),
  },
  { pattern: /^loopback:(\d+)$/, measure: ([contentMiB = 0]) => measureLoopback(contentMiB) },
  {
    pattern: /^loopback-swarm:(\d+)x(\d+)$/,
    measure: ([leechers = 0, contentMiB = 0]) => measureLoopbackSwarm(leechers, contentMiB),
  },
  {
    // Every object has to stay in the nursery until it is counted; a single thread compiles at the same places each time.
    pattern: /^allocation$/,
    options: () => [...GC, '--max-semi-space-size=512', '--min-semi-space-size=512', '--single-threaded'],
    measure: (): AllocationCount => countAllocation(),
  },
];

/** Undefined where there is no such task. */
export function findTask(name: string): Task | undefined {
  for (const { pattern, options, isOnOneCore = false, measure } of PATTERNS) {
    const match = pattern.exec(name);
    if (match === null) continue;
    const words = match.slice(1);
    const numbers = words.map(Number);
    if (numbers.some((value) => value === 0)) return undefined;
    return {
      name,
      nodeOptions: options?.(numbers) ?? [],
      isOnOneCore,
      measure: () => measure(numbers, words),
    };
  }
  return undefined;
}

/** Three quarters of the machine's memory, for worlds that may not fit into what node takes by itself. */
function heapFor(peers: number): string[] {
  return peers < LARGE_PEERS ? [] : [`--max-old-space-size=${Math.floor((totalmem() * 0.75) / 2 ** 20)}`];
}
