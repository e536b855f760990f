/**
 * A piece that is being downloaded: the state of each of its blocks. A block is free (nobody was asked), requested (of
 * one peer, in endgame of several) or received; it is in exactly one of these states.
 */
import { invariant } from '../result.ts';

const RECEIVED = 0xff;

export class ActivePiece {
  readonly piece: number;
  readonly blockCount: number;
  /** Blocks that nobody was asked for. */
  free: number;
  /** Blocks that have not arrived. */
  missing: number;
  /**
   * After a failed check the piece is fetched from one peer alone, so that a second failure proves who lies.
   */
  exclusive = false;
  /** The peer that an exclusive piece is fetched from. */
  source: object | undefined;
  /** Who sent blocks of it, each once, in order of their first block. */
  readonly contributors: object[] = [];
  /** Number of requests out for each block, or RECEIVED. */
  readonly #state: Uint8Array;
  /** No free block lies before this index. */
  #firstFree = 0;

  constructor(piece: number, blockCount: number) {
    this.piece = piece;
    this.blockCount = blockCount;
    this.free = blockCount;
    this.missing = blockCount;
    this.#state = new Uint8Array(blockCount);
  }

  /** Nothing has arrived and nothing is asked for. */
  get untouched(): boolean {
    return this.free === this.blockCount;
  }

  isReceived(block: number): boolean {
    return this.#state[block] === RECEIVED;
  }

  /** How many peers were asked for the block and have not answered. */
  requestsFor(block: number): number {
    const state = this.#state[block] as number;
    return state === RECEIVED ? 0 : state;
  }

  /** Marks the first free block as requested and returns it; -1 when none is free. */
  takeFree(): number {
    if (this.free === 0) return -1;
    let block = this.#firstFree;
    while (this.#state[block] !== 0) block++;
    this.#firstFree = block + 1;
    this.#state[block] = 1;
    this.free--;
    return block;
  }

  /** Asks one more peer for a block that is requested already. */
  addRequest(block: number): void {
    const state = this.#state[block] as number;
    invariant(
      state > 0 && state < RECEIVED - 1,
      () => `block ${block} of piece ${this.piece} is not requested`,
    );
    this.#state[block] = state + 1;
  }

  /** One request less for the block; true when that makes it free again. */
  release(block: number): boolean {
    const state = this.#state[block] as number;
    if (state === RECEIVED) return false;
    invariant(state > 0, () => `block ${block} of piece ${this.piece} has no request to release`);
    this.#state[block] = state - 1;
    if (state > 1) return false;
    this.free++;
    if (block < this.#firstFree) this.#firstFree = block;
    return true;
  }

  /** The block has arrived from `contributor`. */
  receive(block: number, contributor: object): void {
    const state = this.#state[block] as number;
    invariant(state !== RECEIVED, () => `block ${block} of piece ${this.piece} was received twice`);
    if (state === 0) this.free--;
    this.#state[block] = RECEIVED;
    this.missing--;
    if (!this.contributors.includes(contributor)) this.contributors.push(contributor);
  }

  /** Everything is to be fetched again. Requests that are still out must have been released before. */
  restart(): void {
    this.#state.fill(0);
    this.#firstFree = 0;
    this.free = this.blockCount;
    this.missing = this.blockCount;
    this.contributors.length = 0;
    this.source = undefined;
  }
}
