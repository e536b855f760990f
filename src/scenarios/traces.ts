/**
 * The CSV files that a scenario names: when peers arrive, and when they are online. They are read while the scenario is
 * parsed, so that a scenario is complete in itself; how a file is read is the loader's affair.
 */
import type { Span } from '../sim/weekly-schedule.ts';
import { type Complaint, complain, quote } from './complaint.ts';
import { type CsvField, type CsvTable, parseCsv } from './csv.ts';
import type { ScenarioProblem } from './errors.ts';
import { codeFrame, Lines } from './frame.ts';
import type { NamedFiles } from './named-files.ts';
import { nearest } from './nearest.ts';
import { asList, asMap } from './rules/plain-data.ts';
import type { Path, Places } from './source.ts';
import { joinedSpans } from './spans.ts';
import { parseDuration } from './units.ts';

/** What the files of one group say. */
export interface GroupTraces {
  readonly arrivalsUs?: readonly number[];
  readonly online?: readonly (readonly Span[])[];
}

/** Faults of one file beyond this number are not looked for. */
const MAX_FAULTS = 20;

/** The traces of each group, in order. What is wrong with them is added to `problems`. */
export function readTraces(
  source: Places,
  data: Record<string, unknown>,
  files: NamedFiles,
  problems: ScenarioProblem[],
): readonly GroupTraces[] {
  return asList(data.peers).map((entry, index) => {
    const group = asMap(entry);
    const count = typeof group.count === 'number' ? group.count : 1;
    const arrivals = new TraceFile(source, ['peers', index, 'arrive', 'csv'], files, problems);
    const sessions = new TraceFile(source, ['peers', index, 'sessions', 'csv'], files, problems);
    const arrivalsUs = arrivals.arrivals(asMap(group.arrive).csv, count);
    const online = sessions.online(asMap(group.sessions).csv, count);
    return { ...(arrivalsUs && { arrivalsUs }), ...(online && { online }) };
  });
}

/** One file, named by the value at `path` of the scenario. */
class TraceFile {
  readonly #source: Places;
  readonly #path: Path;
  readonly #files: NamedFiles;
  readonly #problems: ScenarioProblem[];
  #file = '';
  #lines: Lines | undefined;
  #faults = 0;

  constructor(source: Places, path: Path, files: NamedFiles, problems: ScenarioProblem[]) {
    this.#source = source;
    this.#path = path;
    this.#files = files;
    this.#problems = problems;
  }

  /** A time for each of `count` peers at least; undefined when no file is named or it is wrong. */
  arrivals(name: unknown, count: number): readonly number[] | undefined {
    const table = this.#table(name);
    const columns = table && this.#columns(table, [], ['arrive']);
    if (table === undefined || columns === undefined) return undefined;
    const times = table.rows.map((row) => this.#time(row, columns.get('arrive')));
    if (this.#faults > 0) return undefined;
    if (times.length >= count) return times;
    return this.#wrongFile(
      `${count} peers, but ${quote(name)} has ${times.length} arrivals`,
      'one for each peer',
    );
  }

  /** The spans of each of `count` peers at least; undefined when no file is named or it is wrong. */
  online(name: unknown, count: number): readonly (readonly Span[])[] | undefined {
    const table = this.#table(name);
    const columns = table && this.#columns(table, ['peer'], ['from', 'to']);
    if (table === undefined || columns === undefined) return undefined;
    const spans: Span[][] = Array.from({ length: count }, () => []);
    for (const row of table.rows) {
      const peer = this.#peer(row[columns.get('peer')?.index ?? 0] as CsvField);
      const fromUs = this.#time(row, columns.get('from'));
      const toUs = this.#time(row, columns.get('to'));
      if (toUs <= fromUs) {
        const field = row[columns.get('to')?.index ?? 0] as CsvField;
        this.#fault(field, complain(`${quote(field.text)} is not after the beginning of the span`));
      }
      spans[peer - 1]?.push({ fromUs, toUs });
    }
    if (this.#faults > 0) return undefined;
    const without = spans.findIndex((own) => own.length === 0);
    if (without < 0) return spans.map(joinedSpans);
    return this.#wrongFile(
      `${quote(name)} has no span for peer ${without + 1}`,
      `one at least for each of ${count} peers`,
    );
  }

  #table(name: unknown): CsvTable | undefined {
    if (typeof name !== 'string') return undefined;
    const read = this.#files.readText(name, this.#source.pathOf(this.#path));
    if (!read.ok) {
      this.#problems.push(this.#source.atValue(this.#path, read.complaint));
      return undefined;
    }
    const { text, file } = read.value;
    this.#file = file;
    this.#lines = new Lines(text);
    const parsed = parseCsv(text);
    if (parsed.ok) return parsed.value;
    const { offset, length } = parsed.complaint;
    this.#fault({ text: '', offset, length }, parsed.complaint);
    return undefined;
  }

