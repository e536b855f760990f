/**
 * Hashes of pieces while their blocks arrive, so that a finished piece need not be read back. A state covers a piece
 * from its start up to some offset and follows only blocks that continue there; the rest is read when the hash is asked.
 * The number of states is bounded: the one that was idle longest is dropped, which costs a read, never a wrong digest.
 */
import { createHash, type Hash } from 'node:crypto';

interface State {
  readonly hash: Hash;
  coveredBytes: number;
}

export class RunningHashes {
  readonly #max: number;
  /** By piece, the longest idle first. */
  readonly #states = new Map<number, State>();

  constructor(max: number) {
    this.#max = max;
  }

  /** A block was stored. */
  stored(piece: number, begin: number, bytes: Uint8Array): void {
    let state = this.#states.get(piece);
    if (state !== undefined && begin < state.coveredBytes) {
      // Bytes that were hashed have changed.
      this.#states.delete(piece);
      state = undefined;
    }
    if (state === undefined) {
      if (begin !== 0) return;
      state = { hash: createHash('sha1'), coveredBytes: 0 };
    } else {
      this.#states.delete(piece);
    }
    this.#states.set(piece, state);
    if (begin === state.coveredBytes) {
      state.hash.update(bytes);
      state.coveredBytes += bytes.length;
    }
    if (this.#states.size > this.#max) {
      for (const oldest of this.#states.keys()) {
        this.#states.delete(oldest);
        break;
      }
    }
  }

  /** The stored bytes of the piece are in doubt. */
  forget(piece: number): void {
    this.#states.delete(piece);
  }

  /** The digest of the piece; `read(from)` gives some of the bytes from an offset on. Ends the state. */
  finish(piece: number, lengthBytes: number, read: (from: number) => Uint8Array): Uint8Array {
    const state = this.#states.get(piece) ?? { hash: createHash('sha1'), coveredBytes: 0 };
    this.#states.delete(piece);
    while (state.coveredBytes < lengthBytes) {
      const bytes = read(state.coveredBytes);
      state.hash.update(bytes);
      state.coveredBytes += bytes.length;
    }
    return state.hash.digest();
  }
}
