/** Files that a scenario names are looked for beside the scenario. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadScenario } from '../../src/scenarios/load-scenario.ts';
import { small } from './support.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'swarmlab-load-'));
  mkdirSync(join(folder, 'traces'));
  writeFileSync(join(folder, 'traces', 'a.csv'), 'arrive_s\n1\n2\n3\n');
  writeFileSync(join(folder, 'wrong.csv'), 'arrive\n1\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

function load(csv: string) {
  const path = join(folder, 'scenario.yaml');
  writeFileSync(path, small('count: 3', `count: 3\n    arrive: { csv: ${csv} }`));
  return loadScenario(path, folder).scenario;
}

describe('loadScenario', () => {
  it('reads files by a path from the folder of the scenario, or an absolute one', () => {
    const arrive = { process: 'trace', timesUs: [1_000_000, 2_000_000, 3_000_000] };
    expect(load('traces/a.csv').groups[1]?.arrive).toEqual(arrive);
    expect(load(join(folder, 'traces', 'a.csv')).groups[1]?.arrive).toEqual(arrive);
  });

  it('reads bases from the folder of the file that extends them, or from the library', () => {
    const path = join(folder, 'traces', 'upon.yaml');
    writeFileSync(
      join(folder, 'base.yaml'),
      small('count: 3', 'count: 3\n    arrive: { csv: traces/a.csv }'),
    );
    writeFileSync(path, 'extends: ../base.yaml\nname: upon\n');
    expect(loadScenario(path, folder).scenario.groups[1]?.arrive).toMatchObject({ process: 'trace' });
    writeFileSync(path, 'extends: base\nname: upon\n');
    expect(loadScenario(path, folder).scenario.groups).toHaveLength(2);
    writeFileSync(path, 'extends: bsae\nname: upon\n');
    expect(() => loadScenario(path, folder)).toThrow('"bsae" is not in the library');
  });

  it('names the file that is wrong', () => {
    expect(() => load('wrong.csv')).toThrow(`${join(folder, 'wrong.csv')}:2:1: "1" has no unit`);
  });

  it.each([
    ['nowhere.csv', 'scenario.yaml:11:20: there is no file "nowhere.csv"'],
    ['traces', '"traces" is not a file'],
    ['/dev/zero', '"/dev/zero" is not a file'],
    ['"a\\0b"', 'cannot be read'],
  ])('refuses %s', (csv, message) => {
    expect(() => load(csv)).toThrow(message);
  });
});
