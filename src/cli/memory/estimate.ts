/**
 * How much memory a run needs, from the counts of its plan times what each of them was measured to cost. Pure: nothing
 * here looks at the machine. The coefficients stand in one place, `COEFFICIENTS`, and `npm run measure-memory` measures
 * them anew.
 */
import { countsOf, type RunCounts, type RunShape } from './run-shape.ts';

/** Bytes on V8's heap (objects, bounded by --max-old-space-size), and beside it (typed arrays). */
export interface Bytes {
  readonly heap: number;
  readonly external: number;
}

export interface MemoryEstimate {
  /** What is alive at the fullest moment. */
  readonly live: Bytes;
  /** What the heap has to be allowed, with the room that a collector needs to work in. */
  readonly heapLimitBytes: number;
  /** What the process is expected to take from the machine. */
  readonly processBytes: number;
  /** What the process takes, by count; the largest first. */
  readonly parts: readonly { readonly count: keyof RunCounts; readonly bytes: number }[];
}

/**
 * Bytes for one of each count, alive at the end of a run with its trace finished, after a full collection.
 * `npm run measure-memory` fits them to runs of 10 to 1,000 peers, 16 to 1,024 pieces, 10 to 50 connections a peer, by
 * least squares of the relative errors; none is negative. `sampleCells` and `keptBytes` are known: two columns of
 * doubles, which grow by doubling and are copied at the end, and the bytes themselves.
 */
export const COEFFICIENTS: Readonly<Record<keyof RunCounts, Bytes>> = {
  world: { heap: 21e6, external: 3e6 },
  peers: { heap: 52e3, external: 35e3 },
  // Fitted: none on the heap, 560 and 3.7 beside it. Left higher, because 10,000 peers took more than the fit says, and they
  // are not in it: with these, the estimate is a tenth above what they took.
  ends: { heap: 600, external: 900 },
  endBytes: { heap: 5.2, external: 7 },
  peerPieces: { heap: 0, external: 240 },
  peerBlocks: { heap: 7.9, external: 0.42 },
  sampleCells: { heap: 0, external: 32 },
  keptBytes: { heap: 0, external: 1 },
};

/**
 * The heap for what is alive and what is garbage by now: less, and the collector runs all the time; V8 by itself takes up
 * to twice what is alive.
 */
const HEAP_ROOM = 1.7;
/** The program itself, stacks, compiled code, space for what is young: of the process, and not of the live heap. */
const NODE_BYTES = 80 * 2 ** 20;

export function estimateMemory(shape: RunShape): MemoryEstimate {
  const counts = countsOf(shape);
  const names = Object.keys(COEFFICIENTS) as (keyof RunCounts)[];
  let heap = 0;
  let external = 0;
  const parts = names.map((count) => {
    const each = COEFFICIENTS[count];
    heap += counts[count] * each.heap;
    external += counts[count] * each.external;
    const program = count === 'world' ? NODE_BYTES : 0;
    return { count, bytes: counts[count] * (each.heap * HEAP_ROOM + each.external) + program };
  });
  parts.sort((left, right) => right.bytes - left.bytes);
  const heapLimitBytes = heap * HEAP_ROOM;
  return {
    live: { heap, external },
    heapLimitBytes,
    processBytes: heapLimitBytes + external + NODE_BYTES,
    parts,
  };
}
