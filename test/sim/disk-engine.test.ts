/** The engine on disks that are full, slow, wrong or forgetful: it tells nobody of what it does not have, and recovers. */
import { describe, expect, it } from 'vitest';
import { SequentialPicker } from '../../src/core/strategies/sequential-picker.ts';
import { BLOCK, EngineWorld, PIECE } from '../support/engine-world.ts';
import { expectServes } from '../support/liveness.ts';
import { type Conversation, honestSeed, poisoner } from '../support/scripted-peer.ts';
import { type Session, startSession, storageIn } from './disk-session.ts';

const announced = (listener: Conversation): Set<number> =>
  new Set(listener.heard('have').map(({ piece }) => piece));

const isSeed = (session: Session) => (): boolean => session.torrent.status().state === 'seeding';

describe.each(['reference', 'bytes'] as const)('a disk (%s) that is full for a while', (payload) => {
  it('holds the download up, and no longer than until the next try after there is room', () => {
    const world = new EngineWorld({ payload, totalBytes: 100 * PIECE });
    const storage = storageIn(world, { roomBytes: 2 * PIECE + BLOCK });
    const leecher = startSession(world, storage);
    const listener = world
      .peer()
      .connect(leecher as never)
      .sayBare('haveNone');
    const giver = world.peer({ onMessage: honestSeed }).connect(leecher as never);
    world.run(10);
    expect(leecher.torrent.status().state).toBe('failed');
    const writes = leecher.disk.writes;
    world.run(100);
    // Tries with one block each.
    expect(leecher.disk.writes - writes).toBe(3);
    expect(leecher.observer.of('storageFailed')).toHaveLength(1);
    for (const piece of announced(listener)) expect(storage.holds(piece)).toBe(true);
    storage.setRoom(1000 * PIECE);
    expect(world.runUntil(() => leecher.torrent.status().state === 'downloading', 31)).toBe(true);
    expect(world.runUntil(isSeed(leecher), 60)).toBe(true);
    expect(leecher.observer.of('pieceFailed')).toEqual([]);
    expect(leecher.observer.reasons.filter((reason) => reason.startsWith('sent'))).toEqual([]);
    world.run(1);
    expect(giver.ended).toBe('finished');
    for (let piece = 0; piece < world.pieceCount; piece++) expect(storage.holds(piece)).toBe(true);
    expectServes(world, leecher as never);
  });

  it('may be full again and again', () => {
    const world = new EngineWorld({ payload, totalBytes: 40 * PIECE });
    const storage = storageIn(world, { roomBytes: 5 * PIECE });
    const leecher = startSession(world, storage);
    world.peer({ onMessage: honestSeed }).connect(leecher as never);
    for (let round = 0; round < 20 && !isSeed(leecher)(); round++) {
      world.run(40);
      storage.setRoom(5 * PIECE);
    }
    expect(isSeed(leecher)()).toBe(true);
    expect(leecher.observer.of('storageFailed').length).toBeGreaterThan(3);
    expect(new Set(leecher.observer.verified).size).toBe(40);
    expect(leecher.observer.verified).toHaveLength(40);
  });

  it('is left alone by a client that leaves', () => {
    const world = new EngineWorld({ payload });
    const storage = storageIn(world, { roomBytes: PIECE });
    const leecher = startSession(world, storage);
    world.peer({ onMessage: honestSeed }).connect(leecher as never);
    world.run(10);
    let left = false;
    leecher.client.stop(() => {
      left = true;
    });
    world.run(1);
    expect(left).toBe(true);
    expect(storage.isOpen).toBe(false);
    const { writes } = leecher.disk;
    storage.setRoom(1000 * PIECE);
    world.run(100);
    expect(leecher.disk.writes).toBe(writes);
    expect(leecher.torrent.status().state).toBe('stopped');
  });
});

