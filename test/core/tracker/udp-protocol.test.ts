/** The UDP tracker protocol byte by byte: the layouts of BEP 15, the options of BEP 41, and what is not a packet. */
import { describe, expect, it } from 'vitest';
import { fromHex, fromLatin1, toHex } from '../../../src/core/bytes.ts';
import type { AnnounceRequest } from '../../../src/core/tracker/announce.ts';
import { decodeUdpReply, encodeUdpReply, type UdpReply } from '../../../src/core/tracker/udp-replies.ts';
import {
  decodeUdpRequest,
  encodeUdpRequest,
  type UdpRequest,
} from '../../../src/core/tracker/udp-requests.ts';

const hex = (text: string): Uint8Array => fromHex(text.replace(/\s/g, '')) as Uint8Array;

const announce: AnnounceRequest = {
  infoHash: fromLatin1('aaaaaaaaaaaaaaaaaaaa'),
  peerId: fromLatin1('bbbbbbbbbbbbbbbbbbbb'),
  port: 6881,
  downloaded: 0x1_0000_0002,
  left: 3,
  uploaded: 4,
  event: 'started',
  numwant: -1,
  key: 0xfedcba98,
};

const ANNOUNCE_HEX = `
  8000000000000001 00000001 0a0b0c0d
  ${'61'.repeat(20)} ${'62'.repeat(20)}
  0000000100000002 0000000000000003 0000000000000004
  00000002 00000000 fedcba98 ffffffff 1ae1`;

const requests: readonly (readonly [string, UdpRequest, string])[] = [
  ['connect', { kind: 'connect', transaction: 0x01020304 }, '0000041727101980 00000000 01020304'],
  [
    'announce, with a connection id whose high bit is set',
    {
      kind: 'announce',
      transaction: 0x0a0b0c0d,
      connectionId: { high: -2147483648, low: 1 },
      announce,
      urlData: '',
    },
    ANNOUNCE_HEX,
  ],
  [
    'announce with the URL data of BEP 41',
    {
      kind: 'announce',
      transaction: 0x0a0b0c0d,
      connectionId: { high: -2147483648, low: 1 },
      announce,
      urlData: '/dir?a=b&c=d',
    },
    `${ANNOUNCE_HEX} 02 0c 2f6469723f613d6226633d64`,
  ],
  [
    'scrape of two',
    {
      kind: 'scrape',
      transaction: 0xffffffff,
      connectionId: { high: -1, low: -1 },
      infoHashes: [announce.infoHash, announce.peerId],
    },
    `ffffffffffffffff 00000002 ffffffff ${'61'.repeat(20)} ${'62'.repeat(20)}`,
  ],
];

describe('requests', () => {
  it.each(requests)('%s has the layout of the specification', (_, request, layout) => {
    expect(toHex(encodeUdpRequest(request))).toBe(toHex(hex(layout)));
    expect(decodeUdpRequest(hex(layout))).toEqual({ ok: true, value: request });
  });

  it('numbers the events as BEP 15 does', () => {
    const numbers = (['none', 'completed', 'started', 'stopped'] as const).map((event) => {
      const bytes = encodeUdpRequest({
        kind: 'announce',
        transaction: 0,
        connectionId: { high: 0, low: 0 },
        announce: { ...announce, event },
        urlData: '',
      });
      return bytes[83];
    });
    expect(numbers).toEqual([0, 1, 2, 3]);
  });

  it('takes an event of the future for none', () => {
    const bytes = hex(ANNOUNCE_HEX);
    bytes[83] = 4;
    const decoded = decodeUdpRequest(bytes);
    expect(decoded.ok && decoded.value.kind === 'announce' && decoded.value.announce.event).toBe('none');
  });

  it('accepts every packet that is longer than needed and refuses every shorter one', () => {
    for (const [name, , layout] of requests.slice(0, 2)) {
      const bytes = hex(layout);
      expect(decodeUdpRequest(new Uint8Array([...bytes, 0, 9, 9])).ok, name).toBe(true);
      for (let length = 0; length < bytes.length; length++) {
        expect(decodeUdpRequest(bytes.subarray(0, length)).ok, `${name} cut to ${length}`).toBe(false);
      }
    }
  });

  it('keeps only whole info-hashes of a scrape, at most 74, at least one', () => {
    const scrape = (bytes: number): number | undefined => {
      const packet = new Uint8Array(16 + bytes);
      packet[11] = 2;
      const decoded = decodeUdpRequest(packet);
      return decoded.ok && decoded.value.kind === 'scrape' ? decoded.value.infoHashes.length : undefined;
    };
    expect([0, 19, 20, 39, 40, 2000].map(scrape)).toEqual([undefined, undefined, 1, 1, 2, 74]);
  });

  it('refuses a connect without the protocol id and an unknown action', () => {
    expect(decodeUdpRequest(hex('0000041727101981 00000000 00000000')).ok).toBe(false);
    expect(decodeUdpRequest(hex('0000041727101980 00000009 00000000')).ok).toBe(false);
  });

  it.each([
    ['parts are joined', '02 02 2f61 02 01 62', '/ab'],
    ['padding is skipped', '01 01 02 01 2f', '/'],
    ['the end marker ends', '02 01 2f 00 02 01 61', '/'],
    ['unknown options are skipped', '07 02 ffff 02 01 2f', '/'],
    ['a length beyond the packet ends the list', '02 01 2f 02 09 61', '/'],
    ['an option without a length ends the list', '02', ''],
  ])('BEP 41: %s', (_, options, expected) => {
    const decoded = decodeUdpRequest(hex(ANNOUNCE_HEX + options));
    expect(decoded.ok && decoded.value.kind === 'announce' && decoded.value.urlData).toBe(expected);
  });

  it('splits URL data that is longer than an option', () => {
    const urlData = `/${'x'.repeat(600)}`;
    const request: UdpRequest = {
      kind: 'announce',
      transaction: 1,
      connectionId: { high: 0, low: 1 },
      announce,
      urlData,
    };
    expect(decodeUdpRequest(encodeUdpRequest(request))).toEqual({ ok: true, value: request });
  });
});

