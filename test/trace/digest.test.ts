import { describe, expect, it } from 'vitest';
import { Digest } from '../../src/trace/digest.ts';

function hexOf(...events: readonly (readonly number[])[]): string {
  const digest = new Digest();
  for (const [timeUs = 0, kind = 0, peer = 0, a = 0, b = 0, c = 0, d = 0] of events) {
    digest.addEvent(timeUs, kind, peer, a, b, c, d);
  }
  return digest.hex();
}

/** Words of a text as MurmurHash3 reads them: four bytes each, least significant first. */
function wordsOf(text: string): number[] {
  const words = [0, 0, 0, 0];
  for (let index = 0; index < text.length; index++) {
    words[index >> 2] = (words[index >> 2] as number) | (text.charCodeAt(index) << (8 * (index & 3)));
  }
  return words;
}

describe('Digest', () => {
  it('keeps its value: a change would make every stored digest meaningless', () => {
    expect(hexOf()).toBe('00000000000000000000000000000000');
    expect(hexOf([1_000_000, 9, 3, 17, 4])).toBe('9f100fa93a48646791c0cb3527aa0f37');
    // Computed by another program from the published algorithm, with the number of blocks in place of the length.
    const digest = new Digest();
    const [w1 = 0, w2 = 0, w3 = 0, w4 = 0] = wordsOf('0123456789abcdef');
    digest.add(w1, w2, w3, w4);
    expect(digest.hex()).toBe('6cbc433a755122595d8cc6180dd0f364');
  });

  const base = [5_000_000_000, 9, 3, 17, 4, 2, 1];
  it.each(base.map((_, index) => index))('tells events apart by their field %i', (index) => {
    const other = base.with(index, (base[index] as number) + 1);
    expect(hexOf(other)).not.toBe(hexOf(base));
  });

  it('tells instants apart that agree in their low 32 bits', () => {
    expect(hexOf([7, 9])).not.toBe(hexOf([7 + 2 ** 32, 9]));
  });

  it('depends on the order', () => {
    expect(hexOf([1, 9, 1], [1, 9, 2])).not.toBe(hexOf([1, 9, 2], [1, 9, 1]));
  });

  it('tells texts apart by their cut', () => {
    const one = new Digest();
    one.addText('ab');
    one.addText('c');
    const other = new Digest();
    other.addText('a');
    other.addText('bc');
    expect(one.hex()).not.toBe(other.hex());
  });

  it('spreads one changed bit over all four words', () => {
    const words = (hex: string): string[] => hex.match(/.{8}/g) ?? [];
    const before = words(hexOf([1, 9, 1, 0]));
    for (let bit = 0; bit < 31; bit++) {
      const after = words(hexOf([1, 9, 1, 1 << bit]));
      expect(after.filter((word, index) => word === before[index])).toEqual([]);
    }
  });
});
