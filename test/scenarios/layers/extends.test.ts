/** A scenario upon a base: what is merged and what is replaced, and where faults are shown. */
import { describe, expect, it } from 'vitest';
import { accept, reject } from '../../../src/scenarios/complaint.ts';
import { formatScenarioErrors, ScenarioError } from '../../../src/scenarios/errors.ts';
import { type NamedFiles, NO_FILES } from '../../../src/scenarios/named-files.ts';
import { parseScenario } from '../../../src/scenarios/parse.ts';
import type { Scenario } from '../../../src/scenarios/scenario.ts';
import { SMALL, STRATEGIES } from '../support.ts';

type Texts = Readonly<Record<string, string>>;

/** The scenario `main.yaml` of these files. */
function load(texts: Texts): Scenario {
  const files: NamedFiles = {
    ...NO_FILES,
    readBase: (named, from) => {
      const path = from.includes('/') ? `${from.slice(0, from.lastIndexOf('/'))}/${named}` : named;
      const text = texts[path];
      return text === undefined ? reject(`there is no file "${named}"`) : accept({ text, file: path, path });
    },
  };
  return parseScenario(texts['main.yaml'] as string, 'main.yaml', STRATEGIES, { files });
}

function upon(text: string, base = SMALL): Scenario {
  return load({ 'main.yaml': `extends: base.yaml\n${text}`, 'base.yaml': base });
}

function errors(texts: Texts): string {
  try {
    load(texts);
  } catch (error) {
    if (error instanceof ScenarioError) return formatScenarioErrors(error);
    throw error;
  }
  throw new Error('the scenario was accepted');
}

describe('a scenario upon a base', () => {
  it('has what the base says where it says nothing', () => {
    const { name, time, groups, expectations } = upon('name: other');
    const base = load({ 'main.yaml': SMALL });
    expect(name).toBe('other');
    expect(time).toEqual(base.time);
    expect(groups).toEqual(base.groups);
    expect(expectations).toEqual(base.expectations);
  });

  it('merges maps key by key', () => {
    const { time } = upon('time: { sample: 2s }');
    expect(time).toMatchObject({ untilUs: 600e6, sampleUs: 2e6 });
  });

  it('merges groups by name, in the order of the base, and adds new ones', () => {
    const { groups } = upon(`
peers:
  - { group: late, link: adsl }
  - { group: crowd, count: 5, engine: { picker: random } }
  - { group: seed, engine: { upload-slots: 9 } }`);
    expect(groups.map(({ name, count, have }) => [name, count, have])).toEqual([
      ['seed', 1, 'all'],
      ['crowd', 5, 'none'],
      ['late', 1, 'none'],
    ]);
    expect(groups[1]?.engine.picker).toBe('random');
    expect(groups[0]?.engine.uploadSlots).toBe(9);
  });

  it('replaces other lists', () => {
    const { expectations } = upon(`expect: [{ name: the run is short, that: run.duration < 5m }]`);
    expect(expectations.map(({ name }) => name)).toEqual(['the run is short']);
  });

  it.each([
    ['complete by itself', '{ at: 5s }', { process: 'at', atUs: 5e6 }],
    ['a part of it', '{ rate: 2/s }', { process: 'poisson', meanIntervalUs: 500_000 }],
  ])('a value of another form, %s', (_, arrive, expected) => {
    const base = SMALL.replace('count: 3', 'count: 3\n    arrive: { process: poisson, rate: 1/s }');
    const { groups } = upon(`peers: [{ group: crowd, arrive: ${arrive} }]`, base);
    expect(groups[1]?.arrive).toMatchObject(expected);
  });

  it('takes a key of the base away with null', () => {
    const base = SMALL.replace('count: 3', 'count: 3\n    stay: { until: 5m }');
    expect(upon('name: same', base).groups[1]?.stay.untilUs).toBeDefined();
    expect(upon('peers: [{ group: crowd, stay: ~ }]', base).groups[1]?.stay.untilUs).toBeUndefined();
  });

  it('may extend a file that extends another, each with paths and anchors of its own', () => {
    const { name, seed, torrent } = load({
      'main.yaml': 'extends: sub/middle.yaml\nname: top\nx-a: &a 1',
      'sub/middle.yaml': 'extends: base.yaml\nx-a: &a 7\nseed: *a\ntorrent: { piece: 64 KiB }',
      'sub/base.yaml': SMALL,
    });
    expect({ name, seed, piece: torrent.pieceLengthBytes }).toEqual({ name: 'top', seed: 7, piece: 65536 });
  });
});

