/**
 * Random and mutated bytes through every decoder of the engine, 10^5 cases each: it answers with a result, throws nothing,
 * and leaves what it was given alone. A decoder that nobody puts in front of random bytes is a finding.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeCompactAddresses, parseAddress, parseIp } from '../../src/core/address.ts';
import { decodeBencode, decodeBencodeDict, decodeBencodePrefix } from '../../src/core/bencode/decode.ts';
import { Bitfield } from '../../src/core/bitfield.ts';
import { decodeUtf8, equalBytes, fromLatin1, toLatin1 } from '../../src/core/bytes.ts';
import { decodeNodes } from '../../src/core/dht/compact-nodes.ts';
import { decodeDhtState, encodeDhtState } from '../../src/core/dht/dht-state.ts';
import { encodeGet, RequestReader } from '../../src/core/http/request.ts';
import { encodeResponse, ResponseReader } from '../../src/core/http/response.ts';
import { parseUrl } from '../../src/core/http/url.ts';
import { parseFileChoice } from '../../src/core/metainfo/file-selection.ts';
import { encodeTorrentFile, parseTorrentFile } from '../../src/core/metainfo/index.ts';
import { parseInfo } from '../../src/core/metainfo/parse.ts';
import type { Hasher } from '../../src/core/ports.ts';
import {
  decodeResumeState,
  encodeResumeState,
  FILE_MARK_LENGTH,
} from '../../src/core/torrent/resume-state.ts';
import { decodeAnnounceReply, decodeScrapeReply } from '../../src/core/tracker/http-replies.ts';
import { decodeTrackerTarget } from '../../src/core/tracker/http-requests.ts';
import { decodeUdpReply, encodeUdpReply } from '../../src/core/tracker/udp-replies.ts';
import { decodeUdpRequest, encodeUdpRequest } from '../../src/core/tracker/udp-requests.ts';
import { decodeHandshake, encodeHandshake } from '../../src/core/wire/handshake.ts';
import { DecoderFor } from '../support/decoding.ts';
import { nodeHasher } from '../support/fake-world.ts';
import { Mutations } from '../support/mutations.ts';

const CASES = 100_000;

const HASH = new Uint8Array(20).fill(0xab);
const ADDRESS = { host: '192.0.2.1', port: 6881 };
const TORRENT = encodeTorrentFile({
  name: 'a',
  files: [
    { path: ['b', 'c'], length: 20_000 },
    { path: ['d'], length: 30_000 },
  ],
  pieceLength: 16_384,
  pieceHashes: new Uint8Array(80).fill(0xab),
  trackers: [['http://t.example/announce'], ['udp://t.example:1']],
});
const parsedTorrent = parseTorrentFile(TORRENT, nodeHasher);
if (!parsedTorrent.ok) throw new Error(parsedTorrent.error.message);
const METAINFO = parsedTorrent.value;
const INFO = METAINFO.infoBytes;
/** Mutated states would all fail at their checksum. */
const NO_CHECKSUM: Hasher = { sha1: () => new Uint8Array(20) };
const latin1 = (...texts: readonly string[]): Uint8Array[] => texts.map((text) => fromLatin1(text));

interface Case {
  /** Functions of `src/core` that are tried by it. */
  readonly covers: readonly string[];
  readonly good: readonly Uint8Array[];
  /** False when the answer is not as it must be. */
  readonly decode: (bytes: Uint8Array) => boolean;
}

const isResult = (result: { readonly ok: boolean } | undefined): boolean =>
  result === undefined || typeof result.ok === 'boolean';

/** All messages of the peer wire, as a conversation. */
const CONVERSATION: Uint8Array = (() => {
  const handshake = encodeHandshake({
    infoHash: HASH,
    peerId: HASH,
    extensionProtocol: true,
    fastExtension: true,
    dht: true,
  });
  const messages = [
    [0, 0, 0, 0],
    [0, 0, 0, 3, 5, 0xf0, 0],
    [0, 0, 0, 1, 2],
    [0, 0, 0, 5, 4, 0, 0, 0, 1],
    [0, 0, 0, 13, 6, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 64, 0],
    [0, 0, 0, 13, 7, 0, 0, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4],
    [0, 0, 0, 3, 9, 26, 225],
    [0, 0, 0, 5, 13, 0, 0, 0, 2],
    [0, 0, 0, 13, 16, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 64, 0],
    [0, 0, 0, 6, 20, 0, 100, 49, 58, 101],
  ];
  return Uint8Array.from([...handshake, ...messages.flat()]);
})();

/** The whole conversation, in three portions. What is asked of the handler stays within what was declared. */
function converse(bytes: Uint8Array): boolean {
  let asked = 0;
  const decoder = new DecoderFor({
    onHandshake() {},
    onKeepAlive() {},
    onBare() {},
    onIndexed() {},
    onBitfield() {},
    onBlockNamed() {},
    onPieceHeader: (_piece, _begin, length) => {
      asked = Math.max(asked, length);
      return new Uint8Array(length);
    },
    onPieceBody() {},
    onExtended() {},
    onPort() {},
    onUnknown() {},
    onWireError: () => decoder.stopDecoding(),
  });
  decoder.pieceCount = 12;
  const third = Math.floor(bytes.length / 3);
  decoder.push(bytes, 0, third);
  decoder.push(bytes, third, bytes.length);
  decoder.takeUnfinishedBody();
  return asked <= 1 << 17;
}

