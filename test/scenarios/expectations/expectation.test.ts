/** Expressions before the run: what they mean, and what is said about those that mean nothing. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  compileExpectation,
  type Expectation,
  ordinary,
} from '../../../src/scenarios/expectations/expectation.ts';
import type { ComparisonFormula, Formula } from '../../../src/scenarios/expectations/formula.ts';
import type { Vocabulary } from '../../../src/scenarios/expectations/labels.ts';

const VOCABULARY: Vocabulary = {
  groups: new Map([
    ['origin', 1],
    ['crowd', 60],
    ['home-users', 5],
  ]),
  values: {
    behaviour: ['honest', 'poisoner', 'free-rider'],
    region: [],
    picker: ['rarest-first', './mine.ts'],
  },
};

function compile(text: string): Expectation {
  const compiled = compileExpectation(ordinary('it'), text, 1, VOCABULARY);
  if (!compiled.ok) throw new Error(compiled.complaints.map((one) => one.message).join('; '));
  return compiled.value;
}

/** The only comparison of an expression. */
function comparison(text: string): ComparisonFormula {
  const { condition } = compile(text);
  if (condition.kind !== 'comparison') throw new Error(condition.kind);
  return condition;
}

function complaints(text: string, abort = false) {
  const compiled = compileExpectation({ ...ordinary('it'), abort }, text, 1, VOCABULARY);
  if (compiled.ok) throw new Error(`accepted: ${JSON.stringify(compiled.value)}`);
  return compiled.complaints;
}

const number = (value: number) => ({ kind: 'number', value });
const aggregate = (kind: string, metric: string, selection: unknown[] = []) => ({
  kind: 'aggregate',
  aggregate: { kind },
  of: { kind: 'row', metric },
  selection,
});
const inGroup = (name: string) => [{ label: 'group', negated: false, values: [name] }];

describe('numbers', () => {
  it.each([
    ['1', 1],
    ['1.5', 1.5],
    ['40%', 0.4],
    ['2 * 3 + 4', 10],
    ['2 + 3 * 4', 14],
    ['(2 + 3) * 4', 20],
    ['10 - 4 - 3', 3],
    ['100 / 10 / 5', 2],
    ['6 MiB / 2 MiB', 3],
    ['1m30s / 1s', 90],
    ['8 MB / 8 Mbit/s / 1s', 8],
    ['8 MB / (8 Mbit/s * 8s)', 1],
    ['96 KiB/s * 1s / 1 KiB', 96],
  ])('%s', (text, value) => {
    const fold = (formula: Formula): number => {
      if (formula.kind === 'number') return formula.value;
      if (formula.kind !== 'binary') throw new Error(formula.kind);
      const [left, right] = [fold(formula.left), fold(formula.right)];
      return { '+': left + right, '-': left - right, '*': left * right, '/': left / right }[formula.operator];
    };
    expect(fold(comparison(`count(peer.sent) == ${text}`).right)).toBeCloseTo(value, 12);
  });
});

