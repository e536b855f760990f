/** Files that the build puts beside the command: scripts of pages and of threads, the scenario library, templates. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError, ExitCode } from './exit-codes.ts';

const folder = dirname(fileURLToPath(import.meta.url));

export const libraryFolder = join(folder, 'library');
export const templatesFolder = join(folder, 'templates');

/** The script of the threads of a sweep. */
export const sweepWorkerScript = join(folder, 'sweep-worker.js');

/** The program that makes sockets inside a network namespace. */
export const namespaceAgentScript = join(folder, 'namespace-agent.js');

export function readReportScript(): string {
  return readScript('report.js');
}

/** The script of the page of a sweep or a comparison. */
export function readCompareScript(): string {
  return readScript('compare.js');
}

/** The live page: one file, which opens from disk. */
export const livePage = join(folder, 'play', 'index.html');

export function readLivePage(): string {
  return readScript(join('play', 'index.html'));
}

function readScript(name: string): string {
  try {
    return readFileSync(join(folder, name), 'utf8');
  } catch {
    throw new CommandError(`the file ${name} is missing from this installation`, ExitCode.bug);
  }
}
