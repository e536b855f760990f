/**
 * The sources of the project for the tests, compiled once a run and loaded by node itself: vitest would put a lookup
 * before every use of an imported name, which makes a simulation take two to three times as long, and each process would
 * compile everything anew. A test still imports the source, and every module is there once, whoever imports it.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, version } from 'esbuild';
import type { Plugin as VitePlugin } from 'vitest/config';
import { networkBugs } from '../planted/network-bugs.ts';
import { type Planting, ROOT, withBug } from '../planted/planting.ts';

const FOLDERS = ['src', 'viz', 'bench', 'scripts'];
const COMPILED = join(ROOT, 'build/compiled');
/** It names the files that lie beside the built program. */
const ASSETS = join(ROOT, 'src/cli/assets.ts');
/** What is older no run uses any more: the whole suite takes less. */
const KEPT_MS = 3600 * 1000;
/** The projects of one run load this module once each, and share what was compiled. */
const SHARED = Symbol.for('swarmlab: compiled sources');

interface Source {
  /** From the folder of the project. */
  readonly path: string;
  readonly text: string;
}

function sourcesWith(bug: Planting | undefined): Source[] {
  const paths = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true })
      .map((name) => join(folder, String(name)))
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts')),
  ).sort();
  return paths.map((path) => {
    const text = readFileSync(join(ROOT, path), 'utf8');
    return { path, text: bug?.file === path ? withBug(text, bug) : text };
  });
}

/** Writes every source as a module of its own into `folder`; what they have in common is shared between them. */
async function compile(sources: readonly Source[], folder: string): Promise<void> {
  const texts = new Map(sources.map(({ path, text }) => [join(ROOT, path), text]));
  await build({
    absWorkingDir: ROOT,
    entryPoints: [...texts.keys()],
    outdir: folder,
    outbase: ROOT,
    chunkNames: 'shared/[name]-[hash]',
    bundle: true,
    splitting: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // As in what is built for users: rows rely on constants being written out where they are used.
    minifySyntax: true,
    sourcemap: 'linked',
    sourcesContent: false,
    charset: 'utf8',
    logLevel: 'warning',
    plugins: [
      {
        name: 'as-read',
        setup: ({ onLoad }) =>
          onLoad({ filter: /\.ts$/ }, ({ path }) => {
            const text = texts.get(path);
            // A module finds files by where its source is, but those that the build makes, beside what is built.
            const home = path === ASSETS ? join(ROOT, 'dist/swarmlab.js') : path;
            const where = JSON.stringify(pathToFileURL(home).href);
            return text === undefined
              ? undefined
              : { contents: text.replaceAll('import.meta.url', where), loader: 'ts' };
          }),
      },
    ],
  });
}

/** Removes what no run uses any more. */
function tidy(present: string): void {
  for (const name of readdirSync(COMPILED)) {
    const path = join(COMPILED, name);
    const usedMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (path !== present && usedMs < Date.now() - KEPT_MS) rmSync(path, { recursive: true, force: true });
  }
}

/** The folder of the compiled sources; of the same sources, it is there already. */
async function compiled(bug: Planting | undefined): Promise<string> {
  const sources = sourcesWith(bug);
  const hash = createHash('sha256')
    .update(`${version} ${ROOT}`)
    .update(readFileSync(import.meta.filename));
  for (const { path, text } of sources) hash.update(`\0${path}\0${text}`);
  const folder = join(COMPILED, hash.digest('hex').slice(0, 16));
  mkdirSync(COMPILED, { recursive: true });
  tidy(folder);
  if (existsSync(folder)) {
    const now = new Date();
    utimesSync(folder, now, now);
    return folder;
  }
  // Nobody runs the same bug again soon.
  if (bug !== undefined) process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  // Another run may be at the same: whoever is first puts it in its place, whole.
  const unfinished = `${folder}-${process.pid}`;
  await compile(sources, unfinished);
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** The bug that the environment names (`npm run planted`), or none. */
function plantedBug(): Planting | undefined {
  const name = process.env.SWARMLAB_PLANTED;
  if (name === undefined || name === '') return undefined;
  const bug = networkBugs.find((one) => one.name === name);
  if (bug === undefined) throw new Error(`no planted bug is called "${name}"`);
  return bug;
}

/** For the configuration of vitest. Who watches the sources as they change is given them by vitest itself. */
export function compiledSources(): VitePlugin {
  const bug = plantedBug();
  const shared = globalThis as { [SHARED]?: Promise<string> };
  let watching = false;
  return {
    name: 'compiled-sources',
    enforce: 'pre',
    config: () => ({ test: { server: { deps: { external: [/\/build\/compiled\//] } } } }),
    configureVitest({ vitest }) {
      watching = vitest.config.watch;
    },
    transform: (code, id) =>
      bug !== undefined && id.split('?')[0] === join(ROOT, bug.file) ? withBug(code, bug) : undefined,
    async resolveId(source, importer) {
      if (watching || importer === undefined || !/^\.{1,2}\/.*\.ts$/.test(source)) return undefined;
      const path = relative(ROOT, resolve(dirname(importer.split('?', 1)[0] as string), source));
      if (!FOLDERS.includes(path.split('/', 1)[0] as string)) return undefined;
      shared[SHARED] ??= compiled(bug);
      const file = join(await shared[SHARED], path.replace(/\.ts$/, '.js'));
      return existsSync(file) ? { id: file, external: true } : undefined;
    },
  };
}
