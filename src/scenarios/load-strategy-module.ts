/**
 * Reads a strategy of the user's own: TypeScript or JavaScript, with whatever it imports by relative path or from
 * packages that need nothing of the machine. What is wrong with it is said before anything runs.
 */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, isAbsolute, join } from 'node:path';
import type { BuildFailure, BuildResult, Message } from 'esbuild';
import { type Checked, quote, reject } from './complaint.ts';
import { checkShape, compileModule } from './strategies/compile-module.ts';
import { thrownFault } from './strategies/strategy-fault.ts';
import type { LoadStrategyModule, ModuleSourceMap, StrategyModule } from './strategies/strategy-module.ts';

/** A longer module, imports included, is refused. In characters. */
const MAX_CODE = 1024 * 1024;

/** A loader for the modules that a scenario in this folder names. Each file is read once. */
export function strategyModules(folder: string): LoadStrategyModule {
  const read = new Map<string, Checked<Omit<StrategyModule, 'name' | 'role'>>>();
  return (role, path, options) => {
    const file = isAbsolute(path) ? path : join(folder, path);
    const source = read.get(file) ?? readModule(path, file, folder);
    read.set(file, source);
    if (!source.ok) return source;
    const unnamed: StrategyModule = { role, name: '', ...source.value };
    try {
      const shape = checkShape(role, compileModule(unnamed)(options));
      if (!shape.ok) {
        const { message, expected } = shape.complaint;
        return reject(`${quote(path)} is not a ${role}: ${message}`, { expected });
      }
      return { ok: true, value: { ...unnamed, name: shape.value.name } };
    } catch (thrown) {
      return reject(thrownFault(unnamed, thrown, '').message);
    }
  };
}

function readModule(
  path: string,
  file: string,
  folder: string,
): Checked<Omit<StrategyModule, 'name' | 'role'>> {
  let text: string;
  if (!/\.[cm]?[jt]s$/.test(path)) {
    return reject(`${quote(path)} is not a module`, {
      expected: 'a file that ends in .ts, .mts, .js or .mjs',
    });
  }
  try {
    if (!statSync(file).isFile()) return reject(`${quote(path)} is not a file`);
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as { code?: string }).code ?? String(error);
    const expected = `a path from the folder of the scenario: ${folder}`;
    return reject(
      code === 'ENOENT' ? `there is no file ${quote(path)}` : `${quote(path)} cannot be read (${code})`,
      {
        expected,
      },
    );
  }
  const bundled = bundle(path, file);
  if (!bundled.ok) return bundled;
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { ok: true, value: { path, sha256, ...bundled.value } };
}

function bundle(path: string, file: string): Checked<Pick<StrategyModule, 'code' | 'map'>> {
  const esbuild = findEsbuild();
  if (esbuild === undefined) {
    return reject(
      `${quote(path)} cannot be read: the package esbuild, which turns it into plain code, is not there`,
      {
        expected: 'esbuild beside swarmlab: npm install esbuild',
      },
    );
  }
  let built: BuildResult<{ write: false }>;
  try {
    built = esbuild.buildSync({
      entryPoints: [basename(file)],
      absWorkingDir: dirname(file),
      outfile: 'strategy.js',
      bundle: true,
      write: false,
      sourcemap: 'external',
      format: 'iife',
      globalName: 'strategy',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      target: 'es2023',
      charset: 'utf8',
      logLevel: 'silent',
      // Packages beside the user's file only: no configuration of ours or theirs changes what the code means.
      tsconfigRaw: '{}',
    });
  } catch (error) {
    const [first] = (error as Partial<BuildFailure>).errors ?? [];
    return reject(
      first === undefined ? `${quote(path)} cannot be read: ${String(error)}` : inWords(first, path),
    );
  }
  const code = built.outputFiles.find((one) => one.path.endsWith('.js'))?.text ?? '';
  const map = built.outputFiles.find((one) => one.path.endsWith('.map'))?.text ?? '{}';
  if (code.length > MAX_CODE)
    return reject(`${quote(path)} is too long`, { expected: `at most ${MAX_CODE} characters` });
  const { sources, sourcesContent, mappings } = JSON.parse(map) as ModuleSourceMap;
  const folder = dirname(path);
  return {
    ok: true,
    value: {
      code: `${code}\nreturn strategy;`,
      map: {
        sources: sources.map((source) => (source === basename(file) ? path : `${folder}/${source}`)),
        sourcesContent,
        mappings,
      },
    },
  };
}

function inWords({ text, location }: Message, path: string): string {
  const place =
    location === null
      ? path
      : `${join(dirname(path), location.file)}:${location.line}:${location.column + 1}`;
  const outside = /Could not resolve "((?:node:)?[\w/]+)"/.exec(text)?.[1];
  const why = outside?.startsWith('node:') === true ? '; a strategy has nothing of the machine at hand' : '';
  return `${place}: ${text}${why}`;
}

/** It is an optional dependency: everything but modules works without it. */
function findEsbuild(): typeof import('esbuild') | undefined {
  const load = createRequire(import.meta.url);
  try {
    return load('esbuild') as typeof import('esbuild');
  } catch {
    return undefined;
  }
}