const reads =
  <T>(reader: () => { push(bytes: Uint8Array, start: number, end: number): T | undefined }) =>
  (bytes: Uint8Array): boolean => {
    const it = reader();
    const half = bytes.length >> 1;
    if (it.push(bytes, 0, half) === undefined) it.push(bytes, half, bytes.length);
    return true;
  };

const DECODERS: Readonly<Record<string, Case>> = {
  bencode: {
    covers: ['decodeBencode', 'decodeBencodeDict', 'decodeBencodePrefix'],
    good: [TORRENT, ...latin1('d1:ad2:bci-5ee1:xl1:yi0eee', 'll1:a1:beli9007199254740991eee')],
    decode: (bytes) =>
      isResult(decodeBencode(bytes)) &&
      isResult(decodeBencodeDict(bytes)) &&
      isResult(decodeBencodePrefix(bytes)),
  },
  'torrent file': {
    covers: ['parseTorrentFile', 'readTrackers', 'readWebSeeds', 'readDhtNodes', 'readSize', 'readFiles'],
    good: [TORRENT],
    decode: (bytes) => isResult(parseTorrentFile(bytes, nodeHasher)),
  },
  'info dictionary': {
    covers: ['parseInfo'],
    good: [INFO],
    decode: (bytes) => isResult(parseInfo(bytes, nodeHasher)),
  },
  'peer wire': { covers: [], good: [CONVERSATION], decode: converse },
  handshake: {
    covers: ['decodeHandshake'],
    good: [CONVERSATION.subarray(0, 68)],
    decode: (bytes) => bytes.length < 68 || isResult(decodeHandshake(bytes, 0)),
  },
  bitfield: {
    covers: [],
    good: [Uint8Array.of(0xff, 0xf0)],
    decode: (bytes) => isResult(Bitfield.fromWire(bytes, 12)),
  },
  'UDP request': {
    covers: ['decodeUdpRequest'],
    good: [
      encodeUdpRequest({ kind: 'connect', transaction: 7 }),
      encodeUdpRequest({
        kind: 'scrape',
        connectionId: { high: 0, low: 5 },
        transaction: 7,
        infoHashes: [HASH, HASH],
      }),
    ],
    decode: (bytes) => isResult(decodeUdpRequest(bytes)),
  },
  'UDP reply': {
    covers: ['decodeUdpReply'],
    good: [
      encodeUdpReply({ kind: 'connect', transaction: 7, connectionId: { high: 0, low: 5 } }),
      encodeUdpReply({ kind: 'error', transaction: 7, message: 'no' }),
    ],
    decode: (bytes) => isResult(decodeUdpReply(bytes, 4)) && isResult(decodeUdpReply(bytes, 16)),
  },
  'HTTP announce reply': {
    covers: ['decodeAnnounceReply'],
    good: latin1(
      'd8:completei1e10:incompletei2e8:intervali1800e5:peers12:abcdefghijkle',
      'd14:failure reason2:noe',
      'd8:intervali60e5:peersld2:ip9:192.0.2.17:peer id20:aaaaaaaaaaaaaaaaaaaa4:porti5eeee',
    ),
    decode: (bytes) => isResult(decodeAnnounceReply(bytes)),
  },
  'HTTP scrape reply': {
    covers: ['decodeScrapeReply'],
    good: latin1('d5:filesd20:aaaaaaaaaaaaaaaaaaaad8:completei1e10:downloadedi2e10:incompletei3eeee'),
    decode: (bytes) => isResult(decodeScrapeReply(bytes)),
  },
  'tracker target': {
    covers: ['decodeTrackerTarget'],
    good: latin1(
      `/announce?info_hash=${'%ab'.repeat(20)}&peer_id=${'a'.repeat(20)}&port=5&uploaded=0&downloaded=0&left=9&compact=1&event=started`,
      `/scrape?info_hash=${'%ab'.repeat(20)}`,
    ),
    decode: (bytes) => isResult(decodeTrackerTarget(toLatin1(bytes))),
  },
  URL: {
    covers: ['parseUrl'],
    good: latin1('http://user@host.example:8080/a/b?c=d#e', 'udp://[::1]:6969/announce'),
    decode: (bytes) => isResult(parseUrl(toLatin1(bytes))),
  },
  address: {
    covers: ['parseAddress', 'parseIp'],
    good: latin1('192.0.2.7:6881', '[2001:db8::7]:6881', '::ffff:1.2.3.4', '1::2:3'),
    decode: (bytes) => {
      const text = toLatin1(bytes);
      const ip = parseIp(text);
      return (ip === undefined || ip.length === 4 || ip.length === 16) && (parseAddress(text)?.port ?? 1) > 0;
    },
  },
  'compact addresses': {
    covers: ['decodeCompactAddresses', 'decodeNodes'],
    good: [new Uint8Array(6 * 26).fill(7)],
    decode: (bytes) => {
      const four = decodeCompactAddresses(bytes, 4);
      const six = decodeCompactAddresses(bytes, 16);
      const nodes = decodeNodes(bytes, 4, 8) ?? [];
      return four.length <= bytes.length / 6 && six.length <= bytes.length / 18 && nodes.length <= 8;
    },
  },
  'HTTP request': {
    covers: [],
    good: [encodeGet('t.example', '/announce?a=b')],
    decode: reads(() => new RequestReader()),
  },
  'HTTP response': {
    covers: [],
    good: [
      encodeResponse({ status: 200, contentType: 'text/plain', body: new Uint8Array(30) }),
      ...latin1('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n'),
    ],
    decode: reads(() => new ResponseReader(100)),
  },
  'state of the DHT': {
    covers: ['decodeDhtState'],
    good: [
      encodeDhtState({
        ipv4: { host: '192.0.2.9', nodes: [{ id: HASH, address: ADDRESS }] },
        ipv6: undefined,
      }),
    ],
    decode: (bytes) => decodeDhtState(bytes) !== undefined,
  },
  'state of a torrent': {
    covers: ['decodeResumeState'],
    good: [
      encodeResumeState(
        {
          synced: new Bitfield(METAINFO.pieceCount),
          unsynced: new Bitfield(METAINFO.pieceCount),
          partial: [{ piece: 1, blocks: Uint8Array.of(0x80) }],
          fileMarks: new Uint8Array(2 * FILE_MARK_LENGTH),
        },
        METAINFO,
        NO_CHECKSUM,
      ),
    ],
    decode: (bytes) => isResult(decodeResumeState(bytes, METAINFO, NO_CHECKSUM)),
  },
  'UTF-8': {
    covers: ['decodeUtf8'],
    good: [Uint8Array.of(0x61, 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80)],
    decode: (bytes) => decodeUtf8(bytes).length <= bytes.length,
  },
  'choice of files': {
    covers: ['parseFileChoice'],
    good: latin1('1,3-5', '2'),
    decode: (bytes) => (parseFileChoice(toLatin1(bytes), 9) ?? []).every((file) => file >= 0 && file < 9),
  },
};

