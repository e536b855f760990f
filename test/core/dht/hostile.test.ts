/**
 * What attackers send to a DHT node, one case a test. After each of them an honest peer still finds another through the
 * network, and what the node keeps is within its bounds.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import { formatAddress } from '../../../src/core/address.ts';
import { decodeBencodeDict } from '../../../src/core/bencode/index.ts';
import { fromLatin1 } from '../../../src/core/bytes.ts';
import { K } from '../../../src/core/dht/bucket.ts';
import type { NodeContact } from '../../../src/core/dht/compact-nodes.ts';
import {
  decodeKrpc,
  encodeQuery,
  encodeReply,
  type KrpcQuery,
  type KrpcReply,
} from '../../../src/core/dht/krpc.ts';
import { FOUND_MAX } from '../../../src/core/dht/lookup.ts';
import { drawIdSharing, drawNodeId } from '../../../src/core/dht/node-id.ts';
import { ANSWER_BYTES_PER_SEC, OWNERS_MAX } from '../../../src/core/dht/query-limits.ts';
import { deriveNodeId, isSecureId } from '../../../src/core/dht/secure-id.ts';
import type { Address } from '../../../src/core/ports.ts';
import { type DhtPeer, DhtWorld, type RawNode } from '../../support/dht-world.ts';

const T = Uint8Array.of(1, 2, 3, 4);
const EVIL = '66.66.66.66';

let world: DhtWorld;
let peers: DhtPeer[];
let victim: DhtPeer;

beforeEach(() => {
  world = new DhtWorld(7);
  peers = world.populate(24);
  victim = peers[3] as DhtPeer;
});

const draw = (): Uint8Array => drawNodeId(world.random.fork(`id-${salt++}`));
let salt = 0;

/** A fresh torrent announced by one peer is found by another. */
function expectHonestLookup(): void {
  const torrent = draw();
  world.share(peers[10] as DhtPeer, torrent, 5000);
  world.run(20);
  const { found } = world.share(victim, torrent, 5001);
  world.run(20);
  expect(found.map(formatAddress)).toContain(`${peers[10]?.address.host}:5000`);
}

/** Asks the victim and returns what comes back. */
function ask(node: RawNode, query: KrpcQuery, options: { readonly readOnly?: boolean } = {}) {
  const before = node.received.length;
  node.send(encodeQuery(T, query, options), victim.address);
  world.run(0.5);
  const answers = node.received.slice(before).flatMap(({ bytes }) => {
    const decoded = decodeKrpc(bytes);
    return decoded.ok && decoded.value.kind !== 'query' ? [{ bytes, message: decoded.value }] : [];
  });
  return answers[0];
}

function replyTo(node: RawNode, query: KrpcQuery): KrpcReply {
  const answer = ask(node, query)?.message;
  if (answer?.kind !== 'reply' || answer.reply === undefined) throw new Error('no reply');
  return answer.reply;
}

/** The code of an error, undefined when there is no answer or another. */
function errorOf(node: RawNode, query: KrpcQuery): number | undefined {
  const answer = ask(node, query);
  if (answer?.message.kind !== 'error') return undefined;
  const decoded = decodeBencodeDict(answer.bytes);
  return decoded.ok ? (decoded.value.getList('e')?.[0] as number) : undefined;
}

/** A node that answers every query as it is told, with an id of its own. */
function answering(
  host: string,
  id: Uint8Array,
  answer: (query: KrpcQuery, from: Address) => Partial<KrpcReply> = () => ({}),
  seenAt?: (from: Address) => Address,
): RawNode {
  const node = world.raw(host);
  node.onDatagram = (bytes, from) => {
    const decoded = decodeKrpc(bytes);
    if (!decoded.ok || decoded.value.kind !== 'query') return;
    const { transaction, query } = decoded.value;
    node.send(encodeReply(transaction, { id, ...answer(query, from) }, seenAt?.(from)), from);
  };
  return node;
}

