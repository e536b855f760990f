/** Every choker says how it came to its choice, and chooses the same whether anybody listens or not. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChokeMeasure } from '../../../src/core/decisions.ts';
import type { UnchokeReason } from '../../../src/core/observer.ts';
import type { ChokeCandidate, Choker } from '../../../src/core/strategies/choker.ts';
import { chokers } from '../../../src/core/strategies/registry.ts';
import { SeededRandom } from '../../../src/sim/random.ts';

const candidate = fc.record<ChokeCandidate>({
  interested: fc.boolean(),
  unchoked: fc.boolean(),
  unchokesUs: fc.boolean(),
  snubbed: fc.boolean(),
  downloadRate: fc.constantFrom(0, 1000, 5000, 80_000),
  uploadRate: fc.constantFrom(0, 1000, 5000, 80_000),
  connectedAtUs: fc.nat(90_000_000),
  unchokedAtUs: fc.nat(90_000_000),
  receivedBytes: fc.nat(1e6),
  sentBytes: fc.nat(1e6),
  havePieces: fc.nat(100),
});

interface Account {
  readonly named: readonly (readonly [number, UnchokeReason])[];
  readonly ranked: readonly (readonly [number, ChokeMeasure, number])[];
  readonly given: readonly number[];
}

function decide(
  choker: Choker,
  candidates: readonly ChokeCandidate[],
  number: number,
  seeding: boolean,
  listens: boolean,
): Account {
  const named: [number, UnchokeReason][] = [];
  const ranked: [number, ChokeMeasure, number][] = [];
  const given: number[] = [];
  const round = {
    nowUs: 100_000_000,
    number,
    seeding,
    slots: 3,
    pieceCount: 100,
    totalBytes: 1e7,
    uploadLimitBytesPerSec: 0,
  };
  choker.decide(
    candidates,
    round,
    SeededRandom.named('account'),
    (index, reason) => named.push([index, reason]),
    listens
      ? {
          ranked: (index, measure, value) => ranked.push([index, measure, value]),
          given: (index) => given.push(index),
        }
      : undefined,
  );
  return { named, ranked, given };
}

describe.each([...chokers.values()])('the choker $name', ({ name, create }) => {
  it('names nobody without a reason, and decides the same without a listener', () => {
    fc.assert(
      fc.property(
        fc.array(candidate, { maxLength: 10 }),
        fc.integer({ min: -1, max: 5 }),
        fc.boolean(),
        (candidates, number, seeding) => {
          const told = decide(create(), candidates, number, seeding, true);
          const silent = decide(create(), candidates, number, seeding, false);
          expect(told.named).toEqual(silent.named);
          const known = new Set([...told.ranked.map(([index]) => index), ...told.given]);
          for (const [index] of told.named) expect(known).toContain(index);
          for (const index of known) expect(candidates[index]?.interested).toBe(true);
          expect(new Set(told.ranked.map(([index]) => index)).size).toBe(told.ranked.length);
          expect(new Set(told.ranked.map(([, measure]) => measure)).size).toBeLessThanOrEqual(1);
          // The earlier in the order, the more of what it goes by; a distance and a time too.
          const values = told.ranked.map(([, , value]) => value);
          expect(values.toSorted((left, right) => right - left)).toEqual(values);
          if (name === 'never') expect(known.size).toBe(0);
        },
      ),
    );
  });
});
