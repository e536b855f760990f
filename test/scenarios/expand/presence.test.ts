/** From what a file says to arrivals, absences and departures, to the microsecond. */
import { describe, expect, it } from 'vitest';
import { accept } from '../../../src/scenarios/complaint.ts';
import { cutToPresence } from '../../../src/scenarios/expand/absences.ts';
import { expand } from '../../../src/scenarios/expand.ts';
import { NO_FILES } from '../../../src/scenarios/named-files.ts';
import { parseScenario } from '../../../src/scenarios/parse.ts';
import type { PlannedPeer } from '../../../src/scenarios/plan.ts';
import { STRATEGIES } from '../support.ts';

const MINUTE = 60_000_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

interface Given {
  readonly keys: string;
  readonly count?: number;
  readonly until?: string;
  readonly seed?: number;
  readonly csv?: string;
}

/** The homes of a plan; `late` is a second group with draws of its own. */
function peers({ keys, count = 4, until = '1d', seed = 1, csv = '' }: Given, group = 0): PlannedPeer[] {
  const text = `version: 1
name: presence
time: { until: ${until} }
torrent: { size: 4 MiB }
peers:
  - { group: home, count: ${count}, link: { down: 8 Mbit/s, up: 1 Mbit/s }, ${keys} }
  - group: late
    count: 2
    link: { down: 8 Mbit/s, up: 1 Mbit/s }
    arrive: { process: decaying, mean: 10m }
    sessions: { online: { exponential: 1h }, away: { exponential: 1h } }
`;
  const readText = () => accept({ text: csv, file: 'a.csv' });
  return expand(
    parseScenario(text, 'test.yaml', STRATEGIES, { files: { ...NO_FILES, readText } }),
    seed,
  ).peers.filter((peer) => peer.group === group);
}

const arrivals = (given: Given): number[] => peers(given).map((peer) => peer.arriveUs);

describe('arrivals', () => {
  it('in waves: so many in each, each within its span', () => {
    const times = arrivals({
      keys: 'arrive: { process: waves, size: 20, every: 10m, within: 1m }',
      count: 50,
    });
    for (const [index, at] of times.entries()) {
      const began = Math.floor(index / 20) * 10 * MINUTE;
      expect(at).toBeGreaterThanOrEqual(began);
      expect(at).toBeLessThan(began + MINUTE);
    }
    expect(new Set(times).size).toBe(50);
    expect(arrivals({ keys: 'arrive: { process: waves, size: 2, every: 1m }' })).toEqual([
      0,
      0,
      MINUTE,
      MINUTE,
    ]);
  });

  it('decaying: 63 % in the first mean, 86 % in two, 95 % in three', () => {
    const times = arrivals({ keys: 'arrive: { process: decaying, mean: 10m }', count: 4000 });
    for (const [means, share] of [
      [1, 0.6321],
      [2, 0.8647],
      [3, 0.9502],
    ] as const) {
      const before = times.filter((at) => at <= means * 10 * MINUTE).length / times.length;
      // Four standard deviations.
      expect(Math.abs(before - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / times.length));
    }
    expect(times.every(Number.isSafeInteger)).toBe(true);
  });

  it('from a file: peer by peer', () => {
    const csv = 'arrive_s\n3\n1.000001\n7\n0\n5\n';
    expect(arrivals({ keys: 'arrive: { csv: a.csv }', csv })).toEqual([3_000_000, 1_000_001, 7_000_000, 0]);
  });
});

