/** "Did you mean": which slips are recognised. */
import { describe, expect, it } from 'vitest';
import { nearest, slips } from '../../src/scenarios/nearest.ts';

describe('slips', () => {
  it.each([
    ['', '', 0],
    ['abc', 'abc', 0],
    ['', 'abc', 3],
    ['latncy', 'latency', 1],
    ['latenncy', 'latency', 1],
    ['lateMcy', 'latency', 1],
    ['altency', 'latency', 1],
    ['kitten', 'sitting', 3],
    ['ca', 'abc', 3],
  ])('from "%s" to "%s"', (a, b, distance) => {
    expect(slips(a, b)).toBe(distance);
    expect(slips(b, a)).toBe(distance);
  });
});

describe('nearest', () => {
  const keys = ['down', 'up', 'latency', 'queue'];

  it.each([
    ['latncy', 'latency'],
    ['Latency', 'latency'],
    ['dwon', 'down'],
    ['upp', 'up'],
    ['bandwidth', undefined],
    ['x', undefined],
    ['', undefined],
    ['latency'.repeat(10), undefined],
  ])('of "%s"', (word, expected) => expect(nearest(word, keys)).toBe(expected));

  it('prefers the first of equally near words', () => {
    expect(nearest('cat', ['hat', 'bat'])).toBe('hat');
  });
});
