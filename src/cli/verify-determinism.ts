/**
 * Runs the same plan again in a fresh process and compares the traces: what depends on the process or on the time shows
 * here. What one run of a process leaves behind for the next does not; exploration repeats runs in one process for that.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstDifference } from '../scenarios/first-difference.ts';
import type { Plan } from '../scenarios/plan.ts';
import { decodeTrace } from '../trace/file-format.ts';
import type { Trace } from '../trace/trace.ts';
import { settledEnvironment } from './memory/larger-process.ts';

export type Comparison =
  | { readonly kind: 'equal' }
  | { readonly kind: 'different'; readonly difference: string }
  | { readonly kind: 'interrupted' };

/** Runs `plan`, which came of that scenario with those settings, once more and says what differs first. */
export async function compareWithFreshProcess(
  trace: Trace,
  { reference, settings }: { readonly reference: string; readonly settings: readonly string[] },
  { seed, payload }: Pick<Plan, 'seed' | 'payload'>,
  signal: AbortSignal,
): Promise<Comparison> {
  const folder = mkdtempSync(join(tmpdir(), 'swarmlab-verify-'));
  try {
    const set = settings.flatMap((each) => ['--set', each]);
    const args = ['run', reference, ...set, '--seed', String(seed), '--payload', payload, '--out', folder];
    // With the heap that this process has been given; that it fits was decided before the first run.
    const child = spawn(process.execPath, [...process.execArgv, process.argv[1] as string, ...args], {
      stdio: 'ignore',
      env: settledEnvironment(),
    });
    const stop = (): void => {
      child.kill('SIGKILL');
    };
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    await once(child, 'exit');
    signal.removeEventListener('abort', stop);
    if (signal.aborted) return { kind: 'interrupted' };
    const difference = differenceFrom(trace, folder);
    return difference === undefined ? { kind: 'equal' } : { kind: 'different', difference };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function differenceFrom(trace: Trace, folder: string): string | undefined {
  const [run] = readdirSync(folder);
  if (run === undefined) return 'the second run left nothing behind';
  const decoded = decodeTrace(readFileSync(join(folder, run, 'trace.swarmtrace')));
  return decoded.ok ? firstDifference(trace, decoded.value) : `the second trace: ${decoded.error.message}`;
}
