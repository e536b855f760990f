/**
 * `npm run bench`: how many blocks the simulator delivers per second of wall time, and what a peer costs in memory, for
 * swarms of 10, 100 and 1,000 peers, with the raw event queue of this machine beside it. Each swarm runs in a fresh
 * process. `npm run bench -- <peers> <MiB>` measures one swarm of that size.
 */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { measureHold } from './event-queue.ts';
import { measureStreams } from './streams.ts';
import { measureSwarm, type SwarmMeasurement, type SwarmWorkload } from './swarm-workload.ts';

const WORKLOADS: readonly SwarmWorkload[] = [
  { peers: 10, contentMiB: 64 },
  { peers: 100, contentMiB: 64 },
  { peers: 1000, contentMiB: 16 },
];

function main(argv: readonly string[]): void {
  const [first, second] = argv;
  if (first === '--one') {
    const [peers, contentMiB] = (second ?? '').split('x').map(Number);
    console.log(JSON.stringify(measureSwarm({ peers: peers as number, contentMiB: contentMiB as number })));
    return;
  }
  const workloads =
    first === undefined
      ? WORKLOADS
      : [{ peers: wholeNumber(first), contentMiB: wholeNumber(second ?? '64') }];
  console.log(
    `node ${process.version}, ${cpus()[0]?.model.trim() ?? 'unknown processor'} × ${cpus().length}\n`,
  );
  const now = (): number => performance.now();
  const hold = measureHold(1_000, 2_000_000, now);
  const streams = measureStreams(100, 5, 500_000, now);
  console.log(`event queue alone, 1,000 pending: ${rate(hold.eventsPerSec)} events/s`);
  console.log(`network model alone, 100 hosts × 5 streams: ${rate(streams.blocksPerSec)} blocks/s\n`);
  console.log(
    row(['peers', 'MiB', 'blocks/s', 'ms per unit', 'events/block', 'start s', 'wall s', 'KiB/peer']),
  );
  for (const workload of workloads) console.log(row(describe(inFreshProcess(workload))));
  console.log(
    '\nA unit is one peer downloading one MiB. KiB/peer: growth of the process at its peak, over all peers.',
  );
}

function inFreshProcess({ peers, contentMiB }: SwarmWorkload): SwarmMeasurement {
  const script = process.argv[1] as string;
  const child = spawnSync(process.execPath, [script, '--one', `${peers}x${contentMiB}`], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.status !== 0) throw new Error(`the workload of ${peers} peers ended with ${child.status}`);
  return JSON.parse(child.stdout) as SwarmMeasurement;
}

function describe(measured: SwarmMeasurement): string[] {
  const { peers, contentMiB, blocks, wallSeconds, events, startSeconds, memoryBytes } = measured;
  return [
    String(peers),
    String(contentMiB),
    String(Math.round(blocks / wallSeconds)),
    ((wallSeconds * 1000) / (blocks / 64)).toFixed(3),
    (events / blocks).toFixed(1),
    startSeconds.toFixed(2),
    wallSeconds.toFixed(1),
    String(Math.round(memoryBytes / 1024 / (peers + 1))),
  ];
}

function row(cells: readonly string[]): string {
  return cells.map((cell) => cell.padStart(13)).join('');
}

function rate(perSecond: number): string {
  return `${(perSecond / 1e6).toFixed(2)} million`;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  console.error(`${text}: expected a number of peers and of MiB, such as "npm run bench -- 100 64"`);
  process.exit(2);
}

main(process.argv.slice(2));