describe('hours off', () => {
  it('are absences to the microsecond, day by day', () => {
    const [home] = peers({ keys: 'off: [{ daily: "01:00-07:00" }]', until: '50h' });
    expect(home).toMatchObject({
      arriveUs: 0,
      absences: [
        { fromUs: HOUR, toUs: 7 * HOUR },
        { fromUs: DAY + HOUR, toUs: DAY + 7 * HOUR },
        { fromUs: 2 * DAY + HOUR, toUs: 50 * HOUR },
      ],
    });
  });

  it('put an arrival off to their end', () => {
    const off = 'off: [{ daily: "01:00-07:00" }]';
    expect(peers({ keys: `${off}, arrive: { at: 1h }`, count: 1 })[0]).toMatchObject({
      arriveUs: 7 * HOUR,
      absences: [],
    });
    expect(arrivals({ keys: `${off}, arrive: { at: 7h }`, count: 1 })).toEqual([7 * HOUR]);
    expect(arrivals({ keys: `${off}, arrive: { at: 3599999999us }`, count: 1 })).toEqual([3_599_999_999]);
  });

  it('that last to the end of the run keep a peer from coming', () => {
    const [home] = peers({ keys: 'off: [{ daily: "01:00-07:00" }], arrive: { at: 2h }', until: '3h' });
    expect(home).toMatchObject({ arriveUs: 3 * HOUR + 1, absences: [] });
  });

  it('count once where they overlap', () => {
    const [home] = peers({
      keys: 'off: [{ daily: "01:00-03:00" }, { days: mon, hours: "02:00-04:00" }, { daily: "04:00-05:00" }]',
    });
    expect(home?.absences).toEqual([{ fromUs: HOUR, toUs: 5 * HOUR }]);
  });
});

describe('sessions', () => {
  it('take turns with absences, beginning online at the arrival', () => {
    const keys = 'arrive: { at: 10m }, sessions: { online: 1h, away: 30m }';
    const [home] = peers({ keys, until: '4h' });
    expect(home).toMatchObject({
      arriveUs: 10 * MINUTE,
      absences: [
        { fromUs: 70 * MINUTE, toUs: 100 * MINUTE },
        { fromUs: 160 * MINUTE, toUs: 190 * MINUTE },
      ],
    });
  });

  it('begin after hours off, and join with them', () => {
    const keys =
      'off: [{ daily: "00:00-01:00" }, { daily: "02:15-03:00" }], sessions: { online: 1h, away: 30m }';
    const [home] = peers({ keys, until: '4h' });
    expect(home).toMatchObject({
      arriveUs: HOUR,
      absences: [
        { fromUs: 2 * HOUR, toUs: 3 * HOUR },
        { fromUs: 3.5 * HOUR, toUs: 4 * HOUR },
      ],
    });
  });

  it('from a file: away in between, before and after', () => {
    const csv = 'peer,from,to\n1,10m,20m\n1,30m,40m\n2,0s,2h\n3,50m,2h\n4,2h,3h\n';
    const plans = peers({ keys: 'sessions: { csv: a.csv }', csv, until: '1h' });
    expect(plans.map(({ arriveUs, absences }) => [arriveUs, absences])).toEqual([
      [
        10 * MINUTE,
        [
          { fromUs: 20 * MINUTE, toUs: 30 * MINUTE },
          { fromUs: 40 * MINUTE, toUs: HOUR },
        ],
      ],
      [0, []],
      [50 * MINUTE, []],
      [HOUR + 1, []],
    ]);
  });

  it('from a file hold from the arrival on', () => {
    const csv = 'peer,from,to\n1,10m,20m\n1,30m,40m\n';
    const at = (arrive: string) =>
      peers({ keys: `sessions: { csv: a.csv }, arrive: { at: ${arrive} }`, count: 1, csv, until: '1h' })[0];
    expect(at('15m')).toMatchObject({ arriveUs: 15 * MINUTE });
    expect(at('20m')).toMatchObject({ arriveUs: 30 * MINUTE, absences: [{ fromUs: 40 * MINUTE }] });
    expect(at('45m')).toMatchObject({ arriveUs: HOUR + 1, absences: [] });
  });

  it('have the share of time online that their lengths say', () => {
    const keys = 'sessions: { online: { weibull: { shape: 0.6, scale: 30m } }, away: { exponential: 1h } }';
    const plans = peers({ keys, count: 200, until: '10d' });
    const away = plans
      .flatMap(({ absences }) => absences)
      .reduce((sum, one) => sum + one.toUs - one.fromUs, 0);
    // The mean of the Weibull is 30m times Γ(1 + 1 / 0.6) = 1.5046.
    const share = 60 / (60 + 30 * 1.5046);
    expect(Math.abs(away / (200 * 10 * DAY) - share)).toBeLessThan(0.02);
  });
});

