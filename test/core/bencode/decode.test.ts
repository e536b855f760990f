/** The bencode decoder: what it takes, what it refuses and where it says the fault is. */
import { describe, expect, it } from 'vitest';
import {
  BencodeDict,
  type BencodeValue,
  type DecodeOptions,
  decodeBencode,
  decodeBencodeDict,
  decodeBencodePrefix,
} from '../../../src/core/bencode/index.ts';
import { fromLatin1, toLatin1 } from '../../../src/core/bytes.ts';

function decode(text: string, options?: DecodeOptions): BencodeValue {
  const result = decodeBencode(fromLatin1(text), options);
  if (!result.ok) throw new Error(`${result.error.message} at ${result.error.offset}`);
  return result.value;
}

function decodeDict(text: string): BencodeDict {
  const value = decode(text);
  if (!(value instanceof BencodeDict)) throw new Error('not a dictionary');
  return value;
}

describe('integers', () => {
  it.each<[string, number | bigint]>([
    ['i0e', 0],
    ['i7e', 7],
    ['i-42e', -42],
    ['i2147483648e', 2 ** 31],
    ['i4294967296e', 2 ** 32],
    ['i9007199254740991e', Number.MAX_SAFE_INTEGER],
    ['i9007199254740992e', 2n ** 53n],
    ['i9007199254740993e', 2n ** 53n + 1n],
    ['i-9007199254740991e', Number.MIN_SAFE_INTEGER],
    ['i-9007199254740993e', -(2n ** 53n) - 1n],
    ['i9223372036854775808e', 2n ** 63n],
    ['i-9223372036854775808e', -(2n ** 63n)],
    ['i18446744073709551615e', 2n ** 64n - 1n],
  ])('%s is exact', (text, value) => {
    expect(decode(text)).toBe(value);
  });

  it.each<[string, string, number]>([
    ['ie', 'an integer has no digits', 0],
    ['i-e', 'an integer has no digits', 0],
    ['i-0e', 'an integer is minus zero', 0],
    ['i03e', 'an integer has leading zeros', 1],
    ['i-03e', 'an integer has leading zeros', 2],
    ['i00e', 'an integer has leading zeros', 1],
    ['i+1e', 'unexpected byte 0x2b inside an integer', 1],
    ['i 1e', 'unexpected byte 0x20 inside an integer', 1],
    ['i1.5e', 'unexpected byte 0x2e inside an integer', 2],
    ['i--1e', 'unexpected byte 0x2d inside an integer', 2],
    ['i', 'the input ends inside an integer', 1],
    ['i1', 'the input ends inside an integer', 2],
    ['i18446744073709551616e', 'an integer does not fit in 64 bits', 0],
    ['i-9223372036854775809e', 'an integer does not fit in 64 bits', 0],
    [`i${'9'.repeat(5000)}e`, 'an integer does not fit in 64 bits', 0],
  ])('%s is refused', (text, message, offset) => {
    expect(decodeBencode(fromLatin1(text))).toEqual({ ok: false, error: { message, offset } });
  });
});

