/**
 * Plants one bug in the sources on their way into a test run or a bundle, without touching a file: the proof that what
 * is to catch it does. A test run is told by the environment variable SWARMLAB_PLANTED which one.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin as EsbuildPlugin } from 'esbuild';

/** The folder of the project. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** A change of one place in one file. */
export interface Planting {
  /** As the environment variable and the messages have it. */
  readonly name: string;
  /** What is wrong, in words. */
  readonly what: string;
  readonly file: string;
  /** The text that stands in the file, exactly once. */
  readonly of: string;
  readonly instead: string;
}

/** The text of a source with the bug in it. Throws when the text has changed so that the bug has no place any more. */
export function withBug(source: string, { name, file, instead, of }: Planting): string {
  const places = source.split(of).length - 1;
  if (places !== 1)
    throw new Error(`the bug "${name}" has ${places} places in ${file}; it needs exactly one`);
  return source.replace(of, () => instead);
}

/** The text of the file that the bug belongs in, with the bug. */
export function plantedText(bug: Planting): string {
  return withBug(readFileSync(join(ROOT, bug.file), 'utf8'), bug);
}

/** For a bundle with this bug in it. */
export function plantForEsbuild(bug: Planting): EsbuildPlugin {
  const path = join(ROOT, bug.file);
  return {
    name: 'planted-bug',
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, (args) =>
        args.path === path ? { contents: plantedText(bug), loader: 'ts' as const } : undefined,
      );
    },
  };
}