  /** Where each column stands. The name of a column of times may end in a unit: "from_s". */
  #columns(
    { columns }: CsvTable,
    numbers: string[],
    times: string[],
  ): ReadonlyMap<string, Column> | undefined {
    const found = new Map<string, Column>();
    for (const [index, field] of columns.entries()) {
      const [, name = '', unit] = /^(.*?)(?:_(us|ms|s|m|h|d))?$/s.exec(field.text.trim()) ?? [];
      const isKnown = times.includes(name) || (numbers.includes(name) && unit === undefined);
      if (isKnown && !found.has(name)) found.set(name, { index, unit });
      else if (isKnown) this.#fault(field, complain(`there is a column ${quote(name)} already`));
      else if (!field.text.startsWith('x-')) {
        const all = [...numbers, ...times];
        this.#fault(
          field,
          complain(`unknown column ${quote(field.text)}`, {
            expected: `${all.join(', ')}; a column that begins with "x-" is ignored`,
            suggestion: nearest(field.text, all),
          }),
        );
      }
    }
    const missing = [...numbers, ...times].filter((name) => !found.has(name));
    for (const name of this.#faults === 0 ? missing : []) {
      this.#fault(columns[0] as CsvField, complain(`missing column "${name}"`));
    }
    return this.#faults === 0 ? found : undefined;
  }

  #time(row: readonly CsvField[], column: Column | undefined): number {
    const field = row[column?.index ?? 0] as CsvField;
    const isPlain = /^\s*\d+(\.\d+)?\s*$/.test(field.text);
    const unit = column?.unit;
    if (unit !== undefined && !isPlain) {
      this.#fault(
        field,
        complain(`${quote(field.text)} is not a plain number`, { expected: `a number of ${unit}` }),
      );
      return 0;
    }
    const parsed = parseDuration(unit === undefined ? field.text : `${field.text.trim()}${unit}`);
    if (parsed.ok) return parsed.value;
    const hint = isPlain && unit === undefined ? ', or the unit in the name of the column: "arrive_s"' : '';
    this.#fault(
      field,
      complain(parsed.complaint.message, { expected: `${parsed.complaint.expected}${hint}` }),
    );
    return 0;
  }

  #peer(field: CsvField): number {
    const peer = /^\s*[1-9]\d{0,8}\s*$/.test(field.text) ? Number(field.text) : 0;
    if (peer === 0) {
      this.#fault(
        field,
        complain(`${quote(field.text)} is not the number of a peer`, { expected: '1, 2, ...' }),
      );
    }
    return peer;
  }

  #fault(field: CsvField, complaint: Complaint): void {
    this.#faults++;
    const lines = this.#lines;
    if (lines === undefined || this.#faults > MAX_FAULTS) return;
    this.#problems.push({
      file: this.#file,
      ...lines.place(field.offset),
      message: complaint.message,
      expected: complaint.expected,
      suggestion: complaint.suggestion,
      frame: codeFrame(lines, field.offset, Math.max(1, field.length)),
    });
  }

  #wrongFile(message: string, expected: string): undefined {
    this.#problems.push(this.#source.atValue(this.#path, complain(message, { expected })));
  }
}

interface Column {
  readonly index: number;
  /** Undefined: the fields have units of their own. */
  readonly unit: string | undefined;
}