describe('a disk that fails', () => {
  it('ends the download for good, also after it was full', () => {
    const world = new EngineWorld({ totalBytes: 100 * PIECE });
    const storage = storageIn(world, { roomBytes: 4 * PIECE });
    const leecher = startSession(world, storage, { picker: new SequentialPicker() });
    world.peer({ onMessage: honestSeed }).connect(leecher as never);
    world.run(10);
    const lift = storage.lay({ kind: 'failing', what: 'writes' });
    world.run(31);
    lift();
    storage.setRoom(1000 * PIECE);
    const { writes } = leecher.disk;
    world.run(200);
    expect(leecher.disk.writes).toBe(writes);
    expect(leecher.torrent.status().state).toBe('failed');
    expectServes(world, leecher as never);
  });
});

describe('a slow disk', () => {
  const FAST = { upBytesPerSec: 20e6, downBytesPerSec: 20e6 };

  it('sets the pace of the download, and what waits for it stays within its bound', () => {
    const world = new EngineWorld({ totalBytes: 100 * 2 ** 20, pieceLength: 2 ** 20 });
    const storage = storageIn(world, { writeBytesPerSec: 2 ** 20 });
    const leecher = startSession(world, storage, { link: FAST });
    world.peer({ onMessage: honestSeed, link: FAST }).connect(leecher as never);
    world.run(50);
    // At most the bound ahead of the disk, and the disk was never idle.
    expect(leecher.observer.verified.length).toBeGreaterThanOrEqual(48);
    expect(leecher.observer.verified.length).toBeLessThanOrEqual(50);
    expect(world.runUntil(isSeed(leecher), 60)).toBe(true);
    const doneUs = leecher.observer.of('completed')[0]?.atUs as number;
    expect(doneUs).toBeGreaterThanOrEqual(100e6);
    expect(doneUs).toBeLessThan(101e6);
    // 4 MiB, and what had been asked for by then: at most 250 blocks of a remote that says nothing of its queue.
    expect(leecher.disk.mostWaitingBytes).toBeLessThanOrEqual((256 + 250) * BLOCK);
    expect(leecher.observer.of('snubbed')).toEqual([]);
  });

  it('that is fast enough is never waited for', () => {
    const outcomes = [0, 40e6].map((writeBytesPerSec) => {
      const world = new EngineWorld({ totalBytes: 20 * 2 ** 20, pieceLength: 2 ** 18 });
      const leecher = startSession(world, storageIn(world, { writeBytesPerSec }), { link: FAST });
      world.peer({ onMessage: honestSeed, link: FAST }).connect(leecher as never);
      expect(world.runUntil(isSeed(leecher), 60)).toBe(true);
      return leecher.observer.of('completed')[0]?.atUs as number;
    });
    expect((outcomes[1] as number) - (outcomes[0] as number)).toBeLessThan(100_000);
  });

  it('slows what is served down to its reads', () => {
    const world = new EngineWorld({ totalBytes: 4 * 2 ** 20, pieceLength: 2 ** 18 });
    const seed = startSession(world, storageIn(world, { have: 'all', readBytesPerSec: 2 ** 18 }), {
      onDisk: 'everything',
      link: FAST,
    });
    const leecher = startSession(world, storageIn(world), { peers: [seed.address], link: FAST });
    expect(world.runUntil(isSeed(leecher), 60)).toBe(true);
    const doneUs = leecher.observer.of('completed')[0]?.atUs as number;
    expect(doneUs).toBeGreaterThanOrEqual(16e6);
    expect(doneUs).toBeLessThan(28e6);
  });
});

