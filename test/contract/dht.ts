/** What a DHT does on any network: nodes find each other, peers are found, and what is remembered is enough to come back. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatAddress } from '../../src/core/address.ts';
import { Dht, type DhtOptions, type DhtStore } from '../../src/core/dht/dht.ts';
import type { Address, Clock, Hasher, Network, Random } from '../../src/core/ports.ts';
import type { World } from './world.ts';

export interface DhtMachine {
  readonly network: Network;
  readonly host: string;
}

export interface DhtContractWorld extends World {
  readonly clock: Clock;
  readonly hasher: Hasher;
  readonly random: Random;
  /** Five at least. */
  readonly machines: readonly DhtMachine[];
}

export function describeDht(name: string, factory: () => DhtContractWorld | Promise<DhtContractWorld>): void {
  describe(`DHT contract: ${name}`, () => {
    let world: DhtContractWorld;
    let running: Dht[];
    beforeEach(async () => {
      world = await factory();
      running = [];
    });
    afterEach(async () => {
      for (const dht of running) dht.stop();
      await world.dispose?.();
    });

    async function start(
      index: number,
      options: DhtOptions,
      port = 0,
    ): Promise<{ dht: Dht; address: Address }> {
      const { network, host } = world.machines[index] as DhtMachine;
      const { clock, hasher } = world;
      const random = world.random.fork(`dht-${running.length}`);
      const dht = new Dht(
        { clock, networks: [{ network, ipv6: host.includes(':') }], hasher, random },
        options,
      );
      running.push(dht);
      dht.start(port);
      await world.until(() => dht.port !== 0);
      return { dht, address: { host, port: dht.port } };
    }

    function search(dht: Dht, infoHash: Uint8Array, port: number): string[] {
      const found: string[] = [];
      dht.searchFor(infoHash, port, { onPeers: (peers) => found.push(...peers.map(formatAddress)) }).start();
      return found;
    }

    const torrent = Uint8Array.from({ length: 20 }, (_, index) => 11 * index);

    it('peers of a torrent find each other, and nobody finds those of another', async () => {
      const router = await start(0, {});
      const bootstrap = [router.address];
      const [one, two, three] = await Promise.all([1, 2, 3].map((index) => start(index, { bootstrap })));
      if (one === undefined || two === undefined || three === undefined) throw new Error('not started');
      const first = search(one.dht, torrent, 1001);
      const second = search(two.dht, torrent, 1002);
      const stranger = search(three.dht, torrent.toReversed(), 1003);
      const at = ({ address }: { address: Address }, port: number) =>
        formatAddress({ host: address.host, port });
      await world.until(() => first.includes(at(two, 1002)) && second.includes(at(one, 1001)));
      expect(stranger.filter((peer) => peer !== at(three, 1003))).toEqual([]);
    });

    it('a node comes back by what it remembers alone', async () => {
      const router = await start(0, {});
      let kept: Uint8Array | undefined;
      const store: DhtStore = {
        load: () => kept,
        save: (bytes) => {
          kept = bytes;
        },
      };
      const before = await start(1, { bootstrap: [router.address], store });
      await world.until(() => before.dht.nodes[0]?.joined === true);
      before.dht.stop();
      expect(kept).toBeDefined();
      const other = await start(2, { bootstrap: [router.address] });
      search(other.dht, torrent, 1002);
      const after = await start(3, { store });
      const found = search(after.dht, torrent, 1004);
      await world.until(() => found.includes(formatAddress({ host: other.address.host, port: 1002 })));
    });

    it('takes another port where its own is taken', async () => {
      const { network, host } = world.machines[4] as DhtMachine;
      let bound: Address | undefined;
      const socket = network.bindDatagrams(0, {
        onBound: (address) => {
          bound = address;
        },
        onDatagram: () => {},
        onDatagramError: () => {},
      });
      await world.until(() => bound !== undefined);
      const taken = (bound as Address | undefined)?.port ?? 0;
      const { address } = await start(4, {}, taken);
      expect(address.host).toBe(host);
      expect(address.port).not.toBe(taken);
      socket.close();
    });
  });
}
