/** What each strategy is known for, in small simulated swarms: orders between strategies, no absolute times. */
import { describe, expect, it } from 'vitest';
import { chokers, pickers } from '../../../src/core/strategies/registry.ts';
import type { PlannedEngine, PlannedPeer } from '../../../src/scenarios/plan.ts';
import { DEFAULT_ENGINE, DEFAULT_LINK, STAYS } from '../../../src/scenarios/plan-defaults.ts';
import { impossibleOn } from '../../../src/scenarios/run/socket-limits.ts';
import { foldPeerTimes, sortedPresent } from '../../../src/trace/metrics/peer-times.ts';
import { foldPlayback } from '../../../src/trace/metrics/playback.ts';
import { seedCopies } from '../../../src/trace/metrics/totals.ts';
import type { Trace } from '../../../src/trace/trace.ts';
import { SECOND, simulate, smallPlan } from '../../support/small-plan.ts';

const CROWD = 12;

/** A seed no faster than a peer, and a crowd that comes at once. `seed` and `crowd` are their settings. */
function plan(crowd: Partial<PlannedEngine>, seed: Partial<PlannedPeer> = {}) {
  const peers: Partial<PlannedPeer>[] = [{ ...seed }];
  for (let count = 0; count < CROWD; count++) {
    peers.push({
      engine: { ...DEFAULT_ENGINE, ...crowd },
      link: { ...DEFAULT_LINK, upBytesPerSec: 125_000 },
    });
  }
  return smallPlan(peers);
}

const completed = (trace: Trace): number => sortedPresent(foldPeerTimes(trace).completedUs).length;
const last = (trace: Trace): number =>
  sortedPresent(foldPeerTimes(trace).completedUs).at(-1) ?? Number.POSITIVE_INFINITY;
const stalled = (trace: Trace): number =>
  foldPlayback(trace)
    .stallUs.slice(1)
    .reduce((sum, time) => sum + time, 0);

describe('every strategy that comes with swarmlab', () => {
  it.each([...pickers.keys()])('lets a swarm complete: the picker %s', (name) => {
    const picker = name === 'streaming' ? { name, options: { bitrate: 50_000 } } : name;
    expect(completed(simulate(plan({ picker })))).toBe(CROWD);
  });

  it.each([...chokers.keys()].filter((name) => name !== 'never'))(
    'lets a swarm complete: the choker %s',
    (choker) => {
      const seed = { engine: { ...DEFAULT_ENGINE, choker } };
      expect(completed(simulate(plan({ choker }, seed)))).toBe(CROWD);
    },
  );
});

it('random beats sequential in a crowd that comes at once', () => {
  const [random, sequential] = ['random', 'sequential'].map((picker) => last(simulate(plan({ picker }))));
  expect(random).toBeLessThan(0.8 * (sequential as number));
});

it('most common first loses pieces when the seed leaves early, rarest first does not', () => {
  const leaves = { leave: { ...STAYS, atUs: 18 * SECOND } };
  const [rare, common] = ['rarest-first', 'most-common'].map((picker) =>
    completed(simulate(plan({ picker }, leaves))),
  );
  expect(rare).toBe(CROWD);
  expect(common).toBe(0);
});

it('a super-seed sends far less than a seed does, and the crowd completes', () => {
  const seed = (superSeeding: boolean) => ({ engine: { ...DEFAULT_ENGINE, superSeeding } });
  const [hiding, plain] = [true, false].map((superSeeding) => simulate(plan({}, seed(superSeeding)))) as [
    Trace,
    Trace,
  ];
  expect(completed(hiding)).toBe(CROWD);
  expect(seedCopies(hiding)).toBeLessThan(0.75 * seedCopies(plain));
});

it('a seed that suggests what it gave least sends fewer copies before others can', () => {
  const seed = (suggest: number) => ({
    engine: { ...DEFAULT_ENGINE, suggest },
    link: { ...DEFAULT_LINK, upBytesPerSec: 125_000 },
  });
  const plain = simulate(plan({ picker: 'rarest-first' }, seed(0)));
  const suggested = simulate(plan({ picker: 'suggested' }, seed(3)));
  expect(last(suggested)).toBeLessThan(last(plain));
  expect(seedCopies(suggested)).toBeLessThan(seedCopies(plain));
});

it('a player stalls less behind the picker that is made for it than behind rarest first', () => {
  const playback = { bytesPerSec: 60_000, delayUs: 5 * SECOND };
  const streaming = { name: 'streaming', options: { bitrate: 60_000, delay: 5 * SECOND, window: 10 } };
  const slow = stalled(simulate(plan({ picker: 'rarest-first', playback })));
  const smooth = stalled(simulate(plan({ picker: streaming, playback })));
  expect(slow).toBeGreaterThan(0);
  expect(smooth).toBeLessThan(0.7 * slow);
});

it('what knows the whole swarm is refused on real sockets, by name', () => {
  expect(impossibleOn('sockets', plan({ picker: 'global-rarest' }))).toContain(
    'the picker "global-rarest", which knows the whole swarm',
  );
  expect(impossibleOn('sockets', plan({}))).toEqual([]);
});
