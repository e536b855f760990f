/**
 * A trace as a file: "SWARMTRC", a description in JSON, the columns as varints (times as differences), and a
 * checksum of all that. The layout is in docs/TRACE.md. Decoding judges bytes from outside: it returns a result, never
 * throws, and allocates no more than the file's own length warrants or the bounds below allow.
 */
import { decodeUtf8, encodeUtf8, equalBytes, fromHex, fromLatin1 } from '../core/bytes.ts';
import { failure, type Result, success } from '../core/result.ts';
import type { ControlColumns } from './control-bytes.ts';
import { noDecisions } from './decisions/decision-columns.ts';
import { readDecisions, writeDecisions } from './decisions/decision-format.ts';
import { Digest } from './digest.ts';
import { checkEvents } from './event-check.ts';
import { checkDescription, type TraceDescription } from './header-check.ts';
import { MAX_SAMPLE_CELLS } from './sample-grid.ts';
import { readSparse, writeSparse } from './sparse.ts';
import { type EventColumns, EventKind, type PeerTotals, type SampleColumns, type Trace } from './trace.ts';
import { emptyPairs, noArrivals, noTransfers } from './transfers/transfer-columns.ts';
import { readTransferTables, type TransferTables, writeTransferTables } from './transfers/transfer-format.ts';
import { VarintReader, VarintWriter } from './varint.ts';

const MAGIC = fromLatin1('SWARMTRC');
const VERSION = 3;
/** The version before: without transfers. Still read. */
const VERSION_WITHOUT_TRANSFERS = 2;
export const CHECKSUM_BYTES = 16;
/** A row takes at least one byte in each of six columns. */
const MIN_EVENT_BYTES = 6;
/** Most kinds of messages that a file may tell apart. */
const CONTROL_KINDS_MAX = 64;

function countPicks({ kind, peer }: EventColumns, everyNth: number): number {
  let picks = 0;
  for (const [row, decider] of peer.entries()) {
    if (kind[row] === EventKind.piecePicked && decider % everyNth === 0) picks++;
  }
  return picks;
}

const NO_TABLES: TransferTables = {
  transfers: noTransfers(),
  pairs: emptyPairs(0, 0),
  arrivals: noArrivals(),
};

/** The bytes of a trace file; equal traces give equal bytes. */
export function encodeTrace(trace: Trace): Uint8Array {
  const writer = new VarintWriter();
  writer.raw(MAGIC);
  writer.unsigned(VERSION);
  const description: TraceDescription = {
    header: trace.header,
    strings: trace.strings,
    endUs: trace.endUs,
    digest: trace.digest,
    sampleIntervalUs: trace.samples.intervalUs,
  };
  const text = encodeUtf8(JSON.stringify(description));
  writer.unsigned(text.length);
  writer.raw(text);
  writeEvents(writer, trace.events);
  writer.unsigned(trace.samples.rows);
  writeSparse(writer, trace.samples.received);
  writeSparse(writer, trace.samples.sent);
  writeSparse(writer, trace.totals.receivedBytes);
  writeSparse(writer, trace.totals.sentBytes);
  writeSparse(writer, trace.totals.wastedBytes);
  writeTransferTables(writer, trace);
  writeDecisions(writer, trace.decisions);
  if (trace.control !== undefined) {
    writer.unsigned(trace.control.kinds);
    writeSparse(writer, trace.control.sentBytes);
  }
  const body = writer.bytes();
  const file = new Uint8Array(body.length + CHECKSUM_BYTES);
  file.set(body);
  file.set(checksum(body), body.length);
  return file;
}

