/** The allowed-fast set (BEP 6): the vectors of the BEP, and its edges. */
import { describe, expect, it } from 'vitest';
import { allowedFastSet } from '../../../src/core/peer/allowed-fast.ts';
import { nodeHasher } from '../../support/fake-world.ts';

const infoHash = new Uint8Array(20).fill(0xaa);
const set = (host: string, pieces: number, count: number) =>
  allowedFastSet(host, infoHash, pieces, nodeHasher, count);

describe('the allowed-fast set', () => {
  it('is that of the BEP for 80.4.4.200 and 1313 pieces', () => {
    expect(set('80.4.4.200', 1313, 7)).toEqual([1059, 431, 808, 1217, 287, 376, 1188]);
    expect(set('80.4.4.200', 1313, 9)).toEqual([1059, 431, 808, 1217, 287, 376, 1188, 353, 508]);
  });

  it('is the same for a whole /24, and another for the next', () => {
    expect(set('80.4.4.1', 1313, 9)).toEqual(set('80.4.4.200', 1313, 9));
    expect(set('80.4.5.200', 1313, 9)).not.toEqual(set('80.4.4.200', 1313, 9));
  });

  it('names distinct pieces, even when nearly every piece is in it', () => {
    const pieces = set('80.4.4.200', 11, 10);
    expect(new Set(pieces).size).toBe(10);
    expect(pieces.every((piece) => piece >= 0 && piece < 11)).toBe(true);
  });

  it('is empty where it would be the whole torrent, for IPv6, and for what is no address', () => {
    expect(set('80.4.4.200', 10, 10)).toEqual([]);
    expect(set('80.4.4.200', 1, 10)).toEqual([]);
    expect(set('2001:db8::1', 1313, 10)).toEqual([]);
    expect(set('example', 1313, 10)).toEqual([]);
  });
});
