/**
 * What is known of the content on disk when a torrent starts. Every piece is trusted, in doubt (its data are hashed
 * before anything is announced), or missing; of missing pieces single blocks may be there, which count as received and
 * are proven or not by the hash of their piece.
 */
import { Bitfield } from '../bitfield.ts';

/** Blocks that are stored of a piece that is not complete. */
export interface PartialPiece {
  readonly piece: number;
  /** A bit for each block, bit 7 of byte 0 being block 0; as many bytes as the piece's blocks need. */
  readonly blocks: Uint8Array;
}

export interface StoredContent {
  /** Verified before, and not changed since. */
  readonly trusted: Bitfield;
  /** To be hashed; none of them is trusted. */
  readonly inDoubt: Bitfield;
  /** Of other pieces. */
  readonly partial: readonly PartialPiece[];
}

/** The short forms: nothing, everything (trusted), these pieces (trusted), or all in doubt. */
export type OnDisk = 'nothing' | 'everything' | 'unknown' | Bitfield | StoredContent;

export function storedContent(onDisk: OnDisk, pieceCount: number): StoredContent {
  const none = new Bitfield(pieceCount);
  if (onDisk instanceof Bitfield) return { trusted: onDisk, inDoubt: none, partial: [] };
  switch (onDisk) {
    case 'nothing':
      return { trusted: none, inDoubt: none, partial: [] };
    case 'everything':
      return { trusted: Bitfield.full(pieceCount), inDoubt: none, partial: [] };
    case 'unknown':
      return { trusted: none, inDoubt: Bitfield.full(pieceCount), partial: [] };
    default:
      return onDisk;
  }
}
