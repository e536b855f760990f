/** docs/API.md as a user has it: the packed package in a project of its own, every example run there and its types checked. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installedHere, installPacked, strictProject } from '../support/packed-package.ts';
import { endProcesses, startProcess } from '../support/processes.ts';
import { SWARMLAB } from '../support/swarmlab-cli.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DEADLINE_MS = 100_000;
const LINES_MAX = 25;

interface Example {
  readonly title: string;
  readonly language: string;
  readonly code: string;
}

const EXAMPLES: readonly Example[] = readFileSync(join(ROOT, 'docs/API.md'), 'utf8')
  .split(/^## /m)
  .slice(1)
  .flatMap((section) => {
    const title = section.slice(0, section.indexOf('\n'));
    const blocks = [...section.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
    return blocks.map(([, language = '', code = '']) => ({ title, language, code }));
  });
const PROGRAMS = EXAMPLES.filter(({ language }) => language === 'js');

/** What an example has to print, besides ending well. */
const PRINTS: Readonly<Record<string, readonly RegExp[]>> = {
  'Make a torrent file, and read one': [
    /^album [0-9a-f]{40} 8 pieces of 16384 bytes$/m,
    /^2 album\/two\.txt 80000$/m,
  ],
  'Read and write magnet links': [/^magnet:\?xt=urn:btih:c12fe1c0/m, /\[ 1, 2 \]/],
  'Run a tracker, and ask one': [
    /seeds: 0/,
    /^announce to http:\/\/127\.0\.0\.1:\d+\/announce or udp:/m,
    /^200 \{/m,
  ],
  'Seed and download': [/^true seeding$/m],
  'Fetch by magnet link, and only some files': [/'series\/2\.bin'/, /^true false$/m],
  'File priorities': [/^\[ 7, 1, 0 \] false$/m, /^\[ 7, 1, 4 \] true$/m],
  'Many torrents: pause, resume, remove': [/a\.bin: paused', 'b\.bin: seeding'/],
  'Check again what is there': [/^\d{5} bytes are fetched again$/m, /^true$/m],
  'Run a scenario and judge it': [/^held everyone finishes/m, /^true [0-9a-f]+ held$/m, /'crowd-8: \d/],
  'Reports, tables and traces': [
    /flash-crowd/,
    /^npx swarmlab run flash-crowd --seed \d+ --set peers\.crowd\.count=10$/m,
  ],
  'The same on real sockets': [/^sockets true$/m],
  'Sweep and compare': [/^8 scenario,/m, /download/],
};

describe('docs/API.md', () => {
  test('has one example for each power, none longer than a screen', () => {
    expect(PROGRAMS.map(({ title }) => title)).toEqual(Object.keys(PRINTS));
    for (const { title, code } of EXAMPLES) {
      expect(code.trimEnd().split('\n').length, title).toBeLessThanOrEqual(LINES_MAX);
    }
  });

  test('names every function that the package exports', () => {
    const index = readFileSync(join(ROOT, 'src/api/index.ts'), 'utf8');
    const values = [...index.matchAll(/^export \{([^}]*)\}/gm)].flatMap(([, names = '']) =>
      names.split(',').map((name) => name.trim()),
    );
    const functions = values.filter((name) => /^[a-z]\w+$/.test(name));
    const text = readFileSync(join(ROOT, 'docs/API.md'), 'utf8');
    expect(functions.length).toBeGreaterThan(8);
    expect(functions.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});

describe.skipIf(!SWARMLAB)('swarmlab as a library', () => {
  let project = '';

  beforeAll(async () => {
    project = mkdtempSync(join(tmpdir(), 'swarmlab-api-'));
    await installPacked(project);
    mkdirSync(join(project, 'node_modules/@types'), { recursive: true });
    for (const name of ['@types/node', 'undici-types']) {
      symlinkSync(installedHere(name), join(project, 'node_modules', name));
    }
  }, 2 * DEADLINE_MS);

  afterAll(async () => {
    await endProcesses();
    rmSync(project, { recursive: true, force: true });
  });

  test.each(PROGRAMS)(
    'runs: $title',
    async ({ title, code }) => {
      const folder = mkdtempSync(join(project, 'example-'));
      writeFileSync(join(folder, 'example.mjs'), code);
      const child = startProcess(process.execPath, ['example.mjs'], {
        cwd: folder,
        env: { NO_COLOR: '1', XDG_STATE_HOME: join(folder, 'state') },
      });
      const { code: exitCode } = await child.ended(DEADLINE_MS);
      expect(exitCode, child.transcript()).toBe(0);
      const said = child.lines.join('\n');
      for (const pattern of PRINTS[title] ?? []) expect(said).toMatch(pattern);
    },
    DEADLINE_MS,
  );

  test(
    'runs a scenario with the strategy of the page',
    async () => {
      const [strategy] = EXAMPLES.filter(({ language }) => language === 'ts');
      const folder = mkdtempSync(join(project, 'strategy-'));
      writeFileSync(join(folder, 'mostly-rarest.ts'), strategy?.code ?? '');
      // With the program of the project, which has esbuild beside it.
      const checked = startProcess(
        process.execPath,
        [join(ROOT, 'dist/swarmlab.js'), 'check-strategy', 'mostly-rarest.ts'],
        { cwd: folder, env: { NO_COLOR: '1' } },
      );
      expect((await checked.ended(DEADLINE_MS)).code, checked.transcript()).toBe(0);
    },
    DEADLINE_MS,
  );

  test.each(['bundler', 'nodenext'] as const)(
    'has right types with module resolution "%s"',
    async (resolution) => {
      const folder = mkdtempSync(join(project, 'types-'));
      const compilerOptions = strictProject(resolution, ['node']);
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
      for (const [index, { code }] of EXAMPLES.entries()) writeFileSync(join(folder, `e${index}.mts`), code);
      const tsc = join(installedHere('typescript'), 'bin/tsc');
      const right = startProcess(process.execPath, [tsc, '-p', '.'], { cwd: folder });
      expect((await right.ended(DEADLINE_MS)).code, right.transcript()).toBe(0);
      const first = PROGRAMS[0]?.code ?? '';
      writeFileSync(join(folder, 'wrong.mts'), first.replace('comment:', 'coment:'));
      const wrong = startProcess(process.execPath, [tsc, '-p', '.'], { cwd: folder });
      expect((await wrong.ended(DEADLINE_MS)).code).not.toBe(0);
      expect(wrong.transcript()).toContain("'coment' does not exist in type 'CreateTorrentOptions'");
    },
  );
});
