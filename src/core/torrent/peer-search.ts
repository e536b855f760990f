/**
 * Looks for other peers when those that a torrent has are not enough. A download asks its tracker when there is nobody
 * left to dial. When nothing arrives, it dials beyond its share of the places, and where every place is taken, one that was
 * never of use makes room: or a download among peers that never give would wait for ever. A seed asks when it is alone.
 */
import type { Clock, Microseconds } from '../ports.ts';
import type { ConnectionTable } from './connection-table.ts';
import type { Dialer } from './dialer.ts';
import { LonelySeed } from './lonely-seed.ts';

/** A download without a block for so long starves; a connection older than that has had its chance. */
const STARVING_US: Microseconds = 300_000_000;

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

  constructor(clock: Clock, connections: ConnectionTable, dialer: Dialer, subject: SearchSubject) {
    this.#clock = clock;
    this.#connections = connections;
    this.#dialer = dialer;
    this.#subject = subject;
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
    const longAgoUs = nowUs - STARVING_US;
    if (this.#subject.lastBlockAtUs() > longAgoUs) return;
    const hasRoom = this.#connections.hasRoom || this.#connections.makeRoom(longAgoUs);
    if (hasRoom) this.#dialer.dialInstead();
  }
}
