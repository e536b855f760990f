/** `swarmlab run` with many seeds, parts, bounds and reporters, as a CI service uses it. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SWARMLAB } from '../support/swarmlab-cli.ts';
import { parseXml } from '../support/xml.ts';
import {
  expectNoStackTrace,
  expectRefused,
  swarmlab,
  swarmlabProgram,
  temporaryFolder,
  writeScenario,
} from './support.ts';

/** No peer completes within a millisecond. */
const RED = { name: 'red', expectation: 'max(peer.completion_time) < 1ms' };

function foldersIn(out: string): string[] {
  return existsSync(out) ? readdirSync(out).sort() : [];
}

describe.skipIf(!SWARMLAB)('many seeds', () => {
  test('--repeat runs from the first seed up and judges over all', async () => {
    const folder = temporaryFolder();
    const scenario = writeScenario(folder);
    const ended = await swarmlab([
      'run',
      scenario,
      '--seed',
      '8',
      '--repeat',
      '3',
      '--out',
      join(folder, 'out'),
    ]);
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    expect(foldersIn(join(folder, 'out'))).toEqual(['small-10', 'small-8', 'small-9']);
    expect(ended.stdout).toMatch(/^✓ small seed 8 · 1 of 1 held/m);
    expect(ended.stdout).toContain(
      'small over 3 seeds (8 to 10)\n  ✓ all of it  held in all 3, worst with seed 8: 4 of 4 (100 %)',
    );
    expect(ended.stdout).toContain('3 of 3 runs carried out, 0 red\n');
  });

  test('each failed seed has its command, and it repeats that run', async () => {
    const folder = temporaryFolder();
    const scenario = writeScenario(folder, RED);
    const ended = await swarmlab(['run', scenario, '--repeat', '2', '--payload', 'bytes', '--out', 'a'], {
      cwd: folder,
    });
    expect(ended.code).toBe(1);
    const commands = [...ended.stdout.matchAll(/^ {2}again {3}npx swarmlab (.*)$/gm)].map(([, words]) =>
      String(words).split(' '),
    );
    expect(commands.map((words) => words.slice(2))).toEqual(
      [4, 5].map((seed) => ['--seed', `${seed}`, '--payload', 'bytes']),
    );
    const again = await swarmlab([...(commands[1] as string[]), '--out', 'b'], { cwd: folder });
    expect(again.code).toBe(1);
    const summary = (out: string): string => readFileSync(join(folder, out, 'red-5/summary.json'), 'utf8');
    expect(summary('b')).toBe(summary('a'));
  });

  test('the parts of --shard together are all runs, each once', async () => {
    const folder = temporaryFolder();
    const names = ['one', 'two'].map((name) => writeScenario(folder, { name }));
    const parts: string[][] = [];
    for (const part of ['1/3', '2/3', '3/3']) {
      const out = join(folder, part.replace('/', '-'));
      const ended = await swarmlab(['run', ...names, '--repeat', '2', '--shard', part, '--out', out]);
      expect(ended, ended.stderr).toMatchObject({ code: 0 });
      parts.push(foldersIn(out));
    }
    expect(parts).toEqual([['one-4', 'two-5'], ['one-5'], ['two-4']]);
    const empty = await swarmlab([
      'run',
      names[0] as string,
      '--shard',
      '2/2',
      '--out',
      join(folder, 'empty'),
    ]);
    expect(empty).toMatchObject({ code: 0, stdout: '' });
    expect(empty.stderr).toContain('nothing falls to part 2/2');
  });

  test('--jobs runs several at a time, and everything is said as by one', async () => {
    const folder = temporaryFolder();
    const scenarios = [writeScenario(folder), writeScenario(folder, RED)];
    const said = async (jobs: string): Promise<{ code: number | null; lines: string; events: string }> => {
      const reporters = ['--reporter', 'line', '--reporter', `ndjson=${jobs}.ndjson`];
      const args = [
        'run',
        ...scenarios,
        '--repeat',
        '3',
        '--jobs',
        jobs,
        '--out',
        `out-${jobs}`,
        ...reporters,
      ];
      const { code, stdout, stderr } = await swarmlab(args, { cwd: folder });
      // On a slow machine there is a line of progress now and then, and nothing else.
      expect(stderr.replaceAll(/^ {2}\d of \d runs done\n/gm, '')).toBe('');
      const events = readFileSync(join(folder, `${jobs}.ndjson`), 'utf8').replaceAll(`out-${jobs}`, 'out');
      return { code, lines: stdout, events };
    };
    const one = await said('1');
    expect(one.code).toBe(1);
    expect(await said('3')).toEqual(one);
    expect(foldersIn(join(folder, 'out-3'))).toEqual(foldersIn(join(folder, 'out-1')));
    const bailed = await swarmlab([
      'run',
      ...[...scenarios].reverse(),
      '--jobs',
      '2',
      '--bail',
      '--out',
      join(folder, 'bailed'),
    ]);
    expect(bailed.code).toBe(1);
    expect(bailed.stdout).toContain(
      '1 of 2 runs carried out, 1 red\n  stopped at the first red run (--bail)',
    );
    expectRefused(await swarmlab(['run', ...scenarios, '--jobs', '0']), 2, '--jobs is at least 1');
  });

  test('interrupted, all that is under way is kept', async () => {
    const folder = temporaryFolder();
    const out = join(folder, 'out');
    const scenario = writeScenario(folder, { line: '{ down: 8 kbit/s, up: 8 kbit/s, latency: 1ms }' });
    const args = [
      'run',
      scenario,
      '--net',
      'sockets',
      '--repeat',
      '4',
      '--jobs',
      '2',
      '--budget',
      '4s',
      '--out',
      out,
    ];
    const ended = await swarmlabProgram([...args, '--json']);
    expect(ended, ended.stderr).toMatchObject({ code: 4 });
    expectNoStackTrace(ended.stderr);
    expect(JSON.parse(ended.stdout)).toMatchObject([
      { seed: 4, outcome: 'budget' },
      { seed: 5, outcome: 'budget' },
    ]);
    expect(foldersIn(out)).toEqual(['small-4', 'small-5']);
  });

  test('--bail ends at the first red run and says what was left out', async () => {
    const folder = temporaryFolder();
    const out = join(folder, 'out');
    const args = [
      'run',
      writeScenario(folder),
      writeScenario(folder, RED),
      writeScenario(folder, { name: 'third' }),
    ];
    const ended = await swarmlab([...args, '--bail', '--out', out, '--reporter', 'junit=j.xml'], {
      cwd: folder,
    });
    expect(ended.code).toBe(1);
    expect(foldersIn(out)).toEqual(['red-4', 'small-4']);
    expect(ended.stdout).toContain(
      '2 of 3 runs carried out, 1 red\n  stopped at the first red run (--bail); 1 of 3 were not finished\n',
    );
    const suites = parseXml(readFileSync(join(folder, 'j.xml'), 'utf8')).children;
    expect(
      suites.map(({ attributes }) => [attributes.name, attributes.failures, attributes.skipped]),
    ).toEqual([
      ['small seed 4', '0', '0'],
      ['red seed 4', '1', '0'],
      ['third seed 4', '0', '1'],
    ]);
  });
});

