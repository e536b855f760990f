/** The `sweep` of a scenario: its cells, their seeds, and what an author sees who got it wrong. */
import { describe, expect, it } from 'vitest';
import { parseSetting } from '../../../src/scenarios/overrides.ts';
import { parseScenario, parseSweep } from '../../../src/scenarios/parse.ts';
import { type ScenarioSweep, seedOf } from '../../../src/scenarios/sweep/sweep.ts';
import { errorsOf, parse, SMALL, STRATEGIES } from '../support.ts';

const withSweep = (text: string) => `${SMALL}sweep:\n  ${text.trim().replaceAll('\n', '\n  ')}\n`;

function sweepOf(text: string): ScenarioSweep {
  const { sweep } = parse(withSweep(text));
  if (sweep === undefined) throw new Error('there is no sweep');
  return sweep;
}

const labels = (text: string) => sweepOf(text).cells.map((cell) => cell.labels.join(' '));

describe('the cells', () => {
  it('are every combination, the last path fastest', () => {
    expect(
      labels(`
matrix:
  peers.crowd.engine.picker: [rarest-first, random]
  peers.crowd.count: { linear: 2..6, steps: 3 }
`),
    ).toEqual(['rarest-first 2', 'rarest-first 4', 'rarest-first 6', 'random 2', 'random 4', 'random 6']);
  });

  it('leave out what is excluded, and have what is included last', () => {
    expect(
      labels(`
matrix: { peers.crowd.count: [2, 4], torrent.size: [1 MiB, 2 MiB] }
exclude: [{ peers.crowd.count: 4, torrent.size: 1 MiB }]
include:
  - { peers.crowd.count: 9 }
  - { peers.crowd.count: 9, peers.crowd.link.up: 2 Mbit/s }
`),
    ).toEqual([
      '2 1 MiB 1 Mbit/s',
      '2 2 MiB 1 Mbit/s',
      '4 2 MiB 1 Mbit/s',
      '9 4 MiB 1 Mbit/s',
      '9 4 MiB 2 Mbit/s',
    ]);
  });

  it('are scenarios of their own, without a sweep', () => {
    const text = withSweep('matrix: { peers.crowd.count: [2, 5], peers.crowd.engine.picker: [random] }');
    const { cells } = parseSweep(text, 'test.yaml', STRATEGIES);
    expect(cells.map(({ groups }) => [groups[1]?.count, groups[1]?.engine.picker])).toEqual([
      [2, 'random'],
      [5, 'random'],
    ]);
    expect(cells.map(({ sweep }) => sweep)).toEqual([undefined, undefined]);
  });

  it('keep what --set says', () => {
    const setting = parseSetting('torrent.size=1 MiB');
    if (!setting.ok) throw new Error('it was refused');
    const text = withSweep('matrix: { peers.crowd.count: [2] }');
    const { cells } = parseSweep(text, 'test.yaml', STRATEGIES, { overrides: [setting.value] });
    expect(cells[0]?.torrent.files[0]?.lengthBytes).toBe(2 ** 20);
  });
});

describe('what is measured and expected', () => {
  const MATRIX = 'matrix: { peers.crowd.count: [2, 4], peers.crowd.engine.picker: [rarest-first, random] }';
  const demanding = (text: string) => `${withSweep(`${MATRIX}\n${text}`)}`;

  it('are columns and cells', () => {
    const { measures, expectations } = sweepOf(`
${MATRIX}
measure: { minutes: "mean(peer.download_time{group=crowd}) / 1m", later: "at 2m peers.present" }
expect:
  - { name: soon, of: minutes, at-most: 5 }
  - { name: sooner, of: download_time_mean_us, where: { peers.crowd.engine.picker: rarest-first }, against: { peers.crowd.engine.picker: random }, take: median, at-least: 0.5, at-most: 0.9 }
`);
    expect(measures?.map(({ name, compiled }) => [name, compiled.temporal])).toEqual([
      ['minutes', undefined],
      ['later', 'at'],
    ]);
    expect(expectations).toEqual([
      { name: 'soon', of: 'minutes', cells: [0, 1, 2, 3], take: 'mean', atMost: 5, because: '' },
      {
        ...{ name: 'sooner', of: 'download_time_mean_us', cells: [0, 2], against: [1, 3] },
        ...{ take: 'median', atLeast: 0.5, atMost: 0.9, because: '' },
      },
    ]);
  });

  it.each([
    ['measure: { Fast: "peers.present" }', '"Fast" cannot be the name of a column'],
    ['measure: { over_bound: "run.duration" }', 'there is a column "over_bound" already'],
    ['measure: { quick: "peer.download_time" }', 'peer.download_time has many values'],
    ['measure: { quick: "peers.present" }', 'this changes over time'],
    ['expect: [{ name: a, of: over_bond, at-most: 1 }]', 'there is no column "over_bond"'],
    ['expect: [{ name: a, of: download_time_mean_us, at-most: 1 }]', '"download_time_mean_us" is in us'],
    ['expect: [{ name: a, of: over_bound }]', 'it is not said what is right'],
    ['expect: [{ name: a, of: over_bound, at-most: 1, where: { seed: 1 } }]', '"seed" does not vary'],
    [
      'expect: [{ name: a, of: over_bound, at-most: 1, where: { peers.crowd.count: 3 } }]',
      'no cell has the value "3"',
    ],
    [
      'expect: [{ name: a, of: over_bound, at-most: 1, against: { peers.crowd.count: 2 } }]',
      'not every cell has one to be compared with',
    ],
  ])('%s is refused', (text, message) => {
    expect(errorsOf(demanding(text))).toContain(message);
  });
});

