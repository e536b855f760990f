/** `swarmlab export`: a table of a run, from its trace, as CSV or as one JSON object a line. */
import { once } from 'node:events';
import { nearest } from '../scenarios/nearest.ts';
import { ordinal } from '../trace/explain/words.ts';
import { type ExportFormat, exportedPeers, exportLines, exportTables } from '../trace/export/export-lines.ts';
import type { Trace } from '../trace/trace.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import { readRunFolder } from './read-run.ts';

export interface ExportArguments {
  readonly format: ExportFormat;
  readonly table: string;
}

/** Characters that are written at a time. */
const PORTION = 65_536;

export async function exportTable(path: string, { table, format }: ExportArguments): Promise<ExitCode> {
  const tables = exportTables();
  const names = tables.map(({ name }) => name);
  if (!names.includes(table)) {
    const near = nearest(table, names);
    const list = tables.map(({ name, description }) => `  ${name.padEnd(12)}${description}`).join('\n');
    const hint = near === undefined ? '' : `\n  did you mean ${near}?`;
    throw new CommandError(
      `--table ${table}: there is no such table${hint}\nthere are:\n${list}`,
      ExitCode.usage,
    );
  }
  const { trace } = readRunFolder(path);
  sayWhatIsMissing(trace, table);
  let portion = '';
  for (const line of exportLines(trace, table, format)) {
    portion += line;
    if (portion.length < PORTION) continue;
    if (!process.stdout.write(portion)) await once(process.stdout, 'drain');
    portion = '';
  }
  if (portion !== '' && !process.stdout.write(portion)) await once(process.stdout, 'drain');
  return ExitCode.held;
}

function sayWhatIsMissing(trace: Trace, table: string): void {
  const everyNth = exportedPeers(trace, table);
  if (everyNth === 1) return;
  const what =
    everyNth === 0
      ? 'this trace does not hold it: it is from an earlier version, or from a run too large for it'
      : `this run was so large that only the rows of every ${ordinal(everyNth)} peer were kept (of downloaders, of those who decide)`;
  process.stderr.write(`${table}: ${what}\n`);
}