describe('sides', () => {
  it('take aggregates over peers, with and without labels', () => {
    expect(comparison('p95(peer.download_time{group=crowd}) < 25m')).toMatchObject({
      left: {
        ...aggregate('percentile', 'peer.download_time', inGroup('crowd')),
        aggregate: { kind: 'percentile', percent: 95 },
      },
      comparison: '<',
      right: { kind: 'number', value: 1_500_000_000 },
      dimension: { time: 1, bytes: 0 },
    });
    expect(comparison('count(peer.sent)==1').left).toMatchObject(aggregate('count', 'peer.sent'));
    expect(comparison('mean( peer.sent { group = home-users } ) > 0').left).toMatchObject({
      selection: inGroup('home-users'),
    });
  });

  it('take several labels, lists and negation', () => {
    const { left } = comparison(
      'max(peer.sent{group=crowd|origin, behaviour!=poisoner, picker=./mine.ts, peer=crowd-60}) > 1 B',
    );
    expect(left).toMatchObject({
      selection: [
        { label: 'group', negated: false, values: ['crowd', 'origin'] },
        { label: 'behaviour', negated: true, values: ['poisoner'] },
        { label: 'picker', negated: false, values: ['./mine.ts'] },
        { label: 'peer', negated: false, values: ['crowd-60'] },
      ],
    });
  });

  it('take aggregates of what is reckoned for each peer, and of conditions', () => {
    expect(comparison('max(peer.sent{group=crowd} / peer.received) < 3').left).toMatchObject({
      selection: inGroup('crowd'),
      of: { kind: 'binary', operator: '/', right: { kind: 'row', metric: 'peer.received' } },
    });
    expect(comparison('fraction(peer.download_time < 25m and peer.complete) == 1').left).toMatchObject({
      aggregate: { kind: 'fraction' },
      of: { kind: 'truth', of: { kind: 'and', right: { kind: 'is' } } },
    });
    expect(comparison('count(peer.sent > 2 * mean(peer.sent)) < 3').dimension).toEqual({ time: 0, bytes: 0 });
  });

  it('take metrics of the run and arithmetic', () => {
    expect(comparison('sum(peer.sent{group=origin}) < 3 * torrent.size').right).toEqual({
      kind: 'binary',
      operator: '*',
      left: number(3),
      right: { kind: 'run', metric: 'torrent.size' },
    });
  });

  it('take series after always and eventually', () => {
    const always = compile('always min(piece.availability) >= 1');
    expect(always).toMatchObject({
      temporal: 'always',
      condition: { left: aggregate('min', 'piece.availability') },
    });
    expect(compile('eventually p50(piece.availability) > count(peer.sent) / 2').temporal).toBe('eventually');
  });

  it('take metrics of the swarm after always and eventually, of all or of some', () => {
    expect(compile('always peers.present{group=crowd} >= 1')).toMatchObject({
      temporal: 'always',
      condition: { left: { kind: 'swarm', metric: 'peers.present', selection: inGroup('crowd') } },
    });
    expect(comparison('eventually swarm.sent_rate > 8 Mbit/s')).toMatchObject({
      left: { kind: 'swarm', metric: 'swarm.sent_rate', selection: [] },
      right: { kind: 'number', value: 1 },
    });
  });

  it('take baselines of the other side, or of what they name', () => {
    const kept = { kind: 'baseline', expression: 'p95(peer.download_time{group=crowd})', unit: 'us' };
    expect(comparison('p95( peer.download_time{group = crowd} ) <= 110% of baseline').right).toMatchObject({
      kind: 'binary',
      operator: '*',
      left: number(1.1),
      right: kept,
    });
    expect(comparison('baseline * 2 > p95(peer.download_time{group=crowd})').left).toMatchObject({
      left: kept,
    });
    expect(comparison('run.duration < baseline(p95(peer.download_time{group=crowd}))').right).toMatchObject(
      kept,
    );
    expect(comparison('run.duration within baseline')).toMatchObject({
      comparison: 'within',
      tolerance: undefined,
    });
    expect(comparison('run.duration within 5% of 20m')).toMatchObject({
      tolerance: 0.05,
      right: number(1.2e9),
    });
  });

  it.each([
    ['always from 1s until 1m30s peers.present > 0', 'always', 1e6, 9e7],
    ['always during 1s..1m30s peers.present > 0', 'always', 1e6, 9e7],
    ['during 1s..1m30s peers.present > 0', 'always', 1e6, 9e7],
    ['always from 0s peers.present > 0', 'always', 0, undefined],
    ['eventually until 5m peers.present > 0', 'eventually', undefined, 3e8],
    ['eventually by 5m peers.present > 0', 'eventually', undefined, 3e8],
    ['eventually peers.present > 0 by 5m', 'eventually', undefined, 3e8],
    ['eventually from 1m peers.present > 0 by 5m', 'eventually', 6e7, 3e8],
    ['eventually during 1m .. 5m peers.present > 0', 'eventually', 6e7, 3e8],
    ['at 5m peers.present > 0', 'at', 3e8, 3e8],
  ])('are asked about in a window: %s', (text, temporal, fromUs, untilUs) => {
    expect(compile(text)).toMatchObject({ temporal, window: { fromUs, untilUs } });
  });

  it('are asked about in the whole run where nothing is said', () => {
    expect(compile('always peers.present > 0').window).toBeUndefined();
  });

  it('are joined: "and" before "or", "not" before both', () => {
    const { condition } = compile('run.duration > 1s or not run.duration > 2s and run.duration > 3s');
    expect(condition).toMatchObject({
      kind: 'or',
      left: { kind: 'comparison' },
      right: { kind: 'and', left: { kind: 'not' }, right: { kind: 'comparison' } },
    });
    expect(compile('not (run.duration > 1s or run.duration < 1us)').condition).toMatchObject({
      kind: 'not',
      of: { kind: 'or' },
    });
  });

  it.each([
    // The founding sentences, as scenarios say them.
    'max(peer.completion_time) >= bound.client_server',
    'max(peer.completion_time) <= 1.1 * bound.client_server',
    'max(peer.completion_time) < 30% * bound.client_server',
    'max(peer.longest_stay) < run.duration',
    'max(peer.online_time{group=crowd}) / run.duration < 80%',
    'sum(peer.away_time) + sum(peer.capped_time) > 1h',
    'sum(peer.share_ratio{group=origin}) < 3',
    'mean(peer.upload_use{group=crowd}) > 60%',
    'swarm.upload_use > 60%',
    'eventually until 10m peers.complete == count(peer.sent)',
    'always from 1m until 2m swarm.sent_rate >= 80% * swarm.uplink',
    'always from 1m swarm.sent_rate <= 1 Mbit/s * peers.present',
  ])('say: %s', (text) => {
    expect(compile(text).text).toBe(text);
  });

  it.each(['==', '!=', '<', '<=', '>', '>='])('are compared by %s', (sign) => {
    expect(comparison(`run.duration ${sign} 5s`).comparison).toBe(sign);
  });

  it('let nought stand for any quantity', () => {
    expect(comparison('sum(peer.wasted) == 0').dimension).toEqual({ time: 0, bytes: 1 });
    expect(comparison('0 < max(peer.completion_time)').dimension).toEqual({ time: 1, bytes: 0 });
  });
});

