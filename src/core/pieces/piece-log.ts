/** Pieces in the order in which something happened to them: a list that only grows, and keeps hardly any room in reserve. */

const LEAST_MORE = 8;

export class PieceLog {
  /** The pieces, and behind them room for more. Another array once it has grown: not to be kept. */
  pieces = new Int32Array(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(piece: number): void {
    const { length } = this.pieces;
    if (this.#length === length) {
      const grown = new Int32Array(length + Math.max(LEAST_MORE, length >> 3));
      grown.set(this.pieces);
      this.pieces = grown;
    }
    this.pieces[this.#length++] = piece;
  }
}
