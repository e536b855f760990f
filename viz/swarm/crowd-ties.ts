/**
 * What peers are to each other, where one of the two is told of as part of a crowd only: the crowd's unchokes and interests
 * are counted, so whatever a connection's end takes along has to be taken back one by one.
 */
import { Departure, EventKind } from '../../src/trace/trace.ts';

/** An event as it is told: its kind, who, towards whom, and what else. */
export type ToldEvent = readonly [kind: number, peer: number, remote: number, what: number];

const UNCHOKES = 1;
const INTERESTED = 2;
const NOTHING: readonly ToldEvent[] = [];

export class CrowdTies {
  readonly #drawn: number;
  readonly #placeOf: Int32Array;
  /** By peer and remote of the run, where one of them is of a crowd: what the peer is to the remote. */
  readonly #ties = new Map<number, Map<number, number>>();

  /** @param placeOf by peer of the run: its place; from `drawn` on those are crowds, -1 is none */
  constructor(drawn: number, placeOf: Int32Array) {
    this.#drawn = drawn;
    this.#placeOf = placeOf;
  }

  /** Undefined for what is no matter between two peers, and told otherwise. */
  translate(kind: number, peer: number, a: number, b: number): readonly ToldEvent[] | undefined {
    const place = peer < 0 ? -1 : (this.#placeOf[peer] ?? -1);
    if (kind === EventKind.left && place >= 0) {
      const told = a === Departure.endOfRun ? NOTHING : this.#leave(peer, place);
      return place < this.#drawn ? undefined : told;
    }
    switch (kind) {
      case EventKind.connected:
      case EventKind.disconnected:
      case EventKind.unchoked:
      case EventKind.choked:
      case EventKind.interestChanged:
        return this.#translatePair(kind, peer, place, a, b);
      default:
        return undefined;
    }
  }

  #translatePair(kind: number, peer: number, place: number, remote: number, b: number): readonly ToldEvent[] {
    const other = remote < 0 ? -1 : (this.#placeOf[remote] ?? -1);
    if (place < 0 || other < 0) return NOTHING;
    if (place < this.#drawn && other < this.#drawn) return [[kind, place, other, b]];
    if (place >= this.#drawn && other >= this.#drawn) return NOTHING;
    const own = this.#ties.get(peer) ?? new Map<number, number>();
    this.#ties.set(peer, own);
    const before = own.get(remote) ?? 0;
    switch (kind) {
      case EventKind.disconnected:
        own.delete(remote);
        return takeBack(place, other, before);
      case EventKind.unchoked:
        if ((before & UNCHOKES) !== 0) return NOTHING;
        own.set(remote, before | UNCHOKES);
        return [[kind, place, other, b]];
      case EventKind.choked:
        own.set(remote, before & ~UNCHOKES);
        return (before & UNCHOKES) === 0 ? NOTHING : [[kind, place, other, 0]];
      case EventKind.interestChanged: {
        const changed = ((before & INTERESTED) !== 0) !== (b === 1);
        own.set(remote, b === 1 ? before | INTERESTED : before & ~INTERESTED);
        return changed ? [[kind, place, other, b]] : NOTHING;
      }
      default:
        return NOTHING;
    }
  }

  /** Those that leave are nothing to anybody any more. Of one that is drawn that goes without saying. */
  #leave(peer: number, place: number): readonly ToldEvent[] {
    const own = this.#ties.get(peer);
    this.#ties.delete(peer);
    if (own === undefined || place < this.#drawn) return NOTHING;
    return [...own].flatMap(([remote, tie]) => takeBack(place, this.#placeOf[remote] ?? -1, tie));
  }
}

function takeBack(place: number, other: number, tie: number): ToldEvent[] {
  return [
    ...((tie & UNCHOKES) === 0 ? [] : [[EventKind.choked, place, other, 0] as const]),
    ...((tie & INTERESTED) === 0 ? [] : [[EventKind.interestChanged, place, other, 0] as const]),
  ];
}