describe('amplification and floods (67, D.9)', () => {
  it('no answer is longer than ten times the question, however many peers there are', () => {
    const torrent = draw();
    const announcer = world.raw(EVIL);
    for (let index = 0; index < 120; index++) {
      victim.node.responder.store.announce(torrent, { host: DhtWorld.hostOf(300 + index), port: 1000 });
    }
    const query = { method: 'get_peers', id: draw(), infoHash: torrent, want: undefined } as const;
    const answer = ask(announcer, query);
    expect(answer?.bytes.length).toBeLessThanOrEqual(10 * encodeQuery(T, query).length);
    expect(answer?.bytes.length).toBeLessThanOrEqual(1024);
    const { values, nodes } = replyTo(announcer, query);
    expect(values.length).toBeGreaterThan(40);
    expect(nodes).toHaveLength(K);
    expectHonestLookup();
  });

  it('a flood from one address is answered 50 times in all', () => {
    const node = world.raw(EVIL, 6881, { upBytesPerSec: 1e7 });
    const query = encodeQuery(T, { method: 'ping', id: draw() }, { readOnly: true });
    for (let second = 0; second < 3; second++) {
      for (let count = 0; count < 500; count++) node.send(query, victim.address);
      world.run(1);
    }
    expect(node.received).toHaveLength(50);
    world.run(200);
    node.send(query, victim.address);
    world.run(1);
    expect(node.received).toHaveLength(50);
    world.run(120);
    node.send(query, victim.address);
    world.run(1);
    expect(node.received).toHaveLength(51);
    expectHonestLookup();
  });

  it('a flood from everywhere is answered at the rate that is set aside', () => {
    const floods = Array.from({ length: 100 }, (_, index) => world.raw(DhtWorld.hostOf(1000 + index)));
    const query = encodeQuery(
      T,
      { method: 'find_node', id: draw(), target: draw(), want: undefined },
      { readOnly: true },
    );
    const startUs = world.clock.now();
    for (let round = 0; round < 20; round++) {
      for (const flood of floods) flood.send(query, victim.address);
      world.run(0.5);
    }
    const seconds = (world.clock.now() - startUs) / 1e6;
    const bytes = floods.flatMap(({ received }) => received).reduce((sum, one) => sum + one.bytes.length, 0);
    expect(bytes).toBeGreaterThan(seconds * ANSWER_BYTES_PER_SEC * 0.8);
    expect(bytes).toBeLessThan((seconds + 4) * ANSWER_BYTES_PER_SEC + 1024);
    expect(OWNERS_MAX).toBeGreaterThan(100);
    world.run(30);
    expectHonestLookup();
  });
});

describe('announces (68, D.3, D.4, D.5)', () => {
  const announce = (infoHash: Uint8Array, token: Uint8Array, impliedPort = false): KrpcQuery => ({
    method: 'announce_peer',
    id: new Uint8Array(20).fill(9),
    infoHash,
    port: 7777,
    impliedPort,
    token,
  });
  const tokenFor = (node: RawNode, infoHash: Uint8Array): Uint8Array =>
    replyTo(node, { method: 'get_peers', id: draw(), infoHash, want: undefined }).token as Uint8Array;
  const stored = (infoHash: Uint8Array): string[] =>
    victim.node.responder.store.sample(infoHash, 100).map(formatAddress);

  it('with the right token is stored, with the port that is said or that it comes from', () => {
    const node = world.raw(EVIL, 4321);
    const [one, other] = [draw(), draw()];
    expect(replyTo(node, announce(one, tokenFor(node, one)))).toBeDefined();
    expect(replyTo(node, announce(other, tokenFor(node, other), true))).toBeDefined();
    expect(stored(one)).toEqual([`${EVIL}:7777`]);
    expect(stored(other)).toEqual([`${EVIL}:4321`]);
    expectHonestLookup();
  });

  it('without a token, with a made-up one, with that of another address or torrent: 203, and nothing is stored', () => {
    const node = world.raw(EVIL);
    const accomplice = world.raw('77.77.77.77');
    const torrent = draw();
    const taken = tokenFor(accomplice, torrent);
    const ofAnother = tokenFor(node, draw());
    for (const token of [new Uint8Array(0), new Uint8Array(8), taken, ofAnother]) {
      expect(errorOf(node, announce(torrent, token))).toBe(203);
    }
    expect(stored(torrent)).toEqual([]);
    expectHonestLookup();
  });

  it('a token is good after five minutes and no longer after ten', () => {
    const node = world.raw(EVIL);
    const torrent = draw();
    const token = tokenFor(node, torrent);
    world.run(299);
    expect(errorOf(node, announce(torrent, token))).toBeUndefined();
    expect(stored(torrent)).toHaveLength(1);
    world.run(302);
    expect(errorOf(node, announce(torrent, token))).toBe(203);
    expectHonestLookup();
  });
});

