/** What the command line adds to the language: settings, plans, the schema, templates, faults as JSON. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SWARMLAB } from '../support/swarmlab-cli.ts';
import { expectRefused, swarmlab, temporaryFolder, writeScenario } from './support.ts';

interface Summary {
  readonly digest: string;
}

async function digestOf(args: readonly string[], cwd: string): Promise<string> {
  const ended = await swarmlab(['run', ...args, '--json'], { cwd });
  expect(ended.code, ended.stderr).toBe(0);
  return (JSON.parse(ended.stdout) as [Summary])[0].digest;
}

describe.skipIf(!SWARMLAB)('--set', () => {
  test('changes the run, and stands in the command that repeats it', async () => {
    const cwd = temporaryFolder();
    const scenario = writeScenario(cwd);
    const ended = await swarmlab(['run', scenario, '--set', 'torrent.size=200 KiB', '--set', 'seed=5'], {
      cwd,
    });
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout).toContain('seed 5');
    expect(ended.stdout).toContain('200 KiB in pieces');
    expect(ended.stdout).toContain("--seed 5 --set 'torrent.size=200 KiB' --set seed=5");
    const set = ['--set', 'torrent.size=200 KiB'];
    const verified = await swarmlab(['run', scenario, ...set, '--verify-determinism'], { cwd });
    expect(verified.stdout).toContain('has the same digest');
  });

  test('that is wrong is refused with its place and the nearest path', async () => {
    const cwd = temporaryFolder();
    const scenario = writeScenario(cwd);
    const ended = await swarmlab(['run', scenario, '--set', 'torrent.sise=1 MiB'], { cwd });
    expectRefused(ended, 2, /--set:1:9: "torrent" has no key "sise"/, 'did you mean "torrent.size"?');
  });
});

describe.skipIf(!SWARMLAB)('--show-plan', () => {
  test.each([
    ['yaml', []],
    ['json', ['--json']],
  ])('prints a plan as %s that repeats the run, and runs nothing', async (kind, flags) => {
    const cwd = temporaryFolder();
    const scenario = writeScenario(cwd);
    const shown = await swarmlab(['run', scenario, '--seed', '4', '--show-plan', ...flags], { cwd });
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    writeFileSync(join(cwd, `plan.${kind}`), shown.stdout);
    expect(await digestOf([`plan.${kind}`, '--out', 'a'], cwd)).toBe(
      await digestOf([scenario, '--seed', '4', '--out', 'b'], cwd),
    );
  });
});

describe.skipIf(!SWARMLAB)('validate --json', () => {
  test('prints what each scenario is, or all that is wrong with it', async () => {
    const cwd = temporaryFolder();
    const scenario = writeScenario(cwd);
    writeFileSync(join(cwd, 'wrong.yaml'), readFileSync(scenario, 'utf8').replace('until', 'untli'));
    const ended = await swarmlab(['validate', scenario, 'wrong.yaml', 'nowhere.yaml', '--json'], { cwd });
    expect(ended).toMatchObject({ code: 2, stderr: '' });
    expect(JSON.parse(ended.stdout)).toMatchObject([
      { reference: scenario, valid: true },
      {
        valid: false,
        problems: [
          { file: 'wrong.yaml', message: 'missing key "until"' },
          { file: 'wrong.yaml', message: 'unknown key "untli"', suggestion: 'until' },
        ],
      },
      { valid: false, problems: [], message: 'nowhere.yaml: there is no such file' },
    ]);
  });
});

describe.skipIf(!SWARMLAB)('init', () => {
  test('writes a template under a name, and never over anything', async () => {
    const cwd = temporaryFolder();
    expect(await swarmlab(['init', 'first-try', '--template', 'lesson'], { cwd })).toMatchObject({ code: 0 });
    const text = readFileSync(join(cwd, 'first-try.yaml'), 'utf8');
    expect(text).toMatch(/^name: first-try$/m);
    expect(text).toContain('swarmlab fork first-try.yaml');
    expect(await swarmlab(['validate', 'first-try.yaml'], { cwd })).toMatchObject({ code: 0 });
    expectRefused(await swarmlab(['init', 'first-try'], { cwd }), 2, 'first-try.yaml is there already');
    expect(readFileSync(join(cwd, 'first-try.yaml'), 'utf8')).toBe(text);
  });

  test.each([
    [['--template', 'leson'], 'did you mean "lesson"?'],
    [['../up'], 'cannot be the name of a scenario'],
    [['Name'], 'lower-case letters'],
  ])('%j is refused', async (args, says) => {
    expectRefused(await swarmlab(['init', ...args], { cwd: temporaryFolder() }), 2, says);
  });
});

describe.skipIf(!SWARMLAB)('list', () => {
  test('names templates and metrics too', async () => {
    const { stdout } = await swarmlab(['list']);
    for (const name of ['lesson', 'peer.download_time', 'adsl', 'rarest-first', 'flash-crowd']) {
      expect(stdout).toContain(name);
    }
    const all = JSON.parse((await swarmlab(['list', '--json'])).stdout) as Record<string, unknown[]>;
    for (const names of Object.values(all)) expect(names.length).toBeGreaterThan(0);
    expect(Object.keys(all)).toEqual(expect.arrayContaining(['templates', 'metrics', 'scenarios']));
  });
});

describe.skipIf(!SWARMLAB)('schema', () => {
  test('prints JSON Schema', async () => {
    const { code, stdout } = await swarmlab(['schema']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#' });
  });
});
