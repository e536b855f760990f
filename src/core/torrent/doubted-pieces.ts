/**
 * Pieces that we have announced and that may be gone: the disk could not read one, or all are to be looked at again. Each is
 * hashed as it is stored; those that are not right are lost. Invariant: a few are hashed at a time, each once however often
 * it is doubted meanwhile.
 */
import { equalBytes } from '../bytes.ts';
import type { Disk } from '../ports.ts';

const IN_FLIGHT_MAX = 4;

export interface DoubtedPiecesSubject {
  pieceHash(piece: number): Uint8Array;
  /** What is stored of it is not the piece, or cannot be read. */
  onLost(piece: number): void;
}

export class DoubtedPieces {
  readonly #disk: Disk;
  readonly #subject: DoubtedPiecesSubject;
  readonly #waiting = new Set<number>();
  readonly #inFlight = new Set<number>();

  constructor(disk: Disk, subject: DoubtedPiecesSubject) {
    this.#disk = disk;
    this.#subject = subject;
  }

  doubt(piece: number): void {
    if (!this.#inFlight.has(piece)) this.#waiting.add(piece);
    this.#hashMore();
  }

  /** The disk's answer to a hash. False when it was not asked for here. */
  onHashed(piece: number, digest: Uint8Array | undefined): boolean {
    if (!this.#inFlight.delete(piece)) return false;
    this.#hashMore();
    const isRight = digest !== undefined && equalBytes(digest, this.#subject.pieceHash(piece));
    if (!isRight) this.#subject.onLost(piece);
    return true;
  }

  #hashMore(): void {
    for (const piece of this.#waiting) {
      if (this.#inFlight.size === IN_FLIGHT_MAX) break;
      this.#waiting.delete(piece);
      this.#inFlight.add(piece);
      this.#disk.hash(piece, piece);
    }
  }
}
