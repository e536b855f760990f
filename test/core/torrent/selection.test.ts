/** Fetching a part: chosen pieces only, and no padding. */
import { describe, expect, test } from 'vitest';
import { Bitfield } from '../../../src/core/bitfield.ts';
import {
  encodeTorrentFile,
  type Metainfo,
  matchFiles,
  parseFileChoice,
  parseTorrentFile,
  piecePriorities,
  withPadding,
} from '../../../src/core/metainfo/index.ts';
import { PaddingBlocks } from '../../../src/core/pieces/padding-blocks.ts';
import { BLOCK, EngineWorld, PIECE } from '../../support/engine-world.ts';
import { nodeHasher } from '../../support/fake-world.ts';

function pieces(...list: readonly number[]): Bitfield {
  const set = new Bitfield(8);
  for (const piece of list) set.set(piece);
  return set;
}

/** Of the eight pieces these, all alike. */
function only(...list: readonly number[]): Uint8Array {
  return Uint8Array.from({ length: 8 }, (_, piece) => (list.includes(piece) ? 4 : 0));
}

describe('a torrent of which a part is wanted', () => {
  test('fetches that and no more, has then finished, and says to nobody that it is complete', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all' });
    let completed = 0;
    const client = world.client({
      priorities: only(1, 2, 7),
      peers: [seed.address],
      events: { onCompleted: () => completed++ },
    });
    world.run(20);
    const bytes = 2 * PIECE + BLOCK + 1000;
    expect(client.torrent.status()).toMatchObject({ state: 'seeding', receivedBytes: bytes, leftBytes: 0 });
    expect(client.observer.verified.toSorted()).toEqual([1, 2, 7]);
    expect(client.observer.of('completed')).toEqual([]);
    expect(completed).toBe(1);
    // A seed has nothing more for it.
    expect(client.observer.reasons).toEqual(['both are seeds']);
  });

  test('is not interested in a peer that has nothing of it, and serves what it has', () => {
    const world = new EngineWorld();
    const first = world.client({ have: 'all', onDisk: pieces(0, 3), priorities: only(1) });
    const second = world.client({ priorities: only(0, 3), peers: [first.address] });
    world.run(20);
    expect(second.torrent.status()).toMatchObject({ state: 'seeding', verifiedPieces: 2 });
    expect(first.observer.of('interestChanged')).toEqual([]);
    expect(first.torrent.status()).toMatchObject({ state: 'downloading', leftBytes: PIECE });
  });

  test('counts what is there already, wanted or not', () => {
    const world = new EngineWorld();
    const client = world.client({ have: 'all', onDisk: pieces(0, 1), priorities: only(1, 2) });
    world.run(1);
    expect(client.torrent.status()).toMatchObject({ verifiedPieces: 2, leftBytes: PIECE });
  });
});

test.each([
  ['1', [0]],
  ['1,3-5', [0, 2, 3, 4]],
  [' 5 , 1 - 2,2', [0, 1, 4]],
  ['0', undefined],
  ['6', undefined],
  ['3-2', undefined],
  ['1,', undefined],
  ['a', undefined],
  ['-1', undefined],
  ['', undefined],
])('the choice %j of five files is %j', (text, indices) => {
  expect(parseFileChoice(text, 5)).toEqual(indices);
});

