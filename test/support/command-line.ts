/**
 * The command line within the process of a test: what a command says, writes and ends with, without the start of a program
 * each time. While it runs, the process is to the command what one of its own would be: its words, environment, folder, and
 * what it says. So one runs at a time, and whatever else wants processes of this command gets the built program.
 */
// Commands load it when they need it, and it keeps the folder of that moment for good: not one that a test removes.
import 'esbuild';
import { runCommandLine } from '../../src/cli/command-line.ts';
import { sweepHere } from './threads-here.ts';

export interface Command {
  /** The words after the name of the program. */
  readonly args: readonly string[];
  /** The path of the built program. */
  readonly program: string;
  readonly cwd: string | undefined;
  /** All of it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** After this the test fails. What only computes cannot be interrupted. */
  readonly deadlineMs: number;
  /** Whether a sweep has threads of its own; where not, its runs are done here. */
  readonly threads: boolean;
}

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let last: Promise<unknown> = Promise.resolve();

/** Runs it when those before it are over. */
export function runInProcess(command: Command): Promise<Said> {
  const said = last.then(() => run(command));
  last = said.catch(() => undefined);
  return said;
}

async function run({ args, program, cwd, env, deadlineMs, threads }: Command): Promise<Said> {
  const { argv, execArgv } = process;
  const [home, surroundings] = [process.cwd(), { ...process.env }];
  const stdout = listen(process.stdout);
  const stderr = listen(process.stderr);
  const liftThreads = threads ? undefined : sweepHere();
  let timer: NodeJS.Timeout | undefined;
  try {
    process.argv = [process.execPath, program, ...args];
    process.execArgv = [];
    setEnvironment(env);
    if (cwd !== undefined) process.chdir(cwd);
    const late = new Promise<never>((_, reject) => {
      const message = `swarmlab ${args.join(' ')} has not ended after ${deadlineMs} ms`;
      timer = setTimeout(() => reject(new Error(message)), deadlineMs);
    });
    const code = await Promise.race([runCommandLine(args), late]);
    return { code, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    clearTimeout(timer);
    liftThreads?.();
    Object.assign(process, { argv, execArgv });
    setEnvironment(surroundings);
    process.chdir(home);
    stdout.lift();
    stderr.lift();
  }
}

function setEnvironment(env: Readonly<Record<string, string | undefined>>): void {
  for (const name of Object.keys(process.env)) if (env[name] === undefined) delete process.env[name];
  for (const [name, value] of Object.entries(env)) if (value !== undefined) process.env[name] = value;
}

interface Listener {
  text(): string;
  lift(): void;
}

/** Everything that is written to a stream, which gets none of it until this is lifted. */
function listen(stream: NodeJS.WriteStream): Listener {
  const heard: Uint8Array[] = [];
  const write = stream.write;
  const noted = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    heard.push(Buffer.from(chunk as string));
    const done = rest.at(-1);
    if (typeof done === 'function') process.nextTick(done as () => void);
    return true;
  };
  stream.write = noted as typeof stream.write;
  return {
    text: () => Buffer.concat(heard).toString('utf8'),
    lift: () => {
      stream.write = write;
    },
  };
}
