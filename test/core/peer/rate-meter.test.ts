/** Rolling rates in closed form: bytes of the last full window and the current one, over the time they cover. */
import { describe, expect, it } from 'vitest';
import { METER_LENGTH, meterBytes, meteredRate, startMeter } from '../../../src/core/peer/rate-meter.ts';

const SECOND = 1_000_000;

/** A meter between numbers of others, which it has to leave alone. */
class RateMeter {
  readonly #cells = new Float64Array(METER_LENGTH + 2).fill(7);
  readonly #windowUs: number;

  constructor(windowUs: number, nowUs: number) {
    this.#windowUs = windowUs;
    startMeter(this.#cells, 1, nowUs);
  }

  add(bytes: number, nowUs: number): void {
    meterBytes(this.#cells, 1, this.#windowUs, bytes, nowUs);
  }

  rate(nowUs: number): number {
    const rate = meteredRate(this.#cells, 1, this.#windowUs, nowUs);
    expect([this.#cells[0], this.#cells.at(-1)]).toEqual([7, 7]);
    return rate;
  }
}

describe('a rate meter with a window of ten seconds', () => {
  it('shows a steady rate exactly, at any time', () => {
    const meter = new RateMeter(10 * SECOND, 5);
    for (let second = 1; second <= 100; second++) {
      meter.add(7000, 5 + (second - 0.5) * SECOND);
      expect(meter.rate(5 + second * SECOND)).toBeCloseTo(7000, 6);
    }
  });

  it('covers the last full window and what has passed of this one', () => {
    const meter = new RateMeter(10 * SECOND, 0);
    meter.add(1000, 4 * SECOND);
    expect(meter.rate(5 * SECOND)).toBe(200);
    expect(meter.rate(10 * SECOND)).toBe(100);
    meter.add(500, 12 * SECOND);
    expect(meter.rate(15 * SECOND)).toBe(100);
    expect(meter.rate(20 * SECOND)).toBe(50);
    expect(meter.rate(30 * SECOND)).toBe(0);
  });

  it('forgets after two windows without bytes, and begins anew', () => {
    const meter = new RateMeter(10 * SECOND, 0);
    meter.add(1_000_000, SECOND);
    expect(meter.rate(21 * SECOND)).toBe(0);
    meter.add(1000, 25 * SECOND);
    expect(meter.rate(30 * SECOND)).toBe(100);
  });

  it('does not take its first bytes for an enormous rate', () => {
    const meter = new RateMeter(10 * SECOND, 0);
    expect(meter.rate(0)).toBe(0);
    meter.add(16_384, 0);
    expect(meter.rate(0)).toBe(16_384);
    expect(meter.rate(1000)).toBe(16_384);
    expect(meter.rate(2 * SECOND)).toBe(8192);
  });
});
