/**
 * What every two peers that were ever connected were to each other: for how long they were connected, for how long the one
 * that serves had the other unchoked, and for how long that one was interested in it. A pair has a direction, from the peer
 * that serves to the one that is served; both directions are told of by events of their own.
 */
import { Departure, EventKind, type Trace } from '../trace.ts';
import { isDownloader } from './peer-times.ts';

/** Columns by pair, in the order in which pairs first came up. Microseconds. */
export interface PeerPairs {
  readonly count: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** As `from` saw it. */
  readonly connectedUs: Float64Array;
  /** `to` was interested in `from`; the part of it in which `from` was still downloading. */
  readonly interestedUs: Float64Array;
  readonly interestedLeechingUs: Float64Array;
  /** `from` had `to` unchoked; the part of it in which `from` was still downloading. */
  readonly unchokedUs: Float64Array;
  readonly unchokedLeechingUs: Float64Array;
  /** The part of `unchokedLeechingUs` that was no optimistic unchoke. */
  readonly regularUs: Float64Array;
}

const OPTIMISTIC = 1;

export function foldPeerPairs(trace: Trace): PeerPairs {
  const fold = new PairsFold(trace);
  for (let row = 0; row < trace.events.count; row++) fold.apply(row);
  return fold.finish();
}

/** Sums of a pair, in a row of numbers, and the instant up to which they are. */
const CONNECTED = 0;
const INTERESTED = 1;
const INTERESTED_LEECHING = 2;
const UNCHOKED = 3;
const UNCHOKED_LEECHING = 4;
const REGULAR = 5;
const SINCE = 6;
const ROW = 7;

/** What a pair is at the moment, in bits: the sender is still downloading; the unchoke is a regular one. */
const IS_CONNECTED = 1;
const IS_INTERESTED = 2;
const IS_UNCHOKED = 4;
const IS_LEECHING = 8;
const IS_REGULAR = 16;

/** Rows of numbers rather than objects: a large swarm has half a million pairs and changes them millions of times. */
class PairsFold {
  readonly #trace: Trace;
  /** By the peer that serves: where its pairs stand, by the peer that is served. */
  readonly #placeOf: readonly Map<number, number>[];
  /** By the peer that is served: who has served it. */
  readonly #servers: readonly number[][];
  readonly #leeching: Uint8Array;
  #count = 0;
  #from = new Int32Array(64);
  #to = new Int32Array(64);
  #state = new Uint8Array(64);
  #sums = new Float64Array(64 * ROW);

  constructor(trace: Trace) {
    const { peers } = trace.header;
    this.#trace = trace;
    this.#placeOf = peers.map(() => new Map());
    this.#servers = peers.map(() => []);
    this.#leeching = Uint8Array.from(peers, (peer) => (isDownloader(peer) ? 1 : 0));
  }

  apply(row: number): void {
    const { events } = this.#trace;
    const peer = events.peer[row] as number;
    const remote = events.a[row] as number;
    const timeUs = events.timeUs[row] as number;
    switch (events.kind[row]) {
      case EventKind.connected:
        if (remote < 0 || remote === peer) return;
        this.#change(this.#pair(peer, remote), timeUs, IS_CONNECTED, 0);
        return;
      case EventKind.disconnected:
        if (remote < 0) return;
        this.#changeKnown(peer, remote, timeUs, 0, IS_CONNECTED | IS_UNCHOKED | IS_INTERESTED);
        this.#changeKnown(remote, peer, timeUs, 0, IS_INTERESTED);
        return;
      case EventKind.interestChanged:
        if (remote < 0 || remote === peer) return;
        if (events.b[row] === 1) this.#change(this.#pair(remote, peer), timeUs, IS_INTERESTED, 0);
        else this.#changeKnown(remote, peer, timeUs, 0, IS_INTERESTED);
        return;
      case EventKind.unchoked:
        if (remote < 0) return;
        if (events.b[row] === OPTIMISTIC) this.#changeKnown(peer, remote, timeUs, IS_UNCHOKED, IS_REGULAR);
        else this.#changeKnown(peer, remote, timeUs, IS_UNCHOKED | IS_REGULAR, 0);
        return;
      case EventKind.choked:
        if (remote >= 0) this.#changeKnown(peer, remote, timeUs, 0, IS_UNCHOKED);
        return;
      case EventKind.completed:
        this.#complete(peer, timeUs);
        return;
      case EventKind.left:
        // A crash says nothing of its connections.
        if (remote !== Departure.endOfRun) this.#leave(peer, timeUs);
    }
  }

