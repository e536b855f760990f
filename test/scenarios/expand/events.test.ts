/** From the events of a file to those of a plan: who, when, how long, drawn from the seed. */
import { describe, expect, it } from 'vitest';
import { expand } from '../../../src/scenarios/expand.ts';
import type { Plan, PlannedEvent, PlannedPeer } from '../../../src/scenarios/plan.ts';
import { parse } from '../support.ts';

interface Given {
  readonly events: readonly string[];
  readonly homes?: number;
  readonly time?: string;
  readonly seed?: number;
}

/** Peer 0 is origin-1; the homes follow, then late-1 and late-2. */
function plan({ events, homes = 8, time = 'until: 1h', seed = 1 }: Given): Plan {
  const link = 'link: { down: 8 Mbit/s, up: 1 Mbit/s }';
  const text = `version: 1
name: events
time: { ${time} }
torrent: { size: 4 MiB }
peers:
  - { group: origin, have: all, ${link} }
  - { group: home, count: ${homes}, ${link} }
  - { group: late, count: 2, ${link} }
events:
${events.map((event) => `  - { ${event} }\n`).join('')}`;
  return expand(parse(text), seed);
}

const only = (event: string, given: Partial<Given> = {}): PlannedEvent => {
  const { events } = plan({ ...given, events: [event] });
  expect(events).toHaveLength(1);
  return events[0] as PlannedEvent;
};
const peersOf = (event: PlannedEvent): readonly number[] => ('peers' in event ? event.peers : []);

const MINUTE = 60_000_000;
const HOMES = [1, 2, 3, 4, 5, 6, 7, 8];

describe('verbs', () => {
  it.each<[string, object]>([
    [
      'partition: { groups: [[origin, tracker], home], for: 30s }',
      {
        label: 'partition origin + tracker | home for 30s',
        kind: 'partition',
        from: [-1, 0],
        to: HOMES,
        bothWays: true,
        untilUs: 5.5 * MINUTE,
      },
    ],
    [
      'hold: { from: [late, home-3], to: origin }',
      {
        label: 'hold late + home-3 -> origin',
        kind: 'hold',
        from: [3, 9, 10],
        to: [0],
        bothWays: false,
        untilUs: undefined,
      },
    ],
    [
      'partition: { peer: home-2 }',
      {
        label: 'partition home-2 | all others',
        kind: 'partition',
        from: [2],
        to: [-1, 0, 1, 3, 4, 5, 6, 7, 8, 9, 10],
        bothWays: true,
        untilUs: undefined,
      },
    ],
    [
      'latency: { group: late, add: 200ms, for: 1m }',
      {
        label: 'latency +200ms at late for 1m',
        kind: 'latency',
        peers: [9, 10],
        addUs: 200_000,
        untilUs: 6 * MINUTE,
      },
    ],
    [
      'loss: { groups: [late, origin], share: 1.5%, burst: 4 }',
      {
        label: 'loss 1.5 % at late + origin',
        kind: 'loss',
        peers: [0, 9, 10],
        lossPerMillion: 15_000,
        lossBurst: 4,
        untilUs: undefined,
      },
    ],
    [
      'line: { peer: home-8, up: 64 kbit/s, down: dead }',
      {
        label: 'line up 64 kbit/s, down dead at home-8',
        kind: 'line',
        peers: [8],
        upBytesPerSec: 8000,
        downBytesPerSec: 0,
        untilUs: undefined,
      },
    ],
    [
      'line: { peer: home-8, down: 1 MB/s }',
      {
        label: 'line down 8 Mbit/s at home-8',
        kind: 'line',
        peers: [8],
        upBytesPerSec: undefined,
        downBytesPerSec: 1_000_000,
        untilUs: undefined,
      },
    ],
    [
      'crash: { group: origin, restart-after: 1m }',
      { label: 'crash origin, back after 1m', kind: 'crash', peers: [0], restartAfterUs: MINUTE },
    ],
    [
      'crash: { group: origin }',
      { label: 'crash origin', kind: 'crash', peers: [0], restartAfterUs: undefined },
    ],
    ['leave: { group: late }', { label: 'leave late', kind: 'leave', peers: [9, 10] }],
    [
      'disk: { group: late, fault: full }',
      {
        label: 'disk full at late',
        kind: 'disk',
        peers: [9, 10],
        fault: { kind: 'full' },
        untilUs: undefined,
      },
    ],
    [
      'disk: { group: late, fault: slow, rate: 1 MB/s, for: 2m }',
      {
        label: 'disk slow at late for 2m',
        kind: 'disk',
        peers: [9, 10],
        fault: { kind: 'slow', bytesPerSec: 1_000_000 },
        untilUs: 7 * MINUTE,
      },
    ],
    [
      'disk: { group: late, fault: corrupting, share: 0.1% }',
      {
        label: 'disk corrupting at late',
        kind: 'disk',
        peers: [9, 10],
        fault: { kind: 'corrupting', perMillion: 1000 },
        untilUs: undefined,
      },
    ],
    [
      'tracker: { fault: lies, for: 1m }',
      { label: 'tracker lies for 1m', kind: 'tracker', fault: 'lies', untilUs: 6 * MINUTE },
    ],
    [
      'engine: { group: late, picker: random, upload-limit: none }',
      {
        label: 'engine of late',
        kind: 'engine',
        peers: [9, 10],
        engine: { picker: 'random', uploadLimitBytesPerSec: 0 },
      },
    ],
  ])('%s', (verb, expected) => {
    expect(only(`at: 5m, ${verb}`)).toEqual({ atUs: 5 * MINUTE, ...expected });
  });
});

