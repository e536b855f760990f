/**
 * Decisions in a trace file: column by column, instants as differences. Reading checks that every row speaks of peers, pieces,
 * reasons and texts that exist; it returns what is wrong, and never throws.
 */
import { decodeUtf8, encodeUtf8 } from '../../core/bytes.ts';
import type { VarintReader, VarintWriter } from '../varint.ts';
import {
  type ChokerColumns,
  type DecisionTables,
  emptyChokers,
  emptyJoins,
  emptyJudgements,
  emptyPicks,
  JOIN_REASONS,
  type JoinColumns,
  type JudgementColumns,
  MAX_DECISIONS,
  MEASURES,
  noDecisions,
  type PickColumns,
} from './decision-columns.ts';

export interface DecisionBounds {
  readonly peers: number;
  readonly pieces: number;
  readonly endUs: number;
  /** Events `piecePicked` of peers that are multiples of `everyNth`. */
  picks(everyNth: number): number;
}

/** Most names of chokers. */
const MAX_TEXTS = 4096;

type Column = Int32Array | Uint8Array;

export function writeDecisions(writer: VarintWriter, { everyNth, texts, ...tables }: DecisionTables): void {
  writer.unsigned(everyNth);
  if (everyNth === 0) return;
  writer.unsigned(texts.length);
  for (const text of texts) {
    const bytes = encodeUtf8(text);
    writer.unsigned(bytes.length);
    writer.raw(bytes);
  }
  const { picks, joins, judgements, chokers } = tables;
  writeTable(writer, undefined, pickColumns(picks));
  writeTable(writer, joins.timeUs, joinColumns(joins));
  writeTable(writer, judgements.timeUs, judgementColumns(judgements));
  writeTable(writer, chokers.timeUs, chokerColumns(chokers));
}

/** The decisions, or what is wrong with them. */
export function readDecisions(reader: VarintReader, bounds: DecisionBounds): DecisionTables | string {
  const everyNth = reader.unsigned();
  if (everyNth === 0) return noDecisions();
  const textCount = reader.unsigned();
  if (textCount > MAX_TEXTS) return 'too many names of chokers';
  const texts: string[] = [];
  for (let text = 0; text < textCount; text++) texts.push(decodeUtf8(reader.raw(reader.unsigned())));
  const picks = readTable(reader, emptyPicks, pickColumns);
  const joins = typeof picks === 'string' ? picks : readTable(reader, emptyJoins, joinColumns);
  const judgements = typeof joins === 'string' ? joins : readTable(reader, emptyJudgements, judgementColumns);
  const chokers =
    typeof judgements === 'string' ? judgements : readTable(reader, emptyChokers, chokerColumns);
  for (const table of [picks, joins, judgements, chokers]) if (typeof table === 'string') return table;
  const tables = { everyNth, texts, picks, joins, judgements, chokers } as DecisionTables;
  return checkDecisions(tables, bounds) ?? tables;
}

function pickColumns({ copies, equallyRare, candidates, allowedFast }: PickColumns): Column[] {
  return [copies, equallyRare, candidates, allowedFast];
}

function joinColumns({ peer, remote, piece, reason, copies, other }: JoinColumns): Column[] {
  return [peer, remote, piece, reason, copies, other];
}

function judgementColumns({ peer, remote, flags, rank, measure, value }: JudgementColumns): Column[] {
  return [peer, remote, flags, rank, measure, value];
}

function chokerColumns({ peer, choker, slots, seeding }: ChokerColumns): Column[] {
  return [peer, choker, slots, seeding];
}

function writeTable(
  writer: VarintWriter,
  timeUs: Float64Array | undefined,
  columns: readonly Column[],
): void {
  writer.unsigned(columns[0]?.length ?? 0);
  let previousUs = 0;
  for (const instantUs of timeUs ?? []) {
    writer.unsigned(instantUs - previousUs);
    previousUs = instantUs;
  }
  for (const column of columns) {
    const isByte = column instanceof Uint8Array;
    for (const value of column) isByte ? writer.unsigned(value) : writer.signed(value);
  }
}

function readTable<Table extends { readonly count: number; readonly timeUs?: Float64Array }>(
  reader: VarintReader,
  empty: (count: number) => Table,
  columnsOf: (table: Table) => readonly Column[],
): Table | string {
  const count = reader.unsigned();
  if (count > MAX_DECISIONS) return 'too many decisions';
  // Every row takes a byte in each of four columns at the least.
  if (count * 4 > reader.remaining) return 'the decisions are cut off';
  const table = empty(count);
  let previousUs = 0;
  for (let row = 0; table.timeUs !== undefined && row < count; row++) {
    previousUs += reader.unsigned();
    table.timeUs[row] = previousUs;
  }
  for (const column of columnsOf(table)) {
    const isByte = column instanceof Uint8Array;
    for (let row = 0; row < count; row++) {
      column[row] = isByte ? Math.min(255, reader.unsigned()) : reader.signed();
    }
  }
  return reader.failed ? 'the decisions are cut off' : table;
}

function checkDecisions(tables: DecisionTables, bounds: DecisionBounds): string | undefined {
  const { everyNth, texts, picks, joins, judgements, chokers } = tables;
  const { peers, pieces, endUs } = bounds;
  if (picks.count !== bounds.picks(everyNth)) return 'there are not as many reasons for picks as picks';
  for (const { count, timeUs, peer } of [joins, judgements, chokers]) {
    if (count > 0 && (timeUs[count - 1] as number) > endUs) return 'a decision lies after the end of the run';
    for (let row = 0; row < count; row++) {
      const decider = peer[row] as number;
      if (decider < 0 || decider >= peers || decider % everyNth !== 0) return 'a decision of an unknown peer';
    }
  }
  for (const { remote } of [joins, judgements])
    for (const other of remote) if (other < -1 || other >= peers) return 'a decision about an unknown peer';
  for (const piece of joins.piece)
    if (piece < 0 || piece >= pieces) return 'a decision about an unknown piece';
  for (const reason of joins.reason) if (reason >= JOIN_REASONS.length) return 'a decision without a reason';
  for (const measure of judgements.measure) if (measure >= MEASURES.length) return 'an unknown measure';
  for (const text of chokers.choker) if (text < 0 || text >= texts.length) return 'a choker without a name';
  return undefined;
}