describe('pollution of the table (69, D.11, D.12, D.14)', () => {
  const isEvil = ({ address }: NodeContact): boolean => address.host.startsWith('66.66.66.');
  const near = (): Uint8Array => drawIdSharing(victim.node.ownId, 12, world.random.fork(`near-${salt++}`));

  it('forty ids of one network own no bucket', () => {
    for (let index = 1; index <= 40; index++) {
      const id = near();
      const node = answering(`66.66.66.${index}`, id);
      node.send(encodeQuery(T, { method: 'ping', id }), victim.address);
      world.run(0.3);
    }
    world.run(10);
    const evil = victim.node.table.nodes().filter(isEvil);
    expect(evil.length).toBeGreaterThan(0);
    expect(evil.length).toBeLessThanOrEqual(victim.node.table.bucketCount);
    expect(victim.node.table.closest(victim.node.ownId, K).filter(isEvil).length).toBeLessThanOrEqual(2);
    expectHonestLookup();
  });

  it('one address has one place, whatever ids and ports it has', () => {
    for (let port = 1000; port < 1040; port++) {
      const id = near();
      const node = world.raw(EVIL, port);
      node.onDatagram = (bytes, from) => {
        const decoded = decodeKrpc(bytes);
        if (decoded.ok && decoded.value.kind === 'query') {
          node.send(encodeReply(decoded.value.transaction, { id }), from);
        }
      };
      node.send(encodeQuery(T, { method: 'ping', id }), victim.address);
      world.run(0.3);
    }
    world.run(10);
    expect(victim.node.table.nodes().filter(isEvil)).toHaveLength(1);
    expectHonestLookup();
  });

  it('who does not answer is never named, nor who asks not to be (read-only)', () => {
    const silent = world.raw(EVIL);
    const silentId = near();
    silent.send(encodeQuery(T, { method: 'ping', id: silentId }), victim.address);
    const readOnlyId = near();
    const readOnly = answering('77.77.77.77', readOnlyId);
    readOnly.send(encodeQuery(T, { method: 'ping', id: readOnlyId }, { readOnly: true }), victim.address);
    world.run(10);
    const other = world.raw('88.88.88.88');
    for (const target of [silentId, readOnlyId]) {
      const { nodes } = replyTo(other, { method: 'find_node', id: draw(), target, want: undefined });
      expect(nodes.length).toBeGreaterThan(0);
      const hosts = nodes.map(({ address }) => address.host);
      expect(hosts).not.toContain(EVIL);
      expect(hosts).not.toContain('77.77.77.77');
    }
    expectHonestLookup();
  });

  it('ids that are not bound to their addresses push out nobody', () => {
    const before = victim.node.table.nodes().filter(({ secure }) => secure);
    expect(before.length).toBeGreaterThan(K);
    for (let index = 0; index < 60; index++) {
      const id = draw();
      const node = answering(DhtWorld.hostOf(500 + index), id);
      node.send(encodeQuery(T, { method: 'ping', id }), victim.address);
      world.run(0.3);
    }
    world.run(30);
    const after = victim.node.table.nodes().map(({ address }) => formatAddress(address));
    expect(after.length).toBeGreaterThan(before.length);
    for (const { address } of before) expect(after).toContain(formatAddress(address));
    expectHonestLookup();
  });

  it('nodes of other networks are named to nobody as ours: no packet goes into the home', () => {
    const home = world.raw('10.0.0.5');
    const loopback = world.raw('127.0.0.5');
    const target = draw();
    const liar = answering(EVIL, drawIdSharing(target, 30, world.random.fork('liar')), () => ({
      nodes: [home, loopback].map(({ address }) => ({
        id: drawIdSharing(target, 80, world.random),
        address,
      })),
      values: [home.address, loopback.address],
    }));
    victim.dht.addContact(liar.address);
    world.run(1);
    const { found } = world.share(victim, target, 1);
    world.run(60);
    expect(home.received).toEqual([]);
    expect(loopback.received).toEqual([]);
    expect(found.filter(({ host }) => host === '10.0.0.5' || host === '127.0.0.5')).toEqual([]);
    expectHonestLookup();
  });
});

