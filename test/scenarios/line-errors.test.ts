/** What an author sees who got a line or a machine wrong: the place, the nearest right word, what was expected. */
import { describe, expect, it } from 'vitest';
import { errorsOf, small } from './support.ts';

const LINK = '{ down: 16 Mbit/s, up: 1 Mbit/s, latency: 20ms..60ms }';

const link = (text: string) => errorsOf(small(LINK, text));
const crowd = (keys: string, before = '') =>
  errorsOf(small('count: 3', `count: 3\n    ${keys}`).replace('peers:', `${before}peers:`));
const internet = (text: string) => errorsOf(small('peers:', `internet: ${text}\npeers:`));

/** Place, message, suggestion and expectation, without the frames. */
function told(errors: string): string[] {
  return errors
    .split('\n')
    .filter((line) => /^(test| {2}did you mean| {2}expected)/.test(line))
    .map((line) => line.trim());
}

const PROFILES =
  'dial-up, adsl, adsl2-plus, vdsl, cable, fibre, lte, 5g, satellite-geo, satellite-leo, data-centre';
const LINE_KEYS = 'down, up, latency, queue, jitter, loss, loss-burst, schedule';

describe('a link', () => {
  it('of an unknown profile', () => {
    expect(link('adls')).toMatchInlineSnapshot(`
      "test.yaml:11:11: "link" cannot be "adls"
        10 |     count: 3
      > 11 |     link: adls
           |           ^^^^
        12 | expect:
        did you mean "adsl"?
        expected one of dial-up, adsl, adsl2-plus, vdsl, cable, fibre, lte, 5g, satellite-geo, satellite-leo, data-centre, or a map

      1 problem; nothing was run
      "
    `);
  });

  it.each([
    ['[1]', ['test.yaml:11:11: a list stands where text or a map should']],
    ['{}', ['test.yaml:11:5: missing key "profile"', /^expected "profile": a line by name, in place of/]],
    [
      '{ profle: adsl, up: 512 kbit/s }',
      [
        'test.yaml:11:5: missing key "profile"',
        /^expected "profile"/,
        'test.yaml:11:13: unknown key "profle"',
        'did you mean "profile"?',
        `expected one of profile, ${LINE_KEYS}`,
      ],
    ],
    [
      '{ profile: adls, up: 512 kbit/s }',
      ['test.yaml:11:22: "profile" cannot be "adls"', 'did you mean "adsl"?', `expected one of ${PROFILES}`],
    ],
    [
      '{ profile: adsl, upp: 512 kbit/s }',
      ['test.yaml:11:28: unknown key "upp"', 'did you mean "up"?', `expected one of profile, ${LINE_KEYS}`],
    ],
    [
      '{ down: 8 Mbit/s, up: 1 Mbit/s, profle: adsl }',
      ['test.yaml:11:43: unknown key "profle"', 'did you mean "profile"?', `expected one of ${LINE_KEYS}`],
    ],
    [
      '{ adsl: 70%, fiber: 30% }',
      ['test.yaml:11:24: unknown key "fiber"', 'did you mean "fibre"?', `expected one of ${PROFILES}`],
    ],
    [
      '{ adsl: 70%, fibre: 30%, queue: 1 MiB }',
      ['test.yaml:11:36: "queue" does not go with the other keys here'],
    ],
    [
      '{ adsl: 70%, fibre: 20% }',
      ['test.yaml:11:5: the shares of "link" sum to 90%', 'expected a sum of 100%'],
    ],
    [
      '{ mix: { adsl: 70%, fibre: 30.5% } }',
      ['test.yaml:11:13: the shares of "mix" sum to 100.5%', 'expected a sum of 100%'],
    ],
    ['{ mix: adsl }', ['test.yaml:11:18: "adsl" stands where a map should']],
    [
      '{ adsl: 70, fibre: 30% }',
      ['test.yaml:11:19: "70" has no % sign', 'expected a percentage from 0% to 100%, such as "25%"'],
    ],
  ])('%s', (text, expected) => {
    const lines = told(link(text));
    expect(lines).toHaveLength(expected.length);
    for (const [index, one] of expected.entries()) {
      if (typeof one === 'string') expect(lines[index]).toBe(one);
      else expect(lines[index]).toMatch(one);
    }
  });

  it.each([
    ['jitter: 3', '"3" has no unit'],
    ['loss: 0.5', '"0.5" has no % sign'],
    ['loss: 101%', '"101%" is more than 100%'],
    ['loss: 2%..1%', 'the range "2%..1%" is upside down'],
    ['loss: 0.00001%', '"0.00001%" is finer than 0.0001%'],
    ['loss-burst: 0', '0 is too little'],
    ['loss-burst: 2 packets', '"2 packets" stands where a number should'],
    ['schedule: evening', '"evening" stands where a map or a list should'],
    ['schedule: { daily: "18-23", share: 50% }', '"18" is not a time of the day'],
    ['schedule: { daily: "18:00-23:00" }', 'nothing says how slow the line is'],
    ['schedule: { share: 50% }', 'nothing says when'],
    ['schedule: [{ hours: "18:00-23:00", up: 50% }]', '"hours" without "days"'],
    ['schedule: [{ days: mon, daily: "18:00-23:00", up: 50% }]', '"days" does not go with "daily"'],
    ['schedule: { days: mon, share: 50%, up: 50% }', '"up" does not go with "share"'],
    ['schedule: { days: [mon, tus], share: 50% }', '"tus" is not a day of the week'],
    ['schedule: { days: mon, share: 0.05% }', '"0.05%" is finer than 0.1%'],
    ['schedule: { days: monday, share: 50% }', '"monday" is not a day of the week'],
  ])('with %s', (key, message) => {
    expect(link(`{ down: 8 Mbit/s, up: 1 Mbit/s, ${key} }`)).toContain(`: ${message}\n`);
    expect(link(`{ profile: adsl, ${key} }`)).toContain(`: ${message}\n`);
  });

  it('tells everything at once', () => {
    const errors = link(
      '{ down: 8, up: 1 Mbit/s, loss: 3, schedule: [{ days: [mon, foo], share: 50 }, { up: 50% }] }',
    );
    expect(told(errors).filter((line) => line.startsWith('test'))).toEqual([
      'test.yaml:11:19: "8" has no unit',
      'test.yaml:11:42: "3" has no % sign',
      'test.yaml:11:70: "foo" is not a day of the week',
      'test.yaml:11:83: "50" has no % sign',
      'test.yaml:11:89: nothing says when',
    ]);
  });
});

