/** What a new torrent is made of: the length of its pieces, padding, its magnet link. */
import { describe, expect, test } from 'vitest';
import {
  choosePieceLength,
  encodeTorrentFile,
  FileLayout,
  magnetLink,
  PieceGeometry,
  parseTorrentFile,
  withPadding,
} from '../../../src/core/metainfo/index.ts';
import { nodeHasher } from '../../support/fake-world.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

describe('choosePieceLength', () => {
  test.each([
    [1, 16 * KIB],
    [32 * MIB, 16 * KIB],
    [32 * MIB + 1, 32 * KIB],
    [700 * MIB, 512 * KIB],
    [4 * GIB, 2 * MIB],
    [32 * GIB, 16 * MIB],
    [1024 * GIB, 16 * MIB],
  ])('cuts %d bytes into pieces of %d', (totalLength, pieceLength) => {
    expect(choosePieceLength(totalLength)).toBe(pieceLength);
    if (pieceLength > 16 * KIB && pieceLength < 16 * MIB) {
      expect(new PieceGeometry(totalLength, pieceLength).pieceCount).toBeLessThanOrEqual(2048);
      expect(new PieceGeometry(totalLength, pieceLength / 2).pieceCount).toBeGreaterThan(2048);
    }
  });
});

describe('withPadding', () => {
  test('lets every file with bytes begin with a piece, and pads nothing behind the last', () => {
    const lengths = [5, 0, 100, 64, 1, 0];
    const files = withPadding(
      lengths.map((length, index) => ({ path: [String(index)], length })),
      32,
    );
    const layout = new FileLayout(
      files.map(({ length, pad = false }) => ({ length, pad })),
      32,
    );
    expect(files.map(({ length, pad = false }) => (pad ? -length : length))).toEqual([
      5, -27, 0, 100, -28, 64, 1, 0,
    ]);
    expect(files.filter(({ pad }) => pad).map(({ path }) => path)).toEqual([
      ['.pad', '27'],
      ['.pad', '28'],
    ]);
    const starts = files.map((_, index) => layout.piecesOf(index).first);
    expect(new Set(starts.filter((_, index) => !files[index]?.pad && files[index]?.length !== 0)).size).toBe(
      4,
    );
    expect(layout.totalLength % 32).toBe(1);
  });
});

test('magnetLink names the info-hash, the name, all trackers and the web seeds, escaped', () => {
  const encoded = encodeTorrentFile({
    name: 'a b&c',
    files: [{ path: ['a b&c'], length: 1 }],
    pieceLength: 16_384,
    pieceHashes: new Uint8Array(20),
    trackers: [['http://a.example/announce?k=1&l=2'], ['udp://b.example:1', 'udp://c.example:2']],
    webSeeds: ['https://d.example/ü'],
  });
  const parsed = parseTorrentFile(encoded, nodeHasher);
  if (!parsed.ok) throw new Error(parsed.error.message);
  const link = new URL(magnetLink(parsed.value));
  expect(link.protocol).toBe('magnet:');
  expect(link.searchParams.get('xt')).toBe(`urn:btih:${Buffer.from(parsed.value.infoHash).toString('hex')}`);
  expect(link.searchParams.get('dn')).toBe('a b&c');
  expect(link.searchParams.getAll('tr')).toEqual([
    'http://a.example/announce?k=1&l=2',
    'udp://b.example:1',
    'udp://c.example:2',
  ]);
  expect(link.searchParams.getAll('ws')).toEqual(['https://d.example/ü']);
});
