/**
 * Whatever datagrams arrive, the decoder answers with a result and a live node goes on: it throws nothing, what it keeps
 * stays within its bounds, nothing leaves it longer than it may be, and afterwards it answers as before.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, encodeUtf8 } from '../../src/core/bytes.ts';
import { DhtNode } from '../../src/core/dht/dht-node.ts';
import {
  decodeKrpc,
  encodeQuery,
  encodeReply,
  type KrpcMessage,
  type KrpcQuery,
} from '../../src/core/dht/krpc.ts';
import { PEERS_MAX, TORRENTS_MAX } from '../../src/core/dht/peer-store.ts';
import { QUERIES_MAX } from '../../src/core/dht/query-table.ts';
import { ANSWER_MAX } from '../../src/core/dht/responder.ts';
import { SEARCHES_MAX, WAITING_SEARCHES_MAX } from '../../src/core/dht/search-queue.ts';
import type { Address, DatagramHandler, Network } from '../../src/core/ports.ts';
import { SeededRandom } from '../../src/sim/random.ts';
import { FakeClock, nodeHasher } from '../support/fake-world.ts';

const DECODED = 100_000;
const RECEIVED = 100_000;

const id = fc.uint8Array({ minLength: 20, maxLength: 20 });
const port = fc.integer({ min: 1, max: 65535 });
const ipv4 = fc
  .tuple(fc.integer({ min: 1, max: 223 }), fc.nat(255), fc.nat(255), fc.nat(255))
  .map((parts) => parts.join('.'));
const address = fc.record({ host: ipv4, port });
const want = fc.option(fc.constantFrom({ n4: true, n6: false }, { n4: true, n6: true }), { nil: undefined });
const query: fc.Arbitrary<KrpcQuery> = fc.oneof(
  fc.record({ method: fc.constant('ping' as const), id }),
  fc.record({ method: fc.constant('find_node' as const), id, target: id, want }),
  fc.record({ method: fc.constant('get_peers' as const), id, infoHash: id, want }),
  fc.record({
    method: fc.constant('announce_peer' as const),
    id,
    infoHash: id,
    port,
    impliedPort: fc.boolean(),
    token: fc.uint8Array({ maxLength: 128 }),
  }),
);
const reply = fc.record({
  id,
  nodes: fc.array(fc.record({ id, address }), { maxLength: 16 }),
  nodes6: fc.constant([]),
  values: fc.array(address, { maxLength: 20 }),
  token: fc.option(fc.uint8Array({ maxLength: 128 }), { nil: undefined }),
});
const transaction = fc.uint8Array({ minLength: 1, maxLength: 32 });

describe('round trips', () => {
  it('of queries', () => {
    fc.assert(
      fc.property(transaction, query, fc.boolean(), (t, asked, readOnly) => {
        const decoded = decodeKrpc(encodeQuery(t, asked, { readOnly }));
        expect(decoded.ok && decoded.value).toEqual({
          kind: 'query',
          transaction: t,
          readOnly,
          query: asked,
        });
      }),
    );
  });

  it('of replies', () => {
    fc.assert(
      fc.property(transaction, reply, address, (t, said, seenAt) => {
        const decoded = decodeKrpc(encodeReply(t, said, seenAt));
        expect(decoded.ok && decoded.value).toEqual({ kind: 'reply', transaction: t, seenAt, reply: said });
      }),
    );
  });
});

/** Messages to mutate: one of each kind, in all their parts. */
const random = SeededRandom.named('dht-property');
const bytesOf = (length: number): Uint8Array => Uint8Array.from({ length }, () => random.below(256));
const ID = bytesOf(20);
const NODES = Array.from({ length: 8 }, (_, index) => ({
  id: bytesOf(20),
  address: { host: `20.${index}.1.1`, port: 9 },
}));
const NODES6 = [{ id: bytesOf(20), address: { host: '2001:db8::1', port: 9 } }];
const VALUES = NODES.map((node) => node.address);
const SAMPLES: readonly Uint8Array[] = [
  encodeQuery(bytesOf(4), { method: 'ping', id: ID }),
  encodeQuery(bytesOf(4), { method: 'find_node', id: ID, target: bytesOf(20), want: { n4: true, n6: true } }),
  encodeQuery(bytesOf(4), { method: 'get_peers', id: ID, infoHash: bytesOf(20), want: undefined }),
  encodeQuery(bytesOf(4), {
    method: 'announce_peer',
    id: ID,
    infoHash: bytesOf(20),
    port: 5,
    impliedPort: true,
    token: bytesOf(8),
  }),
  encodeReply(
    bytesOf(4),
    { id: ID, nodes: NODES, nodes6: NODES6, values: VALUES, token: bytesOf(8) },
    VALUES[0],
  ),
  encodeUtf8('d1:eli201e23:A Generic Error Ocurrede1:t4:aaaa1:y1:ee'),
];
/** What bencode is made of: mutations with these get further than random bytes. */
const ALPHABET = encodeUtf8('dlie0123456789:-tyqrav');

