/**
 * What a sweep measures and expects beside its cells: `sweep.measure` and `sweep.expect`. Takes nothing for granted: it
 * looks at plain data of which the form may be broken elsewhere, and returns what is wrong with it as a whole.
 */
import { type Complaint, complain, quote } from '../complaint.ts';
import { compileExpectation, ordinary } from '../expectations/expectation.ts';
import type { Vocabulary } from '../expectations/labels.ts';
import { nearest } from '../nearest.ts';
import { asList, asMap, atKey, atValue, type RuleFault } from '../rules/plain-data.ts';
import type { Path } from '../source.ts';
import { type Figure, figuresOf } from './figures.ts';
import { labelOf, type ScenarioSweep, type SweepExpectation, type SweepMeasure } from './sweep.ts';

/** A column, as those that come with swarmlab are called. */
const COLUMN = /^[a-z][a-z0-9_]{0,60}$/;

/** The sweep with what its file measures and expects. */
export function withDemands(
  sweep: ScenarioSweep,
  data: Record<string, unknown>,
  vocabulary: Vocabulary,
  faults: RuleFault[],
): ScenarioSweep {
  const written = asMap(data.sweep);
  const groups = [...vocabulary.groups.keys()];
  const measures = measuresOf(asMap(written.measure), figuresOf(groups), vocabulary, faults);
  const figures = figuresOf(groups, measures);
  const expectations = asList(written.expect).flatMap((entry, index) => {
    const expectation = expectationOf(asMap(entry), ['sweep', 'expect', index], sweep, figures, faults);
    return expectation === undefined ? [] : [expectation];
  });
  return {
    ...sweep,
    ...(measures.length === 0 ? {} : { measures }),
    ...(expectations.length === 0 ? {} : { expectations }),
  };
}

function measuresOf(
  written: Record<string, unknown>,
  known: readonly Figure[],
  vocabulary: Vocabulary,
  faults: RuleFault[],
): SweepMeasure[] {
  const measures: SweepMeasure[] = [];
  for (const [name, text] of Object.entries(written)) {
    const at: Path = ['sweep', 'measure', name];
    if (typeof text !== 'string') continue;
    if (!COLUMN.test(name)) {
      const expected = 'lower-case letters, digits and "_", a letter first';
      faults.push(atKey(at, complain(`${quote(name)} cannot be the name of a column`, { expected })));
    } else if (known.some((figure) => figure.name === name)) {
      faults.push(
        atKey(at, complain(`there is a column ${quote(name)} already`, { expected: 'another name' })),
      );
    }
    // Its value is what stands on the left; what it is compared with does not matter.
    const compiled = compileExpectation(ordinary(name), `${text} >= 0`, 1, vocabulary);
    if (compiled.ok) measures.push({ name, text, compiled: compiled.value });
    else for (const complaint of compiled.complaints) faults.push(atValue(at, within(text, complaint)));
  }
  return measures;
}

/** The comparison was not written there. */
function within(text: string, complaint: Complaint): Complaint {
  const offset = Math.min(complaint.offset, text.length - 1);
  return { ...complaint, offset, length: Math.min(complaint.length, text.length - offset) };
}

function expectationOf(
  written: Record<string, unknown>,
  at: Path,
  sweep: ScenarioSweep,
  figures: readonly Figure[],
  faults: RuleFault[],
): SweepExpectation | undefined {
  const { name, of, where, against, take, because, 'at-least': atLeast, 'at-most': atMost } = written;
  if (typeof name !== 'string' || typeof of !== 'string') return undefined;
  const before = faults.length;
  const figure = figures.find((each) => each.name === of);
  if (figure === undefined) {
    const names = figures.map((each) => each.name);
    faults.push(
      atValue(
        [...at, 'of'],
        complain(`there is no column ${quote(of)}`, {
          expected: 'a measure of this sweep, or a column of runs.csv',
          suggestion: nearest(of, names),
        }),
      ),
    );
  } else if (against === undefined && figure.unit !== 'plain' && figure.unit !== 'share') {
    const expected =
      'a plain number: a measure divided by a quantity of its kind, such as 1s or torrent.size';
    faults.push(atValue([...at, 'of'], complain(`${quote(of)} is in ${figure.unit}`, { expected })));
  }
  if (typeof atLeast !== 'number' && typeof atMost !== 'number') {
    faults.push(
      atKey(at, complain('it is not said what is right', { expected: '"at-least", "at-most" or both' })),
    );
  }
  const wanted = choiceOf(asMap(where), [...at, 'where'], sweep, faults);
  const partner = choiceOf(asMap(against), [...at, 'against'], sweep, faults);
  if (faults.length > before) return undefined;
  const cells = sweep.cells.flatMap(({ labels }, index) =>
    [...wanted].every(([factor, values]) => values.includes(labels[factor] as string)) ? [index] : [],
  );
  const partners = cells.map((cell) => {
    const labels = sweep.cells[cell]?.labels.map((label, factor) => partner.get(factor)?.[0] ?? label);
    return sweep.cells.findIndex((other) =>
      other.labels.every((label, factor) => label === labels?.[factor]),
    );
  });
  if (cells.length === 0) {
    faults.push(
      atKey([...at, 'where'], complain('no cell has these values', { expected: 'those of a cell' })),
    );
    return undefined;
  }
  if (against !== undefined && partners.some((cell, place) => cell < 0 || cell === cells[place])) {
    const expected = 'values with which each cell of "where" becomes another cell';
    faults.push(
      atKey([...at, 'against'], complain('not every cell has one to be compared with', { expected })),
    );
    return undefined;
  }
  return {
    name,
    of,
    cells,
    ...(against === undefined ? {} : { against: partners }),
    take: take === 'median' || take === 'each' ? take : 'mean',
    ...(typeof atLeast === 'number' ? { atLeast } : {}),
    ...(typeof atMost === 'number' ? { atMost } : {}),
    because: typeof because === 'string' ? because : '',
  };
}

/** The labels that are chosen, by the index of their factor. */
function choiceOf(
  written: Record<string, unknown>,
  at: Path,
  { factors }: ScenarioSweep,
  faults: RuleFault[],
): Map<number, string[]> {
  const choice = new Map<number, string[]>();
  for (const [path, value] of Object.entries(written)) {
    const factor = factors.findIndex((each) => each.path === path);
    const known = factors[factor]?.labels;
    if (known === undefined) {
      const paths = factors.map((each) => each.path);
      faults.push(
        atKey(
          [...at, path],
          complain(`${quote(path)} does not vary`, {
            expected: `one of ${paths.join(', ')}`,
            suggestion: nearest(path, paths),
          }),
        ),
      );
      continue;
    }
    const labels = (Array.isArray(value) ? value : [value]).map(labelOf);
    const unknown = labels.find((label) => !known.includes(label));
    if (unknown !== undefined) {
      const details = { expected: `one of ${known.join(', ')}`, suggestion: nearest(unknown, known) };
      faults.push(atValue([...at, path], complain(`no cell has the value ${quote(unknown)}`, details)));
    }
    choice.set(factor, labels);
  }
  return choice;
}