const replies: readonly (readonly [string, UdpReply, string])[] = [
  [
    'connect',
    { kind: 'connect', transaction: 0x01020304, connectionId: { high: -268435456, low: 0 } },
    '00000000 01020304 f000000000000000',
  ],
  [
    'announce over IPv4',
    {
      kind: 'announce',
      transaction: 5,
      intervalSeconds: 1800,
      incomplete: 2,
      complete: 1,
      peers: [
        { host: '10.0.0.7', port: 6881 },
        { host: '192.0.2.255', port: 80 },
      ],
    },
    '00000001 00000005 00000708 00000002 00000001 0a0000071ae1 c00002ff0050',
  ],
  [
    'scrape',
    { kind: 'scrape', transaction: 6, counts: [{ complete: 1, downloaded: 2, incomplete: 3 }] },
    '00000002 00000006 00000001 00000002 00000003',
  ],
  ['error', { kind: 'error', transaction: 7, message: 'no' }, '00000003 00000007 6e6f'],
];

describe('replies', () => {
  it.each(replies)('%s has the layout of the specification', (_, reply, layout) => {
    expect(toHex(encodeUdpReply(reply))).toBe(toHex(hex(layout)));
    expect(decodeUdpReply(hex(layout), 4)).toEqual({ ok: true, value: reply });
  });

  it('reads 18 bytes a peer when the packet came over IPv6', () => {
    const reply: UdpReply = {
      kind: 'announce',
      transaction: 5,
      intervalSeconds: 60,
      incomplete: 0,
      complete: 0,
      peers: [{ host: '2001:db8::1', port: 6881 }],
    };
    expect(encodeUdpReply(reply).length).toBe(20 + 18);
    expect(decodeUdpReply(encodeUdpReply(reply), 16)).toEqual({ ok: true, value: reply });
  });

  it.each([
    ['connect', '00000000 01020304 f000000000000000', 16],
    ['announce', '00000001 00000005 00000708 00000002 00000001', 20],
    ['error', '00000003 00000007', 8],
  ])('%s: shorter is a failure, longer is not', (_, layout, needed) => {
    const bytes = hex(layout);
    for (let length = 0; length < needed; length++) {
      expect(decodeUdpReply(bytes.subarray(0, length), 4).ok, `cut to ${length}`).toBe(false);
    }
    expect(decodeUdpReply(new Uint8Array([...bytes, 1]), 4).ok).toBe(true);
  });

  it('ignores a tail that is no whole peer, and peers with port 0', () => {
    const tail = '0a0000071ae1 0a0000080000 0a00000919';
    const decoded = decodeUdpReply(hex(`00000001 00000005 00000708 00000002 00000001 ${tail}`), 4);
    expect(decoded.ok && decoded.value.kind === 'announce' && decoded.value.peers).toEqual([
      { host: '10.0.0.7', port: 6881 },
    ]);
  });

  it('makes an error message fit to be shown', () => {
    const decoded = decodeUdpReply(hex(`00000003 00000007 ff0a1b5b ${'61'.repeat(5000)}`), 4);
    const message = decoded.ok && decoded.value.kind === 'error' ? decoded.value.message : '';
    expect(message).toMatch(/^\ufffd {2}\[a+$/);
    expect(message.length).toBeLessThanOrEqual(240);
  });
});
