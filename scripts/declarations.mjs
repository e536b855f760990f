/**
 * The declarations (.d.ts) that users of the library need: those of its entries and of every file that these name. The
 * compiler writes them for all of the project; imports that end in .ts there end in .js here, as users' compilers expect.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, posix } from 'node:path';

const FROM = /((?:from|import)\s*\(?\s*["'])(\.[^"']+)\.ts(["'])/g;

/** Paths, from the root of the project, and texts. Throws when the sources do not compile. */
export function declarationsOf(root, entries) {
  if (entries.length === 0) return [];
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
  const projects = [...new Set(entries.map((entry) => dirname(entry)))];
  const ended = spawnSync(process.execPath, [tsc, '-b', ...projects], { cwd: root, encoding: 'utf8' });
  if (ended.status !== 0) throw new Error(`the declarations cannot be made\n${ended.stdout}${ended.stderr}`);
  const found = new Map();
  const open = entries.map((entry) => entry.replace(/\.ts$/, '.d.ts'));
  while (open.length > 0) {
    const path = open.pop();
    if (found.has(path)) continue;
    const file = join(root, 'build/types', path);
    if (!existsSync(file)) throw new Error(`there is no declaration ${file}`);
    const text = readFileSync(file, 'utf8').replace(/\n?\/\/# sourceMappingURL=.*/g, '');
    for (const [, , target] of text.matchAll(FROM)) {
      open.push(posix.join(posix.dirname(path), `${target}.d.ts`));
    }
    found.set(path, text.replaceAll(FROM, '$1$2.js$3'));
  }
  return [...found].map(([path, text]) => ({ path, text }));
}
