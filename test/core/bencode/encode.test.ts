/** The bencode encoder: one canonical form for every value. */
import { describe, expect, it } from 'vitest';
import { decodeBencode, type Encodable, encodeBencode } from '../../../src/core/bencode/index.ts';
import { fromLatin1, toLatin1 } from '../../../src/core/bytes.ts';
import { InvariantError } from '../../../src/core/result.ts';

describe('encodeBencode', () => {
  it.each<[string, Encodable]>([
    ['i0e', 0],
    ['i0e', -0],
    ['i-3e', -3],
    ['i18446744073709551615e', 2n ** 64n - 1n],
    ['0:', ''],
    ['2:\xc3\xa9', 'é'],
    ['3:\0\x80\xff', Uint8Array.of(0, 128, 255)],
    ['le', []],
    ['li1el1:aee', [1, ['a']]],
    ['de', {}],
    ['d1:ai1e1:bi2ee', { b: 2, a: 1 }],
    ['d2:10i1e1:9i2ee', { 9: 2, 10: 1 }],
    ['d1:ai1ee', { a: 1, b: undefined }],
    ['d0:i0e1:ai0e2:aai0e1:\xe9i0ee', new Map(['\xe9', 'aa', 'a', ''].map((key) => [key, 0]))],
    ['d9:__proto__i1ee', new Map([['__proto__', 1]])],
  ])('gives %j', (text, value) => {
    expect(toLatin1(encodeBencode(value))).toBe(text);
  });

  it('sorts the keys of a decoded dictionary', () => {
    const decoded = decodeBencode(fromLatin1('d1:bi1e1:ad1:zi1e1:yi2eee'));
    expect(decoded.ok && toLatin1(encodeBencode(decoded.value))).toBe('d1:ad1:yi2e1:zi1ee1:bi1ee');
  });

  it('takes any depth', () => {
    let value: Encodable = [];
    for (let depth = 1; depth < 100_000; depth++) value = [value];
    expect(encodeBencode(value).length).toBe(200_000);
  });

  it.each<[string, Encodable]>([
    ['a fraction', 1.5],
    ['NaN', [Number.NaN]],
    ['an integer that may have been rounded', { a: 2 ** 53 }],
    ['a key that is not bytes', { ключ: 1 }],
  ])('holds %s for our own fault', (_what, value) => {
    expect(() => encodeBencode(value)).toThrow(InvariantError);
  });
});
