/** What each kind of misbehaviour does, and what becomes of it. */
import { describe, expect, it } from 'vitest';
import { TitForTat } from '../../../src/core/strategies/tit-for-tat.ts';
import {
  type Behaviour,
  behaviourDescriptions,
  behaviours,
  misbehaviourDefaults,
} from '../../../src/sim/misbehaviour/behaviours.ts';
import type { NotedObserver } from '../../support/noted-observer.ts';
import { HostileSwarm, type HostileSwarmOptions, type Member } from './hostile-swarm.ts';

const KIB = 1024;

function completed(options: HostileSwarmOptions): HostileSwarm {
  const swarm = new HostileSwarm(options);
  expect(swarm.complete()).toBeLessThan(600);
  return swarm;
}

/** Payload bytes that `member` received from `other`, wanted or not. */
function receivedFrom(member: Member, other: Member): number {
  const { observer } = member;
  return observer.notes
    .filter(({ kind }) => kind === 'blockReceived' || kind === 'blockWasted')
    .filter(({ remote }) => observer.remotes[remote]?.host === other.host.address)
    .reduce((sum, { details }) => sum + (details[2] as number), 0);
}

/** The notes of a kind about one host. */
function notesAbout(
  observer: NotedObserver,
  kind: 'snubbed' | 'connected' | 'disconnected',
  { host }: Member,
) {
  return observer.of(kind).filter(({ remote }) => observer.remotes[remote]?.host === host.address);
}

/** Those of the crowd that have closed on `culprit` for what it did. */
const accusers = (swarm: HostileSwarm, culprit: Member): Member[] =>
  swarm.honest.filter(({ observer }) =>
    notesAbout(observer, 'disconnected', culprit).some(({ details }) => details[1] === 'remote'),
  );

it('every behaviour has a sentence of its own', () => {
  expect(Object.keys(behaviourDescriptions)).toEqual([...behaviours]);
  expect(new Set(Object.values(behaviourDescriptions)).size).toBe(behaviours.length);
});

describe.each(behaviours)('a swarm with the behaviour %s', (behaviour: Behaviour) => {
  const notes = (options: Partial<HostileSwarmOptions>) => {
    const swarm = new HostileSwarm({ behaviour, hostile: 3, leechers: 5, pieces: 30, ...options });
    swarm.world.run(40);
    return swarm.members.map(({ observer }) => observer.notes);
  };
  const first = notes({});

  it('does the same again with the same seed, and something else with another', () => {
    expect(notes({})).toEqual(first);
    expect(notes({ seed: 2 })).not.toEqual(first);
  });

  it('does the same whether blocks travel as references or as bytes', () => {
    expect(notes({ payload: 'bytes' })).toEqual(first);
  });
});

describe('a free-rider', () => {
  const swarm = completed({ behaviour: 'free-rider', hostile: 3 });

  it('gives nothing and gets everything in the end', () => {
    const complete = (): boolean =>
      swarm.hostile.every(({ peer }) => peer.torrent?.status().state === 'seeding');
    expect(swarm.world.runUntil(complete, 300)).toBe(true);
    for (const { observer } of swarm.hostile) expect(observer.of('blockSent')).toEqual([]);
  });
});

it.each(['free-rider', 'staller'] as const)(
  'a %s stays one, whatever its settings are changed to',
  (behaviour) => {
    const swarm = new HostileSwarm({ behaviour, hostile: 1, misbehaviour: { stallAfterBlocks: 0 } });
    const [{ peer }] = swarm.hostile as [Member];
    peer.configure({ choker: new TitForTat(), uploadSlots: 1 });
    expect(swarm.complete()).toBeLessThan(600);
    expect(peer.torrent?.status().sentBytes).toBe(0);
    const unchoked = (swarm.hostile[0] as Member).observer.of('unchoked');
    const wanting = new Set(unchoked.map(({ remote }) => remote)).size;
    expect(wanting).toBe(behaviour === 'staller' ? 8 : 0);
  },
);

describe('a staller', () => {
  const swarm = completed({ behaviour: 'staller', hostile: 3 });

  it('serves its first blocks and no more', () => {
    for (const { peer } of swarm.hostile) {
      const block = 16 * KIB;
      expect(peer.torrent?.status().sentBytes).toBe(misbehaviourDefaults.stallAfterBlocks * block);
    }
  });

  it('is snubbed by everybody who waits for it, and not blamed', () => {
    for (const staller of swarm.hostile) {
      const waiting = swarm.crowd.filter(
        ({ observer }) => notesAbout(observer, 'connected', staller).length > 0,
      );
      expect(waiting).toHaveLength(8);
      for (const { observer } of waiting)
        expect(notesAbout(observer, 'snubbed', staller).length).toBeGreaterThan(0);
      expect(accusers(swarm, staller)).toEqual([]);
    }
  });
});