describe('departures', () => {
  it('have each rule of the plan', () => {
    const keys =
      'stay: { after-complete: 5m, until-ratio: 1.5, until-copies: 3, give-up-after: 2h, until: 20h }';
    expect(peers({ keys })[0]?.leave).toEqual({
      afterCompleteUs: 5 * MINUTE,
      atShareRatioPerMille: 1500,
      whenCopies: 3,
      abortAfterUs: 2 * HOUR,
      atUs: 20 * HOUR,
    });
  });

  it('are drawn for each peer, in whole microseconds', () => {
    const keys =
      'stay: { after-complete: { exponential: 10m }, give-up-after: { pareto: { least: 1h, shape: 1 } } }';
    const leaves = peers({ keys, count: 100 }).map((peer) => peer.leave);
    const stays = leaves.map((leave) => leave.afterCompleteUs as number);
    const aborts = leaves.map((leave) => leave.abortAfterUs as number);
    expect([...stays, ...aborts].every(Number.isSafeInteger)).toBe(true);
    expect(new Set(stays).size).toBe(100);
    expect(Math.min(...aborts)).toBeGreaterThanOrEqual(HOUR);
    expect(leaves[0]?.atUs).toBeUndefined();
  });

  it('are drawn apart from each other', () => {
    const keys =
      'stay: { after-complete: 1h..9h, give-up-after: 1h..9h, until: 1h..9h }, sessions: { online: 1h..9h, away: 1h..9h }';
    const leaves = peers({ keys, count: 20 }).map(({ leave, absences: [first] }) => [
      leave.afterCompleteUs,
      leave.abortAfterUs,
      leave.atUs,
      first?.fromUs,
      (first?.toUs ?? 0) - (first?.fromUs ?? 0),
    ]);
    expect(new Set(leaves.flat()).size).toBe(100);
  });

  it('never exceed ten years, whatever the tail', () => {
    const keys = 'stay: { after-complete: { weibull: { shape: 0.1, scale: 300d } } }';
    const stays = peers({ keys, count: 300 }).map((peer) => peer.leave.afterCompleteUs as number);
    expect(Math.max(...stays)).toBe(3660 * DAY);
    expect(Math.min(...stays)).toBeGreaterThanOrEqual(0);
  });
});

