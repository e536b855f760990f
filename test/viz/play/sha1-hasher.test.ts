/** The hash that a browser computes is that of node's crypto. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromLatin1, toHex } from '../../../src/core/bytes.ts';
import { Sha1Hasher } from '../../../viz/play/sha1-hasher.ts';

const hasher = new Sha1Hasher();
const ofNode = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('hex');

test.each([
  // FIPS 180-4 examples, as NIST gives them.
  ['', 'da39a3ee5e6b4b0d3255bfef95601890afd80709'],
  ['abc', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
  ['abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq', '84983e441c3bd26ebaae4aa1f95129e5e54670f1'],
])('of "%s"', (text, digest) => {
  expect(toHex(hasher.sha1(fromLatin1(text)))).toBe(digest);
});

test('of every length around the ends of a block', () => {
  for (let length = 0; length < 200; length++) {
    const bytes = Uint8Array.from({ length }, (_, index) => index * 7 + length);
    expect(toHex(hasher.sha1(bytes)), `${length} bytes`).toBe(ofNode(bytes));
  }
});

test('of any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => toHex(hasher.sha1(bytes)) === ofNode(bytes)),
  );
});
