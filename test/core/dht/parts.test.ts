/** The parts of a node, each by itself: table and buckets, stored peers, queries, votes, and the file between sessions. */
import { describe, expect, it } from 'vitest';
import { formatAddress } from '../../../src/core/address.ts';
import { K } from '../../../src/core/dht/bucket.ts';
import { decodeDhtState, encodeDhtState, STATE_BYTES_MAX } from '../../../src/core/dht/dht-state.ts';
import { AGREEING_MIN, ExternalAddress } from '../../../src/core/dht/external-address.ts';
import type { KrpcReply } from '../../../src/core/dht/krpc.ts';
import { compareDistance, drawIdSharing, drawNodeId, sharedBits } from '../../../src/core/dht/node-id.ts';
import { PEERS_MAX, PEERS_OF_OWNER_MAX, PeerStore, TORRENTS_MAX } from '../../../src/core/dht/peer-store.ts';
import { OWNERS_MAX, QueryLimits } from '../../../src/core/dht/query-limits.ts';
import { QUERIES_MAX, QueryTable, SILENT_US, SLOW_US } from '../../../src/core/dht/query-table.ts';
import { RoutingTable } from '../../../src/core/dht/routing-table.ts';
import { deriveNodeId } from '../../../src/core/dht/secure-id.ts';
import { SeededRandom } from '../../../src/sim/random.ts';
import { DhtWorld } from '../../support/dht-world.ts';
import { FakeClock } from '../../support/fake-world.ts';

const random = SeededRandom.named('dht-parts');
const MINUTE = 60_000_000;
const at = (index: number, port = 6881) => ({ host: DhtWorld.hostOf(index), port });

describe('the routing table', () => {
  const own = drawNodeId(random);
  const setUp = () => {
    const clock = new FakeClock();
    return { clock, table: new RoutingTable(clock, random.fork('table'), own) };
  };
  const secure = (index: number) => ({ id: deriveNodeId(at(index).host, random), address: at(index) });

  it('splits only where our own id lies, and keeps eight in each bucket', () => {
    const { table } = setUp();
    for (let index = 0; index < 2000; index++) table.answered({ id: drawNodeId(random), address: at(index) });
    expect(table.bucketCount).toBeGreaterThan(5);
    expect(table.bucketCount).toBeLessThan(15);
    expect(table.size).toBeLessThanOrEqual(K * table.bucketCount);
    const far = table.nodes().filter(({ id }) => sharedBits(own, id) === 0);
    expect(far).toHaveLength(K);
  });

  it('names the closest, as a search through all would', () => {
    const { table } = setUp();
    for (let index = 0; index < 500; index++) table.answered({ id: drawNodeId(random), address: at(index) });
    const target = drawNodeId(random);
    const expected = table
      .nodes()
      .sort((a, b) => compareDistance(target, a.id, b.id))
      .slice(0, K);
    expect(table.closest(target, K)).toEqual(expected);
  });

  it('does not name the asker', () => {
    const { table } = setUp();
    table.answered({ id: drawNodeId(random), address: at(1) });
    expect(table.closest(own, K, at(1))).toEqual([]);
    expect(table.closest(own, K, at(2))).toHaveLength(1);
  });

  it('gives the place of one that fails twice to one that waits, and lets it go after five failures otherwise', () => {
    const { table } = setUp();
    const far = Array.from({ length: K + 1 }, (_, index) => ({
      id: drawIdSharing(own, 0, random),
      address: at(index),
    }));
    const near = Array.from({ length: K }, (_, index) => ({
      id: drawIdSharing(own, 9, random),
      address: at(20 + index),
    }));
    for (const node of [...near, ...far]) table.answered(node);
    const isThere = (index: number) => table.nodes().some(({ address }) => address.host === at(index).host);
    expect(isThere(K)).toBe(false);
    table.failed(at(0));
    expect(isThere(K)).toBe(false);
    table.failed(at(0));
    expect([isThere(0), isThere(K)]).toEqual([false, true]);
    table.failed(at(20));
    table.failed(at(20));
    // Bad: named to nobody, but it may still come back.
    expect(isThere(20)).toBe(false);
    table.answered(near[0] as never);
    expect(isThere(20)).toBe(true);
    const before = table.size;
    for (let count = 0; count < 5; count++) table.failed(at(20));
    expect(table.size).toBe(before - 1);
  });

  it('prefers ids that are bound to their addresses', () => {
    const { table } = setUp();
    const free = Array.from({ length: 40 }, (_, index) => ({ id: drawNodeId(random), address: at(index) }));
    for (const node of free) table.answered(node);
    for (let index = 100; index < 400; index++) table.answered(secure(index));
    const far = table.nodes().filter(({ id }) => sharedBits(own, id) === 0);
    expect(far.every((node) => node.secure)).toBe(true);
  });

  it('takes a node that begins anew under another id, and no second socket of the same owner', () => {
    const { table } = setUp();
    table.answered({ id: drawNodeId(random), address: at(1) });
    const anew = drawNodeId(random);
    table.answered({ id: anew, address: at(1) });
    table.answered({ id: drawNodeId(random), address: at(1, 7000) });
    expect(table.nodes().map(({ id, address }) => [id, address.port])).toEqual([[anew, 6881]]);
  });

  it('does not let somebody take over the id of a node that answers', () => {
    const { table } = setUp();
    const id = drawNodeId(random);
    table.answered({ id, address: at(1) });
    table.answered({ id, address: at(2) });
    expect(table.nodes().map(({ address }) => address)).toEqual([at(1)]);
  });

  it('asks for a bucket that was left alone, once in a quarter of an hour, and for an id in it', () => {
    const { clock, table } = setUp();
    for (let index = 0; index < 100; index++) table.answered({ id: drawNodeId(random), address: at(index) });
    expect(table.drawRefreshTarget()).toBeUndefined();
    clock.advance(16 * MINUTE);
    const targets = Array.from({ length: table.bucketCount + 1 }, () => table.drawRefreshTarget());
    const bits = targets.flatMap((target) => (target === undefined ? [] : [sharedBits(own, target)]));
    expect(bits.sort((a, b) => a - b)).toEqual(
      Array.from({ length: table.bucketCount }, (_, index) => index),
    );
  });

  it('good nodes come before questionable ones', () => {
    const { clock, table } = setUp();
    const target = drawNodeId(random);
    table.answered({ id: drawIdSharing(target, 100, random), address: at(1) });
    clock.advance(16 * MINUTE);
    for (let index = 2; index < 2 + K; index++)
      table.answered({ id: drawIdSharing(target, 0, random), address: at(index) });
    expect(table.closest(target, K).some(({ address }) => address.host === at(1).host)).toBe(false);
    expect(table.closest(target, K + 1)).toHaveLength(K + 1);
  });

  it('keeps its nodes under another id', () => {
    const { table } = setUp();
    for (let index = 0; index < 12; index++) table.answered({ id: drawNodeId(random), address: at(index) });
    const before = table.size;
    const id = drawNodeId(random);
    table.rename(id);
    expect(table.ownId).toBe(id);
    expect(table.size).toBeGreaterThanOrEqual(Math.min(before, K));
  });
});

