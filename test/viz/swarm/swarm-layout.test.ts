/** Rings stand apart, inside the picture, by group; pieces are laid round them without gaps or overlaps. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anglesOf, pieceAt, piecesOf, segmentsOf } from '../../../viz/swarm/ring-segments.ts';
import { placeSwarm } from '../../../viz/swarm/swarm-layout.ts';

const peersOf = (seeds: number, others: number, crowds: number) =>
  Array.from({ length: seeds + others + crowds }, (_, index) => ({
    id: `peer-${index}`,
    group: index < seeds ? 0 : 1 + (index % 3),
    behaviour: 'honest',
    nat: 'open',
    startsComplete: index < seeds,
    upBytesPerSec: 1,
    downBytesPerSec: 1,
    standsFor: index < seeds + others ? 1 : 20,
  }));

describe('the places of rings', () => {
  it('do not overlap and stay inside, for any swarm on any screen', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 6 }),
        fc.integer({ min: 1, max: 70 }),
        fc.integer({ min: 0, max: 4 }),
        fc.constantFrom([960, 600], [960, 710], [460, 440], [360, 450]),
        (seeds, others, crowds, size) => {
          const [width, height] = size as [number, number];
          const places = placeSwarm(peersOf(seeds, others, crowds), width, height);
          for (const [index, one] of places.entries()) {
            expect(one.radius).toBeGreaterThan(3);
            expect(one.x - one.radius).toBeGreaterThanOrEqual(0);
            expect(one.x + one.radius).toBeLessThanOrEqual(width);
            expect(one.y - one.radius).toBeGreaterThanOrEqual(0);
            expect(one.y + one.radius).toBeLessThanOrEqual(height);
            for (const other of places.slice(index + 1)) {
              const apart = Math.hypot(one.x - other.x, one.y - other.y);
              expect(apart).toBeGreaterThan(one.radius + other.radius);
            }
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('put a lone first seed into the middle of its crowd', () => {
    const [seed, ...others] = placeSwarm(peersOf(1, 12, 0), 900, 600);
    expect(seed?.x).toBe(450);
    expect(others.every(({ x, y }) => Math.hypot(x - 450, y - 300) > 100)).toBe(true);
  });
});

describe('the segments of a ring', () => {
  it('hold every piece once, in order, with no more than there is room for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 4, max: 60 }), (pieces, radius) => {
        const segments = segmentsOf(pieces, radius);
        let next = 0;
        for (let segment = 0; segment < segments.count; segment++) {
          const [from, to] = piecesOf(segments, segment);
          expect(from).toBe(next);
          expect(to).toBeGreaterThan(from);
          next = to;
        }
        expect(next).toBe(pieces);
        expect(segments.count).toBeLessThanOrEqual(Math.max(12, (2 * Math.PI * radius) / 1.7));
      }),
    );
  });

  it('are found again by a click in their direction', () => {
    for (const piece of [0, 1, 17, 63]) {
      const [from, to] = anglesOf(64, piece, piece + 1);
      const angle = (from + to) / 2;
      expect(pieceAt(64, Math.sin(angle) * 20, -Math.cos(angle) * 20)).toBe(piece);
    }
  });
});
