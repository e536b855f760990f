/** Super-seeding (BEP 16): one piece to each, another once it has spread, and nothing leaves twice without need. */
import { describe, expect, it } from 'vitest';
import { BLOCK, type ClientSettings, EngineWorld, PIECE } from '../../support/engine-world.ts';
import type { Conversation } from '../../support/scripted-peer.ts';

const HAND = 0.2;
const superSeed = (world: EngineWorld, settings: ClientSettings = {}) =>
  world.client({ have: 'all', superSeeding: true, ...settings });

/** The pieces that the client has named in this conversation. */
const named = (conversation: Conversation): number[] => conversation.heard('have').map(({ piece }) => piece);

describe('a super-seed', () => {
  it('says that it has nothing and names one piece, another to each peer', () => {
    const world = new EngineWorld();
    const seed = superSeed(world);
    const peers = [0, 1, 2, 3].map(() => world.peer().connect(seed));
    world.run(HAND);
    for (const peer of peers) {
      expect(peer.words.slice(0, 3)).toEqual(['handshake', 'haveNone', 'have']);
      expect(peer.heard('allowedFast', 'suggest', 'bitfield', 'haveAll')).toEqual([]);
    }
    expect(new Set(peers.flatMap(named)).size).toBe(4);
    // To one that cannot be told that we have nothing, nothing is said.
    const plain = world.peer({ fast: false }).connect(seed);
    expect(plain.words).toEqual(['handshake', 'have']);
  });

  it('names another piece once somebody else has the first, and not before', () => {
    const world = new EngineWorld();
    const seed = superSeed(world);
    const [one, two] = [0, 1].map(() => world.peer().connect(seed).sayBare('haveNone')) as [
      Conversation,
      Conversation,
    ];
    world.run(HAND);
    const [first] = named(one) as [number];
    one.sayIndexed('have', first);
    world.run(10);
    expect(named(one)).toEqual([first]);
    two.sayIndexed('have', first);
    world.run(HAND);
    expect(named(one)).toHaveLength(2);
    expect(named(two)).toHaveLength(1);
    expect(new Set([...named(one), ...named(two)]).size).toBe(3);
  });

  it('serves what it has named, and refuses everything else', () => {
    const world = new EngineWorld();
    const seed = superSeed(world);
    const peer = world.peer().connect(seed);
    const [piece] = named(peer) as [number];
    peer.sayBare('interested');
    peer.hear('unchoke');
    peer.sayBlock('request', piece, 0, BLOCK);
    expect(peer.hear('piece')).toMatchObject({ piece });
    const other = (piece + 1) % 7;
    peer.sayBlock('request', other, 0, BLOCK);
    expect(peer.hear('reject')).toMatchObject({ piece: other });
  });

  it('goes on with the only peer that there is, and with one whom nobody else can reach', () => {
    const world = new EngineWorld();
    const seed = superSeed(world);
    const alone = world.peer().connect(seed).sayBare('haveNone');
    world.run(HAND);
    alone.sayIndexed('have', named(alone)[0] as number);
    world.run(HAND);
    expect(named(alone)).toHaveLength(2);
    world.peer().connect(seed).sayBare('haveNone');
    alone.sayIndexed('have', named(alone)[1] as number);
    world.run(29);
    expect(named(alone)).toHaveLength(2);
    world.run(2);
    expect(named(alone)).toHaveLength(3);
  });

  it('offers to others what one that left has not fetched', () => {
    const world = new EngineWorld({ totalBytes: 2 * PIECE });
    const seed = superSeed(world);
    const one = world.peer().connect(seed);
    const two = world.peer().connect(seed);
    const [lost] = named(one) as [number];
    one.stream?.reset();
    world.run(HAND);
    const three = world.peer().connect(seed);
    expect(named(three)).toEqual([lost]);
    expect(named(two)).not.toEqual([lost]);
  });

  it('is a seed like any other once every piece has left', () => {
    const world = new EngineWorld();
    const seed = superSeed(world);
    const [one, two] = [0, 1].map(() => world.peer().connect(seed).sayBare('haveNone')) as [
      Conversation,
      Conversation,
    ];
    for (let piece = 0; piece < world.pieceCount - 1; piece++) two.sayIndexed('have', piece);
    world.run(HAND);
    expect(new Set(named(one)).size).toBeLessThan(world.pieceCount);
    one.sayIndexed('have', world.pieceCount - 1);
    world.run(HAND);
    expect(new Set(named(one)).size).toBe(world.pieceCount);
    expect(named(one)).toHaveLength(world.pieceCount);
    const late = world.peer().connect(seed);
    expect(late.words).toEqual(['handshake', 'haveAll']);
  });

  it('bears a remote that claims everything, claims twice, or claims and leaves', () => {
    const world = new EngineWorld();
    const seed = superSeed(world);
    const peer = world.peer().connect(seed);
    for (const _ of [1, 2, 3]) peer.sayIndexed('have', named(peer)[0] as number);
    peer.sayBitfield(0, 1, 2).sayBitfield(0, 1, 2);
    peer.stream?.reset();
    world.run(60);
    world.peer().connect(seed).sayBare('haveAll');
    world.run(60);
    expect(seed.torrent.status().state).toBe('seeding');
    const late = world.peer().connect(seed);
    expect(late.words).toEqual(['handshake', 'haveAll']);
  });
});

describe('a swarm with one super-seed', () => {
  function copiesSent(superSeeding: boolean): number {
    const world = new EngineWorld({ totalBytes: 60 * PIECE });
    const seed = world.client({ have: 'all', superSeeding, link: { upBytesPerSec: 100_000 } });
    const leechers = Array.from({ length: 6 }, () =>
      world.client({ peers: [seed.address], link: { upBytesPerSec: 200_000 } }),
    );
    for (const [index, leecher] of leechers.entries()) {
      leecher.torrent.addPeers(leechers.slice(0, index).map(({ address }) => address));
    }
    const isDone = (): boolean => leechers.every(({ torrent }) => torrent.status().state === 'seeding');
    expect(world.runUntil(isDone, 900)).toBe(true);
    return seed.torrent.status().sentBytes / world.content.totalBytes;
  }

  it('completes, and the seed sends each piece about once', () => {
    const copies = copiesSent(true);
    expect(copies).toBeLessThan(1.2);
    expect(copies).toBeLessThan(copiesSent(false));
  });
});
