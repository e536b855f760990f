/**
 * A rolling rate over one to two windows: the bytes of the last full window and of the current one, divided by the time
 * they cover. No timer, exact to the byte over the time it covers. A meter that has just begun counts as covering a tenth
 * of its window, or the first bytes would look like an enormous rate.
 *
 * A meter is three numbers in a row of somebody else's (`NumberRows`), because every block touches several of them: when
 * the current window began, the bytes of the one before it (`NO_WINDOW` when there was none), and those of the current one.
 */
import type { Microseconds } from '../ports.ts';

/** Numbers that a meter takes. */
export const METER_LENGTH = 3;
const PREVIOUS = 1;
const CURRENT = 2;
const NO_WINDOW = -1;

/** A meter at `cells[at]` begins. */
export function startMeter(cells: Float64Array, at: number, nowUs: Microseconds): void {
  cells[at] = nowUs;
  cells[at + PREVIOUS] = NO_WINDOW;
  cells[at + CURRENT] = 0;
}

export function meterBytes(
  cells: Float64Array,
  at: number,
  windowUs: Microseconds,
  bytes: number,
  nowUs: Microseconds,
): void {
  if (nowUs - (cells[at] as number) >= windowUs) advance(cells, at, windowUs, nowUs);
  cells[at + CURRENT] = (cells[at + CURRENT] as number) + bytes;
}

/** Bytes per second. */
export function meteredRate(
  cells: Float64Array,
  at: number,
  windowUs: Microseconds,
  nowUs: Microseconds,
): number {
  if (nowUs - (cells[at] as number) >= windowUs) advance(cells, at, windowUs, nowUs);
  const previous = cells[at + PREVIOUS] as number;
  const isFirst = previous === NO_WINDOW;
  const coveredUs = Math.max((isFirst ? 0 : windowUs) + nowUs - (cells[at] as number), windowUs / 10);
  return (((isFirst ? 0 : previous) + (cells[at + CURRENT] as number)) * 1e6) / coveredUs;
}

function advance(cells: Float64Array, at: number, windowUs: Microseconds, nowUs: Microseconds): void {
  const elapsed = nowUs - (cells[at] as number);
  const windows = Math.floor(elapsed / windowUs);
  cells[at + PREVIOUS] = windows === 1 ? (cells[at + CURRENT] as number) : 0;
  cells[at + CURRENT] = 0;
  cells[at] = (cells[at] as number) + windows * windowUs;
}