describe('the seeds', () => {
  it('are the same in every cell, or nowhere', () => {
    const paired = sweepOf('repetitions: 3\nmatrix: { peers.crowd.count: [2, 4] }');
    const independent = sweepOf('repetitions: 3\nseeds: independent\nmatrix: { peers.crowd.count: [2, 4] }');
    const all = (sweep: ScenarioSweep) =>
      [0, 1].map((cell) => [1, 2, 3].map((rep) => seedOf(sweep, 7, cell, rep)));
    expect(all(paired)).toEqual([
      [7, 8, 9],
      [7, 8, 9],
    ]);
    expect(all(independent)).toEqual([
      [7, 8, 9],
      [10, 11, 12],
    ]);
  });
});

/** Place, message, suggestion and expectation, without the frames. */
function told(text: string): string[] {
  return errorsOf(withSweep(text))
    .split('\n')
    .filter((line) => /^(test| {2}did you mean| {2}expected)/.test(line))
    .map((line) => line.trim());
}

describe('an author sees', () => {
  it('where a value of the matrix is wrong', () => {
    expect(
      errorsOf(withSweep('matrix:\n  peers.crowd.engine.picker: [rarest-first, rarest]')),
    ).toMatchInlineSnapshot(`
      "test.yaml:17:47: "picker" cannot be "rarest"
        16 |   matrix:
      > 17 |     peers.crowd.engine.picker: [rarest-first, rarest]
           |                                               ^^^^^^
        expected one of rarest-first, random, sequential, or a module of your own: ./my-picker.ts, or a map

      1 problem; nothing was run
      "
    `);
  });

  it.each([
    ['matrix: { peers.crwd.count: [1] }'],
    ['matrix: { peers.crowd.size: [1] }'],
    ['matrix: { seed: [1, 2] }'],
    ['matrix: { peers.crowd: [1] }'],
    ['matrix: { }'],
    ['matrix: { peers.crowd.count: [] }'],
    ['matrix: { peers.crowd.count: [2, 2] }'],
    ['matrix: { peers.crowd.count: 5 }'],
    ['matrix: { peers.crowd.count: { linear: 1..100, step: 4 } }'],
    ['matrix: { peers.crowd.count: { linear: 9..1, steps: 4 } }'],
    ['matrix: { torrent.piece: { linear: 16 KiB..64 KiB, steps: 3 } }'],
    ['matrix: { peers.crowd.count: [10, 200000] }'],
    ['matrix: { time.sample: [1s, 1us] }'],
    ['matrix: { peers.crowd.link: [adsl], peers.crowd.link.up: [1 Mbit/s] }'],
    ['matrix: { peers.crowd.count: [2] }\nrepetitions: 0'],
    ['matrix: { peers.crowd.count: [2] }\nseeds: same'],
    ['matrix: { peers.crowd.count: [2] }\nexclude: [{ peers.crowd.cout: 2 }]'],
    ['matrix: { peers.crowd.count: [2] }\nexclude: [{ peers.crowd.count: 3 }]'],
    ['matrix: { peers.crowd.count: [2] }\nexclude: [{ peers.crowd.count: 2 }]'],
    ['matrix: { peers.crowd.count: [2] }\ninclude: [{ peers.crowd.count: 2 }]'],
    ['matrix: { peers.crowd.count: [2] }\ninclude: [{ peers.crowd.cont: 3 }]'],
    ['matrix: { peers.crowd.count: { linear: 1..1000, steps: 1000 }, torrent.size: [1 MiB, 2 MiB, 3 MiB] }'],
    ['matrix: { peers.crowd.count: { linear: 1..1000, steps: 1000 } }\nrepetitions: 1000'],
    ['matrx: { peers.crowd.count: [2] }'],
  ])('%s', (text) => {
    expect(told(text)).toMatchSnapshot();
  });

  it('that a combination does not go together', () => {
    const text = withSweep('matrix: { time.until: [2m, 1h], time.sample: [1ms, 2s] }').replace(
      'until: 10m',
      'until: 1m',
    );
    expect(parseScenario(text, 'test.yaml', STRATEGIES).sweep?.cells).toHaveLength(4);
    expect(() => parseSweep(text, 'test.yaml', STRATEGIES)).toThrowErrorMatchingInlineSnapshot(
      `[ScenarioError: test.yaml:16:3: time.until: 1h, time.sample: 1ms do not go together: 3600000 samples are too many]`,
    );
  });
});