describe('a liar', () => {
  it.each([
    ['refuses', 1000],
    ['ignores', 0],
  ])('that %s requests gives nothing, and is asked', (how, refusePerMille) => {
    // Claims that grow keep the crowd waiting for more than a minute: long enough to lose patience with the silent.
    const misbehaviour = { refusePerMille, claimPerMille: 0 };
    const swarm = completed({ behaviour: 'liar', hostile: 3, misbehaviour });
    for (const liar of swarm.hostile) {
      for (const member of swarm.crowd) {
        expect(receivedFrom(member, liar)).toBe(0);
        expect(notesAbout(member.observer, 'snubbed', liar).length > 0).toBe(how === 'ignores');
        const picked = member.observer
          .of('piecePicked')
          .filter(({ remote }) => member.observer.remotes[remote]?.host === liar.host.address);
        expect(picked.length).toBeGreaterThan(0);
      }
    }
  });

  it('that claims more and more has claimed everything in time', () => {
    const misbehaviour = { claimPerMille: 0, lieForUs: 20_000_000 };
    const swarm = new HostileSwarm({ behaviour: 'liar', hostile: 1, misbehaviour });
    const liar = swarm.hostile[0] as Member;
    const seed = swarm.honest[0] as Member;
    swarm.world.run(12);
    expect(notesAbout(seed.observer, 'disconnected', liar)).toEqual([]);
    swarm.world.run(12);
    // Seeds part from seeds.
    expect(notesAbout(seed.observer, 'disconnected', liar)[0]?.details[0]).toBe('both are seeds');
  });
});

describe('a poisoner', () => {
  it.each(['all', 'none'] as const)('is banned by those it poisoned (it has %s)', (hostileHave) => {
    const swarm = completed({ behaviour: 'poisoner', hostile: 3, hostileHave });
    for (const member of swarm.crowd) {
      const failed = member.observer.of('pieceFailed').length;
      if (failed === 0) continue;
      expect(swarm.hostile.some((poisoner) => accusers(swarm, poisoner).includes(member))).toBe(true);
    }
    for (const poisoner of swarm.hostile) {
      expect(accusers(swarm, poisoner).length).toBeGreaterThan(0);
      // Who has banned it does not speak to it again.
      for (const { observer } of accusers(swarm, poisoner)) {
        const banned = notesAbout(observer, 'disconnected', poisoner).find(
          ({ details }) => details[1] === 'remote',
        );
        const later = notesAbout(observer, 'connected', poisoner).filter(
          ({ atUs }) => atUs > (banned?.atUs ?? 0),
        );
        expect(later).toEqual([]);
      }
    }
  });

  it('that poisons nothing is an ordinary client', () => {
    const swarm = completed({ behaviour: 'poisoner', hostile: 3, misbehaviour: { poisonPerMille: 0 } });
    expect(swarm.members.flatMap(({ observer }) => observer.of('pieceFailed'))).toEqual([]);
    expect(swarm.blamed().size).toBe(0);
  });
});

describe('a flooder', () => {
  it('is cut off by everybody it meets, for good, and never gave a block', () => {
    const swarm = new HostileSwarm({ behaviour: 'flooder', hostile: 3 });
    expect(swarm.complete(300)).toBeLessThan(300);
    for (const flooder of swarm.hostile) {
      expect(accusers(swarm, flooder)).toEqual(swarm.honest);
      const open = swarm.honest.filter(
        ({ observer }) =>
          notesAbout(observer, 'connected', flooder).length >
          notesAbout(observer, 'disconnected', flooder).length,
      );
      expect(open).toEqual([]);
      for (const member of swarm.honest) expect(receivedFrom(member, flooder)).toBe(0);
    }
  });

  it('that sends little is put up with', () => {
    const swarm = completed({ behaviour: 'flooder', hostile: 1, misbehaviour: { messagesPerSec: 20 } });
    expect(swarm.blamed().size).toBe(0);
  });
});

describe('a slow reader', () => {
  it('pins a bounded amount, for a bounded time, and no slot for ever', () => {
    const readers = 3;
    const swarm = new HostileSwarm({ behaviour: 'slow-reader', hostile: readers });
    const seed = swarm.honest[0] as Member;
    const hosts = swarm.hostile.map(({ host }) => host.address);
    const pinned = (): number => {
      let bytes = 0;
      for (const stream of seed.host.streams)
        if (hosts.includes(stream.remote.host)) bytes += stream.unsentBytes();
      return bytes;
    };
    let most = 0;
    for (let second = 0; second < 200; second++) {
      swarm.world.run(1);
      most = Math.max(most, pinned());
    }
    // What is given to a stream ahead of time when its rate is low, and the messages behind it.
    expect(most).toBeGreaterThan(readers * 16 * KIB);
    expect(most).toBeLessThan(readers * 80 * KIB);
    const { observer } = seed;
    for (const reader of swarm.hostile) {
      const about = observer.notes.filter(
        ({ remote }) => observer.remotes[remote]?.host === reader.host.address,
      );
      expect(about.findLast(({ kind }) => kind === 'choked' || kind === 'unchoked')?.kind).toBe('choked');
    }
    swarm.world.run(100);
    for (const reader of swarm.hostile) {
      const reasons = notesAbout(observer, 'disconnected', reader).map(({ details }) => details[0]);
      expect(reasons[0]).toBe('does not read what it asked for');
    }
    expect(swarm.crowd.every(({ peer }) => peer.torrent?.status().state === 'seeding')).toBe(true);
  });
});
