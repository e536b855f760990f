/** Streams of numbers: the generator itself, independence of neighbours, and the shapes of distributions. */
/// <reference path="../../src/sim/seedrandom-alea.d.ts" />
import alea from 'seedrandom/lib/alea.js';
import { describe, expect, it } from 'vitest';
import {
  exponential,
  naturalLogarithm,
  poissonArrivals,
  uniformInteger,
  uniformUnit,
} from '../../src/sim/distributions.ts';
import { SeededRandom } from '../../src/sim/random.ts';

/** Correlation of two series. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let top = 0;
  let squareA = 0;
  let squareB = 0;
  for (const [index, value] of a.entries()) {
    const other = (b[index] as number) - meanB;
    top += (value - meanA) * other;
    squareA += (value - meanA) ** 2;
    squareB += other ** 2;
  }
  return top / Math.sqrt(squareA * squareB);
}

const take = (random: SeededRandom, count: number): number[] =>
  Array.from({ length: count }, () => random.uint32());

describe('seeded random', () => {
  it('is the alea generator, whose first double for "hello" is published', () => {
    expect(SeededRandom.named('hello').uint32()).toBe(Math.floor(0.8750656815245748 * 2 ** 32));
  });

  it('goes on as the generator of the package does', () => {
    for (const name of ['hello', '7/crowd-3/choker', '']) {
      const ours = SeededRandom.named(name);
      const theirs = alea(name, { state: true });
      for (let draw = 0; draw < 10_000; draw++) expect(ours.uint32()).toBe(theirs.int32() >>> 0);
    }
  });

  it('is named by its path: the parts may be forked one by one or at once', () => {
    const run = SeededRandom.ofRun(7);
    expect(run.fork('crowd-3').fork('choker').name).toBe('7/crowd-3/choker');
    expect(take(run.fork('crowd-3').fork('choker'), 5)).toEqual(
      take(SeededRandom.named('7/crowd-3/choker'), 5),
    );
    expect(take(SeededRandom.named('7/caf\u00e9'), 3)).toEqual(take(SeededRandom.named('7/cafe\u0301'), 3));
  });

  it('gives uncorrelated streams for neighbouring seeds and names', () => {
    const count = 4_000;
    let pairs = 0;
    for (let seed = 0; seed < 40; seed++) {
      const here = take(SeededRandom.ofRun(seed).fork('picker'), count);
      for (const other of [
        take(SeededRandom.ofRun(seed + 1).fork('picker'), count),
        take(SeededRandom.ofRun(seed).fork('pickes'), count),
        take(SeededRandom.ofRun(seed + 10).fork('picker'), count),
      ]) {
        // Four standard deviations and a half: one false alarm in about a thousand such tests.
        expect(Math.abs(correlation(here, other))).toBeLessThan(4.5 / Math.sqrt(count));
        expect(Math.abs(correlation(here.slice(1), other.slice(0, -1)))).toBeLessThan(4.5 / Math.sqrt(count));
        pairs++;
      }
    }
    expect(pairs).toBe(120);
  });
});

describe('distributions', () => {
  it('the logarithm agrees with the platform within 4 units in the last place', () => {
    const random = SeededRandom.named('logarithm');
    for (let index = 0; index < 20_000; index++) {
      const x = index % 2 === 0 ? uniformUnit(random) : uniformUnit(random) * 2 ** (random.below(200) - 100);
      const expected = Math.log(x);
      const unit = Math.max(Math.abs(expected), 2 ** -53) * 2 ** -52;
      expect(Math.abs(naturalLogarithm(x) - expected)).toBeLessThanOrEqual(4 * unit);
    }
    expect(naturalLogarithm(1)).toBe(0);
  });

  it('exponential draws have the mean, the spread and the tail that they should', () => {
    const random = SeededRandom.named('exponential');
    const draws = Array.from({ length: 100_000 }, () => exponential(random, 10));
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length;
    expect(Math.abs(mean - 10)).toBeLessThan(0.15);
    expect(Math.abs(Math.sqrt(variance) - 10)).toBeLessThan(0.3);
    const tail = draws.filter((draw) => draw > 30).length / draws.length;
    expect(Math.abs(tail - 0.0498)).toBeLessThan(0.004);
  });

  it('Poisson arrivals come in order, at the rate, in whole microseconds; the first are always the same', () => {
    const times = poissonArrivals(SeededRandom.named('7/arrivals'), 10_000, 2);
    expect(times.every((time, index) => Number.isSafeInteger(time) && time >= (times[index - 1] ?? 0))).toBe(
      true,
    );
    expect(Math.abs((times.at(-1) as number) / 5e9 - 1)).toBeLessThan(0.05);
    expect(times.slice(0, 3)).toEqual(poissonArrivals(SeededRandom.named('7/arrivals'), 3, 2));
    expect(times.slice(0, 3)).toEqual([23_713, 579_544, 1_124_200]);
  });

  it('uniform integers reach both ends of narrow and wide ranges', () => {
    const random = SeededRandom.named('uniform');
    const dice = Array.from({ length: 6_000 }, () => uniformInteger(random, 1, 6));
    for (let side = 1; side <= 6; side++) {
      expect(Math.abs(dice.filter((value) => value === side).length - 1_000)).toBeLessThan(150);
    }
    const wide = Array.from({ length: 2_000 }, () => uniformInteger(random, -(2 ** 51), 2 ** 51));
    expect(Math.min(...wide)).toBeLessThan(-(2 ** 51) * 0.99);
    expect(Math.max(...wide)).toBeGreaterThan(2 ** 51 * 0.99);
    expect(wide.every(Number.isSafeInteger)).toBe(true);
    expect(uniformInteger(random, 5, 5)).toBe(5);
  });
});
