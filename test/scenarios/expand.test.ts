/** From scenario and seed to plan: repeatable, and every draw independent of every other. */
import { describe, expect, it } from 'vitest';
import { expand } from '../../src/scenarios/expand.ts';
import type { Plan, PlannedPeer } from '../../src/scenarios/plan.ts';
import { DEFAULT_LINK, PLAN_DEFAULTS, plannedPeer } from '../../src/scenarios/plan-defaults.ts';
import { SeededRandom } from '../../src/sim/random.ts';
import { parse } from './support.ts';

const text = (options: { homes?: number; firstHome?: string; process?: string } = {}) => `version: 1
name: drawn
time: { until: 10m }
torrent: { size: 4 MiB }
peers:
  - { group: seed, have: all, link: { down: 10 Mbit/s, up: 2 Mbit/s, latency: ${options.firstHome ?? '15ms'} } }
  - group: homes
    count: ${options.homes ?? 20}
    link: { down: 8 Mbit/s..16 Mbit/s, up: 1 Mbit/s..2 Mbit/s, latency: 20ms..60ms, queue: 64 KiB }
    arrive: ${options.process ?? '{ process: flash, within: 30s }'}
    stay: { after-complete: 1m..1d }
  - group: late
    count: 5
    link: { down: 8 Mbit/s, up: 1 Mbit/s, latency: 20ms..60ms }
    arrive: { at: 90s }
    engine: { connections: 7, upload-limit: 10 KiB/s }
`;

const plan = (options = {}, seed = 1): Plan => expand(parse(text(options)), seed);
const group = (of: Plan, index: number): PlannedPeer[] => of.peers.filter((peer) => peer.group === index);

describe('expand', () => {
  it('spells everything out', () => {
    const { peers, ...rest } = plan({}, 7);
    expect(rest).toEqual({
      version: 1,
      name: 'drawn',
      description: '',
      seed: 7,
      endUs: 600_000_000,
      sampleUs: 1_000_000,
      payload: 'reference',
      ...PLAN_DEFAULTS,
      torrent: {
        name: 'drawn',
        pieceLengthBytes: 262_144,
        files: [{ path: ['drawn'], lengthBytes: 4_194_304 }],
      },
      tracker: {
        transport: 'udp',
        intervalUs: 120_000_000,
        numwant: 50,
        link: {
          ...DEFAULT_LINK,
          upBytesPerSec: 125_000_000,
          downBytesPerSec: 125_000_000,
          latencyUs: 5000,
          queueBytes: 4_194_304,
        },
      },
      groups: ['seed', 'homes', 'late'],
    });
    expect(peers).toHaveLength(26);
    expect(peers[0]).toEqual(
      plannedPeer('seed-1', {
        have: 'all',
        link: {
          ...DEFAULT_LINK,
          upBytesPerSec: 250_000,
          downBytesPerSec: 1_250_000,
          latencyUs: 15_000,
          queueBytes: 131_072,
        },
      }),
    );
    expect(peers.at(-1)).toMatchObject({
      id: 'late-5',
      group: 2,
      arriveUs: 90_000_000,
      have: 'none',
      engine: { connectionsMax: 7, uploadLimitBytesPerSec: 10_240 },
    });
  });

  it('draws within the ranges, whole numbers, and not the same for all', () => {
    const homes = group(plan(), 1);
    const draws: [string, (peer: PlannedPeer) => number, number, number][] = [
      ['down', (peer) => peer.link.downBytesPerSec, 1_000_000, 2_000_000],
      ['up', (peer) => peer.link.upBytesPerSec, 125_000, 250_000],
      ['latency', (peer) => peer.link.latencyUs, 20_000, 60_000],
      ['arrival', (peer) => peer.arriveUs, 0, 30_000_000 - 1],
      ['stay', (peer) => peer.leave.afterCompleteUs ?? Number.NaN, 60_000_000, 86_400_000_000],
    ];
    for (const [what, of, lowest, highest] of draws) {
      const values = homes.map(of);
      expect(
        values.every((one) => Number.isInteger(one) && one >= lowest && one <= highest),
        what,
      ).toBe(true);
      expect(new Set(values).size, what).toBeGreaterThan(15);
      expect(Math.max(...values) - Math.min(...values), what).toBeGreaterThan((highest - lowest) / 2);
    }
  });

  it('gives the same plan for the same seed and another for another', () => {
    expect(plan({}, 3)).toEqual(plan({}, 3));
    expect(group(plan({}, 3), 1)).not.toEqual(group(plan({}, 4), 1));
  });

  it('keeps every other draw when a group gets one more peer', () => {
    for (const process of ['{ process: flash, within: 30s }', '{ process: poisson, rate: 2/s }']) {
      const before = plan({ process });
      const after = plan({ process, homes: 21 });
      expect(group(after, 1).slice(0, 20)).toEqual(group(before, 1));
      expect(group(after, 2)).toEqual(group(before, 2));
      expect(group(after, 0)).toEqual(group(before, 0));
    }
  });

  it('keeps every other draw when one more thing is drawn', () => {
    const before = plan();
    const after = plan({ firstHome: '10ms..20ms', process: '{ process: poisson, rate: 2/s }' });
    expect(group(after, 2)).toEqual(group(before, 2));
    expect(group(after, 1).map((peer) => peer.link)).toEqual(group(before, 1).map((peer) => peer.link));
    expect(group(after, 1).map((peer) => peer.arriveUs)).not.toEqual(
      group(before, 1).map((peer) => peer.arriveUs),
    );
  });

  it('lets a Poisson process arrive in order and at its rate', () => {
    const arrivals = group(plan({ homes: 2000, process: '{ process: poisson, rate: 2/s }' }), 1).map(
      (peer) => peer.arriveUs,
    );
    expect(arrivals).toEqual(arrivals.toSorted((a, b) => a - b));
    const perSecond = 2000 / ((arrivals.at(-1) as number) / 1e6);
    expect(perSecond).toBeGreaterThan(1.85);
    expect(perSecond).toBeLessThan(2.15);
    const gaps = arrivals.map((at, index) => at - (arrivals[index - 1] ?? 0));
    const longerThanMean = gaps.filter((gap) => gap > 500_000).length / gaps.length;
    expect(longerThanMean).toBeGreaterThan(0.33);
    expect(longerThanMean).toBeLessThan(0.41);
  });

  it('draws from the stream it is given', () => {
    const scenario = parse(text());
    expect(expand(scenario, 1, SeededRandom.ofRun(1))).toEqual(expand(scenario, 1));
    expect(expand(scenario, 1, SeededRandom.ofRun(2)).peers).toEqual(expand(scenario, 2).peers);
  });
});
