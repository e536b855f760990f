/** The mean of a step function over a part of the run: each value counts for as long as it held. */
import type { Series } from './metric-source.ts';
import { SeriesCursor } from './series-cursor.ts';
import type { TimeWindow } from './syntax.ts';

/** Of row 0. The part ends with the series; undefined where nothing of it has a value. */
export function averageOf(series: Series, window: TimeWindow | undefined): number | undefined {
  const cursor = new SeriesCursor(series);
  const untilUs = Math.min(cursor.untilUs, window?.untilUs ?? Number.POSITIVE_INFINITY);
  let atUs = Math.max(cursor.startUs, window?.fromUs ?? Number.NEGATIVE_INFINITY);
  if (!(atUs < untilUs)) return undefined;
  const lengthUs = untilUs - atUs;
  let sum = 0;
  while (atUs < untilUs) {
    cursor.advanceTo(atUs);
    const nextUs = Math.min(cursor.nextUs ?? untilUs, untilUs);
    sum += (cursor.values[0] as number) * (nextUs - atUs);
    atUs = nextUs;
  }
  return Number.isFinite(sum) ? sum / lengthUs : undefined;
}
