/** SipHash-2-4 against the vectors of its reference implementation (key 00..0f, inputs 00, 00 01, ...) and openssl's. */
import { describe, expect, it } from 'vitest';
import { SIP_KEY_BYTES, SipHash } from '../../src/core/siphash.ts';

const key = Uint8Array.from({ length: SIP_KEY_BYTES }, (_, index) => index);

/** The digest as it is written: the low byte first. */
function hexOf(hash: SipHash, bytes: Uint8Array, length = bytes.length): string {
  const { high, low } = hash.digest(bytes, length);
  return [low, high]
    .flatMap((word) => [word & 255, (word >>> 8) & 255, (word >>> 16) & 255, word >>> 24])
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}

describe('SipHash-2-4', () => {
  it.each([
    [0, '310e0edd47db6f72'],
    [1, 'fd67dc93c539f874'],
    [7, '37d1018bf50002ab'],
    [8, '6224939a79f5f593'],
    [15, 'e545be4961ca29a1'],
    [20, '98eea21af25cd6be'],
    [255, '1ab24dc7fe69c1a9'],
  ])('of %i bytes is that of the reference', (length, digest) => {
    const bytes = Uint8Array.from({ length }, (_, index) => index);
    expect(hexOf(new SipHash(key), bytes)).toBe(digest);
  });

  it('is of so many bytes of an array, whatever was digested before', () => {
    const bytes = Uint8Array.from({ length: 40 }, (_, index) => index);
    const hash = new SipHash(key);
    expect(hexOf(hash, bytes, 15)).toBe('e545be4961ca29a1');
    expect(hexOf(hash, bytes.fill(255, 20), 20)).toBe('98eea21af25cd6be');
    expect(hexOf(hash, bytes, 0)).toBe('310e0edd47db6f72');
  });

  it('is another one with every bit of the key', () => {
    const digests = new Set<string>();
    for (let bit = 0; bit < SIP_KEY_BYTES * 8; bit++) {
      const other = key.slice();
      other[bit >> 3] = (other[bit >> 3] as number) ^ (1 << (bit & 7));
      digests.add(hexOf(new SipHash(other), key));
    }
    expect(digests.size).toBe(SIP_KEY_BYTES * 8);
    expect(digests.has(hexOf(new SipHash(key), key))).toBe(false);
  });
});
