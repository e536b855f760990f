/**
 * What recording the trace costs: the same run with the recorder at work and with a recorder that only names remotes, in
 * turn, by the CPU time of this process. The best of each counts: what else runs on the machine only adds.
 */
import { NodeHasher } from '../src/host/node-hasher.ts';
import type { Plan } from '../src/scenarios/plan.ts';
import { SimulatedRun } from '../src/scenarios/run/simulate.ts';

export interface TraceCost {
  /** User CPU seconds of each run, from the first event to the finished trace. */
  readonly recordedSec: readonly number[];
  readonly silentSec: readonly number[];
  /** How much of the time of a run recording takes: 0.15 is the most that it should. */
  readonly share: number;
  /** Nanoseconds for each block received; a block has two reports, one at either end. */
  readonly nanosecondsPerBlock: number;
  readonly events: number;
  /** Bytes of the rows of events while the run goes on, chunks that are not full included. */
  readonly bytes: number;
  /** Bytes of all rows, divided by pieces and by peers that had to get them: two rows of these are the piece's own. */
  readonly bytesPerPieceAndPeer: number;
  /** The most ends of connections that the laws on engines watched at a time, and the bytes that they keep for one. */
  readonly watchedEnds: number;
  readonly watchBytesPerEnd: number;
}

interface RunCost {
  readonly userSec: number;
  readonly events: number;
  readonly bytes: number;
  readonly receivedBytes: number;
  readonly watchedEnds: number;
  readonly watchBytesPerEnd: number;
}

const BLOCK_BYTES = 16_384;
const SLICE_EVENTS = 100_000;

/** `rounds`: runs of either kind, after one of each that only warms up. At least 1. */
export function measureTraceCost(plan: Plan, rounds: number): TraceCost {
  runOnce(plan, false);
  let recorded = runOnce(plan, true);
  const recordedSec: number[] = [];
  const silentSec: number[] = [];
  for (let round = 0; round < rounds; round++) {
    silentSec.push(runOnce(plan, false).userSec);
    recorded = runOnce(plan, true);
    recordedSec.push(recorded.userSec);
  }
  const best = Math.min(...recordedSec);
  const costSec = best - Math.min(...silentSec);
  const { events, bytes, receivedBytes, watchedEnds, watchBytesPerEnd } = recorded;
  const contentBytes = plan.torrent.files.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
  const pieces = Math.ceil(contentBytes / plan.torrent.pieceLengthBytes);
  const getters = plan.peers.filter(({ have }) => have === 'none').length;
  return {
    recordedSec,
    silentSec,
    share: costSec / best,
    nanosecondsPerBlock: (costSec * 1e9) / (receivedBytes / BLOCK_BYTES),
    events,
    bytes,
    bytesPerPieceAndPeer: bytes / (pieces * getters),
    watchedEnds,
    watchBytesPerEnd,
  };
}

function runOnce(plan: Plan, recording: boolean): RunCost {
  const run = new SimulatedRun(plan, new NodeHasher(), { recording });
  const before = process.cpuUsage();
  let watchedEnds = 0;
  let watchBytesPerEnd = 0;
  while (run.advance(SLICE_EVENTS)) {
    const { ends, bytes } = run.watchSize;
    if (ends <= watchedEnds) continue;
    watchedEnds = ends;
    watchBytesPerEnd = bytes / ends;
  }
  const { events, bytes } = run.traceSize;
  const trace = run.finish();
  const { user } = process.cpuUsage(before);
  const receivedBytes = trace.totals.receivedBytes.reduce((sum, each) => sum + each, 0);
  return { userSec: user / 1e6, events, bytes, receivedBytes, watchedEnds, watchBytesPerEnd };
}