describe.each(['reference', 'bytes'] as const)('a disk (%s) that corrupts', (payload) => {
  const blamed = (session: Session): string[] =>
    session.observer
      .of('disconnected')
      .filter(({ details }) => details[1] === 'remote')
      .map(({ remote }) => session.observer.remotes[remote]?.host as string)
      .toSorted();

  it.each([1, 4])('costs pieces, which are fetched again, and none of %i honest remotes', (count) => {
    const world = new EngineWorld({ payload, totalBytes: 200 * PIECE });
    const storage = storageIn(world, { corruptPerMillion: 50_000 });
    const leecher = startSession(world, storage);
    const listener = world
      .peer()
      .connect(leecher as never)
      .sayBare('haveNone');
    const givers = Array.from({ length: count }, () =>
      world.peer({ onMessage: honestSeed }).connect(leecher as never),
    );
    expect(world.runUntil(isSeed(leecher), 120)).toBe(true);
    world.run(1);
    // About one in ten, and some of them again.
    expect(leecher.observer.of('pieceFailed').length).toBeGreaterThan(10);
    expect(blamed(leecher)).toEqual([]);
    expect(givers.map(({ ended }) => ended)).toEqual(new Array(count).fill('finished'));
    expect(announced(listener).size).toBe(200);
    for (let piece = 0; piece < world.pieceCount; piece++) expect(storage.holds(piece)).toBe(true);
  });

  it('hides no poisoner among the honest', () => {
    const world = new EngineWorld({ payload, totalBytes: 200 * PIECE });
    const leecher = startSession(world, storageIn(world, { corruptPerMillion: 50_000 }));
    const peers = [honestSeed, poisoner, honestSeed, poisoner].map((onMessage) => world.peer({ onMessage }));
    const [first, , third] = peers.map((peer) => peer.connect(leecher as never));
    expect(world.runUntil(isSeed(leecher), 120)).toBe(true);
    world.run(1);
    expect(blamed(leecher)).toEqual([peers[1]?.host.address, peers[3]?.host.address].toSorted());
    expect([first?.ended, third?.ended]).toEqual(['finished', 'finished']);
  });
});

describe.each(['reference', 'bytes'] as const)('a crash (%s)', (payload) => {
  it('costs what was not synced: that is fetched again, the rest is found, and only what is there is announced', () => {
    const world = new EngineWorld({ payload, totalBytes: 60 * PIECE });
    const storage = storageIn(world, { unsyncedUs: 1_000_000 });
    const slow = { upBytesPerSec: 5 * PIECE, downBytesPerSec: 5 * PIECE };
    const first = startSession(world, storage, { link: slow });
    world.peer({ onMessage: honestSeed }).connect(first as never);
    world.run(6);
    const verified = new Set(first.observer.verified);
    first.crash();
    const kept = [...verified].filter((piece) => storage.holds(piece));
    expect(verified.size - kept.length).toBeGreaterThanOrEqual(4);
    expect(verified.size - kept.length).toBeLessThanOrEqual(7);
    expect(kept.length).toBeGreaterThan(15);

    const second = startSession(world, storage, { onDisk: 'unknown', link: slow });
    const listener = world
      .peer()
      .connect(second as never)
      .sayBare('haveNone');
    expect(second.observer.verified.toSorted((a, b) => a - b)).toEqual(kept.toSorted((a, b) => a - b));
    world.run(0.2);
    const described = listener.heard('bitfield')[0]?.bytes as Uint8Array;
    for (let piece = 0; piece < world.pieceCount; piece++) {
      const said = ((described[piece >> 3] as number) >> (7 - (piece & 7))) & 1;
      expect(said === 1).toBe(kept.includes(piece));
    }
    world.peer({ onMessage: honestSeed }).connect(second as never);
    expect(world.runUntil(isSeed(second), 60)).toBe(true);
    expect(second.observer.of('pieceFailed')).toEqual([]);
    // Nothing that was kept is fetched a second time.
    expect(second.observer.bytes('blockReceived')).toBe((60 - kept.length) * PIECE);
    expect(first.observer.verified).toEqual([...verified]);
    for (let piece = 0; piece < world.pieceCount; piece++) expect(storage.holds(piece)).toBe(true);
  });

  it('in the middle of a check of the disk does no harm', () => {
    const world = new EngineWorld({ payload });
    const storage = storageIn(world, { have: 'all', accessUs: 100_000 });
    const first = startSession(world, storage, { onDisk: 'unknown' });
    world.run(0.35);
    expect(first.observer.verified).toEqual([0, 1, 2]);
    first.crash();
    const second = startSession(world, storage, { onDisk: 'unknown' });
    world.run(1);
    expect(second.torrent.status()).toMatchObject({ state: 'seeding', verifiedPieces: 8 });
    expect(first.observer.verified).toEqual([0, 1, 2]);
  });
});
