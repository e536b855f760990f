/**
 * How the pieces of a torrent are laid round a ring: clockwise from the top, in the order of the content. Where a ring has
 * not room for each, neighbouring pieces share a segment, which is filled as far as they are held.
 */

/** A segment is never shorter than this along the middle of the ring, in CSS pixels. */
const SHORTEST = 1.7;
const FEWEST = 12;

export interface RingSegments {
  readonly count: number;
  /** The last segment may stand for fewer. */
  readonly piecesEach: number;
  readonly pieceCount: number;
}

export function segmentsOf(pieceCount: number, middleRadius: number): RingSegments {
  const room = Math.max(FEWEST, Math.floor((2 * Math.PI * middleRadius) / SHORTEST));
  const piecesEach = Math.max(1, Math.ceil(pieceCount / room));
  return { count: Math.ceil(pieceCount / piecesEach), piecesEach, pieceCount };
}

/** First piece of a segment, and the one after its last. */
export function piecesOf(segments: RingSegments, segment: number): readonly [number, number] {
  const from = segment * segments.piecesEach;
  return [from, Math.min(segments.pieceCount, from + segments.piecesEach)];
}

/** Angles of a piece's place on the ring, clockwise from the top, in radians. */
export function anglesOf(pieceCount: number, from: number, to: number): readonly [number, number] {
  return [(from / pieceCount) * 2 * Math.PI, (to / pieceCount) * 2 * Math.PI];
}

/** The piece at a direction from the middle of a ring. */
export function pieceAt(pieceCount: number, dx: number, dy: number): number {
  const angle = Math.atan2(dx, -dy);
  const share = (angle < 0 ? angle + 2 * Math.PI : angle) / (2 * Math.PI);
  return Math.min(pieceCount - 1, Math.floor(share * pieceCount));
}
