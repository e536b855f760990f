/** A bundle for node of the project's sources, with one bug in it or none. */
import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { build } from 'esbuild';
import { type Planting, plantForEsbuild, ROOT } from './planting.ts';

/** Packages in the CommonJS form ask for node's own modules through `require`. */
const REQUIRE = `import { createRequire as createRequireForBundle } from 'node:module';
const require = createRequireForBundle(import.meta.url);
`;

/** Bundles the module `source`, whose imports are relative to the project's folder, into `file`. */
export async function bundle(source: string, file: string, bug?: Planting): Promise<void> {
  const result = await build({
    absWorkingDir: ROOT,
    stdin: { contents: source, resolveDir: ROOT, loader: 'ts' },
    bundle: true,
    write: false,
    outdir: dirname(file),
    platform: 'node',
    format: 'esm',
    target: 'node20',
    charset: 'utf8',
    logLevel: 'warning',
    plugins: bug === undefined ? [] : [plantForEsbuild(bug)],
  });
  const [code] = result.outputFiles;
  writeFileSync(file, REQUIRE + (code?.text ?? '').replace(/^#!.*\n/, ''));
}
