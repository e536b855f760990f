/**
 * Runs the same plan again in a fresh process and compares the traces. State that leaks between runs of one process,
 * and order that depends on a process, both show here.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan } from '../scenarios/plan.ts';
import { formatDuration } from '../scenarios/unit-text.ts';
import { decodeTrace } from '../trace/file-format.ts';
import { EventKind, type Trace } from '../trace/trace.ts';

export type Comparison =
  | { readonly kind: 'equal' }
  | { readonly kind: 'different'; readonly difference: string }
  | { readonly kind: 'interrupted' };

/** Runs `plan`, which came of the scenario `reference`, once more and says what differs first. */
export async function compareWithFreshProcess(
  trace: Trace,
  reference: string,
  { seed, payload }: Pick<Plan, 'seed' | 'payload'>,
  signal: AbortSignal,
): Promise<Comparison> {
  const folder = mkdtempSync(join(tmpdir(), 'swarmlab-verify-'));
  try {
    const args = ['run', reference, '--seed', String(seed), '--payload', payload, '--out', folder];
    const child = spawn(process.execPath, [process.argv[1] as string, ...args], { stdio: 'ignore' });
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

/** The first event in which two traces differ; their digests speak for the block events, which are not stored. */
export function firstDifference(a: Trace, b: Trace): string | undefined {
  if (a.digest === b.digest) return undefined;
  const columns = ['timeUs', 'kind', 'peer', 'a', 'b', 'c'] as const;
  const rows = Math.min(a.events.count, b.events.count);
  for (let row = 0; row < rows; row++) {
    if (columns.every((column) => a.events[column][row] === b.events[column][row])) continue;
    return `event ${row}: ${describeEvent(a, row)} in the first run, ${describeEvent(b, row)} in the second`;
  }
  if (a.events.count !== b.events.count) {
    return `the first run has ${a.events.count} events, the second ${b.events.count}, and the first ${rows} agree`;
  }
  return `digests ${a.digest} and ${b.digest} differ in block events, though all stored events agree`;
}

function describeEvent({ events, header }: Trace, row: number): string {
  const kind = events.kind[row];
  const name = Object.entries(EventKind).find(([, number]) => number === kind)?.[0] ?? `kind ${kind}`;
  const peer = header.peers[events.peer[row] as number]?.id ?? '?';
  const details = [events.a[row], events.b[row], events.c[row]].join(', ');
  return `${peer} ${name} (${details}) at ${formatDuration(events.timeUs[row] as number)}`;
}
