/** The engine, the trace, the simulation and the scenario language run in a browser as they are. */
import { describe, expect, test } from 'vitest';
import { bundleForBrowser, bundleText, runWithLanguageAlone } from './browser-bundle.ts';
import { SCENARIO_LOADER, SCENARIO_RUNNER } from './import-rules.ts';
import { programFiles } from './project-files.ts';

const paths = programFiles()
  .map(({ path }) => path)
  .filter((path) => !path.endsWith('.d.ts'));
const PARTS: readonly (readonly [string, readonly string[]])[] = [
  ['core', paths.filter((path) => path.startsWith('src/core/'))],
  ['trace', paths.filter((path) => path.startsWith('src/trace/'))],
  ['sim', paths.filter((path) => path.startsWith('src/sim/'))],
  [
    'the scenario language',
    paths.filter(
      (path) =>
        path.startsWith('src/scenarios/') && !SCENARIO_LOADER.test(path) && !SCENARIO_RUNNER.test(path),
    ),
  ],
  // All of the live page's worker but what talks to the page.
  ['what the live page runs in its worker', ['viz/play/lanes.ts', 'viz/play/sha1-hasher.ts']],
];

test.each(PARTS)('%s bundles for a browser and loads with nothing but the language', async (_part, files) => {
  expect(files).not.toHaveLength(0);
  runWithLanguageAlone(await bundleForBrowser(files));
});

describe('the check itself', () => {
  test('refuses a module of node', async () => {
    await expect(bundleText("import { readFileSync } from 'node:fs'; readFileSync('x');")).rejects.toThrow(
      /node:fs/,
    );
  });

  test('refuses a file that reaches one by way of another', async () => {
    await expect(bundleForBrowser(['scripts/licences.mjs'])).rejects.toThrow(/node:fs/);
  });

  test('refuses what needs its surroundings at once', async () => {
    const code = await bundleText('export const started = setTimeout(() => {}, 1);');
    expect(() => runWithLanguageAlone(code)).toThrow(/setTimeout is not defined/);
  });
});
