/** Many torrents in one client: all complete, limits hold for all together, each gets its part, and any may go. */
import { describe, expect, it } from 'vitest';
import { Client } from '../../src/core/client.ts';
import { StreamHttpClient } from '../../src/core/http/stream-client.ts';
import type { ClientLimitOptions } from '../../src/core/limits/client-limits.ts';
import { encodeTorrentFile, type Metainfo, parseTorrentFile } from '../../src/core/metainfo/index.ts';
import type { Address } from '../../src/core/ports.ts';
import { RarestFirstPicker } from '../../src/core/strategies/rarest-first.ts';
import { TitForTat } from '../../src/core/strategies/tit-for-tat.ts';
import type { Torrent } from '../../src/core/torrent/torrent.ts';
import type { TorrentOptions } from '../../src/core/torrent/torrent-options.ts';
import { contentHashes, SimulatedContent } from '../../src/sim/content.ts';
import { SeededRandom } from '../../src/sim/random.ts';
import { SimulatedDisk } from '../../src/sim/simulated-disk.ts';
import { BLOCK, EngineWorld, PIECE, PORT } from '../support/engine-world.ts';
import { nodeHasher } from '../support/fake-world.ts';
import { NotedObserver } from '../support/noted-observer.ts';

const COUNT = 20;

interface Work {
  readonly content: SimulatedContent;
  readonly metainfo: Metainfo;
}

/** Torrents of one simulated world. */
function works(count: number, totalBytes: number): Work[] {
  return Array.from({ length: count }, (_, index) => {
    const geometry = { pieceLengthBytes: PIECE, totalBytes };
    const pieceHashes = contentHashes(geometry, index + 10, nodeHasher);
    const name = `work-${index}`;
    const file = encodeTorrentFile({
      name,
      files: [{ path: [name], length: totalBytes }],
      pieceLength: PIECE,
      pieceHashes,
    });
    const parsed = parseTorrentFile(file, nodeHasher);
    if (!parsed.ok) throw new Error(parsed.error.message);
    return {
      content: new SimulatedContent(index, geometry, index + 10, pieceHashes),
      metainfo: parsed.value,
    };
  });
}

class Household {
  readonly world: EngineWorld;
  readonly client: Client;
  readonly address: Address;
  readonly observers = new Map<Torrent, NotedObserver>();

  constructor(world: EngineWorld, name: string, limits: ClientLimitOptions = {}, upBytesPerSec = 2e6) {
    this.world = world;
    const host = world.host({ upBytesPerSec, downBytesPerSec: 4e6 });
    let address: Address | undefined;
    this.client = new Client(
      {
        clock: world.clock,
        network: host.network,
        http: new StreamHttpClient({ clock: world.clock, network: host.network }),
        hasher: nodeHasher,
        random: SeededRandom.named(name),
      },
      {
        port: PORT,
        limits,
        onListening: (at) => {
          address = at;
        },
        onListenError: (message) => {
          throw new Error(message);
        },
      },
    );
    this.client.start();
    while (address === undefined) world.simulation.step();
    this.address = address;
  }

  add({ content, metainfo }: Work, have: 'all' | 'none', options: Partial<TorrentOptions> = {}): Torrent {
    const disk = new SimulatedDisk(this.world.simulation, content, {
      payload: 'reference',
      have,
      hasher: nodeHasher,
    });
    const observer = new NotedObserver(() => this.world.simulation.nowUs);
    const torrent = this.client.add(
      { disk, observer },
      {
        metainfo,
        onDisk: have === 'all' ? 'everything' : 'nothing',
        picker: new RarestFirstPicker(),
        choker: new TitForTat(),
        ...options,
      },
    );
    this.observers.set(torrent, observer);
    return torrent;
  }
}

const allSeed = (torrents: readonly Torrent[]): boolean =>
  torrents.every((torrent) => torrent.status().state === 'seeding');

