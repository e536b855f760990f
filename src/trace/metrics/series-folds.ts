/**
 * Metrics over time as step functions, row by row: each fold is told of every event once, in order, and says which of its
 * rows has another value from that instant on. It needs no event but the one that it is told of, so the same folds read
 * a trace that is finished and one that is still being written.
 */
import { Departure, EventKind, type Trace } from '../trace.ts';
import { Holdings } from './holdings.ts';
import { Population } from './population.ts';
import { Uplinks } from './uplinks.ts';

/** What folds read; `events` may hold only the latest of them. */
export type TraceView = Pick<Trace, 'header' | 'events'>;

/** Row `index` has `value` from now on; NaN: it has none. */
export type Emit = (index: number, value: number) => void;

export interface SeriesFold {
  /** Takes in the event at this row of the view. */
  apply(row: number): void;
}

/** Whom a fold is about, by index. */
export type Counts = (peer: number) => boolean;

/** Copies of each piece among the honest peers present: a row a piece. */
export class CopiesFold implements SeriesFold {
  readonly #view: TraceView;
  readonly #holdings: Holdings;
  readonly #known: Int32Array;
  readonly #emit: Emit;

  constructor(view: TraceView, emit: Emit) {
    this.#view = view;
    this.#holdings = new Holdings(view);
    this.#known = new Int32Array(this.#holdings.copies.length);
    this.#emit = emit;
  }

  apply(row: number): void {
    if (!this.#holdings.apply(row)) return;
    const { events } = this.#view;
    const only = events.kind[row] === EventKind.pieceVerified ? (events.a[row] as number) : undefined;
    const last = only ?? this.#known.length - 1;
    for (let piece = only ?? 0; piece <= last; piece++) {
      const copies = this.#holdings.copies[piece] as number;
      if (copies === this.#known[piece]) continue;
      this.#known[piece] = copies;
      this.#emit(piece, copies);
    }
  }
}

/** A number that is read off the copies of all pieces: one row. */
export class RarityFold implements SeriesFold {
  readonly #holdings: Holdings;
  readonly #read: (holdings: Holdings) => number;
  readonly #emit: Emit;

  constructor(view: TraceView, read: (holdings: Holdings) => number, emit: Emit) {
    this.#holdings = new Holdings(view);
    this.#read = read;
    this.#emit = emit;
  }

  apply(row: number): void {
    if (this.#holdings.apply(row)) this.#emit(0, this.#read(this.#holdings));
  }
}

/** Copies of the rarest piece, plus the share of the pieces that have more. */
export function distributedCopies({ min, rarestCount, copies }: Holdings): number {
  return copies.length === 0 ? 0 : min + (copies.length - rarestCount) / copies.length;
}

/** The share of the pieces that each peer holds, while it is there: a row a peer. */
export class ProgressFold implements SeriesFold {
  readonly #view: TraceView;
  readonly #holdings: Holdings;
  readonly #emit: Emit;

  constructor(view: TraceView, emit: Emit) {
    this.#view = view;
    this.#holdings = new Holdings(view);
    this.#emit = emit;
  }

  apply(row: number): void {
    const { events, header } = this.#view;
    this.#holdings.apply(row);
    switch (events.kind[row]) {
      case EventKind.joined:
      case EventKind.left:
      case EventKind.pieceVerified: {
        const peer = events.peer[row] as number;
        const held = (this.#holdings.heldCount[peer] as number) / header.torrent.pieceCount;
        this.#emit(peer, this.#holdings.present[peer] === 1 ? held : Number.NaN);
      }
    }
  }
}

/** How many of those who count are there and lack exactly one piece: one row. */
export class OneClubFold implements SeriesFold {
  readonly #view: TraceView;
  readonly #holdings: Holdings;
  readonly #counts: Counts;
  readonly #isMember: Uint8Array;
  readonly #emit: Emit;
  #members = 0;

  constructor(view: TraceView, counts: Counts, emit: Emit) {
    this.#view = view;
    this.#holdings = new Holdings(view);
    this.#counts = counts;
    this.#isMember = new Uint8Array(view.header.peers.length);
    this.#emit = emit;
  }

  apply(row: number): void {
    this.#holdings.apply(row);
    const peer = this.#view.events.peer[row] as number;
    if (peer < 0 || !this.#counts(peer)) return;
    const lacks = this.#view.header.torrent.pieceCount - (this.#holdings.heldCount[peer] as number);
    const isMember = lacks === 1 && this.#holdings.present[peer] === 1 ? 1 : 0;
    if (isMember === this.#isMember[peer]) return;
    this.#isMember[peer] = isMember;
    this.#members += isMember === 1 ? 1 : -1;
    this.#emit(0, this.#members);
  }
}

/** Connections of each peer, while it is there: a row a peer. */
export class ConnectionsFold implements SeriesFold {
  readonly #view: TraceView;
  /** -1: not there. */
  readonly #open: Int32Array;
  readonly #emit: Emit;

  constructor(view: TraceView, emit: Emit) {
    this.#view = view;
    this.#open = new Int32Array(view.header.peers.length).fill(-1);
    this.#emit = emit;
  }

  apply(row: number): void {
    const { events } = this.#view;
    const peer = events.peer[row] as number;
    const open = this.#open[peer] as number;
    switch (events.kind[row]) {
      case EventKind.joined:
        if (open < 0) this.#set(peer, 0);
        return;
      case EventKind.left:
        if (open >= 0 && events.a[row] !== Departure.endOfRun) this.#set(peer, -1);
        return;
      case EventKind.connected:
        if (open >= 0) this.#set(peer, open + 1);
        return;
      case EventKind.disconnected:
        // A crash says nothing of its connections, and one that left may still say goodbye.
        if (open > 0) this.#set(peer, open - 1);
    }
  }

  #set(peer: number, open: number): void {
    this.#open[peer] = open;
    this.#emit(peer, open < 0 ? Number.NaN : open);
  }
}

/** A number of those who count, read off the population: one row. */
export class PopulationFold implements SeriesFold {
  readonly #population: Population;
  readonly #read: (population: Population) => number;
  readonly #emit: Emit;

  constructor(view: TraceView, counts: Counts, read: (population: Population) => number, emit: Emit) {
    this.#population = new Population(view, counts);
    this.#read = read;
    this.#emit = emit;
  }

  apply(row: number): void {
    if (this.#population.apply(row)) this.#emit(0, this.#read(this.#population));
  }
}

/** The uplinks of those who count, together, in bytes per microsecond: one row. */
export class UplinkFold implements SeriesFold {
  readonly #uplinks: Uplinks;
  readonly #counts: Counts;
  readonly #emit: Emit;
  #bytesPerSec = 0;

  constructor(view: TraceView, counts: Counts, emit: Emit) {
    this.#uplinks = new Uplinks(view);
    this.#counts = counts;
    this.#emit = emit;
  }

  apply(row: number): void {
    const change = this.#uplinks.apply(row);
    if (change === undefined || !this.#counts(change.peer)) return;
    this.#bytesPerSec += change.toBytesPerSec - change.fromBytesPerSec;
    this.#emit(0, this.#bytesPerSec / 1e6);
  }
}
