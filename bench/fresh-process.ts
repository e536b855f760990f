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

/** Of util-linux, which every Linux has; elsewhere nothing keeps a process to a core. */
const ON_ONE_CORE: readonly string[] = process.platform === 'linux' ? ['taskset', '--cpu-list', '0'] : [];

/** Throws with what the process said when it has not measured anything; it has been killed when `signal` aborts. */
export async function measureInFreshProcess(
  build: Build,
  task: string,
  signal: AbortSignal,
): Promise<Measured> {
  const { nodeOptions = [], isOnOneCore = false } = findTask(task) ?? {};
  const program = isOnOneCore ? ON_ONE_CORE : [];
  const options = { program: [...program, process.execPath, ...nodeOptions], signal };
  const { code, output, end } = await runScript(build, ['--one', task], options);
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
  const options = { program: [process.execPath], signal, stderr: 'ignore' } as const;
  const { code } = await runScript(build, ['--knows', task], options);
  return code === 0;
}

interface ScriptOptions {
  /** What runs the script, with its options. */
  readonly program: readonly string[];
  readonly signal: AbortSignal;
  readonly stderr?: 'inherit' | 'ignore';
}

async function runScript(
  { script }: Build,
  args: readonly string[],
  { program, signal, stderr = 'inherit' }: ScriptOptions,
): Promise<{ code: number | null; output: string; end: string }> {
  signal.throwIfAborted();
  const [command = process.execPath, ...options] = program;
  const child = spawn(command, [...options, script, ...args], { stdio: ['ignore', 'pipe', stderr] });
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
