/**
 * The swarm of a trace, thinned to what a report can carry. The law: at most `DRAWN_MOST` peers one by one and `PIECES_MOST`
 * pieces; then, until the rows fit into the bytes that there are, first what peers picked is left out, then more peers become
 * part of their group's crowd, and at last what comes after a certain instant is left out. Whatever is left out is said.
 */

import { writeDecisions } from '../../src/trace/decisions/decision-format.ts';
import type { PeerTimes } from '../../src/trace/metrics/peer-times.ts';
import { EventKind, type Trace } from '../../src/trace/trace.ts';
import { VarintWriter } from '../../src/trace/varint.ts';
import { buildCrowds } from './build-crowds.ts';
import { type CastChoice, chooseCast } from './cast-choice.ts';
import { CrowdTies } from './crowd-ties.ts';
import { packBytes, pieceBytes, RowPacker } from './pack-rows.ts';
import { type TransferRow, transfersOf } from './record-from-trace.ts';
import { columnsOfKind } from './row-columns.ts';
import type { SwarmData } from './swarm-data.ts';

export const DRAWN_MOST = 64;
export const PIECES_MOST = 4096;
/** Of packed rows: what there is for the swarm and the map of who holds what, and bounds. Text is a third longer. */
const SHARED_BYTES = 3_000_000;
const SWARM_BYTES_LEAST = 600_000;
export const SWARM_BYTES_MOST = 2_400_000;
/** Each cell of the map takes four bytes; of these so much is taken from the swarm. */
const MAP_CELL_BYTES = 2.4;
/** In these steps, each with and without what was picked. */
const CASTS: readonly number[] = [DRAWN_MOST, 48, 32, 20, 12, 6];

/** The giver of a block that is nobody of the cast, where -1 says that it was found on a disk. */
const OUTSIDE = -2;

/** Bytes for a swarm in a page that has a peer × piece map of so many cells too. */
export function swarmBytesBeside(mapCells: number): number {
  return Math.min(SWARM_BYTES_MOST, Math.max(SWARM_BYTES_LEAST, SHARED_BYTES - MAP_CELL_BYTES * mapCells));
}

export interface SwarmBounds {
  /** For packed rows; counts of crowds come on top, 200 kB of text at most for each. */
  readonly bytes: number;
  /** Peers drawn one by one. */
  readonly drawn: number;
}

const USUAL_BOUNDS: SwarmBounds = { bytes: SWARM_BYTES_MOST, drawn: DRAWN_MOST };

export function buildSwarm(trace: Trace, times: PeerTimes, bounds = USUAL_BOUNDS): SwarmData {
  const transfers = transfersOf(trace);
  let built: SwarmData | undefined;
  for (const usual of CASTS) {
    const most = Math.min(usual, bounds.drawn);
    const choice = chooseCast(trace, times, most);
    for (const picks of [true, false]) {
      const isLast = usual === CASTS[CASTS.length - 1] && !picks;
      const rows = new SwarmRows(trace, choice, picks, transfers, bounds.bytes);
      built = rows.build(isLast ? 'cut' : 'refuse');
      if (built !== undefined) return built;
    }
  }
  throw new Error('a swarm that is cut to its bounds fits into them');
}

class SwarmRows {
  readonly #trace: Trace;
  readonly #choice: CastChoice;
  readonly #picks: boolean;
  readonly #transfers: readonly TransferRow[];
  readonly #pieceStride: number;
  readonly #mostBytes: number;
  readonly #events = new RowPacker();
  readonly #moved = new RowPacker();
  readonly #strings: string[] = [];
  readonly #stringPlaces = new Map<number, number>();
  readonly #ties: CrowdTies;

  constructor(
    trace: Trace,
    choice: CastChoice,
    picks: boolean,
    transfers: readonly TransferRow[],
    mostBytes: number,
  ) {
    this.#mostBytes = mostBytes;
    this.#trace = trace;
    this.#choice = choice;
    this.#picks = picks;
    this.#transfers = transfers;
    this.#pieceStride = Math.ceil(trace.header.torrent.pieceCount / PIECES_MOST);
    this.#ties = new CrowdTies(choice.drawn.length, choice.placeOf);
  }