describe('strings, lists and dictionaries', () => {
  it('reads byte strings as views of the input', () => {
    const bytes = fromLatin1('4:sp\0\xff');
    const result = decodeBencode(bytes);
    expect(result).toEqual({ ok: true, value: fromLatin1('sp\0\xff') });
    expect(result.ok && (result.value as Uint8Array).buffer === bytes.buffer).toBe(true);
    expect(decode('0:')).toEqual(new Uint8Array(0));
  });

  it('gives plain byte arrays for a Buffer too, and offsets of its own bytes', () => {
    const buffer = Buffer.from('xxd1:ai1ee').subarray(2);
    const result = decodeBencodeDict(buffer);
    expect(result.ok && result.value.rangeOf('a')).toEqual({ start: 4, end: 7 });
    const string = decodeBencode(Buffer.from('2:ab'));
    expect(string.ok && string.value.constructor).toBe(Uint8Array);
  });

  it('nests', () => {
    expect(decode('lli1eelee')).toEqual([[1], []]);
    const dict = decodeDict('d1:ad1:bli1e2:xyee1:c0:e');
    expect([...dict.keys()]).toEqual(['a', 'c']);
    expect(dict.getDict('a')?.getList('b')).toEqual([1, fromLatin1('xy')]);
  });

  it('reads the messages of BEP 5', () => {
    const dict = decodeDict('d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe');
    expect(dict.getDict('a')?.getBytes('id', 20)).toEqual(fromLatin1('abcdefghij0123456789'));
    expect(dict.getText('q')).toBe('ping');
    expect(decodeDict('d1:eli201e23:A Generic Error Ocurrede1:t2:aa1:y1:ee').getList('e')?.[0]).toBe(201);
  });

  it.each<[string, string, number]>([
    ['', 'the input ends where a value should begin', 0],
    ['x', 'unexpected byte 0x78 where a value should begin', 0],
    ['-1:a', 'unexpected byte 0x2d where a value should begin', 0],
    ['e', 'unexpected byte 0x65 where a value should begin', 0],
    ['5:spam', 'a string runs past the end of the input', 0],
    ['1:', 'a string runs past the end of the input', 0],
    ['1', 'the input ends inside a string length', 1],
    ['4spam', 'unexpected byte 0x73 inside a string length', 1],
    ['04:spam', 'a string length has leading zeros', 0],
    ['00:', 'a string length has leading zeros', 0],
    ['l4294967297:ae', 'a string runs past the end of the input', 1],
    [`${'9'.repeat(400)}:a`, 'a string runs past the end of the input', 0],
    ['l', 'the input ends where a value should begin', 1],
    ['li1e', 'the input ends where a value should begin', 4],
    ['d', 'the input ends where a dictionary key should begin', 1],
    ['d1:a', 'the input ends where a value should begin', 4],
    ['d1:ae', 'a dictionary key has no value', 4],
    ['di1e1:ae', 'unexpected byte 0x69 where a dictionary key should begin', 1],
    ['d1:ai1e1:ai1ee', 'a dictionary key appears twice', 7],
    ['d1:ai1e1:bi2e1:ai3ee', 'a dictionary key appears twice', 13],
    ['i1ei2e', 'there are bytes after the end of the value', 3],
    ['le\n', 'there are bytes after the end of the value', 2],
  ])('%j is refused', (text, message, offset) => {
    expect(decodeBencode(fromLatin1(text))).toEqual({ ok: false, error: { message, offset } });
  });

  it('takes keys out of order unless told otherwise', () => {
    expect([...decodeDict('d1:bi1e1:ai2ee').keys()]).toEqual(['b', 'a']);
    expect(decodeBencode(fromLatin1('d1:bi1e1:ai2ee'), { order: 'strict' })).toEqual({
      ok: false,
      error: { message: 'dictionary keys are not in order', offset: 7 },
    });
    // Raw byte order: a prefix first, bytes above 0x7f last.
    expect(decode('d0:i0e1:ai0e2:aai0e1:bi0e1:\xffi0ee', { order: 'strict' })).toBeInstanceOf(BencodeDict);
  });

  it('keeps keys that mean something to JavaScript apart from the object', () => {
    const dict = decodeDict('d11:constructori1e9:__proto__d1:xi2eee');
    expect(dict.getInteger('constructor')).toBe(1);
    expect(dict.getDict('__proto__')?.getInteger('x')).toBe(2);
    expect(dict.get('toString')).toBeUndefined();
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  it('reads a key longer than any argument list', () => {
    const key = 'k\xe9'.repeat(300_000);
    const dict = decodeDict(`d${key.length}:${key}i1ee`);
    expect(dict.getInteger(key)).toBe(1);
  });
});

describe('limits', () => {
  it.each(['l', 'd1:a'])('takes 100 nested %s and refuses one more', (opening) => {
    const nested = (depth: number) =>
      `${opening.repeat(depth)}${opening === 'l' ? '' : 'i0e'}${'e'.repeat(depth)}`;
    expect(decodeBencode(fromLatin1(nested(100))).ok).toBe(true);
    expect(decodeBencode(fromLatin1(nested(101)))).toMatchObject({
      ok: false,
      error: {
        message: 'lists and dictionaries are nested more than 100 deep',
        offset: 100 * opening.length,
      },
    });
  });

  it('counts depth, not how many lists there are', () => {
    expect(decodeBencode(fromLatin1(`l${'le'.repeat(500)}e`)).ok).toBe(true);
    expect(decodeBencode(fromLatin1('lllleeee'), { depthLimit: 3 })).toMatchObject({ ok: false });
  });

  it('refuses a nesting bomb of a million levels', () => {
    expect(decodeBencode(new Uint8Array(1_000_000).fill(0x6c))).toMatchObject({
      ok: false,
      error: { offset: 100 },
    });
  });

  it('refuses more values and keys than the limit', () => {
    const text = 'd1:ali1ei2eee';
    expect(decodeBencode(fromLatin1(text), { tokenLimit: 5 }).ok).toBe(true);
    expect(decodeBencode(fromLatin1(text), { tokenLimit: 4 })).toEqual({
      ok: false,
      error: { message: 'too many values', offset: 8 },
    });
  });
});

describe('a value that is followed by a payload', () => {
  it('says where the value ends (the data message of BEP 9)', () => {
    const message = 'd8:msg_typei1e5:piecei0e10:total_sizei34256eexxxx';
    const result = decodeBencodePrefix(fromLatin1(`__${message}`), 2);
    expect(result.ok && result.value.end).toBe(2 + message.length - 4);
    expect(result.ok && (result.value.value as BencodeDict).getInteger('total_size')).toBe(34256);
  });

  it('counts offsets in errors from the start of the array', () => {
    expect(decodeBencodePrefix(fromLatin1('xxi-0e'), 2)).toMatchObject({ ok: false, error: { offset: 2 } });
    expect(decodeBencodePrefix(fromLatin1('i1e'), 9)).toMatchObject({ ok: false, error: { offset: 9 } });
  });
});

describe('dictionary getters', () => {
  const text = 'd1:ai5e1:b2:\xc3\xa91:cli1ee1:dd1:xi1eee';
  const dict = decodeDict(text);

  it('give values of their own type only', () => {
    expect(dict.size).toBe(4);
    expect(dict.getInteger('a')).toBe(5);
    expect(dict.getText('b')).toBe('é');
    expect(dict.getBytes('b', 2)).toEqual(fromLatin1('\xc3\xa9'));
    expect(dict.getBytes('b', 3)).toBeUndefined();
    expect(dict.getList('c')).toEqual([1]);
    expect(dict.getDict('d')?.getInteger('x')).toBe(1);
    for (const key of ['b', 'c', 'd', 'z']) expect(dict.getInteger(key)).toBeUndefined();
    for (const key of ['a', 'c', 'd', 'z']) expect(dict.getBytes(key)).toBeUndefined();
    for (const key of ['a', 'c', 'd', 'z']) expect(dict.getText(key)).toBeUndefined();
    for (const key of ['a', 'b', 'd', 'z']) expect(dict.getList(key)).toBeUndefined();
    for (const key of ['a', 'b', 'c', 'z']) expect(dict.getDict(key)).toBeUndefined();
  });

  it('leave integers above the safe range to `get`', () => {
    const big = decodeDict('d1:ni9007199254740993ee');
    expect(big.getInteger('n')).toBeUndefined();
    expect(big.get('n')).toBe(9007199254740993n);
  });

  it('tell where each value lies in the input', () => {
    const slice = (key: string) => {
      const range = dict.rangeOf(key);
      return range && text.slice(range.start, range.end);
    };
    expect(['a', 'b', 'c', 'd', 'z'].map(slice)).toEqual([
      'i5e',
      '2:\xc3\xa9',
      'li1ee',
      'd1:xi1ee',
      undefined,
    ]);
    expect(dict.getDict('d')?.start).toBe(text.indexOf('d1:x'));
  });

  it('refuse another root than a dictionary', () => {
    expect(decodeBencodeDict(fromLatin1('le'))).toEqual({
      ok: false,
      error: { message: 'not a dictionary', offset: 0 },
    });
    const result = decodeBencodeDict(fromLatin1('d1:a1:be'));
    expect(result.ok && toLatin1(result.value.getBytes('a') as Uint8Array)).toBe('b');
  });
});
