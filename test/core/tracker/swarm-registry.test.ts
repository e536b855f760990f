/** The tracker's memory: who is in a swarm, who is handed to whom, and how it forgets. */
import { describe, expect, it } from 'vitest';
import { formatAddress } from '../../../src/core/address.ts';
import { fromLatin1 } from '../../../src/core/bytes.ts';
import type { AnnounceRequest } from '../../../src/core/tracker/announce.ts';
import { drawDistinct } from '../../../src/core/tracker/draw-distinct.ts';
import { type AnnounceAnswer, SwarmRegistry } from '../../../src/core/tracker/swarm-registry.ts';
import { FakeRandom } from '../../support/fake-world.ts';

const SECOND = 1_000_000;
const INTERVAL = 1800 * SECOND;

function idOf(number: number): Uint8Array {
  return fromLatin1(`-SL0100-${String(number).padStart(12, '0')}`);
}

function hostOf(number: number): string {
  return `10.0.${number >> 8}.${number & 255}`;
}

class Fixture {
  readonly registry: SwarmRegistry;
  nowUs = 0;

  constructor(options: ConstructorParameters<typeof SwarmRegistry>[1] = {}, random = new FakeRandom()) {
    this.registry = new SwarmRegistry({ random }, options);
  }

  announce(peer: number, change: Partial<AnnounceRequest> & { host?: string } = {}): AnnounceAnswer {
    const answer = this.tryAnnounce(peer, change);
    if (!answer.ok) throw new Error(answer.error.message);
    return answer.value;
  }

  tryAnnounce(peer: number, change: Partial<AnnounceRequest> & { host?: string } = {}) {
    const { host, ...fields } = change;
    const request: AnnounceRequest = {
      infoHash: fromLatin1('h'.repeat(20)),
      peerId: idOf(peer),
      port: 6881,
      uploaded: 0,
      downloaded: 0,
      left: 1,
      event: 'none',
      numwant: -1,
      key: 0,
      ...fields,
    };
    return this.registry.announce(request, { host: host ?? hostOf(peer), port: 50_000 }, this.nowUs);
  }

  counts(infoHash = 'h'.repeat(20)) {
    return this.registry.scrape([fromLatin1(infoHash)], this.nowUs)[0];
  }
}

const hostsIn = (answer: AnnounceAnswer): string[] => answer.peers.map((peer) => peer.contact.host).sort();

describe('who is handed out', () => {
  it('is everybody else, at the port they named and not the one they sent from', () => {
    const tracker = new Fixture();
    expect(tracker.announce(1).peers).toEqual([]);
    tracker.announce(2, { port: 7000 });
    expect(tracker.announce(1).peers).toEqual([
      { contact: { host: '10.0.0.2', port: 7000 }, peerId: idOf(2) },
    ]);
  });

  it('never is the asker, whatever is asked for', () => {
    const tracker = new Fixture();
    for (let peer = 1; peer <= 30; peer++) tracker.announce(peer, { left: peer % 2 });
    for (let peer = 1; peer <= 30; peer++) {
      for (const numwant of [1, 5, 29, 30, 200]) {
        const hosts = hostsIn(tracker.announce(peer, { left: peer % 2, numwant }));
        expect(hosts).not.toContain(hostOf(peer));
        expect(new Set(hosts).size).toBe(hosts.length);
      }
    }
  });

  it('is not the asker under an earlier address either', () => {
    const tracker = new Fixture();
    tracker.announce(1);
    expect(tracker.announce(1, { host: '10.9.9.9' }).peers).toEqual([]);
  });

  it('is seeds too for who has nothing left and moved nothing yet, where asked for: it may lack the metadata', () => {
    const tracker = new Fixture({ idleMayLackMetadata: true });
    tracker.announce(1, { left: 0, uploaded: 5 });
    expect(hostsIn(tracker.announce(2, { left: 0, event: 'started' }))).toEqual(['10.0.0.1']);
    expect(hostsIn(tracker.announce(2, { left: 0 }))).toEqual(['10.0.0.1']);
    expect(hostsIn(tracker.announce(2, { left: 0, uploaded: 1 }))).toEqual([]);
    expect(hostsIn(tracker.announce(2, { left: 0, downloaded: 1 }))).toEqual([]);
  });

  it('for a seed is leechers only', () => {
    const tracker = new Fixture();
    tracker.announce(1, { left: 0 });
    tracker.announce(2, { left: 0 });
    tracker.announce(3);
    expect(hostsIn(tracker.announce(1, { left: 0 }))).toEqual([hostOf(3)]);
    expect(hostsIn(tracker.announce(3))).toEqual([hostOf(1), hostOf(2)]);
  });

  it.each([
    [-1, 50],
    [0, 0],
    [7, 7],
    [200, 200],
    [1_000_000, 200],
  ])('numwant %i gives %i', (numwant, count) => {
    const tracker = new Fixture();
    for (let peer = 1; peer <= 300; peer++) tracker.announce(peer, { numwant: 0 });
    expect(tracker.announce(1, { numwant }).peers.length).toBe(count);
  });

  it('is drawn evenly', () => {
    const tracker = new Fixture();
    for (let peer = 0; peer <= 20; peer++) tracker.announce(peer, { numwant: 0, left: peer % 3 });
    const seen = new Map<string, number>();
    for (let round = 0; round < 2000; round++) {
      for (const host of hostsIn(tracker.announce(0, { numwant: 5, left: 1 }))) {
        seen.set(host, (seen.get(host) ?? 0) + 1);
      }
    }
    expect(seen.size).toBe(20);
    // 500 expected, standard deviation below 20: six of them either way.
    for (const count of seen.values()) expect(Math.abs(count - 500)).toBeLessThan(120);
  });

  it('in one swarm does not depend on what happens in another', () => {
    const draw = (noise: boolean): string[] => {
      const tracker = new Fixture();
      const answers: string[] = [];
      for (let peer = 1; peer <= 40; peer++) {
        if (noise) tracker.announce(peer, { infoHash: fromLatin1('n'.repeat(20)), numwant: 3 });
        const answer = tracker.announce(peer, { numwant: 3 });
        answers.push(answer.peers.map((other) => other.contact.host).join());
      }
      return answers;
    };
    expect(draw(true)).toEqual(draw(false));
  });

  it('is of the asker’s address family', () => {
    const tracker = new Fixture();
    tracker.announce(1);
    tracker.announce(2, { host: '2001:db8::2' });
    tracker.announce(3, { host: '::ffff:10.0.0.3' });
    expect(hostsIn(tracker.announce(4, { host: '2001:db8::4' }))).toEqual(['2001:db8::2']);
    expect(hostsIn(tracker.announce(1))).toEqual(['10.0.0.3']);
  });
});

