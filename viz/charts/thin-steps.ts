/**
 * Points of a step curve, without those that no screen can show: of all that fall into one quarter of a pixel across, the
 * first and the last are kept, so that the curve drawn is nowhere further than that from the whole one.
 */
export function thinSteps<Point>(points: readonly Point[], leftOf: (point: Point) => number): Point[] {
  const quarters = Int32Array.from(points, (point) => Math.floor(leftOf(point) * 4));
  return points.filter(
    (_, place) => quarters[place - 1] !== quarters[place] || quarters[place + 1] !== quarters[place],
  );
}
