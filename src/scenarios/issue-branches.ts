/**
 * Where one of several forms may stand and none fits: the form that the author probably meant, so that only its faults
 * are told.
 */
import type { z } from 'zod';
import { nearest } from './nearest.ts';
import { exists, keysOf, knownKeys, type Schema } from './schema-walk.ts';
import type { Path } from './source.ts';

type Issue = z.core.$ZodIssue;

export interface Branch {
  readonly schema: Schema;
  readonly issues: readonly Issue[];
}

/** The branches that take a value of this kind at all: a map, a list, or plain text. */
export function branchesForKind(branches: readonly Branch[], value: unknown): readonly Branch[] {
  const isScalar = value === null || typeof value !== 'object';
  const refusesKind = (issue: Issue): boolean =>
    issue.path.length === 0 &&
    (issue.code === 'invalid_type' ||
      (issue.code === 'custom' && issue.params?.refusesKind === true) ||
      (!isScalar && issue.code === 'invalid_value'));
  return branches.filter(({ issues }) => !issues.some(refusesKind));
}

/**
 * The branch whose own marks (a literal, required keys) are there and that has the fewest faults with `value`; of equals
 * the one that knows more of its keys. Where only a literal is wrong, the literals of all branches are named.
 */
export function bestBranch(branches: readonly Branch[], value: unknown): Branch {
  const present = value === null || typeof value !== 'object' ? [] : Object.keys(value);
  const total = ({ schema, issues }: Branch): number => {
    const known = new Set(knownKeys(schema, []));
    const strange = present.filter((key) => !known.has(key)).length;
    return issues.reduce(
      (sum, issue) => sum + cost(schema, issue, value) + (isTaken(branches, issue) ? 1 : 0),
      strange / (present.length + 1),
    );
  };
  const best = branches.reduce((least, branch) => (total(branch) < total(least) ? branch : least));
  const issues = best.issues.map((issue) => {
    if (issue.code !== 'invalid_value') return issue;
    const values = branches
      .flatMap((branch) => branch.issues)
      .flatMap((other) =>
        other.code === 'invalid_value' && String(other.path) === String(issue.path) ? other.values : [],
      );
    return { ...issue, values: [...new Set(values)] };
  });
  return { schema: best.schema, issues };
}

/** Whether the value that a branch refuses is the mark of another: the author meant that one. */
function isTaken(branches: readonly Branch[], issue: Issue): boolean {
  if (issue.code !== 'invalid_value' || issue.path.length !== 1) return false;
  const [key] = issue.path;
  return branches.some(
    ({ schema, issues }) =>
      knownKeys(schema, []).includes(String(key)) && !issues.some(({ path }) => path[0] === key),
  );
}

function cost(schema: Schema, issue: Issue, value: unknown): number {
  // A fault deeper down is one in a part that is there: the form itself is the one that was meant.
  if (issue.path.length > (issue.code === 'unrecognized_keys' ? 0 : 1)) return 0.01;
  if (issue.code === 'invalid_value' && exists(value, issue.path as Path)) {
    // A literal of another form speaks against this one; a wrong word of several may be a slip of the pen.
    return issue.values.length === 1 ? 4 : 1.5;
  }
  if (issue.code !== 'unrecognized_keys') return 1;
  const keys = knownKeys(schema, issue.path as Path);
  return issue.keys.reduce((sum, key) => sum + (nearest(key, keys) === undefined ? 2 : 1), 0);
}

/** The keys of that form that knows most of the keys that are there; of several, the first. */
export function keysOfLikelyForms(forms: readonly Schema[], present: readonly string[]): string[] {
  let likely: string[] = [];
  let most = -1;
  for (const form of forms) {
    const keys = keysOf(form);
    const count = present.filter((key) => keys.includes(key)).length;
    if (count <= most) continue;
    likely = keys;
    most = count;
  }
  return likely;
}
