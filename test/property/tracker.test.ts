/** Whatever arrives, the decoders of trackers and HTTP answer with a result; and what we encode, we read back. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBencode } from '../../src/core/bencode/index.ts';
import { concatBytes, fromLatin1, toLatin1 } from '../../src/core/bytes.ts';
import { encodeGet, RequestReader } from '../../src/core/http/request.ts';
import { encodeResponse, ResponseReader } from '../../src/core/http/response.ts';
import { parseUrl, percentDecode, percentEncode } from '../../src/core/http/url.ts';
import type { Result } from '../../src/core/result.ts';
import type { AnnounceRequest } from '../../src/core/tracker/announce.ts';
import { HttpTrackerEndpoint } from '../../src/core/tracker/http-endpoint.ts';
import { decodeAnnounceReply, decodeScrapeReply } from '../../src/core/tracker/http-replies.ts';
import { announceUrl, decodeTrackerTarget } from '../../src/core/tracker/http-requests.ts';
import { SwarmRegistry } from '../../src/core/tracker/swarm-registry.ts';
import { decodeUdpReply, encodeUdpReply, type UdpReply } from '../../src/core/tracker/udp-replies.ts';
import { decodeUdpRequest, encodeUdpRequest, type UdpRequest } from '../../src/core/tracker/udp-requests.ts';
import { FakeRandom } from '../support/fake-world.ts';

const id = fc.uint8Array({ minLength: 20, maxLength: 20 });
const uint32 = fc.integer({ min: 0, max: 0xffffffff });
const count = fc.maxSafeNat();
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const connectionId = fc.record({ high: int32, low: int32 });

const announce: fc.Arbitrary<AnnounceRequest> = fc.record({
  infoHash: id,
  peerId: id,
  port: fc.integer({ min: 0, max: 65535 }),
  uploaded: count,
  downloaded: count,
  left: count,
  event: fc.constantFrom('none', 'started', 'completed', 'stopped'),
  numwant: fc.integer({ min: -1, max: 10_000 }),
  key: uint32,
});

const request: fc.Arbitrary<UdpRequest> = fc.oneof(
  fc.record({ kind: fc.constant('connect' as const), transaction: uint32 }),
  fc.record({
    kind: fc.constant('announce' as const),
    transaction: uint32,
    connectionId,
    announce,
    urlData: fc.uint8Array({ maxLength: 600 }).map(toLatin1),
  }),
  fc.record({
    kind: fc.constant('scrape' as const),
    transaction: uint32,
    connectionId,
    infoHashes: fc.array(id, { minLength: 1, maxLength: 74 }),
  }),
);

const address = fc.record({
  host: fc.ipV4().filter((host) => !/(^|\.)0\d/.test(host)),
  port: fc.integer({ min: 1, max: 65535 }),
});

const reply: fc.Arbitrary<UdpReply> = fc.oneof(
  fc.record({
    kind: fc.constant('connect' as const),
    transaction: uint32,
    connectionId,
  }),
  fc.record({
    kind: fc.constant('announce' as const),
    transaction: uint32,
    intervalSeconds: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    incomplete: uint32,
    complete: uint32,
    peers: fc.array(address, { maxLength: 200 }),
  }),
  fc.record({
    kind: fc.constant('scrape' as const),
    transaction: uint32,
    counts: fc.array(fc.record({ complete: uint32, downloaded: uint32, incomplete: uint32 })),
  }),
);

/** A valid message with bytes changed, cut out and put in. */
function mutated(valid: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const edit = fc.record({ at: fc.nat(), cut: fc.nat(4), put: fc.uint8Array({ maxLength: 4 }) });
  return fc.tuple(valid, fc.array(edit, { minLength: 1, maxLength: 5 })).map(([bytes, edits]) =>
    edits.reduce((result, { at, cut, put }) => {
      const start = at % (result.length + 1);
      return concatBytes(result.subarray(0, start), put, result.subarray(start + cut));
    }, bytes),
  );
}

const httpReply = fc
  .record(
    {
      interval: fc.oneof(fc.integer(), fc.constant('x')),
      'min interval': fc.integer(),
      complete: fc.integer(),
      peers: fc.oneof(
        fc.uint8Array({ maxLength: 40 }),
        fc.array(fc.record({ ip: fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), port: fc.integer() })),
      ),
      peers6: fc.uint8Array({ maxLength: 40 }),
      'failure reason': fc.uint8Array({ maxLength: 10 }),
      'retry in': fc.oneof(fc.integer(), fc.string({ maxLength: 4 })),
      files: fc.constant({ ['h'.repeat(20)]: { complete: 1, downloaded: 2, incomplete: 3 } }),
    },
    { requiredKeys: [] },
  )
  .map(encodeBencode);

const rubbish = fc.uint8Array({ maxLength: 300 });

function cutAnywhere<T>(
  reader: { push(bytes: Uint8Array, start: number, end: number): Result<T> | undefined },
  bytes: Uint8Array,
  step: number,
): Result<T> | undefined {
  for (let start = 0; start < bytes.length; start += step) {
    const result = reader.push(bytes, start, Math.min(start + step, bytes.length));
    if (result !== undefined) return result;
  }
  return undefined;
}

