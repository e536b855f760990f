/** A DHT of simulated nodes: it forms from one bootstrap node, finds peers, keeps, forgets and survives. */
import { describe, expect, it } from 'vitest';
import { formatAddress } from '../../../src/core/address.ts';
import { isSecureId } from '../../../src/core/dht/secure-id.ts';
import { type DhtPeer, DhtWorld } from '../../support/dht-world.ts';

const TORRENT = Uint8Array.from({ length: 20 }, (_, index) => 7 * index + 1);

describe('a DHT of nodes that know one bootstrap node', () => {
  it('forms, and finds who announced', () => {
    const world = new DhtWorld();
    const peers = world.populate(60);
    const sizes = peers.map(({ node }) => node.table.size);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(8);
    world.share(peers[5] as DhtPeer, TORRENT, 4000);
    world.share(peers[9] as DhtPeer, TORRENT, 4001);
    world.run(60);
    const { found } = world.share(peers[40] as DhtPeer, TORRENT, 4002);
    world.run(60);
    expect(found.map(formatAddress).sort()).toEqual(
      [`${peers[5]?.address.host}:4000`, `${peers[9]?.address.host}:4001`].sort(),
    );
    expect(peers.every(({ node, address }) => isSecureId(node.ownId, address.host))).toBe(true);
  });
});
