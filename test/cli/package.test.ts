/** The package: packed and installed elsewhere without a network, its command works. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { endProcesses, runToEnd } from '../support/processes.ts';
import { SWARMLAB } from '../support/swarmlab-cli.ts';
import { scenarioText, temporaryFolder } from './support.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const STEP_DEADLINE_MS = 60_000;
const DEADLINE_MS = 240_000;

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** Any registry would be unreachable: nothing listens there. */
const OFFLINE = ['--offline', '--no-audit', '--no-fund', '--registry', 'http://127.0.0.1:9/'];

describe.skipIf(!SWARMLAB)('the package', () => {
  afterEach(endProcesses);

  test(
    'holds what a user needs, and runs where only it is installed',
    async () => {
      const folder = temporaryFolder();
      // Without scripts: the test run has built already, and other tests are using what it built.
      const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder, ...OFFLINE];
      const [packed] = JSON.parse(await runToEnd('npm', pack, STEP_DEADLINE_MS, { cwd: ROOT })) as [Packed];
      const paths = packed.files.map(({ path }) => path);
      const needed = ['dist/swarmlab.js', 'dist/report.js', 'dist/library/flash-crowd.yaml', 'CHANGELOG.md'];
      expect(paths).toEqual(expect.arrayContaining([...needed, 'README.md', 'LICENSE', 'docs/STYLE.md']));
      expect(paths.filter((path) => /^(?:src|test|viz|bench|scripts|reports)\//.test(path))).toEqual([]);

      const elsewhere = join(folder, 'elsewhere');
      mkdirSync(elsewhere);
      writeFileSync(join(elsewhere, 'package.json'), '{ "private": true }');
      writeFileSync(join(elsewhere, 'small.yaml'), scenarioText());
      const here = { cwd: elsewhere, env: { npm_config_cache: join(folder, 'cache') } };
      const npm = (args: string[]) => runToEnd('npm', args, STEP_DEADLINE_MS, here);
      await npm(['install', ...OFFLINE, join(folder, packed.filename)]);
      expect(readdirSync(join(elsewhere, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
        'swarmlab',
      ]);

      const npx = (args: string[]) => runToEnd('npx', ['--no-install', ...args], STEP_DEADLINE_MS, here);
      expect(await npx(['swarmlab', 'list'])).toContain('flash-crowd');
      expect(await npx(['swarmlab', 'run', 'small.yaml'])).toContain('It held.');
      const report = join(elsewhere, 'reports', 'small-4', 'report.html');
      expect(existsSync(report)).toBe(true);
      expect(readFileSync(report, 'utf8')).toContain('<script');
    },
    DEADLINE_MS,
  );
});
