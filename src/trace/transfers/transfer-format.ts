/**
 * Transfers, totals of pairs and arrivals in a trace file. What could be counted from what stands there already is left out:
 * totals of pairs where every transfer is there, and the bytes of blocks of the ordinary length. Reading checks that every
 * row speaks of peers and pieces that exist and of instants of the run; it returns what is wrong, and never throws.
 */
import { readSparse, writeSparse } from '../sparse.ts';
import { fold, unfold, type VarintReader, type VarintWriter } from '../varint.ts';
import { pairsOf } from './pair-totals.ts';
import {
  type ArrivalColumns,
  emptyPairs,
  emptyTransfers,
  keptArrivals,
  MAX_PAIRS,
  MAX_TRANSFERS,
  type PairColumns,
  type TransferColumns,
} from './transfer-columns.ts';

export interface TransferTables {
  readonly transfers: TransferColumns;
  readonly pairs: PairColumns;
  readonly arrivals: ArrivalColumns;
}

export interface TransferBounds {
  readonly peers: number;
  readonly pieces: number;
  readonly endUs: number;
}

/** Bytes of nearly every block. */
const BLOCK_BYTES = 16_384;
const MAX_UINT32 = 2 ** 32 - 1;
/** The least that a row takes: a byte in each column that is not sparse. */
const MIN_TRANSFER_BYTES = 6;
const MIN_PAIR_BYTES = 7;

export function writeTransferTables(writer: VarintWriter, tables: TransferTables): void {
  writeTransfers(writer, tables.transfers);
  writer.unsigned(tables.pairs.everyNth);
  if (tables.transfers.everyNth !== 1) writePairs(writer, tables.pairs);
  writeArrivals(writer, tables.arrivals);
}

/** The tables, or what is wrong with them. */
export function readTransferTables(reader: VarintReader, bounds: TransferBounds): TransferTables | string {
  const transfers = readTransfers(reader, bounds);
  if (typeof transfers === 'string') return transfers;
  const pairsNth = reader.unsigned();
  if (transfers.everyNth === 1 && pairsNth !== 1) return 'pairs are of fewer peers than transfers';
  const pairs = transfers.everyNth === 1 ? pairsOf(transfers) : readPairs(reader, pairsNth, bounds);
  if (typeof pairs === 'string') return pairs;
  const arrivals = readArrivals(reader, bounds);
  if (typeof arrivals === 'string') return arrivals;
  return { transfers, pairs, arrivals };
}

function writeTransfers(writer: VarintWriter, rows: TransferColumns): void {
  writer.unsigned(rows.everyNth);
  writer.unsigned(rows.count);
  let previousUs = 0;
  for (const timeUs of rows.firstUs) {
    writer.unsigned(timeUs - previousUs);
    previousUs = timeUs;
  }
  rows.lastUs.forEach((lastUs, row) => {
    writer.unsigned(lastUs - (rows.firstUs[row] as number));
  });
  for (const peer of rows.uploader) writer.signed(peer);
  for (const peer of rows.downloader) writer.unsigned(peer);
  for (const piece of rows.piece) writer.signed(piece);
  for (const blocks of rows.blocks) writer.unsigned(blocks);
  writeSparse(
    writer,
    Float64Array.from(rows.blocks, (blocks, row) => fold(blocks * BLOCK_BYTES - (rows.bytes[row] as number))),
  );
  writeSparse(writer, rows.wastedBytes);
}

function readTransfers(reader: VarintReader, bounds: TransferBounds): TransferColumns | string {
  const everyNth = reader.unsigned();
  const count = reader.unsigned();
  if (count > MAX_TRANSFERS) return 'too many transfers';
  if (count * MIN_TRANSFER_BYTES > reader.remaining) return 'the transfers are cut off';
  if (everyNth === 0 && count > 0) return 'transfers of nobody';
  const rows = emptyTransfers(count, everyNth);
  let previousUs = 0;
  for (let row = 0; row < count; row++) {
    previousUs += reader.unsigned();
    rows.firstUs[row] = previousUs;
  }
  for (let row = 0; row < count; row++) rows.lastUs[row] = (rows.firstUs[row] as number) + reader.unsigned();
  for (let row = 0; row < count; row++) rows.uploader[row] = reader.signed();
  for (let row = 0; row < count; row++) rows.downloader[row] = Math.min(reader.unsigned(), bounds.peers);
  for (let row = 0; row < count; row++) rows.piece[row] = reader.signed();
  for (let row = 0; row < count; row++) rows.blocks[row] = reader.unsigned();
  const shortage = readSparse(reader, count);
  for (let row = 0; row < count; row++) {
    const bytes = (rows.blocks[row] as number) * BLOCK_BYTES - unfold(shortage[row] as number);
    if (bytes < 0 || bytes > MAX_UINT32) return `transfer ${row} has no number of bytes`;
    rows.bytes[row] = bytes;
  }
  rows.wastedBytes.set(readSparse(reader, count));
  if (reader.failed) return 'the transfers are cut off';
  return checkTransfers(rows, bounds) ?? rows;
}

