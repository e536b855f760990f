/**
 * How many copies of each piece there are among the honest peers that are present: kept while the run goes on, for
 * peers that leave as soon as enough copies exist, and for pickers that may know it.
 */
import { Bitfield } from '../../core/bitfield.ts';
import { LevelOrder } from '../../core/strategies/level-order.ts';
import type { SwarmOracle } from '../../core/strategies/swarm-oracle.ts';

export class CopyCount implements SwarmOracle {
  readonly #order: LevelOrder;
  readonly #held = new Map<number, Bitfield>();

  constructor(pieceCount: number) {
    this.#order = new LevelOrder(pieceCount);
  }

  /** Pieces in the torrent. */
  get length(): number {
    return this.#order.length;
  }

  /** Copies of the rarest piece. */
  get least(): number {
    return this.#order.count(this.#order.at(0));
  }

  at(rank: number): number {
    return this.#order.at(rank);
  }

  levelEndAt(rank: number): number {
    return this.#order.levelEndAt(rank);
  }

  count(piece: number): number {
    return this.#order.count(piece);
  }

  /** The peer holds the piece from now on. */
  add(peer: number, piece: number): void {
    let held = this.#held.get(peer);
    if (held === undefined) {
      held = new Bitfield(this.length);
      this.#held.set(peer, held);
    }
    if (held.has(piece)) return;
    held.set(piece);
    this.#order.increment(piece);
  }

  /** The peer is not there any more, nor what it holds. */
  remove(peer: number): void {
    const held = this.#held.get(peer);
    if (held === undefined) return;
    this.#held.delete(peer);
    for (let piece = 0; piece < this.length; piece++) if (held.has(piece)) this.#order.decrement(piece);
  }
}
