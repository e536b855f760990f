/**
 * From the `sweep` of a scenario file to its cells. Takes nothing for granted: it looks at plain data of which the form
 * may be broken elsewhere, and returns what is wrong with the part that only makes sense as a whole.
 */
import { complain, quote } from '../complaint.ts';
import { nearest } from '../nearest.ts';
import { asList, asMap, atKey, atValue, isMap, type RuleFault } from '../rules/plain-data.ts';
import { valueAt } from '../schema-walk.ts';
import { resolveSetPath } from '../set-path.ts';
import type { Path } from '../source.ts';
import { spacedValues } from './spaced-values.ts';
import { labelOf, MAX_CELLS, MAX_RUNS, type ScenarioSweep, type SweepCell } from './sweep.ts';

export interface ExpandedSweep {
  /** Undefined: there is none, or something is wrong with it. */
  readonly sweep: ScenarioSweep | undefined;
  readonly faults: readonly RuleFault[];
}

/** A path that varies, and where each of its values stands in the file. */
interface Factor {
  readonly path: string;
  readonly values: readonly { readonly value: unknown; readonly writtenAt: Path }[];
}

/** What a sweep may not vary: it is what a sweep is made of, or the name of the whole. */
const FIXED: ReadonlyMap<string, string> = new Map([
  ['seed', 'repetitions vary the seed'],
  ['sweep', 'a sweep does not vary itself'],
  ['version', 'the file is of one version'],
  ['name', 'all runs of a sweep have one name'],
]);

const MATRIX: Path = ['sweep', 'matrix'];

export function expandSweep(data: unknown): ExpandedSweep {
  const written = asMap(data).sweep;
  if (!isMap(written)) return { sweep: undefined, faults: [] };
  const faults: RuleFault[] = [];
  const factors = Object.entries(asMap(written.matrix)).map(([path, values]) => {
    faults.push(...pathFaults(data, path, [...MATRIX, path]));
    return { path, values: valuesOf(values, [...MATRIX, path], faults) };
  });
  if (isMap(written.matrix)) faults.push(...overlaps(factors));
  if (isMap(written.matrix) && factors.length === 0 && asList(written.include).length === 0) {
    faults.push(atKey(MATRIX, complain('nothing varies', { expected: 'paths with their values' })));
  }
  const included = asList(written.include).map(asMap);
  for (const [index, entry] of included.entries()) {
    for (const path of Object.keys(entry)) {
      if (factors.some((factor) => factor.path === path)) continue;
      faults.push(...pathFaults(data, path, ['sweep', 'include', index, path]));
    }
  }
  const product = factors.reduce((count, { values }) => count * values.length, factors.length === 0 ? 0 : 1);
  const repetitions = typeof written.repetitions === 'number' ? written.repetitions : 1;
  const count = product + included.length;
  if (count > MAX_CELLS) {
    faults.push(atKey(MATRIX, complain(`${count} cells are too many`, { expected: `at most ${MAX_CELLS}` })));
  } else if (count * repetitions > MAX_RUNS) {
    const expected = `at most ${MAX_RUNS}: fewer repetitions or fewer cells`;
    faults.push(
      atKey(['sweep', 'repetitions'], complain(`${count * repetitions} runs are too many`, { expected })),
    );
  }
  if (faults.length > 0) return { sweep: undefined, faults };
  const cells = combine(data, written, factors, included, faults);
  const paths = pathsOf(factors, included);
  return {
    faults,
    sweep: {
      repetitions,
      seeds: written.seeds === 'independent' ? 'independent' : 'paired',
      factors: paths.map((path, index) => ({
        path,
        labels: [...new Set(cells.map(({ labels }) => labels[index] as string))],
      })),
      cells,
    },
  };
}

function pathFaults(data: unknown, path: string, at: Path): RuleFault[] {
  const [root = ''] = path.split('.');
  const reason = FIXED.get(path) ?? (path.startsWith('sweep.') ? FIXED.get('sweep') : undefined);
  if (reason !== undefined)
    return [atKey(at, complain(`${quote(path)} cannot vary`, { expected: `another path: ${reason}` }))];
  if (/^(?:peers|events|expect)$/.test(path) || /^peers\.[^.]+(?:\.group)?$/.test(path)) {
    const expected = `a key in it, such as "${root === 'peers' ? 'peers.crowd.count' : `${root}.0.at`}"`;
    return [atKey(at, complain(`${quote(path)} cannot vary as a whole`, { expected }))];
  }
  const resolved = resolveSetPath(data, path);
  return resolved.ok ? [] : [atKey(at, resolved.complaint)];
}

