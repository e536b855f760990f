/** The dotted paths that a scenario may have, for what to suggest in place of one that it has not. */
import { asList, asMap } from '../rules/plain-data.ts';
import { keysOf, type Schema, schemasAt } from '../schema-walk.ts';
import type { Path } from '../source.ts';

/** Deeper paths are not suggested. */
const MAX_DEPTH = 6;

/**
 * The right path that `dotted` was probably meant to be: most often its beginning was left out, or a step in the middle.
 * `data` says which groups there are.
 */
export function nearestPath(dotted: string, data: unknown, schema: Schema): string | undefined {
  const paths = knownPaths(data, schema);
  const steps = dotted.split('.');
  return (
    paths.find((path) => path.endsWith(`.${dotted}`)) ??
    paths.find((path) => isWithin(steps, path.split('.')))
  );
}

/** Every path of keys, with the groups that there are by their names. */
export function knownPaths(data: unknown, schema: Schema): string[] {
  const paths: string[] = [];
  const groups = asList(asMap(data).peers).map((group) => asMap(group).group);
  const visit = (words: readonly string[], path: Path): void => {
    if (path.length > MAX_DEPTH) return;
    for (const key of new Set(schemasAt(schema, path).flatMap(keysOf))) {
      paths.push([...words, key].join('.'));
      if (path.length === 0 && key === 'peers') {
        for (const group of groups) if (typeof group === 'string') visit([key, group], [key, 0]);
      } else visit([...words, key], [...path, key]);
    }
  };
  visit([], []);
  return paths;
}

/** Whether all words stand in the path, in this order. */
function isWithin(words: readonly string[], path: readonly string[]): boolean {
  let next = 0;
  for (const step of path) if (step === words[next]) next++;
  return next === words.length;
}