describe('stored peers', () => {
  const own = drawNodeId(random);
  const setUp = () => {
    const clock = new FakeClock();
    return { clock, store: new PeerStore(clock, random.fork('store'), () => own) };
  };

  it('are forgotten half an hour after their last announce', () => {
    const { clock, store } = setUp();
    const torrent = drawNodeId(random);
    store.announce(torrent, at(1));
    store.announce(torrent, at(2));
    clock.advance(20 * MINUTE);
    store.announce(torrent, at(1));
    clock.advance(15 * MINUTE);
    expect(store.sample(torrent, 10)).toEqual([at(1)]);
    clock.advance(20 * MINUTE);
    expect(store.sample(torrent, 10)).toEqual([]);
    expect(store.torrentCount).toBe(0);
  });

  it('are bounded for a torrent and for one owner', () => {
    const { store } = setUp();
    const torrent = drawNodeId(random);
    for (let port = 1; port <= 100; port++) store.announce(torrent, at(1, port));
    expect(store.peerCount).toBe(PEERS_OF_OWNER_MAX);
    for (let index = 2; index < 1000; index++) store.announce(torrent, at(index));
    expect(store.peerCount).toBe(PEERS_MAX);
    expect(store.sample(torrent, 20)).toHaveLength(20);
    expect(new Set(store.sample(torrent, PEERS_MAX).map(formatAddress)).size).toBe(PEERS_MAX);
  });

  it('are bounded in torrents: those closest to our own id stay (70)', () => {
    const { store } = setUp();
    const near = drawIdSharing(own, 60, random);
    store.announce(near, at(1));
    for (let index = 0; index < TORRENTS_MAX + 500; index++)
      store.announce(drawIdSharing(own, 0, random), at(2));
    expect(store.torrentCount).toBe(TORRENTS_MAX);
    const another = drawIdSharing(own, 50, random);
    store.announce(another, at(3));
    expect(store.torrentCount).toBe(TORRENTS_MAX);
    expect(store.sample(near, 5)).toEqual([at(1)]);
    expect(store.sample(another, 5)).toEqual([at(3)]);
  });
});