describe('a fault', () => {
  it('is shown in the file in which it stands, those of all files at once', () => {
    expect(
      errors({
        'main.yaml': 'extends: base.yaml\ntime: { sampel: 2s }\npeers:\n  - { group: crowd, cuont: 4 }\n',
        'base.yaml': SMALL.replace('4 MiB', '4 Mib').replace('== 1', '== 1s'),
      }),
    ).toMatchInlineSnapshot(`
      "main.yaml:2:9: unknown key "sampel"
        1 | extends: base.yaml
      > 2 | time: { sampel: 2s }
          |         ^^^^^^
        3 | peers:
        did you mean "sample"?
        expected one of until, sample, starts, heal

      main.yaml:4:21: unknown key "cuont"
        3 | peers:
      > 4 |   - { group: crowd, cuont: 4 }
          |                     ^^^^^
        did you mean "count"?
        expected one of group, count, have, link, region, nat, cap, disk, behaviour, arrive, stay, off, sessions, engine

      base.yaml:4:20: unknown unit "Mib"
        3 | time: { until: 10m }
      > 4 | torrent: { size: 4 Mib }
          |                    ^^^
        5 | peers:
        did you mean "MiB"?
        expected a size with a unit (B, kB, MB, GB, KiB, MiB, GiB), such as "256 KiB"

      base.yaml:14:11: a plain number and a time cannot be compared
        13 |   - name: everyone finishes
      > 14 |     that: fraction(peer.complete{group=crowd}) == 1s
           |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        expected quantities of one kind

      4 problems; nothing was run
      "
    `);
  });

  it('of the whole is shown where its part stands', () => {
    expect(
      errors({
        'main.yaml': 'extends: base.yaml\npeers: [{ group: crowd, arrive: { at: 11m } }]\n',
        'base.yaml': SMALL,
      }),
    ).toMatchInlineSnapshot(`
      "main.yaml:2:39: the run is over before they arrive
        1 | extends: base.yaml
      > 2 | peers: [{ group: crowd, arrive: { at: 11m } }]
          |                                       ^^^
        expected a time before "until"

      1 problem; nothing was run
      "
    `);
  });

  it.each([
    ['a base that is not there', { 'main.yaml': 'extends: nowhere.yaml\n' }],
    [
      'a circle',
      { 'main.yaml': 'extends: a.yaml\n', 'a.yaml': 'extends: b.yaml\n', 'b.yaml': 'extends: a.yaml\n' },
    ],
    ['itself', { 'main.yaml': 'extends: main.yaml\n' }],
    ['a base that is no map', { 'main.yaml': 'extends: a.yaml\n', 'a.yaml': '- 1\n' }],
    ['a base that is no YAML', { 'main.yaml': 'extends: a.yaml\n', 'a.yaml': 'name: [\n' }],
    ['a name that is no text', { 'main.yaml': 'extends: [a.yaml]\n' }],
  ])('%s', (_, texts) => {
    const [first = ''] = errors(texts as unknown as Texts).split('\n\n');
    expect(first).toMatchSnapshot();
  });

  it('too many bases', () => {
    const texts = Object.fromEntries(
      Array.from({ length: 13 }, (_, index) => [`${index}.yaml`, `extends: ${index + 1}.yaml\n`]),
    );
    expect(errors({ ...texts, 'main.yaml': 'extends: 0.yaml\n' })).toContain('too many bases');
  });
});
