/** Lines and machines from text to scenario: every form of every key, and what holds where nothing is said. */
import { describe, expect, it } from 'vitest';
import type { ScenarioGroup } from '../../../src/scenarios/scenario.ts';
import type { ScenarioLine } from '../../../src/scenarios/scenario-lines.ts';
import { parse, small } from '../support.ts';

const HOUR = 3_600_000_000;
const DAY = 24 * HOUR;
const LINK = '{ down: 16 Mbit/s, up: 1 Mbit/s, latency: 20ms..60ms }';

/** The crowd of a scenario with other keys. */
function crowd(keys: string, before = ''): ScenarioGroup {
  const scenario = parse(small('count: 3', `count: 3\n    ${keys}`).replace('peers:', `${before}\npeers:`));
  return scenario.groups[1] as ScenarioGroup;
}

const links = (link: string): readonly { kind: ScenarioLine; perMillion: number }[] =>
  (parse(small(LINK, link)).groups[1] as ScenarioGroup).link;

const only = (link: string): ScenarioLine => {
  const mixture = links(link);
  expect(mixture.map(({ perMillion }) => perMillion)).toEqual([1_000_000]);
  return (mixture[0] as { kind: ScenarioLine }).kind;
};

describe('a link', () => {
  it('has neither jitter nor loss nor slow hours where nothing is said', () => {
    expect(only('{ down: 8 Mbit/s, up: 1 Mbit/s }')).toEqual({
      downBytesPerSec: { lowest: 1_000_000, highest: 1_000_000 },
      upBytesPerSec: { lowest: 125_000, highest: 125_000 },
      latencyUs: { lowest: 20_000, highest: 20_000 },
      queueBytes: 131_072,
      jitterUs: { lowest: 0, highest: 0 },
      lossPerMillion: { lowest: 0, highest: 0 },
      lossBurst: 1,
      schedule: [],
    });
  });

  it('takes every key', () => {
    const line = only(
      '{ down: 8 Mbit/s, up: 1 Mbit/s, latency: 5ms, queue: 64 KiB, jitter: 0ms..4ms, loss: 0.5%..1%, loss-burst: 2.5, schedule: { days: mon, share: 50% } }',
    );
    expect(line).toMatchObject({
      latencyUs: { lowest: 5000, highest: 5000 },
      queueBytes: 65_536,
      jitterUs: { lowest: 0, highest: 4000 },
      lossPerMillion: { lowest: 5000, highest: 10_000 },
      lossBurst: 2.5,
      schedule: [{ fromUs: 0, toUs: DAY, upPerMille: 500, downPerMille: 500 }],
    });
  });

  it('is slower in some hours of the week, each direction by a share of its own', () => {
    const { schedule } = only(
      '{ down: 8 Mbit/s, up: 1 Mbit/s, schedule: [{ daily: "18:00-23:00", down: 30% }, { days: [sat, sun], hours: "10:00-12:00", share: 75% }] }',
    );
    expect(schedule).toHaveLength(9);
    expect(schedule[0]).toEqual({ fromUs: 18 * HOUR, toUs: 23 * HOUR, upPerMille: 1000, downPerMille: 300 });
    expect(schedule[8]).toEqual({
      fromUs: 6 * DAY + 10 * HOUR,
      toUs: 6 * DAY + 12 * HOUR,
      upPerMille: 750,
      downPerMille: 750,
    });
  });

  it('is a profile by name', () => {
    expect(only('data-centre')).toMatchObject({
      downBytesPerSec: { lowest: 125_000_000, highest: 125_000_000 },
      upBytesPerSec: { lowest: 125_000_000, highest: 125_000_000 },
    });
    expect(only('{ profile: data-centre }')).toEqual(only('data-centre'));
  });

  it('is a profile with some of its figures changed', () => {
    const changed = only(
      '{ profile: cable, up: 512 kbit/s, loss: 1%, schedule: { daily: "18:00-23:00", share: 50% } }',
    );
    const { upBytesPerSec, lossPerMillion, schedule, ...rest } = changed;
    expect(upBytesPerSec).toEqual({ lowest: 64_000, highest: 64_000 });
    expect(lossPerMillion).toEqual({ lowest: 10_000, highest: 10_000 });
    expect(schedule).toHaveLength(7);
    expect(only('cable')).toMatchObject(rest);
  });

  it.each(['{ mix: { adsl: 70%, fibre: 30% } }', '{ adsl: 70%, fibre: 30% }'])('is a mixture: %s', (text) => {
    expect(links(text)).toEqual([
      { kind: only('adsl'), perMillion: 700_000 },
      { kind: only('fibre'), perMillion: 300_000 },
    ]);
  });

  it('is a mixture of which all have something in common', () => {
    const mixture = links('{ mix: { adsl: 33.3%, fibre: 66.7% }, queue: 1 MiB }');
    expect(mixture.map(({ perMillion }) => perMillion)).toEqual([333_000, 667_000]);
    expect(mixture.map(({ kind }) => kind.queueBytes)).toEqual([1_048_576, 1_048_576]);
  });

  it('leaves out the kinds with a share of nothing', () => {
    expect(links('{ adsl: 100%, fibre: 0% }')).toEqual([{ kind: only('adsl'), perMillion: 1_000_000 }]);
  });
});

