/** Two DHTs side by side, one for each family of addresses (BEP 32): a client in both brings them together for others. */
import { describe, expect, it } from 'vitest';
import { formatAddress } from '../../../src/core/address.ts';
import { Dht } from '../../../src/core/dht/dht.ts';
import { decodeKrpc, encodeQuery, type WantedNodes } from '../../../src/core/dht/krpc.ts';
import type { Address } from '../../../src/core/ports.ts';
import { DHT_PORT, DhtWorld } from '../../support/dht-world.ts';
import { nodeHasher } from '../../support/fake-world.ts';

const TORRENT = Uint8Array.from({ length: 20 }, (_, index) => 3 * index);

class DualWorld extends DhtWorld {
  /** A machine with an address of each family. */
  dual(number: number, bootstrap: readonly Address[]): Dht {
    const link = { upBytesPerSec: 1e6, downBytesPerSec: 1e6, latencyUs: 10_000, queueBytes: 100_000 };
    const [network, network6] = [`30.${number}.1.1`, `2001:db8:${number}::1`].map(
      (address) => this.internet.addHost({ address, ...link }).network,
    );
    if (network === undefined || network6 === undefined) throw new Error('no network');
    const networks = [
      { network, ipv6: false },
      { network: network6, ipv6: true },
    ];
    const random = this.random.fork(`dual-${number}`);
    const dht = new Dht({ clock: this.clock, networks, hasher: nodeHasher, random }, { bootstrap });
    dht.start(DHT_PORT);
    return dht;
  }
}

function populated(): { world: DualWorld; router: Dht; duals: Dht[] } {
  const world = new DualWorld(5);
  const router = world.dual(1, []);
  world.run(1);
  // Some know the router's addresses of both families. The others learn of nodes with IPv6 from nodes with IPv4 alone.
  const at4 = { host: '30.1.1.1', port: DHT_PORT };
  const at6 = { host: '2001:db8:1::1', port: DHT_PORT };
  const duals = Array.from({ length: 10 }, (_, index) =>
    world.dual(2 + index, index < 4 ? [at4, at6] : [at4]),
  );
  world.run(400);
  return { world, router, duals };
}

describe('a client with both families', () => {
  it('has a node in each, with an id of its own', () => {
    const { duals } = populated();
    for (const { nodes } of duals) {
      expect(nodes.map(({ isIpv6 }) => isIpv6)).toEqual([false, true]);
      const [ipv4, ipv6] = nodes;
      expect(ipv4?.table.size).toBeGreaterThan(3);
      expect(ipv6?.table.size).toBeGreaterThan(3);
      expect(ipv4?.ownId).not.toEqual(ipv6?.ownId);
      expect(ipv4?.table.nodes().every(({ address }) => !address.host.includes(':'))).toBe(true);
      expect(ipv6?.table.nodes().every(({ address }) => address.host.includes(':'))).toBe(true);
    }
  });

  it('names nodes of the family that the asker wants (D.13)', () => {
    const { world, router } = populated();
    const [one] = router.nodes;
    expect(one?.table.size).toBeGreaterThan(0);
    const asker = world.raw('40.1.1.1');
    const ask = (want: WantedNodes | undefined): number[] => {
      const id = new Uint8Array(20).fill(4);
      const query = { method: 'find_node', id, target: TORRENT, want } as const;
      asker.send(encodeQuery(Uint8Array.of(7), query, { readOnly: true }), {
        host: '30.1.1.1',
        port: DHT_PORT,
      });
      world.run(1);
      const decoded = decodeKrpc(asker.received.at(-1)?.bytes ?? new Uint8Array(0));
      if (!decoded.ok || decoded.value.kind !== 'reply') throw new Error('no reply');
      const { nodes = [], nodes6 = [] } = decoded.value.reply ?? {};
      return [nodes.length, nodes6.length];
    };
    const known4 = Math.min(8, router.nodes[0]?.table.size ?? 0);
    const known6 = Math.min(8, router.nodes[1]?.table.size ?? 0);
    expect(known6).toBeGreaterThan(0);
    expect(ask(undefined)).toEqual([known4, 0]);
    expect(ask({ n4: true, n6: false })).toEqual([known4, 0]);
    expect(ask({ n4: false, n6: true })).toEqual([0, known6]);
    expect(ask({ n4: true, n6: true })).toEqual([known4, known6]);
  });

  it('finds peers of both', () => {
    const { world, router, duals } = populated();
    const only6 = world.add('2001:db8:77::1', { bootstrap: [{ host: '2001:db8:1::1', port: DHT_PORT }] });
    const only4 = world.add('50.1.1.1', { bootstrap: [{ host: '30.1.1.1', port: DHT_PORT }] });
    world.run(60);
    expect(router.nodes).toHaveLength(2);
    world.share(only6, TORRENT, 606);
    world.share(only4, TORRENT, 404);
    world.run(30);
    const found: string[] = [];
    (duals[3] as Dht)
      .searchFor(TORRENT, 1, { onPeers: (peers) => found.push(...peers.map(formatAddress)) })
      .start();
    world.run(30);
    expect(found).toContain('[2001:db8:77::1]:606');
    expect(found).toContain('50.1.1.1:404');
  });
});
