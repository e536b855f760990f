/**
 * A run as rows that a picture is folded from: events in the order in which they happened, and transfers in the order in
 * which they began. Rows may be added while pictures are drawn; none is ever changed but the end of a transfer.
 */
import { CrowdSamples } from './crowd-samples.ts';
import type { SwarmCrowds } from './swarm-data.ts';
import type { SwarmCast } from './swarm-history.ts';

/** Kinds of events, and what their columns mean, are those of `src/trace/trace.ts`; peers are places in the cast. */
export class SwarmRecord {
  readonly cast: SwarmCast;
  /** Texts that events refer to. */
  readonly strings: string[];
  readonly crowds: CrowdSamples | undefined;
  readonly timeUs: number[] = [];
  readonly kind: number[] = [];
  readonly peer: number[] = [];
  readonly a: number[] = [];
  readonly b: number[] = [];
  readonly c: number[] = [];
  readonly transferFrom: number[] = [];
  readonly transferTo: number[] = [];
  readonly transferPiece: number[] = [];
  readonly transferFromUs: number[] = [];
  /** Infinity while it goes on. */
  readonly transferToUs: number[] = [];
  readonly transferBytes: number[] = [];
  #endUs = 0;
  #version = 0;

  /** @param crowds what is known of those of the cast that stand for several */
  constructor(cast: SwarmCast, strings: readonly string[] = [], crowds?: SwarmCrowds) {
    this.cast = cast;
    this.crowds =
      crowds === undefined
        ? undefined
        : new CrowdSamples(crowds, cast.peers.length - crowds.each.length, cast.torrent.pieceCount);
    this.strings = [...strings];
  }

  get eventCount(): number {
    return this.timeUs.length;
  }

  get transferCount(): number {
    return this.transferFrom.length;
  }

  /** Changes with every row that is added or changed. */
  get version(): number {
    return this.#version;
  }

  /** The latest instant of which anything is known. */
  get endUs(): number {
    return this.#endUs;
  }

  /** Nothing more happened until then. */
  knownUntil(timeUs: number): void {
    this.#endUs = Math.max(this.#endUs, timeUs);
  }

  /** `timeUs`: never less than at the last call. */
  addEvent(timeUs: number, kind: number, peer: number, a: number, b: number, c: number): void {
    this.#version++;
    this.timeUs.push(timeUs);
    this.kind.push(kind);
    this.peer.push(peer);
    this.a.push(a);
    this.b.push(b);
    this.c.push(c);
    this.knownUntil(timeUs);
  }

  /** `fromUs`: never less than at the last call. `bytes`: what it brings, or has brought so far. The number of the row. */
  addTransfer(from: number, to: number, piece: number, fromUs: number, toUs: number, bytes: number): number {
    this.#version++;
    this.transferFrom.push(from);
    this.transferTo.push(to);
    this.transferPiece.push(piece);
    this.transferFromUs.push(fromUs);
    this.transferToUs.push(toUs);
    this.transferBytes.push(bytes);
    this.knownUntil(fromUs);
    return this.transferFrom.length - 1;
  }

  /** A transfer has brought so many bytes, and ended then if `toUs` is not Infinity. */
  updateTransfer(row: number, toUs: number, bytes: number): void {
    this.#version++;
    this.transferToUs[row] = toUs;
    this.transferBytes[row] = bytes;
  }

  /** The first row of events after an instant. */
  rowAfter(timeUs: number): number {
    return firstAbove(this.timeUs, timeUs);
  }
}

/** The first place of an ascending column whose value is above `value`. */
export function firstAbove(column: readonly number[], value: number): number {
  let low = 0;
  let high = column.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((column[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