describe('a machine', () => {
  it.each([
    ['nat: opne', 'test.yaml:11:10: "nat" cannot be "opne"', 'open'],
    ['nat: { opne: 40%, port-restricted: 60% }', 'test.yaml:11:12: unknown key "opne"', 'open'],
    ['nat: { open: 40% }', 'test.yaml:11:5: the shares of "nat" sum to 40%', undefined],
    ['nat: {}', 'test.yaml:11:10: no shares are given', undefined],
    ['behaviour: poisonner', 'test.yaml:11:16: "behaviour" cannot be "poisonner"', 'poisoner'],
    [
      'behaviour: { honest: 90%, poisoner: 20% }',
      'test.yaml:11:5: the shares of "behaviour" sum to 110%',
      undefined,
    ],
    ['disk: { acess: 10ms }', 'test.yaml:11:13: unknown key "acess"', 'access'],
    ['disk: { corrupt: 2 }', 'test.yaml:11:22: "2" has no % sign', undefined],
    ['disk: { room: 0 B }', 'test.yaml:11:19: "0 B" is zero', undefined],
    ['disk: fast', 'test.yaml:11:11: "fast" stands where a map should', undefined],
    ['cap: none', 'test.yaml:11:10: "none" stands where a map or a list should', undefined],
    ['cap: []', 'test.yaml:11:10: a list of 0 is too little', undefined],
    ['cap: { per: 1d, then: cut off }', 'test.yaml:11:5: the cap has no volume', undefined],
    ['cap: { up: 0 B, per: 1d, then: cut off }', 'test.yaml:11:16: "0 B" is zero', undefined],
    ['cap: { up: 1 GB, per: 0s, then: cut off }', 'test.yaml:11:27: "0s" is zero', undefined],
    [
      'cap: { up: 1 GB, per: 10ms, then: cut off }',
      'test.yaml:11:22: "10ms" is too short a period',
      undefined,
    ],
    ['cap: { up: 1 GB, per: 1d }', 'test.yaml:11:5: missing key "then"', undefined],
    ['cap: { up: 1 GB, per: 1d, then: cutoff }', '"cutoff" says nothing that can be done', 'cut off'],
    ['cap: { up: 1 GB, per: 1d, then: throttle 64 kbps }', 'test.yaml:11:49: unknown unit "kbps"', 'kbit/s'],
    [
      'cap: [{ up: 1 GB, per: 1d, then: cut off }, { up: 1 GB, both: 2 GB, per: 1d, then: cut off }]',
      'test.yaml:11:61: the cap has both "up" and "both"',
      undefined,
    ],
  ])('with %s', (keys, message, suggestion) => {
    const errors = crowd(keys);
    expect(errors).toContain(message);
    if (suggestion !== undefined) expect(errors).toContain(`did you mean "${suggestion}"?`);
    expect(errors).toContain('\n1 problem; nothing was run\n');
  });
});

