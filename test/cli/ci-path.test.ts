/**
 * What CI is for: somebody breaks the engine in a way that no unit test sees. The build turns red with the right message,
 * JUnit file, annotation and replay command, and the replay shows the same again.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { bundle } from '../planted/bundle.ts';
import type { Planting } from '../planted/planting.ts';
import { regressions } from '../planted/regressions.ts';
import { SWARMLAB } from '../support/swarmlab-cli.ts';
import { parseXml } from '../support/xml.ts';
import { type Ended, swarmlab, temporaryFolder, writeScenario } from './support.ts';

const DEADLINE_MS = 100_000;
/** Takes 7 minutes of virtual time; about half of that is bound by the slow source. */
const SCENARIO = `version: 1
name: release
description: 20 homes and a slow source.
seed: 7
time: { until: 20m }
torrent: { size: 24 MiB, piece: 256 KiB }
peers:
  - { group: origin, have: all, link: { down: 4 Mbit/s, up: 1 Mbit/s, latency: 10ms } }
  - group: homes
    count: 20
    link: { down: 8 Mbit/s, up: 512 kbit/s, latency: 10ms..30ms }
expect:
  - name: everyone finishes
    that: "fraction(peer.complete) == 1"
  - name: the tail is bounded
    that: "p95(peer.download_time{group=homes}) < 9m"
  - name: the swarm never stands still
    that: "always from 1m until 6m swarm.sent_rate > 1 Mbit/s"
  - name: no piece dies out
    that: "always min(piece.availability) >= 1"
`;

const folder = mkdtempSync(join(tmpdir(), 'swarmlab-ci-'));
beforeAll(() => {
  mkdirSync(join(folder, 'swarms'));
  writeFileSync(join(folder, 'swarms/release.yaml'), SCENARIO);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the service that runs a build says. */
const ACTIONS = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: folder, GITHUB_STEP_SUMMARY: '' };

async function build(name: string, bug: Planting): Promise<string> {
  const home = join(folder, name);
  mkdirSync(home);
  // The page of a report is no part of what is shown here.
  writeFileSync(join(home, 'report.js'), '');
  const program = join(home, 'swarmlab.mjs');
  await bundle("import './src/cli/main.ts';", program, bug);
  return program;
}

function run(program: string, args: readonly string[]): Promise<Ended> {
  const env = { ...process.env, ...ACTIONS };
  const options = { cwd: folder, env, timeout: DEADLINE_MS, killSignal: 'SIGKILL' as const };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, ...args], options, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

const digestOf = (name: string): unknown =>
  JSON.parse(readFileSync(join(folder, name, 'out/release-7/summary.json'), 'utf8')).digest;

describe.skipIf(!SWARMLAB)('a deliberate regression', () => {
  test('is not there to begin with', async () => {
    const args = ['run', 'swarms/release.yaml', '--reporter', 'line', '--out', 'sound/out'];
    const ended = await swarmlab(args, { cwd: folder, env: ACTIONS, deadlineMs: DEADLINE_MS });
    expect(ended.code, ended.stdout + ended.stderr).toBe(0);
    expect(ended.stdout).not.toContain('::error');
  });

  test.each(regressions.map((bug) => [bug.name, bug] as const))(
    '%s turns the build red',
    async (name, bug) => {
      const program = await build(name, bug);
      const junit = `${name}/junit.xml`;
      const reporters = [
        '--reporter',
        'line',
        '--reporter',
        `junit=${junit}`,
        '--reporter',
        `markdown=${name}/summary.md`,
      ];
      const ended = await run(program, ['run', 'swarms/release.yaml', ...reporters, '--out', `${name}/out`]);
      expect(ended.code, ended.stdout + ended.stderr).toBe(1);

      const replay = 'npx swarmlab run swarms/release.yaml --seed 7';
      const line = ended.stdout.split('\n').find((each) => each.startsWith(`  ${bug.expectation}: `));
      expect(line).toMatch(bug.message);
      expect(ended.stdout).toContain(`    replay: ${replay}\n`);

      const suite = parseXml(readFileSync(join(folder, junit), 'utf8')).children[0];
      const failed = suite?.children.find(({ attributes }) => attributes.name === bug.expectation);
      expect(failed?.children[0]?.name).toBe('failure');
      expect(failed?.children[0]?.text).toMatch(bug.message);
      expect(failed?.children[0]?.text).toContain(`replay: ${replay}`);

      const yamlLine = SCENARIO.split('\n').findIndex((each) => each.includes(bug.expectation)) + 2;
      const annotation = ended.stdout
        .split('\n')
        .find((each) => each.startsWith('::error') && each.includes(bug.expectation));
      expect(annotation).toContain(
        `::error file=swarms/release.yaml,line=${yamlLine},col=12,title=release%2C seed 7`,
      );
      expect(annotation).toContain(`replay: ${replay}`);
      expect(readFileSync(join(folder, name, 'summary.md'), 'utf8')).toContain(`| ❌ | ${bug.expectation} |`);

      const digest = digestOf(name);
      const again = await run(program, [
        ...replay.split(' ').slice(2),
        '--reporter',
        'line',
        '--out',
        `${name}/out`,
      ]);
      expect(again.code).toBe(1);
      expect(again.stdout).toContain(line as string);
      expect(digestOf(name)).toBe(digest);
    },
  );
});

interface Step {
  readonly run?: string;
}

describe.skipIf(!SWARMLAB)('the workflow to copy', () => {
  const workflow = parse(readFileSync(new URL('../../docs/ci/swarms.yml', import.meta.url), 'utf8')) as {
    readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
  };
  const commands = Object.values(workflow.jobs)
    .flatMap(({ steps }) => steps.flatMap(({ run: command }) => command ?? []))
    .filter((command) => command.startsWith('npx swarmlab '));

  test('has commands that work as they stand', async () => {
    expect(commands).toHaveLength(2);
    const here = temporaryFolder();
    mkdirSync(join(here, 'swarms'));
    writeScenario(join(here, 'swarms'), { name: 'one' });
    writeScenario(join(here, 'swarms'), { name: 'two' });
    for (const command of commands) {
      const words = command
        .replaceAll(/\$\{\{ matrix\.shard \}\}/g, '2')
        .replace('swarms/*.yaml', 'swarms/one.yaml swarms/two.yaml')
        .split(/\s+/)
        .slice(2);
      expect(words.join(' ')).not.toContain('${{');
      const ended = await swarmlab(words, { cwd: here, env: { GITHUB_ACTIONS: 'true' } });
      expect(ended, ended.stderr).toMatchObject({ code: 0 });
    }
    expect(
      parseXml(readFileSync(join(here, 'reports/junit-2.xml'), 'utf8')).children.map(
        ({ attributes }) => attributes.name,
      ),
    ).toEqual(['one seed 5', 'two seed 4', 'two seed 8']);
  });
});
