/** Knobs are read from a scenario and written into it; the rest of its text stays, and the result is always a scenario. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseScenario } from '../../../src/scenarios/parse.ts';
import { strategyNames } from '../../../src/scenarios/strategy-names.ts';
import { CHAPTERS } from '../../../viz/play/chapters/chapters.ts';
import { changeSetting, readSettings, type Setting } from '../../../viz/play/settings.ts';

const TEXT = `# Mine.
version: 1
name: knobs
time: { until: 2m }
torrent: { size: 6 MiB, piece: 128 KiB }
x-line: &line { down: 16 Mbit/s, up: 1 Mbit/s, latency: 10ms..30ms }
peers:
  - { group: source, have: all, link: { down: 2 Mbit/s, up: 2 Mbit/s } }
  - { group: homes, count: 12, link: *line }
  - { group: others, count: 4, link: *line, engine: { picker: random } }
  - { group: mixed, link: adsl }
expect:
  - { name: everyone finishes, that: "fraction(peer.complete) == 1" }
`;

const shown = (text: string): string[] =>
  readSettings(text).map(({ kind, group, values, chosen }) => `${group} ${kind} ${values[chosen]}`.trim());

function knob(text: string, group: string, kind: string): Setting {
  const found = readSettings(text).find((each) => each.group === group && each.kind === kind);
  if (found === undefined) throw new Error(`no knob ${kind} of ${group}`);
  return found;
}

const turned = (text: string, group: string, kind: string, value: string): string => {
  const setting = knob(text, group, kind);
  return changeSetting(text, setting, setting.values.indexOf(value));
};

describe('knobs', () => {
  test('are those that the text has plain values for', () => {
    expect(shown(TEXT)).toEqual([
      'pieces 48',
      'source up 2 Mbit/s',
      'source down 2 Mbit/s',
      'homes count 12',
      'homes up 1 Mbit/s',
      'homes down 16 Mbit/s',
      'homes picker rarest-first',
      'others count 4',
      'others up 1 Mbit/s',
      'others down 16 Mbit/s',
      'others picker random',
      'mixed count 1',
      'mixed picker rarest-first',
    ]);
  });

  test.each([
    ['', 'pieces', '128', 'size: 16 MiB'],
    ['homes', 'count', '30', 'count: 30'],
    ['source', 'up', '8 Mbit/s', 'link: { down: 2 Mbit/s, up: 8 Mbit/s }'],
    ['homes', 'picker', 'sequential', 'engine: { picker: sequential }'],
    ['others', 'picker', 'most-common', 'engine: { picker: most-common }'],
  ])('of "%s": %s', (group, kind, value, expected) => {
    const text = turned(TEXT, group, kind, value);
    expect(text).toContain(expected);
    expect(text).toContain('# Mine.');
    expect(knob(text, group, kind).values[knob(text, group, kind).chosen]).toBe(value);
  });

  test('of a line that two groups share changes it for one of them', () => {
    const text = turned(TEXT, 'homes', 'up', '4 Mbit/s');
    expect(shown(text)).toContain('homes up 4 Mbit/s');
    expect(shown(text)).toContain('others up 1 Mbit/s');
    expect(text).toContain('latency: 10ms..30ms } }');
  });

  test.each(['', '{{{', '- 1', 'peers: 3', 'peers: [1, { group: 7 }]', 'torrent: { size: 0 B }'])(
    'of %j there are none, and nothing is changed',
    (text) => {
      expect(readSettings(text)).toEqual([]);
      const setting: Setting = { kind: 'count', group: 'homes', values: ['1', '2'], chosen: 0 };
      expect(() => changeSetting(text, setting, 1)).not.toThrow();
    },
  );

  test('turned in any way leave a scenario', () => {
    const texts = [
      TEXT,
      ...CHAPTERS.flatMap(({ acts }) => acts.flatMap(({ swarms }) => swarms.map((each) => each.text))),
    ];
    const turns = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 6 });
    fc.assert(
      fc.property(fc.constantFrom(...texts), turns, (start, list) => {
        let text = start;
        for (const [which, to] of list) {
          const settings = readSettings(text);
          const setting = settings[which % settings.length] as Setting;
          text = changeSetting(text, setting, to % setting.values.length);
        }
        parseScenario(text, 'turned.yaml', strategyNames);
      }),
      { numRuns: 30 },
    );
  });
});