describe.skipIf(!SWARMLAB)('bounds and choices', () => {
  test('--budget ends with 4, and keeps what there is', async () => {
    const folder = temporaryFolder();
    const out = join(folder, 'out');
    // Minutes of real time, were it not for the budget.
    const scenario = writeScenario(folder, { line: '{ down: 8 kbit/s, up: 8 kbit/s, latency: 1ms }' });
    const args = ['run', scenario, '--net', 'sockets', '--repeat', '2', '--budget', '2s', '--out', out];
    const ended = await swarmlab([...args, '--reporter', 'junit=j.xml'], { cwd: folder });
    expect(ended, ended.stderr).toMatchObject({ code: 4 });
    expectNoStackTrace(ended.stderr);
    expect(ended.stdout).toContain('the time of --budget ran out; 1 of 2 were not finished');
    expect(foldersIn(out)).toEqual(['small-4']);
    expect(JSON.parse(readFileSync(join(out, 'small-4/summary.json'), 'utf8'))).toMatchObject({
      interrupted: true,
    });
    expect(parseXml(readFileSync(join(folder, 'j.xml'), 'utf8')).attributes.errors).toBe('1');
  });

  test('--grep picks scenarios by name, and ends with 5 where it matches none', async () => {
    const folder = temporaryFolder();
    const out = join(folder, 'out');
    const names = ['one', 'two'].map((name) => writeScenario(folder, { name }));
    expect((await swarmlab(['run', ...names, '--grep', 'tw', '--out', out])).code).toBe(0);
    expect(foldersIn(out)).toEqual(['two-4']);
    expectRefused(
      await swarmlab(['run', ...names, '--grep', 'zzz']),
      5,
      'no scenario has "zzz" in its name',
      'there are: one, two',
    );
  });

  test.each([
    [['--shard', '3/2'], '--shard 3/2: a part and the number of parts, such as 1/4'],
    [['--shard', 'x'], 'such as 1/4'],
    [['--repeat', '0'], '--repeat is at least 1'],
    [['--budget', '5'], /--budget: [\s\S]*such as 5m/],
    [['--reporter', 'junt'], 'did you mean "junit"?'],
    [['--reporter', 'junit='], 'a file name is missing'],
    [['--reporter', 'junit', '--json'], 'cannot share stdout'],
    [['--reporter', 'junit=small.yaml/x'], 'cannot write'],
  ])('%j is refused', async (options, message) => {
    const folder = temporaryFolder();
    const args = ['run', writeScenario(folder), '--out', 'out', ...options];
    expectRefused(await swarmlab(args, { cwd: folder }), 2, message);
    expect(foldersIn(join(folder, 'out'))).toEqual([]);
  });

  test('two runs that would write one folder are refused', async () => {
    const folder = temporaryFolder();
    const scenario = writeScenario(folder);
    expectRefused(await swarmlab(['run', scenario, scenario]), 2, 'two runs would write the folder small-4');
  });
});

