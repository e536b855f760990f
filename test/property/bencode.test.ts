/**
 * Bencode over generated values and hostile bytes: what is encoded is read back, what is read strictly is canonical, and
 * nothing makes the decoder throw.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BencodeDict,
  type BencodeValue,
  decodeBencode,
  decodeBencodePrefix,
  type Encodable,
  encodeBencode,
} from '../../src/core/bencode/index.ts';
import { equalBytes, fromLatin1 } from '../../src/core/bytes.ts';
import { invariant } from '../../src/core/result.ts';

const latin1 = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });

const encodable: fc.Arbitrary<Encodable> = fc.letrec<{ value: Encodable; dict: Encodable; list: Encodable }>(
  (tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.maxSafeInteger(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
      fc.uint8Array({ maxLength: 30 }),
      tie('list'),
      tie('dict'),
    ),
    list: fc.array(tie('value'), { maxLength: 5 }),
    dict: fc.array(fc.tuple(latin1, tie('value')), { maxLength: 5 }).map((entries) => new Map(entries)),
  }),
).value;

/** The decoded value in the shape of what was encoded: maps in key order, integers as bigint. */
function plain(value: BencodeValue | Encodable): unknown {
  if (typeof value === 'number') return BigInt(value);
  if (value instanceof Uint8Array) return [...value];
  if (Array.isArray(value)) return { list: value.map(plain) };
  if (value instanceof BencodeDict || value instanceof Map) {
    const entries = [...value.entries()].map(([key, item]) => [key, plain(item)] as const);
    return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  return value;
}

/** Decodes and, whatever comes of it, checks what must always hold. Returns whether the bytes were taken. */
function checkTotal(bytes: Uint8Array): boolean {
  const strict = decodeBencode(bytes, { order: 'strict' });
  if (strict.ok) {
    invariant(equalBytes(encodeBencode(strict.value), bytes), 'strict input is not canonical');
    return true;
  }
  const { offset, message } = strict.error;
  invariant(offset >= 0 && offset <= bytes.length, `${message} at ${offset} of ${bytes.length}`);
  const prefix = decodeBencodePrefix(bytes);
  invariant(!prefix.ok || prefix.value.end <= bytes.length, 'a value ends past the end');
  return false;
}

describe('bencode', () => {
  it('reads back what it encodes', () => {
    fc.assert(
      fc.property(encodable, (value) => {
        const bytes = encodeBencode(value);
        const decoded = decodeBencode(bytes, { order: 'strict' });
        invariant(decoded.ok, 'canonical bytes are refused');
        expect(plain(decoded.value)).toEqual(plain(value));
        expect(encodeBencode(decoded.value)).toEqual(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses every proper prefix of a value', () => {
    fc.assert(
      fc.property(encodable, (value) => {
        const bytes = encodeBencode(value);
        for (let end = 0; end < bytes.length; end++) {
          expect(decodeBencode(bytes.subarray(0, end)).ok).toBe(false);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('gives a result for 60,000 mutations of valid input', () => {
    let taken = 0;
    let refused = 0;
    const mutation = fc.tuple(
      fc.nat(),
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom('set', 'insert', 'delete'),
    );
    fc.assert(
      fc.property(encodable, fc.array(mutation, { minLength: 30, maxLength: 30 }), (value, mutations) => {
        const original = encodeBencode(value);
        let bytes = original;
        for (const [index, [place, byte, kind]] of mutations.entries()) {
          // A few mutations pile up, then a fresh start: else nothing valid would be left of it.
          if (index % 3 === 0) bytes = original;
          const at = place % bytes.length;
          const after = kind === 'insert' ? at : at + 1;
          bytes = Uint8Array.from([
            ...bytes.subarray(0, at),
            ...(kind === 'delete' ? [] : [byte]),
            ...bytes.subarray(after),
          ]);
          if (bytes.length === 0) bytes = original;
          if (checkTotal(bytes)) taken += 1;
          else refused += 1;
        }
      }),
      { numRuns: 2000 },
    );
    // Both ways are really walked.
    expect(taken).toBeGreaterThan(2000);
    expect(refused).toBeGreaterThan(20_000);
  });

  it('gives a result for 60,000 strings over the alphabet of bencode', () => {
    const noise = fc.array(fc.constantFrom(...'ilde0123459:-aei'), { maxLength: 40 });
    let taken = 0;
    fc.assert(
      fc.property(fc.array(noise, { minLength: 60, maxLength: 60 }), (texts) => {
        for (const text of texts) if (checkTotal(fromLatin1(text.join('')))) taken += 1;
      }),
      { numRuns: 1000 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  it('gives a result for random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        checkTotal(bytes);
      }),
      { numRuns: 5000 },
    );
  });
});
