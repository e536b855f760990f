/**
 * The log of a sweep: a line of JSON for each run that has ended, on the disk before the next line is begun. Whatever
 * ends the process, at most the line that is being written is torn; it is cut off, and its run is done again.
 */
import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { RunRow } from '../../scenarios/sweep/run-row.ts';

export class RunLog {
  readonly #file: number;

  /** Goes on after the last whole line of the log at `path`, which is made where there is none. */
  constructor(path: string) {
    this.#file = openSync(path, 'a+');
    const text = readFileSync(this.#file);
    const whole = text.lastIndexOf(0x0a) + 1;
    if (whole < text.length) ftruncateSync(this.#file, whole);
  }

  append(row: RunRow): void {
    const line = Buffer.from(`${JSON.stringify(row)}\n`);
    for (let at = 0; at < line.length; ) at += writeSync(this.#file, line, at);
    fsyncSync(this.#file);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** The rows of a log, the last one where a run stands there twice. Lines that are no rows are left out: their runs are done again. */
export function readRunLog(path: string): RunRow[] {
  const rows = new Map<string, RunRow>();
  const text = readFileSync(path, 'utf8');
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  for (const line of lines) {
    const row = parseRow(line);
    if (row !== undefined) rows.set(`${row.cell}/${row.rep}`, row);
  }
  return [...rows.values()];
}

function parseRow(line: string): RunRow | undefined {
  try {
    const row = JSON.parse(line) as RunRow;
    const whole =
      Number.isInteger(row.cell) &&
      Number.isInteger(row.rep) &&
      Number.isInteger(row.seed) &&
      typeof row.status === 'string' &&
      typeof row.digest === 'string' &&
      [row.figures, row.completions, row.notHeld].every(Array.isArray);
    return whole ? row : undefined;
  } catch {
    return undefined;
  }
}
