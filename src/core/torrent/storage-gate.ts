/**
 * What may be asked for: as much as the download limit allows, and no more than the disk can take. The gate shuts while
 * too much waits to be written, and while the disk is full. A full disk is tried again from time to time with one block;
 * once one is stored the download goes on.
 */
import { TokenBucket, type WiderLimit } from '../limits/token-bucket.ts';
import type { Clock, Microseconds, Timer } from '../ports.ts';

/** Blocks given to the disk and not yet stored (4 MiB): nothing more is asked for then. What was asked for still comes. */
const WRITING_MAX = 256;
/** Requests go on when so many are left: a disk as slow as 100 kB/s has 20 s of work by then. */
const WRITING_RESUME = 128;
const RETRY_US: Microseconds = 30_000_000;

export class StorageGate extends TokenBucket {
  readonly #clock: Clock;
  readonly #onRoom: () => void;
  readonly #retryUs: Microseconds;
  #writing = 0;
  #congested = false;
  /** `waiting`: nothing is asked for; `trying`: one block at each try. */
  #room: 'enough' | 'waiting' | 'trying' = 'enough';
  #tries = 0;
  #retry: Timer | undefined;
  #wish: (() => void) | undefined;
  #ended = false;

  /**
   * `bytesPerSec`: the download limit, 0 for none. `onRoom`: a disk that was full has stored a block again. `retryUs`: the
   * time between two tries of a full disk. `clientLimit`: our share of what all torrents of the client may download.
   */
  constructor(
    clock: Clock,
    bytesPerSec: number,
    onRoom: () => void,
    retryUs: Microseconds = RETRY_US,
    clientLimit?: WiderLimit,
  ) {
    super(clock, bytesPerSec, clientLimit);
    this.#retryUs = retryUs;
    this.#clock = clock;
    this.#onRoom = onRoom;
  }

  /** Whether it is the disk that holds the download up. */
  get isShut(): boolean {
    return this.#congested || (this.#room !== 'enough' && this.#tries === 0);
  }

  /** Whether the disk was full when it was tried last. */
  get isFull(): boolean {
    return this.#room !== 'enough';
  }

  override get isOpen(): boolean {
    return !this.isShut && super.isOpen;
  }

  override take(bytes: number): void {
    if (this.#tries > 0) this.#tries--;
    super.take(bytes);
  }

  override whenOpen(callback: () => void): void {
    if (this.isShut) this.#wish = callback;
    else super.whenOpen(callback);
  }

  /** A block was given to the disk. */
  writeBegun(): void {
    this.#writing++;
    if (this.#writing >= WRITING_MAX) this.#congested = true;
  }

  /** The disk has answered to a block. */
  writeEnded(stored: boolean): void {
    this.#writing--;
    const flows = this.#congested && this.#writing <= WRITING_RESUME;
    if (flows) this.#congested = false;
    const hasRoom = stored && this.#room === 'trying';
    if (hasRoom) {
      this.#room = 'enough';
      this.#tries = 0;
      this.#retry?.cancel();
      this.#onRoom();
    }
    if (flows || hasRoom) this.#grantWish();
  }

  /** The disk is full: from now on one block is asked for now and then, until one is stored. */
  shutUntilRoom(): void {
    if (this.#room !== 'enough' || this.#ended) return;
    this.#room = 'waiting';
    this.#scheduleTry();
  }

  /** Nothing more is to be asked for: a full disk is not tried any more. */
  end(): void {
    this.#ended = true;
    this.#room = 'enough';
    this.#retry?.cancel();
  }

  /** After `end`: there is something to ask for again. */
  begin(): void {
    this.#ended = false;
  }

  #scheduleTry(): void {
    this.#retry = this.#clock.schedule(this.#clock.now() + this.#retryUs, () => {
      this.#room = 'trying';
      this.#tries = 1;
      this.#scheduleTry();
      this.#grantWish();
    });
  }

  #grantWish(): void {
    if (this.isShut) return;
    const wish = this.#wish;
    this.#wish = undefined;
    wish?.();
  }
}
