/** What connected peers have, against a model of sets: after any history, also with more peers than there were bits for. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bitfield } from '../../src/core/bitfield.ts';
import { PieceRows } from '../../src/core/pieces/piece-rows.ts';
import { RarityIndex } from '../../src/core/pieces/rarity-index.ts';
import { Gain, RemoteHoldings, Standing } from '../../src/core/pieces/remote-holdings.ts';
import { FakeRandom } from '../support/fake-world.ts';

const PIECES = 11;

type Step =
  | readonly ['add', readonly boolean[]]
  | readonly ['remove', number]
  | readonly ['gain' | 'lose', number, number]
  | readonly ['verify', number];

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(
    fc.constant('add' as const),
    fc.oneof(
      fc.array(fc.boolean(), { minLength: PIECES, maxLength: PIECES }),
      fc.constant(Array<boolean>(PIECES).fill(true)),
    ),
  ),
  fc.tuple(fc.constant('remove' as const), fc.nat(200)),
  fc.tuple(fc.constant('gain' as const), fc.nat(200), fc.nat(PIECES - 1)),
  fc.tuple(fc.constant('gain' as const), fc.nat(200), fc.nat(PIECES - 1)),
  fc.tuple(fc.constant('lose' as const), fc.nat(200), fc.nat(PIECES - 1)),
  fc.tuple(fc.constant('verify' as const), fc.nat(PIECES - 1)),
);

class World {
  readonly rows = new PieceRows(PIECES);
  readonly rarity = new RarityIndex(this.rows, new FakeRandom('holdings'));
  readonly own = new Bitfield(PIECES);
  readonly holdings = new RemoteHoldings(this.rows, this.rarity, this.own);
  readonly peers = new Map<number, Set<number>>();

  apply(next: Step): void {
    if (next[0] === 'add') this.#add(next[1]);
    else if (next[0] === 'verify') this.#verify(next[1]);
    else {
      const slot = [...this.peers.keys()][next[1] % Math.max(1, this.peers.size)];
      if (slot === undefined) return;
      if (next[0] === 'gain') this.#gain(slot, next[2]);
      else if (next[0] === 'lose') {
        expect(this.holdings.lose(slot, next[2])).toBe(this.peers.get(slot)?.delete(next[2]));
      } else {
        this.holdings.remove(slot);
        this.peers.delete(slot);
      }
    }
  }

  #add(bits: readonly boolean[]): void {
    const slot = this.holdings.add();
    expect(this.peers.has(slot)).toBe(false);
    const have = new Bitfield(PIECES);
    for (const [piece, bit] of bits.entries()) if (bit) have.set(piece);
    this.holdings.describe(slot, have);
    this.peers.set(slot, new Set([...bits.keys()].filter((piece) => bits[piece])));
  }

  #gain(slot: number, piece: number): void {
    const known = this.peers.get(slot) as Set<number>;
    const gained = this.holdings.gain(slot, piece);
    if (known.has(piece)) expect(gained).toBe(Gain.known);
    else if (this.own.has(piece)) expect(gained).toBe(Gain.ours);
    else expect(gained).toBe([...known].filter((each) => !this.own.has(each)).length + 1);
    known.add(piece);
  }

  /** As a torrent does it. */
  #verify(piece: number): void {
    if (!this.own.set(piece)) return;
    this.rarity.remove(piece);
    for (const [slot, known] of this.peers) if (known.has(piece)) this.holdings.lessUseful(slot);
  }

  expectSame(): void {
    const { holdings } = this;
    for (const [slot, known] of this.peers) {
      const has = Array.from({ length: PIECES }, (_, piece) => holdings.has(slot, piece));
      expect(has).toEqual(has.map((_, piece) => known.has(piece)));
      expect(holdings.count(slot)).toBe(known.size);
      expect(holdings.isComplete(slot)).toBe(known.size === PIECES);
      expect(holdings.useful(slot)).toBe([...known].filter((piece) => !this.own.has(piece)).length);
      const bytes = [0, 1].map((index) => holdings.byteAt(slot, index));
      const same = new Bitfield(PIECES);
      for (const piece of known) same.set(piece);
      expect(bytes).toEqual([...same.bytes]);
    }
    for (const [slot, known] of this.peers) {
      for (let from = 0; from <= this.rarity.length; from++) {
        const rank = Array.from({ length: this.rarity.length }, (_, each) => this.rarity.at(each)).findIndex(
          (piece, each) => each >= from && known.has(piece),
        );
        expect(holdings.firstHeld(slot, from, this.rarity.length)).toBe(rank);
      }
    }
    for (let piece = 0; piece < PIECES; piece++) {
      const copies = [...this.peers.values()].filter((known) => known.has(piece)).length;
      expect(this.rarity.availability(piece)).toBe(copies);
    }
  }
}

describe('what connected peers have', () => {
  it('is what sets say, after any history', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
        const world = new World();
        for (const next of steps) world.apply(next);
        world.expectSame();
      }),
      { numRuns: 100 },
    );
  });

  it('has room for any number of peers, and keeps the ranks of the pieces as it grows', () => {
    const world = new World();
    const held = Array.from({ length: PIECES }, (_, piece) => piece % 3 === 0);
    for (let peer = 0; peer < 150; peer++) {
      world.apply(['add', held.map((bit, piece) => bit !== (peer % PIECES === piece))]);
    }
    world.expectSame();
    const ranked = Array.from({ length: PIECES }, (_, rank) => world.rarity.at(rank));
    expect(new Set(ranked).size).toBe(PIECES);
    const copies = ranked.map((piece) => world.rarity.availability(piece));
    expect(copies).toEqual(copies.toSorted((a, b) => a - b));
  });

  it('keeps a standing for each peer, and forgets it with the peer', () => {
    const { holdings } = new World();
    const [one, other] = [holdings.add(), holdings.add()];
    holdings.set(one, Standing.hungry, true);
    holdings.set(other, Standing.patient, true);
    expect(holdings.is(one, Standing.hungry)).toBe(true);
    expect(holdings.is(one, Standing.patient)).toBe(false);
    expect(holdings.is(other, Standing.patient)).toBe(true);
    holdings.set(other, Standing.patient, false);
    expect(holdings.is(other, Standing.patient)).toBe(false);
    holdings.remove(one);
    expect(holdings.is(holdings.add(), Standing.hungry)).toBe(false);
  });
});
