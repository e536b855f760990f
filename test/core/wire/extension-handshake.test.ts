/** The extension handshake (BEP 10): every field optional, none trusted. */
import { describe, expect, it } from 'vitest';
import { fromLatin1, toLatin1 } from '../../../src/core/bytes.ts';
import {
  decodeExtensionHandshake,
  encodeExtensionHandshake,
} from '../../../src/core/wire/extension-handshake.ts';

const decode = (text: string) => {
  const result = decodeExtensionHandshake(fromLatin1(text));
  return result.ok ? result.value : undefined;
};

const NOTHING = { extensions: new Map(), listenPort: undefined, requestQueue: undefined, client: undefined };

describe('the extension handshake', () => {
  it('is a sorted dictionary', () => {
    const bytes = encodeExtensionHandshake({
      extensions: new Map([
        ['ut_pex', 1],
        ['ut_metadata', 2],
      ]),
      listenPort: 6881,
      requestQueue: 500,
      client: 'swarmlab',
    });
    expect(toLatin1(bytes)).toBe('d1:md11:ut_metadatai2e6:ut_pexi1ee1:pi6881e4:reqqi500e1:v8:swarmlabe');
    expect(decode(toLatin1(bytes))).toEqual({
      extensions: new Map([
        ['ut_metadata', 2],
        ['ut_pex', 1],
      ]),
      listenPort: 6881,
      requestQueue: 500,
      client: 'swarmlab',
    });
  });

  it('may say nothing at all', () => {
    expect(decode('de')).toEqual(NOTHING);
  });

  it.each([
    ['no bencode', 'hello'],
    ['an empty body', ''],
    ['a list', 'le'],
    ['a cut-off dictionary', 'd1:md'],
    ['a nesting bomb', `d1:m${'l'.repeat(50_000)}`],
    ['a string longer than the rest', 'd1:v99999999:xe'],
  ])('is an error when it is %s', (_name, text) => {
    expect(decode(text)).toBeUndefined();
  });

  it.each([
    ['m is a number', 'd1:mi5ee'],
    ['m is a list', 'd1:mlee'],
    ['an id is above 255', 'd1:md6:ut_pexi256eee'],
    ['an id is negative', 'd1:md6:ut_pexi-1eee'],
    ['an id is text', 'd1:md6:ut_pex1:1ee'],
    ['the port is 0', 'd1:pi0ee'],
    ['the port is 70000', 'd1:pi70000ee'],
    ['the port is text', 'd1:p4:6881e'],
    ['reqq is negative', 'd4:reqqi-1ee'],
    ['reqq is 0', 'd4:reqqi0ee'],
    ['reqq is 2^40', 'd4:reqqi1099511627776ee'],
    ['yourip has three bytes', 'd6:yourip3:abce'],
    ['there are keys that nobody knows', 'd9:__proto__i1e11:constructori2ee'],
    ['the client is a number', 'd1:vi1ee'],
  ])('ignores the field when %s', (_name, text) => {
    expect(decode(text)).toEqual(NOTHING);
  });

  it('keeps the good fields beside the bad ones, and id 0, which switches off', () => {
    expect(decode('d1:md3:fooi0e3:bari300ee1:pi70000e4:reqqi7ee')).toEqual({
      ...NOTHING,
      extensions: new Map([['foo', 0]]),
      requestQueue: 7,
    });
  });

  it('keeps names like __proto__ as plain names', () => {
    expect(decode('d1:md9:__proto__i3eee')?.extensions.get('__proto__')).toBe(3);
  });

  it('keeps a bounded number of names and a bounded client', () => {
    const names = Array.from({ length: 1000 }, (_, index) => `4:${1000 + index}i1e`).join('');
    expect(decode(`d1:md${names}ee`)?.extensions.size).toBe(64);
    expect(decode(`d1:v5000:${'x'.repeat(5000)}e`)?.client).toHaveLength(64);
  });
});