describe('a machine', () => {
  it('is open, honest, without caps, with a disk that takes no time', () => {
    const nothing = { lowest: 0, highest: 0 };
    expect(crowd('have: none')).toMatchObject({
      region: undefined,
      nat: [{ kind: 'open', perMillion: 1_000_000 }],
      caps: [],
      disk: {
        accessUs: nothing,
        readBytesPerSec: nothing,
        writeBytesPerSec: nothing,
        roomBytes: undefined,
        corruptPerMillion: 0,
        unsyncedUs: 5_000_000,
      },
      behaviour: [{ kind: 'honest', perMillion: 1_000_000 }],
    });
  });

  it('has address translation and behaviour of one kind or of several', () => {
    expect(crowd('nat: symmetric').nat).toEqual([{ kind: 'symmetric', perMillion: 1_000_000 }]);
    expect(crowd('nat: { open: 40%, port-restricted: 60% }').nat).toEqual([
      { kind: 'open', perMillion: 400_000 },
      { kind: 'port-restricted', perMillion: 600_000 },
    ]);
    expect(crowd('behaviour: staller').behaviour).toEqual([{ kind: 'staller', perMillion: 1_000_000 }]);
    expect(crowd('behaviour: { honest: 90%, poisoner: 10% }').behaviour).toEqual([
      { kind: 'honest', perMillion: 900_000 },
      { kind: 'poisoner', perMillion: 100_000 },
    ]);
  });

  it('has caps, one or several', () => {
    expect(crowd('cap: { up: 2 GiB, per: 1d, then: throttle 64 kbit/s }').caps).toEqual([
      {
        counts: 'up',
        bytes: 2_147_483_648,
        periodUs: DAY,
        // biome-ignore lint/suspicious/noThenProperty: the name in the plan.
        then: { kind: 'throttle', bytesPerSec: 8000 },
      },
    ]);
    const caps = crowd(
      'cap: [{ down: 1 GB, per: 1d, then: cut off }, { both: 30 GB, per: 30d, then: cut off }]',
    ).caps;
    expect(caps.map(({ counts, bytes, periodUs }) => [counts, bytes, periodUs])).toEqual([
      ['down', 1_000_000_000, DAY],
      ['both', 30_000_000_000, 30 * DAY],
    ]);
    expect(caps.map((cap) => cap.then)).toEqual([{ kind: 'cut' }, { kind: 'cut' }]);
  });

  it('has a disk with times, room and faults', () => {
    const { disk } = crowd(
      'disk: { access: 4ms..12ms, read: 100 MB/s, write: 80 MB/s, room: 1 GiB, corrupt: 0.1%, unsynced: 30s }',
    );
    expect(disk).toEqual({
      accessUs: { lowest: 4000, highest: 12_000 },
      readBytesPerSec: { lowest: 100_000_000, highest: 100_000_000 },
      writeBytesPerSec: { lowest: 80_000_000, highest: 80_000_000 },
      roomBytes: 1_073_741_824,
      corruptPerMillion: 1000,
      unsyncedUs: 30_000_000,
    });
  });
});

describe('the internet', () => {
  const internet = (text: string) => parse(small('peers:', `internet: ${text}\npeers:`)).internet;

  it('has no regions and no distance where nothing is said', () => {
    expect(parse(small('count: 3', 'count: 3')).internet).toEqual({
      regions: [],
      regionDelaysUs: [],
      pairDelayUs: { lowest: 0, highest: 0 },
    });
  });

  it('has the delays between regions, the same both ways unless both are given', () => {
    expect(
      internet(
        '{ delays: { europe: { europe: 10ms, america: 45ms }, asia: { europe: 90ms, america: 80ms }, america: { asia: 85ms } }, pair-delay: 0ms..30ms }',
      ),
    ).toEqual({
      regions: ['europe', 'america', 'asia'],
      regionDelaysUs: [
        [10_000, 45_000, 90_000],
        [45_000, 0, 85_000],
        [90_000, 80_000, 0],
      ],
      pairDelayUs: { lowest: 0, highest: 30_000 },
    });
  });

  it('places groups in regions, one or several', () => {
    const delays = 'internet: { delays: { europe: { asia: 90ms } } }';
    expect(crowd('region: asia', delays).region).toEqual([{ kind: 1, perMillion: 1_000_000 }]);
    expect(crowd('region: { asia: 30%, europe: 70% }', delays).region).toEqual([
      { kind: 1, perMillion: 300_000 },
      { kind: 0, perMillion: 700_000 },
    ]);
  });

  it('may be a preset', () => {
    expect(internet('{ delays: cities }').regions).toContain('singapore');
    expect(crowd('region: tokyo', 'internet: { delays: cities }').region).toHaveLength(1);
  });
});

describe('the start of a run', () => {
  it('is Monday at midnight, or another time of the week', () => {
    expect(parse(small('until: 10m', 'until: 10m')).time.startsAtUs).toBe(0);
    expect(parse(small('until: 10m', 'until: 10m, starts: fri 18:30')).time.startsAtUs).toBe(
      4 * DAY + 18.5 * HOUR,
    );
  });
});
