/** Whatever stands in a file, reading it gives a scenario or a `ScenarioError` with places in that file. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { formatScenarioErrors, ScenarioError } from '../../src/scenarios/errors.ts';
import { expand } from '../../src/scenarios/expand.ts';
import { compileExpectation, ordinary } from '../../src/scenarios/expectations/expectation.ts';
import { groupsOnly } from '../../src/scenarios/expectations/labels.ts';
import { parseScenario } from '../../src/scenarios/parse.ts';
import type { Scenario } from '../../src/scenarios/scenario.ts';
import { formatDuration, formatSize } from '../../src/scenarios/unit-text.ts';
import {
  parseDuration,
  parseFrequency,
  parseRange,
  parseRate,
  parseShare,
  parseSize,
} from '../../src/scenarios/units.ts';
import { parseWeekTime } from '../../src/scenarios/weekly.ts';
import { SMALL, STRATEGIES } from '../scenarios/support.ts';

/** The scenario, or undefined after checking the error. */
function read(text: string): Scenario | undefined {
  try {
    return parseScenario(text, 'f.yaml', STRATEGIES);
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    expect(error.problems.length).toBeGreaterThan(0);
    const lines = text.split('\n');
    for (const { line, column, message } of error.problems) {
      expect(message).not.toBe('');
      expect(line).toBeGreaterThanOrEqual(1);
      expect(line).toBeLessThanOrEqual(lines.length);
      expect(column).toBeGreaterThanOrEqual(1);
      expect(column).toBeLessThanOrEqual((lines[line - 1] as string).length + 1);
    }
    expect(formatScenarioErrors(error)).not.toMatch(/[^\P{Cc}\n]/u);
    return undefined;
  }
}

const words = fc.constantFrom(
  ...[
    'version',
    'name',
    'time',
    'until',
    'torrent',
    'size',
    'files',
    'path',
    'peers',
    'group',
    'count',
    'link',
  ],
  ...[
    'down',
    'up',
    'latency',
    'arrive',
    'process',
    'flash',
    'poisson',
    'rate',
    'stay',
    'expect',
    'that',
    '8 Mbit/s',
  ],
  ...[
    '4 MiB',
    '20ms..60ms',
    '2/s',
    '<<',
    '*a',
    '&a',
    'x-a',
    '1',
    '-1',
    '1e99',
    '.nan',
    'null',
    '__proto__',
    'constructor',
  ],
);

/** A scenario with every form of the keys of lines and machines. */
const LINES = `version: 1
name: lines
time: { until: 1h, starts: fri 18:00 }
torrent: { size: 4 MiB }
internet: { delays: { europe: { asia: 90ms } }, pair-delay: 0ms..9ms }
peers:
  - { group: seed, have: all, link: data-centre, region: asia, nat: open }
  - group: homes
    count: 9
    link: { adsl: 70%, fibre: 30% }
    region: { europe: 70%, asia: 30% }
    nat: { open: 40%, symmetric: 60% }
    behaviour: { honest: 90%, liar: 10% }
    cap: [{ up: 2 GiB, per: 1d, then: throttle 64 kbit/s }, { both: 9 GB, per: 7d, then: cut off }]
    disk: { access: 4ms..9ms, read: 100 MB/s, room: 1 GiB, corrupt: 0.1%, unsynced: 5s }
  - group: late
    link: { profile: cable, loss: 0.1%..1%, schedule: [{ daily: "18:00-23:00", share: 50% }] }
  - group: last
    link: { mix: { lte: 50%, 5g: 50% }, schedule: { days: [mon, wed-fri], hours: "22:00-06:00", up: 5% } }
`;

const lineWords = fc.constantFrom(
  ...[
    'adsl',
    'fibre',
    'mix',
    'profile',
    'jitter',
    'loss',
    'loss-burst',
    'schedule',
    'daily',
    'days',
    'hours',
  ],
  ...['share', 'region', 'nat', 'open', 'symmetric', 'cap', 'both', 'per', 'then', 'disk', 'room', 'corrupt'],
  ...['behaviour', 'poisoner', 'internet', 'delays', 'cities', 'europe', 'pair-delay', 'starts'],
  ...[
    '70%',
    '100%',
    '0%',
    '101%',
    'mon',
    'mon-fri',
    '18:00-23:00',
    'mon 18:00',
    'cut off',
    'throttle 1 kB/s',
  ],
);

