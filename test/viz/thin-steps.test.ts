import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thinSteps } from '../../viz/charts/thin-steps.ts';

type Point = readonly [x: number, y: number];

/** The heights at which a step curve comes into a quarter of a pixel, and leaves it. */
function heightsIn(points: readonly Point[], quarter: number): (number | undefined)[] {
  const quarterOf = ([x]: Point): number => Math.floor(x * 4);
  return [
    points.find((point) => quarterOf(point) >= quarter)?.[1],
    points.findLast((point) => quarterOf(point) <= quarter)?.[1],
  ];
}

describe('thinned steps', () => {
  it('are those that a screen can tell apart', () => {
    const points = [0, 0.1, 0.2, 0.3, 5, 5.1, 5.2, 5.24, 9].map((x, y) => [x, y] as const);
    expect(thinSteps(points, ([x]) => x).map(([x]) => x)).toEqual([0, 0.2, 0.3, 5, 5.24, 9]);
    expect(thinSteps([], () => 0)).toEqual([]);
  });

  it('agree with the whole curve at both ends of every quarter of a pixel', () => {
    const curve = fc
      .array(fc.double({ min: 0, max: 60, noNaN: true }), { maxLength: 800 })
      .map((xs) => xs.sort((a, b) => a - b).map((x, y) => [x, y] as const));
    fc.assert(
      fc.property(curve, (points) => {
        const thin = thinSteps(points, ([x]) => x);
        expect(thin.length).toBeLessThanOrEqual(2 * 241);
        for (let quarter = 0; quarter <= 240; quarter++) {
          expect(heightsIn(thin, quarter)).toEqual(heightsIn(points, quarter));
        }
      }),
      { numRuns: 50 },
    );
  });
});
