/** Revisions of the project: which one this is, and the build of another one in a temporary folder. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Build } from './fresh-process.ts';

/** The folder of the project, seen from dist/bench.js. */
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** The revision cannot be had or built; the message is for people. */
export class RevisionError extends Error {
  override readonly name = 'RevisionError';
}

/** "0090af5", with "+" when the working tree is not as committed; "unknown" outside of a repository. */
export function describeRevision(): string {
  const head = git(['rev-parse', '--short', 'HEAD']);
  if (head === undefined) return 'unknown';
  const changed = git(['status', '--porcelain', '--untracked-files=no']);
  return changed === '' ? head : `${head}+`;
}

/** The build of another revision; `remove` takes it off the disk. */
export class RevisionBuild implements Build {
  readonly label: string;
  readonly script: string;
  readonly #folder: string;

  private constructor(label: string, folder: string) {
    this.label = label;
    this.script = join(folder, 'tree', 'dist', 'bench.js');
    this.#folder = folder;
  }

  /** Takes some seconds. Neither the working tree nor the index of the repository is touched. */
  static create(revision: string): RevisionBuild {
    const commit = git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]);
    if (commit === undefined) throw new RevisionError(`there is no revision "${revision}" in ${ROOT}`);
    const label = git(['rev-parse', '--short', commit]) ?? commit;
    const build = new RevisionBuild(label, mkdtempSync(join(tmpdir(), 'swarmlab-bench-')));
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
    const tree = join(this.#folder, 'tree');
    mkdirSync(tree);
    // An index of its own: the repository's knows nothing of this.
    const environment = { GIT_INDEX_FILE: join(this.#folder, 'index') };
    const read = git(['read-tree', commit], environment);
    const written =
      read === undefined ? undefined : git(['checkout-index', '--all', `--prefix=${tree}/`], environment);
    if (written === undefined) throw new RevisionError(`${this.label} cannot be checked out`);
    const packages = join(tree, 'node_modules');
    if (!existsSync(packages)) symlinkSync(join(ROOT, 'node_modules'), packages);
    if (lockFile(tree) !== lockFile(ROOT)) {
      process.stderr.write(`${this.label} asks for other packages; it is built with those that are here\n`);
    }
  }

  #make(): void {
    const tree = join(this.#folder, 'tree');
    const { status, stderr } = spawnSync(process.execPath, [join('scripts', 'build.mjs')], {
      cwd: tree,
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
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): string | undefined {
  const { status, stdout } = spawnSync('git', [...args], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return status === 0 ? stdout.trim() : undefined;
}
