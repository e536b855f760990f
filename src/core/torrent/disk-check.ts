/**
 * Hashes every piece on disk, a few at a time, and reports which are good: before seeding a folder, and before a
 * download goes on in one.
 */
import { equalBytes } from '../bytes.ts';
import type { Disk, DiskError } from '../ports.ts';

const IN_FLIGHT_MAX = 4;

export interface DiskCheckSubject {
  readonly pieceCount: number;
  pieceHash(piece: number): Uint8Array;
  onPieceFound(piece: number): void;
  /** Every piece was looked at, or storage failed. */
  onChecked(error: DiskError | undefined): void;
}

export class DiskCheck {
  readonly #disk: Disk;
  readonly #subject: DiskCheckSubject;
  #next = 0;
  #inFlight = 0;
  #done = false;

  constructor(disk: Disk, subject: DiskCheckSubject) {
    this.#disk = disk;
    this.#subject = subject;
  }

  /** How many pieces were hashed or are being hashed. */
  get progress(): number {
    return this.#next;
  }

  start(): void {
    while (this.#inFlight < IN_FLIGHT_MAX && this.#next < this.#subject.pieceCount) {
      this.#inFlight++;
      this.#disk.hash(this.#next, this.#next);
      this.#next++;
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
