/** Making torrent files: the exact bytes, and what comes back when they are read. */
import { describe, expect, it } from 'vitest';
import { toLatin1 } from '../../../src/core/bytes.ts';
import { encodeTorrentFile, type TorrentFileDescription } from '../../../src/core/metainfo/index.ts';
import { InvariantError } from '../../../src/core/result.ts';
import { load } from './fixtures.ts';

const single: TorrentFileDescription = {
  name: 'a.bin',
  files: [{ path: ['a.bin'], length: 50 }],
  pieceLength: 32,
  pieceHashes: new Uint8Array(40).fill(0x68),
};

describe('encodeTorrentFile', () => {
  it('writes a single-file torrent', () => {
    expect(toLatin1(encodeTorrentFile(single))).toBe(
      `d4:infod6:lengthi50e4:name5:a.bin12:piece lengthi32e6:pieces40:${'h'.repeat(40)}ee`,
    );
  });

  it('writes a multi-file torrent with everything in it', () => {
    const bytes = encodeTorrentFile({
      name: 'f',
      files: [
        { path: ['d', 'x'], length: 20 },
        { path: ['.pad', '12'], length: 12, pad: true },
        { path: ['y'], length: 0 },
      ],
      pieceLength: 32,
      pieceHashes: new Uint8Array(20).fill(0x68),
      trackers: [['http://a/', 'http://b/'], [], ['udp://c:1']],
      webSeeds: ['http://s/'],
      isPrivate: true,
      comment: 'é',
      createdBy: 'swarmlab',
      creationDate: 0,
    });
    expect(toLatin1(bytes)).toBe(
      'd8:announce9:http://a/13:announce-listll9:http://a/9:http://b/el9:udp://c:1ee' +
        '7:comment2:\xc3\xa910:created by8:swarmlab13:creation datei0e4:infod5:filesl' +
        'd6:lengthi20e4:pathl1:d1:xeed4:attr1:p6:lengthi12e4:pathl4:.pad2:12eed6:lengthi0e4:pathl1:yeee' +
        `4:name1:f12:piece lengthi32e6:pieces20:${'h'.repeat(20)}7:privatei1ee8:url-listl9:http://s/ee`,
    );
    expect(load(bytes)).toMatchObject({
      trackers: [['http://a/', 'http://b/'], ['udp://c:1']],
      webSeeds: ['http://s/'],
      isPrivate: true,
      comment: 'é',
      createdBy: 'swarmlab',
      creationDate: 0,
      totalLength: 32,
    });
    expect(load(bytes).files.map(({ path, pad }) => [path.join('/'), pad])).toEqual([
      ['f/d/x', false],
      ['f/.pad/12', true],
      ['f/y', false],
    ]);
  });

  it('needs no announce-list for one tracker', () => {
    const text = toLatin1(encodeTorrentFile({ ...single, trackers: [['udp://t:1']] }));
    expect(text.startsWith('d8:announce9:udp://t:14:info')).toBe(true);
  });

  it.each<[string, Partial<TorrentFileDescription>, boolean]>([
    ['one file in the folder itself', {}, false],
    ['the same, told otherwise', { singleFile: false }, true],
    ['one file deeper', { files: [{ path: ['d', 'a.bin'], length: 50 }] }, true],
    [
      'one file deeper, told otherwise',
      { files: [{ path: ['d', 'a.bin'], length: 50 }], singleFile: true },
      false,
    ],
  ])('of %s', (_what, changes, isMultiFile) => {
    const metainfo = load(encodeTorrentFile({ ...single, ...changes }));
    expect(metainfo.isMultiFile).toBe(isMultiFile);
    expect(metainfo.name).toBe('a.bin');
  });

  it.each<[string, Partial<TorrentFileDescription>]>([
    ['too few hashes', { pieceHashes: new Uint8Array(20) }],
    ['too many hashes', { pieceHashes: new Uint8Array(60) }],
    ['no bytes', { files: [{ path: ['a'], length: 0 }], pieceHashes: new Uint8Array(0) }],
    ['no name', { name: '' }],
    ['two single files', { files: [25, 25].map((length) => ({ path: ['a'], length })), singleFile: true }],
  ])('holds %s for our own fault', (_what, changes) => {
    expect(() => encodeTorrentFile({ ...single, ...changes })).toThrow(InvariantError);
  });
});
