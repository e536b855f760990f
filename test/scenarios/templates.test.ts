/** The templates: each is explained in comments, says how it is to be used, and runs green as it stands. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { expand } from '../../src/scenarios/expand.ts';
import { judge } from '../../src/scenarios/expectations/judge.ts';
import { TraceMetrics } from '../../src/scenarios/expectations/trace-metrics.ts';
import { loadScenario } from '../../src/scenarios/load-scenario.ts';
import { SimulatedRun } from '../../src/scenarios/run/simulate.ts';
import { nodeHasher } from '../support/fake-world.ts';

const FOLDER = 'src/scenarios/templates';
const names = readdirSync(FOLDER).map((file) => file.replace('.yaml', ''));
const DEADLINE_MS = 120_000;

describe('the template', () => {
  it.each(names)('%s is named like its file, with a description and comments', (name) => {
    const { scenario } = loadScenario(name, FOLDER);
    expect(scenario.name).toBe(name);
    expect(scenario.description).not.toBe('');
    const text = readFileSync(`${FOLDER}/${name}.yaml`, 'utf8');
    expect(text).toMatch(/^# /);
    expect(text.match(/^name: .*$/gm)).toEqual([`name: ${name}`]);
  });

  it.each(names)(
    '%s holds what it expects',
    (name) => {
      const { scenario } = loadScenario(name, FOLDER);
      const run = new SimulatedRun(expand(scenario, scenario.seed), nodeHasher);
      run.advance();
      const verdicts = judge(scenario.expectations, new TraceMetrics(run.finish()));
      expect(verdicts.map((verdict) => [verdict.name, verdict.status])).toEqual(
        scenario.expectations.map((expectation) => [expectation.name, 'held']),
      );
    },
    DEADLINE_MS,
  );
});
