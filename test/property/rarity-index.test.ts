/** The rarity index against a model that counts: always sorted, nothing lost, every position right. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PieceRows } from '../../src/core/pieces/piece-rows.ts';
import { RarityIndex } from '../../src/core/pieces/rarity-index.ts';
import { FakeRandom } from '../support/fake-world.ts';

const PIECES = 24;
/** As many as there is room for connected peers. */
const MOST_COPIES = new PieceRows(PIECES).width;

type Step =
  | readonly ['increment' | 'decrement' | 'remove' | 'add', number]
  | readonly ['addSeed' | 'removeSeed'];

const piece = fc.integer({ min: 0, max: PIECES - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(fc.constantFrom('increment' as const), piece),
  fc.tuple(
    fc.constantFrom('increment' as const, 'decrement' as const, 'remove' as const, 'add' as const),
    piece,
  ),
  fc.tuple(fc.constantFrom('addSeed' as const, 'removeSeed' as const)),
);

/** The same index, done slowly. */
class Model {
  readonly copies: number[] = Array(PIECES).fill(0);
  readonly listed = new Set(Array(PIECES).keys());
  seeds = 0;
}

function apply(index: RarityIndex, model: Model, [name, at]: Step): void {
  if (at === undefined) {
    if (name === 'addSeed') model.seeds++;
    else if (model.seeds === 0) return;
    else model.seeds--;
    index[name as 'addSeed' | 'removeSeed']();
    return;
  }
  if (name === 'decrement' && model.copies[at] === 0) return;
  if (name === 'increment' && model.copies[at] === MOST_COPIES) return;
  if (name === 'increment') model.copies[at] = (model.copies[at] as number) + 1;
  else if (name === 'decrement') model.copies[at] = (model.copies[at] as number) - 1;
  else if (name === 'remove') model.listed.delete(at);
  else model.listed.add(at);
  index[name as 'increment' | 'decrement' | 'remove' | 'add'](at);
}

function expectSame(index: RarityIndex, model: Model): void {
  expect(index.length).toBe(model.listed.size);
  const order = Array.from({ length: index.length }, (_, rank) => index.at(rank));
  expect(new Set(order)).toEqual(model.listed);
  const copies = order.map((at) => model.copies[at] as number);
  expect(copies).toEqual(copies.toSorted((a, b) => a - b));
  for (let rank = 0; rank < order.length; rank++) {
    expect(index.levelEndAt(rank)).toBe(copies.lastIndexOf(copies[rank] as number) + 1);
    expect(index.levelStartAt(rank)).toBe(copies.indexOf(copies[rank] as number));
  }
  for (let at = 0; at < PIECES; at++) {
    expect(index.availability(at)).toBe((model.copies[at] as number) + model.seeds);
    expect(index.isListed(at)).toBe(model.listed.has(at));
    const level = copies.filter((count) => count === model.copies[at]).length;
    if (model.listed.has(at)) expect(index.equallyRare(at)).toBe(level);
  }
}

describe('the rarity index', () => {
  it('is what counting gives, after any history', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300, size: 'max' }), (steps) => {
        const index = new RarityIndex(new PieceRows(PIECES), new FakeRandom('rarity'));
        const model = new Model();
        for (const next of steps) apply(index, model, next);
        expectSame(index, model);
      }),
      { numRuns: 150 },
    );
  });

  it('is right after every single step', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
        const index = new RarityIndex(new PieceRows(PIECES), new FakeRandom('rarity'));
        const model = new Model();
        for (const next of steps) {
          apply(index, model, next);
          expectSame(index, model);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('begins in an order that differs from peer to peer', () => {
    const orders = ['a', 'b', 'c'].map((name) => {
      const index = new RarityIndex(new PieceRows(PIECES), new FakeRandom(name));
      return Array.from({ length: PIECES }, (_, rank) => index.at(rank)).join();
    });
    expect(new Set(orders).size).toBe(3);
  });
});
