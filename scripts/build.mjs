/**
 * Builds dist/: self-contained programs, so that the packed package needs no other package at run
 * time. An entry that does not exist is skipped with a note. Nothing is written unless every bundle succeeded.
 *
 *   swarmlab.js                the command line (executable)
 *   swarmlab-*.js              its commands, loaded when one is called, and what they share
 *   sweep-worker.js            what each thread of a sweep runs; swarmlab.js starts it
 *   namespace-agent.js         makes sockets inside a network namespace, for runs in namespaces
 *   index.js                   the library
 *   vitest.js                  matchers for vitest, which is the only package that it leaves to be imported
 *   types/                     the declarations of what can be imported
 *   bench.js                   the benchmarks
 *   report.js                  the script of the HTML report, minified, for a browser; swarmlab.js reads it beside itself
 *   compare.js                 the same for the page of a sweep or a comparison
 *   play/index.html            the live page: one file, which opens from disk and holds the simulator
 *   library/                   the scenarios that come with the package
 *   templates/                 the scenarios that `swarmlab init` writes
 *   THIRD-PARTY-LICENSES.txt   the licences of every package that is in one of the bundles
 */
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { declarationsOf } from './declarations.mjs';
import { bundledPackages, licenceNotice, licencesDocument } from './licences.mjs';
import { buildPlayPage } from './play-page.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const DIST = join(ROOT, 'dist');
/** Folders of scenarios, by their names in dist/. */
const SCENARIOS = { library: 'src/scenarios/library', templates: 'src/scenarios/templates' };

/** Packages in the CommonJS form ask for node's own modules through `require`, which an ES module has to be given. */
const REQUIRE = `import { createRequire as createRequireForBundle } from 'node:module';
const require = createRequireForBundle(import.meta.url);
`;

const BUNDLES = [
  { entry: 'src/cli/main.ts', output: 'swarmlab.js', platform: 'node', executable: true, split: true },
  { entry: 'src/api/index.ts', output: 'index.js', platform: 'node', declared: true },
  { entry: 'src/cli/sweep/worker.ts', output: 'sweep-worker.js', platform: 'node' },
  { entry: 'src/host/namespaces/agent.ts', output: 'namespace-agent.js', platform: 'node' },
  {
    entry: 'src/vitest/index.ts',
    output: 'vitest.js',
    platform: 'node',
    external: ['vitest'],
    declared: true,
  },
  { entry: 'bench/main.ts', output: 'bench.js', platform: 'node' },
  { entry: 'viz/report/main.ts', output: 'report.js', platform: 'browser' },
  { entry: 'viz/compare/main.ts', output: 'compare.js', platform: 'browser' },
];

async function bundle({ entry, output, platform, executable = false, external = [], split = false }) {
  const forBrowser = platform === 'browser';
  const result = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    charset: 'utf8',
    logLevel: 'warning',
    platform,
    external,
    // Chunks lie beside the program, which finds its other files by where its code is.
    ...(split
      ? {
          splitting: true,
          outdir: DIST,
          entryNames: output.replace(/\.js$/, ''),
          chunkNames: 'swarmlab-[name]-[hash]',
        }
      : {}),
    ...(forBrowser
      ? { format: 'iife', target: 'es2022', minify: true }
      : // Names of functions stay; constants are written out where they are used, which the layouts of rows rely on for speed.
        { format: 'esm', target: 'node20', minifySyntax: true }),
  });
  const packages = bundledPackages(ROOT, result.metafile);
  const files = result.outputFiles.map((file) => {
    const isEntry = !split || basename(file.path) === output;
    const code = file.text.replace(/^#!.*\n/, '');
    const needsRequire = !forBrowser && /\b__require\d*\b/.test(code);
    const head = [
      executable && isEntry ? '#!/usr/bin/env node\n' : '',
      // The report travels alone, so it carries the licences of what is in it.
      forBrowser ? licenceNotice(packages) : '',
      needsRequire ? REQUIRE : '',
    ];
    return { name: isEntry ? output : basename(file.path), text: head.join('') + code };
  });
  return { files, packages };
}

async function main() {
  const present = BUNDLES.filter((each) => existsSync(join(ROOT, each.entry)));
  for (const each of BUNDLES) {
    if (!present.includes(each)) console.error(`build: no ${each.entry}, so no dist/${each.output}`);
  }
  const declarations = declarationsOf(
    ROOT,
    present.filter(({ declared }) => declared).map(({ entry }) => entry),
  );
  const [page, ...built] = await Promise.all([buildPlayPage(ROOT), ...present.map(bundle)]);

  rmSync(DIST, { recursive: true, force: true });
  mkdirSync(DIST);
  for (const [index, { output, executable }] of present.entries()) {
    for (const { name, text } of built[index].files) writeFileSync(join(DIST, name), text);
    if (executable) chmodSync(join(DIST, output), 0o755);
  }
  mkdirSync(join(DIST, 'play'));
  writeFileSync(join(DIST, 'play', 'index.html'), page.text);
  copyScenarios();
  for (const { path, text } of declarations) {
    mkdirSync(dirname(join(DIST, 'types', path)), { recursive: true });
    writeFileSync(join(DIST, 'types', path), text);
  }
  const packages = [page, ...built].flatMap((each) => each.packages);
  writeFileSync(join(DIST, 'THIRD-PARTY-LICENSES.txt'), licencesDocument(packages));
}

function copyScenarios() {
  for (const [folder, source] of Object.entries(SCENARIOS)) {
    const from = join(ROOT, source);
    if (!existsSync(from)) continue;
    const to = join(DIST, folder);
    // The library has folders within.
    for (const name of readdirSync(from, { recursive: true })) {
      if (name.endsWith('.yaml')) cpSync(join(from, name), join(to, name));
    }
  }
}

await main();