function checkTransfers(rows: TransferColumns, { peers, pieces, endUs }: TransferBounds): string | undefined {
  for (let row = 0; row < rows.count; row++) {
    const uploader = rows.uploader[row] as number;
    const downloader = rows.downloader[row] as number;
    const piece = rows.piece[row] as number;
    if (uploader < -1 || uploader >= peers || downloader >= peers || downloader % rows.everyNth !== 0)
      return `transfer ${row} names an unknown peer`;
    if (piece < -1 || piece >= pieces) return `transfer ${row} names an unknown piece ${piece}`;
    if ((rows.lastUs[row] as number) > endUs) return `transfer ${row} lies after the end of the run`;
  }
  return undefined;
}

function writePairs(writer: VarintWriter, pairs: PairColumns): void {
  writer.unsigned(pairs.count);
  for (const peer of pairs.uploader) writer.signed(peer);
  for (const peer of pairs.downloader) writer.unsigned(peer);
  for (const timeUs of pairs.firstUs) writer.unsigned(timeUs);
  pairs.lastUs.forEach((lastUs, row) => {
    writer.unsigned(lastUs - (pairs.firstUs[row] as number));
  });
  for (const blocks of pairs.blocks) writer.unsigned(blocks);
  for (const bytes of pairs.bytes) writer.unsigned(bytes);
  for (const bytes of pairs.wastedBytes) writer.unsigned(bytes);
}

function readPairs(reader: VarintReader, everyNth: number, bounds: TransferBounds): PairColumns | string {
  const count = reader.unsigned();
  if (count > MAX_PAIRS) return 'too many pairs';
  if (count * MIN_PAIR_BYTES > reader.remaining) return 'the pairs are cut off';
  if (everyNth === 0 && count > 0) return 'pairs of nobody';
  const pairs = emptyPairs(count, everyNth);
  for (let row = 0; row < count; row++) pairs.uploader[row] = reader.signed();
  for (let row = 0; row < count; row++) pairs.downloader[row] = Math.min(reader.unsigned(), bounds.peers);
  for (let row = 0; row < count; row++) pairs.firstUs[row] = reader.unsigned();
  for (let row = 0; row < count; row++)
    pairs.lastUs[row] = (pairs.firstUs[row] as number) + reader.unsigned();
  for (const column of [pairs.blocks, pairs.bytes, pairs.wastedBytes])
    for (let row = 0; row < count; row++) column[row] = reader.unsigned();
  if (reader.failed) return 'the pairs are cut off';
  for (let row = 0; row < count; row++) {
    const uploader = pairs.uploader[row] as number;
    const downloader = pairs.downloader[row] as number;
    if (
      uploader < -1 ||
      uploader >= bounds.peers ||
      downloader >= bounds.peers ||
      downloader % everyNth !== 0
    )
      return `pair ${row} names an unknown peer`;
    if ((pairs.lastUs[row] as number) > bounds.endUs) return `pair ${row} lies after the end of the run`;
  }
  return pairs;
}

function writeArrivals(writer: VarintWriter, { everyNth, blocks, timeUs }: ArrivalColumns): void {
  writer.unsigned(everyNth);
  if (everyNth === 0) return;
  for (const count of blocks) writer.unsigned(count);
  let at = 0;
  for (let peer = 0; peer < blocks.length; peer += everyNth) {
    const end = at + keptArrivals(blocks[peer] as number);
    let previousUs = 0;
    for (; at < end; at++) {
      writer.unsigned((timeUs[at] as number) - previousUs);
      previousUs = timeUs[at] as number;
    }
  }
}

function readArrivals(reader: VarintReader, { peers, endUs }: TransferBounds): ArrivalColumns | string {
  const everyNth = reader.unsigned();
  if (everyNth === 0) return { everyNth, blocks: new Float64Array(0), timeUs: new Float64Array(0) };
  const blocks = new Float64Array(peers);
  let count = 0;
  for (let peer = 0; peer < peers; peer++) {
    blocks[peer] = reader.unsigned();
    if (peer % everyNth === 0) count += keptArrivals(blocks[peer] as number);
  }
  if (count > reader.remaining) return 'the arrivals are cut off';
  const timeUs = new Float64Array(count);
  let at = 0;
  for (let peer = 0; peer < peers; peer += everyNth) {
    const end = at + keptArrivals(blocks[peer] as number);
    let previousUs = 0;
    for (; at < end; at++) {
      previousUs += reader.unsigned();
      timeUs[at] = previousUs;
    }
    if (previousUs > endUs) return 'a block arrives after the end of the run';
  }
  return { everyNth, blocks, timeUs };
}
