/** The workloads, as data: which tasks each needs and which figures it reads off them. */
import { loopback, loopbackSwarm } from './loopback-workloads.ts';
import { RECORDED_COSTS } from './other-simulators.ts';
import { perUnit, swarmFigures } from './swarm-figures.ts';
import { formatNumber } from './table.ts';
import { type Figure, figure, numberOf, type Results, ratioOf, type Workload } from './workload.ts';

const RAW = 'raw';
const MIB = 2 ** 20;
const SCALE_MIB = 64;
const DECADES = [100, 1_000, 10_000];
const TOOL_NODES = [50, 100, 200];
const IDLE_PEERS = 1_000;
const MEMORY_PEERS = 1_000;
const FEW = `memory:${MEMORY_PEERS}:10`;
const MANY = `memory:${MEMORY_PEERS}:50`;
const START = 'start:10000';
const TRACE = 'trace:100x64';
const LARGE_PIECES = '100x16384:4MiB';

function count(value: number): string {
  return formatNumber(value, 0);
}

/** Milliseconds per unit of a swarm. */
function costOf(results: Results, task: string): number | undefined {
  return perUnit(results, task, 'wallSeconds');
}

function swarm(name: string, title: string, task: string, isShort: boolean): Workload {
  return { name, title, tasks: [RAW, task], figures: swarmFigures(name, task, RAW), isShort };
}

/** The workload of a swarm that was named by its size. */
export function swarmOfSize(size: string): Workload {
  const [peers, contentMiB] = size.split('x').map(Number);
  return swarm(size, `${peers} peers × ${contentMiB} MiB`, size, true);
}

const scaling: Workload = {
  name: 'scaling',
  title: `cost per unit at 100, 1,000 and 10,000 peers, ${SCALE_MIB} MiB each`,
  tasks: DECADES.map((peers) => `${peers}x${SCALE_MIB}`),
  figures: [
    ...DECADES.map((peers): Figure => {
      const task = `${peers}x${SCALE_MIB}`;
      return {
        name: `scaling/${peers}`,
        label: `ms per unit, ${count(peers)} peers`,
        digits: 3,
        of: (results) => costOf(results, task),
      };
    }),
    decade('scaling/first-decade', 100, 1_000),
    decade('scaling/second-decade', 1_000, 10_000),
  ],
  isShort: false,
};

function decade(name: string, from: number, to: number): Figure {
  return {
    name,
    label: `times the cost, ${count(from)} to ${count(to)} peers`,
    digits: 2,
    of: (results) => ratioOf(costOf(results, `${to}x${SCALE_MIB}`), costOf(results, `${from}x${SCALE_MIB}`)),
  };
}

const largePieces: Workload = {
  name: 'pieces-16g',
  title: '100 peers × 16 GiB, pieces of 4 MiB, beside 100 × 256 MiB',
  tasks: [RAW, '100x256', LARGE_PIECES],
  figures: [
    ...swarmFigures('pieces-16g', LARGE_PIECES, RAW),
    {
      name: 'pieces-16g/ratio',
      label: 'times the cost of 256 MiB',
      digits: 2,
      of: (results) => ratioOf(costOf(results, LARGE_PIECES), costOf(results, '100x256')),
    },
  ],
  isShort: false,
};

function idle(name: string, title: string, kind: 'seeds' | 'partial', isShort: boolean): Workload {
  const task = `idle:${IDLE_PEERS}:${kind}`;
  return {
    name,
    title,
    tasks: [RAW, task],
    figures: [
      figure(`${name}/day`, 'seconds for one virtual day', 2, task, 'wallSeconds'),
      figure(`${name}/events`, 'million events', 2, task, 'events', 1e6),
      figure(`${name}/ends`, 'connection ends', 0, task, 'endsAfter'),
      figure(`${name}/opened`, 'of these opened in the day', 0, task, 'opened'),
    ],
    isShort,
  };
}