function rubbish(): Uint8Array {
  if (random.below(4) === 0) return bytesOf(random.below(200));
  return mutated(SAMPLES[random.below(SAMPLES.length)] as Uint8Array);
}

function mutated(sample: Uint8Array): Uint8Array {
  let bytes: Uint8Array = sample.slice();
  for (let edits = random.below(4); edits >= 0; edits--) {
    const start = random.below(bytes.length + 1);
    const kind = random.below(4);
    const put =
      random.below(2) === 0 ? bytesOf(1) : ALPHABET.subarray(random.below(ALPHABET.length)).subarray(0, 1);
    if (kind === 0) bytes = concatBytes(bytes.subarray(0, start), put, bytes.subarray(start + 1));
    else if (kind === 1) bytes = concatBytes(bytes.subarray(0, start), put, bytes.subarray(start));
    else if (kind === 2)
      bytes = concatBytes(bytes.subarray(0, start), bytes.subarray(start + random.below(30)));
    else bytes = bytes.slice(0, start);
  }
  return bytes;
}

it(`the decoder takes ${DECODED} random and mutated datagrams`, () => {
  const kinds = new Map<string, number>();
  for (let count = 0; count < DECODED; count++) {
    const decoded = decodeKrpc(rubbish());
    const kind = decoded.ok ? decoded.value.kind : 'nothing';
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  // The mutations reach every branch.
  for (const kind of ['nothing', 'query', 'bad query', 'reply', 'error'])
    expect(kinds.get(kind)).toBeGreaterThan(300);
});

it(`a live node takes ${RECEIVED} of them, some as answers to its own queries`, () => {
  const clock = new FakeClock();
  const sent: { readonly bytes: Uint8Array; readonly to: Address }[] = [];
  let handler: DatagramHandler | undefined;
  const network: Network = {
    listen: () => ({ close: () => {} }),
    dial: () => {
      throw new Error('a DHT node dials nobody');
    },
    bindDatagrams: (bound, given) => {
      handler = given;
      clock.schedule(0, () => given.onBound({ host: '9.9.9.9', port: bound }));
      return { send: (bytes, to) => sent.push({ bytes: bytes.slice(), to }), close: () => {} };
    },
  };
  const node = new DhtNode(
    { clock, network, hasher: nodeHasher, random: random.fork('node') },
    { port: 6881, readOnly: false, state: { host: undefined, nodes: NODES } },
    {
      onBound: () => {},
      onFailed: () => {},
      onJoined: () => {},
      onAnnounced: () => {},
      onOthersNamed: () => {},
    },
  );
  node.start();
  clock.advance(1);
  const receive = (bytes: Uint8Array, from: Address): void =>
    (handler as DatagramHandler).onDatagram(bytes, from);
  let answered = 0;
  for (let count = 0; count < RECEIVED; count++) {
    const from = {
      host: `${20 + random.below(100)}.${random.below(256)}.3.4`,
      port: 1 + random.below(65535),
    };
    const asked = sent.shift();
    const message: KrpcMessage | undefined = asked && messageIn(asked.bytes);
    if (asked !== undefined) expect(asked.bytes.length).toBeLessThanOrEqual(ANSWER_MAX);
    if (asked !== undefined && message?.kind === 'query' && random.below(8) > 0) {
      answered++;
      const good = encodeReply(
        message.transaction,
        { id: bytesOf(20), nodes: NODES, values: VALUES, token: bytesOf(8) },
        from,
      );
      receive(random.below(3) === 0 ? good : mutated(good), asked.to);
    } else receive(rubbish(), from);
    if (count % 50 === 0) clock.advance(200_000);
    if (count % 1000 === 0) node.search(bytesOf(20), 'get_peers', { onPeers: () => {}, onDone: () => {} });
    if (sent.length > 100) sent.length = 0;
    const { queries, searches, waiting } = node.load;
    if (queries > QUERIES_MAX || searches > SEARCHES_MAX || waiting > WAITING_SEARCHES_MAX)
      throw new Error('too many');
  }
  expect(answered).toBeGreaterThan(500);
  expect(node.table.size).toBeLessThanOrEqual(160 * 8);
  expect(node.responder.store.torrentCount).toBeLessThanOrEqual(TORRENTS_MAX);
  expect(node.responder.store.peerCount).toBeLessThanOrEqual(TORRENTS_MAX * PEERS_MAX);
  clock.advance(600_000_000);
  sent.length = 0;
  receive(encodeQuery(encodeUtf8('ok'), { method: 'ping', id: ID }), { host: '8.8.4.4', port: 77 });
  const pong = sent.map(({ bytes }) => messageIn(bytes)).find((message) => message?.kind === 'reply');
  expect(pong).toMatchObject({ kind: 'reply', transaction: encodeUtf8('ok'), reply: { id: node.ownId } });
  node.stop();
  expect(clock.pendingCount).toBe(0);
});

function messageIn(bytes: Uint8Array): KrpcMessage | undefined {
  const decoded = decodeKrpc(bytes);
  return decoded.ok ? decoded.value : undefined;
}
