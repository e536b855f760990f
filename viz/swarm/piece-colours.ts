/** Identity by hue: neighbouring pieces have neighbouring hues, the same as in the map of who holds what. */
import { interpolateRainbow } from 'd3-scale-chromatic';

/** The last piece does not come round to the hue of the first. */
const SPAN = 0.92;

/** A CSS colour. */
export function pieceColour(piece: number, pieceCount: number): string {
  return interpolateRainbow((piece / Math.max(1, pieceCount)) * SPAN);
}

/** The colours of all pieces, made once. */
export function pieceColours(pieceCount: number): string[] {
  return Array.from({ length: pieceCount }, (_, piece) => pieceColour(piece, pieceCount));
}