describe.skipIf(!SWARMLAB)('reporters', () => {
  test('several at once, to stdout and to files', async () => {
    const folder = temporaryFolder();
    const args = [
      'run',
      writeScenario(folder, RED),
      '--out',
      'out',
      '--reporter',
      'json',
      '--reporter',
      'pretty',
    ];
    const ended = await swarmlab(
      [
        ...args,
        '--reporter',
        'junit=deep/j.xml',
        '--reporter',
        'markdown=s.md',
        '--reporter',
        'ndjson=e.ndjson',
        '--reporter',
        'line=l.txt',
      ],
      { cwd: folder },
    );
    expect(ended.code).toBe(1);
    expect(JSON.parse(ended.stdout)).toMatchObject([
      { scenario: 'red', outcome: 'failed', replay: expect.stringContaining('--seed 4') },
    ]);
    expect(ended.stderr).toContain('✗ all of it');
    const file = (name: string): string => readFileSync(join(folder, name), 'utf8');
    expect(parseXml(file('deep/j.xml')).attributes).toMatchObject({ tests: '1', failures: '1' });
    expect(file('s.md')).toContain('| ❌ | all of it |');
    expect(
      file('e.ndjson')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).event),
    ).toEqual(['begin', 'started', 'verdict', 'ended', 'end']);
    expect(file('l.txt')).toContain('✗ red seed 4');
    expect(readdirSync(join(folder, 'deep'))).toEqual(['j.xml']);
  });

  test.each(['ndjson', 'junit', 'markdown'])(
    '%s alone on stdout leaves the words to stderr',
    async (name) => {
      const folder = temporaryFolder();
      const ended = await swarmlab(['run', writeScenario(folder), '--out', folder, '--reporter', name]);
      expect(ended.code).toBe(0);
      expect(ended.stdout).not.toContain('✓ all of it');
      expect(ended.stdout).toMatch(/^[{<#]/);
      expect(ended.stderr).toContain('✓ all of it');
    },
  );

  test('in GitHub Actions the line of the file is annotated and the job has a summary', async () => {
    const folder = temporaryFolder();
    writeScenario(folder, RED);
    const summary = join(folder, 'summary');
    writeFileSync(summary, 'before\n');
    const env = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: folder, GITHUB_STEP_SUMMARY: summary };
    const ended = await swarmlab(['run', 'red.yaml', '--reporter', 'line', '--reporter', 'markdown'], {
      cwd: folder,
      env,
    });
    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(/^::error file=red\.yaml,line=11,col=31,title=red%2C seed 4%3A all of it/m);
    expect(readFileSync(summary, 'utf8')).toMatch(/^before\n## ❌ swarmlab: 0 of 1 run green\n/);
    expect(ended.stdout).not.toContain('## ');
  });

  test('in GitHub Actions a wrong scenario is annotated too', async () => {
    const folder = temporaryFolder();
    const path = writeScenario(folder);
    writeFileSync(path, readFileSync(path, 'utf8').replace('size:', 'siez:'));
    const env = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: folder };
    const ended = await swarmlab(['run', 'small.yaml'], { cwd: folder, env });
    expectRefused(
      ended,
      2,
      /^::error file=small\.yaml,line=6,col=\d+,title=wrong scenario%2C nothing was run::unknown key "siez"/m,
    );
  });
});
