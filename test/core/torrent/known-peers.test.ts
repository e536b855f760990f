/** The addresses that a torrent knows: each once, whatever its kind, with books of its own. */
import { describe, expect, it } from 'vitest';
import type { Address } from '../../../src/core/ports.ts';
import { KnownPeers, UNKNOWN } from '../../../src/core/torrent/known-peers.ts';

const many: Address[] = [];
for (let index = 0; index < 1000; index++) {
  many.push({ host: `10.${index % 7}.${index % 250}.${index >> 3}`, port: 1024 + index });
  if (index % 10 === 0) many.push({ host: `fd00::${index.toString(16)}`, port: 6881 });
}

describe('the known peers', () => {
  it('have a number each, which stays, and by which they are found', () => {
    const known = new KnownPeers(3000);
    const numbers = many.map((address) => known.add(address));
    expect(new Set(numbers).size).toBe(many.length);
    expect(many.map((address) => known.add(address))).toEqual(numbers);
    expect(many.map((address) => known.find(address))).toEqual(numbers);
    expect(numbers.map((peer) => known.addressOf(peer))).toEqual(many);
  });

  it.each<Address>([
    { host: '0.0.0.0', port: 0 },
    { host: '255.255.255.255', port: 65_535 },
    { host: '10.0.0.7', port: 1 },
    { host: '::1', port: 6881 },
    { host: '010.0.0.7', port: 1 },
    { host: '10.0.0.256', port: 1 },
    { host: '10.0.7', port: 1 },
    { host: '10.0.0.', port: 1 },
    { host: '1.2.3.4.5', port: 1 },
    { host: 'localhost', port: 6881 },
    { host: '', port: 3 },
    { host: '10.0.0.7', port: 70_000 },
  ])('are $host:$port as it was named', (address) => {
    const known = new KnownPeers(10);
    known.add({ host: '10.0.0.8', port: 1 });
    expect(known.find(address)).toBe(UNKNOWN);
    const peer = known.add(address);
    expect(known.addressOf(peer)).toEqual(address);
    expect(known.find({ ...address })).toBe(peer);
  });

  it('are told apart by port and by host', () => {
    const known = new KnownPeers(10);
    const numbers = [
      known.add({ host: '10.0.0.1', port: 1 }),
      known.add({ host: '10.0.0.1', port: 2 }),
      known.add({ host: '1.0.0.10', port: 1 }),
      known.add({ host: '010.0.0.1', port: 1 }),
    ];
    expect(new Set(numbers).size).toBe(4);
  });

  it('are no more than may be, but those that are known stay known', () => {
    const known = new KnownPeers(2);
    const [first, second, third] = many as [Address, Address, Address];
    const numbers = [known.add(first), known.add(second)];
    expect(known.add(third)).toBe(UNKNOWN);
    expect([known.add(first), known.add(second)]).toEqual(numbers);
  });

  it('have books of their own', () => {
    const known = new KnownPeers(3000);
    const numbers = many.map((address) => known.add(address));
    for (const peer of numbers) {
      known.setFailures(peer, peer % 4);
      known.setInVain(peer, peer % 10);
      known.setQueued(peer, peer % 2 === 0);
      for (let count = 0; count < peer % 3; count++) known.hold(peer);
      known.setRetryAtUs(peer, peer * 1e9 + 1);
      known.setUselessUntilUs(peer, peer % 5 === 0 ? Number.POSITIVE_INFINITY : peer);
    }
    for (const peer of numbers) {
      if (peer % 3 === 2) known.release(peer);
      expect([known.failures(peer), known.inVain(peer)]).toEqual([peer % 4, peer % 10]);
      expect([known.isQueued(peer), known.held(peer)]).toEqual([peer % 2 === 0, peer % 3 === 0 ? 0 : 1]);
      expect(known.retryAtUs(peer)).toBe(peer * 1e9 + 1);
      expect(known.uselessUntilUs(peer)).toBe(peer % 5 === 0 ? Number.POSITIVE_INFINITY : peer);
    }
    known.setFailures(0, 100);
    expect([known.failures(0), known.inVain(0), known.held(0)]).toEqual([15, 0, 0]);
  });
});
