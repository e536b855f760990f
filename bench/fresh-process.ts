/** Does a task in a fresh process, of this build or another's. What it measured comes back as one line of JSON. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { findTask } from './tasks.ts';
import type { Measured } from './workload.ts';

/** A build of the benchmarks, and whose it is. */
export interface Build {
  /** For tables: "this", or the revision. */
  readonly label: string;
  /** The path of its bench.js. */
  readonly script: string;
}

/** Throws with what the process said when it has not measured anything; it has been killed when `signal` aborts. */
export async function measureInFreshProcess(
  build: Build,
  task: string,
  signal: AbortSignal,
): Promise<Measured> {
  const { code, output, end } = await runScript(build, ['--one', task], nodeOptionsOf(task), signal);
  if (code !== 0) throw new Error(`${task} of ${build.label} has ended with ${end}`);
  const line = output.trim().split('\n').at(-1) ?? '';
  try {
    return JSON.parse(line) as Measured;
  } catch {
    throw new Error(`${task} of ${build.label} printed no result but: ${line.slice(0, 200)}`);
  }
}

/** Whether that build can do the task. A build that does not understand the question knows none of those in question. */
export async function knowsTask(build: Build, task: string, signal: AbortSignal): Promise<boolean> {
  const { code } = await runScript(build, ['--knows', task], [], signal, 'ignore');
  return code === 0;
}

function nodeOptionsOf(task: string): readonly string[] {
  return findTask(task)?.nodeOptions ?? [];
}

async function runScript(
  { script }: Build,
  args: readonly string[],
  nodeOptions: readonly string[],
  signal: AbortSignal,
  stderr: 'inherit' | 'ignore' = 'inherit',
): Promise<{ code: number | null; output: string; end: string }> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, [...nodeOptions, script, ...args], {
    stdio: ['ignore', 'pipe', stderr],
  });
  const kill = (): boolean => child.kill();
  signal.addEventListener('abort', kill);
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  try {
    const [code, killedBy] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    signal.throwIfAborted();
    return { code, output, end: killedBy === null ? `exit code ${code}` : `signal ${killedBy}` };
  } finally {
    signal.removeEventListener('abort', kill);
  }
}
