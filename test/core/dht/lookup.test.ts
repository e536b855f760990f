/** One search by itself: whom it asks, when it is over, and what liars can do to it. */
import { describe, expect, it } from 'vitest';
import { formatAddress } from '../../../src/core/address.ts';
import { K } from '../../../src/core/dht/bucket.ts';
import type { NodeContact } from '../../../src/core/dht/compact-nodes.ts';
import type { KrpcReply } from '../../../src/core/dht/krpc.ts';
import {
  ALPHA,
  CANDIDATES_MAX,
  type FoundNode,
  LOOKUP_QUERIES_MAX,
  Lookup,
  type LookupNetwork,
} from '../../../src/core/dht/lookup.ts';
import { compareDistance, drawIdSharing, drawNodeId } from '../../../src/core/dht/node-id.ts';
import type { QueryHandler } from '../../../src/core/dht/query-table.ts';
import type { Address } from '../../../src/core/ports.ts';
import { SeededRandom } from '../../../src/sim/random.ts';
import { DhtWorld } from '../../support/dht-world.ts';

const random = SeededRandom.named('lookup');
const own = drawNodeId(random);
const target = drawNodeId(random);
const at = (index: number): Address => ({ host: DhtWorld.hostOf(index), port: 6881 });
const EMPTY = { nodes: [], nodes6: [], values: [], token: undefined };

/** Asked queries wait until the test answers them. */
class HeldNetwork implements LookupNetwork {
  readonly ownId = own;
  readonly want = undefined;
  readonly asked: { readonly to: Address; readonly handler: QueryHandler }[] = [];
  room = Number.POSITIVE_INFINITY;
  answered = 0;

  ask(to: Address, _query: unknown, handler: QueryHandler): boolean {
    if (this.room <= 0) return false;
    this.room--;
    this.asked.push({ to, handler });
    return true;
  }

  isElsewhere(): boolean {
    return false;
  }

  /** Answers everything, those queries included that are asked meanwhile. */
  answerAll(reply: (to: Address) => Partial<KrpcReply> | 'nothing'): void {
    while (this.answered < this.asked.length) {
      const { to, handler } = this.asked[this.answered++] as (typeof this.asked)[number];
      const said = reply(to);
      if (said === 'nothing') handler.onFailed();
      else handler.onReply({ ...EMPTY, id: drawNodeId(random), ...said });
    }
  }
}

function begin(network: HeldNetwork, nodes: readonly NodeContact[], addresses: readonly Address[] = []) {
  let done: readonly FoundNode[] | undefined;
  const lookup = new Lookup(target, 'get_peers', network, {
    onPeers: () => {},
    onDone: (closest) => {
      done = closest;
    },
  });
  lookup.start(nodes, addresses);
  return { lookup, done: () => done };
}

/** A network of honest nodes that all know all. */
const crowd = Array.from({ length: 60 }, (_, index) => ({ id: drawNodeId(random), address: at(index) }));
const closestOf = (nodes: readonly NodeContact[]) =>
  [...nodes].sort((a, b) => compareDistance(target, a.id, b.id)).slice(0, K);
const honest = (to: Address): Partial<KrpcReply> => ({
  id: crowd.find(({ address }) => address.host === to.host)?.id as Uint8Array,
  nodes: closestOf(crowd),
  token: Uint8Array.of(1),
});

describe('a search', () => {
  it('has a few queries under way, one more for each that is slow', () => {
    const network = new HeldNetwork();
    begin(network, crowd.slice(0, 20));
    expect(network.asked).toHaveLength(ALPHA);
    network.asked[0]?.handler.onSlow?.();
    network.asked[1]?.handler.onSlow?.();
    expect(network.asked).toHaveLength(ALPHA + 2);
  });

  it('ends with the closest of all that answer, from one address', () => {
    const network = new HeldNetwork();
    const { done } = begin(network, [], [at(0)]);
    network.answerAll(honest);
    expect(done()?.map(({ address }) => address)).toEqual(closestOf(crowd).map(({ address }) => address));
    expect(network.asked.length).toBeLessThan(crowd.length);
    expect(new Set(network.asked.map(({ to }) => formatAddress(to))).size).toBe(network.asked.length);
  });

  it('ends where nobody answers, and at once where nobody is known', () => {
    const network = new HeldNetwork();
    const { done } = begin(network, crowd.slice(0, 20));
    network.answerAll(() => 'nothing');
    expect(done()).toEqual([]);
    expect(network.asked).toHaveLength(20);
    expect(begin(new HeldNetwork(), []).done()).toEqual([]);
  });

  it('waits where nothing can be sent, and goes on', () => {
    const network = new HeldNetwork();
    network.room = 0;
    const { lookup, done } = begin(network, crowd.slice(0, 3));
    expect(done()).toBeUndefined();
    network.room = Number.POSITIVE_INFINITY;
    lookup.advance();
    network.answerAll(honest);
    expect(done()?.length).toBe(K);
  });

  it('says nothing any more once it was stopped', () => {
    const network = new HeldNetwork();
    const { lookup, done } = begin(network, crowd.slice(0, 3));
    lookup.stop();
    network.answerAll(honest);
    expect(done()).toBeUndefined();
    expect(network.asked).toHaveLength(3);
  });
});

describe('liars', () => {
  it('who name ever closer nodes that name ever closer nodes end it after a bounded number of queries', () => {
    const network = new HeldNetwork();
    const { lookup, done } = begin(network, crowd.slice(0, 4));
    let named = 100;
    network.answerAll(() => ({
      // Ids that are not bound to addresses: they do not end a search early either.
      nodes: Array.from({ length: 16 }, () => ({
        id: drawIdSharing(target, Math.min(150, named >> 2), random),
        address: at(named++),
      })),
    }));
    expect(done()).toBeDefined();
    expect(network.asked).toHaveLength(LOOKUP_QUERIES_MAX);
    expect(lookup.candidateCount).toBeLessThanOrEqual(CANDIDATES_MAX);
  });

  it('cannot send us to our own home, to ourselves, or twice to one network', () => {
    const network = new HeldNetwork();
    begin(network, [], [at(0)]);
    const node = (host: string, port = 6881, id = drawIdSharing(target, 80, random)) => ({
      id,
      address: { host, port },
    });
    network.answerAll(({ host }) =>
      host === at(0).host
        ? {
            nodes: [
              node('127.0.0.1'),
              node('10.0.0.5'),
              node('192.168.1.1'),
              node('224.0.0.1'),
              node('0.0.0.0'),
              node('60.1.1.1', 0),
              node('60.1.2.1', 1, own),
              node('61.1.1.1'),
              node('61.1.1.1', 7000),
              node('61.1.1.2'),
            ],
          }
        : {},
    );
    expect(network.asked.map(({ to }) => formatAddress(to))).toEqual([formatAddress(at(0)), '61.1.1.1:6881']);
  });

  it('are where their own ids put them, not where another said that they were', () => {
    const network = new HeldNetwork();
    const { done } = begin(network, [], [at(0)]);
    const near = drawIdSharing(target, 100, random);
    const far = drawIdSharing(target, 0, random);
    network.answerAll(({ host }) =>
      host === at(0).host
        ? { id: drawIdSharing(target, 20, random), nodes: [{ id: near, address: at(1) }] }
        : { id: far },
    );
    expect(done()?.map(({ address }) => address)).toEqual([at(0), at(1)]);
  });

  it('who answer with our own id are nobody', () => {
    const network = new HeldNetwork();
    const { done } = begin(network, [], [at(0)]);
    network.answerAll(() => ({ id: own }));
    expect(done()).toEqual([]);
  });
});
