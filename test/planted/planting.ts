/**
 * Plants one bug in the sources on their way into a test run or a bundle, without touching a file: the proof that what
 * is to catch it does. Which one is said by the environment variable SWARMLAB_PLANTED.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin as EsbuildPlugin } from 'esbuild';
import type { Plugin as VitePlugin } from 'vitest/config';
import { bugs, type PlantedBug } from './bugs.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');

export function plantedBug(name: string): PlantedBug {
  const bug = bugs.find((one) => one.name === name);
  if (bug === undefined) throw new Error(`no planted bug is called "${name}"`);
  return bug;
}

/** The text of a source with the bug in it. Throws when the text has changed so that the bug has no place any more. */
export function withBug(source: string, { name, file, instead, of }: PlantedBug): string {
  const places = source.split(of).length - 1;
  if (places !== 1)
    throw new Error(`the bug "${name}" has ${places} places in ${file}; it needs exactly one`);
  return source.replace(of, () => instead);
}

/** For the configuration of vitest: the bug that the environment names, or nothing. */
export function plantForVitest(): VitePlugin[] {
  const name = process.env.SWARMLAB_PLANTED;
  if (name === undefined || name === '') return [];
  const bug = plantedBug(name);
  const path = join(ROOT, bug.file);
  return [
    {
      name: 'planted-bug',
      enforce: 'pre',
      transform: (code, id) => (id.split('?')[0] === path ? withBug(code, bug) : undefined),
    },
  ];
}

/** For a bundle with this bug in it. */
export function plantForEsbuild(bug: PlantedBug): EsbuildPlugin {
  const path = join(ROOT, bug.file);
  return {
    name: 'planted-bug',
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, (args) =>
        args.path === path
          ? { contents: withBug(readFileSync(path, 'utf8'), bug), loader: 'ts' as const }
          : undefined,
      );
    },
  };
}
