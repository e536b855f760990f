/** Values laid over a scenario by `--set`: what they do, and what is said of those that are wrong. */
import { describe, expect, it } from 'vitest';
import { formatScenarioErrors, ScenarioError } from '../../src/scenarios/errors.ts';
import { parseSettings } from '../../src/scenarios/overrides.ts';
import { parseScenario } from '../../src/scenarios/parse.ts';
import type { Scenario } from '../../src/scenarios/scenario.ts';
import { SMALL, STRATEGIES } from './support.ts';

function set(...settings: string[]): Scenario {
  return parseScenario(SMALL, 'test.yaml', STRATEGIES, { overrides: parseSettings(settings) });
}

function errors(...settings: string[]): string {
  try {
    set(...settings);
  } catch (error) {
    if (error instanceof ScenarioError) return formatScenarioErrors(error);
    throw error;
  }
  throw new Error('the scenario was accepted');
}

describe('--set', () => {
  it.each([
    ['seed=7', (s: Scenario) => s.seed, 7],
    ['peers.crowd.count=40', (s: Scenario) => s.groups[1]?.count, 40],
    ['peers.1.count=40', (s: Scenario) => s.groups[1]?.count, 40],
    ['peers.crowd.engine.picker=random', (s: Scenario) => s.groups[1]?.engine.picker, 'random'],
    ['time.until = 5m', (s: Scenario) => s.time.untilUs, 300e6],
    ['torrent={ size: 1 MiB, piece: 64 KiB }', (s: Scenario) => s.torrent.pieceLengthBytes, 65536],
    ['expect.0.name=all=one', (s: Scenario) => s.expectations[0]?.name, 'all=one'],
    ['peers.seed.have=~', (s: Scenario) => s.groups[0]?.have, 'none'],
  ])('%s', (setting, read, expected) => {
    expect(read(set(setting))).toEqual(expected);
  });

  it('takes the last of several for one key, and lays them in turn', () => {
    expect(set('seed=2', 'seed=3').seed).toBe(3);
    const { groups } = set('peers.crowd.engine={ picker: random }', 'peers.crowd.engine.upload-slots=2');
    expect(groups[1]?.engine).toMatchObject({ picker: 'random', uploadSlots: 2 });
  });

  it('leaves a group alone that shares its keys by an alias', () => {
    const text = SMALL.replace('  - group: seed', '  - &seed\n    group: seed').replace(
      'expect:',
      '  - { <<: *seed, group: other }\nexpect:',
    );
    const overrides = parseSettings(['peers.seed.link.up=9 Mbit/s']);
    const { groups } = parseScenario(text, 'test.yaml', STRATEGIES, { overrides });
    expect(groups[0]?.link).not.toEqual(groups[2]?.link);
  });
});

describe('what is said of a setting that is wrong', () => {
  it.each([
    ['peers.crowd.engine.pickr=random'],
    ['engine.picker=random'],
    ['peers.crowd.picker=random'],
    ['peers.crwd.count=3'],
    ['peers.7.count=3'],
    ['peers.crowd.engine.picker=rndom'],
    ['peers.crowd.count=many'],
    ['peers.crowd.link={ adsl: 70%, fibr: 30% }'],
    ['time.until=10'],
    ['name=~'],
    ['name.first=x'],
    ['extends=flash-crowd'],
    ['expect.0.that=p95(peer.download_tim) < 5m'],
    ['peers.crowd.count'],
    ['=3'],
    ['time.until=['],
    ['seed=*a'],
  ])('%s', (setting) => {
    expect(errors(setting)).toMatchSnapshot();
  });

  it('is said of all at once, with the faults of the file', () => {
    expect(errors('sede=2', 'time.until=10', 'peers.crowd.count=0')).toContain('3 problems');
  });
});
