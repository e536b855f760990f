/**
 * Hashes the pieces on disk that are in doubt, a few at a time, and reports which are good: before seeding a folder, and
 * before a download goes on in one.
 */
import type { Bitfield } from '../bitfield.ts';
import { equalBytes } from '../bytes.ts';
import type { Disk, DiskError } from '../ports.ts';

const IN_FLIGHT_MAX = 4;

export interface DiskCheckSubject {
  /** What is to be hashed; not changed meanwhile. */
  readonly inDoubt: Bitfield;
  pieceHash(piece: number): Uint8Array;
  onPieceFound(piece: number): void;
  /** Every piece in doubt was looked at, or storage failed. */
  onChecked(error: DiskError | undefined): void;
}

export class DiskCheck {
  readonly #disk: Disk;
  readonly #subject: DiskCheckSubject;
  #next = 0;
  #inFlight = 0;
  #hashed = 0;
  #done = false;

  constructor(disk: Disk, subject: DiskCheckSubject) {
    this.#disk = disk;
    this.#subject = subject;
  }

  /** The share of the pieces in doubt that were hashed, from 0 to 1. */
  get progress(): number {
    return this.#hashed / this.#subject.inDoubt.count;
  }

  /** At least one piece must be in doubt. */
  start(): void {
    const { inDoubt } = this.#subject;
    while (this.#inFlight < IN_FLIGHT_MAX && this.#next < inDoubt.length) {
      const piece = this.#next++;
      if (!inDoubt.has(piece)) continue;
      this.#inFlight++;
      this.#disk.hash(piece, piece);
    }
  }

  onHashed(piece: number, digest: Uint8Array | undefined, error: DiskError | undefined): void {
    this.#inFlight--;
    if (this.#done) return;
    if (error !== undefined) {
      this.#done = true;
      this.#subject.onChecked(error);
      return;
    }
    this.#hashed++;
    if (digest !== undefined && equalBytes(digest, this.#subject.pieceHash(piece))) {
      this.#subject.onPieceFound(piece);
    }
    this.start();
    if (this.#inFlight === 0) {
      this.#done = true;
      this.#subject.onChecked(undefined);
    }
  }
}
