/** What a report tells of the peers that its picture does not draw one by one: counts at some instants, for some pieces. */
import { givesCopies } from '../../src/trace/metrics/behaviour.ts';
import { Departure, EventKind, type Trace } from '../../src/trace/trace.ts';
import { packUint16 } from '../report/base64.ts';
import type { CastChoice } from './cast-choice.ts';
import type { SwarmCrowd, SwarmCrowds } from './swarm-data.ts';

export const CROWD_SLICES = 96;
/** Columns of all crowds together, and the fewest that each has. */
const COLUMNS_IN_ALL = 512;
const COLUMNS_MOST = 256;
const COLUMNS_LEAST = 64;
const WHOLE = 65_535;

export function buildCrowds(trace: Trace, { drawn, peers, placeOf }: CastChoice): SwarmCrowds | undefined {
  if (peers.length === drawn.length) return undefined;
  const fold = new CrowdFold(trace, drawn.length, peers.length - drawn.length, placeOf);
  return fold.run();
}

class CrowdFold {
  readonly #trace: Trace;
  readonly #pieces: number;
  readonly #columns: number;
  /** By peer of the run: its crowd, or -1. */
  readonly #crowdOf: Int32Array;
  readonly #held: Uint8Array;
  readonly #heldCount: Int32Array;
  readonly #present: Uint8Array;
  /** By piece: copies among all crowds; by crowd and piece: how many of it that are there hold it. */
  readonly #copies: Int32Array;
  readonly #holders: Int32Array;
  readonly #there: Int32Array;

  constructor(trace: Trace, drawn: number, crowds: number, placeOf: Int32Array) {
    const { peers, torrent } = trace.header;
    this.#trace = trace;
    this.#pieces = torrent.pieceCount;
    const room = Math.max(COLUMNS_LEAST, Math.floor(COLUMNS_IN_ALL / crowds));
    this.#columns = Math.min(torrent.pieceCount, COLUMNS_MOST, room);
    this.#crowdOf = placeOf.map((place) => (place < drawn ? -1 : place - drawn));
    this.#held = new Uint8Array(Math.ceil((peers.length * torrent.pieceCount) / 8));
    this.#heldCount = new Int32Array(peers.length);
    this.#present = new Uint8Array(peers.length);
    this.#copies = new Int32Array(torrent.pieceCount);
    this.#holders = new Int32Array(crowds * torrent.pieceCount);
    this.#there = new Int32Array(crowds);
    for (const [peer, { have }] of peers.entries()) {
      if (have !== 'all' || this.#crowdOf[peer] === -1) continue;
      for (let piece = 0; piece < this.#pieces; piece++) this.#hold(peer, piece);
    }
  }

  run(): SwarmCrowds {
    const { events, endUs } = this.#trace;
    const crowds = this.#there.length;
    const cells = CROWD_SLICES * this.#columns;
    const copies = new Uint16Array(cells);
    const shares = Array.from({ length: crowds }, () => new Uint16Array(cells));
    const there: number[][] = shares.map(() => []);
    const complete: number[][] = shares.map(() => []);
    let row = 0;
    for (let slice = 0; slice < CROWD_SLICES; slice++) {
      const untilUs = ((slice + 1) * endUs) / CROWD_SLICES;
      while (row < events.count && (events.timeUs[row] as number) <= untilUs) this.#apply(row++);
      for (let column = 0; column < this.#columns; column++) {
        copies[slice * this.#columns + column] = this.#fewest(column);
        for (const [crowd, own] of shares.entries())
          own[slice * this.#columns + column] = this.#share(crowd, column);
      }
      for (let crowd = 0; crowd < crowds; crowd++) {
        there[crowd]?.push(this.#there[crowd] as number);
        complete[crowd]?.push(this.#countComplete(crowd));
      }
    }
    return {
      slices: CROWD_SLICES,
      sliceUs: endUs / CROWD_SLICES,
      columns: this.#columns,
      copies: packUint16(copies),
      each: shares.map(
        (own, crowd): SwarmCrowd => ({
          there: there[crowd] ?? [],
          complete: complete[crowd] ?? [],
          shares: packUint16(own),
        }),
      ),
    };
  }

  #apply(row: number): void {
    const { events } = this.#trace;
    const peer = events.peer[row] as number;
    if (peer < 0 || this.#crowdOf[peer] === -1) return;
    const kind = events.kind[row];
    if (kind === EventKind.joined) this.#setPresent(peer, 1);
    else if (kind === EventKind.pieceVerified) this.#verify(peer, events.a[row] as number);
    else if (kind === EventKind.left && events.a[row] !== Departure.endOfRun) {
      this.#setPresent(peer, 0);
      if (events.a[row] !== Departure.planned) this.#forget(peer);
    }
  }

  #verify(peer: number, piece: number): void {
    if (this.#has(peer, piece)) return;
    this.#hold(peer, piece);
    if (this.#present[peer] === 1) this.#count(peer, piece, 1);
  }

  #setPresent(peer: number, present: 0 | 1): void {
    if (this.#present[peer] === present) return;
    this.#present[peer] = present;
    const crowd = this.#crowdOf[peer] as number;
    this.#there[crowd] = (this.#there[crowd] as number) + (present === 1 ? 1 : -1);
    for (let piece = 0; piece < this.#pieces; piece++)
      if (this.#has(peer, piece)) this.#count(peer, piece, present === 1 ? 1 : -1);
  }

  #count(peer: number, piece: number, change: 1 | -1): void {
    const cell = (this.#crowdOf[peer] as number) * this.#pieces + piece;
    this.#holders[cell] = (this.#holders[cell] as number) + change;
    if (!givesCopies(this.#trace.header.peers[peer]?.behaviour ?? '')) return;
    this.#copies[piece] = (this.#copies[piece] as number) + change;
  }

  #forget(peer: number): void {
    for (let piece = 0; piece < this.#pieces; piece++) {
      const bit = peer * this.#pieces + piece;
      this.#held[bit >>> 3] = (this.#held[bit >>> 3] as number) & ~(1 << (bit & 7));
    }
    this.#heldCount[peer] = 0;
  }

  #has(peer: number, piece: number): boolean {
    const bit = peer * this.#pieces + piece;
    return ((this.#held[bit >>> 3] as number) & (1 << (bit & 7))) !== 0;
  }

  #hold(peer: number, piece: number): void {
    const bit = peer * this.#pieces + piece;
    this.#held[bit >>> 3] = (this.#held[bit >>> 3] as number) | (1 << (bit & 7));
    this.#heldCount[peer] = (this.#heldCount[peer] as number) + 1;
  }

  #range(column: number): readonly [number, number] {
    const from = Math.floor((column * this.#pieces) / this.#columns);
    return [from, Math.max(from + 1, Math.floor(((column + 1) * this.#pieces) / this.#columns))];
  }

  #fewest(column: number): number {
    const [from, to] = this.#range(column);
    return Math.min(WHOLE, ...this.#copies.subarray(from, to));
  }

  #share(crowd: number, column: number): number {
    const there = this.#there[crowd] as number;
    if (there === 0) return 0;
    const [from, to] = this.#range(column);
    const held = this.#holders.subarray(crowd * this.#pieces + from, crowd * this.#pieces + to);
    return Math.round((held.reduce((sum, count) => sum + count, 0) / (there * (to - from))) * WHOLE);
  }

  #countComplete(crowd: number): number {
    let count = 0;
    for (const [peer, own] of this.#crowdOf.entries())
      if (own === crowd && this.#present[peer] === 1 && this.#heldCount[peer] === this.#pieces) count++;
    return count;
  }
}
