/**
 * What zod finds wrong, in the words and with the places of the scenario file. Looks into the schema for the keys that
 * would have been right, so nothing is said twice.
 */
import type { z } from 'zod';
import { type Complaint, complain, quote } from './complaint.ts';
import type { ScenarioProblem } from './errors.ts';
import { nearest } from './nearest.ts';
import type { Path, ScenarioSource } from './source.ts';

type Issue = z.core.$ZodIssue;
type Schema = z.core.$ZodType;

/** The problems behind the issues that `schema` has with `data`, which `source` holds. */
export function issueProblems(
  source: ScenarioSource,
  schema: Schema,
  data: unknown,
  issues: readonly Issue[],
): ScenarioProblem[] {
  return issues.flatMap((issue) => problemsOf(source, schema, [], data, issue));
}

/** `schema` and the path of the issue begin at the path `above`. */
function problemsOf(
  source: ScenarioSource,
  schema: Schema,
  above: Path,
  data: unknown,
  issue: Issue,
): ScenarioProblem[] {
  const inner = issue.path as Path;
  const path = [...above, ...inner];
  if (issue.code === 'unrecognized_keys') {
    const keys = knownKeys(schema, inner);
    return issue.keys.map((key) => source.atKey([...path, key], unknownKey(key, keys)));
  }
  if (issue.code === 'invalid_union') {
    const value = valueAt(data, path);
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
      return [source.atValue(path, wrongType(value, 'object'))];
    }
    const best = bestBranch(issue.errors);
    const branch = schemasAt(schema, inner)[best.index] ?? schema;
    return best.issues.flatMap((one) => problemsOf(source, branch, path, data, one));
  }
  if (!exists(data, path)) {
    const key = path.at(-1);
    const expected = descriptionAt(schema, inner);
    return [
      source.atKey(path, complain(`missing key "${key}"`, { expected: expected && `"${key}": ${expected}` })),
    ];
  }
  return [source.atValue(path, complaintOf(issue, path, valueAt(data, path)))];
}

function complaintOf(issue: Issue, path: Path, value: unknown): Complaint {
  switch (issue.code) {
    case 'custom':
      return (issue.params?.complaint as Complaint | undefined) ?? complain(issue.message);
    case 'invalid_type':
      return wrongType(value, issue.expected);
    case 'invalid_value': {
      const names = issue.values.map(String);
      return complain(`"${String(path.at(-1))}" cannot be ${quote(value)}`, {
        expected: names.length === 1 ? names[0] : `one of ${names.join(', ')}`,
        suggestion: typeof value === 'string' ? nearest(value, names) : undefined,
      });
    }
    case 'too_small':
      return complain(`${sized(value, issue.origin)} is too little`, {
        expected: `at least ${issue.minimum}${countedIn(issue.origin, issue.minimum)}`,
      });
    case 'too_big':
      return complain(`${sized(value, issue.origin)} is too much`, {
        expected: `at most ${issue.maximum}${countedIn(issue.origin, issue.maximum)}`,
      });
    case 'invalid_format':
      return complain(`"${String(path.at(-1))}" cannot be ${quote(value)}`, {
        expected: issue.message,
      });
    default:
      return complain(issue.message);
  }
}

function unknownKey(key: string, keys: readonly string[]): Complaint {
  // Where one of several forms may stand, a key of another form is known but out of place.
  if (keys.includes(key)) return complain(`"${key}" does not go with the other keys here`);
  return complain(`unknown key "${key}"`, {
    expected: keys.length === 0 ? undefined : `one of ${keys.join(', ')}`,
    suggestion: nearest(key, keys),
  });
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'a map',
  string: 'text',
};

function wrongType(value: unknown, expected: string): Complaint {
  return complain(`${quote(value)} stands where ${TYPE_NAMES[expected] ?? expected} should`);
}

function sized(value: unknown, origin: string): string {
  if (origin === 'string') return `a text of ${String(value).length} characters`;
  if (origin === 'array') return `a list of ${(value as unknown[]).length}`;
  return String(value);
}

function countedIn(origin: string, count: unknown): string {
  if (origin === 'string') return count === 1 ? ' character' : ' characters';
  if (origin === 'array') return count === 1 ? ' entry' : ' entries';
  return '';
}

/**
 * The branch of a union that the author probably meant: the one whose own marks (a literal, required keys) are there,
 * and then the one with the fewest faults. Where only a literal is wrong, the literals of all branches are named.
 */
function bestBranch(branches: readonly (readonly Issue[])[]): { index: number; issues: readonly Issue[] } {
  const cost = (issue: Issue): number =>
    issue.code === 'invalid_value' ? 3 : issue.code === 'unrecognized_keys' ? 2 * issue.keys.length : 1;
  const total = (issues: readonly Issue[]): number => issues.reduce((sum, issue) => sum + cost(issue), 0);
  const best = branches.reduce((least, branch) => (total(branch) < total(least) ? branch : least));
  const issues = best.map((issue) => {
    if (issue.code !== 'invalid_value') return issue;
    const alternatives = branches
      .flat()
      .filter((other) => other.code === 'invalid_value' && String(other.path) === String(issue.path));
    const values = alternatives.flatMap((other) => (other.code === 'invalid_value' ? other.values : []));
    return { ...issue, values: [...new Set(values)] };
  });
  return { index: branches.indexOf(best), issues };
}

/** The schemas that the value at `path` may answer to: several below a union. */
function schemasAt(schema: Schema, path: Path): Schema[] {
  let current = unwrap(schema);
  for (const step of path) {
    current = current.flatMap((one) => {
      const { def } = one._zod as unknown as { def: Definition };
      if (def.type === 'array' && def.element !== undefined) return unwrap(def.element);
      const child = def.shape !== undefined && Object.hasOwn(def.shape, step) ? def.shape[step] : undefined;
      return child === undefined ? [] : [...unwrap(child)];
    });
  }
  return current;
}

function knownKeys(schema: Schema, path: Path): string[] {
  const keys = schemasAt(schema, path).flatMap((one) =>
    Object.keys((one._zod as unknown as { def: Definition }).def.shape ?? {}),
  );
  return [...new Set(keys)];
}

interface Definition {
  readonly type: string;
  readonly shape?: Record<string | number, Schema>;
  readonly element?: Schema;
  readonly innerType?: Schema;
  readonly in?: Schema;
  readonly options?: readonly Schema[];
}

function unwrap(schema: Schema): Schema[] {
  const { def } = schema._zod as unknown as { def: Definition };
  if (def.options !== undefined) return def.options.flatMap(unwrap);
  const inner = def.innerType ?? def.in;
  return inner === undefined ? [schema] : unwrap(inner);
}

/** The description of the key at the end of `path`, as the end of a sentence. */
function descriptionAt(schema: Schema, path: Path): string | undefined {
  const key = path.at(-1) as string | number;
  for (const parent of schemasAt(schema, path.slice(0, -1))) {
    const child = (parent._zod as unknown as { def: Definition }).def.shape?.[key] as z.ZodType | undefined;
    const text = child?.description;
    if (text !== undefined) return text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '');
  }
  return undefined;
}

function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const step of path) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

function exists(data: unknown, path: Path): boolean {
  const parent = valueAt(data, path.slice(0, -1));
  const key = path.at(-1);
  return key === undefined || (parent !== null && typeof parent === 'object' && Object.hasOwn(parent, key));
}
