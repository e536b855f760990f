/**
 * Where a player of the content stands, as the peer that feeds it knows: it begins some time after the start, as soon as
 * the first piece is there, moves at the bit rate, and waits before a piece that is missing. It is moved on when it is
 * asked; a piece that came since counts as come now.
 */
import type { Microseconds } from '../ports.ts';

/** What the player has to know of the download. */
export interface Playable {
  readonly pieceCount: number;
  readonly nowUs: Microseconds;
  readonly startedUs: Microseconds;
  hasPiece(piece: number): boolean;
  pieceLength(piece: number): number;
}

export class Playhead {
  readonly #bytesPerSec: number;
  readonly #delayUs: Microseconds;
  #piece = 0;
  /** When the piece begins to play, if it is there by then. */
  #dueUs: Microseconds | undefined;

  constructor(bytesPerSec: number, delayUs: Microseconds) {
    this.#bytesPerSec = bytesPerSec;
    this.#delayUs = delayUs;
  }

  /** The piece that is played or waited for now; `pieceCount` when all is played. */
  moveOn(content: Playable): number {
    const { nowUs, pieceCount } = content;
    let dueUs = this.#dueUs ?? content.startedUs + this.#delayUs;
    while (this.#piece < pieceCount && dueUs <= nowUs) {
      if (!content.hasPiece(this.#piece)) {
        dueUs = nowUs;
        break;
      }
      const endUs = dueUs + this.durationUs(content.pieceLength(this.#piece));
      if (endUs > nowUs) break;
      dueUs = endUs;
      this.#piece++;
    }
    this.#dueUs = dueUs;
    return this.#piece;
  }

  /** When the piece at the playhead begins, or began; to be asked after `moveOn`. */
  get dueUs(): Microseconds {
    return this.#dueUs ?? 0;
  }

  /** For how long so many bytes play. */
  durationUs(bytes: number): Microseconds {
    return Math.ceil((bytes * 1_000_000) / this.#bytesPerSec);
  }
}