describe('draws', () => {
  const keys = [
    'arrive: { process: waves, size: 2, every: 10m, within: 9m }',
    'stay: { after-complete: { exponential: 1h }, until: 1h..2h }',
    'sessions: { online: { exponential: 1h }, away: { pareto: { least: 1m, shape: 1.2 } } }',
  ];

  it('are shifted by nothing: one more peer, or one more thing drawn', () => {
    const before = peers({ keys: keys.join(', ') });
    expect(peers({ keys: keys.join(', '), count: 5 }).slice(0, 4)).toEqual(before);
    expect(peers({ keys: keys.join(', '), count: 5 }, 1)).toEqual(peers({ keys: keys.join(', ') }, 1));
    const fewer = peers({ keys: keys.slice(1).join(', ') });
    expect(fewer.map((peer) => peer.leave)).toEqual(before.map((peer) => peer.leave));
  });

  it('are the same for a seed, and others for another', () => {
    const of = (seed: number) => peers({ keys: keys.join(', '), seed });
    expect(of(3)).toEqual(of(3));
    expect(of(3)).not.toEqual(of(4));
    expect(of(1)[0]).toMatchInlineSnapshot(`
      {
        "absences": [
          {
            "fromUs": 6656844840,
            "toUs": 7029631351,
          },
          {
            "fromUs": 10286973102,
            "toUs": 10413065677,
          },
          {
            "fromUs": 10843386517,
            "toUs": 10929116558,
          },
          {
            "fromUs": 20344445117,
            "toUs": 20408025518,
          },
          {
            "fromUs": 21267599484,
            "toUs": 21342304412,
          },
          {
            "fromUs": 25603842149,
            "toUs": 25957628910,
          },
          {
            "fromUs": 30269537797,
            "toUs": 30532779465,
          },
          {
            "fromUs": 33320611412,
            "toUs": 33707690187,
          },
          {
            "fromUs": 44555136412,
            "toUs": 44750630833,
          },
          {
            "fromUs": 49063186065,
            "toUs": 49206356357,
          },
          {
            "fromUs": 51835502038,
            "toUs": 52139891644,
          },
          {
            "fromUs": 57143256196,
            "toUs": 57372610514,
          },
          {
            "fromUs": 61513226252,
            "toUs": 61626775708,
          },
          {
            "fromUs": 64192345060,
            "toUs": 64267638978,
          },
          {
            "fromUs": 68154097063,
            "toUs": 68379025047,
          },
          {
            "fromUs": 73954579551,
            "toUs": 74073851545,
          },
          {
            "fromUs": 75078146932,
            "toUs": 75224388253,
          },
          {
            "fromUs": 79358500218,
            "toUs": 79425768266,
          },
          {
            "fromUs": 80327372945,
            "toUs": 80589759317,
          },
          {
            "fromUs": 83716685566,
            "toUs": 84027452646,
          },
        ],
        "arriveUs": 200434392,
        "behaviour": "honest",
        "disk": {
          "accessUs": 0,
          "corruptPerMillion": 0,
          "readBytesPerSec": 0,
          "roomBytes": undefined,
          "unsyncedUs": 5000000,
          "writeBytesPerSec": 0,
        },
        "engine": {
          "choker": "tit-for-tat",
          "connectionsMax": 50,
          "downloadLimitBytesPerSec": 0,
          "picker": "rarest-first",
          "uploadLimitBytesPerSec": 0,
          "uploadSlots": 5,
        },
        "group": 0,
        "have": "none",
        "id": "home-1",
        "leave": {
          "abortAfterUs": undefined,
          "afterCompleteUs": 374074290,
          "atShareRatioPerMille": undefined,
          "atUs": 3617377348,
          "whenCopies": undefined,
        },
        "link": {
          "caps": [],
          "downBytesPerSec": 1000000,
          "jitterUs": 0,
          "latencyUs": 20000,
          "lossBurst": 1,
          "lossPerMillion": 0,
          "nat": "open",
          "queueBytes": 131072,
          "region": undefined,
          "schedule": [],
          "upBytesPerSec": 125000,
        },
      }
    `);
  });
});

describe('cutToPresence', () => {
  const away = [
    { fromUs: 10, toUs: 20 },
    { fromUs: 30, toUs: 40 },
  ];
  it.each([
    [0, 100, 0, away],
    [9, 100, 9, away],
    [10, 100, 20, [away[1]]],
    [19, 100, 20, [away[1]]],
    [20, 100, 20, [away[1]]],
    [35, 100, 40, []],
    [0, 35, 0, [away[0], { fromUs: 30, toUs: 35 }]],
    [0, 30, 0, [away[0]]],
    [32, 40, 41, []],
    [50, 40, 50, []],
  ])('arriving at %d in a run of %d: there from %d', (plannedUs, endUs, arriveUs, absences) => {
    expect(cutToPresence(plannedUs, away, endUs)).toEqual({ arriveUs, absences });
  });
});
