/**
 * A trace made again in the page, of what a report carries of a small run that is told whole: so that explanations are the
 * same sentences as on the command line. Announces, samples and totals are not in it; no explanation of an instant needs them.
 */
import { readDecisions } from '../../src/trace/decisions/decision-format.ts';
import { EventKind, type Trace } from '../../src/trace/trace.ts';
import { emptyPairs, noArrivals, type TransferColumns } from '../../src/trace/transfers/transfer-columns.ts';
import { VarintReader } from '../../src/trace/varint.ts';
import { unpackBytes } from './pack-rows.ts';
import type { SwarmData } from './swarm-data.ts';
import type { SwarmRecord } from './swarm-record.ts';

/** Blocks are so long, but the last of a piece. */
const BLOCK_BYTES = 16_384;

export interface PageRun {
  readonly scenario: string;
  readonly seed: number;
  readonly endUs: number;
  /** Of every peer of the run, those that never came too. */
  readonly ids: readonly string[];
  readonly groupOf: readonly number[];
}

/** Undefined where the page does not carry why things were decided, or not all of what it was decided from. */
export function pageTrace(data: SwarmData, record: SwarmRecord, run: PageRun): Trace | undefined {
  if (data.decisions === '') return undefined;
  const { cast } = record;
  const indexOf = (place: number): number => (place < 0 ? -1 : (data.indices[place] ?? -1));
  const placeOf = new Map(data.indices.map((index, place) => [index, place]));
  const count = record.eventCount;
  const remotes: readonly number[] = [
    EventKind.connected,
    EventKind.disconnected,
    EventKind.unchoked,
    EventKind.choked,
    EventKind.interestChanged,
    EventKind.piecePicked,
    EventKind.snubbed,
  ];
  const events = {
    count,
    timeUs: Float64Array.from(record.timeUs),
    kind: Uint8Array.from(record.kind),
    peer: Int32Array.from(record.peer, indexOf),
    a: Int32Array.from(record.a, (a, row) => (remotes.includes(record.kind[row] as number) ? indexOf(a) : a)),
    b: Int32Array.from(record.b, (b, row) => (record.kind[row] === EventKind.pieceVerified ? indexOf(b) : b)),
    c: Int32Array.from(record.c),
  };
  const bytes = unpackBytes(data.decisions);
  const decisions = readDecisions(new VarintReader(bytes, 0, bytes.length), {
    peers: run.ids.length,
    pieces: cast.torrent.pieceCount,
    endUs: run.endUs,
    picks: () => events.kind.reduce((sum, kind) => (kind === EventKind.piecePicked ? sum + 1 : sum), 0),
  });
  if (typeof decisions === 'string') return undefined;
  const nothing = new Float64Array(run.ids.length);
  return {
    header: {
      version: 1,
      scenario: run.scenario,
      seed: run.seed,
      sampleUs: Math.max(1, run.endUs),
      startsAtUs: 0,
      torrent: { name: '', ...cast.torrent },
      groups: cast.groups,
      peers: run.ids.map((id, index) => {
        const peer = cast.peers[placeOf.get(index) ?? -1];
        return {
          id,
          group: run.groupOf[index] ?? 0,
          upBytesPerSec: peer?.upBytesPerSec ?? 0,
          downBytesPerSec: peer?.downBytesPerSec ?? 0,
          have: peer?.startsComplete === true ? ('all' as const) : ('none' as const),
          behaviour: peer?.behaviour ?? 'honest',
          nat: peer?.nat ?? 'open',
        };
      }),
    },
    events,
    strings: record.strings,
    samples: {
      rows: 0,
      intervalUs: Math.max(1, run.endUs),
      received: new Float64Array(0),
      sent: new Float64Array(0),
    },
    totals: { receivedBytes: nothing, sentBytes: nothing, wastedBytes: nothing },
    transfers: transfersOfPage(record, indexOf),
    pairs: emptyPairs(0, 0),
    arrivals: noArrivals(),
    decisions,
    endUs: run.endUs,
    digest: '',
  };
}

function transfersOfPage(record: SwarmRecord, indexOf: (place: number) => number): TransferColumns {
  const count = record.transferCount;
  return {
    everyNth: 1,
    count,
    firstUs: Float64Array.from(record.transferFromUs),
    lastUs: Float64Array.from(record.transferToUs),
    uploader: Int32Array.from(record.transferFrom, indexOf),
    downloader: Int32Array.from(record.transferTo, indexOf),
    piece: Int32Array.from(record.transferPiece),
    bytes: Uint32Array.from(record.transferBytes),
    blocks: Uint32Array.from(record.transferBytes, (bytes) => Math.ceil(bytes / BLOCK_BYTES)),
    wastedBytes: new Uint32Array(count),
  };
}
