/** The set of pieces in wire order (BEP 3): sizes, spare bits, counting. */
import { describe, expect, it } from 'vitest';
import { Bitfield } from '../../src/core/bitfield.ts';

describe('a bitfield', () => {
  it('has its first piece in the highest bit', () => {
    const bitfield = new Bitfield(12);
    bitfield.set(0);
    bitfield.set(9);
    expect([...bitfield.bytes]).toEqual([0x80, 0x40]);
  });

  it.each([1, 7, 8, 9, 16, 31, 1000])('of %i pieces is full with zero spare bits', (length) => {
    const full = Bitfield.full(length);
    expect(full.isComplete).toBe(true);
    expect(full.count).toBe(length);
    const read = Bitfield.fromWire(full.bytes, length);
    expect(read.ok && read.value.count).toBe(length);
    const one = new Bitfield(length);
    for (let piece = 0; piece < length; piece++) expect(one.set(piece)).toBe(true);
    expect(one.bytes).toEqual(full.bytes);
  });

  it.each([
    [0, 1],
    [2, 8],
    [1, 9],
    [3, 16],
    [0, 1000],
  ])('cannot be read from %i bytes for %i pieces', (bytes, length) => {
    expect(Bitfield.fromWire(new Uint8Array(bytes), length).ok).toBe(false);
  });

  it('cannot be read with any spare bit set', () => {
    for (let spare = 1; spare <= 7; spare++) {
      for (let bit = 0; bit < spare; bit++) {
        const bytes = Uint8Array.of(0, 1 << bit);
        expect(Bitfield.fromWire(bytes, 16 - spare).ok).toBe(false);
      }
    }
  });

  it('counts what is set and cleared once', () => {
    const bitfield = new Bitfield(20);
    expect([bitfield.set(5), bitfield.set(5), bitfield.count]).toEqual([true, false, 1]);
    expect([bitfield.clear(5), bitfield.clear(5), bitfield.count]).toEqual([true, false, 0]);
    expect(bitfield.has(5)).toBe(false);
  });

  it('has nothing beyond its end', () => {
    const full = Bitfield.full(9);
    expect([full.has(8), full.has(9), full.has(16), full.has(0xffffffff)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it('counts what another lacks', () => {
    const some = new Bitfield(20);
    for (const piece of [1, 8, 19]) some.set(piece);
    const other = new Bitfield(20);
    other.set(8);
    expect(some.countMissingFrom(other)).toBe(2);
    expect(other.countMissingFrom(some)).toBe(0);
    expect(Bitfield.full(20).countMissingFrom(some)).toBe(17);
  });

  it('keeps nothing of the bytes that it was read from', () => {
    const bytes = Uint8Array.of(0x80);
    const bitfield = Bitfield.fromWire(bytes, 8);
    bytes[0] = 0;
    expect(bitfield.ok && bitfield.value.has(0)).toBe(true);
  });
});
