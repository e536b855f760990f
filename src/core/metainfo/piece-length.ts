/**
 * How long the pieces of a new torrent should be. Small pieces let a swarm share sooner and lose less to a bad block;
 * every piece costs 20 bytes in the torrent file, a bit in every bitfield and a have to every peer.
 */
import { BLOCK_LENGTH } from './piece-geometry.ts';

/** Pieces aimed at: 40 KiB of hashes at most, while the longest piece is not reached. */
const PIECES_MAX = 2048;

/** No content makes pieces longer than this by itself: a piece must be whole before it can be passed on. */
export const CHOSEN_PIECE_LENGTH_MAX = 16 * 1024 * 1024;

/**
 * A power of two from 16 KiB to 16 MiB: the shortest that cuts `totalLength` bytes into at most 2048 pieces, or 16 MiB.
 */
export function choosePieceLength(totalLength: number): number {
  let length = BLOCK_LENGTH;
  while (length < CHOSEN_PIECE_LENGTH_MAX && totalLength > length * PIECES_MAX) length *= 2;
  return length;
}