  finish(): PeerPairs {
    const count = this.#count;
    for (let place = 0; place < count; place++) this.#change(place, this.#trace.endUs, 0, 0);
    const column = (of: number): Float64Array =>
      Float64Array.from({ length: count }, (_, place) => this.#sums[place * ROW + of] as number);
    return {
      count,
      from: this.#from.slice(0, count),
      to: this.#to.slice(0, count),
      connectedUs: column(CONNECTED),
      interestedUs: column(INTERESTED),
      interestedLeechingUs: column(INTERESTED_LEECHING),
      unchokedUs: column(UNCHOKED),
      unchokedLeechingUs: column(UNCHOKED_LEECHING),
      regularUs: column(REGULAR),
    };
  }

  #complete(peer: number, timeUs: number): void {
    if (this.#leeching[peer] === 0) return;
    this.#leeching[peer] = 0;
    for (const place of this.#placeOf[peer]?.values() ?? []) this.#change(place, timeUs, 0, IS_LEECHING);
  }

  #leave(peer: number, timeUs: number): void {
    const all = IS_CONNECTED | IS_UNCHOKED | IS_INTERESTED;
    for (const place of this.#placeOf[peer]?.values() ?? []) this.#change(place, timeUs, 0, all);
    for (const server of this.#servers[peer] ?? []) this.#changeKnown(server, peer, timeUs, 0, all);
  }

  #changeKnown(from: number, to: number, timeUs: number, begins: number, ends: number): void {
    const place = this.#placeOf[from]?.get(to);
    if (place !== undefined) this.#change(place, timeUs, begins, ends);
  }

  /** Adds what passed since the last change, then turns bits of the state on and off. */
  #change(place: number, timeUs: number, begins: number, ends: number): void {
    const state = this.#state[place] as number;
    const next = (state | begins) & ~ends;
    this.#state[place] = next;
    const at = place * ROW;
    const sums = this.#sums;
    const passedUs = timeUs - (sums[at + SINCE] as number);
    sums[at + SINCE] = timeUs;
    if (passedUs === 0) return;
    const leeching = (state & IS_LEECHING) !== 0;
    if ((state & IS_CONNECTED) !== 0) sums[at + CONNECTED] = (sums[at + CONNECTED] as number) + passedUs;
    if ((state & IS_INTERESTED) !== 0) {
      sums[at + INTERESTED] = (sums[at + INTERESTED] as number) + passedUs;
      if (leeching) sums[at + INTERESTED_LEECHING] = (sums[at + INTERESTED_LEECHING] as number) + passedUs;
    }
    if ((state & IS_UNCHOKED) === 0) return;
    sums[at + UNCHOKED] = (sums[at + UNCHOKED] as number) + passedUs;
    if (!leeching) return;
    sums[at + UNCHOKED_LEECHING] = (sums[at + UNCHOKED_LEECHING] as number) + passedUs;
    if ((state & IS_REGULAR) !== 0) sums[at + REGULAR] = (sums[at + REGULAR] as number) + passedUs;
  }

  #pair(from: number, to: number): number {
    const places = this.#placeOf[from] as Map<number, number>;
    const known = places.get(to);
    if (known !== undefined) return known;
    const place = this.#count;
    if (place === this.#from.length) this.#grow();
    places.set(to, place);
    this.#servers[to]?.push(from);
    this.#from[place] = from;
    this.#to[place] = to;
    this.#state[place] = this.#leeching[from] === 1 ? IS_LEECHING : 0;
    this.#count++;
    return place;
  }

  #grow(): void {
    const rows = this.#from.length * 2;
    const [from, to, state, sums] = [this.#from, this.#to, this.#state, this.#sums];
    this.#from = new Int32Array(rows);
    this.#to = new Int32Array(rows);
    this.#state = new Uint8Array(rows);
    this.#sums = new Float64Array(rows * ROW);
    this.#from.set(from);
    this.#to.set(to);
    this.#state.set(state);
    this.#sums.set(sums);
  }
}
