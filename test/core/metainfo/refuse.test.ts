/** Torrent files that must be refused: each by an error that names the field and its place. */
import { describe, expect, it } from 'vitest';
import { encodeBencode } from '../../../src/core/bencode/index.ts';
import { fromLatin1, toLatin1 } from '../../../src/core/bytes.ts';
import { parseInfo, parseTorrentFile } from '../../../src/core/metainfo/index.ts';
import { type Fields, file, hasher, multiInfo, singleInfo, torrent } from './fixtures.ts';

function refusal(bytes: Uint8Array) {
  const result = parseTorrentFile(bytes, hasher);
  if (result.ok) throw new Error('the torrent was accepted');
  return result.error;
}

function messageFor(info: Fields): string {
  return refusal(torrent(info)).message;
}

describe('fields of a single-file torrent', () => {
  it.each<[string, Fields, string]>([
    ['piece length missing', { 'piece length': undefined }, 'info.piece length is missing'],
    ['piece length a string', { 'piece length': '40' }, 'info.piece length is not an integer'],
    ['piece length negative', { 'piece length': -40 }, 'info.piece length is negative'],
    ['piece length zero', { 'piece length': 0 }, 'info.piece length is zero'],
    ['piece length too large', { 'piece length': 2 ** 31 }, 'info.piece length is more than 536854528'],
    ['piece length 2^63', { 'piece length': 2n ** 63n }, 'info.piece length is too large'],
    ['name missing', { name: undefined }, 'info.name is missing'],
    ['name a list', { name: ['a'] }, 'info.name is not a string'],
    ['name empty', { name: '' }, 'info.name is empty'],
    ['length missing', { length: undefined }, 'info.length is missing'],
    ['length a string', { length: '100' }, 'info.length is not an integer'],
    ['length negative', { length: -1 }, 'info.length is negative'],
    ['length below -2^53', { length: -(2n ** 60n) }, 'info.length is negative'],
    ['length above 2^53', { length: 2n ** 53n }, 'info.length is too large'],
    ['length zero', { length: 0, pieces: '' }, 'info.length adds up to no bytes at all'],
    ['pieces missing', { pieces: undefined }, 'info.pieces is missing'],
    ['pieces a list', { pieces: [] }, 'info.pieces is not a string'],
    ['pieces cut', { pieces: 'x'.repeat(59) }, 'info.pieces is not a multiple of 20 bytes long'],
    ['a hash too few', { pieces: 'x'.repeat(40) }, 'info.pieces has 2 hashes where the files make 3'],
    ['a hash too many', { pieces: 'x'.repeat(80) }, 'info.pieces has 4 hashes where the files make 3'],
    ['no hash', { pieces: '' }, 'info.pieces has 0 hashes where the files make 3'],
    [
      'too many pieces',
      { length: 0x200001, 'piece length': 1 },
      'info.piece length makes more than 2097152 pieces',
    ],
    [
      '2^53 pieces',
      { length: 2 ** 53 - 1, 'piece length': 1 },
      'info.piece length makes more than 2097152 pieces',
    ],
    ['unknown version', { 'meta version': 3 }, 'info.meta version is not known'],
    ['version of wrong type', { 'meta version': '2' }, 'info.meta version is not known'],
  ])('%s', (_what, changes, message) => {
    expect(messageFor(singleInfo(changes))).toBe(message);
  });

  it.each<[string, Fields]>([
    ['by its version', { 'meta version': 2, pieces: undefined }],
    ['by its file tree', { 'file tree': {}, pieces: undefined, length: undefined }],
  ])('v2 alone, recognised %s', (_what, changes) => {
    expect(messageFor(singleInfo(changes))).toBe(
      'a torrent with v2 metadata only (BEP 52) is not supported yet',
    );
  });
});