describe('searches among liars', () => {
  it('who names ever closer nodes that are not there ends a search late, not never', () => {
    const torrent = draw();
    world.share(peers[10] as DhtPeer, torrent, 5000);
    world.run(30);
    let asked = 0;
    let named = 2000;
    for (let index = 0; index < 6; index++) {
      const host = DhtWorld.hostOf(700 + index);
      const id = deriveNodeId(host, world.random.fork(host));
      answering(host, id, (query) => {
        if (query.method === 'get_peers') asked++;
        const nodes = Array.from({ length: 16 }, () => ({
          id: drawIdSharing(torrent, 100, world.random),
          address: { host: DhtWorld.hostOf(named++), port: 6881 },
        }));
        return query.method === 'ping' ? {} : { nodes };
      }).send(encodeQuery(T, { method: 'ping', id }), victim.address);
    }
    world.run(10);
    const { found } = world.share(victim, torrent, 5001);
    let over = false;
    victim.node.search(torrent, 'get_peers', {
      onPeers: () => {},
      onDone: () => {
        over = true;
      },
    });
    world.run(150);
    expect(asked).toBeGreaterThan(0);
    expect(over).toBe(true);
    expect(found.map(formatAddress)).toContain(`${peers[10]?.address.host}:5000`);
    expectHonestLookup();
  });

  it('who names endless peers fills no memory', () => {
    const torrent = draw();
    let port = 1;
    for (let index = 0; index < 30; index++) {
      const host = DhtWorld.hostOf(800 + index);
      answering(host, deriveNodeId(host, world.random.fork(host)), (query) =>
        query.method === 'get_peers'
          ? {
              values: Array.from({ length: 150 }, () => ({
                host: '99.99.99.99',
                port: (port++ % 65535) + 1,
              })),
            }
          : {},
      );
      victim.dht.addContact({ host, port: 6881 });
      world.run(0.2);
    }
    world.run(5);
    let count = 0;
    victim.node.search(torrent, 'get_peers', {
      onPeers: (found) => {
        count += found.length;
      },
      onDone: () => {},
    });
    world.run(60);
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThanOrEqual(FOUND_MAX);
    expectHonestLookup();
  });

  it('answers from elsewhere, or to questions that were not asked, change nothing (D.10)', () => {
    const target = draw();
    const evil = world.raw(EVIL);
    const before = victim.node.table.nodes().map(({ address }) => formatAddress(address));
    const { found } = world.share(victim, target, 1);
    for (let guess = 0; guess < 2000; guess++) {
      const transaction = Uint8Array.of(guess >> 8, guess, guess >> 8, guess);
      const id = drawIdSharing(target, 100, world.random);
      evil.send(encodeReply(transaction, { id, values: [evil.address] }), victim.address);
      if (guess % 50 === 0) world.run(0.01);
    }
    world.run(20);
    expect(found.map(formatAddress)).not.toContain(formatAddress(evil.address));
    expect(before).not.toContain(formatAddress(evil.address));
    expect(victim.node.table.nodes().some(({ address }) => address.host === EVIL)).toBe(false);
    expectHonestLookup();
  });
});

