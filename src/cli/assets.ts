/** Files that the build puts beside the command: the report's script, the scenario library and the templates of scenarios. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError, ExitCode } from './exit-codes.ts';

const folder = dirname(fileURLToPath(import.meta.url));

export const libraryFolder = join(folder, 'library');
export const templatesFolder = join(folder, 'templates');

export function readReportScript(): string {
  try {
    return readFileSync(join(folder, 'report.js'), 'utf8');
  } catch {
    throw new CommandError('the report script is missing from this installation', ExitCode.bug);
  }
}
