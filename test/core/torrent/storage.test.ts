/** Storage that fails: the download pauses with an error, nothing unstored is announced, and nobody is blamed for it. */
import { describe, expect, it } from 'vitest';
import { BLOCK, EngineWorld, PIECE } from '../../support/engine-world.ts';
import { expectServes } from '../../support/liveness.ts';
import { honestSeed } from '../../support/scripted-peer.ts';

describe('a disk that is full', () => {
  it('pauses the download with an error and announces nothing that is not stored', () => {
    for (const payload of ['reference', 'bytes'] as const) {
      const world = new EngineWorld({ payload, totalBytes: 400 * PIECE });
      const leecher = world.client({ roomBytes: 2 * PIECE + BLOCK });
      const listener = world.peer().connect(leecher).sayBare('haveNone');
      const giver = world.peer({ onMessage: honestSeed }).connect(leecher);
      world.run(30);
      expect(leecher.torrent.status().state).toBe('failed');
      expect(leecher.observer.of('storageFailed')).toHaveLength(1);
      // What had been asked for still comes; then nothing more.
      expect(leecher.observer.bytes('blockReceived')).toBeLessThan(20 * PIECE);
      expect(leecher.observer.verified.length * PIECE).toBeLessThanOrEqual(2 * PIECE + BLOCK);
      expect(new Set(listener.heard('have').map(({ piece }) => piece))).toEqual(
        new Set(leecher.observer.verified),
      );
      expect(giver.ended).toBeUndefined();
    }
  });

  it('blames no peer for a piece that could not be stored', () => {
    const world = new EngineWorld({ totalBytes: 2 * PIECE });
    const leecher = world.client({ roomBytes: BLOCK });
    const giver = world.peer({ onMessage: honestSeed }).connect(leecher);
    world.run(30);
    expect(leecher.torrent.status().state).toBe('failed');
    expect(leecher.observer.of('pieceFailed')).toEqual([]);
    expect(leecher.observer.of('disconnected')).toEqual([]);
    expect(giver.ended).toBeUndefined();
  });

  it('still serves what is stored, and tells the program', () => {
    const world = new EngineWorld();
    const errors: string[] = [];
    const leecher = world.client({
      roomBytes: 7 * PIECE,
      events: { onStorageFailed: (error) => errors.push(error.kind) },
    });
    world.peer({ onMessage: honestSeed }).connect(leecher);
    world.run(30);
    expect(errors).toEqual(['full']);
    expect(leecher.observer.verified).toContain(0);
    expectServes(world, leecher);
  });
});

describe('a disk that has lost what it is trusted to hold', () => {
  it('makes the client refuse every request, one by one, and say so', () => {
    const world = new EngineWorld({ totalBytes: 40 * PIECE });
    const seed = world.client({ have: 'none', onDisk: 'everything' });
    const leech = world.peer().connect(seed).sayBare('haveNone').sayBare('interested');
    leech.hear('unchoke');
    for (let piece = 0; piece < 20; piece++) leech.sayBlock('request', piece, 0, BLOCK);
    world.run(5);
    expect(leech.heard('reject')).toHaveLength(20);
    expect(leech.heard('piece')).toEqual([]);
    expect(seed.torrent.status().state).toBe('failed');
    expect(seed.observer.of('storageFailed')).toHaveLength(1);
  });
});

describe('what is on disk at the start', () => {
  it('is found by hashing, and announced and served as it is', () => {
    const world = new EngineWorld();
    const counts: number[] = [];
    const seed = world.client({
      have: 'all',
      onDisk: 'unknown',
      events: { onChecked: (count) => counts.push(count) },
    });
    world.run(1);
    expect(counts).toEqual([8]);
    expect(seed.torrent.status()).toMatchObject({ state: 'seeding', verifiedPieces: 8, leftBytes: 0 });
    expectServes(world, seed);
  });

  it('counts for nothing where the hash differs', () => {
    const world = new EngineWorld();
    const leecher = world.client({ have: 'none', onDisk: 'unknown' });
    world.run(1);
    expect(leecher.torrent.status()).toMatchObject({ state: 'downloading', verifiedPieces: 0 });
    expect(leecher.observer.of('pieceFailed')).toEqual([]);
  });

  it('is no longer looked at once the torrent is stopped', () => {
    const world = new EngineWorld({ totalBytes: PIECE });
    const seed = world.client({ have: 'all', onDisk: 'unknown' });
    let done = false;
    seed.torrent.stop(() => {
      done = true;
    });
    world.run(1);
    expect(done).toBe(true);
    expect(seed.torrent.status().state).toBe('stopped');
    expect(seed.observer.notes).toEqual([]);
  });
});
