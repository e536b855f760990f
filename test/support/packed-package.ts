/** The package as a user has it: packed, and installed into a project of its own, without a network. */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runToEnd } from './processes.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DEADLINE_MS = 100_000;
/** Any registry would be unreachable: nothing listens there. */
const OFFLINE = ['--offline', '--no-audit', '--no-fund', '--registry', 'http://127.0.0.1:9/'];

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** Makes `project` one that has the package and nothing else. @returns the paths in the package */
export async function installPacked(project: string): Promise<readonly string[]> {
  // Without scripts: the test run has built already, and other tests are using what it built.
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', project, ...OFFLINE];
  const [packed] = JSON.parse(await runToEnd('npm', pack, DEADLINE_MS, { cwd: ROOT })) as [Packed];
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }');
  await runToEnd('npm', ['install', ...OFFLINE, join(project, packed.filename)], DEADLINE_MS, {
    cwd: project,
    env: { npm_config_cache: join(project, 'cache') },
  });
  return packed.files.map(({ path }) => path);
}

/** The folder of a package that is installed here. */
export function installedHere(name: string): string {
  return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
}

export type ModuleResolution = 'bundler' | 'nodenext';

/** Compiler options of a strict project, which checks types and writes nothing. */
export function strictProject(resolution: ModuleResolution, types: readonly string[]): object {
  return {
    target: 'ES2022',
    module: resolution === 'bundler' ? 'esnext' : 'nodenext',
    moduleResolution: resolution,
    lib: ['ES2022', 'DOM'],
    types,
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
  };
}
