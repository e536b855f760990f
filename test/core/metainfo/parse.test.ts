/** Torrent files that must load: what is read, what is repaired and what is left out. */
import { describe, expect, it } from 'vitest';
import { encodeBencode } from '../../../src/core/bencode/index.ts';
import { concatBytes, fromLatin1, toHex, toLatin1 } from '../../../src/core/bytes.ts';
import { type Metainfo, parseInfo, parseTorrentFile } from '../../../src/core/metainfo/index.ts';
import { type Fields, file, hasher, load, multiInfo, pathsOf, singleInfo, torrent } from './fixtures.ts';

describe('a single-file torrent', () => {
  const metainfo = load(
    torrent(singleInfo({ pieces: `${'a'.repeat(20)}${'b'.repeat(20)}${'c'.repeat(20)}` }), {
      comment: 'é',
      'created by': 'me',
      'creation date': 1700000000,
    }),
  );

  it('is read', () => {
    expect(metainfo).toMatchObject({
      name: 'file.bin',
      pieceLength: 40,
      pieceCount: 3,
      totalLength: 100,
      isMultiFile: false,
      isPrivate: false,
      trackers: [],
      webSeeds: [],
      comment: 'é',
      createdBy: 'me',
      creationDate: 1700000000,
    });
    expect(metainfo.files).toEqual([
      {
        path: ['file.bin'],
        originalPath: [fromLatin1('file.bin')],
        offset: 0,
        length: 100,
        pad: false,
        executable: false,
        hidden: false,
        linkTarget: undefined,
      },
    ]);
    expect(metainfo.geometry.pieceLengthOf(2)).toBe(20);
  });

  it('gives the hash of each piece, and none beyond', () => {
    expect([0, 1, 2].map((piece) => toLatin1(metainfo.pieceHash(piece)))).toEqual(
      ['a', 'b', 'c'].map((letter) => letter.repeat(20)),
    );
    expect(() => metainfo.pieceHash(3)).toThrow();
    expect(() => metainfo.pieceHash(-1)).toThrow();
  });
});

describe('a multi-file torrent', () => {
  it('puts its files end to end below a folder of its name', () => {
    const files = [file(['a.txt'], { length: 30 }), file(['sub', 'b.txt'], { length: 50, attr: 'xh' })];
    const metainfo = load(torrent(multiInfo(files)));
    expect(metainfo.isMultiFile).toBe(true);
    expect(metainfo.totalLength).toBe(80);
    expect(metainfo.files.map(({ path, offset, length }) => [path.join('/'), offset, length])).toEqual([
      ['folder/a.txt', 0, 30],
      ['folder/sub/b.txt', 30, 50],
    ]);
    expect(metainfo.files[1]).toMatchObject({ executable: true, hidden: true });
    expect(metainfo.files[1]?.originalPath.map(toLatin1)).toEqual(['folder', 'sub', 'b.txt']);
    expect(metainfo.layout.segments(0, 20, 20)).toEqual([
      { file: 0, offset: 20, length: 10, pad: false },
      { file: 1, offset: 0, length: 10, pad: false },
    ]);
  });

  it('is told by `files`, also beside a `length`', () => {
    expect(load(torrent(multiInfo([file(['a'])], { length: 999 }))).totalLength).toBe(10);
  });

  it.each([[0], [1], [2]])('may have an empty file at place %i', (place) => {
    const files = [file(['a']), file(['b']), file(['c'])].map((each, index) =>
      index === place ? { ...each, length: 0 } : each,
    );
    const metainfo = load(torrent(multiInfo(files)));
    expect(metainfo.files.map(({ length }) => length).filter((length) => length === 0)).toHaveLength(1);
    expect(metainfo.totalLength).toBe(20);
  });
});

