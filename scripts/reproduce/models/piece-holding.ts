/**
 * What one viewer of the model has: of each piece so many blocks are there, so many are asked for, and the rest is free to be asked for.
 * Sets of pieces are words of 32 bits, as whether somebody has something for somebody else is asked all the time.
 */

export class Holding {
  readonly pieces: number;
  /** Blocks of each piece. */
  readonly blocks: number;
  /** Whole pieces. */
  readonly there: Uint32Array;
  /** Pieces of which a block may be asked for. */
  readonly free: Uint32Array;
  /** Rounds after the arrival, once a piece is there. */
  readonly at: Float64Array;
  readonly #received: Uint8Array;
  readonly #asked: Uint8Array;
  readonly #helps: boolean;
  #count = 0;

  /** `helps`: several may send blocks of one piece at a time. */
  constructor(pieces: number, blocks: number, helps: boolean) {
    this.pieces = pieces;
    this.blocks = blocks;
    this.#helps = helps;
    this.there = new Uint32Array(Math.ceil(pieces / 32));
    this.free = new Uint32Array(this.there.length);
    this.at = new Float64Array(pieces);
    this.#received = new Uint8Array(pieces);
    this.#asked = new Uint8Array(pieces);
    for (let piece = 0; piece < pieces; piece++) setBit(this.free, piece, true);
  }

  /** Whole pieces. */
  get count(): number {
    return this.#count;
  }

  /** Whether a part of it is there or coming. */
  isBegun(piece: number): boolean {
    return (this.#received[piece] as number) + (this.#asked[piece] as number) > 0;
  }

  ask(piece: number): void {
    this.#asked[piece] = (this.#asked[piece] as number) + 1;
    this.#setFree(piece);
  }

  /** The block does not come. */
  giveUp(piece: number): void {
    this.#asked[piece] = (this.#asked[piece] as number) - 1;
    this.#setFree(piece);
  }

  /** A block has come, so long after the arrival. True when the piece is whole with it. */
  receive(piece: number, after: number): boolean {
    this.#received[piece] = (this.#received[piece] as number) + 1;
    this.giveUp(piece);
    if (this.#received[piece] !== this.blocks) return false;
    setBit(this.there, piece, true);
    this.at[piece] = after;
    this.#count++;
    return true;
  }

  /** The missing pieces that come first. */
  missingNext(count: number): number[] {
    const missing: number[] = [];
    for (let piece = 0; piece < this.pieces && missing.length < count; piece++) {
      if (!hasBit(this.there, piece)) missing.push(piece);
    }
    return missing;
  }

  #setFree(piece: number): void {
    const asked = this.#asked[piece] as number;
    const left = this.blocks - (this.#received[piece] as number) - asked;
    setBit(this.free, piece, left > 0 && (this.#helps || asked === 0));
  }
}

export function hasBit(words: Uint32Array, index: number): boolean {
  return ((words[index >>> 5] as number) & (1 << (index & 31))) !== 0;
}

function setBit(words: Uint32Array, index: number, value: boolean): void {
  const word = index >>> 5;
  const bit = 1 << (index & 31);
  words[word] = value ? (words[word] as number) | bit : (words[word] as number) & ~bit;
}

/** Whether the two have a bit in common; undefined stands for all bits. */
export function meet(words: Uint32Array, others: Uint32Array | undefined): boolean {
  for (let word = 0; word < words.length; word++) {
    if (((words[word] as number) & (others === undefined ? -1 : (others[word] as number))) !== 0) return true;
  }
  return false;
}
