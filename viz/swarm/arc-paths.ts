/**
 * The way of a transfer across the picture: a curve from ring to ring that keeps to the right, so that what two peers send
 * each other does not lie on one line. Points along it are computed, not measured, so that a thousand dots are cheap.
 */
import type { RingPlace } from './swarm-layout.ts';

export interface ArcPath {
  readonly fromX: number;
  readonly fromY: number;
  readonly bendX: number;
  readonly bendY: number;
  readonly toX: number;
  readonly toY: number;
  /** About its length, in CSS pixels. */
  readonly length: number;
}

/** How far a curve bends, as a share of the distance. */
const BEND = 0.16;
/** Between the end of a curve and the ring, so that timers stay free. */
const CLEAR = 6;

export function arcBetween(from: RingPlace, to: RingPlace, lane = 0): ArcPath {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const distance = Math.max(1, Math.hypot(dx, dy));
  const bend = distance * BEND + lane * 5;
  const bendX = (from.x + to.x) / 2 - (dy / distance) * bend;
  const bendY = (from.y + to.y) / 2 + (dx / distance) * bend;
  const [fromX, fromY] = edge(from, bendX, bendY);
  const [toX, toY] = edge(to, bendX, bendY);
  const chord = Math.hypot(toX - fromX, toY - fromY);
  const legs = Math.hypot(bendX - fromX, bendY - fromY) + Math.hypot(toX - bendX, toY - bendY);
  // Of a quadratic curve: two thirds of the chord and a third of the legs.
  return { fromX, fromY, bendX, bendY, toX, toY, length: (2 * chord + legs) / 3 };
}

export function pointAlong(path: ArcPath, share: number): readonly [x: number, y: number] {
  const back = 1 - share;
  const [one, two, three] = [back * back, 2 * back * share, share * share];
  return [
    one * path.fromX + two * path.bendX + three * path.toX,
    one * path.fromY + two * path.bendY + three * path.toY,
  ];
}

function edge(ring: RingPlace, towardsX: number, towardsY: number): readonly [number, number] {
  const dx = towardsX - ring.x;
  const dy = towardsY - ring.y;
  const distance = Math.max(1, Math.hypot(dx, dy));
  const reach = Math.min(distance, ring.radius + CLEAR);
  return [ring.x + (dx / distance) * reach, ring.y + (dy / distance) * reach];
}
