/** Node ids: XOR distances, and the ids that BEP 42 binds to addresses. */
import { describe, expect, it } from 'vitest';
import { parseIp } from '../../../src/core/address.ts';
import { encodeUtf8, fromHex, toHex } from '../../../src/core/bytes.ts';
import { crc32c } from '../../../src/core/crc32c.ts';
import { isLocal, mayName, ownerOf, scopeOf, subnetOf } from '../../../src/core/dht/address-scope.ts';
import { compareDistance, drawIdSharing, drawNodeId, sharedBits } from '../../../src/core/dht/node-id.ts';
import { addressChecksum, deriveNodeId, isSecureId } from '../../../src/core/dht/secure-id.ts';
import { SeededRandom } from '../../../src/sim/random.ts';

const random = SeededRandom.named('node-id');

/** The table of BEP 42: address, the number of three bits and more, the checksum of which 21 bits bind. */
const VECTORS: readonly [string, number, number][] = [
  ['124.31.75.21', 1, 0x5fbfbdb2],
  ['21.75.31.124', 86, 0x5a3ce9b0],
  ['65.23.51.170', 22, 0xa5d4344a],
  ['84.124.73.14', 65, 0x1b03217b],
  ['43.213.53.83', 90, 0xe56f6972],
];

/** The ids that BEP 42 gives as examples. */
const EXAMPLES: readonly [string, string][] = [
  ['124.31.75.21', '5fbfbff10c5d6a4ec8a88e4c6ab4c28b95eee401'],
  ['21.75.31.124', '5a3ce9c14e7a08645677bbd1cfe7d8f956d53256'],
  ['65.23.51.170', 'a5d43220bc8f112a3d426c84764f8c2a1150e616'],
  ['84.124.73.14', '1b0321dd1bb1fe518101ceef99462b947a01ff41'],
  ['43.213.53.83', 'e56f6cbf5b7c4be0237986d5243b87aa6d51305a'],
];

it('CRC-32C of the customary check input', () => {
  expect(crc32c(encodeUtf8('123456789'))).toBe(0xe3069283);
});

describe('ids bound to addresses', () => {
  it.each(VECTORS)('%s with %i', (host, rand, checksum) => {
    const ours = addressChecksum(parseIp(host) as Uint8Array, rand);
    expect((ours >>> 11).toString(16)).toBe((checksum >>> 11).toString(16));
  });

  it.each(EXAMPLES)(
    'accepts the example for %s, at no other address and without one bit of it',
    (host, hex) => {
      const id = fromHex(hex) as Uint8Array;
      expect(isSecureId(id, host)).toBe(true);
      expect(isSecureId(id, '8.8.8.8')).toBe(false);
      for (const bit of [0, 7, 20]) {
        const other = id.slice();
        other[bit >> 3] = (other[bit >> 3] as number) ^ (0x80 >> (bit & 7));
        expect(isSecureId(other, host)).toBe(false);
      }
      const free = id.slice();
      free[2] = (free[2] as number) ^ 7;
      expect(isSecureId(free, host)).toBe(true);
    },
  );

  it('derives ids that are accepted, for both families, and different ones each time', () => {
    for (const host of ['124.31.75.21', '2001:4860:4860::8888', '2a02:1:2:3:4:5:6:7']) {
      const ids = Array.from({ length: 20 }, () => deriveNodeId(host, random));
      expect(ids.every((id) => isSecureId(id, host))).toBe(true);
      expect(new Set(ids.map(toHex)).size).toBe(20);
      expect(ids.some((id) => isSecureId(id, host.includes(':') ? '2001:db8::1' : '9.9.9.9'))).toBe(false);
    }
  });

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.1',
    '192.168.7.7',
    '169.254.1.1',
    '::1',
    'fd00::1',
    'fe80::1',
  ])('exempts %s', (host) => {
    expect(isLocal(host)).toBe(true);
    expect(isSecureId(drawNodeId(random), host)).toBe(true);
  });

  it.each(['172.32.0.1', '11.0.0.1', '2001:db8::1', '128.0.0.1'])('does not exempt %s', (host) => {
    expect(isLocal(host)).toBe(false);
  });
});

describe('distance', () => {
  it('shared bits, and ids drawn to share so many', () => {
    const own = drawNodeId(random);
    expect(sharedBits(own, own)).toBe(160);
    for (const bits of [0, 1, 7, 8, 9, 63, 100, 158, 159]) {
      expect(sharedBits(own, drawIdSharing(own, bits, random))).toBe(bits);
    }
  });

  it('is that of XOR', () => {
    const number = (id: Uint8Array): bigint => BigInt(`0x${toHex(id)}`);
    for (let round = 0; round < 200; round++) {
      const [target, a, b] = [drawNodeId(random), drawNodeId(random), drawNodeId(random)];
      const difference = (number(a) ^ number(target)) - (number(b) ^ number(target));
      expect(Math.sign(compareDistance(target, a, b))).toBe(difference < 0n ? -1 : 1);
      expect(compareDistance(target, a, a)).toBe(0);
    }
  });
});

describe('addresses', () => {
  it.each([
    ['0.1.2.3', 'none'],
    ['224.0.0.1', 'none'],
    ['255.255.255.255', 'none'],
    ['ff02::1', 'none'],
    ['::', 'none'],
    ['not an address', 'none'],
    ['127.9.9.9', 'loopback'],
    ['10.0.0.1', 'private'],
    ['8.8.8.8', 'global'],
    ['2a00::1', 'global'],
  ])('%s is %s', (host, scope) => {
    expect(scopeOf(host)).toBe(scope);
  });

  it('are believed outwards only', () => {
    const at = (host: string, port = 1): { host: string; port: number } => ({ host, port });
    expect(mayName('8.8.8.8', at('9.9.9.9'))).toBe(true);
    expect(mayName('8.8.8.8', at('10.0.0.1'))).toBe(false);
    expect(mayName('8.8.8.8', at('127.0.0.1'))).toBe(false);
    expect(mayName('10.0.0.2', at('127.0.0.1'))).toBe(false);
    expect(mayName('10.0.0.2', at('10.0.0.1'))).toBe(true);
    expect(mayName('127.0.0.1', at('127.0.0.2'))).toBe(true);
    expect(mayName('127.0.0.1', at('224.0.0.1'))).toBe(false);
    expect(mayName('8.8.8.8', at('9.9.9.9', 0))).toBe(false);
  });

  it('belong to owners and networks', () => {
    expect(ownerOf({ host: '8.8.8.8', port: 5 })).toBe(ownerOf({ host: '8.8.8.8', port: 6 }));
    expect(ownerOf({ host: '2a00::1', port: 5 })).toBe(ownerOf({ host: '2a00::2', port: 6 }));
    expect(subnetOf({ host: '8.8.8.8', port: 5 })).toBe(subnetOf({ host: '8.8.8.200', port: 6 }));
    expect(subnetOf({ host: '8.8.8.8', port: 5 })).not.toBe(subnetOf({ host: '8.8.9.8', port: 6 }));
    expect(ownerOf({ host: '127.0.0.1', port: 5 })).not.toBe(ownerOf({ host: '127.0.0.1', port: 6 }));
  });
});