describe('the list of files', () => {
  it.each<[string, Fields, string]>([
    ['not a list', multiInfo({}, { length: 10 }), 'info.files is not a list'],
    ['empty', multiInfo([]), 'info.files is empty'],
    ['an entry that is no dictionary', multiInfo([file(['a']), 5]), 'info.files[1] is not a dictionary'],
    ['length missing', multiInfo([{ path: ['a'] }]), 'info.files[0].length is missing'],
    ['length a string', multiInfo([{ path: ['a'], length: '1' }]), 'info.files[0].length is not an integer'],
    [
      'length negative',
      multiInfo([file(['a']), file(['b'], { length: -1 })]),
      'info.files[1].length is negative',
    ],
    ['path missing', multiInfo([{ length: 10 }]), 'info.files[0].path is missing'],
    ['path a string', multiInfo([{ length: 10, path: 'a' }]), 'info.files[0].path is not a list'],
    [
      'path of numbers',
      multiInfo([file(['a', 1])]),
      'info.files[0].path holds something that is not a string',
    ],
    [
      'path too deep',
      multiInfo([file(new Array<string>(101).fill('d'))]),
      'info.files[0].path has more than 100 components',
    ],
    [
      'nothing in any file',
      multiInfo([file(['a'], { length: 0 }), file(['b'], { length: 0 })]),
      'info.files adds up to no bytes at all',
    ],
    [
      'a sum above 2^53',
      multiInfo([file(['a'], { length: 2 ** 53 - 1 }), file(['b'], { length: 1 })], { pieces: '' }),
      'info.files adds up to too many bytes',
    ],
    [
      'a pad of 2^52 bytes',
      multiInfo([file(['a']), { length: 2 ** 52, attr: 'p' }], { pieces: '' }),
      'info.piece length makes more than 2097152 pieces',
    ],
    [
      'a link without target',
      multiInfo([file(['a']), file(['b'], { attr: 'l' })]),
      'info.files[1].symlink path is missing',
    ],
    [
      'a link with a target of wrong type',
      multiInfo([file(['a']), file(['b'], { attr: 'l', 'symlink path': 'a' })]),
      'info.files[1].symlink path is not a list',
    ],
    [
      'more than 500 duplicates',
      multiInfo(new Array<Fields>(502).fill(file(['same']))),
      'info.files gives more than 500 files the name of another',
    ],
  ])('%s', (_what, info, message) => {
    expect(messageFor(info)).toBe(message);
  });
});

describe('the file as a whole', () => {
  const bytes = torrent(singleInfo(), { announce: 'http://t/a' });

  it.each<[string, Uint8Array, string, number]>([
    ['empty', new Uint8Array(0), 'the torrent file is empty', 0],
    ['a list', fromLatin1('le'), 'not a dictionary', 0],
    ['HTML', fromLatin1('<html>'), 'unexpected byte 0x3c where a value should begin', 0],
    ['without info', fromLatin1('d8:announce1:xe'), 'info is missing', 0],
    ['info a list', fromLatin1('d4:infolee'), 'info is not a dictionary', 7],
    ['trailing bytes', fromLatin1('d4:infodeex'), 'there are bytes after the end of the value', 10],
    ['a duplicate key', fromLatin1('d4:infod4:name1:a4:name1:bee'), 'a dictionary key appears twice', 17],
    [
      'a nesting bomb',
      new Uint8Array(5000).fill(0x6c),
      'lists and dictionaries are nested more than 100 deep',
      100,
    ],
  ])('%s', (_what, input, message, offset) => {
    expect(refusal(input)).toEqual({ message, offset });
  });

  it('larger than 64 MiB, before anything is read', () => {
    expect(refusal(new Uint8Array(64 * 1024 * 1024 + 1)).message).toBe(
      'the torrent file is larger than 67108864 bytes',
    );
  });

  it('cut off anywhere', () => {
    for (let end = 0; end < bytes.length; end++) {
      expect(parseTorrentFile(bytes.subarray(0, end), hasher).ok, `cut at ${end}`).toBe(false);
    }
    expect(parseTorrentFile(bytes, hasher).ok).toBe(true);
  });
});

describe('the place in an error', () => {
  it('is the value at fault, or the dictionary that lacks it', () => {
    const wrong = torrent(multiInfo([file(['a']), file(['b'], { length: -5 })]));
    expect(refusal(wrong).offset).toBe(toLatin1(wrong).indexOf('i-5e'));
    const lacking = torrent(multiInfo([file(['a']), { path: ['b'] }]));
    expect(refusal(lacking).offset).toBe(toLatin1(lacking).indexOf('d4:pathl1:b'));
  });

  it('counts from the start of the info dictionary when that is all there is', () => {
    const info = encodeBencode(singleInfo({ length: -1 }));
    const result = parseInfo(info, hasher);
    expect(result).toMatchObject({ ok: false, error: { offset: toLatin1(info).indexOf('i-1e') } });
    expect(parseInfo(fromLatin1('i1e'), hasher).ok).toBe(false);
  });
});
