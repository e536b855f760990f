/** KRPC messages: the vectors of BEP 5, round trips, and what is answered with an error or not at all. */
import { describe, expect, it } from 'vitest';
import { encodeUtf8, fromLatin1, toLatin1 } from '../../../src/core/bytes.ts';
import {
  decodeKrpc,
  encodeError,
  encodeQuery,
  encodeReply,
  type KrpcMessage,
} from '../../../src/core/dht/krpc.ts';

const ASKER = encodeUtf8('abcdefghij0123456789');
const ANSWERER = encodeUtf8('mnopqrstuvwxyz123456');
const T = encodeUtf8('aa');

function decode(text: string): KrpcMessage | string {
  const decoded = decodeKrpc(fromLatin1(text));
  return decoded.ok ? decoded.value : decoded.error.message;
}

describe('the messages of BEP 5', () => {
  const query = (rest: object) => ({ kind: 'query', transaction: T, readOnly: false, query: rest });
  const cases: [string, string, object][] = [
    [
      'ping',
      'd1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe',
      query({ method: 'ping', id: ASKER }),
    ],
    [
      'find_node',
      'd1:ad2:id20:abcdefghij01234567896:target20:mnopqrstuvwxyz123456e1:q9:find_node1:t2:aa1:y1:qe',
      query({ method: 'find_node', id: ASKER, target: ANSWERER, want: undefined }),
    ],
    [
      'get_peers',
      'd1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz123456e1:q9:get_peers1:t2:aa1:y1:qe',
      query({ method: 'get_peers', id: ASKER, infoHash: ANSWERER, want: undefined }),
    ],
    [
      'announce_peer',
      'd1:ad2:id20:abcdefghij012345678912:implied_porti1e9:info_hash20:mnopqrstuvwxyz1234564:porti6881e5:token8:aoeusnthe1:q13:announce_peer1:t2:aa1:y1:qe',
      query({
        method: 'announce_peer',
        id: ASKER,
        infoHash: ANSWERER,
        port: 6881,
        impliedPort: true,
        token: encodeUtf8('aoeusnth'),
      }),
    ],
  ];
  it.each(cases)('%s, both ways', (_name, text, message) => {
    const decoded = decode(text);
    expect(decoded).toEqual(message);
    const { query: asked } = decoded as Extract<KrpcMessage, { kind: 'query' }>;
    expect(toLatin1(encodeQuery(T, asked))).toBe(text);
  });

  it('the answer to a ping, both ways', () => {
    const text = 'd1:rd2:id20:mnopqrstuvwxyz123456e1:t2:aa1:y1:re';
    expect(decode(text)).toEqual({
      kind: 'reply',
      transaction: T,
      seenAt: undefined,
      reply: { id: ANSWERER, nodes: [], nodes6: [], values: [], token: undefined },
    });
    expect(toLatin1(encodeReply(T, { id: ANSWERER }))).toBe(text);
  });

  it('peers', () => {
    const text = 'd1:rd2:id20:abcdefghij01234567895:token8:aoeusnth6:valuesl6:axje.u6:idhtnmee1:t2:aa1:y1:re';
    expect(decode(text)).toMatchObject({
      kind: 'reply',
      reply: {
        token: encodeUtf8('aoeusnth'),
        values: [
          { host: '97.120.106.101', port: 0x2e75 },
          { host: '105.100.104.116', port: 0x6e6d },
        ],
      },
    });
  });

  it('an error, both ways', () => {
    const text = 'd1:eli201e23:A Generic Error Ocurrede1:t2:aa1:y1:ee';
    expect(decode(text)).toEqual({ kind: 'error', transaction: T });
    expect(toLatin1(encodeError(T, 201, 'A Generic Error Ocurred'))).toBe(text);
  });
});

describe('round trips', () => {
  it('nodes and peers of both families, the token, and where the asker is seen', () => {
    const nodes = [{ id: ANSWERER, address: { host: '1.2.3.4', port: 5 } }];
    const nodes6 = [{ id: ASKER, address: { host: '2001:db8::5', port: 6 } }];
    const values = [
      { host: '9.8.7.6', port: 54 },
      { host: '2001:db8::9', port: 32 },
    ];
    const token = encodeUtf8('tok');
    const seenAt = { host: '2001:db8::1', port: 77 };
    const decoded = decodeKrpc(encodeReply(T, { id: ASKER, nodes, nodes6, values, token }, seenAt, 'XX01'));
    expect(decoded.ok && decoded.value).toEqual({
      kind: 'reply',
      transaction: T,
      seenAt,
      reply: { id: ASKER, nodes, nodes6, values, token },
    });
  });

  it('what is wanted, and that the sender is read-only', () => {
    const want = { n4: true, n6: true };
    const bytes = encodeQuery(
      T,
      { method: 'find_node', id: ASKER, target: ANSWERER, want },
      { readOnly: true },
    );
    const decoded = decodeKrpc(bytes);
    expect(decoded.ok && decoded.value).toMatchObject({ readOnly: true, query: { want } });
  });
});

