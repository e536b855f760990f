/** The files of the project as a fresh clone has them: what is installed, built or left behind by runs is passed over. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface SourceFile {
  /** From the root of the project, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const PASSED_OVER = ['.git', 'build', 'coverage', 'dist', 'node_modules', 'reports'];
const TEXT = /(?:^|\/)[^/.]*$|\.(?:ts|mjs|js|json|md|yaml|yml|py|css|html|svg|txt|npmrc|gitignore)$/;

/** Every text file of the project, in the order of the paths. */
export function projectFiles(): SourceFile[] {
  const paths: string[] = [];
  const visit = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (folder === ROOT && PASSED_OVER.includes(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile()) paths.push(relative(ROOT, path).split(sep).join('/'));
    }
  };
  visit(ROOT);
  return paths
    .filter((path) => TEXT.test(path))
    .sort((a, b) => (a < b ? -1 : 1))
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

/** TypeScript of the programs themselves: everything but the tests. */
export function programFiles(): SourceFile[] {
  return projectFiles().filter(({ path }) => /^(?:src|viz|bench)\/.*\.ts$/.test(path));
}
