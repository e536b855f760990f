/**
 * A rate limit of the whole client: one bucket, from which its torrents take blocks in turn. However many peers a torrent
 * has, it gets no more than another that wants as much, and what one does not want is there for the others.
 */
import type { Clock } from '../ports.ts';
import { TokenBucket } from './token-bucket.ts';
import { TurnQueue, type TurnTaker } from './turn-queue.ts';

export class SharedLimit {
  readonly #bucket: TokenBucket;
  readonly #turns = new TurnQueue();

  /** `bytesPerSec`: 0 for none. */
  constructor(clock: Clock, bytesPerSec: number) {
    this.#bucket = new TokenBucket(clock, bytesPerSec);
  }

  /** The limit; 0: none. */
  get bytesPerSec(): number {
    return this.#bucket.bytesPerSec;
  }

  /** Other limit from now on, in bytes per second; 0 for none. */
  setLimit(bytesPerSec: number): void {
    this.#bucket.setLimit(bytesPerSec);
  }

  /** One torrent's share of it. */
  share(): LimitShare {
    return new LimitShare(this.#bucket, this.#turns);
  }
}

/** Made by `SharedLimit.share`. */
export class LimitShare implements TurnTaker {
  readonly #bucket: TokenBucket;
  readonly #turns: TurnQueue;
  #wish: (() => void) | undefined;

  constructor(bucket: TokenBucket, turns: TurnQueue) {
    this.#bucket = bucket;
    this.#turns = turns;
  }

  /** Whether a block may be taken now: there is something in the bucket, and it is nobody else's turn. */
  get isOpen(): boolean {
    if (this.#bucket.bytesPerSec === 0) return true;
    return this.#turns.isTurnOf(this) && this.#bucket.isOpen;
  }

  take(bytes: number): void {
    this.#bucket.take(bytes);
  }

  /** Calls back once when it is this one's turn. One such wish is kept; a later one replaces it. */
  whenOpen(callback: () => void): void {
    this.#wish = callback;
    this.#turns.wait(this);
    this.#expect();
  }

  stop(): void {
    this.#wish = undefined;
    this.#turns.leave(this);
  }

  onTurn(): void {
    const wish = this.#wish;
    this.#wish = undefined;
    wish?.();
  }

  #expect(): void {
    this.#bucket.whenOpen(() => {
      this.#turns.serve(() => this.#bucket.isOpen);
      if (!this.#turns.isEmpty) this.#expect();
    });
  }
}
