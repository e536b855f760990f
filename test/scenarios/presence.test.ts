/** Who is there when, as a file says it: every form of every key. */
import { describe, expect, it } from 'vitest';
import type { ScenarioGroup } from '../../src/scenarios/scenario.ts';
import { errorsOf, parse, small } from './support.ts';

const crowd = (keys: string): ScenarioGroup =>
  parse(small('count: 3', `count: 3\n    ${keys}`)).groups[1] as ScenarioGroup;
const errors = (keys: string): string => errorsOf(small('count: 3', `count: 3\n    ${keys}`));

const MINUTE = 60_000_000;

describe('arrive', () => {
  it.each([
    ['{ process: decaying, mean: 10m }', { process: 'decaying', meanUs: 10 * MINUTE }],
    [
      '{ process: waves, size: 20, every: 10m, within: 1m }',
      { process: 'waves', size: 20, everyUs: 10 * MINUTE, withinUs: MINUTE },
    ],
    [
      '{ process: waves, size: 2, every: 1s }',
      { process: 'waves', size: 2, everyUs: 1_000_000, withinUs: 0 },
    ],
  ])('%s', (text, arrive) => {
    expect(crowd(`arrive: ${text}`).arrive).toEqual(arrive);
  });

  it.each([
    ['{ process: decaying }', 'missing key "mean"'],
    ['{ process: waves, size: 0, every: 1m }', '0 is too little'],
    ['{ process: waves, size: 2, every: 0s }', '"0s" is zero'],
    ['{ process: decaing, mean: 10m }', 'did you mean "decaying"?'],
    ['{ csv: 3 }', '3 stands where text should'],
    ['{ at: 10m }', 'test.yaml:11:19: the run is over before they arrive'],
  ])('%s is refused', (text, message) => {
    expect(errors(`arrive: ${text}`)).toContain(message);
  });
});

describe('stay', () => {
  it('takes a rule of each kind', () => {
    const stay =
      '{ after-complete: 1m, until-ratio: 1.25, until-copies: 2, give-up-after: 1h, until: 8m..9m }';
    expect(crowd(`stay: ${stay}`).stay).toEqual({
      afterCompleteUs: { kind: 'constant', value: MINUTE },
      untilRatioPerMille: 1250,
      untilCopies: 2,
      giveUpAfterUs: { kind: 'constant', value: 60 * MINUTE },
      untilUs: { kind: 'uniform', lowest: 8 * MINUTE, highest: 9 * MINUTE },
    });
  });

  it('without an end is what nothing says', () => {
    const forever = {
      afterCompleteUs: undefined,
      untilRatioPerMille: undefined,
      untilCopies: undefined,
      giveUpAfterUs: undefined,
      untilUs: undefined,
    };
    expect(crowd('have: none').stay).toEqual(forever);
    expect(crowd('stay: { after-complete: forever }').stay).toEqual(forever);
  });

  it.each([
    ['{ after-complete: never }', '"never" is not a duration'],
    ['{ until-ratio: 0 }', '0 is too little'],
    ['{ until-ratio: 2.0x }', '"2.0x" stands where a number should'],
    ['{ until-copies: 1.5 }', '1.5 stands where a whole number should'],
    ['{ leave: 10m }', 'unknown key "leave"'],
    ['{ give-up-after: forever }', '"forever" is not a duration'],
  ])('%s is refused', (text, message) => {
    expect(errors(`stay: ${text}`)).toContain(message);
  });
});

