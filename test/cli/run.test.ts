/** `swarmlab run` and `validate` as a user meets them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { writeFile as writeFileLater } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { endProcesses, runToEnd } from '../support/processes.ts';
import { SWARMLAB, startSwarmlab } from '../support/swarmlab-cli.ts';
import {
  expectNoStackTrace,
  expectRefused,
  PROGRAM,
  scenarioText,
  swarmlab,
  swarmlabProgram,
  temporaryFolder,
  writeScenario,
} from './support.ts';

const DEADLINE_MS = 30_000;
const FILES = [
  'events.csv',
  'expectations.csv',
  'peers.csv',
  'pieces.csv',
  'report.html',
  'run.json',
  'samples.csv',
  'summary.json',
  'trace.swarmtrace',
];

describe.skipIf(!SWARMLAB)('swarmlab run', () => {
  afterEach(endProcesses);

  test('prints verdicts and a summary, writes the run folder and says where the report is', async () => {
    const folder = temporaryFolder();
    const scenario = writeScenario(folder);
    const ended = await swarmlabProgram(['run', scenario, '--out', join(folder, 'deep', 'out')]);
    expect(ended, ended.stderr).toMatchObject({ code: 0, stderr: '' });
    const runFolder = join(folder, 'deep', 'out', 'small-4');
    expect(ended.stdout).toMatch(/✓ all of it {2}4 of 4 \(100 %\), expected 100 %\n {2}It held\.\n/);
    expect(ended.stdout).toContain('3 of 3 peers completed 512 KiB\n');
    const shares = [...ended.stdout.matchAll(/ sent .*, (\S+) % of all that was sent$/gm)].map((match) =>
      Number(match[1]),
    );
    expect(shares).toHaveLength(2);
    expect((shares[0] as number) + (shares[1] as number)).toBeCloseTo(100, 0);
    expect(ended.stdout).toContain(`report  ${join(runFolder, 'report.html')}\n`);
    expect(ended.stdout).toContain(`again   npx swarmlab run ${scenario} --seed 4\n`);
    expect(readdirSync(runFolder).sort()).toEqual(FILES);
    expect(readdirSync(join(folder, 'deep', 'out'))).toEqual(['small-4']);
  });

  test('the command that it names repeats the run', async () => {
    const folder = temporaryFolder();
    const first = await swarmlab(['run', writeScenario(folder), '--seed', '77', '--out', 'a'], {
      cwd: folder,
    });
    const again = /again {3}npx swarmlab (.*)/.exec(first.stdout)?.[1]?.split(' ') ?? [];
    expect(again).toContain('77');
    const second = await swarmlab([...again, '--out', 'b'], { cwd: folder });
    const summary = (out: string): string => readFileSync(join(folder, out, 'small-77/summary.json'), 'utf8');
    expect(second.code).toBe(0);
    expect(summary('b')).toBe(summary('a'));
  });

  test('writes to reports/ where nothing else is said', async () => {
    const folder = temporaryFolder();
    const ended = await swarmlab(['run', writeScenario(folder)], { cwd: folder });
    expect(ended.code).toBe(0);
    expect(readdirSync(join(folder, 'reports'))).toEqual(['small-4']);
  });

  test('exits with 1 when an expectation fails, and shows by what', async () => {
    const folder = temporaryFolder();
    const scenario = writeScenario(folder, { expectation: 'max(peer.completion_time) < 1ms' });
    const ended = await swarmlabProgram(['run', scenario, '--out', folder]);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(
      /✗ all of it {2}\S+ \(crowd-\d\), expected less than 1ms\n {2}1 of 1 did not hold\./,
    );
    expectNoStackTrace(ended.stdout + ended.stderr);
    expect(readFileSync(join(folder, 'small-4/report.html'), 'utf8')).toContain('expected less than 1ms');
  });

  test('exits with 1 when nothing is expected', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'idle.yaml');
    writeFileSync(path, scenarioText().replace(/expect:[\s\S]*/, ''));
    const ended = await swarmlab(['run', path, '--out', folder]);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain('no data: the scenario has no expectation');
  });

  test('runs several scenarios and exits with the worst of their codes', async () => {
    const folder = temporaryFolder();
    const bad = writeScenario(folder, { name: 'bad', expectation: 'count(peer.sent) == 9' });
    const good = writeScenario(folder, { name: 'good' });
    const out = join(folder, 'out');
    const ended = await swarmlab(['run', bad, good, '--out', out]);
    expect(ended.code).toBe(1);
    expect(readdirSync(out).sort()).toEqual(['bad-4', 'good-4']);
  });

  test('--json puts JSON alone on stdout and the words on stderr', async () => {
    const folder = temporaryFolder();
    const ended = await swarmlab(['run', writeScenario(folder), '--out', folder, '--json']);
    expect(ended.code).toBe(0);
    expect(JSON.parse(ended.stdout)).toMatchObject([
      {
        scenario: 'small',
        seed: 4,
        network: 'sim',
        interrupted: false,
        folder: join(folder, 'small-4'),
        digest: expect.stringMatching(/^[0-9a-f]{32}$/),
        verdicts: [{ name: 'all of it', status: 'held', left: { value: 1 } }],
      },
    ]);
    expect(ended.stderr).toContain('✓ all of it');
  });

  test('colours only when asked to where there is no terminal', async () => {
    const folder = temporaryFolder();
    const args = ['run', writeScenario(folder), '--out', folder];
    const said = async (env: Record<string, string>): Promise<string> => {
      const { stdout, stderr } = await swarmlabProgram(args, { env });
      return stdout + stderr;
    };
    expect(await said({})).not.toContain('\u001b');
    expect(await said({ FORCE_COLOR: '1' })).toContain('\u001b[32m');
    expect(await said({ FORCE_COLOR: '1', NO_COLOR: '1' })).not.toContain('\u001b');
  });

  test('finishes and tells the truth when nobody reads what it says', async () => {
    const folder = temporaryFolder();
    const scenario = writeScenario(folder, { expectation: 'count(peer.sent) == 9' });
    const child = spawn(process.execPath, [PROGRAM, 'run', scenario, '--out', folder]);
    child.stdout.destroy();
    child.stderr.destroy();
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(code).toBe(1);
    expect(readdirSync(join(folder, 'small-4')).sort()).toEqual(FILES);
  });

  test('replaces the older folder of the same run', async () => {
    const folder = temporaryFolder();
    const args = ['run', writeScenario(folder), '--out', folder];
    await swarmlab(args);
    writeFileSync(join(folder, 'small-4', 'stale'), '');
    expect((await swarmlab(args)).code).toBe(0);
    expect(readdirSync(join(folder, 'small-4')).sort()).toEqual(FILES);
  });

  test.each([
    ['simulation', 'sim', { size: '256 MiB', leechers: 60 }],
    ['real sockets', 'sockets', { line: '{ down: 8 kbit/s, up: 8 kbit/s, latency: 1ms }' }],
  ])('interrupted in %s it exits with 130 and keeps what there is', async (_, network, changes) => {
    const folder = temporaryFolder();
    const out = join(folder, 'out');
    const scenario = writeScenario(folder, changes);
    const child = startSwarmlab(['run', scenario, '--out', out, '--net', network]);
    await child.line(/^small · seed 4/, DEADLINE_MS);
    child.kill('SIGINT');
    const exit = await child.ended(DEADLINE_MS);
    expect(exit, child.transcript()).toEqual({ code: 130, signal: null });
    expectNoStackTrace(child.lines.join('\n'));
    expect(child.lines.join('\n')).toContain('interrupted: the report shows what had happened until then');
    expect(readdirSync(out)).toEqual(['small-4']);
    expect(readdirSync(join(out, 'small-4')).sort()).toEqual(FILES);
    expect(JSON.parse(readFileSync(join(out, 'small-4/summary.json'), 'utf8'))).toMatchObject({
      interrupted: true,
      network,
    });
  });

  test('on real sockets it comes to the same verdicts', async () => {
    const folder = temporaryFolder();
    const ended = await swarmlab(['run', writeScenario(folder), '--out', folder, '--net', 'sockets']);
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    expect(ended.stdout).toContain('4 of 4 (100 %), expected 100 %');
    expect(ended.stdout).toContain('--net sockets\n');
  });

  test('--verify-determinism says that a second run is the same', async () => {
    const folder = temporaryFolder();
    const out = join(folder, 'out');
    const args = ['run', writeScenario(folder), '--out', out, '--seed', '8', '--verify-determinism'];
    const ended = await swarmlab(args);
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    expect(ended.stdout).toContain('deterministic: a second run in a fresh process has the same digest');
    expect(readdirSync(out)).toEqual(['small-8']);
  });

  test('--verify-determinism exits with 3 when the second run is another', async () => {
    const folder = temporaryFolder();
    // Each of the two reads the pipe to its end, and gets another text.
    const pipe = join(folder, 'small.yaml');
    await runToEnd('mkfifo', [pipe], DEADLINE_MS);
    const child = startSwarmlab(['run', pipe, '--out', join(folder, 'out'), '--verify-determinism']);
    await writeFileLater(pipe, scenarioText({ leechers: 4 }));
    await child.line(/^small · seed 4/, DEADLINE_MS);
    await writeFileLater(pipe, scenarioText({ leechers: 3 }));
    const exit = await child.ended(DEADLINE_MS);
    expect(exit, child.transcript()).toEqual({ code: 3, signal: null });
    expect(child.outputLines.join('\n')).toMatch(/not deterministic: /);
    expectNoStackTrace(child.lines.join('\n'));
  });

  test.each([
    [['--verify-determinism'], '--verify-determinism is for simulated runs only'],
    [['--payload', 'bytes'], '--payload is for simulated runs only'],
    [['--set', 'peers.crowd.nat=symmetric'], 'real sockets cannot do what small asks for: NAT'],
    [
      ['--set', 'peers.crowd.link.loss=1%'],
      'loss of packets\n  run it in simulation, or leave that out with',
    ],
    [
      ['--set', 'time.until=30d', '--set', 'time.sample=1h'],
      'it lasts up to 30d of real time, and 12h is the most',
    ],
    [['--set', 'peers.crowd.count=300'], '301 peers, and 250 are the most'],
    [
      ['--set', 'peers.crowd.engine.picker=global-rarest', '--approximate'],
      'the picker "global-rarest", which knows the whole swarm\n  run it in simulation\n',
    ],
  ])('%s is refused on real sockets', async (options, message) => {
    const folder = temporaryFolder();
    const out = join(folder, 'out');
    const args = ['run', writeScenario(folder), '--out', out, '--net', 'sockets', ...options];
    expectRefused(await swarmlab(args), 2, message);
    expect(existsSync(out)).toBe(false);
  });
});

