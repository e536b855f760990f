/**
 * Reads required fields of a metainfo dictionary. Invariant: a failure names the field by its path ("info.files[3].length")
 * and carries the offset of its value, or of the dictionary where the field is missing.
 */
import type { BencodeDict } from '../bencode/index.ts';
import { type Failure, failure, type Result, success } from '../result.ts';

/** A failure about `key` of `dict`, which is called `place` in messages. */
export function fieldFailure(dict: BencodeDict, place: string, key: string, complaint: string): Failure {
  return failure(`${place}.${key} ${complaint}`, dict.rangeOf(key)?.start ?? dict.start);
}

/** Says that the field is missing, or that it is not `expected`. */
export function wrongField(dict: BencodeDict, place: string, key: string, expected: string): Failure {
  return fieldFailure(dict, place, key, dict.has(key) ? `is not ${expected}` : 'is missing');
}

/** An integer in [0, 2^53). */
export function readSize(dict: BencodeDict, place: string, key: string): Result<number> {
  const value = dict.get(key);
  if (typeof value !== 'number' && typeof value !== 'bigint')
    return wrongField(dict, place, key, 'an integer');
  if (value < 0) return fieldFailure(dict, place, key, 'is negative');
  if (typeof value === 'bigint') return fieldFailure(dict, place, key, 'is too large');
  return success(value);
}