const memory: Workload = {
  name: 'memory',
  title: 'what 1,000 peers in full swing keep alive',
  tasks: [FEW, MANY],
  figures: [
    {
      name: 'memory/end',
      label: 'bytes per connection end, have-set apart',
      digits: 0,
      of: (results) => {
        const own = (task: string): number | undefined => {
          const live = numberOf(results, task, 'liveBytes');
          const trace = numberOf(results, task, 'traceBytes');
          return live === undefined || trace === undefined ? undefined : live - trace;
        };
        // What one end remembers of the pieces of the other is in neither: it takes the same room in both worlds.
        return ratioOf(
          difference(own(MANY), own(FEW)),
          difference(numberOf(results, MANY, 'ends'), numberOf(results, FEW, 'ends')),
        );
      },
    },
    figure('memory/peer', 'MiB per peer', 3, MANY, 'liveBytes', MIB * (MEMORY_PEERS + 1)),
    figure('memory/ends', 'connection ends', 0, MANY, 'ends'),
    figure('memory/trace', 'MiB of trace', 1, MANY, 'traceBytes', MIB),
  ],
  isShort: true,
};

function difference(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? undefined : left - right;
}

const start: Workload = {
  name: 'start',
  title: 'a world of 10,000 peers, from its text to its first event',
  tasks: [START],
  figures: [
    {
      name: 'start/total',
      label: 'seconds',
      digits: 2,
      of: (results) => {
        const parts = ['readSeconds', 'expandSeconds', 'buildSeconds'];
        return parts.reduce<number | undefined>((sum, key) => {
          const value = numberOf(results, START, key);
          return sum === undefined || value === undefined ? undefined : sum + value;
        }, 0);
      },
    },
    figure('start/read', 'seconds, text to scenario', 3, START, 'readSeconds'),
    figure('start/expand', 'seconds, scenario to plan', 3, START, 'expandSeconds'),
    figure('start/build', 'seconds, plan to first event', 3, START, 'buildSeconds'),
    figure('start/memory', 'MiB', 0, START, 'memoryBytes', MIB),
  ],
  isShort: true,
};

const ONE_CORE = 'sweep-on-one-core';

const sweep: Workload = {
  name: 'sweep',
  title: '32 runs of 100 peers × 64 MiB, on one core, and on two threads',
  tasks: [ONE_CORE, 'sweep:1', 'sweep:2'],
  figures: [
    {
      name: 'sweep/speed-up',
      label: 'times as fast as one core',
      digits: 2,
      of: (results) => timesAsFast(results, ONE_CORE),
    },
    {
      name: 'sweep/thread-speed-up',
      label: 'times as fast as one thread that has both cores',
      digits: 2,
      of: (results) => timesAsFast(results, 'sweep:1'),
    },
    figure('sweep/core', 'seconds on one core', 1, ONE_CORE, 'wallSeconds'),
    figure('sweep/one', 'seconds on one thread', 1, 'sweep:1', 'wallSeconds'),
    figure('sweep/two', 'seconds on two threads', 1, 'sweep:2', 'wallSeconds'),
  ],
  isShort: false,
};

/** How much faster two threads are. */
function timesAsFast(results: Results, than: string): number | undefined {
  return ratioOf(numberOf(results, than, 'wallSeconds'), numberOf(results, 'sweep:2', 'wallSeconds'));
}

function report(name: string, title: string, task: string, isShort: boolean): Workload {
  return {
    name,
    title,
    tasks: [task],
    figures: [
      figure(`${name}/write`, 'seconds to write', 2, task, 'writeSeconds'),
      figure(`${name}/size`, 'MiB', 2, task, 'bytes', MIB),
      figure(`${name}/open`, 'seconds to open', 2, task, 'openSeconds'),
      figure(`${name}/frames`, 'frames/s of the slider', 0, task, 'framesPerSecond'),
      figure(`${name}/page`, "MiB of the page's heap", 0, task, 'pageHeapBytes', MIB),
    ],
    isShort,
  };
}

const trace: Workload = {
  name: 'trace',
  title: 'what recording costs, 100 peers × 64 MiB',
  tasks: [TRACE],
  figures: [
    figure('trace/share', '% of the CPU time of a run', 1, TRACE, 'share', 0.01),
    figure('trace/block', 'ns per block', 0, TRACE, 'nanosecondsPerBlock'),
    figure('trace/piece', 'bytes in memory per piece and peer', 0, TRACE, 'bytesPerPieceAndPeer'),
    figure('trace/watch', 'bytes that the laws keep per connection end', 0, TRACE, 'watchBytesPerEnd'),
  ],
  isShort: true,
};

