/** Baselines: written, compared with, reviewed; nothing that is there is changed in passing. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatDuration } from '../../src/scenarios/unit-text.ts';
import { SWARMLAB } from '../support/swarmlab-cli.ts';
import { type Ended, expectRefused, scenarioText, swarmlab, temporaryFolder } from './support.ts';

const EXPECTATION = 'max(peer.completion_time) <= 110% of baseline';
const SLOWER = '{ down: 20 Mbit/s, up: 5 Mbit/s, latency: 5ms }';

interface Kept {
  readonly seed?: number;
  readonly values: readonly { expression: string; value: number; unit: string; tolerance: number }[];
}

function project(): {
  readonly folder: string;
  readonly write: (changes?: Parameters<typeof scenarioText>[0]) => void;
  readonly run: (...args: string[]) => Promise<Ended>;
  readonly kept: () => Kept;
} {
  const folder = temporaryFolder();
  const write = (changes: Parameters<typeof scenarioText>[0] = {}): void =>
    writeFileSync(join(folder, 'small.yaml'), scenarioText({ expectation: EXPECTATION, ...changes }));
  write();
  return {
    folder,
    write,
    run: (...args) => swarmlab(args, { cwd: folder }),
    kept: () => JSON.parse(readFileSync(join(folder, 'small.baseline.json'), 'utf8')) as Kept,
  };
}

describe.skipIf(!SWARMLAB)('a baseline', () => {
  test('is written beside the scenario, and a run that is no worse is green', async () => {
    const { run, kept } = project();
    const before = await run('run', 'small.yaml');
    expect(before.code).toBe(1);
    expect(before.stdout).toContain('there is no baseline of max(peer.completion_time)');
    const updated = await run('baseline', 'update', 'small.yaml');
    expect(updated, updated.stderr).toMatchObject({ code: 0 });
    expect(updated.stdout).toMatch(
      /^ {2}\+ max\(peer\.completion_time\) {2}none → \S+ ± 5 %\n\nwrote small\.baseline\.json\n$/,
    );
    expect(kept()).toMatchObject({
      version: 1,
      scenario: 'small',
      seed: 4,
      values: [{ expression: 'max(peer.completion_time)', unit: 'us', tolerance: 0.05 }],
    });
    expect((await run('run', 'small.yaml')).code).toBe(0);
  });

  test('turns a run that is worse red, with both numbers', async () => {
    const { run, write, kept } = project();
    await run('baseline', 'update', 'small.yaml');
    write({ line: SLOWER });
    const ended = await run('run', 'small.yaml', '--reporter', 'line');
    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(
      /all of it: (\S+) \(crowd-\d\), expected at most (\S+) \(\S+ or \S+ % too much\)/,
    );
    const [, measured, allowed] = /all of it: (\S+) .* at most (\S+) /.exec(ended.stdout) ?? [];
    expect(allowed).toBe(formatDuration(1.1 * (kept().values[0]?.value as number)));
    expect(measured).not.toBe(allowed);
  });

  test('does not follow the runs: what is there changes with --accept alone', async () => {
    const { run, write, kept, folder } = project();
    await run('baseline', 'update', 'small.yaml');
    const first = kept();
    write({ line: SLOWER });
    const refused = await run('baseline', 'update', 'small.yaml');
    expect(refused.code).toBe(1);
    expect(refused.stdout).toMatch(
      / {2}~ max\(peer\.completion_time\) {2}\S+ ± 5 % → \S+ ± 5 % \(\+\S+ %\), outside of its tolerance\n/,
    );
    expect(refused.stdout).toContain(
      'small.baseline.json stays as it is\n1 of 1 would change; if that is meant: npx swarmlab baseline update small.yaml --accept\n',
    );
    expect(kept()).toEqual(first);
    const wider = await run('baseline', 'update', 'small.yaml', '--tolerance', '50%');
    expect(wider.code).toBe(1);
    expect(kept()).toEqual(first);
    const accepted = await run('baseline', 'update', 'small.yaml', '--accept');
    expect(accepted.code).toBe(0);
    expect(kept().values[0]?.value).toBeGreaterThan(first.values[0]?.value as number);
    expect((await run('run', 'small.yaml')).code).toBe(0);
    const same = await run('baseline', 'update', 'small.yaml');
    expect(same).toMatchObject({ code: 0, stdout: expect.stringContaining('stays as it is') });
    expect(existsSync(join(folder, 'reports', 'small-4'))).toBe(true);
  });

  test('over several seeds it is their median, and belongs to no seed', async () => {
    const { run, kept } = project();
    const ended = await run(
      'baseline',
      'update',
      'small.yaml',
      '--repeat',
      '3',
      '--tolerance',
      '8%',
      '--json',
    );
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(ended.stdout)).toMatchObject({ written: true, values: [{ kind: 'added' }] });
    expect(kept().seed).toBeUndefined();
    expect(kept().values[0]?.tolerance).toBe(0.08);
  });

  test('a file of another name is named, and so in the command that replays', async () => {
    const { run, folder } = project();
    expect((await run('baseline', 'update', 'small.yaml', '--baseline', 'other.json')).code).toBe(0);
    expect(existsSync(join(folder, 'small.baseline.json'))).toBe(false);
    const ended = await run('run', 'small.yaml', '--baseline', 'other.json');
    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain('again   npx swarmlab run small.yaml --seed 4 --baseline other.json\n');
  });

  test.each([
    ['not JSON', '{', /^small\.baseline\.json:1:\d+: /m],
    ['an unknown key', '{ "version": 1, "scenario": "small", "values": [], "x": 1 }', 'unknown key "x"'],
    [
      'a wrong value',
      '{ "version": 1, "scenario": "small", "values": [{ "expression": "a", "value": "b", "unit": "", "tolerance": 0 }] }',
      /small\.baseline\.json:1:\d+:[\s\S]*expected a number/,
    ],
    ['another version', '{ "version": 2, "scenario": "small", "values": [] }', 'expected version 1'],
    [
      "another scenario's",
      '{ "version": 1, "scenario": "large", "values": [] }',
      'is the baseline of "large", not of "small"',
    ],
  ])('with %s is refused before anything runs', async (_, text, message) => {
    const { run, folder } = project();
    writeFileSync(join(folder, 'small.baseline.json'), text);
    expectRefused(await run('run', 'small.yaml'), 2, message);
    expect(existsSync(join(folder, 'reports'))).toBe(false);
  });

  test('of what nobody compares, or with a tolerance that is none, is refused', async () => {
    const { run, write } = project();
    expectRefused(await run('baseline', 'update', 'small.yaml', '--tolerance', '5'), 2, '--tolerance: ');
    expectRefused(await run('run', 'small.yaml', '--baseline', 'none.json'), 2, 'cannot be read (ENOENT)');
    write({ expectation: 'fraction(peer.complete) == 1' });
    expectRefused(
      await run('baseline', 'update', 'small.yaml'),
      2,
      'no expectation of small compares with a baseline',
    );
  });
});