describe('faults', () => {
  it.each([
    // text, the faulty part, message, suggestion
    ['max(peer.snet) < 1 B', 'peer.snet', 'unknown metric "peer.snet"', 'peer.sent'],
    ['mx(peer.sent) < 1 B', 'mx', 'unknown aggregate "mx"', 'max'],
    ['p0(peer.sent) < 1 B', 'p0', 'unknown aggregate "p0"', 'p50'],
    ['p101(peer.sent) < 1 B', 'p101', 'unknown aggregate "p101"', undefined],
    ['max(peer.sent{group=crwod}) < 1 B', 'crwod', 'unknown group "crwod"', 'crowd'],
    ['max(peer.sent{grop=crowd}) < 1 B', 'grop', 'unknown label "grop"', 'group'],
    ['max(peer.sent{group=crowd, group=origin}) < 1 B', 'group', 'the label "group" stands twice', undefined],
    ['run.duration{group=crowd} < 1s', 'group', 'run.duration has no labels', undefined],
    [
      'always min(piece.availability{group=crowd}) > 1',
      'group',
      'piece.availability has no labels',
      undefined,
    ],
    ['peer.sent < 1 B', 'peer.sent', 'peer.sent has many values, one per peer', undefined],
    ['max(torrent.size) < 1 B', 'torrent.size', 'torrent.size has a single value', undefined],
    ['max(2 * 3) < 1', '2 * 3', 'nothing in max() has many values', undefined],
    ['max(min(peer.sent)) < 1 B', 'min(peer.sent)', 'nothing in max() has many values', undefined],
    ['fraction(peer.sent) == 1', 'peer.sent', 'peer.sent is not a yes or no', undefined],
    ['max(peer.sent) < 5m', 'max(peer.sent) < 5m', 'a size and a time cannot be compared', undefined],
    ['max(peer.sent) < 5', 'max(peer.sent) < 5', 'a size and a plain number cannot be compared', undefined],
    ['max(peer.sent) + 1s > 0', 'max(peer.sent) + 1s', 'a size and a time cannot be added', undefined],
    [
      'max(peer.sent) - 1 > 0',
      'max(peer.sent) - 1',
      'a size and a plain number cannot be subtracted',
      undefined,
    ],
    [
      'max(peer.sent) * 1 B > 1 MiB',
      'max(peer.sent) * 1 B > 1 MiB',
      'a quantity in bytes^2 and a size cannot be compared',
      undefined,
    ],
    [
      'max(peer.sent) / run.duration > 1s',
      'max(peer.sent) / run.duration > 1s',
      'a rate and a time cannot be compared',
      undefined,
    ],
    ['min(piece.availability) >= 1', 'min(piece.availability)', 'this changes over time', undefined],
    ['always max(peer.sent) > 1 B', 'always', 'nothing in this expression changes over time', undefined],
    ['peers.present > 1', 'peers.present', 'this changes over time', undefined],
    [
      'always max(peers.present) > 1',
      'peers.present',
      'peers.present has a single value at a time',
      undefined,
    ],
    ['always peers.present{group=crwod} > 1', 'crwod', 'unknown group "crwod"', 'crowd'],
    ['always peers.presnt > 1', 'peers.presnt', 'unknown metric "peers.presnt"', 'peers.present'],
    [
      'always swarm.sent_rate > peers.present',
      'swarm.sent_rate > peers.present',
      'a rate and a plain number cannot be compared',
      undefined,
    ],
    [
      'max(peer.online_time) > 50%',
      'max(peer.online_time) > 50%',
      'a time and a plain number cannot be compared',
      undefined,
    ],
    ['fraction(peer.upload_use) > 50%', 'peer.upload_use', 'peer.upload_use is not a yes or no', undefined],
    ['always from (5) peers.present > 1', '(', '"(" is out of place', undefined],
    ['always from 5 MiB peers.present > 1', '5 MiB', '"5 MiB" is out of place', undefined],
    ['always from peers.present > 1', 'peers.present', '"peers.present" is out of place', undefined],
    ['always from 5m until 4m peers.present > 1', 'until', 'this ends before it begins', undefined],
    ['from 5m peers.present > 1', 'from', '"from" is out of place', undefined],
    ['1 < 2', '1', 'nothing in this expression is measured', undefined],
    ['torrent.size > 1 B', 'torrent.size', 'nothing in this expression is measured', undefined],
    ['run.duration < 25 mins', 'mins', 'unknown unit "mins"', 'm'],
    ['run.duration < 25 fortnights', 'fortnights', 'unknown unit "fortnights"', undefined],
    [
      'run.duration < 30s1m',
      '30s1m',
      'the parts of "30s1m" must go from the larger to the smaller unit',
      undefined,
    ],
    ['run.duration ≤ 25m', '≤', '"≤" has no meaning here', '<='],
    ['run.duration = 25m', '=', '"=" is out of place', '=='],
    ['run.duration', '', 'the end is out of place', undefined],
    ['', '', 'the end is out of place', undefined],
    ['run.duration < ', '', 'the end is out of place', undefined],
    ['run.duration < (25m', '', 'the end is out of place', undefined],
    ['run.duration < 25m)', ')', '")" is out of place', undefined],
    ['1s < run.duration < 25m', '< 25m', '"<" is out of place', undefined],
    ['run.duration < -1s', '-1s', '"-" is out of place', undefined],
    ['max(peer.sent{group}) < 1 B', '}', '"}" is out of place', undefined],
    ['max(peer.sent{group=}) < 1 B', '}', '"}" is out of place', undefined],
    ['max() < 1 B', ')', '")" is out of place', undefined],
    ['never max(peer.sent) > 1 B', 'never', 'unknown word "never"', undefined],
    ['alway min(piece.availability) > 1', 'alway', 'unknown word "alway"', 'always'],
  ])('%s', (text, part, message, suggestion) => {
    const [complaint, ...others] = complaints(text);
    expect(others).toEqual([]);
    expect(complaint).toMatchObject({ message, suggestion });
    const offset = part === '' ? text.length : text.lastIndexOf(part);
    expect(complaint?.offset).toBe(offset);
  });

  it('are all found, not only the first', () => {
    expect(
      complaints('mx(peer.snet{group=crwd}) < torrent.sise + max(peer.sent) - 1s').map((one) => one.message),
    ).toEqual([
      'unknown aggregate "mx"',
      'unknown metric "peer.snet"',
      'unknown group "crwd"',
      'unknown metric "torrent.sise"',
      'a size and a time cannot be subtracted',
    ]);
  });

  it('include length without end', () => {
    expect(complaints(`${'('.repeat(1001)}1`)[0]?.message).toBe('the expression is too long');
    expect(complaints(`${'('.repeat(30)}1`)[0]?.message).toBe('the end is out of place');
    expect(complaints(`${'('.repeat(31)}1`)[0]).toMatchObject({
      message: 'the brackets are too deep',
      offset: 30,
    });
    expect(complaints(`${'not '.repeat(240)}1`)[0]?.message).toBe('the brackets are too deep');
  });
});

describe('the documentation', () => {
  const text = readFileSync('docs/SCENARIOS.md', 'utf8');
  const cells = (line: string): string[] => line.split('|').map((cell) => cell.trim());

  it('shows expectations that mean something', () => {
    const table = text.slice(text.indexOf('What people say of swarms'), text.indexOf('Two traps'));
    const examples = table.split('\n').flatMap((line) => [...(cells(line)[2] ?? '').matchAll(/`([^`]*)`/g)]);
    const expressions = examples.map((match) => match[1] ?? '').filter((one) => one !== 'swarm: off');
    expect(expressions.length).toBeGreaterThan(10);
    for (const expression of expressions) expect(compile(expression).text).toBe(expression);
  });
});
