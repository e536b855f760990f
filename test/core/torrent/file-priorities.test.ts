/** What is wanted more comes first, whatever the picker; and what is wanted may change at any time. */
import { describe, expect, it } from 'vitest';
import { LevelOrder } from '../../../src/core/strategies/level-order.ts';
import { pickers } from '../../../src/core/strategies/registry.ts';
import { BLOCK, EngineWorld, PIECE } from '../../support/engine-world.ts';

const MIXED = Uint8Array.of(1, 7, 4, 0, 4, 7, 1, 5);
const OPTIONS: Readonly<Record<string, Record<string, number>>> = { streaming: { bitrate: 100_000 } };
const HAND = 0.2;

describe.each([...pickers.values()])('the picker $name', (kind) => {
  it('starts the pieces of a higher priority first, and never those of none', () => {
    const world = new EngineWorld();
    const oracle = new LevelOrder(world.pieceCount);
    const seed = world.client({ have: 'all' });
    const client = world.client({
      picker: kind.create(OPTIONS[kind.name], { oracle }),
      priorities: MIXED,
      peers: [seed.address],
    });
    world.run(20);
    const picked = client.observer.of('piecePicked').map(({ details }) => details[0] as number);
    const priorities = picked.map((piece) => MIXED[piece]);
    expect(priorities).toEqual([7, 7, 5, 4, 4, 1, 1]);
    expect(client.torrent.status()).toMatchObject({ state: 'seeding', verifiedPieces: 7, leftBytes: 0 });
  });

  it('takes what there is of lower priority from who has nothing of a higher', () => {
    const world = new EngineWorld();
    const oracle = new LevelOrder(world.pieceCount);
    const client = world.client({
      picker: kind.create(OPTIONS[kind.name], { oracle }),
      priorities: MIXED,
    });
    const peer = world.peer().connect(client);
    peer.sayIndexed('have', 0).sayIndexed('have', 3).sayBare('unchoke');
    world.run(HAND);
    expect(new Set(peer.heard('request').map(({ piece }) => piece))).toEqual(new Set([0]));
  });
});

describe('priorities that change', () => {
  it('count from the next piece on', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all', uploadLimitBytesPerSec: PIECE });
    const client = world.client({ priorities: new Uint8Array(8).fill(1), peers: [seed.address] });
    const picks = (): number => client.observer.of('piecePicked').length;
    expect(world.runUntil(() => picks() === 3)).toBe(true);
    const before = picks();
    const started = new Set(client.observer.of('piecePicked').map(({ details }) => details[0]));
    const last = [7, 6, 5, 4].find((piece) => !started.has(piece)) as number;
    const priorities = new Uint8Array(8).fill(1);
    priorities[last] = 2;
    client.torrent.prioritize(priorities);
    world.run(20);
    expect(client.observer.of('piecePicked')[before]?.details[0]).toBe(last);
    expect(client.torrent.status()).toMatchObject({ state: 'seeding', verifiedPieces: 8 });
  });

  it('let a torrent that has finished go on, with the seeds that it parted from', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all' });
    let completed = 0;
    const client = world.client({
      priorities: Uint8Array.of(4, 0, 0, 0, 0, 0, 0, 0),
      peers: [seed.address],
      events: { onCompleted: () => completed++ },
    });
    world.run(20);
    expect(client.torrent.status()).toMatchObject({ state: 'seeding', connections: 0, verifiedPieces: 1 });
    client.torrent.prioritize(Uint8Array.of(4, 0, 0, 0, 0, 4, 0, 0));
    expect(client.torrent.status()).toMatchObject({ state: 'downloading', leftBytes: PIECE });
    world.run(20);
    expect(client.torrent.status()).toMatchObject({ state: 'seeding', verifiedPieces: 2, leftBytes: 0 });
    expect(completed).toBe(2);
    client.torrent.prioritize(new Uint8Array(8).fill(4));
    world.run(20);
    expect(client.torrent.status()).toMatchObject({ state: 'seeding', verifiedPieces: 8 });
    expect(client.observer.of('completed')).toHaveLength(1);
  });

  it('give up what is not wanted any more: requests are cancelled, and what is left may finish the torrent', () => {
    const world = new EngineWorld();
    let completed = 0;
    const client = world.client({
      priorities: Uint8Array.of(4, 0, 0, 0, 0, 7, 0, 0),
      events: { onCompleted: () => completed++ },
    });
    const peer = world.peer().connect(client);
    peer.sayBare('haveAll').sayBare('unchoke');
    world.run(HAND);
    const [first] = peer.heard('request');
    expect(first?.piece).toBe(5);
    if (first !== undefined) peer.answer(first);
    world.run(HAND);
    client.torrent.prioritize(Uint8Array.of(4, 0, 0, 0, 0, 0, 0, 0));
    world.run(HAND);
    expect(peer.heard('cancel').map(({ piece }) => piece)).toEqual([5]);
    for (const request of peer.heard('request').filter(({ piece }) => piece === 0)) peer.answer(request);
    world.run(HAND);
    expect(client.torrent.status()).toMatchObject({ state: 'seeding', leftBytes: 0, verifiedPieces: 1 });
    expect(completed).toBe(1);
    // The half that had come is fetched again when it is wanted again.
    client.torrent.prioritize(new Uint8Array(8).fill(4));
    const seed = world.client({ have: 'all' });
    client.torrent.addPeers([seed.address]);
    world.run(60);
    expect(client.torrent.status()).toMatchObject({ state: 'seeding', verifiedPieces: 8 });
    expect(client.torrent.status().wastedBytes).toBeLessThanOrEqual(BLOCK);
  });

  it('finish a torrent when nothing that is missing is wanted any more', () => {
    const world = new EngineWorld();
    const client = world.client({ have: 'none' });
    const peer = world.peer().connect(client);
    peer.sayBare('haveAll');
    world.run(HAND);
    expect(peer.heard('interested')).toHaveLength(1);
    client.torrent.prioritize(new Uint8Array(8));
    world.run(HAND);
    expect(client.torrent.status()).toMatchObject({ state: 'seeding', leftBytes: 0, verifiedPieces: 0 });
    expect(client.observer.of('completed')).toEqual([]);
    expect(peer.heard('notInterested').length + Number(peer.ended !== undefined)).toBeGreaterThan(0);
  });
});