describe('the info-hash', () => {
  it('is that of the original bytes, though the keys are out of order', () => {
    const info = `d6:pieces20:${'h'.repeat(20)}4:name1:f12:piece lengthi40e6:lengthi7e1:xi1ee`;
    const metainfo = load(fromLatin1(`d8:url-list0:4:info${info}8:announce12:http://t/anne`));
    expect(toLatin1(metainfo.infoBytes)).toBe(info);
    expect(metainfo.infoHash).toEqual(hasher.sha1(fromLatin1(info)));
    expect(metainfo.trackers).toEqual([['http://t/ann']]);
  });

  it('covers fields that nobody here knows', () => {
    const plain = load(torrent(singleInfo()));
    const salted = load(torrent(singleInfo({ source: 'somewhere', unknown: [1, { a: 2n ** 60n }] })));
    expect(toHex(salted.infoHash)).not.toBe(toHex(plain.infoHash));
  });

  it('is the same for the info dictionary alone (BEP 9)', () => {
    const info = encodeBencode(singleInfo());
    const result = parseInfo(info, hasher, { trackers: [['udp://t:1']] });
    expect(result.ok && result.value.infoHash).toEqual(load(torrent(singleInfo())).infoHash);
    expect(result.ok && result.value.trackers).toEqual([['udp://t:1']]);
  });

  it('is a plain byte array when the file is a Buffer within a larger one', () => {
    const bytes = torrent(singleInfo());
    const buffer = Buffer.concat([Buffer.from('xyz'), bytes]).subarray(3);
    const metainfo = load(buffer);
    expect(metainfo.infoBytes.constructor).toBe(Uint8Array);
    expect(metainfo.pieceHash(0).constructor).toBe(Uint8Array);
    expect(metainfo.infoHash).toEqual(load(bytes).infoHash);
  });

  it('of a hybrid is that of its v1 part', () => {
    const info = singleInfo({ 'meta version': 2, 'file tree': { a: { '': { length: 100 } } } });
    expect(load(torrent(info)).infoHash).toEqual(hasher.sha1(encodeBencode(info)));
  });
});

describe('odd values that load', () => {
  it.each<[string, Fields, Partial<Metainfo>]>([
    ['the longest piece', { 'piece length': 536854528, pieces: 'x'.repeat(20) }, { pieceCount: 1 }],
    ['a piece of one byte', { 'piece length': 1, length: 3 }, { pieceCount: 3 }],
    [
      'a file above 2^32',
      { 'piece length': 2 ** 24, length: 2 ** 32 + 1, pieces: new Uint8Array(257 * 20) },
      { totalLength: 2 ** 32 + 1 },
    ],
    [
      'as many pieces as may be',
      { 'piece length': 1, length: 0x200000, pieces: new Uint8Array(0x200000 * 20) },
      { pieceCount: 0x200000 },
    ],
    ['private', { private: 1 }, { isPrivate: true }],
    ['private 0', { private: 0 }, { isPrivate: false }],
    ['private of wrong type', { private: '1' }, { isPrivate: false }],
    ['the UTF-8 name', { name: 'raw', 'name.utf-8': 'ü' }, { name: 'ü' }],
    ['an empty UTF-8 name', { name: 'raw', 'name.utf-8': '' }, { name: 'raw' }],
    ['v1 said aloud', { 'meta version': 1 }, { pieceCount: 3 }],
  ])('%s', (_what, changes, expected) => {
    expect(load(torrent(singleInfo(changes)))).toMatchObject(expected);
  });

  it.each<[string, Fields]>([
    ['comment a list', { comment: [] }],
    ['creation date a string', { 'creation date': 'today' }],
    ['creation date above 2^53', { 'creation date': 2n ** 60n }],
    ['created by a number', { 'created by': 1 }],
    ['nodes of wrong type', { nodes: [1, ['h'], 'x'] }],
    ['announce a number', { announce: 1 }],
    ['announce-list a string', { 'announce-list': 'http://t/a' }],
    ['url-list a number', { 'url-list': 1 }],
  ])('%s: the field is left out', (_what, outer) => {
    expect(load(torrent(singleInfo(), outer))).toMatchObject({
      comment: undefined,
      createdBy: undefined,
      creationDate: undefined,
      trackers: [],
      webSeeds: [],
    });
  });
});