describe('what the counts say', () => {
  it('follows events and what is left', () => {
    const tracker = new Fixture();
    tracker.announce(1, { event: 'started', left: 0 });
    tracker.announce(2, { event: 'started' });
    expect(tracker.counts()).toEqual({ complete: 1, downloaded: 0, incomplete: 1 });
    tracker.announce(2, { event: 'completed', left: 0 });
    tracker.announce(2, { event: 'completed', left: 0 });
    expect(tracker.counts()).toEqual({ complete: 2, downloaded: 1, incomplete: 0 });
    expect(tracker.announce(2, { event: 'stopped', left: 0 }).peers).toEqual([]);
    expect(tracker.counts()).toEqual({ complete: 1, downloaded: 1, incomplete: 0 });
    expect(tracker.announce(1, { left: 0 })).toMatchObject({ complete: 1, incomplete: 0 });
  });

  it('keeps nobody who accepts no streams, and does not make a swarm for a farewell', () => {
    const tracker = new Fixture();
    tracker.announce(1, { port: 0 });
    tracker.announce(2, { event: 'stopped' });
    expect(tracker.counts()).toBeUndefined();
    tracker.announce(3);
    expect(hostsIn(tracker.announce(1, { port: 0 }))).toEqual([hostOf(3)]);
    expect(tracker.registry.peerCount).toBe(1);
  });

  it('does not let a stolen peer id displace its owner', () => {
    const tracker = new Fixture();
    tracker.announce(1);
    tracker.announce(1, { host: '10.6.6.6', event: 'stopped' });
    expect(hostsIn(tracker.announce(2))).toEqual([hostOf(1)]);
  });
});

describe('forgetting', () => {
  it('takes two intervals of silence', () => {
    const tracker = new Fixture();
    tracker.announce(1);
    tracker.nowUs = INTERVAL;
    tracker.announce(2);
    tracker.nowUs = 2 * INTERVAL;
    expect(hostsIn(tracker.announce(3))).toEqual([hostOf(1), hostOf(2)]);
    tracker.nowUs++;
    expect(hostsIn(tracker.announce(3))).toEqual([hostOf(2)]);
    expect(tracker.registry.peerCount).toBe(2);
  });

  it('spares whoever announced in between', () => {
    const tracker = new Fixture();
    tracker.announce(1);
    tracker.announce(2);
    for (const round of [1, 2, 3]) {
      tracker.nowUs = round * INTERVAL;
      tracker.announce(1);
    }
    expect(hostsIn(tracker.announce(3))).toEqual([hostOf(1)]);
  });

  it('drops swarms nobody asks about any more', () => {
    const tracker = new Fixture();
    for (let swarm = 0; swarm < 10; swarm++) {
      tracker.announce(1, { infoHash: fromLatin1(String(swarm).repeat(20)) });
    }
    expect(tracker.registry.swarmCount).toBe(10);
    tracker.nowUs = 2 * INTERVAL + 1;
    tracker.announce(1);
    expect([tracker.registry.swarmCount, tracker.registry.peerCount]).toEqual([1, 1]);
  });
});

