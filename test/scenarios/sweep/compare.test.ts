/** Comparisons of two sides: which runs are pairs, what is said of them, and what is not. */
import { describe, expect, it } from 'vitest';
import {
  type Comparison,
  compareSides,
  judgeComparisons,
  type Side,
} from '../../../src/scenarios/sweep/compare.ts';
import {
  constantFigures,
  formatDifference,
  headlineOf,
  verdictSentence,
} from '../../../src/scenarios/sweep/comparison-text.ts';
import { acrossSweeps, contrastsOf, type SweepResult } from '../../../src/scenarios/sweep/contrasts.ts';
import type { Figure } from '../../../src/scenarios/sweep/figures.ts';

const TIME: Figure = {
  name: 'completion_time_max_us',
  unit: 'us',
  better: 'lower',
  words: 'the longest completion time',
};
const COPIES: Figure = { name: 'seed_copies', unit: 'plain', better: undefined, words: 'what seeds send' };

const side = (label: string, values: readonly (number | undefined)[]): Side => ({
  label,
  values: new Map(values.map((value, index) => [String(index + 1), value])),
});

const judge = (
  left: readonly (number | undefined)[],
  right: readonly (number | undefined)[],
  paired = true,
  figure = TIME,
) => judgeComparisons([compareSides(figure, '', side('old', left), side('new', right), paired)])[0];

const SECOND = 1_000_000;
const OLD = [100, 120, 90, 110, 105, 95].map((value) => value * SECOND);

describe('pairs', () => {
  it('take the luck of the seed out', () => {
    const later = OLD.map((value, index) => value + (10 + (index % 2)) * SECOND);
    const paired = judge(OLD, later);
    expect(paired).toMatchObject({ n: 6, missing: 0, verdict: 'worse', difference: 10.5 * SECOND });
    expect(verdictSentence(paired as never)).toMatch(
      /^the slowest peer finishes 10 % ± 0\.\d+ % later with new than with old, over 6 paired seeds \(p < 0\.001\)$/,
    );
    expect(judge(later, OLD)?.verdict).toBe('better');
    expect(judge(OLD, later, false)?.verdict).toBe('unclear');
  });

  it('are of one seed, and both must have a value', () => {
    const left = side('old', [1, undefined, 3, 4]);
    const right: Side = {
      label: 'new',
      values: new Map([
        ['1', 2],
        ['2', 3],
        ['3', undefined],
        ['9', 5],
      ]),
    };
    expect(compareSides(TIME, '', left, right, true)).toMatchObject({
      n: 1,
      missing: 2,
      lost: 1,
      leftMean: 1,
      rightMean: 2,
      interval: undefined,
      p: undefined,
    });
  });

  it('that all differ by the same have no spread, and the signs decide', () => {
    const moved = OLD.map((value) => value + SECOND);
    expect(judge(OLD, moved)).toMatchObject({
      p: 2 / 2 ** 6,
      interval: { low: SECOND, high: SECOND },
      verdict: 'worse',
    });
    expect(judge(OLD.slice(0, 3), moved.slice(0, 3))?.verdict).toBe('unclear');
  });

  it('that are the same are the same', () => {
    const judged = judge(OLD, OLD);
    expect(judged).toMatchObject({ verdict: 'same', difference: 0 });
    expect(constantFigures([judged as never])).toEqual([TIME]);
  });
});

describe('what is said', () => {
  it('of one run each is that it cannot tell a change from chance', () => {
    const judged = judge([100], [80]);
    expect(judged).toMatchObject({ verdict: 'unclear', interval: undefined, pHolm: undefined });
    expect(verdictSentence(judged as never)).toBe(
      'the slowest peer finishes 20 % sooner with new than with old, over 1 paired seed: too few to tell a change from chance',
    );
  });

  it('of sides without values is no verdict', () => {
    expect(judge([undefined], [1])?.verdict).toBe('no-data');
  });

  it('of a metric without a better side is a direction', () => {
    const judged = judge([1, 2, 1, 2], [3, 5, 3, 4], true, COPIES);
    expect(judged?.verdict).toBe('higher');
    expect(headlineOf([judged as never])).toBe('seed_copies');
  });

  it('of nothing to be a part of is in its own unit', () => {
    const share: Figure = { name: 'complete_share', unit: 'share', better: 'higher', words: 'the share' };
    expect(formatDifference(judge([1, 1, 1], [0.5, 0.5, 0.8], true, share) as never)).toBe('-40 % ± 43 %');
    expect(formatDifference(judge([0, 0], [1, 3], true, COPIES) as never)).toBe('+2 ± 12.71');
  });

  it('is corrected for the number of comparisons', () => {
    const later = OLD.map((value, index) => value + ([3, -1, 4, 2, 3, 1][index] ?? 0) * SECOND);
    const one = compareSides(TIME, '', side('old', OLD), side('new', later), true);
    const many: Comparison[] = Array.from({ length: 20 }, () => one);
    expect(judgeComparisons([one])[0]?.verdict).toBe('worse');
    expect(judgeComparisons(many)[0]?.verdict).toBe('unclear');
  });
});

describe('sweeps', () => {
  const row = (cell: number, rep: number, value: number) => ({
    cell,
    rep,
    seed: rep,
    status: 'done' as const,
    reason: '',
    digest: '',
    notHeld: [],
    figures: [value],
    completions: [],
  });
  const cells = ['a 1', 'a 2', 'b 1', 'b 2', 'c 2'].map((text) => ({
    settings: [],
    labels: text.split(' '),
  }));
  const sweep: SweepResult = {
    sweep: {
      seeds: 'paired',
      factors: [
        { path: 'peers.crowd.engine.picker', labels: ['a', 'b', 'c'] },
        { path: 'peers.crowd.count', labels: ['1', '2'] },
      ],
      cells,
    },
    figures: [TIME],
    rows: cells.flatMap((_, index) => [1, 2, 3].map((rep) => row(index + 1, rep, 100 * (index + 1) + rep))),
  };

  it('compare each value with the first, everything else equal', () => {
    const found = (factor: number) =>
      contrastsOf(sweep, factor, [0]).map(({ where, left, right, difference }) => [
        where,
        left,
        right,
        difference,
      ]);
    expect(found(0)).toEqual([
      ['crowd.count 1', 'a', 'b', 200],
      ['crowd.count 2', 'a', 'b', 200],
      ['crowd.count 2', 'a', 'c', 300],
    ]);
    expect(found(1)).toEqual([
      ['crowd.engine.picker a', '1', '2', 100],
      ['crowd.engine.picker b', '1', '2', 100],
    ]);
  });

  it('are compared cell by cell, by the values that both have', () => {
    const other: SweepResult = {
      ...sweep,
      sweep: { ...sweep.sweep, cells: [...cells.slice(1, 3)].reverse() },
      rows: [1, 2, 3].flatMap((rep) => [row(1, rep, 310 + rep), row(2, rep, 195 + rep)]),
    };
    const found = acrossSweeps(sweep, other, [TIME.name], ['before', 'after']);
    expect(found.map(({ where, difference, n }) => [where, difference, n])).toEqual([
      ['crowd.engine.picker a, crowd.count 2', -5, 3],
      ['crowd.engine.picker b, crowd.count 1', 10, 3],
    ]);
  });
});
