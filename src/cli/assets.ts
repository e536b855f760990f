/** Files that the build puts beside the command: the report's script and the scenario library. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError, ExitCode } from './exit-codes.ts';

const folder = dirname(fileURLToPath(import.meta.url));

export const libraryFolder = join(folder, 'library');

export function readReportScript(): string {
  try {
    return readFileSync(join(folder, 'report.js'), 'utf8');
  } catch {
    throw new CommandError('the report script is missing from this installation', ExitCode.bug);
  }
}
