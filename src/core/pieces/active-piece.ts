/**
 * A piece that is being downloaded: the state of each of its blocks. A block is free (nobody was asked), requested (of
 * one peer, in endgame of several) or received; it is in exactly one of these states. The objects are used again for
 * other pieces, because a swarm starts and ends thousands of them a second.
 */
import { invariant } from '../result.ts';

const RECEIVED = 0xff;

export class ActivePiece {
  /** Which of the table's active pieces it is; no two of one time have the same. */
  readonly number: number;
  piece = 0;
  blockCount = 0;
  /** Blocks that nobody was asked for. */
  free = 0;
  /** Blocks that have not arrived. */
  missing = 0;
  /**
   * After a failed check the piece is fetched from one peer alone, so that a second failure proves who lies.
   */
  exclusive = false;
  /** The peer that an exclusive piece is fetched from. */
  source: object | undefined;
  /** Who sent the first of its blocks that have arrived. */
  contributor: object | undefined = undefined;
  /** Who sent the block that arrived last. */
  lastContributor: object | undefined = undefined;
  /** Somebody else has sent blocks of it too. */
  isMixed = false;
  /** Number of requests out for each block, or RECEIVED: from `#offset` on, beside those of other active pieces. */
  readonly #states: Uint8Array;
  readonly #offset: number;
  /** No free block lies before this index. */
  #firstFree = 0;

  /** `states` has room from `offset` on for a byte for each block of the largest piece. */
  constructor(number: number, states: Uint8Array, offset: number) {
    this.number = number;
    this.#states = states;
    this.#offset = offset;
  }

  /** Becomes the piece `piece`, of which nothing was asked for. */
  begin(piece: number, blockCount: number): void {
    this.piece = piece;
    this.blockCount = blockCount;
    this.exclusive = false;
    this.restart();
  }

  /** Nothing has arrived and nothing is asked for. */
  get untouched(): boolean {
    return this.free === this.blockCount;
  }

  isReceived(block: number): boolean {
    return this.#states[this.#offset + block] === RECEIVED;
  }

  /** How many peers were asked for the block and have not answered. */
  requestsFor(block: number): number {
    const state = this.#states[this.#offset + block] as number;
    return state === RECEIVED ? 0 : state;
  }

  /** Marks the first free block as requested and returns it; -1 when none is free. */
  takeFree(): number {
    if (this.free === 0) return -1;
    let block = this.#firstFree;
    while (this.#states[this.#offset + block] !== 0) block++;
    this.#firstFree = block + 1;
    this.#states[this.#offset + block] = 1;
    this.free--;
    return block;
  }

  /** Asks one more peer for a block that is requested already. */
  addRequest(block: number): void {
    const state = this.#states[this.#offset + block] as number;
    invariant(
      state > 0 && state < RECEIVED - 1,
      () => `block ${block} of piece ${this.piece} is not requested`,
    );
    this.#states[this.#offset + block] = state + 1;
  }

  /** The requested block that the fewest peers were asked for; -1 when `most` peers were asked for each. */
  leastRequested(most: number): number {
    let best = -1;
    let fewest = most;
    for (let block = 0; block < this.blockCount; block++) {
      const requests = this.requestsFor(block);
      if (requests > 0 && requests < fewest) {
        best = block;
        fewest = requests;
      }
    }
    return best;
  }

  /** One request less for the block; true when that makes it free again. */
  release(block: number): boolean {
    const state = this.#states[this.#offset + block] as number;
    if (state === RECEIVED) return false;
    invariant(state > 0, () => `block ${block} of piece ${this.piece} has no request to release`);
    this.#states[this.#offset + block] = state - 1;
    if (state > 1) return false;
    this.free++;
    if (block < this.#firstFree) this.#firstFree = block;
    return true;
  }

  /** The block has arrived from `contributor`. */
  receive(block: number, contributor: object): void {
    const state = this.#states[this.#offset + block] as number;
    invariant(state !== RECEIVED, () => `block ${block} of piece ${this.piece} was received twice`);
    if (state === 0) this.free--;
    this.#states[this.#offset + block] = RECEIVED;
    this.missing--;
    this.lastContributor = contributor;
    this.contributor ??= contributor;
    if (contributor !== this.contributor) this.isMixed = true;
  }

  /** Everything is to be fetched again. Requests that are still out must have been released before. */
  restart(): void {
    this.#states.fill(0, this.#offset, this.#offset + this.blockCount);
    this.#firstFree = 0;
    this.free = this.blockCount;
    this.missing = this.blockCount;
    this.contributor = undefined;
    this.lastContributor = undefined;
    this.isMixed = false;
    this.source = undefined;
  }
}