describe('picks', () => {
  it.each([
    ['25%', 2],
    ['30%', 2],
    ['32%', 3],
    ['1%', 1],
    ['0%', 0],
    ['100%', 8],
    ['3', 3],
    ['8', 8],
  ])('%s of 8 is %d', (pick, count) => {
    const picked = peersOf(only(`at: 5m, leave: { group: home, pick: ${pick} }`));
    expect(picked).toHaveLength(count);
    expect(picked.every((peer) => HOMES.includes(peer))).toBe(true);
    expect(picked).toEqual([...new Set(picked)].sort((a, b) => a - b));
  });

  const crash = 'crash: { group: home, pick: 25% }';

  it('are everybody alike over many seeds', () => {
    const times = new Map<number, number>();
    for (let seed = 0; seed < 400; seed++) {
      for (const peer of peersOf(only(`at: 5m, ${crash}`, { seed })))
        times.set(peer, (times.get(peer) ?? 0) + 1);
    }
    // A quarter of 400, and four standard deviations and a half.
    for (const peer of HOMES) expect(Math.abs((times.get(peer) ?? 0) - 100)).toBeLessThan(39);
  });

  it('are hardly shifted by one more peer: at most one other is pushed out', () => {
    const picked = (homes: number, seed: number): string[] => {
      const { peers, events } = plan({
        events: ['at: 5m, crash: { groups: [origin, home, late], pick: 10 }'],
        homes,
        seed,
      });
      return peersOf(events[0] as PlannedEvent).map((index) => (peers[index] as PlannedPeer).id);
    };
    for (let seed = 0; seed < 50; seed++) {
      const before = picked(40, seed);
      const after = picked(41, seed);
      const kept = before.filter((id) => after.includes(id));
      expect(kept.length).toBeGreaterThanOrEqual(9);
      if (kept.length === 9) expect(after).toContain('home-41');
    }
  });

  it('are not shifted by other events', () => {
    const alone = only(`at: 5m, ${crash}`);
    const { events } = plan({ events: ['at: 2m, crash: { group: home, pick: 3 }', `at: 5m, ${crash}`] });
    expect(events[1]).toEqual(alone);
  });

  it('differ between the times of one event and between verbs', () => {
    const { events } = plan({ events: [`at: 5m, every: 1m, times: 20, ${crash}`], homes: 40 });
    expect(new Set(events.map((event) => String(peersOf(event)))).size).toBe(20);
    const leave = only('at: 5m, leave: { group: home, pick: 25% }', { homes: 40 });
    expect(peersOf(leave)).not.toEqual(peersOf(only(`at: 5m, ${crash}`, { homes: 40 })));
  });

  it('cut a drawn part off from the rest', () => {
    const event = only('at: 5m, partition: { group: home, pick: 50% }');
    if (event.kind !== 'partition') throw new Error(event.kind);
    expect(event.from).toHaveLength(4);
    expect([...event.from, ...event.to].sort((a, b) => a - b)).toEqual([-1, 0, ...HOMES, 9, 10]);
    expect(event.label).toBe('partition 50% of home | all others');
  });
});

describe('times', () => {
  it('are in order; those of one instant in the order of the file', () => {
    const { events } = plan({
      events: [
        'at: 5m, leave: { peer: home-1 }',
        'at: 1us, leave: { peer: home-2 }',
        'at: 1m, every: 2m, times: 3, crash: { peer: home-3 }',
        'at: 5m, leave: { peer: home-4 }',
      ],
    });
    expect(events.map((event) => [event.atUs, peersOf(event)[0]])).toEqual([
      [1, 2],
      [MINUTE, 3],
      [3 * MINUTE, 3],
      [5 * MINUTE, 1],
      [5 * MINUTE, 3],
      [5 * MINUTE, 4],
    ]);
  });

  it('repeat until the run ends or is healed', () => {
    const repeated = 'at: 5m, every: 10m, crash: { peer: home-1 }';
    const times = (time: string) =>
      plan({ events: [repeated], time }).events.map((event) => event.atUs / MINUTE);
    expect(times('until: 1h')).toEqual([5, 15, 25, 35, 45, 55]);
    expect(times('until: 55m')).toEqual([5, 15, 25, 35, 45]);
    expect(times('until: 1h, heal: 25m')).toEqual([5, 15]);
  });

  it('end at the latest when all is healed', () => {
    const event = 'at: 5m, loss: { group: home, share: 3%, for: 30m }';
    expect(only(event, { time: 'until: 1h, heal: 20m' })).toMatchObject({ untilUs: 20 * MINUTE });
    expect(only(event, { time: 'until: 1h, heal: 40m' })).toMatchObject({ untilUs: 35 * MINUTE });
    expect(plan({ events: [event], time: 'until: 1h, heal: 40m' }).healAtUs).toBe(40 * MINUTE);
    expect(plan({ events: [event] }).healAtUs).toBeUndefined();
  });
});
