/**
 * Which peer holds which piece, and how many copies of each there are among honest peers that are there. What a peer that
 * is away held stays to be seen, though it is nobody's copy; when it is back it says anew what it holds.
 */
interface Columns {
  /** By peer and piece. */
  readonly held: Uint8Array;
  readonly heldCount: Int32Array;
  readonly copies: Int32Array;
  /** 1: its copies count at present. */
  readonly counts: Uint8Array;
}

export class HoldingTable {
  readonly #pieces: number;
  readonly #columns: Columns;
  /** By peer: grows with every change of what it holds, and is no part of the state. */
  readonly #versions: Float64Array;
  #rarity: { readonly fewest: number; readonly count: number } | undefined;

  /** @param complete by peer: it has every piece from the start */
  constructor(pieces: number, complete: readonly boolean[]) {
    this.#pieces = pieces;
    this.#columns = {
      held: new Uint8Array(complete.length * pieces),
      heldCount: new Int32Array(complete.length),
      copies: new Int32Array(pieces),
      counts: new Uint8Array(complete.length),
    };
    this.#versions = new Float64Array(complete.length);
    for (const [peer, isComplete] of complete.entries()) {
      if (!isComplete) continue;
      this.#columns.held.fill(1, peer * pieces, (peer + 1) * pieces);
      this.#columns.heldCount[peer] = pieces;
    }
  }

  save(): Columns {
    const { held, heldCount, copies, counts } = this.#columns;
    return {
      held: held.slice(),
      heldCount: heldCount.slice(),
      copies: copies.slice(),
      counts: counts.slice(),
    };
  }

  restore(saved: Columns): void {
    this.#columns.held.set(saved.held);
    this.#columns.heldCount.set(saved.heldCount);
    this.#columns.copies.set(saved.copies);
    this.#columns.counts.set(saved.counts);
    this.#rarity = undefined;
    for (const peer of this.#versions.keys()) this.#changed(peer);
  }

  has(peer: number, piece: number): boolean {
    return this.#columns.held[peer * this.#pieces + piece] === 1;
  }

  heldCountOf(peer: number): number {
    return this.#columns.heldCount[peer] as number;
  }

  isComplete(peer: number): boolean {
    return this.#columns.heldCount[peer] === this.#pieces;
  }

  versionOf(peer: number): number {
    return this.#versions[peer] as number;
  }

  copiesOf(piece: number): number {
    return this.#columns.copies[piece] as number;
  }

  /** Copies of the rarest piece, and how many pieces are as rare. */
  get rarest(): { readonly fewest: number; readonly count: number } {
    if (this.#rarity !== undefined) return this.#rarity;
    let fewest = this.#columns.copies[0] ?? 0;
    let count = 0;
    for (const copies of this.#columns.copies) {
      if (copies < fewest) {
        fewest = copies;
        count = 0;
      }
      if (copies === fewest) count++;
    }
    this.#rarity = { fewest, count };
    return this.#rarity;
  }

  verify(peer: number, piece: number): void {
    if (this.has(peer, piece)) return;
    this.#columns.held[peer * this.#pieces + piece] = 1;
    this.#columns.heldCount[peer] = this.heldCountOf(peer) + 1;
    this.#changed(peer);
    if (this.#columns.counts[peer] === 1) this.#addCopies(piece, 1);
  }

  /** Whether what the peer holds is a copy of the content from now on. */
  setCounts(peer: number, counts: boolean): void {
    if ((this.#columns.counts[peer] === 1) === counts) return;
    this.#columns.counts[peer] = counts ? 1 : 0;
    for (let piece = 0; piece < this.#pieces; piece++)
      if (this.has(peer, piece)) this.#addCopies(piece, counts ? 1 : -1);
  }

  /** What it holds is not known any more; only while its copies do not count. */
  empty(peer: number): void {
    this.#columns.held.fill(0, peer * this.#pieces, (peer + 1) * this.#pieces);
    this.#columns.heldCount[peer] = 0;
    this.#changed(peer);
  }

  #addCopies(piece: number, change: 1 | -1): void {
    this.#columns.copies[piece] = this.copiesOf(piece) + change;
    this.#rarity = undefined;
  }

  #changed(peer: number): void {
    this.#versions[peer] = this.versionOf(peer) + 1;
  }
}

export type SavedHoldings = ReturnType<HoldingTable['save']>;
