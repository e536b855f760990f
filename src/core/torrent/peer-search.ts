/**
 * Looks for other peers when those that a torrent has are not enough. A download asks its tracker when there is nobody
 * left to dial. When nothing arrives, it dials beyond its share of the places, and where every place is taken, one that was
 * never of use makes room: or a download among peers that never give would wait for ever. Where nobody has what is missing
 * that leads nowhere either, so it waits twice as long after each time. A seed asks when it is alone.
 */
import type { Clock, Microseconds } from '../ports.ts';
import type { ConnectionTable } from './connection-table.ts';
import type { Dialer } from './dialer.ts';
import { LonelySeed } from './lonely-seed.ts';

/** A download without a block for so long starves; a connection older than that has had its chance. */
const STARVING_US: Microseconds = 300_000_000;
/** Between two tries of one that starves: at first, and at most (as often as libtorrent turns over one of 50 peers). */
const LEAST_WAIT_US: Microseconds = 10_000_000;
const MOST_WAIT_US: Microseconds = 160_000_000;

export interface SearchSubject {
  isComplete(): boolean;
  /** When the last wanted block arrived. */
  lastBlockAtUs(): Microseconds;
  requestMorePeers(): void;
}

export class PeerSearch {
  readonly #clock: Clock;
  readonly #connections: ConnectionTable;
  readonly #dialer: Dialer;
  readonly #subject: SearchSubject;
  readonly #lonelySeed = new LonelySeed();
  #waitUs = LEAST_WAIT_US;
  #nextTryUs: Microseconds = 0;

  constructor(clock: Clock, connections: ConnectionTable, dialer: Dialer, subject: SearchSubject) {
    this.#clock = clock;
    this.#connections = connections;
    this.#dialer = dialer;
    this.#subject = subject;
  }

  /** A download that blocks arrive at, or that wants more connections than it has: a moment matters. */
  get isUrgent(): boolean {
    return !this.#subject.isComplete() && (this.#dialer.wantsMore || !this.#isStarving);
  }

  /** Unless a connection is made, `look` does nothing before; 0 when it may do something at any time. */
  get quietUntilUs(): Microseconds {
    const isQuiet = this.#subject.isComplete() && this.#connections.readyCount === 0;
    return isQuiet ? this.#lonelySeed.nextUs : 0;
  }

  /** To be called now and then, while the torrent can take what it asks for. */
  look(): void {
    const nowUs = this.#clock.now();
    const isSeed = this.#subject.isComplete();
    const wanted = !isSeed || this.#lonelySeed.mayAsk(this.#connections.readyCount, nowUs);
    if (wanted && this.#dialer.isShort) this.#subject.requestMorePeers();
    if (isSeed) return;
    if (this.#isStarving) this.#tryAnother(nowUs);
    else this.#waitUs = LEAST_WAIT_US;
  }

  /** No block has arrived for a long time. */
  get #isStarving(): boolean {
    return this.#subject.lastBlockAtUs() <= this.#clock.now() - STARVING_US;
  }

  #tryAnother(nowUs: Microseconds): void {
    if (nowUs < this.#nextTryUs) return;
    this.#nextTryUs = nowUs + this.#waitUs;
    this.#waitUs = Math.min(2 * this.#waitUs, MOST_WAIT_US);
    const hasRoom = this.#connections.hasRoom || this.#connections.makeRoom(nowUs - STARVING_US);
    if (hasRoom) this.#dialer.dialInstead();
  }
}
