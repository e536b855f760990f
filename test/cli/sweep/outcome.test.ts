/** What before and after come to: what fails, and that the sentence says why it does or does not. */
import { describe, expect, test } from 'vitest';
import { outcomeOf } from '../../../src/cli/sweep/outcome.ts';
import {
  compareSides,
  type Judged,
  judgeComparisons,
  type Side,
} from '../../../src/scenarios/sweep/compare.ts';
import type { Figure } from '../../../src/scenarios/sweep/figures.ts';

const TIME: Figure = {
  name: 'completion_time_max_us',
  unit: 'us',
  better: 'lower',
  words: 'the slowest peer',
};
const COPIES: Figure = { name: 'seed_copies', unit: 'plain', better: undefined, words: 'copies' };

type Values = readonly (number | undefined)[];

const side = (label: string, values: Values): Side => ({
  label,
  values: new Map(values.map((value, index) => [String(index), value])),
});

function judge(before: Values, after: Values, paired = true, figure = TIME): Judged[] {
  return judgeComparisons([compareSides(figure, '', side('before', before), side('after', after), paired)]);
}

const USUAL = { share: 0.02, isNamed: false };
const NAMED = { share: 0.02, isNamed: true };
const SIX = [100, 110, 105, 98, 102, 107];

describe('before and after', () => {
  test.each<[string, Judged[], typeof USUAL, 'held' | 'regressed' | 'nothing to compare', RegExp]>([
    [
      'six pairs, worse',
      judge(
        SIX,
        SIX.map((v, i) => v * 1.2 + i),
      ),
      USUAL,
      'regressed',
      /^1 regression: worse by more than 2 %, and not by chance/,
    ],
    [
      'six pairs, worse by less',
      judge(
        SIX,
        SIX.map((v, i) => v * 1.01 + i / 100),
      ),
      USUAL,
      'held',
      /^Nothing is worse by more than 2 %\.$/,
    ],
    [
      'six pairs, better',
      judge(
        SIX,
        SIX.map((v, i) => v * 0.8 + i),
      ),
      USUAL,
      'held',
      /^Nothing is worse/,
    ],
    [
      'six pairs, worse by chance',
      judge(SIX, [130, 95, 140, 70, 125, 101]),
      NAMED,
      'held',
      /^1 metric is worse by more than 2 %, but chance could bring that too: .* More seeds would tell\.$/,
    ],
    [
      'one pair, worse',
      judge([100], [150]),
      USUAL,
      'held',
      /^1 metric is worse by more than 2 %, but one run a side cannot tell .* so nothing fails\..*--repeat 10.*--tolerance/,
    ],
    [
      'one pair, worse, tolerance named',
      judge([100], [150]),
      NAMED,
      'regressed',
      /^1 regression, by the tolerance of 2 % that was named; one run a side cannot tell/,
    ],
    [
      'one pair, worse by less than named',
      judge([100], [150]),
      { share: 0.6, isNamed: true },
      'held',
      /^In the one run of either side nothing is worse by more than 60 %/,
    ],
    [
      'one pair, the same',
      judge([100], [100]),
      NAMED,
      'held',
      /^In the one run of either side nothing is worse/,
    ],
    [
      'one run against three',
      judge([100], [150, 151, 149], false),
      USUAL,
      'held',
      /cannot tell a change from chance, so nothing fails/,
    ],
    [
      'one pair left of a metric, where others have more',
      [...judge(SIX, SIX), ...judge([100], [150])],
      NAMED,
      'held',
      /but chance could bring that too/,
    ],
    [
      'no value any more',
      judge([100], [undefined]),
      USUAL,
      'nothing to compare',
      /^Nothing could be compared/,
    ],
    [
      'no value any more in one of six',
      judge(SIX, [...SIX.slice(1), undefined]),
      USUAL,
      'regressed',
      /^1 regression: .*, or without a value\.$/,
    ],
    [
      'no better side',
      judge([100], [150], true, COPIES),
      NAMED,
      'held',
      /^In the one run of either side nothing is worse/,
    ],
  ])('%s', (_, judged, tolerance, kind, says) => {
    const outcome = outcomeOf(judged, tolerance);
    expect(outcome.kind).toBe(kind);
    expect(outcome.text).toMatch(says);
    expect(outcome.regressions).toHaveLength(kind === 'regressed' ? 1 : 0);
  });
});