describe.skipIf(!SWARMLAB)('what sockets cannot do', () => {
  test('is left out with --approximate, and said before the run starts', async () => {
    const folder = temporaryFolder();
    const set = ['--set', 'peers.crowd.nat=symmetric', '--approximate'];
    const args = ['run', writeScenario(folder), '--out', folder, '--net', 'sockets', ...set];
    const ended = await swarmlab(args);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toMatch(/^small on real sockets, left out: NAT$/m);
    expect(ended.stdout).toContain('--net sockets --approximate\n');
  });

  test('has nothing to be left out of in simulation', async () => {
    const ended = await swarmlab(['run', 'flash-crowd', '--approximate']);
    expectRefused(ended, 2, '--approximate is for runs on sockets');
  });

  test('parity compares both networks and fails beyond the tolerance', async () => {
    const folder = temporaryFolder();
    const scenario = writeScenario(folder);
    const ended = await swarmlab(['parity', scenario, '--tolerance', '100%', '--json']);
    expect(ended.code, ended.stderr).toBe(0);
    const result = JSON.parse(ended.stdout);
    expect(result).toMatchObject({ scenario: 'small', agrees: true, simulations: 10, repeat: 1 });
    expect(result.figures.map(({ name }: { name: string }) => name)).toContain('crowd.sent_sum_bytes');
    const [figure] = result.figures;
    expect(figure.simulations).toHaveLength(10);
    expect(figure.sockets).toHaveLength(1);
    const strict = await swarmlab(['parity', scenario, '--tolerance', '0%', '--simulations', '2']);
    expect(strict.code, strict.stderr).toBe(1);
    expect(strict.stdout).toMatch(
      /✗ the median completion on real sockets differs by .* from the mean of 2 simulated runs, at most 0 % is agreed/,
    );
    expect(strict.stdout).toMatch(/the standard deviation by chance alone is /);
  });

  test('parity refuses what it cannot use', async () => {
    expectRefused(
      await swarmlab(['parity', 'parity-small', '--repeat', '0']),
      2,
      '--repeat must be 1 or more',
    );
    expectRefused(await swarmlab(['parity', 'parity-small', '--tolerance', '10']), 2, '--tolerance: ');
  });
});

