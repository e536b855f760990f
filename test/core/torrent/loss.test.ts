/** Pieces that we had and that are gone (BEP 54): others are told, and what is missing is fetched again. */
import { describe, expect, it } from 'vitest';
import { fromLatin1 } from '../../../src/core/bytes.ts';
import type { Disk } from '../../../src/core/ports.ts';
import { DoubtedPieces } from '../../../src/core/torrent/doubted-pieces.ts';
import { BLOCK, type ClientSettings, EngineWorld, type Testee } from '../../support/engine-world.ts';
import type { Conversation } from '../../support/scripted-peer.ts';

/** The number that the scripted peer has for the message. */
const THEIR_ID = 7;
const HANDSHAKE = fromLatin1(`d1:md11:lt_donthavei${THEIR_ID}eee`);

/** A seed, and an unchoked peer that understands when something is lost. */
function meet(settings: ClientSettings = {}) {
  const world = new EngineWorld();
  const seed = world.client({ have: 'all', peerExchange: true, ...settings });
  const peer = world.peer({ extended: true }).connect(seed);
  peer.sayExtended(0, HANDSHAKE).sayBare('haveNone').sayBare('interested');
  expect(peer.hear('unchoke', 30)).toBeDefined();
  return { world, seed, peer: peer.moveOn() };
}

/** Pieces that it was told are gone. */
function toldLost(peer: Conversation): number[] {
  return peer
    .heard('extended')
    .filter(({ piece }) => piece === THEIR_ID)
    .map(({ bytes }) => new DataView((bytes as Uint8Array).buffer).getUint32(0));
}

/** The disk cannot be read while the peer asks for this piece. */
function failOnce({ world, seed, peer }: ReturnType<typeof meet>, piece: number): void {
  const lift = seed.disk.storage.lay({ kind: 'failing', what: 'reads' });
  peer.sayBlock('request', piece, 0, BLOCK);
  world.run(2);
  lift();
}

const lost = (testee: Testee): unknown[] => testee.observer.of('pieceLost').map(({ details }) => details[0]);

describe('a piece that the disk cannot read any more', () => {
  it('is refused, and everybody is told that it is gone', () => {
    const meeting = meet({ onLoss: 'serve' });
    const { world, seed, peer } = meeting;
    const deaf = world.peer({ extended: true }).connect(seed).sayBare('haveNone');
    failOnce(meeting, 3);
    expect(peer.hear('reject')).toMatchObject({ piece: 3 });
    expect([toldLost(peer), toldLost(deaf)]).toEqual([[3], []]);
    expect(lost(seed)).toEqual([3]);
    // The others are still there, for those who were told and for newcomers.
    peer.sayBlock('request', 3, 0, BLOCK).sayBlock('request', 4, 0, BLOCK);
    expect(peer.hear('piece')).toMatchObject({ piece: 4 });
    expect(peer.heard('reject')).toHaveLength(2);
    const late = world.peer().connect(seed);
    expect(late.heard('haveAll')).toEqual([]);
    expect(late.hear('bitfield')?.bytes).toEqual(Uint8Array.of(0b1110_1111));
    expect(seed.torrent.status()).toMatchObject({ state: 'seeding', verifiedPieces: 7 });
    expect(seed.observer.of('storageFailed')).toEqual([]);
  });

  it('is fetched again where that is wanted, and everybody hears that it is there again', () => {
    const meeting = meet({ onLoss: 'fetch' });
    const { world, seed, peer } = meeting;
    failOnce(meeting, 3);
    expect(seed.torrent.status().state).toBe('downloading');
    const other = world.client({ have: 'all' });
    seed.torrent.addPeers([other.address]);
    expect(world.runUntil(() => seed.torrent.status().state === 'seeding', 60)).toBe(true);
    expect(toldLost(peer)).toEqual([3]);
    expect(peer.hear('have')).toMatchObject({ piece: 3 });
    peer.sayBlock('request', 3, 0, BLOCK);
    expect(peer.hear('piece')).toMatchObject({ piece: 3 });
  });

  it('is a failure of storage otherwise', () => {
    const meeting = meet();
    failOnce(meeting, 3);
    expect(meeting.seed.torrent.status().state).toBe('failed');
    expect([toldLost(meeting.peer), lost(meeting.seed)]).toEqual([[], []]);
  });
});

describe('looking at everything again', () => {
  it('finds nothing where nothing is lost, and tells of each piece that is', () => {
    const { world, seed, peer } = meet({ onLoss: 'fetch' });
    seed.torrent.recheck();
    world.run(5);
    expect([lost(seed), seed.torrent.status().state]).toEqual([[], 'seeding']);
    const lift = seed.disk.storage.lay({ kind: 'failing', what: 'reads' });
    seed.torrent.recheck();
    seed.torrent.recheck();
    world.run(5);
    lift();
    const all = Array.from({ length: world.pieceCount }, (_, piece) => piece);
    expect([lost(seed), toldLost(peer)]).toEqual([all, all]);
    expect(seed.torrent.status()).toMatchObject({ state: 'downloading', verifiedPieces: 0 });
    const other = world.client({ have: 'all' });
    seed.torrent.addPeers([other.address]);
    expect(world.runUntil(() => seed.torrent.status().state === 'seeding', 60)).toBe(true);
    world.run(5);
    expect(
      peer
        .heard('have')
        .map(({ piece }) => piece)
        .sort(),
    ).toEqual(all);
  });
});

describe('what is in doubt', () => {
  it('is hashed once, a few at a time, and lost only if it is not right', () => {
    const asked: number[] = [];
    const gone: number[] = [];
    const disk = { hash: (piece: number) => asked.push(piece) } as unknown as Disk;
    const right = Uint8Array.of(1);
    const doubted = new DoubtedPieces(disk, { pieceHash: () => right, onLost: (piece) => gone.push(piece) });
    for (const piece of [5, 6, 5, 7, 8, 9, 6, 10]) doubted.doubt(piece);
    expect(asked).toEqual([5, 6, 7, 8]);
    expect(doubted.onHashed(4, right)).toBe(false);
    expect([doubted.onHashed(5, right), doubted.onHashed(6, Uint8Array.of(2))]).toEqual([true, true]);
    expect([asked.slice(4), gone]).toEqual([[9, 10], [6]]);
    for (const piece of [7, 8, 9, 10]) doubted.onHashed(piece, piece === 9 ? undefined : right);
    expect([gone, doubted.onHashed(9, right)]).toEqual([[6, 9], false]);
  });
});
