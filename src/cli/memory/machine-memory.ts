/** What memory there is: on the machine, for a container, and for the heap of this process. Read once, before a run. */
import { freemem, totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';

export interface MachineMemory {
  /** What the machine has, or its container may use. */
  readonly totalBytes: number;
  /** What of it is free, or could be freed. */
  readonly availableBytes: number;
  /** The most that the heap of this process may grow to. */
  readonly heapLimitBytes: number;
  /** Somebody has chosen the size of the heap: `NODE_OPTIONS` or a flag of node. */
  readonly heapLimitChosenBy: 'NODE_OPTIONS' | 'node' | undefined;
}

const HEAP_FLAG = /--max[-_](?:old[-_]space|heap)[-_]size/;

export function machineMemory(): MachineMemory {
  // Where no limit is set, some systems answer 0 and some with more than any machine has.
  const constrained = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  const totalBytes = Math.min(totalmem(), constrained);
  return {
    totalBytes,
    availableBytes: Math.min(totalBytes, process.availableMemory?.() ?? freemem()),
    heapLimitBytes: getHeapStatistics().heap_size_limit,
    heapLimitChosenBy: process.execArgv.some((flag) => HEAP_FLAG.test(flag))
      ? 'node'
      : HEAP_FLAG.test(process.env.NODE_OPTIONS ?? '')
        ? 'NODE_OPTIONS'
        : undefined,
  };
}