describe('regions', () => {
  it('that nobody placed', () => {
    expect(told(crowd('region: europe'))).toEqual([
      'test.yaml:11:13: unknown region "europe"',
      'expected regions with their distances in "internet.delays"',
    ]);
  });

  it('that are misspelt, among several whose shares do not sum up', () => {
    const errors = crowd(
      'region: { asai: 50%, europe: 40% }',
      'internet: { delays: { asia: { europe: 90ms } } }\n',
    );
    expect(told(errors)).toEqual([
      'test.yaml:12:5: the shares of "region" sum to 90%',
      'expected a sum of 100%',
      'test.yaml:12:15: unknown region "asai"',
      'did you mean "asia"?',
      'expected one of asia, europe',
    ]);
  });

  it('without a delay between them', () => {
    expect(told(internet('{ delays: { a: { b: 3ms }, c: { a: 3ms } } }'))).toEqual([
      'test.yaml:5:38: there is no delay between "b" and "c"',
      'expected a delay between every two regions, one direction at least',
    ]);
  });

  it('beyond all bounds', () => {
    const rows = Array.from({ length: 101 }, (_, n) => `r${n}: { r0: 1ms }`).join(', ');
    expect(internet(`{ delays: { ${rows} } }`)).toContain('101 regions are too many');
    const apart = Array.from({ length: 50 }, (_, n) => `r${n}: { r${n}: 1ms }`).join(', ');
    expect(internet(`{ delays: { ${apart} } }`)).toContain('\n20 problems; nothing was run');
  });

  it.each([
    ['{ delays: citys }', 'test.yaml:5:21: "delays" cannot be "citys"', 'expected cities, or a map'],
    [
      '{ delays: {} }',
      'test.yaml:5:21: there are no regions',
      'expected regions, each with delays to others',
    ],
    ['{ delays: { a: 3ms } }', 'test.yaml:5:26: "3ms" stands where a map should', ''],
    ['{ delays: { a: { b: 3 } } }', 'test.yaml:5:31: "3" has no unit', 'expected a duration'],
    [
      '{ delays: { Europe: { asia: 3ms } } }',
      'test.yaml:5:23: "Europe" cannot be a key here',
      'expected lower-case letters',
    ],
    [
      '{ pair-delay: 3ms, dealys: 3 }',
      'test.yaml:5:30: unknown key "dealys"',
      'expected one of delays, pair-delay',
    ],
  ])('given as %s', (text, message, expected) => {
    expect(internet(text)).toContain(message);
    expect(internet(text)).toContain(expected);
  });
});

it('a start of the run at no time of the week', () => {
  expect(told(errorsOf(small('until: 10m', 'until: 10m, starts: Mon 18:00')))).toEqual([
    'test.yaml:3:29: "Mon" is not a day of the week',
    'did you mean "mon"?',
    'expected a day and a time, such as "mon 18:00"',
  ]);
});
