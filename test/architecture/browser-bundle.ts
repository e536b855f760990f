/**
 * Bundles a part of the program for a browser, with nothing to stand in for what a browser lacks, and runs the result
 * in a context that has the language and nothing else: no timers, no console, no modules.
 */
import { runInNewContext } from 'node:vm';
import { build, type Message } from 'esbuild';
import { ROOT } from './project-files.ts';

/** The code of one bundle that holds all of `paths` (from the root of the project); throws what is in the way. */
export async function bundleForBrowser(paths: readonly string[]): Promise<string> {
  const contents = paths.map((path) => `export * from ${JSON.stringify(`./${path}`)};`).join('\n');
  return await bundleText(contents);
}

/** The same for the text of a TypeScript module at the root of the project. */
export async function bundleText(contents: string): Promise<string> {
  const result = await build({
    absWorkingDir: ROOT,
    stdin: { contents, resolveDir: ROOT, loader: 'ts' },
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    target: 'es2023',
    treeShaking: false,
    logLevel: 'silent',
    logOverride: { 'ambiguous-reexport': 'silent' },
  }).catch((error: { errors?: readonly Message[] }) => {
    throw new Error((error.errors ?? []).map(describe).join('\n') || String(error));
  });
  return result.outputFiles[0]?.text ?? '';
}

/** Runs a bundle where nothing but the language is defined. Throws what it throws. */
export function runWithLanguageAlone(code: string): void {
  runInNewContext(code, Object.create(null) as object, { timeout: 10_000 });
}

function describe({ text, location }: Message): string {
  return location === null ? text : `${location.file}:${location.line}: ${text}`;
}