describe.skipIf(!SWARMLAB)('swarmlab validate', () => {
  test('says what is good and runs nothing', async () => {
    const folder = temporaryFolder();
    const ended = await swarmlab(['validate', writeScenario(folder), 'flash-crowd'], { cwd: folder });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toMatch(/small\.yaml: valid \(small, 4 peers, 1 expectation\)\n/);
    expect(ended.stdout).toMatch(/^flash-crowd: valid \(flash-crowd, 61 peers, \d+ expectations\)$/m);
    expect(readdirSync(folder)).toEqual(['small.yaml']);
  });

  test('names every problem of every file', async () => {
    const folder = temporaryFolder();
    const wrong = join(folder, 'wrong.yaml');
    writeFileSync(
      wrong,
      scenarioText().replace('seed: 4', 'sede: 4').replace('sample: 100ms', 'sample: 100'),
    );
    const ended = await swarmlab(['validate', wrong, 'nowhere.yaml', 'flash-crowd']);
    expectRefused(
      ended,
      2,
      /^\S*wrong\.yaml:4:1: unknown key "sede"$/m,
      'did you mean "seed"?',
      /^\S*wrong\.yaml:5:\d+: /m,
      '2 problems; nothing was run',
      /^error: nowhere\.yaml: there is no such file$/m,
    );
  });
});
