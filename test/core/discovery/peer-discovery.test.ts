/** What looks for the peers of a torrent beside its trackers: the seam for the DHT and local discovery. */
import { describe, expect, it } from 'vitest';
import type {
  DiscoverySubject,
  PeerDiscoverer,
  PeerOrigin,
} from '../../../src/core/discovery/peer-source.ts';
import { EngineWorld } from '../../support/engine-world.ts';

/** Notes what it is told, and names peers when the test wants it to. */
class NotedDiscoverer implements PeerDiscoverer {
  readonly origin: PeerOrigin;
  readonly told: string[] = [];
  readonly subjects: DiscoverySubject[] = [];

  constructor(origin: PeerOrigin) {
    this.origin = origin;
  }

  sourceFor(subject: DiscoverySubject) {
    this.subjects.push(subject);
    return {
      start: () => this.told.push('start'),
      requestMorePeers: () => this.told.push('more'),
      completed: () => this.told.push('completed'),
      stop: (done: () => void) => {
        this.told.push('stop');
        done();
      },
    };
  }
}

describe('what finds peers of all torrents of a client', () => {
  it('is told of a torrent, asked for more while it is short, and finds it peers', () => {
    const world = new EngineWorld();
    const dht = new NotedDiscoverer('dht');
    const seed = world.client({ have: 'all' });
    const leecher = world.client({ discoverers: [dht] });
    expect(dht.told).toEqual(['start']);
    expect(dht.subjects.map(({ listenPort }) => listenPort)).toEqual([leecher.address.port]);
    expect(dht.subjects[0]?.infoHash).toEqual(world.metainfo.infoHash);
    expect(dht.subjects[0]?.isSeed()).toBe(false);
    world.run(60);
    expect(dht.told).toContain('more');
    dht.subjects[0]?.onPeers([seed.address]);
    expect(world.runUntil(() => leecher.torrent.status().state === 'seeding')).toBe(true);
    expect(dht.told.at(-1)).toBe('completed');
    expect(dht.subjects[0]?.isSeed()).toBe(true);
    leecher.client.stop(() => {});
    expect(dht.told.at(-1)).toBe('stop');
  });

  it.each(['user', 'magnet', 'dht', 'pex', 'lsd', 'incoming'] as const)(
    'finds nothing for a private torrent, and an address heard of by %s is not dialled (BEP 27)',
    (origin) => {
      const world = new EngineWorld({ isPrivate: true });
      const dht = new NotedDiscoverer('dht');
      const seed = world.client({ have: 'all' });
      const leecher = world.client({ discoverers: [dht] });
      leecher.torrent.addPeers([seed.address], origin);
      world.run(60);
      expect(dht.subjects).toEqual([]);
      expect(leecher.observer.of('connected')).toEqual([]);
      leecher.torrent.addPeers([seed.address], 'tracker');
      expect(world.runUntil(() => leecher.torrent.status().state === 'seeding')).toBe(true);
    },
  );
});
