/**
 * Which part of every set of pieces is looked at this time, so that looking costs a bounded amount however many peers
 * and pieces there are, and everything has its turn. Sets are cut into bytes, eight pieces each, as in a bitfield.
 */
export class RotatingWindow {
  /** First byte looked at now. */
  from = 0;
  /** Exclusive end. */
  to = 0;
  readonly #length: number;
  readonly #looks: number;

  /** `length`: bytes of a set. `looks`: how many bytes may be looked at in one go, in all sets together. */
  constructor(length: number, looks: number) {
    this.#length = length;
    this.#looks = looks;
  }

  /** Moves on to the bytes after those of the last time, with so many sets to look at. */
  advance(sets: number): void {
    this.from = this.to >= this.#length ? 0 : this.to;
    const width = Math.max(1, Math.floor(this.#looks / Math.max(1, sets)));
    this.to = Math.min(this.#length, this.from + width);
  }
}

/** Peers times pieces up to which every piece is followed. */
const SMALL_RUN = 5_000;
const EVERY = 4;

/**
 * Of how many pieces one is followed by those laws that look at every block or at every connection for each piece: in a
 * large run that would show in the time that it takes.
 */
export function followedPieces(peers: number, pieceCount: number): number {
  return peers * pieceCount > SMALL_RUN ? EVERY : 1;
}

/** The lowest-numbered piece in byte number `index` of a bitfield, of those that are set in `byte`. */
export function firstPieceIn(byte: number, index: number): number {
  return index * 8 + Math.clz32(byte) - 24;
}
