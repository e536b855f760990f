/**
 * Bytes that a swarm allocates on JavaScript's heap, found by its growth while nothing is collected. The process has to
 * be started with a nursery that holds all of it, with one thread, so that code is optimised at the same places in every
 * run, and with `--expose-gc`. Backing stores of buffers are not counted: they are few, and lie outside.
 */
import { COUNTED_BLOCKS, countedSwarm } from './counted-swarm.ts';

export interface AllocationCount {
  readonly blocks: number;
  readonly allocatedBytes: number;
  /** Of the swarm before the one that is counted; the digests of both are the same. */
  readonly digest: string;
}

const SLICE_EVENTS = 1_000;

export function countAllocation(): AllocationCount {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('allocation is counted with --expose-gc only');
  // Once before, so that the code is what it is in a long run.
  const before = countedSwarm();
  while (before.advance(SLICE_EVENTS));
  const { digest } = before.finish();
  const run = countedSwarm();
  gc();
  let last = process.memoryUsage().heapUsed;
  let allocatedBytes = 0;
  let more = true;
  while (more) {
    more = run.advance(SLICE_EVENTS);
    const { heapUsed } = process.memoryUsage();
    if (heapUsed < last) throw new Error('something was collected: the nursery is too small to count');
    allocatedBytes += heapUsed - last;
    last = heapUsed;
  }
  if (run.finish().digest !== digest) throw new Error('the same swarm went another way the second time');
  return { blocks: COUNTED_BLOCKS, allocatedBytes, digest };
}