describe('padding', () => {
  /** Files of 1 1/4, 1/8 and 2 pieces of 64 KiB, each but the last padded to whole pieces; one pad more than a piece. */
  function padded() {
    const pieceLength = 4 * BLOCK;
    const files = [
      ...withPadding(
        [
          { path: ['a'], length: 5 * BLOCK + 10 },
          { path: ['b'], length: BLOCK / 2 },
        ],
        pieceLength,
      ),
      { path: ['.pad', 'x'], length: 7 * BLOCK + BLOCK / 2, pad: true },
      { path: ['c'], length: 2 * pieceLength },
    ];
    const parsed = parseTorrentFile(
      encodeTorrentFile({ name: 'x', files, pieceLength, pieceHashes: new Uint8Array(6 * 20) }),
      nodeHasher,
    );
    if (!parsed.ok) throw new Error(parsed.error.message);
    return parsed.value;
  }

  test('is whole blocks, also where a pad ends or begins within one', () => {
    const metainfo = padded();
    const padding = PaddingBlocks.of(metainfo);
    const blocks = Array.from({ length: metainfo.pieceCount }, (_, piece) => padding?.of(piece));
    expect(blocks).toEqual([[], [2, 3], [1, 2, 3], [0, 1, 2, 3], [], []]);
    expect(padding?.wholePieces(metainfo.geometry)).toEqual([3]);
  });

  test('is no block of which a part belongs to a file', () => {
    const { geometry } = padded();
    const pad = { offset: 10, length: 3 * BLOCK, pad: true };
    const padding = PaddingBlocks.of({ files: [pad], geometry } as unknown as Metainfo);
    expect([padding?.of(0), padding?.of(1)]).toEqual([[1, 2], []]);
    const small = { offset: 10, length: BLOCK, pad: true };
    expect(PaddingBlocks.of({ files: [small], geometry } as unknown as Metainfo)).toBeUndefined();
  });

  test('of a torrent without pads is nothing to look at', () => {
    expect(PaddingBlocks.of(new EngineWorld().metainfo)).toBeUndefined();
  });

  test('goes with the file before it, and a piece that files share has the highest of their priorities', () => {
    const metainfo = padded();
    const ofFiles = (a: number, b: number, c: number) =>
      piecePriorities(metainfo, Uint8Array.of(a, 7, b, 7, c));
    expect(metainfo.files.map(({ pad }) => pad)).toEqual([false, true, false, true, false]);
    expect(ofFiles(4, 0, 0)).toEqual(Uint8Array.of(4, 4, 0, 0, 0, 0));
    expect(ofFiles(0, 5, 0)).toEqual(Uint8Array.of(0, 0, 5, 5, 0, 0));
    expect(ofFiles(0, 0, 1)).toEqual(Uint8Array.of(0, 0, 0, 0, 1, 1));
    expect(ofFiles(1, 6, 3)).toEqual(Uint8Array.of(1, 1, 6, 6, 3, 3));
    expect(ofFiles(6, 6, 6)).toBeUndefined();
    expect(ofFiles(0, 0, 0)).toEqual(new Uint8Array(6));
    const together = Uint8Array.of(2, 5, 0);
    const layout = { piecesOf: (file: number) => ({ first: file, end: file + 2 }) };
    const files = [{ pad: false }, { pad: false }, { pad: false }];
    const shared = { pieceCount: 4, files, layout } as unknown as Metainfo;
    expect(piecePriorities(shared, together)).toEqual(Uint8Array.of(2, 5, 5, 0));
  });
});

describe('a pattern means', () => {
  const files = ['show/1.mkv', 'show/extra/2.mkv', 'show/extra/(notes).txt', 'show/.pad/9'].map((path) => ({
    path: path.split('/'),
    pad: path.includes('.pad'),
  }));
  test.each([
    ['*.mkv', [0, 1]],
    ['?.mkv', [0, 1]],
    ['1.mkv', [0]],
    ['extra/*', [1, 2]],
    ['show/*', [0]],
    ['show/**', [0, 1, 2]],
    ['(notes).txt', [2]],
    ['**', [0, 1, 2]],
    ['2-3', [1, 2]],
    ['9', undefined],
    ['5', undefined],
    ['*.MKV', undefined],
    ['[1].mkv', undefined],
    ['extra', undefined],
  ])('%j: %j', (pattern, meant) => {
    expect(matchFiles(pattern, { files } as unknown as Metainfo)).toEqual(meant);
  });
});
