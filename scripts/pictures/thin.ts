/** Curves of so few points that a picture stays small and yet shows each rise and fall that it has pixels for. */
import type { Step } from './measured-run.ts';

/** In tenths of a pixel. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A step curve as a path: of each column of two pixels the first, the least, the greatest and the last value. */
export function stepPath(
  steps: readonly Step[],
  x: (timeUs: number) => number,
  y: (value: number) => number,
): string {
  const points: Point[] = [];
  let column: Point[] = [];
  const flush = (): void => {
    const least = column.reduce((a, b) => (b.y < a.y ? b : a), column[0] as Point);
    const most = column.reduce((a, b) => (b.y > a.y ? b : a), column[0] as Point);
    const kept = new Set([column[0], least, most, column.at(-1)]);
    points.push(...column.filter((point) => kept.has(point)));
  };
  for (const { timeUs, value } of steps) {
    const point = { x: Math.round(x(timeUs) * 2) / 2, y: Math.round(y(value) * 2) / 2 };
    if (column.length > 0 && Math.floor(point.x / 2) !== Math.floor((column[0] as Point).x / 2)) {
      flush();
      column = [];
    }
    column.push(point);
  }
  if (column.length > 0) flush();
  let path = '';
  let at: Point | undefined;
  for (const point of points) {
    if (at === undefined) path = `M${point.x} ${point.y}`;
    else path += `${point.x === at.x ? '' : `H${point.x}`}${point.y === at.y ? '' : `V${point.y}`}`;
    at = point;
  }
  return path;
}