describe('answered with an error', () => {
  const id = '2:id20:abcdefghij0123456789';
  it.each([
    ['no method', `d1:ad${id}e1:t2:aa1:y1:qe`, 203],
    ['a method that is a number', `d1:ad${id}e1:qi4e1:t2:aa1:y1:qe`, 203],
    ['no arguments', 'd1:q4:ping1:t2:aa1:y1:qe', 203],
    ['arguments that are a list', 'd1:al2:ide1:q4:ping1:t2:aa1:y1:qe', 203],
    ['an id of 19 bytes', 'd1:ad2:id19:abcdefghij012345678e1:q4:ping1:t2:aa1:y1:qe', 203],
    ['an id of 21 bytes', 'd1:ad2:id21:abcdefghij01234567890e1:q4:ping1:t2:aa1:y1:qe', 203],
    ['an id that is a number', 'd1:ad2:idi7ee1:q4:ping1:t2:aa1:y1:qe', 203],
    ['a short target', `d1:ad${id}6:target3:abce1:q9:find_node1:t2:aa1:y1:qe`, 203],
    ['no info-hash', `d1:ad${id}e1:q9:get_peers1:t2:aa1:y1:qe`, 203],
    [
      'no token',
      `d1:ad${id}9:info_hash20:mnopqrstuvwxyz1234564:porti1ee1:q13:announce_peer1:t2:aa1:y1:qe`,
      203,
    ],
    [
      'port 0',
      `d1:ad${id}9:info_hash20:mnopqrstuvwxyz1234564:porti0e5:token1:xe1:q13:announce_peer1:t2:aa1:y1:qe`,
      203,
    ],
    [
      'port 65536',
      `d1:ad${id}9:info_hash20:mnopqrstuvwxyz1234564:porti65536e5:token1:xe1:q13:announce_peer1:t2:aa1:y1:qe`,
      203,
    ],
    ['an unknown method', `d1:ad${id}e1:q4:vote1:t2:aa1:y1:qe`, 204],
  ])('%s', (_name, text, code) => {
    expect(decode(text)).toMatchObject({ kind: 'bad query', code, transaction: T });
  });

  it('an unknown method that looks for something is taken for find_node', () => {
    const text = `d1:ad${id}6:target20:mnopqrstuvwxyz123456e1:q3:get1:t2:aa1:y1:qe`;
    expect(decode(text)).toMatchObject({ kind: 'query', query: { method: 'find_node', target: ANSWERER } });
  });
});

describe('not answered at all', () => {
  const ping = (t: string): string => `d1:ad2:id20:abcdefghij0123456789e1:q4:ping${t}1:y1:qe`;
  it.each([
    ['no transaction id', ping('')],
    ['an empty transaction id', ping('1:t0:')],
    ['a transaction id that is a number', ping('1:ti5e')],
    ['a transaction id of 1000 bytes', ping(`1:t1000:${'x'.repeat(1000)}`)],
    ['no kind', 'd1:t2:aae'],
    ['an unknown kind', 'd1:t2:aa1:y1:xe'],
    ['a list', 'l1:qe'],
    ['nothing', ''],
    ['what comes after the end', `${ping('1:t2:aa')}x`],
    ['3000 bytes', `d1:a3000:${'x'.repeat(3000)}1:t2:aa1:y1:qe`],
  ])('%s', (_name, text) => {
    expect(typeof decode(text)).toBe('string');
  });
});

describe('a reply that is none', () => {
  it.each([
    ['nothing in it', 'd1:t2:aa1:y1:re'],
    ['an id of 19 bytes', 'd1:rd2:id19:mnopqrstuvwxyz12345e1:t2:aa1:y1:re'],
    ['nodes of 27 bytes', `d1:rd2:id20:mnopqrstuvwxyz1234565:nodes27:${'x'.repeat(27)}e1:t2:aa1:y1:re`],
    ['nodes6 of 26 bytes', `d1:rd2:id20:mnopqrstuvwxyz1234566:nodes626:${'x'.repeat(26)}e1:t2:aa1:y1:re`],
  ])('%s', (_name, text) => {
    expect(decode(text)).toMatchObject({ kind: 'reply', reply: undefined });
  });

  it('peers of odd lengths and with port 0 are passed over, and a long list of nodes is cut', () => {
    const nodes = 'y'.repeat(26 * 40);
    const text = `d1:rd2:id20:mnopqrstuvwxyz1234565:nodes${nodes.length}:${nodes}6:valuesl5:axje.6:axje\0\0i4e6:axje.ue e1:t2:aa1:y1:re`;
    const decoded = decode(text.replace('ue e1', 'uee1')) as Extract<KrpcMessage, { kind: 'reply' }>;
    expect(decoded.reply?.values).toEqual([{ host: '97.120.106.101', port: 0x2e75 }]);
    expect(decoded.reply?.nodes).toHaveLength(16);
  });
});
