/**
 * Gives every file of a torrent a path of its own, on file systems that ignore case or Unicode normalisation too.
 * Invariants: the outcome depends on the list alone, in its order; the first of several equal paths keeps its name; a
 * directory keeps its name against a file, whichever came first. Only pad files of equal length share a path (BEP 47),
 * which is harmless because pads are never stored.
 */
import { failure, type Result, success } from '../result.ts';
import { foldedName, withSuffix } from './file-name.ts';
import { RENAME_LIMIT } from './limits.ts';

export interface PathRequest {
  /** Safe components, at least one. */
  readonly path: readonly string[];
  /** In bytes. */
  readonly length: number;
  readonly pad: boolean;
}

export interface DistinctPaths {
  /** One for each request, in the same order. */
  readonly paths: readonly (readonly string[])[];
  /** The index of the file that was given this very path (folded), if it was given to one. */
  find(path: readonly string[]): number | undefined;
}

/** Fails when more than `RENAME_LIMIT` files need another name. */
export function distinctPaths(requests: readonly PathRequest[]): Result<DistinctPaths> {
  const directories = new DirectoryTree();
  const parents = requests.map(({ path }) => directories.add(path.slice(0, -1)));
  const paths: (readonly string[])[] = [];
  const holders = new Map<string, number>();
  const nextSuffix = new Map<string, number>();
  let renames = 0;

  for (const [index, request] of requests.entries()) {
    const parent = parents[index] as number;
    const name = request.path.at(-1) as string;
    const wanted = entryKey(parent, name);
    const holder = holders.get(wanted);
    if (holder === undefined && !directories.has(wanted)) {
      holders.set(wanted, index);
      paths.push(request.path);
      continue;
    }
    const other = holder === undefined ? undefined : requests[holder];
    if (other?.pad && request.pad && other.length === request.length) {
      paths.push(paths[holder as number] as readonly string[]);
      continue;
    }
    renames += 1;
    if (renames > RENAME_LIMIT) return failure(`gives more than ${RENAME_LIMIT} files the name of another`);
    // The search goes on where the last one for this name ended, so that many equal names do not cost their square.
    let suffix = nextSuffix.get(wanted) ?? 1;
    let key = '';
    let renamed = '';
    do {
      renamed = withSuffix(name, `.${suffix}`);
      key = entryKey(parent, renamed);
      suffix += 1;
    } while (holders.has(key) || directories.has(key));
    nextSuffix.set(wanted, suffix);
    holders.set(key, index);
    paths.push([...request.path.slice(0, -1), renamed]);
  }

  return success({
    paths,
    find: (path) => {
      const parent = directories.find(path.slice(0, -1));
      return parent === undefined ? undefined : holders.get(entryKey(parent, path.at(-1) ?? ''));
    },
  });
}

/** Names an entry by the number of its directory, so that deep paths do not make long keys. */
function entryKey(parent: number, name: string): string {
  return `${parent}/${foldedName(name)}`;
}

class DirectoryTree {
  readonly #numbers = new Map<string, number>();

  /** The number of a directory; the root is 0. */
  add(path: readonly string[]): number {
    let parent = 0;
    for (const name of path) {
      const key = entryKey(parent, name);
      parent = this.#numbers.get(key) ?? this.#numbers.size + 1;
      this.#numbers.set(key, parent);
    }
    return parent;
  }

  find(path: readonly string[]): number | undefined {
    let parent: number | undefined = 0;
    for (const name of path) {
      parent = this.#numbers.get(entryKey(parent, name));
      if (parent === undefined) return undefined;
    }
    return parent;
  }

  has(key: string): boolean {
    return this.#numbers.has(key);
  }
}
