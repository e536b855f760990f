/** Tables of a trace as lines of CSV (RFC 4180) or of JSON, one object a line. The tables of the run folder are among them. */
import { eventsTable, peersTable, piecesTable, samplesTable } from '../metrics/tables.ts';
import type { Trace } from '../trace.ts';
import { EXPORT_TABLES, type ExportedCell, type ExportTable } from './export-tables.ts';

export type ExportFormat = 'csv' | 'ndjson';

const FOLDER_TABLES: Readonly<
  Record<string, { readonly description: string; lines(trace: Trace): Iterable<string> }>
> = {
  peers: { description: 'one row a peer, as peers.csv of the run folder', lines: peersTable },
  pieces: { description: 'one row a piece, as pieces.csv', lines: piecesTable },
  samples: { description: 'payload by interval and peer, as samples.csv', lines: samplesTable },
  events: {
    description: 'comings, goings, lines and events of the scenario, as events.csv',
    lines: eventsTable,
  },
};

/** Columns of the folder's tables that hold texts; all others hold numbers. */
const TEXTS: ReadonlySet<string> = new Set([
  'scenario',
  'peer',
  'group',
  'arrived_with',
  'behaviour',
  'nat',
  'event',
  'what',
]);

export function exportTables(): { readonly name: string; readonly description: string }[] {
  const others = Object.entries(FOLDER_TABLES).map(([name, { description }]) => ({ name, description }));
  return [...EXPORT_TABLES.map(({ name, description }) => ({ name, description })), ...others];
}

/** Of which peers the table has rows: of all (1), of every n-th, of none (0). */
export function exportedPeers(trace: Trace, table: string): number {
  return EXPORT_TABLES.find(({ name }) => name === table)?.everyNth(trace) ?? 1;
}

/** The lines of a table, line ends included; `table` is one of `exportTables`. */
export function exportLines(trace: Trace, table: string, format: ExportFormat): Iterable<string> {
  const folder = FOLDER_TABLES[table];
  if (folder !== undefined) return format === 'csv' ? folder.lines(trace) : asJson(folder.lines(trace));
  const found = EXPORT_TABLES.find(({ name }) => name === table) as ExportTable;
  return format === 'csv' ? csvLines(trace, found) : jsonLines(trace, found);
}

function* csvLines(trace: Trace, { columns, ...table }: ExportTable): Generator<string> {
  const { scenario, seed } = trace.header;
  yield `${['scenario', 'seed', ...columns].join(',')}\n`;
  for (const cells of table.rows(trace)) yield `${[scenario, seed, ...cells].map(csvCell).join(',')}\n`;
}

function* jsonLines(trace: Trace, { columns, ...table }: ExportTable): Generator<string> {
  const { scenario, seed } = trace.header;
  for (const cells of table.rows(trace)) {
    const row: Record<string, string | number | null> = { scenario, seed };
    for (const [index, column] of columns.entries()) row[column] = cells[index] ?? null;
    yield `${JSON.stringify(row)}\n`;
  }
}

function csvCell(cell: ExportedCell): string {
  const text = cell === undefined ? '' : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The same rows as objects. An empty cell is null, in columns of texts too. */
function* asJson(lines: Iterable<string>): Generator<string> {
  let columns: readonly string[] | undefined;
  for (const line of lines) {
    const cells = csvCells(line.slice(0, -1));
    if (columns === undefined) {
      columns = cells;
      continue;
    }
    const row: Record<string, string | number | null> = {};
    for (const [index, column] of columns.entries()) {
      const cell = cells[index] ?? '';
      row[column] = cell === '' ? null : TEXTS.has(column) ? cell : Number(cell);
    }
    yield `${JSON.stringify(row)}\n`;
  }
}

/** The cells of one row of CSV. */
function csvCells(row: string): string[] {
  const cells: string[] = [];
  for (let at = 0; at <= row.length; at++) {
    if (row[at] !== '"') {
      const comma = row.indexOf(',', at);
      const end = comma < 0 ? row.length : comma;
      cells.push(row.slice(at, end));
      at = end;
      continue;
    }
    let text = '';
    for (at++; at < row.length; at++) {
      if (row[at] !== '"') text += row[at];
      else if (row[at + 1] === '"') text += row[at++];
      else break;
    }
    cells.push(text);
    at++;
  }
  return cells;
}
