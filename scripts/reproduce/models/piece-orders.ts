/** Which piece somebody takes next, of those that an uplink has and of which a block is free. There must be one. */
import type { Random } from '../../../src/core/ports.ts';
import { invariant } from '../../../src/core/result.ts';
import { type Holding, hasBit } from './piece-holding.ts';

export type Order =
  | 'rarest-first'
  | 'random'
  | 'in-order'
  /** So many missing pieces next, the rarest of them in so many picks of a hundred, else the rarest of the rest. */
  | { readonly window: number; readonly percent: number };

/** Where the order of the content decides: a piece that is begun comes in its place, or last of all. */
export type BegunPieces = 'in-order' | 'last';

/** `there`: what the sender has; undefined: everything. `copies`: of each piece among viewers. */
export function choosePiece(
  order: Order,
  viewer: Holding,
  there: Uint32Array | undefined,
  copies: Int32Array,
  begun: BegunPieces,
  random: Random,
): number {
  const able: number[] = [];
  for (let piece = 0; piece < copies.length; piece++) {
    if (hasBit(viewer.free, piece) && (there === undefined || hasBit(there, piece))) able.push(piece);
  }
  let piece: number | undefined;
  if (order === 'rarest-first') piece = rarest(able, viewer, copies, random);
  else if (order === 'random') piece = able[random.below(able.length)];
  else if (order === 'in-order') {
    const fresh = begun === 'last' ? able.find((each) => !viewer.isBegun(each)) : undefined;
    piece = fresh ?? able[0];
  } else {
    const missing = viewer.missingNext(order.window);
    const inside = random.below(100) < order.percent;
    const first = able.filter((each) => missing.includes(each) === inside);
    piece = rarest(first.length > 0 ? first : able, viewer, copies, random);
  }
  invariant(piece !== undefined, 'a piece is chosen where none is of use');
  return piece;
}

/** Of those with the fewest copies one that is begun, else one by chance. */
function rarest(
  pieces: readonly number[],
  viewer: Holding,
  copies: Int32Array,
  random: Random,
): number | undefined {
  const fewest = Math.min(...pieces.map((piece) => copies[piece] as number));
  const equal = pieces.filter((piece) => copies[piece] === fewest);
  const started = equal.filter((piece) => viewer.isBegun(piece));
  const from = started.length > 0 ? started : equal;
  return from[random.below(from.length)];
}
