/**
 * A client of a transfer on loopback as a child process: what it says, the CPU time and the memory that it took. Figures
 * come from Linux's /proc; elsewhere they are undefined. Whoever starts one ends it: `stop` is safe at any time.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** Of Linux, on every machine that it runs on: a tick of `stat` is a hundredth of a second. */
const TICKS_PER_SECOND = 100;
const GRACE_MS = 10_000;
/** Lines that are kept for the message when it fails. */
const LINES_KEPT = 40;

export class ClientProcess {
  readonly #name: string;
  readonly #child: ReturnType<typeof spawn>;
  readonly #lines: string[] = [];
  readonly #closed: Promise<unknown>;
  readonly #watchers = new Set<(line: string | undefined) => void>();
  #isOver = false;

  constructor(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#name = [command, ...args].join(' ');
    this.#child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stdin?.on('error', () => undefined);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        this.#lines.push(line);
        if (this.#lines.length > LINES_KEPT) this.#lines.shift();
        for (const watcher of [...this.#watchers]) watcher(line);
      });
    }
    this.#closed = once(this.#child, 'close').catch((error: Error) => this.#lines.push(error.message));
    void this.#closed.then(() => {
      this.#isOver = true;
      for (const watcher of [...this.#watchers]) watcher(undefined);
    });
  }

  /** The exit code once it has ended. */
  get exitCode(): number | null {
    return this.#child.exitCode;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Its command and its last lines. */
  transcript(): string {
    return `$ ${this.#name}\n${this.#lines.join('\n')}`;
  }

  /** The first line from now on that matches. Rejects when the process ends before, or after `deadlineMs`. */
  line(pattern: RegExp, deadlineMs: number): Promise<RegExpMatchArray> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        this.#watchers.delete(watch);
        act();
      };
      const refuse = (what: string): void => settle(() => reject(new Error(`${what}\n${this.transcript()}`)));
      const watch = (line: string | undefined): void => {
        const match = line?.match(pattern) ?? null;
        if (match !== null) settle(() => resolve(match));
        else if (line === undefined) refuse(`ended before it said ${pattern}`);
      };
      const timer = setTimeout(() => refuse(`has not said ${pattern} in ${deadlineMs} ms`), deadlineMs);
      this.#watchers.add(watch);
      if (this.#isOver) watch(undefined);
    });
  }

  /** CPU time so far in seconds, of all its threads, without its children. */
  cpuSeconds(): number | undefined {
    const fields = statFields(String(this.#child.pid));
    return fields === undefined ? undefined : (fields[11] + fields[12]) / TICKS_PER_SECOND;
  }

  /** The largest resident set that it has had, in bytes. */
  peakBytes(): number | undefined {
    const kib = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${this.#child.pid}/status`) ?? '')?.[1];
    return kib === undefined ? undefined : Number(kib) * 1024;
  }

  /** Resolves when it has ended by itself. */
  async ended(): Promise<void> {
    await this.#closed;
  }

  /** Asks it to end, and kills it where it does not. */
  async stop(): Promise<void> {
    if (this.#isOver) return;
    this.#child.kill('SIGINT');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), GRACE_MS);
    await this.#closed;
    clearTimeout(timer);
  }
}

/** CPU time in seconds of all children that have ended, with theirs. */
export function cpuSecondsOfEnded(): number | undefined {
  const fields = statFields('self');
  return fields === undefined ? undefined : (fields[13] + fields[14]) / TICKS_PER_SECOND;
}

/** The fields of `stat` from the third on: proc(5) counts from 1, so utime is field 14. */
function statFields(pid: string): Readonly<Record<11 | 12 | 13 | 14, number>> | undefined {
  const text = read(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  const [, , , , , , , , , , , utime, stime, cutime, cstime] = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ');
  return { 11: Number(utime), 12: Number(stime), 13: Number(cutime), 14: Number(cstime) };
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
