/** A client: its id, its port, its torrents. */
import { describe, expect, it } from 'vitest';
import { toLatin1 } from '../../src/core/bytes.ts';
import { Client } from '../../src/core/client.ts';
import { StreamHttpClient } from '../../src/core/http/stream-client.ts';
import { SeededRandom } from '../../src/sim/random.ts';
import { EngineWorld, PORT } from '../support/engine-world.ts';
import { nodeHasher } from '../support/fake-world.ts';

describe('a client', () => {
  it('has an id that names the program, and is its own', () => {
    const world = new EngineWorld();
    const ids = [world.client(), world.client()].map(({ client }) => toLatin1(client.peerId));
    for (const id of ids) expect(id).toMatch(/^-SL\d{4}-[0-9a-z]{12}$/);
    expect(ids[0]).not.toBe(ids[1]);
  });

  it('has the same id again with the same random stream', () => {
    const idWith = (seed: number) => toLatin1(new EngineWorld({ seed }).client().client.peerId);
    expect(idWith(3)).toBe(idWith(3));
    expect(idWith(3)).not.toBe(idWith(4));
  });

  it('says when it cannot listen', () => {
    const world = new EngineWorld();
    const { host } = world.client();
    const errors: string[] = [];
    const second = new Client(
      {
        clock: world.clock,
        network: host.network,
        http: new StreamHttpClient({ clock: world.clock, network: host.network }),
        hasher: nodeHasher,
        random: SeededRandom.named('second'),
      },
      {
        port: PORT,
        onListening: () => errors.push('listening'),
        onListenError: (message) => errors.push(message),
      },
    );
    second.start();
    world.run(1);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(/port 6881/);
    let stopped = false;
    second.stop(() => {
      stopped = true;
    });
    expect(stopped).toBe(false);
    world.run(1);
    expect(stopped).toBe(true);
  });

  it('finds the torrent of an incoming connection by its info-hash', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all' });
    expect(seed.client.findTorrent(world.metainfo.infoHash)).toBe(seed.torrent);
    expect(seed.client.findTorrent(new Uint8Array(20))).toBeUndefined();
  });

  it('exchanges a torrent with another and reports what it has done', () => {
    for (const payload of ['reference', 'bytes'] as const) {
      const world = new EngineWorld({ payload });
      const seed = world.client({ have: 'all' });
      let completed = 0;
      const leecher = world.client({ peers: [seed.address], events: { onCompleted: () => completed++ } });
      expect(leecher.torrent.status()).toMatchObject({
        state: 'downloading',
        leftBytes: world.content.totalBytes,
      });
      expect(world.runUntil(() => completed > 0)).toBe(true);
      world.run(60);
      expect(completed).toBe(1);
      expect(leecher.torrent.status()).toMatchObject({
        state: 'seeding',
        verifiedPieces: 8,
        pieceCount: 8,
        leftBytes: 0,
        receivedBytes: world.content.totalBytes,
        wastedBytes: 0,
        sentBytes: 0,
        connections: 0,
      });
      expect(seed.torrent.status().sentBytes).toBe(world.content.totalBytes);
      expect(leecher.torrent.hasPiece(7)).toBe(true);
    }
  });
});