describe('queries', () => {
  const REPLY: KrpcReply = { id: drawNodeId(random), nodes: [], nodes6: [], values: [], token: undefined };
  const setUp = () => {
    const clock = new FakeClock();
    const table = new QueryTable(clock, random.fork(`queries-${Math.abs(clock.pendingCount)}`));
    const said: string[] = [];
    const handler = {
      onReply: () => said.push('reply'),
      onSlow: () => said.push('slow'),
      onFailed: () => said.push('failed'),
    };
    return { clock, table, said, handler };
  };

  it('are answered by who was asked, once', () => {
    const { clock, table, said, handler } = setUp();
    const transaction = table.expect(at(1), handler);
    expect(table.settle(transaction, at(2), REPLY)).toBe(false);
    expect(table.settle(transaction, at(1, 7), REPLY)).toBe(false);
    expect(table.settle(transaction.subarray(0, 3), at(1), REPLY)).toBe(false);
    expect(table.settle(transaction, at(1), REPLY)).toBe(true);
    expect(table.settle(transaction, at(1), REPLY)).toBe(false);
    clock.advance(SILENT_US);
    expect(said).toEqual(['reply']);
    expect(clock.pendingCount).toBe(0);
  });

  it('become slow, then fail; a late answer counts until then', () => {
    const { clock, table, said, handler } = setUp();
    table.expect(at(1), handler);
    const late = table.expect(at(2), handler);
    clock.advance(SLOW_US);
    expect(said).toEqual(['slow', 'slow']);
    table.settle(late, at(2), REPLY);
    clock.advance(SILENT_US);
    expect(said).toEqual(['slow', 'slow', 'reply', 'failed']);
    expect(table.size).toBe(0);
  });

  it('are bounded, and end with the node', () => {
    const { clock, table, said, handler } = setUp();
    while (!table.isFull) table.expect(at(table.size), handler);
    expect(table.size).toBe(QUERIES_MAX);
    table.stop();
    clock.advance(SILENT_US);
    expect(said).toEqual([]);
    expect(clock.pendingCount).toBe(0);
  });
});

describe('limits and votes', () => {
  it('remember a bounded number of askers', () => {
    const limits = new QueryLimits(new FakeClock());
    for (let index = 0; index < OWNERS_MAX + 500; index++) {
      limits.admits({ host: `${1 + (index >> 8)}.${index & 255}.1.1`, port: 1 });
    }
    expect(limits.ownerCount).toBe(OWNERS_MAX);
  });

  it('believe an address when enough networks agree, of its own family', () => {
    const external = new ExternalAddress();
    for (let index = 0; index < AGREEING_MIN - 1; index++) {
      expect(external.vote(at(index), '1.2.3.4', 0)).toBe(false);
      expect(external.vote(at(index), '1.2.3.4', 0)).toBe(false);
    }
    expect(external.vote({ host: '2001:db8::1', port: 1 }, '1.2.3.4', 0)).toBe(false);
    expect(external.vote({ host: '10.0.0.1', port: 1 }, '1.2.3.4', 0)).toBe(false);
    expect(external.vote(at(50), '192.168.1.1', 0)).toBe(false);
    expect(external.host).toBeUndefined();
    expect(external.vote(at(51), '1.2.3.4', 0)).toBe(true);
    expect(external.host).toBe('1.2.3.4');
  });
});

describe('the file between sessions', () => {
  const nodes = [{ id: drawNodeId(random), address: at(1) }];
  const nodes6 = [{ id: drawNodeId(random), address: { host: '2001:db8::7', port: 5 } }];
  const state = { ipv4: { host: '1.2.3.4', nodes }, ipv6: { host: undefined, nodes: nodes6 } };

  it('is read as it was written', () => {
    expect(decodeDhtState(encodeDhtState(state))).toEqual(state);
  });

  it('may hold anything', () => {
    const nothing = { ipv4: undefined, ipv6: undefined };
    const bytes = encodeDhtState(state);
    expect(decodeDhtState(new Uint8Array(0))).toEqual(nothing);
    expect(decodeDhtState(new Uint8Array(STATE_BYTES_MAX + 1))).toEqual(nothing);
    for (let cut = 0; cut < bytes.length; cut++)
      expect(decodeDhtState(bytes.subarray(0, cut))).toEqual(nothing);
    const stream = random.fork('mutations');
    for (let round = 0; round < 20_000; round++) {
      const mutated = bytes.slice();
      for (let edit = 0; edit < 3; edit++) mutated[stream.below(mutated.length)] = stream.below(256);
      const { ipv4, ipv6 } = decodeDhtState(mutated);
      for (const { id, address } of [...(ipv4?.nodes ?? []), ...(ipv6?.nodes ?? [])]) {
        expect(id.length).toBe(20);
        expect(address.port).toBeGreaterThan(0);
      }
    }
  });
});
