/**
 * Our DHT node and that of the npm package bittorrent-dht, in one process on loopback: each announces a torrent to the other
 * and finds there what the other has announced.
 */
import DHT from 'bittorrent-dht';
import { afterEach, describe, expect, test } from 'vitest';
import { formatAddress } from '../../src/core/address.ts';
import { Dht } from '../../src/core/dht/dht.ts';
import type { Address } from '../../src/core/ports.ts';
import { NodeClock } from '../../src/host/node-clock.ts';
import { NodeHasher } from '../../src/host/node-hasher.ts';
import { NodeNetwork } from '../../src/host/node-network.ts';
import { NodeRandom } from '../../src/host/node-random.ts';
import { freePort } from '../support/processes.ts';

const OUR_HOST = '127.0.26.1';
const THEIR_HOST = '127.0.26.2';
const DEADLINE = { timeout: 20_000 };

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function theirNode(host: string): Promise<{ dht: DHT; address: Address }> {
  const dht = new DHT({ bootstrap: false });
  const port = await freePort(host);
  await new Promise<void>((resolve) => dht.listen(port, host, resolve));
  closing.push(() => new Promise<void>((resolve) => dht.destroy(() => resolve())));
  return { dht, address: { host, port } };
}

async function ourNode(host: string, bootstrap: readonly Address[]): Promise<{ dht: Dht; address: Address }> {
  const networks = [{ network: new NodeNetwork({ localHost: host }), ipv6: false }];
  const dht = new Dht(
    { clock: new NodeClock(), networks, hasher: new NodeHasher(), random: new NodeRandom() },
    { bootstrap },
  );
  dht.start(await freePort(host));
  closing.push(() => dht.stop());
  await expect.poll(() => dht.port, DEADLINE).toBeGreaterThan(0);
  return { dht, address: { host, port: dht.port } };
}

describe('our node and that of bittorrent-dht', () => {
  const torrent = Buffer.from('0123456789abcdefghij');

  test('we find whom they announced to their node', async () => {
    const router = await theirNode(THEIR_HOST);
    const announcer = await theirNode('127.0.26.3');
    announcer.dht.addNode(router.address);
    await expect.poll(() => announcer.dht.toJSON().nodes.length, DEADLINE).toBeGreaterThan(0);
    await new Promise<void>((resolve, reject) =>
      announcer.dht.announce(torrent, 4242, (error) => (error ? reject(error) : resolve())),
    );
    const { dht } = await ourNode(OUR_HOST, [router.address]);
    const found: string[] = [];
    dht.searchFor(torrent, 5151, { onPeers: (peers) => found.push(...peers.map(formatAddress)) }).start();
    await expect.poll(() => found, DEADLINE).toContain('127.0.26.3:4242');
  });

  test('they find whom we announced to their node', async () => {
    const router = await theirNode(THEIR_HOST);
    const { dht } = await ourNode(OUR_HOST, [router.address]);
    const seeker = await theirNode('127.0.26.3');
    seeker.dht.addNode(router.address);
    const heard: string[] = [];
    router.dht.on('announce', (peer) => heard.push(formatAddress(peer)));
    dht.searchFor(torrent, 5151, { onPeers: () => {} }).start();
    await expect.poll(() => heard, DEADLINE).toContain(`${OUR_HOST}:5151`);
    const found: string[] = [];
    seeker.dht.on('peer', (peer) => found.push(formatAddress(peer)));
    seeker.dht.lookup(torrent);
    await expect.poll(() => found, DEADLINE).toContain(`${OUR_HOST}:5151`);
  });

  test('they find through our node whom one of them announced to it', async () => {
    const router = await ourNode(OUR_HOST, []);
    const announcer = await theirNode(THEIR_HOST);
    const seeker = await theirNode('127.0.26.3');
    for (const { dht } of [announcer, seeker]) dht.addNode(router.address);
    await expect.poll(() => announcer.dht.toJSON().nodes.length, DEADLINE).toBeGreaterThan(0);
    await new Promise<void>((resolve, reject) =>
      announcer.dht.announce(torrent, 4242, (error) => (error ? reject(error) : resolve())),
    );
    const found: string[] = [];
    seeker.dht.on('peer', (peer) => found.push(formatAddress(peer)));
    seeker.dht.lookup(torrent);
    await expect.poll(() => found, DEADLINE).toContain(`${THEIR_HOST}:4242`);
  });
});
