/** The tracker that names peers of the asker's own class: what it answers, and whom peers of a run then know. */
import { describe, expect, it } from 'vitest';
import { fromLatin1 } from '../../../src/core/bytes.ts';
import { expand } from '../../../src/scenarios/expand.ts';
import { parseScenario } from '../../../src/scenarios/parse.ts';
import { MatchingRegistry } from '../../../src/scenarios/run/matching-registry.ts';
import { SimulatedRun } from '../../../src/scenarios/run/simulate.ts';
import { EventKind } from '../../../src/trace/trace.ts';
import { FakeRandom, nodeHasher } from '../../support/fake-world.ts';
import { STRATEGIES } from '../support.ts';

const FAST = 50;

/** Peers 0 to 49 are slow, 50 to 99 fast, the rest of no class. */
function registry(perMillion: number, numwant = 20) {
  const classOf = ({ host }: { host: string }) => {
    const number = Number(host.split('.')[3]);
    return number < 100 ? Math.floor(number / FAST) : undefined;
  };
  const matching = new MatchingRegistry(
    { random: new FakeRandom() },
    { defaultNumwant: numwant },
    { perMillion, classOf },
  );
  const announce = (peer: number, event: 'none' | 'stopped' = 'none', wanted = -1) => {
    const request = {
      infoHash: fromLatin1('h'.repeat(20)),
      peerId: fromLatin1(`-SL0100-${String(peer).padStart(12, '0')}`),
      port: 6881,
      uploaded: 0,
      downloaded: 0,
      left: 1,
      event,
      numwant: wanted,
      key: 0,
    };
    const answer = matching.announce(request, { host: `10.0.0.${peer}`, port: 50_000 }, 0);
    if (!answer.ok) throw new Error(answer.error.message);
    return answer.value.peers.map(({ contact }) => Number(contact.host.split('.')[3]));
  };
  for (let peer = 0; peer < 110; peer++) announce(peer);
  return announce;
}

const fastIn = (peers: readonly number[]) => peers.filter((peer) => peer >= FAST && peer < 100).length;

describe('MatchingRegistry', () => {
  it('gives at least the share of the own class, the rest by chance, and nobody twice', () => {
    const announce = registry(500_000);
    const answers = Array.from({ length: 50 }, () => announce(60));
    for (const peers of answers) {
      expect(peers).toHaveLength(20);
      expect(new Set(peers).size).toBe(20);
      expect(peers).not.toContain(60);
      expect(fastIn(peers)).toBeGreaterThanOrEqual(10);
    }
    // Of the ten by chance, about 49 in 109 are fast: 14.5 of 20 on average.
    const mean = answers.reduce((sum, peers) => sum + fastIn(peers), 0) / answers.length;
    expect(mean).toBeGreaterThan(13.5);
    expect(mean).toBeLessThan(15.5);
  });

  it('gives nobody else at 100 %, and others where the class is too small', () => {
    expect(fastIn(registry(1_000_000)(60))).toBe(20);
    const many = registry(1_000_000, 200)(60);
    expect(many).toHaveLength(109);
    expect(fastIn(many)).toBe(49);
  });

  it('gives a peer of no class whomever, and whoever asks for none nobody', () => {
    const announce = registry(1_000_000);
    expect(announce(105)).toHaveLength(20);
    expect(announce(60, 'none', 0)).toEqual([]);
  });

  it('names nobody who has left', () => {
    const announce = registry(1_000_000, 200);
    for (let peer = 0; peer < 50; peer++) announce(peer, 'stopped');
    announce(70, 'stopped');
    const peers = announce(60);
    expect(peers).toHaveLength(58);
    expect(peers).not.toContain(70);
  });
});

/** The share of all meetings that are between two of one group. */
function meetingsOfOneGroup(tracker: string): number {
  const group = (name: string) =>
    `  - { group: ${name}, count: 20, link: { down: 4 Mbit/s, up: 1 Mbit/s }, engine: { connections: 8 } }\n`;
  const scenario = parseScenario(
    'version: 1\nname: classes\nseed: 1\ntime: { until: 1m, sample: 1s }\ntorrent: { size: 1 MiB, piece: 64 KiB }\n' +
      `discovery: { tracker: ${tracker} }\n` +
      'peers:\n  - { group: seed, have: all, link: { down: 4 Mbit/s, up: 4 Mbit/s } }\n' +
      `${group('slow')}${group('fast')}`,
    'classes.yaml',
    STRATEGIES,
  );
  const run = new SimulatedRun(expand(scenario, 1), nodeHasher);
  run.advance();
  const trace = run.finish();
  const { kind, peer, a } = trace.events;
  let alike = 0;
  let meetings = 0;
  for (const [row, what] of kind.entries()) {
    const [from, to] = [peer[row] as number, a[row] as number];
    if (what !== EventKind.connected || from === 0 || to === 0) continue;
    meetings++;
    if (trace.header.peers[from]?.group === trace.header.peers[to]?.group) alike++;
  }
  return alike / meetings;
}

describe('a run whose tracker answers by groups', () => {
  it('lets peers of one group meet', () => {
    expect(meetingsOfOneGroup('{ numwant: 5, own-group: 100% }')).toBeGreaterThan(0.9);
    expect(meetingsOfOneGroup('{ numwant: 5 }')).toBeLessThan(0.65);
  });
});
