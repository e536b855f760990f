/**
 * Torrent files over generated content and hostile bytes: what is made is read back, nothing makes the loader throw, and
 * what loads is safe to write to any disk.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Encodable, encodeBencode } from '../../src/core/bencode/index.ts';
import { encodeUtf8, equalBytes } from '../../src/core/bytes.ts';
import {
  encodeTorrentFile,
  FileLayout,
  type Metainfo,
  PieceGeometry,
  parseTorrentFile,
} from '../../src/core/metainfo/index.ts';
import { invariant } from '../../src/core/result.ts';
import { file, hasher, load, multiInfo, torrent } from '../core/metainfo/fixtures.ts';

/** What must hold for any torrent that loads, in terms of what disks and other systems do with names. */
function checkSafe(metainfo: Metainfo): void {
  const seen = new Map<string, number>();
  const folders = new Set<string>();
  for (const each of metainfo.files) {
    for (const component of each.path) {
      invariant(
        !/^\.{0,2}$|[/\\:*?"<>|\p{Cc}]|[. ]$/u.test(component),
        `unsafe: ${JSON.stringify(component)}`,
      );
      invariant(!/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(component), `device: ${component}`);
      invariant(encodeUtf8(component).length <= 240, 'too long');
    }
    const folded = each.path.map((component) => component.normalize('NFC').toLowerCase());
    for (let depth = 1; depth < folded.length; depth++) folders.add(folded.slice(0, depth).join('/'));
    const key = folded.join('/');
    const other = seen.get(key);
    invariant(other === undefined || (each.pad && other === each.length), `twice: ${key}`);
    seen.set(key, each.pad ? each.length : -1);
  }
  for (const key of seen.keys()) invariant(!folders.has(key), `file and folder: ${key}`);
}

const name = fc.oneof(
  fc.constantFrom(
    'a',
    'A',
    'b',
    '',
    '.',
    '..',
    'con',
    'a.1',
    'a.txt',
    'A.TXT',
    'á',
    'a\u0301',
    'a/b',
    'a ',
    '\u200b',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.uint8Array({ maxLength: 12 }),
);

describe('torrent files', () => {
  it('read back as they were described', () => {
    // With an x in front none is the name of a device, which would be changed.
    const component = fc.stringMatching(/^x[a-z]{0,8}$/);
    const described = fc.record({
      // The index keeps the paths distinct.
      files: fc
        .array(fc.record({ path: fc.array(component, { maxLength: 3 }), length: fc.nat(5000) }), {
          minLength: 1,
          maxLength: 8,
        })
        .map((files) => files.map(({ path, length }, index) => ({ path: [...path, `${index}`], length })))
        .filter((files) => files.some(({ length }) => length > 0)),
      name: component,
      pieceLength: fc.integer({ min: 100, max: 3000 }),
    });
    fc.assert(
      fc.property(described, (description) => {
        const total = description.files.reduce((sum, { length }) => sum + length, 0);
        const { pieceCount } = new PieceGeometry(total, description.pieceLength);
        const pieceHashes = Uint8Array.from({ length: pieceCount * 20 }, (_, index) => index);
        const metainfo = load(encodeTorrentFile({ ...description, pieceHashes, singleFile: false }));
        expect(metainfo.files.map(({ path, length }) => ({ path, length }))).toEqual(
          description.files.map(({ path, length }) => ({ path: [description.name, ...path], length })),
        );
        invariant(equalBytes(metainfo.pieceHashes, pieceHashes), 'the hashes differ');
        checkSafe(metainfo);
      }),
      { numRuns: 300 },
    );
  });

  it('have safe and distinct paths, whatever names they come with', () => {
    const entry = fc.record({ path: fc.array(name, { maxLength: 4 }), pad: fc.boolean() });
    fc.assert(
      fc.property(name, fc.array(entry, { minLength: 1, maxLength: 12 }), (folder, entries) => {
        const files = entries.map(({ path, pad }) => file(path, { attr: pad ? 'p' : undefined }));
        const result = parseTorrentFile(torrent(multiInfo(files, { name: folder })), hasher);
        if (result.ok) checkSafe(result.value);
        else expect(result.error.message).toBe('info.name is empty');
      }),
      { numRuns: 3000 },
    );
  });

  it('load or are refused, never more, with a value of any type in any field', () => {
    const odd: fc.Arbitrary<Encodable> = fc.oneof(
      fc.maxSafeInteger(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
      fc.uint8Array({ maxLength: 40 }),
      fc.constant([]),
      fc.constant({}),
      fc.array(fc.array(fc.string(), { maxLength: 2 }), { maxLength: 2 }),
    );
    const infoKeys = [
      'name',
      'length',
      'files',
      'pieces',
      'piece length',
      'private',
      'meta version',
      'name.utf-8',
    ];
    const fileKeys = ['path', 'length', 'attr', 'path.utf-8', 'symlink path'];
    const outerKeys = ['announce', 'announce-list', 'url-list', 'comment', 'info', 'creation date'];
    const change = (keys: string[]) => fc.dictionary(fc.constantFrom(...keys), odd, { maxKeys: 2 });
    let loaded = 0;
    fc.assert(
      fc.property(change(infoKeys), change(fileKeys), change(outerKeys), (info, entry, outer) => {
        const files = [file(['a']), { ...file(['b']), ...entry }];
        const bytes = encodeBencode({
          info: { ...multiInfo([file(['a']), file(['b'])]), files, ...info },
          ...outer,
        });
        const result = parseTorrentFile(bytes, hasher);
        if (!result.ok) return;
        loaded += 1;
        checkSafe(result.value);
      }),
      { numRuns: 5000 },
    );
    expect(loaded).toBeGreaterThan(100);
  });

  it('load or are refused, never more, with any byte changed', () => {
    const bytes = torrent(multiInfo([file(['a', 'b']), file(['c'], { attr: 'x' })]), {
      announce: 'http://t/a',
    });
    const info = load(bytes).infoBytes;
    let same = 0;
    for (let place = 0; place < bytes.length; place++) {
      for (let byte = 0; byte < 256; byte += 3) {
        const mutated = bytes.slice();
        mutated[place] = byte;
        const result = parseTorrentFile(mutated, hasher);
        if (!result.ok) continue;
        checkSafe(result.value);
        if (equalBytes(result.value.infoBytes, info)) same += 1;
      }
    }
    // Only changes outside of info leave it as it was: those to the tracker's URL.
    expect(same).toBeGreaterThan(100);
  });
});

describe('the layout of files', () => {
  it('covers any range once, in order, within the files', () => {
    const layouts = fc.record({
      lengths: fc.array(fc.oneof(fc.constant(0), fc.nat(50)), { minLength: 1, maxLength: 12 }),
      pieceLength: fc.integer({ min: 1, max: 40 }),
      from: fc.nat(),
      count: fc.nat(),
    });
    fc.assert(
      fc.property(layouts, ({ lengths, pieceLength, from, count }) => {
        const layout = new FileLayout(
          lengths.map((length) => ({ length, pad: false })),
          pieceLength,
        );
        const position = from % (layout.totalLength + 1);
        const length = count % (layout.totalLength - position + 1);
        // The content as one (file, offset) pair for each byte.
        const bytes = lengths.flatMap((size, file) =>
          Array.from({ length: size }, (_, offset) => [file, offset]),
        );
        const piece = Math.floor(position / pieceLength);
        const covered = layout
          .segments(piece, position % pieceLength, length)
          .flatMap((segment) =>
            Array.from({ length: segment.length }, (_, index) => [segment.file, segment.offset + index]),
          );
        expect(covered).toEqual(bytes.slice(position, position + length));
      }),
      { numRuns: 2000 },
    );
  });
});
