/** Expressions in normal form read as what they were; whatever is written, reading it gives a meaning or complaints. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aggregateNamed } from '../../src/scenarios/expectations/aggregates.ts';
import { Bag } from '../../src/scenarios/expectations/bag.ts';
import { compileExpectation, ordinary } from '../../src/scenarios/expectations/expectation.ts';
import { parseExpectation } from '../../src/scenarios/expectations/grammar.ts';
import { groupsOnly } from '../../src/scenarios/expectations/labels.ts';
import { METRIC_NAMES } from '../../src/scenarios/expectations/metrics.ts';
import { printExpectation } from '../../src/scenarios/expectations/print.ts';

const time = fc.constantFrom('0s', '5m', '1m30s', '250ms', '2h');
const quantity = fc.oneof(time, fc.constantFrom('1', '0.5', '64 MiB', '8Mbit/s', '110%', '3 B'));
const label = fc.constantFrom('{group=crowd}', '{group=crowd|late, nat!=open}', '{ peer = crowd-3 }', '');
const metric = fc.tuple(fc.constantFrom(...METRIC_NAMES), label).map((parts) => parts.join(''));

const { condition } = fc.letrec<{ sum: string; condition: string }>((tie) => ({
  sum: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(quantity, metric, fc.constant('baseline')),
    fc
      .tuple(tie('sum'), fc.constantFrom('+', '-', '*', '/', ' of '), tie('sum'))
      .map(([left, sign, right]) => `${left}${sign}${right}`),
    tie('sum').map((inner) => `( ${inner} )`),
    tie('sum').map((inner) => `baseline(${inner})`),
    fc
      .tuple(fc.constantFrom('max', 'median', 'p99.9', 'fraction'), fc.oneof(tie('sum'), tie('condition')))
      .map(([name, inner]) => `${name}(${inner})`),
  ),
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc
      .tuple(tie('sum'), fc.constantFrom('<', '>=', '!=', ' within ', ' within 5% of '), tie('sum'))
      .map((parts) => parts.join('')),
    fc
      .tuple(tie('condition'), fc.constantFrom(' and ', ' or '), tie('condition'))
      .map((parts) => parts.join('')),
    tie('condition').map((inner) => `not ${inner}`),
    tie('condition').map((inner) => `(${inner})`),
  ),
}));
const when = fc.oneof(
  fc.constantFrom(
    '',
    'always ',
    'eventually ',
    'during 1m..5m ',
    'always from 1m until 5m ',
    'eventually by 5m ',
  ),
  time.map((at) => `at ${at} `),
);
const expression = fc.tuple(when, condition).map((parts) => parts.join(''));

/** A tree without its places. */
function bare(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner) => (key === 'offset' || key === 'length' ? undefined : inner)),
  );
}

describe('expressions', () => {
  it('are the same in normal form', () => {
    let read = 0;
    fc.assert(
      fc.property(expression, (text) => {
        const parsed = parseExpectation(text);
        if (!parsed.ok) return;
        read++;
        const normal = printExpectation(parsed.value);
        const again = parseExpectation(normal);
        if (normal.length > 1000) return;
        if (!again.ok) throw new Error(`${text} became ${normal}: ${again.complaint.message}`);
        expect(printExpectation(again.value)).toBe(normal);
        expect(bare(again.value.condition)).toEqual(bare(parsed.value.condition));
        expect(again.value.window).toEqual(parsed.value.window);
      }),
      { numRuns: 1000 },
    );
    expect(read).toBeGreaterThan(300);
  });

  it('never throw, whatever they are', () => {
    const words = fc.constantFrom(
      ...[
        'always',
        'by',
        '5m',
        '..',
        '(',
        ')',
        '{',
        '}',
        '|',
        '!=',
        'and',
        'not',
        'p95',
        'max(',
        'peer.sent',
      ],
      ...[
        'within',
        'baseline',
        'of',
        '110%',
        'group',
        '=',
        'crowd',
        'piece.availability',
        '<',
        '\u0000',
        'é',
      ],
    );
    const text = fc.oneof(
      fc.string(),
      expression,
      fc.array(words).map((list) => list.join(' ')),
    );
    fc.assert(
      fc.property(text, fc.boolean(), (written, abort) => {
        const terms = { ...ordinary('it'), abort };
        const compiled = compileExpectation(terms, written, 1, groupsOnly([['crowd', 3]]));
        if (compiled.ok) return;
        expect(compiled.complaints.length).toBeGreaterThan(0);
        for (const { message, offset } of compiled.complaints) {
          expect(message).not.toBe('');
          expect(offset).toBeGreaterThanOrEqual(0);
          expect(offset).toBeLessThanOrEqual(written.length);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('aggregates', () => {
  const values = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 40 });
  const of = (name: string, list: readonly number[]) => {
    const bag = new Bag();
    for (const value of list) bag.add(value);
    return bag.aggregate(aggregateNamed(name) ?? { kind: 'count' });
  };

  it('agree with their definitions', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 10, max: 1000 }), (list, tenths) => {
        const n = list.length;
        const sum = list.reduce((total, value) => total + value, 0);
        const mean = sum / n;
        const variance = list.reduce((total, value) => total + (value - mean) ** 2, 0) / n;
        expect(of('stddev', list)).toBeCloseTo(Math.sqrt(variance), 9);
        const squares = list.reduce((total, value) => total + value * value, 0);
        const pairs = list.flatMap((x) => list.map((y) => Math.abs(x - y))).reduce((a, b) => a + b, 0);
        if (sum === 0) {
          expect(of('gini', list)).toBeUndefined();
          expect(of('jain', list)).toBeUndefined();
        } else {
          expect(of('jain', list)).toBeCloseTo((sum * sum) / (n * squares), 9);
          expect(of('gini', list)).toBeCloseTo(pairs / (2 * n * n * mean), 9);
        }
        const sorted = list.toSorted((a, b) => a - b);
        const notAbove = (value: number) => sorted.filter((one) => one <= value).length * 1000 >= tenths * n;
        expect(of(`p${tenths / 10}`, list)).toBe(sorted.find(notAbove));
        expect(of('median', list)).toBe(of('p50', list));
      }),
    );
  });
});
