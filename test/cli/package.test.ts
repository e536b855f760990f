/** The package: packed and installed elsewhere without a network, its command works. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { installPacked } from '../support/packed-package.ts';
import { endProcesses, runToEnd } from '../support/processes.ts';
import { SWARMLAB } from '../support/swarmlab-cli.ts';
import { scenarioText, temporaryFolder } from './support.ts';

const STEP_DEADLINE_MS = 60_000;
const DEADLINE_MS = 240_000;

describe.skipIf(!SWARMLAB)('the package', () => {
  afterEach(endProcesses);

  test(
    'holds what a user needs, and runs where only it is installed',
    async () => {
      const elsewhere = temporaryFolder();
      const paths = await installPacked(elsewhere);
      const needed = ['dist/swarmlab.js', 'dist/report.js', 'dist/library/flash-crowd.yaml', 'CHANGELOG.md'];
      expect(paths).toEqual(expect.arrayContaining([...needed, 'README.md', 'LICENSE', 'docs/STYLE.md']));
      expect(paths.filter((path) => /^(?:src|test|viz|bench|scripts|reports)\//.test(path))).toEqual([]);

      writeFileSync(join(elsewhere, 'small.yaml'), scenarioText());
      expect(readdirSync(join(elsewhere, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
        'swarmlab',
      ]);

      const npx = (args: string[]) =>
        runToEnd('npx', ['--no-install', ...args], STEP_DEADLINE_MS, {
          cwd: elsewhere,
          env: { npm_config_cache: join(elsewhere, 'cache') },
        });
      expect(await npx(['swarmlab', 'list'])).toContain('flash-crowd');
      expect(await npx(['swarmlab', 'run', 'small.yaml'])).toContain('It held.');
      const report = join(elsewhere, 'reports', 'small-4', 'report.html');
      expect(existsSync(report)).toBe(true);
      expect(readFileSync(report, 'utf8')).toContain('<script');
    },
    DEADLINE_MS,
  );
});
