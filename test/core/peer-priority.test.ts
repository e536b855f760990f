/** The canonical priority of two peers (BEP 40): the vectors of the BEP, of other clients, and computed ones. */
import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../src/core/address.ts';
import { peerPriority } from '../../src/core/peer-priority.ts';
import type { Address } from '../../src/core/ports.ts';

const at = (text: string): Address => parseAddress(text) as Address;
const FULL = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff';

describe('the priority of', () => {
  it.each([
    // BEP 40.
    ['123.213.32.10:1', '98.76.54.32:2', 0xec2d7224],
    ['123.213.32.10:1', '123.213.32.234:2', 0x99568189],
    // anacrolix/torrent.
    ['206.248.98.111:1', '142.147.89.224:2', 0x2b41d456],
    // Computed for the inputs of libtorrent's tests.
    ['230.12.123.3:1234', '230.12.123.3:300', 0xae8b7034],
    ['230.12.123.1:1', '230.12.123.3:1', 0x99c54d79],
    ['230.12.23.1:1', '230.12.123.3:1', 0x21fd5f80],
    ['230.120.23.1:1', '230.12.123.3:1', 0xfa9a860e],
    [`[${FULL}]:1`, '[ffff:0fff:ffff:ffff:ffff:ffff:ffff:ffff]:1', 0x59d71f38],
    [`[${FULL}]:1`, '[ffff:ffff:ff0f:ffff:ffff:ffff:ffff:ffff]:1', 0x755f8512],
    [`[${FULL}]:1`, '[ffff:ffff:ffff:0fff:ffff:ffff:ffff:ffff]:1', 0x27a88382],
  ])('%s and %s is the same from both ends', (one, other, priority) => {
    expect(peerPriority(at(one), at(other))).toBe(priority);
    expect(peerPriority(at(other), at(one))).toBe(priority);
  });

  it('peers of different families is none', () => {
    expect(peerPriority(at('1.2.3.4:5'), at('[::1]:5'))).toBeUndefined();
    expect(peerPriority({ host: 'name', port: 5 }, at('1.2.3.4:5'))).toBeUndefined();
  });
});