describe('a length of time', () => {
  it.each([
    ['10m', { kind: 'constant', value: 10 * MINUTE }],
    ['5m..15m', { kind: 'uniform', lowest: 5 * MINUTE, highest: 15 * MINUTE }],
    ['{ exponential: 10m }', { kind: 'exponential', mean: 10 * MINUTE }],
    ['{ weibull: { shape: 0.6, scale: 30m } }', { kind: 'weibull', shape: 0.6, scale: 30 * MINUTE }],
    ['{ log-normal: { median: 10m, sigma: 1.5 } }', { kind: 'log-normal', median: 10 * MINUTE, sigma: 1.5 }],
    ['{ pareto: { least: 1m, shape: 1.2 } }', { kind: 'pareto', least: MINUTE, shape: 1.2 }],
    [
      '{ values: [1m, { value: 5m, weight: 3 }] }',
      {
        kind: 'values',
        values: [
          { value: MINUTE, weight: 1 },
          { value: 5 * MINUTE, weight: 3 },
        ],
      },
    ],
    [
      '{ quantiles: [{ share: 0%, value: 0s }, { share: 50%, value: 1m }, { share: 100%, value: 1h }] }',
      {
        kind: 'quantiles',
        points: [
          { share: 0, value: 0 },
          { share: 0.5, value: MINUTE },
          { share: 1, value: 60 * MINUTE },
        ],
      },
    ],
  ])('%s', (text, distribution) => {
    expect(crowd(`stay: { after-complete: ${text} }`).stay.afterCompleteUs).toEqual(distribution);
    expect(crowd(`stay: { give-up-after: ${text} }`).stay.giveUpAfterUs).toEqual(distribution);
  });

  it.each([
    ['{ weibul: { shape: 0.6, scale: 30m } }', 'did you mean "weibull"?'],
    ['{ weibull: { shape: 0.01, scale: 30m } }', '0.01 is too little'],
    ['{ weibull: { shap: 1, scal: 30m } }', 'did you mean "shape"?'],
    ['{ weibull: { shape: 0.6, scale: 30 } }', '"30" has no unit'],
    ['{ exponential: 0s }', '"0s" is zero'],
    ['{ exponential: 1m, pareto: { least: 1m, shape: 2 } }', '"pareto"'],
    ['{ values: [] }', 'a list of 0 is too little'],
    ['{ values: [1m, 2] }', '"2" has no unit'],
    ['{ quantiles: [{ share: 1%, value: 0s }, { share: 100%, value: 1m }] }', '"1%" at the first point'],
    ['{ quantiles: [{ share: 0%, value: 0s }, { share: 99%, value: 1m }] }', '"99%" at the last point'],
    [
      '{ quantiles: [{ share: 0%, value: 0s }, { share: 50%, value: 3m }, { share: 100%, value: 1m }] }',
      'the value is less than at the point before',
    ],
    [
      '{ quantiles: [{ share: 0%, value: 0s }, { share: 50%, value: 1m }, { share: 40%, value: 2m }, { share: 100%, value: 3m }] }',
      'the share is less than at the point before',
    ],
    ['[10m]', 'a list stands where'],
  ])('%s is refused', (text, message) => {
    expect(errors(`stay: { after-complete: ${text} }`)).toContain(message);
  });
});

describe('off and sessions', () => {
  it('become windows of the week', () => {
    const hour = 60 * MINUTE;
    const saturday = 5 * 24 * hour;
    expect(
      crowd('off: [{ days: sat, hours: "23:00-01:00" }, { days: mon, hours: "07:30-08:00" }]').off,
    ).toEqual([
      { fromUs: saturday + 23 * hour, toUs: saturday + 25 * hour },
      { fromUs: 7.5 * hour, toUs: 8 * hour },
    ]);
    expect(crowd('off: [{ daily: "01:00-07:00" }]').off).toHaveLength(7);
    expect(crowd('have: none').off).toEqual([]);
  });

  it('sessions are two lengths of time', () => {
    const sessions = 'sessions: { online: { exponential: 10m }, away: 5m }';
    expect(crowd(sessions).sessions).toEqual({
      kind: 'drawn',
      onlineUs: { kind: 'exponential', mean: 10 * MINUTE },
      awayUs: { kind: 'constant', value: 5 * MINUTE },
    });
    expect(crowd('have: none').sessions).toBeUndefined();
  });

  it.each([
    ['off: [{ hours: "01:00-02:00" }]', '"hours" without "days"'],
    ['off: [{ daily: "00:00-24:00" }]', 'test.yaml:11:5: the machines are never on'],
    ['off: [{ days: mon-thu }, { days: fri-sun, hours: "00:00-24:00" }]', 'the machines are never on'],
    ['sessions: { online: 10m }', 'missing key "away"'],
    ['sessions: { online: 10m, awya: 5m }', 'did you mean "away"?'],
    [
      'sessions: { online: 200ms, away: { exponential: 300ms } }',
      'test.yaml:11:5: about 1471 sessions of each peer are too many',
    ],
    ['sessions: { online: 0s, away: 0s }', 'sessions of each peer are too many'],
    ['sessions: { online: 10m, csv: a.csv }', '"online" does not go with the other keys here'],
  ])('%s is refused', (text, message) => {
    expect(errors(text)).toContain(message);
  });

  it('more absences than a run can take are refused', () => {
    const many = small('count: 3', 'count: 50000\n    sessions: { online: 10s, away: 10s }');
    expect(errorsOf(many)).toContain('about 1500000 absences are too many');
  });

  it('a group cannot take the name of the tracker', () => {
    expect(errorsOf(small('group: seed', 'group: tracker'))).toContain('a group cannot be called "tracker"');
  });
});