function valuesOf(written: unknown, at: Path, faults: RuleFault[]): Factor['values'] {
  if (Array.isArray(written)) {
    const seen = new Set<string>();
    for (const [index, value] of written.entries()) {
      const label = labelOf(value);
      if (seen.has(label))
        faults.push(atValue([...at, index], complain(`${quote(value)} stands here twice`)));
      seen.add(label);
    }
    return written.map((value: unknown, index) => ({ value, writtenAt: [...at, index] }));
  }
  const { linear, log, steps } = asMap(written);
  const spacing = typeof linear === 'string' ? 'linear' : 'log';
  const text = linear ?? log;
  if (typeof text !== 'string' || typeof steps !== 'number' || !(steps >= 2 && steps <= 1000)) return [];
  const spaced = spacedValues(spacing, text, Math.floor(steps));
  if (!spaced.ok) {
    faults.push(atValue([...at, spacing], spaced.complaint));
    return [];
  }
  return spaced.value.map((value) => ({ value, writtenAt: [...at, spacing] }));
}

/** One path within another: which of the two values holds would depend on their order. */
function overlaps(factors: readonly Factor[]): RuleFault[] {
  return factors.flatMap(({ path }) => {
    const outer = factors.find((other) => path.startsWith(`${other.path}.`));
    if (outer === undefined) return [];
    return [
      atKey([...MATRIX, path], complain(`${quote(path)} lies within ${quote(outer.path)}, which varies too`)),
    ];
  });
}

function pathsOf(factors: readonly Factor[], included: readonly Record<string, unknown>[]): string[] {
  return [...new Set([...factors.map(({ path }) => path), ...included.flatMap(Object.keys)])];
}

function combine(
  data: unknown,
  written: Record<string, unknown>,
  factors: readonly Factor[],
  included: readonly Record<string, unknown>[],
  faults: RuleFault[],
): SweepCell[] {
  const paths = pathsOf(factors, included);
  let combinations: Map<string, Factor['values'][number]>[] = factors.length === 0 ? [] : [new Map()];
  for (const { path, values } of factors) {
    combinations = combinations.flatMap((known) => values.map((value) => new Map([...known, [path, value]])));
  }
  for (const [index, entry] of asList(written.exclude).map(asMap).entries()) {
    const at: Path = ['sweep', 'exclude', index];
    const unknown = Object.keys(entry).find((path) => !factors.some((factor) => factor.path === path));
    if (unknown !== undefined) {
      const known = factors.map(({ path }) => path);
      const details = { expected: `one of ${known.join(', ')}`, suggestion: nearest(unknown, known) };
      faults.push(
        atKey([...at, unknown], complain(`${quote(unknown)} does not vary in the matrix`, details)),
      );
      continue;
    }
    const left = combinations.filter(
      (cell) =>
        !Object.entries(entry).every(([path, value]) => labelOf(cell.get(path)?.value) === labelOf(value)),
    );
    if (left.length === combinations.length) {
      faults.push(atKey(at, complain('this leaves no cell out', { expected: 'values that the matrix has' })));
    }
    combinations = left;
  }
  for (const [index, entry] of included.entries()) {
    combinations.push(
      new Map(
        Object.entries(entry).map(([path, value]) => [
          path,
          { value, writtenAt: ['sweep', 'include', index, path] },
        ]),
      ),
    );
  }
  const cells = combinations.map((cell) => ({
    settings: paths.map((path) => cell.get(path)),
    labels: paths.map((path) => (cell.has(path) ? labelOf(cell.get(path)?.value) : labelInFile(data, path))),
  }));
  const seen = new Set<string>();
  for (const [index, { labels }] of cells.entries()) {
    const key = JSON.stringify(labels);
    const fromInclude = index - (cells.length - included.length);
    if (seen.has(key))
      faults.push(atKey(['sweep', 'include', fromInclude], complain('this cell is there already')));
    seen.add(key);
  }
  if (cells.length === 0 && faults.length === 0 && asList(written.exclude).length > 0) {
    faults.push(atKey(['sweep', 'exclude'], complain('every cell is left out')));
  }
  return cells;
}

function labelInFile(data: unknown, path: string): string {
  const resolved = resolveSetPath(data, path);
  const value = resolved.ok ? valueAt(data, resolved.value) : undefined;
  return value === undefined ? '' : labelOf(value);
}