describe('odd messages (71, D.6, D.7, D.8)', () => {
  it('an unknown method: 204; bad arguments: 203; both leave the node alive', () => {
    const node = world.raw(EVIL);
    const send = (text: string): number | undefined => {
      const before = node.received.length;
      node.send(fromLatin1(text), victim.address);
      world.run(0.5);
      const bytes = node.received[before]?.bytes;
      const decoded = bytes && decodeBencodeDict(bytes);
      return decoded?.ok ? (decoded.value.getList('e')?.[0] as number) : undefined;
    };
    expect(send('d1:ad2:id20:abcdefghij0123456789e1:q4:vote1:t2:aa1:y1:qe')).toBe(204);
    expect(send('d1:ad2:id19:abcdefghij012345678e1:q4:ping1:t2:aa1:y1:qe')).toBe(203);
    expect(send('d1:ad2:idi7ee1:q4:ping1:t2:aa1:y1:qe')).toBe(203);
    expect(send('d1:q4:ping1:t2:aa1:y1:qe')).toBe(203);
    expect(
      send(`d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t1000:${'x'.repeat(1000)}1:y1:qe`),
    ).toBeUndefined();
    expect(send('d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:y1:qe')).toBeUndefined();
    expectHonestLookup();
  });

  it('random bytes, and every message cut off at every byte', () => {
    const random = world.random.fork('rubbish');
    const query = encodeQuery(T, {
      method: 'get_peers',
      id: draw(),
      infoHash: draw(),
      want: { n4: true, n6: true },
    });
    const reply = encodeReply(T, { id: draw(), nodes: [{ id: draw(), address: victim.address }], token: T });
    const hosts = Array.from({ length: 10 }, (_, index) => world.raw(`66.66.${index}.1`));
    let sent = 0;
    const send = (bytes: Uint8Array): void => {
      (hosts[sent++ % 10] as RawNode).send(bytes, victim.address);
      if (sent % 100 === 0) world.run(0.1);
    };
    for (let cut = 0; cut < query.length; cut++) send(query.subarray(0, cut));
    for (let cut = 0; cut < reply.length; cut++) send(reply.subarray(0, cut));
    for (let count = 0; count < 10_000; count++) {
      send(Uint8Array.from({ length: random.below(80) }, () => random.below(256)));
    }
    world.run(5);
    expect(victim.node.table.nodes().some(({ address }) => address.host.startsWith('66.66.'))).toBe(false);
    expectHonestLookup();
  });
});

describe('votes on our address (72, D.15, D.16)', () => {
  it('our id is bound to the address that the others see', () => {
    expect(isSecureId(victim.node.ownId, victim.address.host)).toBe(true);
  });

  it('one voter moves nothing, nor does one network with many voters, however often', () => {
    const id = victim.node.ownId;
    const lie = (): Address => ({ host: '1.2.3.4', port: 5 });
    for (let index = 1; index <= 20; index++) {
      const host = `66.66.66.${index}`;
      const node = answering(host, draw(), () => ({}), lie);
      victim.dht.addContact(node.address);
      world.run(1);
      victim.dht.addContact(node.address);
      world.run(1);
    }
    world.run(700);
    expect(victim.node.ownId).toEqual(id);
    expectHonestLookup();
  });

  it('many networks that lie together move it once in ten minutes at most', () => {
    const ids = new Set<string>();
    let lie = 0;
    for (let index = 0; index < 40; index++) {
      const host = DhtWorld.hostOf(900 + index);
      const node = answering(
        host,
        draw(),
        () => ({}),
        () => ({ host: `1.2.${lie}.4`, port: 5 }),
      );
      for (let round = 0; round < 3; round++) {
        victim.dht.addContact(node.address);
        world.run(0.5);
      }
      ids.add(victim.node.ownId.join());
      if (index % 10 === 9) lie++;
    }
    expect(ids.size).toBeLessThanOrEqual(2);
    expectHonestLookup();
  });
});
