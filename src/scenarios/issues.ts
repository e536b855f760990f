/**
 * What zod finds wrong, in the words and with the places of the scenario file. Looks into the schema for the keys that
 * would have been right, so nothing is said twice.
 */
import type { z } from 'zod';
import { type Complaint, complain, quote } from './complaint.ts';
import type { ScenarioProblem } from './errors.ts';
import { bestBranch, branchesForKind, keysOfLikelyForms } from './issue-branches.ts';
import { nearest } from './nearest.ts';
import {
  descriptionAt,
  exists,
  keysOf,
  type Schema,
  schemasAt,
  unionOptions,
  valueAt,
  wrappedAt,
} from './schema-walk.ts';
import type { Path, Places } from './source.ts';

type Issue = z.core.$ZodIssue;

/** The problems behind the issues that `schema` has with `data`, which `source` holds. */
export function issueProblems(
  source: Places,
  schema: Schema,
  data: unknown,
  issues: readonly Issue[],
): ScenarioProblem[] {
  return issues.flatMap((issue) => problemsOf(source, schema, [], data, issue));
}

/** `schema` and the path of the issue begin at the path `above`. Values of the kinds `alternatives` would do as well. */
function problemsOf(
  source: Places,
  schema: Schema,
  above: Path,
  data: unknown,
  issue: Issue,
  alternatives: readonly string[] = [],
): ScenarioProblem[] {
  const inner = issue.path as Path;
  const path = [...above, ...inner];
  if (issue.code === 'unrecognized_keys') {
    const forms = schemasAt(schema, inner);
    const value = valueAt(data, path);
    return issue.keys.map((key) => source.atKey([...path, key], unknownKey(key, forms, value)));
  }
  if (issue.code === 'invalid_key') {
    const expected = issue.issues[0]?.message;
    return [source.atKey(path, complain(`"${String(path.at(-1))}" cannot be a key here`, { expected }))];
  }
  if (!exists(data, path)) {
    const key = path.at(-1);
    const expected = descriptionAt(schema, inner);
    return [
      source.atKey(path, complain(`missing key "${key}"`, { expected: expected && `"${key}": ${expected}` })),
    ];
  }
  const value = valueAt(data, path);
  if (issue.code === 'invalid_union') {
    const options = unionOptions(wrappedAt(schema, inner) ?? schema) ?? [];
    const branches = issue.errors.map((issues, index) => ({ schema: options[index] ?? schema, issues }));
    const fitting = branchesForKind(branches, value);
    if (fitting.length === 0) {
      const kinds = new Set(issue.errors.map((issues) => wantedKind(issues[0])));
      return [source.atValue(path, wrongKind(value, [...kinds].join(' or ')))];
    }
    const best = bestBranch(fitting, value);
    const others = branches.filter((branch) => !fitting.includes(branch));
    const alternatives = new Set(others.map(({ issues }) => wantedKind(issues[0])));
    return best.issues.flatMap((one) =>
      // Only what is said of the value itself: a part of it has no such alternative.
      problemsOf(source, best.schema, path, data, one, one.path.length === 0 ? [...alternatives] : []),
    );
  }
  const complaint = complaintOf(issue, path, value);
  const expected = complaint.expected && [complaint.expected, ...alternatives].join(', or ');
  return [source.atValue(path, { ...complaint, expected })];
}

function complaintOf(issue: Issue, path: Path, value: unknown): Complaint {
  switch (issue.code) {
    case 'custom':
      return (issue.params?.complaint as Complaint | undefined) ?? complain(issue.message);
    case 'invalid_type':
      return wrongKind(value, typeName(issue.expected));
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

function unknownKey(key: string, forms: readonly Schema[], value: unknown): Complaint {
  const all = forms.flatMap(keysOf);
  // Where one of several forms may stand, a key of another form is known but out of place.
  if (all.includes(key)) return complain(`"${key}" does not go with the other keys here`);
  const keys = keysOfLikelyForms(forms, Object.keys(value ?? {}));
  return complain(`unknown key "${key}"`, {
    expected: keys.length === 0 ? undefined : `one of ${keys.join(', ')}`,
    suggestion: nearest(key, keys) ?? nearest(key, all),
  });
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'a map',
  record: 'a map',
  string: 'text',
};

function wrongKind(value: unknown, wanted: string): Complaint {
  return complain(`${quote(value)} stands where ${wanted} should`);
}

function typeName(type: string): string {
  return TYPE_NAMES[type] ?? type;
}

/** What a branch of a union that refuses a value altogether would have taken. */
function wantedKind(issue: Issue | undefined): string {
  return issue?.code === 'invalid_type' ? typeName(issue.expected) : 'text';
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
