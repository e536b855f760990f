/** Revisions of the project: which one this is, and the build of another one in a temporary folder. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Build } from './fresh-process.ts';

/** The folder of the project, seen from dist/bench.js. */
const PROJECT = dirname(dirname(fileURLToPath(import.meta.url)));

/** The revision cannot be had or built; the message is for people. */
export class RevisionError extends Error {
  override readonly name = 'RevisionError';
}

/** "0090af5", with "+" when the working tree is not as committed; "unknown" outside of a repository. */
export function describeRevision(project: string = PROJECT): string {
  const head = git(project, ['rev-parse', '--short', 'HEAD']);
  if (head === undefined) return 'unknown';
  const changed = git(project, ['status', '--porcelain', '--untracked-files=no']);
  return changed === '' ? head : `${head}+`;
}

/** The build of another revision; `remove` takes it off the disk. */
export class RevisionBuild implements Build {
  readonly label: string;
  readonly script: string;
  readonly #project: string;
  readonly #folder: string;
  readonly #tree: string;

  private constructor(label: string, project: string, folder: string) {
    this.label = label;
    this.#project = project;
    this.#folder = folder;
    this.#tree = join(folder, 'tree');
    this.script = join(this.#tree, 'dist', 'bench.js');
  }

  /** Takes some seconds. Neither the working tree nor the index of `project` is touched. Throws `RevisionError`. */
  static create(revision: string, project: string = PROJECT): RevisionBuild {
    const named = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
    const commit = git(project, named);
    if (commit === undefined) throw new RevisionError(`there is no revision "${revision}" of ${project}`);
    const label = git(project, ['rev-parse', '--short', commit]) ?? commit;
    const build = new RevisionBuild(label, project, mkdtempSync(join(tmpdir(), 'swarmlab-revision-')));
    try {
      build.#checkOut(commit);
      build.#make();
    } catch (error) {
      build.remove();
      throw error;
    }
    return build;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #checkOut(commit: string): void {
    mkdirSync(this.#tree);
    // An index of its own: the repository's knows nothing of this.
    const environment = { GIT_INDEX_FILE: join(this.#folder, 'index') };
    const steps = [
      ['read-tree', commit],
      ['checkout-index', '--all', `--prefix=${this.#tree}/`],
    ];
    for (const step of steps) {
      if (git(this.#project, step, environment) === undefined) {
        throw new RevisionError(`${this.label} cannot be checked out`);
      }
    }
    const packages = join(this.#tree, 'node_modules');
    if (!existsSync(packages)) symlinkSync(join(this.#project, 'node_modules'), packages);
    if (lockFile(this.#tree) !== lockFile(this.#project)) {
      process.stderr.write(`${this.label} asks for other packages; it is built with those that are here\n`);
    }
  }

  #make(): void {
    const { status, stderr } = spawnSync(process.execPath, [join('scripts', 'build.mjs')], {
      cwd: this.#tree,
      encoding: 'utf8',
    });
    if (status !== 0) throw new RevisionError(`${this.label} cannot be built:\n${stderr.trim()}`);
    if (!existsSync(this.script)) throw new RevisionError(`${this.label} has no benchmarks`);
  }
}

function lockFile(folder: string): string {
  const path = join(folder, 'package-lock.json');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** What git says, without the line's end; undefined when it fails or there is none. */
function git(
  project: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): string | undefined {
  const { status, stdout } = spawnSync('git', [...args], {
    cwd: project,
    env: { ...process.env, ...environment },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return status === 0 ? stdout.trim() : undefined;
}
