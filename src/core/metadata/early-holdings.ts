/**
 * What a peer says it has while nobody knows yet how many pieces there are: kept as it was said, judged once the metadata
 * is there. Invariant: it never takes more memory than a bit for each piece that any torrent may have.
 */
import { Bitfield } from '../bitfield.ts';
import { PIECE_COUNT_LIMIT } from '../metainfo/limits.ts';
import { failure, type Result, success } from '../result.ts';

export class EarlyHoldings {
  #everything = false;
  #bits = new Uint8Array(0);
  /** Bytes of the bitfield that it sent; -1 for none. */
  #bitfieldBytes = -1;

  /** It says that it has everything. */
  get hasEverything(): boolean {
    return this.#everything;
  }

  /** It got one more piece. False when that was known, or no torrent has that many pieces. */
  gain(piece: number): boolean {
    const place = piece >> 3;
    if (piece >= PIECE_COUNT_LIMIT || this.#everything) return false;
    if (place >= this.#bits.length) this.#grow(place + 1);
    const bit = 0x80 >> (piece & 7);
    const before = this.#bits[place] as number;
    this.#bits[place] = before | bit;
    return (before & bit) === 0;
  }

  /** It said what it has in all: a bitfield as received, or in a word. False when that was nothing new. */
  describe(claim: Uint8Array | 'everything' | 'nothing'): boolean {
    if (claim === 'nothing') return this.#bitfieldBytes < 0;
    if (claim === 'everything') {
      const isNew = !this.#everything;
      this.#everything = true;
      return isNew;
    }
    const isNew = this.#bitfieldBytes < 0;
    this.#bitfieldBytes = Math.max(this.#bitfieldBytes, claim.length);
    if (claim.length > this.#bits.length) this.#grow(Math.min(claim.length, PIECE_COUNT_LIMIT / 8));
    for (let index = 0; index < this.#bits.length; index++) {
      this.#bits[index] = (this.#bits[index] as number) | (claim[index] ?? 0);
    }
    return isNew;
  }

  /** Its pieces, now that it is known how many there are; undefined: none. Fails where it named others (BEP 3). */
  resolve(pieceCount: number): Result<Bitfield | undefined> {
    const byteCount = (pieceCount + 7) >> 3;
    if (this.#bitfieldBytes >= 0 && this.#bitfieldBytes !== byteCount) {
      return failure(`bitfield of ${this.#bitfieldBytes} bytes where ${byteCount} are due`);
    }
    if (this.#everything) return success(Bitfield.full(pieceCount));
    if (this.#bits.length === 0) return success(undefined);
    const wire = new Uint8Array(byteCount);
    wire.set(this.#bits.subarray(0, byteCount));
    if (this.#bits.subarray(byteCount).some((byte) => byte !== 0))
      return failure('a piece that is not there');
    return Bitfield.fromWire(wire, pieceCount);
  }

  #grow(bytes: number): void {
    const grown = new Uint8Array(Math.max(bytes, Math.min(2 * this.#bits.length, PIECE_COUNT_LIMIT / 8)));
    grown.set(this.#bits);
    this.#bits = grown;
  }
}
