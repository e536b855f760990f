/**
 * Runs the present command once more in a child process with a larger heap, as if it were this process: the same
 * terminal, signals passed on, the same end. The child never does so again, and does not outlive its parent.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { CommandError, ExitCode } from '../exit-codes.ts';

/** Set for the child, and for what it starts: memory has been seen to. */
const SETTLED = 'SWARMLAB_MEMORY_SETTLED';
/** Semi-spaces of V8, in MiB: with the default of 16 a large swarm spends a third more of its time on short-lived objects. */
const SEMI_SPACE_MIB = 64;

/** The environment of a process that need not ask whether its run fits. */
export function settledEnvironment(): Record<string, string | undefined> {
  return { ...process.env, [SETTLED]: '1' };
}

/** Whether somebody has seen to memory already. A child that was started for it ends when its parent is gone. */
export function memoryIsSettled(): boolean {
  if (process.env[SETTLED] === undefined) return false;
  if (process.connected) {
    process.once('disconnect', () => process.exit(ExitCode.interrupted));
    // Nothing is ever said on this channel: it must not keep the process.
    process.channel?.unref();
  }
  return true;
}

/** Runs this command in a child process with a heap of `heapMiB` and returns its exit code. */
export async function runInLargerProcess(heapMiB: number): Promise<ExitCode> {
  const flags = [`--max-old-space-size=${heapMiB}`, `--max-semi-space-size=${SEMI_SPACE_MIB}`];
  const child = spawn(process.execPath, [...process.execArgv, ...flags, ...process.argv.slice(1)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: settledEnvironment(),
  });
  // Ctrl-C reaches parent and child alike, a signal to the parent only this one. As another signal than the child may
  // have had already it counts once, and a second one counts again.
  const stop = (): void => void child.kill('SIGTERM');
  const hangUp = (): void => void child.kill('SIGHUP');
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.on('SIGHUP', hangUp);
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    if (code !== null && code !== ABORTED) return code as ExitCode;
    if (code === ABORTED || signal === 'SIGABRT') throw outgrown(heapMiB);
    if (signal === 'SIGKILL') throw killed();
    process.off('SIGINT', stop).off('SIGTERM', stop).off('SIGHUP', hangUp);
    process.kill(process.pid, signal as NodeJS.Signals);
    return ExitCode.interrupted;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop).off('SIGHUP', hangUp);
  }
}

/** What a shell, or node on some systems, makes of the signal that V8 ends with when its heap is full. */
const ABORTED = 134;

function outgrown(heapMiB: number): CommandError {
  return new CommandError(
    `the run has outgrown its heap of ${heapMiB} MiB, which was estimated to be enough; nothing was written\n  give it more with --memory, and please report this with the scenario`,
    ExitCode.bug,
  );
}

function killed(): CommandError {
  return new CommandError(
    'the system has ended the run on the spot (SIGKILL), most likely because its memory ran out; nothing was written',
    ExitCode.unavailable,
  );
}
