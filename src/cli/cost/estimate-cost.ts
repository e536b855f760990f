/**
 * How long a run will take, roughly, from its plan alone: the blocks that have to be moved and the time for which
 * connections are kept, times what each was measured to cost. Pure; good to a factor of two on a machine like the one of
 * `bench/README.md`, which is enough to tell a minute from an hour.
 */
import type { Plan, PlannedPeer } from '../../scenarios/plan.ts';
import type { NetworkKind } from '../../scenarios/run/run-options.ts';
import { wantsToComplete } from '../../sim/misbehaviour/behaviours.ts';
import { countsOf, shapeOf } from '../memory/run-shape.ts';

export interface CostEstimate {
  /** Blocks of 16 KiB that downloaders are going to receive. */
  readonly blocks: number;
  /** Time of the run at its end, by what the lines can carry. */
  readonly runSeconds: number;
  /** Time that passes meanwhile for whoever waits. */
  readonly wallSeconds: number;
}

/**
 * Seconds, from the results in bench/README.md: 100 peers × 256 MiB, 1,000 × 256 and 10,000 × 64 give what a block costs
 * with 5,000, 50,000 and 500,000 ends of connections (6, 13 and 35 µs); `idle-connected` and `idle` what an end and a peer
 * cost in a virtual day.
 */
export const COST = {
  start: 1.5,
  /** Of `start`, what each further run of one process costs: its metrics and tables, and code that it needs first. */
  again: 0.2,
  leastBlock: 4e-6,
  block: 5.6e-6,
  /** At so many ends of connections a block costs `block`; it grows with this power of them, as caches hold less. */
  blockEnds: 5000,
  blockPower: 0.4,
  endDay: 5.3e-3,
  peerDay: 10e-3,
} as const;

const BLOCK_BYTES = 16_384;
const DAY_SECONDS = 86_400;
/** How much longer than the fluid bound a swarm takes, as a rule. */
const OVER_BOUND = 1.5;

export function estimateCost(plan: Plan, network: NetworkKind): CostEstimate {
  const endSeconds = plan.endUs / 1e6;
  const downloaders = plan.peers.filter(
    ({ have, behaviour }) => have !== 'all' && wantsToComplete(behaviour),
  );
  const wanted = downloaders.map((peer) => lackedBytes(plan, peer));
  const wantedBytes = wanted.reduce((sum, bytes) => sum + bytes, 0);
  const upBytesPerSec = plan.peers.reduce((sum, peer) => sum + serves(plan, peer), 0);
  const lastArrival = downloaders.reduce((last, { arriveUs }) => Math.max(last, arriveUs / 1e6), 0);
  const slowest = downloaders.reduce(
    (longest, { link, engine }, index) =>
      Math.max(
        longest,
        (wanted[index] as number) / limited(link.downBytesPerSec, engine.downloadLimitBytesPerSec),
      ),
    0,
  );
  const transfer = wantedBytes === 0 ? 0 : Math.max(slowest, wantedBytes / upBytesPerSec);
  const runSeconds = Math.min(endSeconds, lastArrival + OVER_BOUND * transfer);
  const blocks = Math.min(wantedBytes, upBytesPerSec * endSeconds) / BLOCK_BYTES;
  if (network !== 'sim') return { blocks, runSeconds, wallSeconds: runSeconds };
  const { ends, peers } = countsOf(shapeOf(plan, network));
  const perBlock = Math.max(COST.leastBlock, COST.block * (ends / COST.blockEnds) ** COST.blockPower);
  const days = runSeconds / DAY_SECONDS;
  const wallSeconds = COST.start + blocks * perBlock + days * (ends * COST.endDay + peers * COST.peerDay);
  return { blocks, runSeconds, wallSeconds };
}

function lackedBytes({ torrent }: Plan, { have }: PlannedPeer): number {
  const totalBytes = torrent.files.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
  if (typeof have === 'string') return have === 'all' ? 0 : totalBytes;
  const held = have.pieces.split(',').reduce((sum, range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return sum + last - first + 1;
  }, 0);
  return Math.max(0, totalBytes - held * torrent.pieceLengthBytes);
}

/** What a peer may give, in bytes per second. */
function serves(plan: Plan, { have, behaviour, engine, link }: PlannedPeer): number {
  const isSource = have === 'all' || plan.swarm;
  const gives = behaviour === 'honest' && engine.choker !== 'never' && isSource;
  return gives ? limited(link.upBytesPerSec, engine.uploadLimitBytesPerSec) : 0;
}

function limited(rate: number, limit: number): number {
  return limit === 0 ? rate : Math.min(rate, limit);
}
