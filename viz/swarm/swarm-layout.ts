/**
 * Where the peers of a swarm stand in a picture: the few that arrive with everything in the middle, all others on ellipses
 * around them, by group, so that what moves crosses the free space between. No two rings overlap.
 */
import type { SwarmPeer } from './swarm-history.ts';

export interface RingPlace {
  readonly x: number;
  readonly y: number;
  /** Outer radius of the ring. */
  readonly radius: number;
}

/** More seeds than this stand among the others. */
const MIDDLE_MOST = 3;
const RADIUS_MOST = 58;
const RADIUS_LEAST = 3;
/** Rings with a smaller radius have no name below them. */
export const NAMED_RADIUS = 13;

/** Around a ring are its timers; below it, where it is large enough, its name, and why it is grey. */
const around = (radius: number): number => (radius >= NAMED_RADIUS ? 8 : 5);
const below = (radius: number): number => (radius >= NAMED_RADIUS ? 27 : 2);
/** A crowd's ring is so much larger than that of one peer. */
const CROWD = 1.5;
const ROWS_MOST = 6;
/** Of the half height: what stays free for what moves. */
const FREE = 0.3;

export function placeSwarm(peers: readonly SwarmPeer[], width: number, height: number): RingPlace[] {
  const all = [...peers.keys()];
  const seeds = all.filter((peer) => peers[peer]?.startsComplete === true && peers[peer]?.standsFor === 1);
  const inMiddle = seeds.length <= MIDDLE_MOST && all.length - seeds.length > MIDDLE_MOST ? seeds : [];
  const outside = all.filter((peer) => !inMiddle.includes(peer)).sort(byGroup(peers));
  let smallest: RingPlace[] = [];
  for (let radius = RADIUS_MOST; radius > RADIUS_LEAST; radius = radius > 14 ? radius - 1 : radius * 0.95) {
    const rows = fitRows(outside, peers, inMiddle.length, radius, width, height);
    if (rows === undefined) continue;
    smallest = place(peers, inMiddle, rows, radius, width, height);
    if (areApart(smallest)) return smallest;
  }
  // Nothing fits on a stamp: then they may overlap.
  return smallest.length > 0
    ? smallest
    : peers.map(() => ({ x: width / 2, y: height / 2, radius: RADIUS_LEAST }));
}

/** Whether there is room around each ring for its timers. */
function areApart(places: readonly RingPlace[]): boolean {
  return places.every((one, index) =>
    places.slice(index + 1).every((other) => {
      const apart = Math.hypot(one.x - other.x, one.y - other.y);
      return apart >= one.radius + other.radius + around(Math.min(one.radius, other.radius));
    }),
  );
}

function byGroup(peers: readonly SwarmPeer[]): (one: number, other: number) => number {
  return (one, other) => (peers[one]?.group ?? 0) - (peers[other]?.group ?? 0) || one - other;
}

interface Row {
  readonly halfWidth: number;
  readonly halfHeight: number;
  readonly members: number[];
}

/** The rows of that ring size with everybody in them; undefined where not all fit. */
function fitRows(
  outside: readonly number[],
  peers: readonly SwarmPeer[],
  inMiddle: number,
  radius: number,
  width: number,
  height: number,
): Row[] | undefined {
  const step = 2 * (radius + around(radius));
  const need = outside.reduce((sum, peer) => sum + weightOf(peers[peer]), 0);
  const widest = outside.some((peer) => weightOf(peers[peer]) > 1) ? CROWD : 1;
  const rows: { halfWidth: number; halfHeight: number; room: number }[] = [];
  const middle = inMiddle === 0 ? 0 : middleRadius(radius) * 2 + around(radius) + below(radius);
  const least = Math.max(FREE * (height / 2), middle + radius + around(radius));
  let room = 0;
  while (room < need && rows.length < ROWS_MOST) {
    const inset = widest * radius + around(radius) + rows.length * (step * widest + below(radius));
    const halfWidth = width / 2 - inset - 2;
    const halfHeight = height / 2 - inset - below(radius) / 2;
    if (halfHeight < least || halfWidth < least) return undefined;
    // Neighbours on a curve stand closer than along it, and names need a little more than rings.
    const fits = Math.floor((circumference(halfWidth, halfHeight) * 0.97) / (step + 2));
    rows.push({ halfWidth, halfHeight, room: fits });
    room += fits;
  }
  if (room < need) return undefined;
  return shareOut(outside, peers, rows, need);
}