describe('twenty torrents in one client on both ends', () => {
  it('all complete, over one port, and nothing is mixed up', () => {
    const world = new EngineWorld();
    const all = works(COUNT, 6 * PIECE);
    const giver = new Household(world, 'giver');
    const taker = new Household(world, 'taker');
    // Half of what each has the other lacks.
    const given = all.map((work, index) => giver.add(work, index % 2 === 0 ? 'all' : 'none'));
    const taken = all.map((work, index) =>
      taker.add(work, index % 2 === 0 ? 'none' : 'all', { peers: [giver.address] }),
    );
    expect(world.runUntil(() => allSeed([...given, ...taken]), 120)).toBe(true);
    for (const torrent of [...given, ...taken]) {
      expect(torrent.status().wastedBytes).toBe(0);
      expect(torrent.status().receivedBytes + torrent.status().sentBytes).toBe(6 * PIECE);
    }
    // Both sides are seeds of everything and have parted.
    world.run(5);
    expect(giver.client.limits.places.taken).toBe(0);
    expect(taker.client.limits.places.dialsUnderWay).toBe(0);
    expect(taker.client.torrentCount).toBe(COUNT);
  });

  it.each([
    ['upload', { uploadLimitBytesPerSec: 400_000 }, {}],
    ['download', {}, { downloadLimitBytesPerSec: 400_000 }],
  ] as const)('share one limit of the %s evenly', (_, giverLimits, takerLimits) => {
    const world = new EngineWorld();
    const all = works(COUNT, 64 * PIECE);
    const giver = new Household(world, 'giver', giverLimits);
    const taker = new Household(world, 'taker', takerLimits);
    for (const work of all) giver.add(work, 'all');
    const taken = all.map((work) => taker.add(work, 'none', { peers: [giver.address] }));
    const bytes = (): number[] => taken.map((torrent) => torrent.status().receivedBytes);
    const sum = (): number => bytes().reduce((total, each) => total + each, 0);
    world.run(20);
    const before = bytes();
    const sumBefore = sum();
    world.run(60);
    const rate = (sum() - sumBefore) / 60;
    expect(rate).toBeGreaterThan(0.95 * 400_000);
    expect(rate).toBeLessThan(1.05 * 400_000);
    const gains = bytes().map((now, index) => now - (before[index] as number));
    const fair = (60 * 400_000) / COUNT;
    for (const gain of gains) expect(Math.abs(gain - fair)).toBeLessThan(0.2 * fair);
    // A new limit holds at once.
    giver.client.limits.upload.setLimit(0);
    taker.client.limits.download.setLimit(0);
    world.run(5);
    expect(sum() - sumBefore).toBeGreaterThan(60 * 400_000 + 2_000_000);
  });

  it('keep the bound on connections in all, and each finds a peer', () => {
    const world = new EngineWorld();
    const all = works(COUNT, 2 * PIECE);
    const crowd = Array.from({ length: 6 }, (_, index) => new Household(world, `crowd-${index}`));
    for (const each of crowd) for (const work of all) each.add(work, 'none');
    const addresses = crowd.map(({ address }) => address);
    const narrow = new Household(world, 'narrow', { connectionsMax: 40 });
    const torrents = all.map((work) => narrow.add(work, 'none', { peers: addresses }));
    let most = 0;
    let mostDials = 0;
    for (let step = 0; step < 300; step++) {
      world.run(0.1);
      most = Math.max(most, narrow.client.limits.places.taken);
      mostDials = Math.max(mostDials, narrow.client.limits.places.dialsUnderWay);
    }
    expect(most).toBeGreaterThan(20);
    expect(most).toBeLessThanOrEqual(40);
    expect(mostDials).toBeLessThanOrEqual(50);
    for (const torrent of torrents) expect(torrent.status().connections).toBeGreaterThan(0);
    // Those who dial us find no more room than there is.
    const late = new Household(world, 'late');
    for (const work of all) late.add(work, 'none', { peers: [narrow.address] });
    world.run(10);
    expect(narrow.client.limits.places.taken).toBeLessThanOrEqual(40);
  });
});

describe('one of several torrents', () => {
  it('can be removed, and added again; the others go on', () => {
    const world = new EngineWorld();
    const all = works(3, 8 * PIECE) as [Work, Work, Work];
    const giver = new Household(world, 'giver', {}, 50_000);
    const taker = new Household(world, 'taker');
    for (const work of all) giver.add(work, 'all');
    const [first, second, third] = all.map((work) => taker.add(work, 'none', { peers: [giver.address] }));
    world.run(1);
    let removed = false;
    taker.client.remove(all[0].metainfo.infoHash, (error) => {
      removed = error === undefined;
    });
    expect(removed).toBe(false);
    world.run(1);
    expect(removed).toBe(true);
    expect(first?.status().state).toBe('stopped');
    expect(taker.client.findTorrent(all[0].metainfo.infoHash)).toBeUndefined();
    expect(world.runUntil(() => allSeed([second as Torrent, third as Torrent]), 120)).toBe(true);
    const again = taker.add(all[0], 'none', { peers: [giver.address] });
    expect(world.runUntil(() => allSeed([again]), 120)).toBe(true);
    let nothing = false;
    taker.client.remove(new Uint8Array(20), () => {
      nothing = true;
    });
    world.run(1);
    expect(nothing).toBe(true);
  });

  it('can be paused and resumed, and moves nothing in between', () => {
    const world = new EngineWorld();
    const all = works(2, 16 * PIECE) as [Work, Work];
    const giver = new Household(world, 'giver', {}, 100_000);
    const taker = new Household(world, 'taker');
    const given = all.map((work) => giver.add(work, 'all'));
    const [first, second] = all.map((work) => taker.add(work, 'none', { peers: [giver.address] })) as [
      Torrent,
      Torrent,
    ];
    world.run(2);
    first.pause();
    first.pause();
    world.run(1);
    const { receivedBytes, verifiedPieces } = first.status();
    expect(receivedBytes).toBeGreaterThan(0);
    expect(first.status()).toMatchObject({ state: 'paused', connections: 0 });
    expect(world.runUntil(() => allSeed([second]), 120)).toBe(true);
    expect(first.status()).toMatchObject({ state: 'paused', receivedBytes, verifiedPieces });
    // Nobody gets in while it is paused.
    given[0]?.addPeers([taker.address]);
    world.run(5);
    expect(first.status().connections).toBe(0);
    first.resume();
    expect(first.status().state).toBe('downloading');
    expect(world.runUntil(() => allSeed([first]), 120)).toBe(true);
    expect(first.status().receivedBytes).toBeLessThan(16 * PIECE + 8 * BLOCK);
  });

  it('can be paused while its disk is being checked, and stopped while it is paused', () => {
    const world = new EngineWorld();
    const [one, two] = works(2, 16 * PIECE) as [Work, Work];
    const home = new Household(world, 'home');
    const checked = home.add(one, 'all', { onDisk: 'unknown' });
    checked.pause();
    world.run(5);
    expect(checked.status()).toMatchObject({ state: 'paused', verifiedPieces: 16 });
    checked.resume();
    expect(checked.status().state).toBe('seeding');
    const other = home.add(two, 'all');
    other.pause();
    let stopped = false;
    home.client.stop(() => {
      stopped = true;
    });
    world.run(1);
    expect(stopped).toBe(true);
    expect([checked, other].map((torrent) => torrent.status().state)).toEqual(['stopped', 'stopped']);
    expect(home.client.limits.places.taken).toBe(0);
  });
});
