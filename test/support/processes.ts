/**
 * Child processes for tests: start one, read its lines, wait for something it says or does, and be sure that it ends.
 * No process outlives the test that started it: `endProcesses` belongs into `afterEach`, and whatever is left when the
 * test worker exits is killed by its process id.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export { freePort } from '../../bench/loopback/free-port.ts';

/** How a process ended; exactly one of the two is not null. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ProcessOptions {
  readonly cwd?: string;
  /** Added to the environment of the test. */
  readonly env?: Readonly<Record<string, string>>;
}

/** How long a process may take to end after it was asked to, before it is killed. */
const GRACE_MS = 5_000;

const running = new Set<RunningProcess>();

process.on('exit', () => {
  for (const each of running) each.kill('SIGKILL');
});

/** Ends every process that was started in this worker and still runs. */
export async function endProcesses(): Promise<void> {
  await Promise.all([...running].map((each) => each.stop()));
}

export class RunningProcess {
  /** Every line of standard output and standard error so far, in order of arrival. */
  readonly lines: string[] = [];
  /** Lines of standard output alone. */
  readonly outputLines: string[] = [];
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #watchers = new Set<() => void>();
  #exit: Exit | undefined;
  #failure: string | undefined;

  constructor(command: string, args: readonly string[], options: ProcessOptions) {
    this.#name = [command, ...args].join(' ');
    this.#child = spawn(command, [...args], {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    running.add(this);
    // A process that ends while a command is on its way to it says so through its exit.
    this.#child.stdin?.on('error', () => undefined);
    this.#read(this.#child.stdout, this.outputLines);
    this.#read(this.#child.stderr, undefined);
    this.#child.on('error', (error) => this.#end(undefined, error.message));
    // 'close' and not 'exit': by then every line has been read.
    this.#child.on('close', (code, signal) => this.#end({ code, signal }, undefined));
  }

  get exit(): Exit | undefined {
    return this.#exit;
  }

  /** Everything it said, for error messages. */
  transcript(): string {
    return [`$ ${this.#name}`, ...this.lines.slice(-40)].join('\n  ');
  }

  /** Writes one line to its standard input. */
  tell(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  kill(signal: NodeJS.Signals): void {
    if (this.#child.pid !== undefined && this.#exit === undefined) this.#child.kill(signal);
  }

  /**
   * The first line (or the `nth`), said already or to come, that matches. Rejects at the deadline or when the process ends
   * first.
   */
  async line(pattern: RegExp, deadlineMs: number, nth = 1): Promise<RegExpMatchArray> {
    let seen = 0;
    let missing = nth;
    return await this.#until(`a line like ${pattern}`, deadlineMs, () => {
      while (seen < this.lines.length) {
        const match = (this.lines[seen++] as string).match(pattern);
        if (match !== null && --missing === 0) return match;
      }
      return undefined;
    });
  }

  /** Resolves when it has ended and every line is read. */
  async ended(deadlineMs: number): Promise<Exit> {
    return await this.#until('its end', deadlineMs, () => this.#exit);
  }

  /** Asks it to end with `signal`, and kills it when it does not. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.#exit !== undefined || this.#failure !== undefined) return;
    this.kill(signal);
    try {
      await this.ended(GRACE_MS);
    } catch {
      this.kill('SIGKILL');
      await this.ended(GRACE_MS);
    }
  }

  #read(stream: Readable | null, own: string[] | undefined): void {
    if (stream === null) return;
    createInterface({ input: stream }).on('line', (line) => {
      this.lines.push(line);
      own?.push(line);
      this.#notify();
    });
  }

  #end(exit: Exit | undefined, failure: string | undefined): void {
    this.#exit ??= exit;
    this.#failure ??= failure;
    running.delete(this);
    this.#notify();
  }

  #notify(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }

  #until<T>(what: string, deadlineMs: number, look: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        const found = look();
        if (found !== undefined) settle(() => resolve(found));
        else if (this.#failure !== undefined) refuse(`could not be started: ${this.#failure}`);
        else if (this.#exit !== undefined) refuse(`ended (${describeExit(this.#exit)}) before ${what}`);
      };
      const settle = (outcome: () => void): void => {
        clearTimeout(timer);
        this.#watchers.delete(check);
        outcome();
      };
      const refuse = (reason: string): void =>
        settle(() => reject(new Error(`${reason}\n${this.transcript()}`)));
      const timer = setTimeout(() => refuse(`no sign of ${what} within ${deadlineMs} ms`), deadlineMs);
      this.#watchers.add(check);
      check();
    });
  }
}

export function startProcess(
  command: string,
  args: readonly string[],
  options: ProcessOptions = {},
): RunningProcess {
  return new RunningProcess(command, args, options);
}

/** Runs a command to its end; rejects with all it said unless it exits with code 0. Resolves to its standard output. */
export async function runToEnd(
  command: string,
  args: readonly string[],
  deadlineMs: number,
  options: ProcessOptions = {},
): Promise<string> {
  const child = startProcess(command, args, options);
  const exit = await child.ended(deadlineMs);
  if (exit.code !== 0) throw new Error(`failed (${describeExit(exit)})\n${child.transcript()}`);
  return child.outputLines.join('\n');
}

function describeExit(exit: Exit): string {
  return exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`;
}