/** Those of which 10^5 cases each are tried elsewhere. */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  'exchange.test.ts': [
    'decodePexMessage',
    'decodeMetadataMessage',
    'decodeLocalSearch',
    'decodeExtensionHandshake',
    'parseMagnetLink',
  ],
  'dht.test.ts': ['decodeKrpc'],
};

describe('random and mutated bytes', () => {
  let tried = 0;

  it.each(Object.entries(DECODERS))('%s', (_, { good, decode }) => {
    const mutations = new Mutations(7);
    let accepted = 0;
    for (let number = 0; number < CASES; number++) {
      const bytes = number % 4 === 0 ? mutations.random() : mutations.mutated(good);
      const copy = number % 16 === 0 ? bytes.slice() : undefined;
      let isRight = false;
      try {
        isRight = decode(bytes);
      } catch (error) {
        throw new Error(`case ${number}: [${bytes.join()}]`, { cause: error });
      }
      if (!isRight) throw new Error(`case ${number} is answered wrongly: [${bytes.join()}]`);
      if (copy !== undefined && !equalBytes(bytes, copy)) throw new Error(`case ${number} was changed`);
      accepted++;
    }
    expect(accepted).toBe(CASES);
    tried += accepted;
  });

  it('10^5 cases were tried of each', () => {
    expect(tried).toBe(CASES * Object.keys(DECODERS).length);
  });

  it('no decoder is forgotten', () => {
    const covered = new Set([
      ...Object.values(DECODERS).flatMap(({ covers }) => covers),
      ...Object.values(ELSEWHERE).flat(),
    ]);
    const root = join(import.meta.dirname, '../../src/core');
    const found: string[] = [];
    for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
      if (!path.endsWith('.ts')) continue;
      const source = readFileSync(join(root, path), 'utf8');
      for (const [, name] of source.matchAll(/^export function ((?:decode|parse|read)[A-Z]\w*)\(/gm)) {
        found.push(name as string);
      }
    }
    expect(found.length).toBeGreaterThan(25);
    // They read a number at a place that their callers have made sure of.
    const numbers = /^read(?:Uint|Int|Wide)\d+$/;
    expect(found.filter((name) => !covered.has(name) && !numbers.test(name))).toEqual([]);
    for (const [file, names] of Object.entries(ELSEWHERE)) {
      const source = readFileSync(join(import.meta.dirname, file), 'utf8');
      expect(names.filter((name) => !source.includes(name))).toEqual([]);
      expect(source).toMatch(/100_000|50_000/);
    }
  });
});
