/** What the peers of a group hold on arrival, as a scenario file writes it. */
import { z } from 'zod';
import { type Checked, quote, reject } from '../complaint.ts';
import * as field from '../fields.ts';
import { nearest } from '../nearest.ts';
import { type PieceRange, parsePieceList } from '../piece-list.ts';
import { parseShare } from '../units.ts';

/** A list may have so many entries. */
const MAX_RANGES = 10_000;

const EXPECTED = 'all, none, a share such as "30%"';

export function have() {
  return z.union([
    field.written(parseAmount, field.haveText, ['all', 'none', '30%']),
    z.array(pieces()).min(1).max(MAX_RANGES),
    z.strictObject({
      run: z
        .string()
        .min(1)
        .max(1000)
        .describe(
          'Folder of a run (or its trace), from the folder of this file: what a peer held at its end.',
        ),
      peer: z
        .string()
        .min(1)
        .max(100)
        .optional()
        .describe(
          'Which peer of that run, such as "homes-3"; for each the one of its own name where absent.',
        ),
    }),
  ]);
}

function parseAmount(text: string): Checked<'all' | 'none' | { readonly perMillion: number }> {
  const word = text.trim();
  if (word === 'all' || word === 'none') return { ok: true, value: word };
  const share = parseShare(word);
  if (share.ok) return { ok: true, value: { perMillion: share.value } };
  if (word.includes('%')) return share;
  return reject(`"have" cannot be ${quote(text)}`, {
    expected: EXPECTED,
    suggestion: nearest(word, ['all', 'none']),
  });
}

function pieces() {
  return z.union([
    z.int().min(0).max(99_999_999),
    field.written(parseRange, field.pieceRange, ['0-9', '12']),
  ]);
}

function parseRange(text: string): Checked<PieceRange> {
  const ranges = text.includes(',') ? undefined : parsePieceList(text);
  const [range] = ranges ?? [];
  if (range !== undefined) return { ok: true, value: range };
  return reject(`${quote(text)} is not a range of pieces`, {
    expected: 'two numbers from 0, the smaller first: 0-9',
  });
}
