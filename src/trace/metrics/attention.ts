/**
 * Who is interested in whom, and who has whom unchoked, over time: the entropy of Legout et al. (2006) and the states of a
 * leecher. Connections are told of by both of their ends; each end's events speak of what that end does.
 */
import { Departure, EventKind, type Trace } from '../trace.ts';
import { isDownloader } from './peer-times.ts';

export interface Attention {
  /**
   * By peer, summed over all others: the time for which it and the other were connected, both downloaders and both
   * incomplete; how much of that it was interested in the other, and the other in it. Microseconds.
   */
  readonly sharedUs: Float64Array;
  readonly interestedUs: Float64Array;
  readonly interestingUs: Float64Array;
  /** By peer, until it was complete: at least one other had it unchoked. */
  readonly unchokedUs: Float64Array;
  /** By peer, until it was complete: it was interested in somebody and nobody had it unchoked. */
  readonly starvedUs: Float64Array;
  /** By peer: the most connections at a time. */
  readonly mostConnections: Int32Array;
}

/** One end of a connection. */
interface End {
  interested: boolean;
  /** This end has the other one unchoked. */
  unchokes: boolean;
}

export function foldAttention(trace: Trace): Attention {
  const fold = new AttentionFold(trace);
  for (let row = 0; row < trace.events.count; row++) fold.apply(row);
  return fold.finish(trace.endUs);
}

class AttentionFold {
  readonly #trace: Trace;
  /** By peer and remote: what the peer does on its connection with the remote. */
  readonly #ends: readonly Map<number, End>[];
  readonly #leeching: Uint8Array;
  readonly #sinceUs: Float64Array;
  readonly #interests: Int32Array;
  readonly #unchokers: Int32Array;
  readonly #result: Attention;
  /** By pair, "lower higher": since when both were connected and incomplete. */
  readonly #pairSinceUs = new Map<number, number>();