describe('names', () => {
  it.each<[string, string]>([
    ['../../x', '.._.._x'],
    ['/abs', '_abs'],
    ['C:\\w', 'C__w'],
    ['a\0b', 'a_b'],
    ['con', '_con'],
    ['x'.repeat(300), 'x'.repeat(240)],
  ])('of the torrent: %j is repaired', (name, safe) => {
    expect(load(torrent(singleInfo({ name }))).files[0]?.path).toEqual([safe]);
    expect(load(torrent(multiInfo([file(['f'])], { name }))).files[0]?.path).toEqual([safe, 'f']);
  });

  it('of which nothing remains become the info-hash, so that two such torrents stay apart', () => {
    for (const name of ['..', '.', '.\u202e.']) {
      const metainfo = load(torrent(singleInfo({ name })));
      expect(metainfo.files[0]?.path).toEqual([toHex(metainfo.infoHash)]);
    }
  });

  it.each<[string, readonly string[], string]>([
    ['dots', ['..', '..', 'etc', '.', 'passwd'], 'folder/etc/passwd'],
    ['hidden dots', ['.\u200b.', 'x'], 'folder/x'],
    ['an absolute name', ['/etc/passwd'], 'folder/_etc_passwd'],
    ['a drive', ['C:', 'x'], 'folder/C_/x'],
    ['separators', ['a/b\\c'], 'folder/a_b_c'],
    ['an empty component', ['a', '', 'b'], 'folder/a/_/b'],
    ['an empty path', [], 'folder/folder'],
    ['nothing but dots', ['..', '.'], 'folder/folder'],
    ['a device', ['aux', 'com1.txt'], 'folder/_aux/_com1.txt'],
    ['a hundred components', new Array<string>(100).fill('d'), `folder${'/d'.repeat(100)}`],
  ])('of a file: %s', (_what, path, safe) => {
    expect(pathsOf([file(path)])).toEqual([safe]);
  });

  it('prefer the UTF-8 path', () => {
    expect(pathsOf([file(['raw'], { 'path.utf-8': ['ü'] })])).toEqual(['folder/ü']);
    expect(pathsOf([file(['raw'], { 'path.utf-8': 1 })])).toEqual(['folder/raw']);
  });
});

describe('pads and links (BEP 47)', () => {
  it('takes pads with and without a path', () => {
    const files = [
      file(['a'], { length: 25 }),
      { length: 15, attr: 'p' },
      file(['b'], { length: 35 }),
      file(['.pad', '5'], { length: 5, attr: 'xp' }),
      file(['c']),
    ];
    const metainfo = load(torrent(multiInfo(files)));
    expect(metainfo.files.map(({ path, pad, offset }) => [path.join('/'), pad, offset])).toEqual([
      ['folder/a', false, 0],
      ['folder/.pad/15', true, 25],
      ['folder/b', false, 40],
      ['folder/.pad/5', true, 75],
      ['folder/c', false, 80],
    ]);
    expect(metainfo.layout.segments(0, 0, 40).map(({ pad }) => pad)).toEqual([false, true]);
  });

  it('lets links point to stored files of the torrent and nowhere else', () => {
    const link = (name: string, ...target: string[]) => file([name], { attr: 'l', 'symlink path': target });
    const { length: _, ...withoutLength } = link('no-length', 'a');
    const files = [
      link('good', 'dir', 'B'),
      file(['a']),
      file(['dir', 'b']),
      { length: 5, attr: 'p', path: ['pad'] },
      withoutLength,
      link('outside', '..', '..', 'etc', 'passwd'),
      link('escape', '..', 'a'),
      link('chain', 'good'),
      link('self', 'self'),
      link('directory', 'dir'),
      link('to-pad', 'pad'),
      link('nothing'),
    ];
    const metainfo = load(torrent(multiInfo(files)));
    expect(metainfo.files.map(({ path, linkTarget }) => [path[1], linkTarget])).toEqual([
      ['good', 2],
      ['a', undefined],
      ['dir', undefined],
      ['pad', undefined],
      ['no-length', 1],
      ['outside', undefined],
      // Still inside the folder: the dots are left out, as they are from every path.
      ['escape', 1],
      ['chain', undefined],
      ['self', undefined],
      ['directory', undefined],
      ['to-pad', undefined],
      ['nothing', undefined],
    ]);
    expect(metainfo.totalLength).toBe(25);
    expect(metainfo.files.filter(({ path }) => path[1] === 'good')[0]?.length).toBe(0);
  });
});

describe('what a torrent file may carry', () => {
  it('is not limited to text: a torrent of raw bytes in every string loads', () => {
    const everything = Uint8Array.from({ length: 256 }, (_, index) => index);
    const bytes = torrent(singleInfo({ name: everything, extra: everything }), { comment: everything });
    const result = parseTorrentFile(concatBytes(bytes), hasher);
    expect(result.ok && result.value.files[0]?.originalPath[0]).toEqual(everything);
  });
});