  /** `refuse`: undefined where it is too much; `cut`: without what comes when it becomes too much. */
  build(excess: 'refuse' | 'cut'): SwarmData | undefined {
    const { events, endUs } = this.#trace;
    let untilUs = endUs;
    let next = 0;
    for (let row = 0; row < events.count; row++) {
      const timeUs = events.timeUs[row] as number;
      next = this.#packTransfers(next, timeUs);
      this.#packEvent(row);
      if (this.#byteLength <= this.#mostBytes) continue;
      if (excess === 'refuse') return undefined;
      untilUs = timeUs;
      break;
    }
    if (untilUs === endUs) this.#packTransfers(next, endUs);
    if (this.#byteLength > this.#mostBytes && excess === 'refuse') return undefined;
    const isWhole =
      this.#choice.peers.length === this.#choice.drawn.length &&
      this.#pieceStride === 1 &&
      this.#picks &&
      untilUs === endUs;
    return {
      decisions: isWhole ? this.#packDecisions() : '',
      peers: this.#choice.peers,
      indices: this.#choice.drawn,
      pieceStride: this.#pieceStride,
      picks: this.#picks,
      measured: this.#trace.transfers.everyNth > 0,
      untilUs,
      strings: this.#strings,
      eventCount: this.#events.count,
      events: this.#events.text(),
      transferCount: this.#moved.count,
      transfers: this.#moved.text(),
      crowds: buildCrowds(this.#trace, this.#choice),
    };
  }

  /** Where there is room for them, and where of everybody and everything is told what it was decided from. */
  #packDecisions(): string {
    const { decisions, transfers } = this.#trace;
    if (decisions.everyNth !== 1 || transfers.everyNth !== 1) return '';
    const writer = new VarintWriter();
    writeDecisions(writer, decisions);
    return this.#byteLength + writer.length <= this.#mostBytes ? packBytes(writer.bytes()) : '';
  }

  get #byteLength(): number {
    return this.#events.byteLength + this.#moved.byteLength;
  }

  #packTransfers(from: number, untilUs: number): number {
    const drawn = this.#choice.drawn.length;
    let next = from;
    for (let row = this.#transfers[next]; row !== undefined && row.fromUs <= untilUs; ) {
      const giver = this.#placeOf(row.from);
      const taker = this.#placeOf(row.to);
      if (giver >= 0 && taker >= 0 && (giver < drawn || taker < drawn)) {
        const piece = Math.floor(row.piece / this.#pieceStride);
        // Most bring the whole piece, which takes one byte to say.
        const bytes = row.bytes === this.#pieceBytes(row.piece) ? 0 : row.bytes;
        this.#moved.row(row.fromUs, giver, taker, piece, row.toUs - row.fromUs, bytes);
      }
      next++;
      row = this.#transfers[next];
    }
    return next;
  }

  #packEvent(row: number): void {
    const { events } = this.#trace;
    const timeUs = events.timeUs[row] as number;
    const kind = events.kind[row] as number;
    const peer = events.peer[row] as number;
    const [a, b, c] = [events.a[row] as number, events.b[row] as number, events.c[row] as number];
    const told = this.#ties.translate(kind, peer, a, b);
    if (told !== undefined) {
      for (const [toldKind, from, to, what] of told) this.#pack(timeUs, toldKind, from, to, what, 0);
      return;
    }
    const place = peer < 0 ? peer : this.#placeOf(peer);
    if (place >= this.#choice.drawn.length || (peer >= 0 && place < 0)) return;
    switch (kind) {
      case EventKind.piecePicked:
        if (this.#picks) this.#packPiece(timeUs, kind, place, b, this.#placeOf(a), c);
        return;
      case EventKind.pieceVerified:
        this.#packPiece(timeUs, kind, place, a, b === -1 ? -1 : this.#giver(b), 0);
        return;
      case EventKind.pieceFailed:
        this.#packPiece(timeUs, kind, place, a, -1, 0);
        return;
      case EventKind.snubbed:
        this.#pack(timeUs, kind, place, this.#placeOf(a), 0, 0);
        return;
      default:
        this.#pack(timeUs, kind, place, a, b, c);
    }
  }

  /** Pieces between those that are told of are none of the picture. */
  #packPiece(timeUs: number, kind: number, peer: number, piece: number, remote: number, text: number): void {
    if (piece % this.#pieceStride !== 0) return;
    const told = piece / this.#pieceStride;
    if (kind === EventKind.piecePicked) this.#pack(timeUs, kind, peer, remote, told, text);
    else this.#pack(timeUs, kind, peer, told, remote, 0);
  }

  #pack(timeUs: number, kind: number, peer: number, a: number, b: number, c: number): void {
    const columns = columnsOfKind(kind);
    if (columns === undefined) return;
    const numbers = [kind, peer];
    if (columns.a) numbers.push(a);
    if (columns.b) numbers.push(b);
    if (columns.c) numbers.push(this.#text(c));
    this.#events.row(timeUs, ...numbers);
  }

  #placeOf(peer: number): number {
    return this.#choice.placeOf[peer] ?? -1;
  }

  #pieceBytes(piece: number): number {
    return pieceBytes(this.#trace.header.torrent, piece);
  }

  #giver(peer: number): number {
    const place = this.#placeOf(peer);
    return place < 0 ? OUTSIDE : place;
  }

  #text(index: number): number {
    const known = this.#stringPlaces.get(index);
    if (known !== undefined) return known;
    const place = this.#strings.length;
    this.#strings.push(this.#trace.strings[index] ?? '');
    this.#stringPlaces.set(index, place);
    return place;
  }
}
