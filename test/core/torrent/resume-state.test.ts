/** What a state of a torrent says, what it is worth, and that no bytes make it say more. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeBencode } from '../../../src/core/bencode/index.ts';
import { Bitfield } from '../../../src/core/bitfield.ts';
import { concatBytes } from '../../../src/core/bytes.ts';
import { encodeTorrentFile, type Metainfo, parseTorrentFile } from '../../../src/core/metainfo/index.ts';
import {
  decodeResumeState,
  encodeResumeState,
  FILE_MARK_LENGTH,
  judgeResumeState,
  type ResumeState,
  resumeStateLimit,
} from '../../../src/core/torrent/resume-state.ts';
import { nodeHasher } from '../../support/fake-world.ts';

const BLOCK = 16_384;
const PIECE = 2 * BLOCK;

/** Ten pieces: a file of 4 1/2, one of 1/2, an empty one, a pad of 1, and one of 4 pieces. */
function torrent(name = 'x'): Metainfo {
  const parsed = parseTorrentFile(
    encodeTorrentFile({
      name,
      files: [
        { path: ['a'], length: 4.5 * PIECE },
        { path: ['b'], length: 0.5 * PIECE },
        { path: ['nothing'], length: 0 },
        { path: ['.pad', '1'], length: PIECE, pad: true },
        { path: ['c'], length: 4 * PIECE },
      ],
      pieceLength: PIECE,
      pieceHashes: new Uint8Array(200),
    }),
    nodeHasher,
  );
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

const metainfo = torrent();

function pieces(...list: readonly number[]): Bitfield {
  const set = new Bitfield(10);
  for (const piece of list) set.set(piece);
  return set;
}

function listOf(set: Bitfield): number[] {
  return Array.from({ length: set.length }, (_, piece) => piece).filter((piece) => set.has(piece));
}

function marks(...seeds: readonly [number, number, number, number, number]): Uint8Array {
  return concatBytes(...seeds.map((seed) => new Uint8Array(FILE_MARK_LENGTH).fill(seed)));
}

const state: ResumeState = {
  synced: pieces(0, 3, 4, 8),
  unsynced: pieces(1, 9),
  partial: [{ piece: 2, blocks: Uint8Array.of(0x80) }],
  fileMarks: marks(1, 2, 0, 0, 3),
};

test('a state comes back as it was written', () => {
  const decoded = decodeResumeState(encodeResumeState(state, metainfo, nodeHasher), metainfo, nodeHasher);
  expect(decoded).toEqual({ ok: true, value: state });
});

describe('judgeResumeState', () => {
  test.each([
    ['files as they were: only what was not synced is in doubt', marks(1, 2, 0, 0, 3), [0, 3, 4, 8], [1, 9]],
    ['one file changed: all of its pieces are in doubt', marks(7, 2, 0, 0, 3), [8], [0, 1, 2, 3, 4, 9]],
    ['a file that shares a piece with another', marks(1, 7, 0, 0, 3), [0, 3, 8], [1, 4, 9]],
    ['a file that is gone', marks(1, 2, 0, 0, 0), [0, 3, 4], [1, 6, 7, 8, 9]],
    ['a file that was not there either', marks(1, 0, 0, 0, 3), [0, 3, 8], [1, 4, 9]],
    ['pads and empty files have no marks that count', marks(1, 2, 5, 5, 3), [0, 3, 4, 8], [1, 9]],
  ])('%s', (_, now, trusted, inDoubt) => {
    const then = now[FILE_MARK_LENGTH] === 0 ? { ...state, fileMarks: now } : state;
    const content = judgeResumeState(then, metainfo, now);
    expect(listOf(content.trusted)).toEqual(trusted);
    expect(listOf(content.inDoubt)).toEqual(inDoubt);
    expect(content.partial).toEqual(state.partial);
  });

  test('a piece of which every block was stored, but which was not verified, is in doubt', () => {
    const whole = { ...state, partial: [{ piece: 5, blocks: Uint8Array.of(0xc0) }] };
    expect(judgeResumeState(whole, metainfo, state.fileMarks).inDoubt.has(5)).toBe(true);
  });
});

describe('what is no state of this torrent is refused', () => {
  const good = encodeResumeState(state, metainfo, nodeHasher);
  const signed = (value: Parameters<typeof encodeBencode>[0]): Uint8Array => {
    const body = encodeBencode(value);
    return concatBytes(body, nodeHasher.sha1(body));
  };
  const fields = {
    format: 1,
    'info-hash': metainfo.infoHash,
    synced: state.synced.bytes,
    unsynced: state.unsynced.bytes,
    partial: [],
    files: state.fileMarks,
  };

  test('the fields of these cases make a good one', () => {
    expect(decodeResumeState(signed(fields), metainfo, nodeHasher).ok).toBe(true);
  });

  test.each([
    ['another torrent', encodeResumeState(state, torrent('y'), nodeHasher)],
    ['another format', signed({ ...fields, format: 2 })],
    ['too few pieces', signed({ ...fields, synced: new Uint8Array(1) })],
    ['pieces beyond the last', signed({ ...fields, unsynced: new Uint8Array(2).fill(255) })],
    ['other files', signed({ ...fields, files: new Uint8Array(FILE_MARK_LENGTH) })],
    ['no pieces', signed({ ...fields, synced: 5 })],
    ['a list', signed([1, 2])],
    ['more than there can be', new Uint8Array(resumeStateLimit(metainfo) + 1)],
  ])('%s', (_, bytes) => {
    expect(decodeResumeState(bytes, metainfo, nodeHasher).ok).toBe(false);
  });

  test('one cut off at any byte, or with any bit changed', () => {
    for (let length = 0; length < good.length; length++) {
      expect(decodeResumeState(good.subarray(0, length), metainfo, nodeHasher).ok).toBe(false);
    }
    for (let bit = 0; bit < good.length * 8; bit++) {
      const altered = good.slice();
      altered[bit >> 3] = (altered[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(decodeResumeState(altered, metainfo, nodeHasher).ok).toBe(false);
    }
  });

  test('whatever the partial pieces are, nothing throws and only missing pieces come of it', () => {
    const anything = fc.oneof(
      fc.integer(),
      fc.uint8Array({ maxLength: 4 }),
      fc.array(fc.oneof(fc.integer({ min: -2, max: 12 }), fc.uint8Array({ maxLength: 3 })), { maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 20 }), (partial) => {
        const decoded = decodeResumeState(signed({ ...fields, partial }), metainfo, nodeHasher);
        if (!decoded.ok) throw new Error(decoded.error.message);
        const content = judgeResumeState(decoded.value, metainfo, state.fileMarks);
        expect(listOf(content.trusted)).toEqual([0, 3, 4, 8]);
      }),
    );
  });
});