describe('parseScenario', () => {
  it('survives any text', () => {
    const fragments = fc.oneof(
      words,
      fc.constantFrom(
        ':',
        ': ',
        '\n',
        '\n  ',
        '- ',
        '{',
        '}',
        '[',
        ']',
        ', ',
        '"',
        "'",
        '|',
        '>',
        '#',
        '!',
        '%',
        '&',
        '*',
        '\t',
        '---\n',
        '\r\n',
        '\ufeff',
        '\u0000',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(fragments, { maxLength: 40 }), (parts) => {
        read(parts.join(''));
      }),
      { numRuns: 500 },
    );
  });

  it('survives any data', () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        words,
        lineWords,
        fc.double(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('any'), { maxLength: 4 }),
        fc.dictionary(fc.oneof(words, lineWords), tie('any'), { maxKeys: 6 }),
      ),
    })).any;
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(words, lineWords), value, { minKeys: 1, maxKeys: 9 }), (data) => {
        read(stringify(data));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['a small scenario', SMALL],
    ['one with every kind of line', LINES],
  ])('survives any damage to %s, and what it accepts can be expanded', (_, whole) => {
    const damage = fc.record({
      at: fc.nat(whole.length),
      cut: fc.nat(12),
      insert: fc.oneof(fc.constant(''), words, lineWords, fc.string({ maxLength: 3 })),
    });
    fc.assert(
      fc.property(fc.array(damage, { maxLength: 3 }), (damages) => {
        let text = whole;
        for (const { at, cut, insert } of damages) text = text.slice(0, at) + insert + text.slice(at + cut);
        const scenario = read(text);
        if (scenario === undefined) return;
        const { peers, internet } = expand(scenario, 1);
        expect(new Set(peers.map((peer) => peer.id)).size).toBe(peers.length);
        for (const { link } of peers) {
          expect(link.region === undefined || internet.regions[link.region] !== undefined).toBe(true);
          expect(link.schedule.every(({ fromUs, toUs }) => fromUs < toUs)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('parts', () => {
  it('quantities are read or complained of, within the text', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc
        .array(fc.constantFrom('1', '20', '.', '..', ' ', 'ms', 's', 'm', 'KiB', '/s', 'Mbit', '-', '%'), {
          maxLength: 6,
        })
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (given) => {
        for (const parse of [
          parseDuration,
          parseSize,
          parseRate,
          parseFrequency,
          parseShare,
          parseWeekTime,
        ]) {
          const single = parse(given);
          if (single.ok) expect(Number.isSafeInteger(single.value) && single.value >= 0).toBe(true);
          else expect(single.complaint.offset).toBeLessThanOrEqual(given.length);
          const range = parseRange(given, parse);
          if (range.ok) expect(range.value.lowest).toBeLessThanOrEqual(range.value.highest);
          else expect(range.complaint.offset).toBeLessThanOrEqual(given.length);
        }
      }),
    );
  });

  it('formatted quantities are read again, nearly as they were', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 366 * 86_400_000_000 - 3_600_000_000 }), (us) => {
        const again = parseDuration(formatDuration(us));
        expect(again.ok && Math.abs(again.value - us) <= Math.max(us * 0.03, 1)).toBe(true);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 40 }), (bytes) => {
        const text = formatSize(bytes);
        fc.pre(/^\d+ /.test(text));
        const again = parseSize(text.replace(' TiB', '000 GiB'));
        expect(again.ok).toBe(true);
      }),
    );
  });

  it('expressions are compiled or complained of, within the text', () => {
    const parts = fc.constantFrom(
      ...[
        'always ',
        'max',
        'p95',
        '(',
        ')',
        'peer.sent',
        'piece.availability',
        'torrent.size',
        '{group=',
        'crowd',
        '}',
      ],
      ...[
        ' < ',
        ' == ',
        '=',
        ' + ',
        ' * ',
        ' / ',
        '-',
        '3',
        '25m',
        '64 MiB',
        '8 Mbit/s',
        '1m30s',
        '50%',
        ',',
        '.',
        'é',
        '\u{1f600}',
      ],
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 14 }), (chosen) => {
        const text = chosen.join('');
        const compiled = compileExpectation(ordinary('it'), text, 1, groupsOnly([['crowd', 3]]));
        if (compiled.ok) return;
        expect(compiled.complaints.length).toBeGreaterThan(0);
        for (const { offset, length } of compiled.complaints) {
          expect(offset + length).toBeLessThanOrEqual(text.length + 1);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
