/** `swarmlab compare` as a user has it: what it says of two runs, two sweeps and one, and when it fails. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { crowdText, expectRefused, swarmlab, temporaryFolder } from './support.ts';

const SWEPT = {
  name: 'swept',
  crowd: 6,
  more: `sweep:
  repetitions: 6
  matrix:
    peers.crowd.engine.picker: [rarest-first, sequential]
    peers.crowd.count: [4, 6]
`,
};
const SCENARIO = crowdText(SWEPT);
/** The origin with half its uplink: everything takes longer. */
const SLOWER = crowdText({ ...SWEPT, originUp: '2 Mbit/s' });

let folder = '';
const at = (...names: string[]) => join(folder, ...names);

async function made(args: readonly string[]): Promise<void> {
  const ended = await swarmlab(args, { deadlineMs: 60_000 });
  expect(ended.code, ended.stderr).toBe(0);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'swarmlab-compare-'));
  writeFileSync(at('before.yaml'), SCENARIO);
  writeFileSync(at('after.yaml'), SLOWER);
  for (const side of ['before', 'after']) {
    await made(['sweep', at(`${side}.yaml`), '--out', at(side), '--jobs', '1']);
    for (const seed of ['1', '2', '3'])
      await made(['run', at(`${side}.yaml`), '--seed', seed, '--out', at(`${side}-runs`)]);
  }
  return () => rmSync(folder, { recursive: true, force: true });
}, 120_000);

const compare = (...args: string[]) => {
  const out = temporaryFolder();
  return swarmlab(['compare', ...args, '--out', out]).then((ended) => ({ ...ended, out }));
};

describe('two sweeps', () => {
  test('that are the same hold', async () => {
    const ended = await compare(at('before', 'swept-sweep'), at('before', 'swept-sweep'));
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toContain('the scenario and the build of swarmlab are the same');
    expect(ended.stdout).toContain('the same everywhere: completion_time_max_us');
    expect(ended.stdout).toContain('Nothing is worse by more than 2 %.');
  });

  test('of which the second is slower fail, and say by how much', async () => {
    const ended = await compare(at('before', 'swept-sweep'), at('after', 'swept-sweep'));
    expect(ended).toMatchObject({ code: 1, stderr: '' });
    expect(ended.stdout).toContain('warning: the scenarios differ');
    expect(ended.stdout).toMatch(
      /✗ crowd\.engine\.picker sequential, crowd\.count 6: the slowest peer finishes \d+ % ± [\d.]+ % later with after than with before, over 6 paired seeds \(p /,
    );
    const page = readFileSync(join(ended.out, 'compare.html'), 'utf8');
    expect(page).toContain('the slowest peer finishes');
    expect(readFileSync(join(ended.out, 'compare.csv'), 'utf8').split('\n')).toHaveLength(1 + 4 * 4 + 1);
    const back = await compare(at('after', 'swept-sweep'), at('before', 'swept-sweep'));
    expect(back.code).toBe(0);
    expect(back.stdout).toContain('better');
  });

  test('have a tolerance and metrics', async () => {
    const both = [at('before', 'swept-sweep'), at('after', 'swept-sweep')];
    expect((await compare(...both, '--tolerance', '900%')).code).toBe(2);
    expect((await compare(...both, '--tolerance', '100%')).code).toBe(0);
    const json = await compare(...both, '--metric', 'seed_copies', '--json');
    const { comparisons, regressions } = JSON.parse(json.stdout);
    expect(comparisons).toHaveLength(4);
    expect(comparisons[0]).toMatchObject({ figure: { name: 'seed_copies' }, n: 6, paired: true });
    expect(regressions).toBe(comparisons.filter((each: { regression: boolean }) => each.regression).length);
  });

  test('of two builds say so', async () => {
    const other = temporaryFolder();
    cpSync(at('before', 'swept-sweep'), other, { recursive: true });
    const path = join(other, 'sweep.json');
    const record = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...record, program: 'another' }));
    const ended = await compare(at('before', 'swept-sweep'), other);
    expect(ended.stdout).toContain('the builds of swarmlab differ: what differs comes of the program');
  });

  test('fail where the second has no values any more', async () => {
    const other = temporaryFolder();
    cpSync(at('before', 'swept-sweep'), other, { recursive: true });
    const path = join(other, 'runs.ndjson');
    const rows = readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const emptied = rows.map((row) => ({ ...row, figures: row.figures.map(() => null) }));
    writeFileSync(path, emptied.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const ended = await compare(at('before', 'swept-sweep'), other);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain('Nothing could be compared');
  });
});

