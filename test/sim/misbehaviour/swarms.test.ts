/**
 * Swarms with peers that misbehave among them: the honest ones get the right content, not much later than alone, blame
 * nobody who is honest, and nothing is left when all have gone. Times are virtual; without hostile peers a swarm of this
 * kind takes 55 to 60 s, and each factor is half as much again as what was measured.
 */
import { describe, expect, it } from 'vitest';
import type { MisbehaviourOptions } from '../../../src/sim/misbehaviour/behaviours.ts';
import { HostileSwarm, type HostileSwarmOptions } from './hostile-swarm.ts';

/** The same swarm without them. */
const aloneSeconds = new HostileSwarm({ behaviour: 'honest', hostile: 0 }).complete();

type Hostile = Pick<HostileSwarmOptions, 'behaviour' | 'hostile' | 'hostileHave'> & {
  readonly misbehaviour?: Partial<MisbehaviourOptions>;
  /** How many times as long the honest ones may take. */
  readonly factor: number;
};

// Eight honest peers and a seed: one hostile one is a tenth of the swarm, eight are nearly half of it. Those that download
// and give nothing take their share of a slow seed, so that much is their due.
const table: [string, Hostile][] = [
  ['a free-rider', { behaviour: 'free-rider', hostile: 1, factor: 1.7 }],
  ['three free-riders', { behaviour: 'free-rider', hostile: 3, factor: 2.3 }],
  ['as many free-riders', { behaviour: 'free-rider', hostile: 8, factor: 4.5 }],
  ['a staller', { behaviour: 'staller', hostile: 1, factor: 1.8 }],
  ['as many stallers', { behaviour: 'staller', hostile: 8, factor: 5 }],
  [
    'as many stallers that have everything',
    { behaviour: 'staller', hostile: 8, hostileHave: 'all', factor: 1.7 },
  ],
  ['a liar', { behaviour: 'liar', hostile: 1, factor: 1.5 }],
  ['as many liars', { behaviour: 'liar', hostile: 8, factor: 1.7 }],
  [
    'as many liars that come up with pieces bit by bit and answer nothing',
    { behaviour: 'liar', hostile: 8, misbehaviour: { claimPerMille: 0, refusePerMille: 0 }, factor: 2.6 },
  ],
  ['a poisoner', { behaviour: 'poisoner', hostile: 1, factor: 1.7 }],
  ['as many poisoners', { behaviour: 'poisoner', hostile: 8, factor: 4.5 }],
  ['as many poisoned seeds', { behaviour: 'poisoner', hostile: 8, hostileHave: 'all', factor: 1.9 }],
  [
    'poisoned seeds that corrupt a tenth of their blocks',
    {
      behaviour: 'poisoner',
      hostile: 4,
      hostileHave: 'all',
      misbehaviour: { poisonPerMille: 100 },
      factor: 2,
    },
  ],
  ['a flooder', { behaviour: 'flooder', hostile: 1, factor: 1.7 }],
  ['as many flooders', { behaviour: 'flooder', hostile: 8, factor: 1.9 }],
  ['a slow reader', { behaviour: 'slow-reader', hostile: 1, factor: 1.6 }],
  ['as many slow readers', { behaviour: 'slow-reader', hostile: 8, factor: 2.8 }],
];

describe.each(table)('a swarm with %s', (_name, { factor, ...hostile }) => {
  const swarm = new HostileSwarm(hostile);
  const seconds = swarm.complete(factor * aloneSeconds);

  it('completes, with the right content', () => {
    expect(seconds).toBeLessThan(factor * aloneSeconds);
    for (const member of swarm.crowd) expect(swarm.holdsContent(member)).toBe(true);
  });

  it('blames nobody who is honest', () => {
    const hosts = swarm.hostile.map(({ host }) => host.address);
    for (const blamed of swarm.blamed().keys()) expect(hosts).toContain(blamed);
  });

  it('leaves nothing behind', () => {
    swarm.leave();
    expect(swarm.world.clock.pendingCount).toBe(0);
  });
});
