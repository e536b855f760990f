/**
 * Tables as comma-separated values (RFC 4180), read strictly: a line with the names of the columns, then rows of as many
 * fields. Fields keep their places in the text, so that what is found wrong later can be shown. Never throws.
 */
import { accept, type Checked, reject } from './complaint.ts';

export interface CsvField {
  readonly text: string;
  /** Where it stands in the file, in UTF-16 units, quotes included. */
  readonly offset: number;
  readonly length: number;
}

export interface CsvTable {
  readonly columns: readonly CsvField[];
  /** Each as long as `columns`. */
  readonly rows: readonly (readonly CsvField[])[];
}

/** More rows, or a longer text, are refused. */
export const MAX_ROWS = 1_000_000;
export const MAX_CSV_TEXT = 64 * 1024 * 1024;

/** Reads a table; lines end in "\n" or "\r\n". The complaint, if there is one, has its place in `text`. */
export function parseCsv(text: string): Checked<CsvTable> {
  if (text.length > MAX_CSV_TEXT) {
    return reject('the file is too long', { expected: 'at most 64 MiB', length: 1 });
  }
  let columns: readonly CsvField[] | undefined;
  const rows: (readonly CsvField[])[] = [];
  // Some programs put a byte order mark in front.
  let at = text.startsWith('\ufeff') ? 1 : 0;
  while (at < text.length) {
    const line = readLine(text, at);
    if (!line.ok) return line;
    const { fields, next } = line.value;
    if (columns === undefined) columns = fields;
    else if (fields.length === columns.length) rows.push(fields);
    else {
      return reject(`${count(fields.length, 'field')} in a table of ${count(columns.length, 'column')}`, {
        expected: `${count(columns.length, 'field')} in each line`,
        offset: at,
        length: Math.max(1, next - at - 1),
      });
    }
    if (rows.length > MAX_ROWS) {
      return reject('too many lines', { expected: `at most ${MAX_ROWS}`, offset: at, length: 1 });
    }
    at = next;
  }
  if (columns === undefined) {
    return reject('the file is empty', { expected: 'a line with the names of the columns' });
  }
  return accept({ columns, rows });
}

/** The fields of the line at `start`, and where the next one begins. */
function readLine(text: string, start: number): Checked<{ fields: CsvField[]; next: number }> {
  const fields: CsvField[] = [];
  let at = start;
  for (;;) {
    const field = text[at] === '"' ? quoted(text, at) : plain(text, at);
    if (!field.ok) return field;
    fields.push(field.value);
    at = field.value.offset + field.value.length;
    if (text[at] === ',') {
      at++;
      continue;
    }
    if (text[at] === '\r') at++;
    return accept({ fields, next: at + 1 });
  }
}

function plain(text: string, start: number): Checked<CsvField> {
  let end = start;
  while (end < text.length && !isEnd(text, end)) {
    if (text[end] === '"') {
      return reject('a quote within a field that does not begin with one', {
        expected: 'quotes around the whole field, and doubled within it',
        offset: end,
        length: 1,
      });
    }
    end++;
  }
  return accept({ text: text.slice(start, end), offset: start, length: end - start });
}

function quoted(text: string, start: number): Checked<CsvField> {
  let value = '';
  let from = start + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) {
      return reject('the quote is not closed', { expected: 'a second "', offset: start, length: 1 });
    }
    value += text.slice(from, quote);
    from = quote + 1;
    if (text[from] !== '"') break;
    value += '"';
    from++;
  }
  if (from < text.length && !isEnd(text, from)) {
    return reject('text after the closing quote', {
      expected: 'a comma or the end of the line',
      offset: from,
      length: 1,
    });
  }
  return accept({ text: value, offset: start, length: from - start });
}

/** Whether a field ends here: at a comma or a line's end. */
function isEnd(text: string, at: number): boolean {
  const character = text[at];
  return character === ',' || character === '\n' || (character === '\r' && (text[at + 1] ?? '\n') === '\n');
}

function count(number: number, what: string): string {
  return number === 1 ? `1 ${what}` : `${number} ${what}s`;
}