const tools: Workload = {
  name: 'peers-tools',
  title: `16 MiB at ${TOOL_NODES.join(', ')} nodes, lines of 1000 kB/s: as other simulators were measured`,
  tasks: TOOL_NODES.map((nodes) => `tools:${nodes}`),
  figures: TOOL_NODES.flatMap((nodes) => {
    const task = `tools:${nodes}`;
    const cost = (results: Results): number | undefined => costOf(results, task);
    const recorded = RECORDED_COSTS.filter((each) => each.nodes === nodes);
    return [
      { name: `peers-tools/${nodes}`, label: `ms per unit, ${nodes} nodes`, digits: 3, of: cost },
      {
        name: `peers-tools/${nodes}-cpu`,
        label: `ms of CPU per unit, ${nodes} nodes`,
        digits: 3,
        of: (results: Results) => perUnit(results, task, 'cpuSeconds'),
      },
      figure(`peers-tools/${nodes}-virtual`, `virtual seconds, ${nodes} nodes`, 0, task, 'virtualSeconds'),
      ...recorded.map(
        ({ simulator, msPerUnit, isLeast }): Figure => ({
          name: `peers-tools/${nodes}-${simulator}`,
          label: `${simulator} took ${isLeast ? 'over ' : ''}${msPerUnit} ms: times as fast`,
          digits: 0,
          of: (results) => ratioOf(msPerUnit, cost(results)),
        }),
      ),
    ];
  }),
  isShort: true,
};

export const RAW_LIMITS: Workload = {
  name: 'raw',
  title: 'the limits of this machine',
  tasks: [RAW],
  figures: [
    ...(['1e3', '1e4', '1e5', '1e6'] as const).map((pending) =>
      figure(
        `raw/queue-${pending}`,
        `million events/s, ${count(Number(pending))} pending in the queue`,
        2,
        RAW,
        `queue${pending}PerSec`,
        1e6,
      ),
    ),
    figure('raw/network', 'million blocks/s, network alone', 2, RAW, 'networkBlocksPerSec', 1e6),
    figure('raw/allocation', 'million small objects/s', 0, RAW, 'allocationsPerSec', 1e6),
    figure('raw/copy-hot', 'ns for 16 KiB copied in the cache', 0, RAW, 'copyHotNs'),
    figure('raw/copy-cold', 'ns for 16 KiB copied in memory', 0, RAW, 'copyColdNs'),
    figure('raw/sha1-block', 'GB/s, SHA-1 of 16 KiB', 2, RAW, 'sha1Of16KiBPerSec', 1e9 / (16 * 1024)),
    figure('raw/sha1-piece', 'GB/s, SHA-1 of 1 MiB', 2, RAW, 'sha1Of1MiBPerSec', 1e9 / MIB),
  ],
  isShort: true,
};

const livePage: Workload = {
  name: 'live-page',
  title: 'the live page with 30 peers and 128 pieces, playing for ten seconds',
  tasks: ['live-page'],
  figures: [
    figure('live-page/frames', 'frames a second', 1, 'live-page', 'framesPerSecond'),
    figure('live-page/long', 'frames longer than 25 ms', 0, 'live-page', 'longFrames'),
    figure('live-page/all', 'of so many', 0, 'live-page', 'frames'),
  ],
  isShort: true,
};

export const WORKLOADS: readonly Workload[] = [
  RAW_LIMITS,
  swarm('small-10', '10 peers × 64 MiB', '10x64', true),
  swarm('small-100', '100 peers × 64 MiB', '100x64', true),
  swarm('small-1000', '1,000 peers × 16 MiB', '1000x16', true),
  tools,
  memory,
  start,
  sweep,
  trace,
  swarm('swarm-100', '100 peers × 256 MiB, pieces of 256 KiB', '100x256', false),
  swarm('swarm-1000', '1,000 peers × 256 MiB, flash crowd, asymmetric lines', '1000x256', false),
  swarm('swarm-10000', '10,000 peers × 64 MiB', '10000x64', false),
  largePieces,
  scaling,
  idle('idle', '1,000 seeds, one virtual day', 'seeds', true),
  idle(
    'idle-connected',
    '1,000 peers that hold the same half of the content, nobody has the rest, one virtual day',
    'partial',
    false,
  ),
  report(
    'report-made-up',
    'the report of a run of 1,000 peers and 1,024 pieces that is made up',
    'report-made-up:1000x1024',
    true,
  ),
  livePage,
  loopback,
  loopbackSwarm,
  report('report', 'the report of 1,000 peers × 256 MiB', 'report:1000x256', false),
];