/** Each row gets its part of them in turns, so that groups stay together across rows. */
function shareOut(
  outside: readonly number[],
  peers: readonly SwarmPeer[],
  rows: readonly { halfWidth: number; halfHeight: number; room: number }[],
  need: number,
): Row[] {
  const room = rows.reduce((sum, row) => sum + row.room, 0);
  const shared = rows.map(({ halfWidth, halfHeight }) => ({
    halfWidth,
    halfHeight,
    members: [] as number[],
  }));
  const taken = rows.map(() => 0);
  let placed = 0;
  for (const peer of outside) {
    const weight = weightOf(peers[peer]);
    placed += weight;
    // The row that is furthest behind its share.
    let best = 0;
    let behind = Number.NEGATIVE_INFINITY;
    for (const [index, row] of rows.entries()) {
      const due = (placed * row.room) / room - (taken[index] as number);
      if (due > behind && (taken[index] as number) + weight <= row.room) {
        best = index;
        behind = due;
      }
    }
    taken[best] = (taken[best] as number) + weight;
    shared[best]?.members.push(peer);
  }
  return need === 0 ? [] : shared;
}

function place(
  peers: readonly SwarmPeer[],
  inMiddle: readonly number[],
  rows: readonly Row[],
  radius: number,
  width: number,
  height: number,
): RingPlace[] {
  const places: RingPlace[] = peers.map(() => ({ x: width / 2, y: height / 2, radius: 0 }));
  const middle = middleRadius(radius);
  const apart = 2 * (middle + around(radius)) + 4;
  for (const [index, peer] of inMiddle.entries()) {
    const x = width / 2 + (index - (inMiddle.length - 1) / 2) * apart;
    places[peer] = { x, y: height / 2 - below(radius) / 2, radius: middle };
  }
  for (const row of rows) {
    const weights = row.members.map((peer) => weightOf(peers[peer]));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    let passed = 0;
    for (const [index, peer] of row.members.entries()) {
      const weight = weights[index] as number;
      const [x, y] = alongEllipse(row.halfWidth, row.halfHeight, (passed + weight / 2) / total);
      passed += weight;
      places[peer] = {
        x: width / 2 + x,
        y: height / 2 - below(radius) / 2 + y,
        radius: radius * (weight > 1 ? CROWD : 1),
      };
    }
  }
  return places;
}

function middleRadius(radius: number): number {
  return Math.min(RADIUS_MOST, radius * 1.35);
}

function weightOf(peer: SwarmPeer | undefined): number {
  return (peer?.standsFor ?? 1) > 1 ? CROWD : 1;
}

/** Ramanujan's approximation. */
function circumference(a: number, b: number): number {
  return Math.PI * (3 * (a + b) - Math.sqrt((3 * a + b) * (a + 3 * b)));
}

const SAMPLES = 720;

/** The point at a share of the way round, from the top, clockwise. */
function alongEllipse(a: number, b: number, share: number): [number, number] {
  const point = (index: number): [number, number] => {
    const angle = (index / SAMPLES) * 2 * Math.PI;
    return [a * Math.sin(angle), -b * Math.cos(angle)];
  };
  const lengths = [0];
  for (let index = 1; index <= SAMPLES; index++) {
    const [x, y] = point(index);
    const [beforeX, beforeY] = point(index - 1);
    lengths.push((lengths[index - 1] as number) + Math.hypot(x - beforeX, y - beforeY));
  }
  const goal = share * (lengths[SAMPLES] as number);
  const after = Math.max(
    1,
    lengths.findIndex((length) => length >= goal),
  );
  const from = lengths[after - 1] as number;
  const part = (goal - from) / Math.max(1e-9, (lengths[after] as number) - from);
  return point(after - 1 + part);
}
