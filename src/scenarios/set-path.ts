/**
 * Dotted paths into the data of a scenario file: "peers.crowd.engine.picker", "time.until", "events.0.at". One way to
 * name a place for everything that lays a value over the file's own: `--set`, and the matrix of a sweep. In a list an
 * entry goes by its number from 0, or by its `group` or `name`. Nothing here knows which keys there are: a wrong one is
 * found by the schema afterwards, like any other.
 */
import { accept, type Checked, quote, reject } from './complaint.ts';
import { nearest } from './nearest.ts';
import { asMap, isMap } from './rules/plain-data.ts';
import { valueAt } from './schema-walk.ts';
import type { Path } from './source.ts';

/** Longest path, in steps: deeper than any key of the language. */
const MAX_STEPS = 16;

/** The path that `dotted` names in `data`. Maps that are not there yet are made by `withValueAt`; entries of lists are not. */
export function resolveSetPath(data: unknown, dotted: string): Checked<Path> {
  const words = dotted.split('.');
  const expected = 'keys with dots between them, such as "peers.crowd.engine.picker"';
  if (words.length > MAX_STEPS || words.some((word) => word.trim() === '')) {
    return reject(`${quote(dotted)} is not a path`, { expected });
  }
  const path: (string | number)[] = [];
  let value = data;
  let offset = 0;
  for (const [step, word] of words.entries()) {
    const above = quote(words.slice(0, step).join('.'));
    const place = { offset, length: word.length };
    if (Array.isArray(value)) {
      const index = entryOf(value, word);
      if (index === undefined)
        return reject(`${above} has no entry ${quote(word)}`, missing(value, word, place));
      path.push(index);
      value = value[index];
    } else if (value === undefined || value === null || isMap(value)) {
      // Keys that every object has would reach out of the data.
      if (word === '__proto__') return reject(`${quote(dotted)} is not a path`, { ...place, expected });
      path.push(word);
      value = Object.hasOwn(asMap(value), word) ? asMap(value)[word] : undefined;
    } else {
      return reject(`${above} is ${quote(value)}, which has no ${quote(word)} in it`, {
        ...place,
        expected: `the path ${above} itself, or a map there in the file`,
      });
    }
    offset += word.length + 1;
  }
  return accept(path);
}

/** A copy of `data` with `value` at `path`; maps on the way that are not there are made, and so is the entry after the last of a list. `data` itself stays as it is. */
export function withValueAt(data: unknown, path: Path, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(data)) {
    const changed = data.map((entry, index) => (index === step ? withValueAt(entry, rest, value) : entry));
    return step === data.length ? [...changed, withValueAt(undefined, rest, value)] : changed;
  }
  const map = asMap(data);
  return { ...map, [step]: withValueAt(Object.hasOwn(map, step) ? map[step] : undefined, rest, value) };
}

/** A copy of `data` without the key or entry at the end of `path`, which must be there. */
export function withoutValueAt(data: unknown, path: Path): unknown {
  const above = path.slice(0, -1);
  const parent = valueAt(data, above);
  const step = path.at(-1);
  const rest = Array.isArray(parent)
    ? parent.filter((_, index) => index !== step)
    : Object.fromEntries(Object.entries(asMap(parent)).filter(([key]) => key !== step));
  return withValueAt(data, above, rest);
}

function entryOf(list: readonly unknown[], word: string): number | undefined {
  const named = list.findIndex((entry) => namesOf(entry).includes(word));
  if (named >= 0) return named;
  return /^\d+$/.test(word) && Number(word) < list.length ? Number(word) : undefined;
}

function namesOf(entry: unknown): unknown[] {
  const { group, name } = asMap(entry);
  return [group, name];
}

function missing(list: readonly unknown[], word: string, place: { offset: number; length: number }) {
  const names = list.flatMap(namesOf).filter((name) => typeof name === 'string');
  const numbers = list.length === 0 ? 'nothing: the list is empty' : `a number from 0 to ${list.length - 1}`;
  return {
    ...place,
    expected: names.length === 0 ? numbers : `one of ${names.join(', ')}`,
    suggestion: nearest(word, names),
  };
}
