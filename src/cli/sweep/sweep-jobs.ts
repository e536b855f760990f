/** How many runs of a sweep go at a time, and how much memory each thread gets: as many as the machine has room for. */
import { availableParallelism } from 'node:os';
import { formatSize } from '../../scenarios/unit-text.ts';
import { parseSize } from '../../scenarios/units.ts';
import { CommandError, ExitCode } from '../exit-codes.ts';
import { estimateMemory } from '../memory/estimate.ts';
import type { MachineMemory } from '../memory/machine-memory.ts';
import { decideMemory, type PlannedRun } from '../memory/memory-room.ts';

export interface Jobs {
  readonly jobs: number;
  readonly heapMiB: number;
  /** What to say about it, where there is something. */
  readonly note: string | undefined;
}

const MIB = 2 ** 20;
/** A heap costs nothing until it is used, and an estimate may be off by half. */
const LEAST_HEAP_MIB = 1024;
const ERROR_MARGIN = 1.5;

/** Throws `CommandError` where not even one run fits. `allowed` is what `--memory` says, for all threads together. */
export function decideJobs(
  cells: readonly PlannedRun[],
  wanted: number | undefined,
  machine: MachineMemory,
  allowed: string | undefined,
): Jobs {
  const allowedBytes = allowed === undefined ? undefined : sizeOf(allowed);
  // Threads have heaps of their own, whatever this process was started with.
  const roomy = { ...machine, heapLimitBytes: Number.POSITIVE_INFINITY };
  const decision = decideMemory(cells, roomy, allowedBytes);
  if (decision.kind === 'refuse') throw new CommandError(decision.message, ExitCode.usage);
  const estimates = cells.map(({ shape }) => estimateMemory(shape));
  const processBytes = Math.max(...estimates.map((each) => each.processBytes));
  const heapBytes = Math.max(...estimates.map((each) => each.heapLimitBytes));
  const heapMiB = Math.max(LEAST_HEAP_MIB, Math.ceil((heapBytes * ERROR_MARGIN) / MIB));
  const fits = Math.max(1, Math.floor((allowedBytes ?? machine.availableBytes) / processBytes));
  const asked = wanted ?? availableParallelism();
  const jobs = Math.min(asked, fits);
  const note =
    jobs < asked
      ? `${jobs} ${jobs === 1 ? 'run' : 'runs'} at a time and not ${asked}: the largest needs about ${formatSize(processBytes)} of memory`
      : undefined;
  return { jobs, heapMiB, note };
}

function sizeOf(text: string): number {
  const parsed = parseSize(text);
  if (parsed.ok && parsed.value > 0) return parsed.value;
  const message = parsed.ok ? `"${text}" is no memory at all` : parsed.complaint.message;
  throw new CommandError(`--memory: ${message}`, ExitCode.usage);
}
