/**
 * `swarmlab run --watch`: runs again whenever a file has changed that the run depends on: scenarios, what they extend, CSV
 * files, baselines, strategies with what they import. Each round is a process of its own, this very command, which says what
 * it has read and in which state; so no change between its look and ours is lost.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type FSWatcher, statSync, watch as watchFolder } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { ExitCode } from './exit-codes.ts';
import { Interruption } from './interruption.ts';
import { Terminal } from './output/terminal.ts';

/** Set for the processes that run for one that watches. */
const WATCHED = 'SWARMLAB_WATCHED';
/** Editors write in several steps. */
const SETTLE_MS = 50;

/** Paths, and in which state each was when it was read; the state of what is not there is "". */
export type FileStates = Readonly<Record<string, string>>;

interface Seen {
  readonly files: FileStates;
}

/** Whether another process watches for this one. */
export function isWatched(): boolean {
  return process.env[WATCHED] !== undefined && process.connected;
}

/** Collects the files that a run depends on, each as it was before it was read. */
export class FilesRead {
  readonly #states: Record<string, string> = {};

  readonly add = (path: string): void => {
    const absolute = resolve(path);
    this.#states[absolute] ??= stateOf(absolute);
  };

  /** Tells the process that watches, if one does. */
  tell(): void {
    if (isWatched()) process.send?.({ files: this.#states } satisfies Seen);
  }
}

/** Resolves when it is interrupted, which is its good end. */
export async function watchRuns(): Promise<ExitCode> {
  const notes = new Terminal(process.stderr, process.env);
  const interruption = new Interruption();
  const { signal } = interruption;
  try {
    let known: FileStates = {};
    while (!signal.aborted) {
      const round = new Round(known);
      const changed = await round.next(signal, (count) =>
        notes.print(notes.style('dim', `watching ${count} ${count === 1 ? 'file' : 'files'}; Ctrl-C ends`)),
      );
      known = round.files;
      if (changed !== undefined) {
        notes.print(notes.style('bold', `${relative('.', changed)} has changed, running again`));
      }
    }
    return ExitCode.held;
  } finally {
    interruption.dispose();
  }
}

/** One run of the command, until it has ended and a file has changed, or a file changes under way. */
class Round {
  /** What it depends on: what the last one did, until this one has said more. */
  files: FileStates;
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #child: ChildProcess;
  #onChange: () => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(known: FileStates) {
    // A scenario that has become wrong does not say all that it depends on.
    this.files = Object.fromEntries(Object.keys(known).map((path) => [path, stateOf(path)]));
    this.#child = fork(process.argv[1] as string, process.argv.slice(2), {
      env: { ...process.env, [WATCHED]: '1' },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
  }

  /** The path that has changed; undefined: it was interrupted. The process has ended in either case. */
  async next(signal: AbortSignal, onWaiting: (count: number) => void): Promise<string | undefined> {
    const ended = once(this.#child, 'exit');
    try {
      return await new Promise<string | undefined>((resolve, reject) => {
        this.#onChange = () => {
          const changed = Object.keys(this.files).find((path) => stateOf(path) !== this.files[path]);
          if (changed !== undefined) resolve(changed);
        };
        signal.addEventListener('abort', () => resolve(undefined), { once: true });
        if (signal.aborted) resolve(undefined);
        this.#child.once('error', reject);
        this.#child.on('message', ({ files }: Seen) => {
          this.files = { ...this.files, ...files };
          this.#watch();
          this.#onChange();
        });
        ended.then(() => {
          this.#watch();
          onWaiting(Object.keys(this.files).length);
          this.#onChange();
        }, reject);
      });
    } finally {
      clearTimeout(this.#timer);
      for (const watcher of this.#watchers.values()) watcher.close();
      // Ctrl-C has reached it already, where it came from a terminal.
      this.#child.kill('SIGTERM');
      if (this.#child.exitCode === null && this.#child.signalCode === null) await ended;
    }
  }

  /** Folders and not files: editors replace a file by another one of its name. */
  #watch(): void {
    for (const folder of new Set(Object.keys(this.files).map((path) => dirname(path)))) {
      if (this.#watchers.has(folder)) continue;
      try {
        const watcher = watchFolder(folder, () => {
          clearTimeout(this.#timer);
          this.#timer = setTimeout(this.#onChange, SETTLE_MS);
        });
        watcher.on('error', () => undefined);
        this.#watchers.set(folder, watcher);
      } catch {
        // A folder that is not there: what is to be in it is looked for when something else changes.
      }
    }
  }
}

/** Tells two states of a file apart; "" when it is not there. */
function stateOf(path: string): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? '' : `${found.mtimeNs} ${found.size} ${found.ino}`;
}
