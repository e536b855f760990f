/** A plan as a file: running it repeats the run, and nothing in one can harm a run. */
import { describe, expect, it } from 'vitest';
import { formatScenarioErrors, ScenarioError } from '../../src/scenarios/errors.ts';
import { expand } from '../../src/scenarios/expand.ts';
import { listScenarios, loadScenario } from '../../src/scenarios/load-scenario.ts';
import { parseSettings } from '../../src/scenarios/overrides.ts';
import { parseScenario } from '../../src/scenarios/parse.ts';
import type { Plan } from '../../src/scenarios/plan.ts';
import { formatPlan, isPlanText } from '../../src/scenarios/plan-file.ts';
import type { Scenario } from '../../src/scenarios/scenario.ts';
import { strategyNames } from '../../src/scenarios/strategy-names.ts';
import { simulate } from '../support/small-plan.ts';
import { parse, STRATEGIES, small } from './support.ts';

const LIBRARY = 'src/scenarios/library';
const SCENARIO = parse(
  small(
    'count: 3',
    'count: 3\n    have: 20%\n    cap: { both: 300 GB, per: 30d, then: throttle 64 kbit/s }',
  ).replace('expect:', 'events: [{ at: 3s, loss: { group: crowd, share: 1%, for: 2s } }]\nexpect:'),
);
const PLAN = expand(SCENARIO, 3);
const TEXT = formatPlan(PLAN, SCENARIO.expectations, 'yaml');

function read(text: string): Scenario {
  return parseScenario(text, 'plan.yaml', {
    ...STRATEGIES,
    chokers: [...STRATEGIES.chokers, 'seed-rotation'],
  });
}

function errors(text: string): string {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ScenarioError) return formatScenarioErrors(error);
    throw error;
  }
  throw new Error('the plan was accepted');
}

/** JSON has no undefined, and neither has a run any use for it. */
function plain(plan: Plan): unknown {
  return JSON.parse(JSON.stringify(plan));
}

describe('a plan as a file', () => {
  it.each(['yaml', 'json'] as const)('repeats the run from %s, verdicts included', (kind) => {
    const scenario = read(formatPlan(PLAN, SCENARIO.expectations, kind));
    const plan = expand(scenario, scenario.seed);
    expect(plan).toEqual(plain(PLAN));
    expect(simulate(plan).digest).toBe(simulate(PLAN).digest);
    expect(scenario.expectations.map(({ name, text }) => [name, text])).toEqual(
      SCENARIO.expectations.map(({ name, text }) => [name, text]),
    );
  });

  it.each(listScenarios(LIBRARY))('is accepted for %s', (name) => {
    const { scenario } = loadScenario(name, LIBRARY);
    const plan = expand(scenario, scenario.seed);
    const again = parseScenario(formatPlan(plan, scenario.expectations, 'json'), 'plan.yaml', strategyNames);
    expect(expand(again, again.seed)).toEqual(plain(plan));
  });

  it('draws differently with another seed, and decides the same', () => {
    expect(expand(read(TEXT), 9)).toEqual({ ...(plain(PLAN) as Plan), seed: 9 });
  });

  it('is told from a scenario by its key', () => {
    expect(['plan: 1', '# a\n\nplan:\n', '{\n "plan": {}}'].map(isPlanText)).toEqual([true, true, true]);
    expect(['version: 1\nplan: 1', '# plan: 1', 'x-plan: 1'].map(isPlanText)).toEqual([false, false, false]);
  });
});

describe('what is said of a plan that is wrong', () => {
  it.each([
    ['another version', 'version: 1', 'version: 2'],
    ['a number that is none', 'endUs: 600000000', 'endUs: 10m'],
    ['a group that is not there', 'group: 1', 'group: 7'],
    ['a strategy that is not there', 'picker: rarest-first', 'picker: rarest'],
    ['pieces that are not there', 'pieces: ', 'pieces: 0-99999 # '],
    ['pieces that are none', 'pieces: ', 'pieces: many # '],
    [
      'a peer of an event that is not there',
      'kind: loss\n      peers:\n        - 1',
      'kind: loss\n      peers:\n        - 4',
    ],
    ['a kind of event that is not there', 'kind: loss', 'kind: los'],
    ['two peers of one name', 'id: crowd-2', 'id: crowd-1'],
    ['a missing key', '  sampleUs: 1000000\n', ''],
    ['a wrong expectation', 'group=crowd', 'group=crwd'],
  ])('%s', (_, right, wrong) => {
    expect(TEXT).toContain(right);
    expect(errors(TEXT.replace(right, wrong))).toMatchSnapshot();
  });

  it('that it cannot be changed', () => {
    const overrides = parseSettings(['seed=2']);
    expect(() => parseScenario(TEXT, 'plan.yaml', STRATEGIES, { overrides })).toThrow(
      'this is a plan, which cannot be changed',
    );
  });
});