describe('bounds', () => {
  it('a full swarm lets go of whoever was silent for longest', () => {
    const tracker = new Fixture({ peersPerSwarmMax: 3 });
    for (const peer of [1, 2, 3, 1, 4]) tracker.announce(peer);
    expect(hostsIn(tracker.announce(1))).toEqual([hostOf(3), hostOf(4)]);
    expect(tracker.registry.peerCount).toBe(3);
  });

  it('a full tracker refuses new swarms and keeps the old', () => {
    const tracker = new Fixture({ swarmsMax: 1 });
    tracker.announce(1);
    const other = { infoHash: fromLatin1('x'.repeat(20)) };
    expect(tracker.tryAnnounce(1, other)).toMatchObject({ ok: false });
    expect(hostsIn(tracker.announce(2))).toEqual([hostOf(1)]);
    tracker.nowUs = 2 * INTERVAL + 1;
    expect(tracker.tryAnnounce(1, other).ok).toBe(true);
  });

  it('holds over all swarms', () => {
    const tracker = new Fixture({ peersMax: 2 });
    tracker.announce(1);
    tracker.announce(2);
    tracker.announce(3);
    expect(tracker.registry.peerCount).toBe(2);
    expect(tracker.tryAnnounce(4, { infoHash: fromLatin1('x'.repeat(20)) }).ok).toBe(false);
  });
});

it('drawing draws every arrangement equally often', () => {
  const random = new FakeRandom('arrangements');
  const seen = new Map<string, number>();
  for (let round = 0; round < 12_000; round++) {
    const drawn = drawDistinct(4, 2, random).join();
    seen.set(drawn, (seen.get(drawn) ?? 0) + 1);
  }
  expect(seen.size).toBe(12);
  // 1,000 expected, standard deviation about 30.
  for (const count of seen.values()) expect(Math.abs(count - 1000)).toBeLessThan(200);
  expect(drawDistinct(3, 10, random).sort()).toEqual([0, 1, 2]);
});

it('names contacts so that ports tell peers behind one address apart', () => {
  const tracker = new Fixture();
  tracker.announce(1, { host: '10.0.0.1', port: 1 });
  tracker.announce(2, { host: '10.0.0.1', port: 2 });
  const contacts = tracker.announce(3).peers.map((peer) => formatAddress(peer.contact));
  expect(contacts.sort()).toEqual(['10.0.0.1:1', '10.0.0.1:2']);
});

describe('a peer with an address of each family (BEP 7)', () => {
  const ipv6Of = (number: number): string => `2001:db8::${number + 1}`;

  it('counts once in the numbers, in whichever order it comes and goes, and is named at both addresses', () => {
    const fixture = new Fixture();
    fixture.announce(1);
    fixture.announce(2);
    expect(fixture.counts()).toMatchObject({ complete: 0, incomplete: 2 });
    fixture.announce(1, { host: ipv6Of(1) });
    expect(fixture.counts()).toMatchObject({ complete: 0, incomplete: 2 });
    expect(fixture.registry.peerCount).toBe(3);
    expect(fixture.registry.statistics(0, 5)).toMatchObject({ peers: 2, seeds: 0 });
    expect(hostsIn(fixture.announce(9, { numwant: 50 }))).toEqual([hostOf(1), hostOf(2)]);
    expect(hostsIn(fixture.announce(9, { host: ipv6Of(9), numwant: 50 }))).toEqual([ipv6Of(1)]);
    fixture.announce(1, { left: 0, event: 'completed' });
    fixture.announce(1, { left: 0, host: ipv6Of(1) });
    expect(fixture.counts()).toEqual({ complete: 1, incomplete: 2, downloaded: 1 });
    fixture.announce(1, { event: 'stopped' });
    expect(fixture.counts()).toMatchObject({ complete: 1, incomplete: 2 });
    fixture.announce(1, { event: 'stopped', host: ipv6Of(1) });
    expect(fixture.counts()).toMatchObject({ complete: 0, incomplete: 2 });
  });

  it('counts once whatever happens', () => {
    const fixture = new Fixture();
    const random = new FakeRandom('both families');
    const present = new Map<string, { id: number; seed: boolean }>();
    for (let step = 0; step < 3000; step++) {
      const id = random.below(6);
      const host = random.below(2) === 0 ? hostOf(id) : ipv6Of(id);
      const leaves = random.below(4) === 0;
      const seed = random.below(2) === 0;
      fixture.announce(id, { host, left: seed ? 0 : 1, event: leaves ? 'stopped' : 'none' });
      if (leaves) present.delete(host);
      else present.set(host, { id, seed });
      const distinct = (wanted: boolean): number =>
        new Set([...present.values()].filter(({ seed: is }) => is === wanted).map(({ id: each }) => each))
          .size;
      const counts = fixture.counts() ?? { complete: 0, incomplete: 0 };
      expect([counts.complete, counts.incomplete]).toEqual([distinct(true), distinct(false)]);
    }
  });
});
