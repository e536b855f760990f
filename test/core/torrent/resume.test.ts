/** Starting with what is known of the disk: trusted pieces, pieces in doubt, and single blocks. */
import { expect, test } from 'vitest';
import { Bitfield } from '../../../src/core/bitfield.ts';
import type { PartialPiece, StoredContent } from '../../../src/core/torrent/stored-content.ts';
import { BLOCK, EngineWorld, PIECE } from '../../support/engine-world.ts';

function content(
  parts: Partial<Record<'trusted' | 'inDoubt', readonly number[]>>,
  partial: PartialPiece[] = [],
): StoredContent {
  const set = (pieces: readonly number[] = []): Bitfield => {
    const bitfield = new Bitfield(8);
    for (const piece of pieces) bitfield.set(piece);
    return bitfield;
  };
  return { trusted: set(parts.trusted), inDoubt: set(parts.inDoubt), partial };
}

test('what is in doubt is hashed, and nothing else: trusted pieces are not looked at', () => {
  const world = new EngineWorld();
  // The disk holds everything, so a piece that is neither trusted nor in doubt is fetched again.
  const client = world.client({ have: 'all', onDisk: content({ trusted: [0, 1], inDoubt: [2, 5] }) });
  world.run(1);
  expect(client.torrent.status()).toMatchObject({ state: 'downloading', verifiedPieces: 4 });
  expect([0, 1, 2, 5].every((piece) => client.torrent.hasPiece(piece))).toBe(true);
});

test('a piece in doubt that the disk does not hold is not had', () => {
  const world = new EngineWorld();
  const client = world.client({ have: 'none', onDisk: content({ inDoubt: [2, 5] }) });
  world.run(1);
  expect(client.torrent.status()).toMatchObject({ state: 'downloading', verifiedPieces: 0 });
});

test('stored blocks are not asked for again; a piece of which they are wrong is fetched again, and nobody is blamed', () => {
  const world = new EngineWorld({ payload: 'bytes' });
  const seed = world.client({ have: 'all' });
  const partial = [{ piece: 3, blocks: Uint8Array.of(0x80) }];
  // The disk holds nothing: the remembered block is not there.
  const client = world.client({ onDisk: content({}, partial), peers: [seed.address] });
  world.run(30);
  expect(client.torrent.status()).toMatchObject({ state: 'seeding' });
  expect(client.torrent.status().receivedBytes).toBe(world.metainfo.totalLength + PIECE - BLOCK);
  expect(client.observer.of('pieceFailed')).toHaveLength(1);
  expect(client.observer.of('disconnected').filter((note) => note.details[1] === 'remote')).toEqual([]);
});

test('what is remembered of unfinished pieces is what was received of them', () => {
  const world = new EngineWorld();
  const seed = world.client({ have: 'all', uploadLimitBytesPerSec: 8000 });
  const first = world.client({ peers: [seed.address] });
  let partial: PartialPiece[] = [];
  for (let step = 0; step < 200 && partial.length === 0; step++) {
    world.run(0.1);
    partial = first.torrent.partialPieces();
  }
  expect(partial).toHaveLength(1);
  expect([0x80, 0x40]).toContain(partial[0]?.blocks[0]);
});

test.each([
  ['no such piece', { piece: 8, blocks: Uint8Array.of(0x80) }],
  ['a negative piece', { piece: -1, blocks: Uint8Array.of(0x80) }],
  ['too many blocks', { piece: 0, blocks: Uint8Array.of(0xff) }],
  ['bytes for more blocks', { piece: 0, blocks: new Uint8Array(100) }],
  ['a piece that is there', { piece: 1, blocks: Uint8Array.of(0x80) }],
])('%s in what is remembered changes nothing', (_, partial) => {
  const world = new EngineWorld();
  const seed = world.client({ have: 'all' });
  const onDisk = content({ trusted: [1] }, [partial]);
  const client = world.client({ have: 'all', onDisk, peers: [seed.address] });
  world.run(30);
  expect(client.torrent.status()).toMatchObject({
    state: 'seeding',
    receivedBytes: world.metainfo.totalLength - PIECE,
  });
});
