/** What the command line says about itself. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ExitCode } from '../../src/cli/exit-codes.ts';
import { SWARMLAB } from '../support/swarmlab-cli.ts';
import { swarmlab, swarmlabProgram } from './support.ts';

const ROOT = new URL('../../', import.meta.url);
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  run: [
    '--seed',
    '--set',
    '--net',
    '--approximate',
    '--out',
    '--payload',
    '--show-plan',
    '--verify-determinism',
    '--profile',
    '--memory',
    '--baseline',
    '--repeat',
    '--grep',
    '--jobs',
    '--shard',
    '--bail',
    '--watch',
    '--budget',
    '--reporter',
    '--json',
  ],
  validate: ['--set', '--json'],
  init: ['--template'],
  schema: [],
  sweep: [
    ...['--repetitions', '--seed', '--set', '--jobs', '--resume', '--restart', '--shard', '--merge'],
    ...['--metric', '--out', '--memory', '--json'],
  ],
  compare: ['--by', '--metric', '--tolerance', '--out', '--json'],
  explain: ['--peer', '--piece', '--at', '--remote', '--json'],
  export: ['--table', '--format'],
  report: ['--out'],
  list: ['--json'],
  play: ['--out'],
  get: [
    '--out',
    '--save-torrent',
    '--peer',
    '--port',
    '--host',
    '--upload-limit',
    '--download-limit',
    '--no-pex',
    '--no-lsd',
    '--no-dht',
    '--dht-bootstrap',
    '--files',
    '--priority',
    '--sequential',
    '--check',
    '--state',
    '--verbose',
    '--json',
  ],
  create: [
    ...['--out', '--name', '--tracker', '--web-seed', '--piece-length', '--private', '--source', '--comment'],
    ...['--no-date', '--pad', '--force', '--json'],
  ],
  inspect: ['--scrape', '--timeout', '--json'],
  tracker: ['--port', '--host', '--interval', '--whitelist', '--json'],
  seed: [
    '--data',
    '--peer',
    '--port',
    '--host',
    '--upload-limit',
    '--super-seed',
    '--no-pex',
    '--no-lsd',
    '--no-dht',
    '--dht-bootstrap',
    '--check',
    '--state',
    '--verbose',
    '--json',
  ],
};

describe.skipIf(!SWARMLAB)('swarmlab', () => {
  test.each(['--version', '-V'])('%s is the version of the package', async (flag) => {
    const { version } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as {
      version: string;
    };
    expect(await swarmlabProgram([flag])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('--help names every command', async () => {
    const ended = await swarmlab(['--help']);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    for (const command of Object.keys(OPTIONS)) {
      expect(ended.stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    }
  });

  test.each(Object.entries(OPTIONS))(
    '%s --help names every option and exit code',
    async (command, options) => {
      const ended = await swarmlab([command, '--help']);
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      const described = [
        ...ended.stdout.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)(?: <[^>]+>)?(?: {2,}|$)\S/gm),
      ].map((match) => match[1]);
      expect(described).toEqual([...options, '--help']);
      for (const code of Object.values(ExitCode)) {
        expect(ended.stdout).toMatch(new RegExp(`^ {2}${code} +\\S`, 'm'));
      }
    },
  );

  test('list names every scenario of the library and every strategy', async () => {
    const names = readdirSync(new URL('src/scenarios/library/', ROOT))
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => file.slice(0, -'.yaml'.length));
    const ended = await swarmlab(['list']);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    for (const name of names) expect(ended.stdout).toMatch(new RegExp(`^ {2}${name} +\\S`, 'm'));
    expect(ended.stdout).toMatch(/^Pickers \(engine\.picker\):\n {2}rarest-first /m);
    expect(ended.stdout).toMatch(/^Chokers [\s\S]*?\n {2}tit-for-tat /m);
    const asJson = JSON.parse((await swarmlab(['list', '--json'])).stdout) as {
      scenarios: { name: string; description: string }[];
    };
    expect(asJson.scenarios.map(({ name }) => name)).toEqual(names.sort());
    expect(asJson).toMatchObject({ pickers: expect.arrayContaining(['random']) });
  });
});
