/** Each term of the network's model keeps its closed form, and docs/FIDELITY.md says what was measured. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { errorOf, fidelityTable, TERMS, type Term, type TermCase } from './terms.ts';

const measured = new Map<Term, readonly TermCase[]>();
function measure(term: Term): readonly TermCase[] {
  const cases = measured.get(term) ?? term.measure();
  measured.set(term, cases);
  return cases;
}

describe('a term of the model', () => {
  test.each(TERMS.map((term) => ({ term, ...term })))('$name: $law', ({ term, tolerance }) => {
    const cases = measure(term);
    expect(cases.length).toBeGreaterThan(0);
    expect(errorOf(cases)).toBeLessThanOrEqual(tolerance);
  });
});

test('the table of the documentation is what is measured', () => {
  const page = readFileSync(new URL('../../docs/FIDELITY.md', import.meta.url), 'utf8');
  expect(page).toContain(fidelityTable(measure));
});