describe('anything at all is answered with a result', () => {
  it.each<[string, fc.Arbitrary<Uint8Array>, (bytes: Uint8Array) => { readonly ok: boolean } | undefined]>([
    ['UDP request', mutated(request.map(encodeUdpRequest)), decodeUdpRequest],
    ['UDP reply over IPv4', mutated(reply.map(encodeUdpReply)), (bytes) => decodeUdpReply(bytes, 4)],
    ['UDP reply over IPv6', mutated(reply.map(encodeUdpReply)), (bytes) => decodeUdpReply(bytes, 16)],
    ['HTTP tracker reply', mutated(httpReply), decodeAnnounceReply],
    ['HTTP scrape reply', mutated(httpReply), decodeScrapeReply],
    [
      'request target',
      mutated(announce.map((it) => fromLatin1(announceUrl('http://t/announce', it, undefined).slice(8)))),
      (bytes) => decodeTrackerTarget(toLatin1(bytes)),
    ],
    ['URL', mutated(fc.webUrl().map(fromLatin1)), (bytes) => parseUrl(toLatin1(bytes))],
    [
      'HTTP request',
      mutated(fc.constant(encodeGet('t', '/x'))),
      (bytes) => cutAnywhere(new RequestReader(), bytes, 9),
    ],
    [
      'HTTP response',
      mutated(fc.constant(encodeResponse({ status: 200, contentType: 'a/b', body: new Uint8Array(30) }))),
      (bytes) => cutAnywhere(new ResponseReader(100), bytes, 9),
    ],
  ])('%s', (_, nearly, decode) => {
    fc.assert(
      fc.property(fc.oneof(nearly, rubbish), (bytes) => {
        const before = bytes.slice();
        const result = decode(bytes);
        expect(result === undefined || typeof result.ok === 'boolean').toBe(true);
        expect(bytes).toEqual(before);
      }),
    );
  });

  it('the tracker itself, asked by target', () => {
    const endpoint = new HttpTrackerEndpoint(new SwarmRegistry({ random: new FakeRandom() }));
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 0, max: 1e15 }), (text, nowUs) => {
        const answer = endpoint.handle(`/announce?${text}`, { host: '10.0.0.1', port: 1 }, nowUs);
        expect(answer.status).toBe(200);
      }),
    );
  });
});

describe('what is encoded is read back', () => {
  it('UDP requests', () => {
    fc.assert(
      fc.property(request, (value) => {
        expect(decodeUdpRequest(encodeUdpRequest(value))).toEqual({ ok: true, value });
      }),
    );
  });

  it('UDP replies', () => {
    fc.assert(
      fc.property(reply, (value) => {
        expect(decodeUdpReply(encodeUdpReply(value), 4)).toEqual({ ok: true, value });
      }),
    );
  });

  it('a UDP packet written over another of its length is the same packet', () => {
    const dirty = (length: number): Uint8Array => new Uint8Array(length).fill(0xa5);
    fc.assert(
      fc.property(request, reply, (asked, answered) => {
        const question = encodeUdpRequest(asked);
        expect(encodeUdpRequest(asked, dirty(question.length))).toEqual(question);
        const answer = encodeUdpReply(answered);
        expect(encodeUdpReply(answered, dirty(answer.length))).toEqual(answer);
        expect(encodeUdpReply(answered, dirty(20))).toEqual(answer);
      }),
    );
  });

  it('HTTP announces', () => {
    fc.assert(
      fc.property(announce, (value) => {
        const decoded = decodeTrackerTarget(announceUrl('http://t/announce', value, undefined).slice(8));
        expect(decoded?.ok && decoded.value.kind === 'announce' && decoded.value.announce).toEqual(value);
      }),
    );
  });

  it('percent-encoded bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(percentDecode(percentEncode(bytes))).toEqual(bytes);
      }),
    );
  });
});

it('the counts of a swarm are those of a plain list of its peers, whatever is announced', () => {
  const step = fc.record({
    peer: fc.nat(8),
    left: fc.nat(1),
    event: fc.constantFrom('none' as const, 'started' as const, 'completed' as const, 'stopped' as const),
    waitUs: fc.nat(20),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const registry = new SwarmRegistry({ random: new FakeRandom() }, { intervalUs: 20 });
      const plain = new Map<number, { left: number; seenUs: number }>();
      const infoHash = new Uint8Array(20);
      let nowUs = 0;
      for (const { peer, left, event, waitUs } of steps) {
        nowUs += waitUs;
        const peerId = new Uint8Array(20).fill(peer);
        const answer = registry.announce(
          { infoHash, peerId, port: 1, uploaded: 0, downloaded: 0, left, event, numwant: 200, key: 0 },
          { host: `10.0.0.${peer}`, port: 9 },
          nowUs,
        );
        for (const [other, { seenUs }] of plain) if (seenUs < nowUs - 40) plain.delete(other);
        if (event === 'stopped') plain.delete(peer);
        else plain.set(peer, { left, seenUs: nowUs });
        const peers = [...plain].filter(([other, entry]) => other !== peer && (left > 0 || entry.left > 0));
        const expected = event === 'stopped' ? [] : peers.map(([other]) => `10.0.0.${other}`).sort();
        const hosts = answer.ok ? answer.value.peers.map(({ contact }) => contact.host).sort() : undefined;
        expect(hosts).toEqual(expected);
        expect(registry.peerCount).toBe(plain.size);
        if (answer.ok) {
          const seeds = [...plain.values()].filter((entry) => entry.left === 0).length;
          expect([answer.value.complete, answer.value.incomplete]).toEqual([seeds, plain.size - seeds]);
        }
      }
    }),
  );
});