  constructor(trace: Trace) {
    const { peers } = trace.header;
    const column = () => new Float64Array(peers.length);
    this.#trace = trace;
    this.#ends = peers.map(() => new Map());
    this.#leeching = Uint8Array.from(peers, (peer) => (isDownloader(peer) ? 1 : 0));
    this.#sinceUs = column();
    this.#interests = new Int32Array(peers.length);
    this.#unchokers = new Int32Array(peers.length);
    this.#result = {
      sharedUs: column(),
      interestedUs: column(),
      interestingUs: column(),
      unchokedUs: column(),
      starvedUs: column(),
      mostConnections: new Int32Array(peers.length),
    };
  }

  apply(row: number): void {
    const { events } = this.#trace;
    const peer = events.peer[row] as number;
    const remote = events.a[row] as number;
    const timeUs = events.timeUs[row] as number;
    switch (events.kind[row]) {
      case EventKind.connected:
        if (remote >= 0) this.#connect(peer, remote, timeUs);
        return;
      case EventKind.disconnected:
        this.#disconnect(peer, remote, timeUs);
        return;
      case EventKind.interestChanged:
        this.#interest(peer, remote, timeUs, events.b[row] === 1);
        return;
      case EventKind.unchoked:
      case EventKind.choked:
        this.#unchoke(peer, remote, timeUs, events.kind[row] === EventKind.unchoked);
        return;
      case EventKind.completed:
        this.#complete(peer, timeUs);
        return;
      case EventKind.left:
        if (events.a[row] === Departure.endOfRun) return;
        for (const other of [...(this.#ends[peer]?.keys() ?? [])]) {
          this.#disconnect(peer, other, timeUs);
          this.#disconnect(other, peer, timeUs);
        }
    }
  }

  finish(endUs: number): Attention {
    for (const [peer, ends] of this.#ends.entries()) {
      this.#settle(peer, endUs);
      for (const remote of ends.keys()) if (peer < remote) this.#settlePair(peer, remote, endUs);
    }
    return this.#result;
  }

  #connect(peer: number, remote: number, timeUs: number): void {
    const ends = this.#ends[peer] as Map<number, End>;
    if (ends.has(remote)) return;
    this.#settlePair(peer, remote, timeUs);
    ends.set(remote, { interested: false, unchokes: false });
    const { mostConnections } = this.#result;
    mostConnections[peer] = Math.max(mostConnections[peer] as number, ends.size);
    this.#restartPair(peer, remote, timeUs);
  }

  #disconnect(peer: number, remote: number, timeUs: number): void {
    if (remote < 0 || this.#ends[peer]?.has(remote) !== true) return;
    this.#interest(peer, remote, timeUs, false);
    this.#unchoke(peer, remote, timeUs, false);
    this.#settlePair(peer, remote, timeUs);
    this.#ends[peer]?.delete(remote);
    this.#restartPair(peer, remote, timeUs);
  }

  #interest(peer: number, remote: number, timeUs: number, interested: boolean): void {
    const end = this.#ends[peer]?.get(remote);
    if (end === undefined || end.interested === interested) return;
    this.#settle(peer, timeUs);
    this.#settlePair(peer, remote, timeUs);
    end.interested = interested;
    this.#interests[peer] = (this.#interests[peer] as number) + (interested ? 1 : -1);
  }

  #unchoke(peer: number, remote: number, timeUs: number, unchokes: boolean): void {
    const end = this.#ends[peer]?.get(remote);
    if (end === undefined || end.unchokes === unchokes) return;
    this.#settle(remote, timeUs);
    end.unchokes = unchokes;
    this.#unchokers[remote] = (this.#unchokers[remote] as number) + (unchokes ? 1 : -1);
  }

  #complete(peer: number, timeUs: number): void {
    if (this.#leeching[peer] === 0) return;
    this.#settle(peer, timeUs);
    for (const remote of this.#ends[peer]?.keys() ?? []) this.#settlePair(peer, remote, timeUs);
    this.#leeching[peer] = 0;
    for (const remote of this.#ends[peer]?.keys() ?? []) this.#restartPair(peer, remote, timeUs);
  }

  /** Adds the time since the last change of the peer's own state. */
  #settle(peer: number, timeUs: number): void {
    const passedUs = timeUs - (this.#sinceUs[peer] as number);
    this.#sinceUs[peer] = timeUs;
    if (this.#leeching[peer] === 0) return;
    const { unchokedUs, starvedUs } = this.#result;
    if ((this.#unchokers[peer] as number) > 0) unchokedUs[peer] = (unchokedUs[peer] as number) + passedUs;
    else if ((this.#interests[peer] as number) > 0) starvedUs[peer] = (starvedUs[peer] as number) + passedUs;
  }

  /** Adds the time since the last change of what two peers do to each other. */
  #settlePair(peer: number, remote: number, timeUs: number): void {
    const key = this.#keyOf(peer, remote);
    const sinceUs = this.#pairSinceUs.get(key);
    if (sinceUs === undefined) return;
    const passedUs = timeUs - sinceUs;
    this.#pairSinceUs.set(key, timeUs);
    const { sharedUs, interestedUs, interestingUs } = this.#result;
    for (const [one, other] of [
      [peer, remote],
      [remote, peer],
    ] as const) {
      sharedUs[one] = (sharedUs[one] as number) + passedUs;
      if (this.#ends[one]?.get(other)?.interested !== true) continue;
      interestedUs[one] = (interestedUs[one] as number) + passedUs;
      interestingUs[other] = (interestingUs[other] as number) + passedUs;
    }
  }

  /** Two peers share time while both ends know of the connection and both are incomplete. */
  #restartPair(peer: number, remote: number, timeUs: number): void {
    const key = this.#keyOf(peer, remote);
    const connected = this.#ends[peer]?.has(remote) === true && this.#ends[remote]?.has(peer) === true;
    const shares = connected && this.#leeching[peer] === 1 && this.#leeching[remote] === 1;
    if (shares) this.#pairSinceUs.set(key, timeUs);
    else this.#pairSinceUs.delete(key);
  }

  #keyOf(peer: number, remote: number): number {
    return Math.min(peer, remote) * this.#ends.length + Math.max(peer, remote);
  }
}
