/** Mixtures of kinds over the peers of a group: as exact as whole peers allow, stable, and independent of each other. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kinds } from '../../../src/scenarios/expand/shares.ts';
import type { Mixture } from '../../../src/scenarios/scenario-lines.ts';

const mix = (shares: Record<string, number>): Mixture<string> =>
  Object.entries(shares).map(([kind, percent]) => ({ kind, perMillion: percent * 10_000 }));

function first(count: number, mixture: Mixture<string>, name = '1/expand/homes/link'): string[] {
  const next = kinds(mixture, name);
  return Array.from({ length: count }, () => next());
}

const countOf = (drawn: readonly string[], kind: string): number =>
  drawn.filter((one) => one === kind).length;

/** The largest difference, over all prefixes and kinds, between the count of a kind and its exact share. */
function discrepancy(drawn: readonly string[], mixture: Mixture<string>): number {
  const counts = new Map<string, number>();
  let worst = 0;
  for (const [index, kind] of drawn.entries()) {
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    for (const { kind: each, perMillion } of mixture) {
      worst = Math.max(worst, Math.abs((counts.get(each) ?? 0) - ((index + 1) * perMillion) / 1_000_000));
    }
  }
  return worst;
}

describe('the kinds of a group', () => {
  it.each([
    [{ adsl: 70, fibre: 30 }, 10, { adsl: 7, fibre: 3 }],
    [{ adsl: 60, fibre: 40 }, 5, { adsl: 3, fibre: 2 }],
    [{ a: 50, b: 25, c: 25 }, 4, { a: 2, b: 1, c: 1 }],
    [{ a: 10, b: 20, c: 30, d: 40 }, 10, { a: 1, b: 2, c: 3, d: 4 }],
    [{ a: 99, b: 1 }, 100, { a: 99, b: 1 }],
  ])('%j of %i', (shares, count, expected) => {
    for (let seed = 1; seed <= 20; seed++) {
      const drawn = first(count, mix(shares), `${seed}/homes/link`);
      expect(Object.fromEntries(Object.keys(shares).map((kind) => [kind, countOf(drawn, kind)]))).toEqual(
        expected,
      );
    }
  });

  it('are one kind where there is one', () => {
    expect(first(3, mix({ adsl: 100 }))).toEqual(['adsl', 'adsl', 'adsl']);
  });

  it('are within one peer of the exact share in every prefix, for two kinds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999 }), fc.nat(), (perMillion, seed) => {
        const mixture = [
          { kind: 'a', perMillion },
          { kind: 'b', perMillion: 1_000_000 - perMillion },
        ];
        expect(discrepancy(first(500, mixture, `${seed}`), mixture)).toBeLessThan(1);
      }),
      { numRuns: 100 },
    );
  });

  it('are within one peer for each halving of the kinds, for more', () => {
    const mixture = mix({ a: 7, b: 13, c: 29, d: 3, e: 31, f: 11, g: 5, h: 1 });
    for (let seed = 0; seed < 50; seed++) {
      expect(discrepancy(first(500, mixture, `${seed}`), mixture)).toBeLessThan(3);
    }
  });

  it('do not change when a peer is added', () => {
    const mixture = mix({ a: 20, b: 30, c: 50 });
    expect(first(41, mixture).slice(0, 40)).toEqual(first(40, mixture));
  });

  it('give every peer each kind with its share as probability', () => {
    const mixture = mix({ a: 30, b: 70 });
    for (const position of [0, 1, 4, 9]) {
      let count = 0;
      for (let seed = 0; seed < 2000; seed++) {
        if (first(position + 1, mixture, `${seed}/x`)[position] === 'a') count++;
      }
      // 4 standard deviations of 2000 draws.
      expect(Math.abs(count / 2000 - 0.3), `peer ${position}`).toBeLessThan(0.041);
    }
  });

  it('are independent of those of another mixture of the group', () => {
    for (const [left, right] of [
      [
        { adsl: 50, fibre: 50 },
        { open: 50, closed: 50 },
      ],
      [
        { adsl: 70, fibre: 30 },
        { open: 40, closed: 60 },
      ],
    ]) {
      const links = first(10_000, mix(left as Record<string, number>), '1/expand/homes/link');
      const nats = first(10_000, mix(right as Record<string, number>), '1/expand/homes/nat');
      const together = links.filter((link, index) => link === 'adsl' && nats[index] === 'open').length;
      const share = (countOf(links, 'adsl') / 10_000) * (countOf(nats, 'open') / 10_000);
      expect(Math.abs(together / 10_000 - share)).toBeLessThan(0.02);
    }
  });

  it('differ from seed to seed and from group to group', () => {
    const mixture = mix({ a: 50, b: 50 });
    const one = first(64, mixture, '1/expand/homes/link').join('');
    expect(first(64, mixture, '2/expand/homes/link').join('')).not.toBe(one);
    expect(first(64, mixture, '1/expand/offices/link').join('')).not.toBe(one);
  });
});
