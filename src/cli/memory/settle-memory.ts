/** Sees to memory before runs begin: refuses what cannot fit, says what needs much, moves to a larger heap where needed. */
import { parseSize } from '../../scenarios/units.ts';
import { CommandError, ExitCode } from '../exit-codes.ts';
import type { Terminal } from '../output/terminal.ts';
import { memoryIsSettled, runInLargerProcess } from './larger-process.ts';
import { machineMemory } from './machine-memory.ts';
import { decideMemory, type PlannedRun } from './memory-room.ts';

/**
 * To be called before anything is written or started. Undefined: go on. An exit code: the command has been carried out
 * in a larger process, with this end. `allowed` is what `--memory` says.
 */
export async function settleMemory(
  runs: readonly PlannedRun[],
  allowed: string | undefined,
  notes: Terminal,
): Promise<ExitCode | undefined> {
  const allowedBytes = allowed === undefined ? undefined : sizeOf(allowed);
  if (memoryIsSettled()) return undefined;
  const decision = decideMemory(runs, machineMemory(), allowedBytes);
  if (decision.kind === 'refuse') throw new CommandError(decision.message, ExitCode.usage);
  if (decision.note !== undefined) notes.print(decision.note);
  return decision.kind === 'go' ? undefined : runInLargerProcess(decision.heapMiB);
}

function sizeOf(text: string): number {
  const parsed = parseSize(text);
  if (parsed.ok && parsed.value > 0) return parsed.value;
  const { message, expected } = parsed.ok
    ? { message: `"${text}" is no memory at all`, expected: undefined }
    : parsed.complaint;
  const hint = expected === undefined ? '' : `\n  expected: ${expected}`;
  throw new CommandError(`--memory: ${message}${hint}`, ExitCode.usage);
}
