/**
 * What a simulated disk holds of one content. There are two forms with one behaviour: which blocks are there and whether
 * they are right (`ReferenceContents`), or the bytes themselves (`ByteContents`). Both give the same answers for the same
 * history.
 */
import type { Payload } from '../core/ports.ts';

export interface DiskContents {
  /** Undefined when part of the range was never written. */
  read(piece: number, begin: number, length: number): Payload | undefined;
  /** When the range is a whole block that is right: the number that stands for it in `SimulatedContent`; else -1. */
  rightBlock(piece: number, begin: number, length: number): number;
  /** Stores a payload; a message when it cannot be stored in this form. */
  write(piece: number, begin: number, payload: Payload): string | undefined;
  /** Not to be changed by whoever gets it. */
  hash(piece: number): Uint8Array;
  /** Whether the piece is stored as the source has it. */
  holds(piece: number): boolean;
  /** Bytes of the range that were never written: what writing it would take of the room. */
  missingBytes(piece: number, begin: number, length: number): number;
  /** What `restore` needs to bring back the range as it is now. */
  before(piece: number, begin: number, length: number): Before;
  /** Undoes the latest write to the range; later ones must have been undone before. */
  restore(piece: number, begin: number, before: Before): void;
  /** Makes the block that was written at `begin` wrong, by a flipped bit; one that is wrong already stays as it is. */
  corrupt(piece: number, begin: number): void;
}

/** A range as it was; each form of the contents has its own. */
export type Before = number | object;

/** The pieces with which a disk begins: all, none, a bitfield as on the wire (BEP 3), or those of which a function says so. */
export type InitialPieces = 'all' | 'none' | Uint8Array | ((piece: number) => boolean);

/** One byte a piece, 1 for those that are there; looked at once, so that what the caller changes later changes nothing. */
export function initialPieces(have: InitialPieces, pieceCount: number): Uint8Array {
  const pieces = new Uint8Array(pieceCount);
  if (have === 'none') return pieces;
  if (have === 'all') return pieces.fill(1);
  for (let piece = 0; piece < pieceCount; piece++) {
    const there =
      typeof have === 'function' ? have(piece) : (((have[piece >> 3] ?? 0) >> (7 - (piece & 7))) & 1) === 1;
    if (there) pieces[piece] = 1;
  }
  return pieces;
}