/** The trace in a file's bytes. */
export function decodeTrace(bytes: Uint8Array): Result<Trace> {
  const end = bytes.length - CHECKSUM_BYTES;
  if (end < MAGIC.length || !equalBytes(bytes.subarray(0, MAGIC.length), MAGIC)) {
    return failure('not a swarmlab trace', 0);
  }
  const reader = new VarintReader(bytes, MAGIC.length, end);
  const version = reader.unsigned();
  if (version !== VERSION && version !== VERSION_WITHOUT_TRANSFERS)
    return failure(`trace format version ${version} is not supported`, MAGIC.length);
  if (!equalBytes(checksum(bytes.subarray(0, end)), bytes.subarray(end))) {
    return failure('the trace is damaged: its checksum does not match', end);
  }
  const text = reader.raw(reader.unsigned());
  if (reader.failed) return failure('the description is cut off', reader.offset);
  const description = parseDescription(text);
  if (typeof description === 'string') return failure(description, reader.offset - text.length);
  const { header, strings, endUs, digest, sampleIntervalUs } = description;
  const peers = header.peers.length;

  const events = readEvents(reader, endUs);
  if (typeof events === 'string') return failure(events, reader.offset);
  const misfit = checkEvents(events, description);
  if (misfit !== undefined) return failure(misfit, reader.offset);
  const rows = reader.unsigned();
  if (rows > 2 && rows * peers > MAX_SAMPLE_CELLS) return failure('too many samples', reader.offset);
  const samples: SampleColumns = {
    rows,
    intervalUs: sampleIntervalUs,
    received: readSparse(reader, rows * peers),
    sent: readSparse(reader, rows * peers),
  };
  const totals: PeerTotals = {
    receivedBytes: readSparse(reader, peers),
    sentBytes: readSparse(reader, peers),
    wastedBytes: readSparse(reader, peers),
  };
  if (reader.failed) return failure('the samples are cut off', reader.offset);
  const tables =
    version === VERSION
      ? readTransferTables(reader, { peers, pieces: header.torrent.pieceCount, endUs })
      : NO_TABLES;
  if (typeof tables === 'string') return failure(tables, reader.offset);
  const pieces = header.torrent.pieceCount;
  const decisions =
    version === VERSION
      ? readDecisions(reader, { peers, pieces, endUs, picks: (everyNth) => countPicks(events, everyNth) })
      : noDecisions();
  if (typeof decisions === 'string') return failure(decisions, reader.offset);
  const control = readControl(reader, peers);
  if (reader.failed) return failure('the control bytes are cut off', reader.offset);
  if (reader.remaining > 0) return failure('bytes follow the last column', reader.offset);
  return success({
    header,
    events,
    strings,
    samples,
    totals,
    ...tables,
    decisions,
    ...(control && { control }),
    endUs,
    digest,
  });
}

/** A file in which nobody counted ends before; one of a later version may know more kinds. */
function readControl(reader: VarintReader, peers: number): ControlColumns | undefined {
  if (reader.remaining === 0) return undefined;
  const kinds = reader.unsigned();
  if (kinds < 1 || kinds > CONTROL_KINDS_MAX) return undefined;
  return { kinds, sentBytes: readSparse(reader, peers * kinds) };
}

function parseDescription(text: Uint8Array): TraceDescription | string {
  try {
    return checkDescription(JSON.parse(decodeUtf8(text)));
  } catch {
    return 'the description is not JSON';
  }
}

function writeEvents(writer: VarintWriter, events: EventColumns): void {
  writer.unsigned(events.count);
  let previousUs = 0;
  for (const timeUs of events.timeUs) {
    writer.unsigned(timeUs - previousUs);
    previousUs = timeUs;
  }
  for (const kind of events.kind) writer.unsigned(kind);
  for (const column of [events.peer, events.a, events.b, events.c]) {
    for (const value of column) writer.signed(value);
  }
}

function readEvents(reader: VarintReader, endUs: number): EventColumns | string {
  const count = reader.unsigned();
  if (count * MIN_EVENT_BYTES > reader.remaining) return 'the events are cut off';
  const timeUs = new Float64Array(count);
  let previousUs = 0;
  for (let row = 0; row < count; row++) {
    previousUs += reader.unsigned();
    timeUs[row] = previousUs;
  }
  if (previousUs > endUs) return 'an event lies after the end of the run';
  const kind = new Uint8Array(count);
  for (let row = 0; row < count; row++) kind[row] = Math.min(reader.unsigned(), 255);
  const columns = [0, 1, 2, 3].map(() => {
    const column = new Int32Array(count);
    for (let row = 0; row < count; row++) column[row] = reader.signed();
    return column;
  });
  if (reader.failed) return 'the events are cut off';
  const [peer, a, b, c] = columns as [Int32Array, Int32Array, Int32Array, Int32Array];
  return { count, timeUs, kind, peer, a, b, c };
}

/** What stands behind the bytes of a file. */
export function checksum(bytes: Uint8Array): Uint8Array {
  const digest = new Digest();
  for (let offset = 0; offset < bytes.length; offset += 16) {
    digest.add(
      word(bytes, offset),
      word(bytes, offset + 4),
      word(bytes, offset + 8),
      word(bytes, offset + 12),
    );
  }
  digest.add(bytes.length, 0, 0, 0);
  return fromHex(digest.hex()) as Uint8Array;
}

function word(bytes: Uint8Array, offset: number): number {
  return (
    (bytes[offset] ?? 0) |
    ((bytes[offset + 1] ?? 0) << 8) |
    ((bytes[offset + 2] ?? 0) << 16) |
    ((bytes[offset + 3] ?? 0) << 24)
  );
}