describe('runs', () => {
  test('one against one: a difference that fails nothing, and no interval that one run cannot give', async () => {
    const both = [at('before-runs', 'swept-1'), at('after-runs', 'swept-1')];
    const ended = await compare(...both);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const says =
      '2 metrics are worse by more than 2 %, but one run a side cannot tell a change from chance, so nothing fails.';
    expect(ended.stdout).toContain(says);
    expect(ended.stdout).not.toContain('±');
    const page = readFileSync(join(ended.out, 'compare.html'), 'utf8');
    expect(page).toContain(says);
    expect(page).toContain('over 1 paired seed: too few to tell a change from chance');
    const same = await compare(at('before-runs', 'swept-1'), at('before-runs', 'swept-1'));
    expect(same.code).toBe(0);
    expect(same.stdout).toContain('In the one run of either side nothing is worse by more than 2 %');
  });

  test('one against one fails beyond a tolerance that is named', async () => {
    const both = [at('before-runs', 'swept-1'), at('after-runs', 'swept-1')];
    const ended = await compare(...both, '--tolerance', '2%');
    expect(ended).toMatchObject({ code: 1, stderr: '' });
    expect(ended.stdout).toContain('2 regressions, by the tolerance of 2 % that was named');
    expect(ended.stdout).toMatch(/✗ the slowest peer finishes \d+ % later .*, over 1 paired seed: too few/);
    expect(readFileSync(join(ended.out, 'compare.html'), 'utf8')).toContain('by the tolerance of 2 %');
    expect((await compare(...both, '--tolerance', '100%')).code).toBe(0);
  });

  test('several against several, seed by seed', async () => {
    const ended = await compare(at('before-runs'), at('after-runs'));
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain('over 3 paired seeds');
    expect((await compare(at('before-runs'), at('before-runs', 'swept-2'))).code).toBe(0);
  });
});

describe('one sweep', () => {
  test('compares the values of any of its factors, and never fails', async () => {
    const ended = await compare(
      at('before', 'swept-sweep'),
      '--by',
      'count',
      '--metric',
      'download_time_mean_us',
    );
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toContain('swept: peers.crowd.count, each against 4');
    expect(existsSync(join(ended.out, 'compare.html'))).toBe(true);
  });
});

test.each([
  [['nowhere'], /nowhere cannot be read \(ENOENT\)/],
  [['before'], /is one side|neither/],
  [['before/swept-sweep', 'before-runs'], /one is a sweep, the other is not/],
  [['before/swept-sweep', 'before/swept-sweep', 'before/swept-sweep'], /name one sweep, or two folders/],
  [['before-runs'], /is one side: name another folder/],
  [
    ['before/swept-sweep', '--by', 'size'],
    /--by size: the sweep varies peers.crowd.engine.picker, peers.crowd.count/,
  ],
  [['before/swept-sweep', '--metric', 'seed_copy'], /did you mean "seed_copies"/],
  [['before/swept-sweep', '--tolerance', '2'], /--tolerance: /],
] as const)('%j is refused', async (args, message) => {
  const options = args.map((arg) => (arg.startsWith('before') || arg === 'nowhere' ? at(arg) : arg));
  expectRefused(await compare(...options), 2, message);
});
