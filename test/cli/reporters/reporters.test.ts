/** The reporters, each given made-up runs: what they write word for word, and what keeps it within the readers' bounds. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GithubReporter, workflowCommand } from '../../../src/cli/reporters/github.ts';
import { JunitReporter } from '../../../src/cli/reporters/junit.ts';
import { MarkdownReporter } from '../../../src/cli/reporters/markdown.ts';
import { NdjsonReporter } from '../../../src/cli/reporters/ndjson.ts';
import { describeSeeds, overall } from '../../../src/cli/reporters/overall.ts';
import { redText } from '../../../src/cli/reporters/red-text.ts';
import { parseXml, type XmlElement } from '../../support/xml.ts';
import { diedOut, held, late, record, totals } from './records.ts';

function written(report: (write: (text: string) => void) => void): string {
  let all = '';
  report((text) => {
    all += text;
  });
  return all;
}

describe('the text of a red expectation', () => {
  test('says what broke, when, by how much, and how to replay it', () => {
    expect(redText(record(), late).split('\n')).toEqual([
      'the tail is bounded: 25m, expected less than 20m (5m or 25 % too much)',
      'expected: p95(peer.download_time) < 20m',
      'when: at the end of the run, 25m after its start',
      'run: crowd, seed 7, simulated network',
      'replay: npx swarmlab run swarms/crowd.yaml --seed 7',
    ]);
    expect(redText(record(), diedOut).split('\n').slice(0, 3)).toEqual([
      'no piece dies out: 0 at 6m12s, expected at least 1 throughout (1 or 100 % too little)',
      'expected: always min(piece.availability) >= 1',
      'when: first violated at 6m12s, in 812 looks',
    ]);
  });

  test.each([
    [
      'a share',
      { unit: '', text: '3 of 4 (75 %)', value: 0.75 },
      { value: 1, unit: '', text: '100 %' },
      '25 % points or 25 % too little',
    ],
    [
      'a size',
      { unit: 'bytes', text: '3 KiB', value: 3072 },
      { value: 2048, unit: 'bytes', text: '2 KiB' },
      '1 KiB or 50 % too much',
    ],
    [
      'a rate',
      { unit: 'bytes/us', text: '', value: 2 },
      { value: 1, unit: 'bytes/us', text: '' },
      '8 Mbit/s or 100 % too much',
    ],
    ['nought', { unit: '', text: '3', value: 3 }, { value: 0, unit: '', text: '0' }, '(3 too much)'],
  ])('by how much, of %s', (_, left, right, says) => {
    expect(redText(record(), { ...late, comparison: '==', left, right })).toContain(says);
  });

  test('a name cannot begin a line of its own', () => {
    expect(redText(record(), { ...late, name: 'a\n::error::b\u001b[31m' }).split('\n')[0]).toMatch(
      /^a.::error::b.\[31m: 25m/,
    );
  });
});

describe('verdicts over several seeds', () => {
  const runs = [
    record({
      seed: 1,
      verdicts: [held, { ...late, status: 'held', left: { value: 60e6, unit: 'us', text: '1m' } }],
    }),
    record({ seed: 2, verdicts: [held, late] }),
    record({ seed: 3, verdicts: [held, { ...late, left: { value: 21 * 60e6, unit: 'us', text: '21m' } }] }),
  ];

  test('count who held, and name the worst and all that failed', () => {
    const [scenario] = overall(runs);
    expect(scenario?.red.map(({ seed }) => seed)).toEqual([2, 3]);
    expect(scenario?.verdicts).toMatchObject([
      { name: 'everyone finishes', held: 3, of: 3, failedSeeds: [] },
      {
        name: 'the tail is bounded',
        held: 1,
        of: 3,
        worstSeed: 2,
        worst: { left: { text: '25m' } },
        failedSeeds: [2, 3],
      },
    ]);
  });

  test('one without data is the worst of all', () => {
    const blind = { ...late, status: 'no-data' as const, left: undefined, reason: 'nobody came' };
    expect(overall([...runs, record({ seed: 4, verdicts: [held, blind] })])[0]?.verdicts[1]?.worstSeed).toBe(
      4,
    );
  });

  test.each([
    [[3], '3'],
    [[3, 4], '3, 4'],
    [[3, 4, 5], '3 to 5'],
    [[1, 2, 3, 5, 8, 9], '1, 2, 3, 5 and 2 more'],
  ])('%j are called %s', (seeds, text) => {
    expect(describeSeeds(seeds, 4)).toBe(text);
  });
});

describe('junit', () => {
  const report = (...args: Parameters<typeof totals>): XmlElement =>
    parseXml(written((write) => new JunitReporter(write).end(totals(...args))));

  test('has a suite for each run and a case for each expectation, with numbers and replay in the failure', () => {
    const root = report([record({ verdicts: [held, late] }), record({ seed: 8 })]);
    expect(root.attributes).toMatchObject({ tests: '3', failures: '1', errors: '0' });
    expect(root.children.map(({ attributes }) => attributes)).toMatchObject([
      {
        name: 'crowd seed 7',
        file: 'swarms/crowd.yaml',
        tests: '2',
        failures: '1',
        skipped: '0',
        time: '0.250',
      },
      { name: 'crowd seed 8', tests: '1', failures: '0' },
    ]);
    const red = root.children[0]?.children.find(({ attributes }) => attributes.name === late.name);
    expect(red?.attributes).toMatchObject({
      classname: 'crowd.seed-7',
      file: 'swarms/crowd.yaml',
      line: '12',
    });
    expect(red?.children).toMatchObject([
      { name: 'failure', attributes: { type: 'failed' }, text: redText(record(), late) },
    ]);
  });

  test('what was stopped is an error, what was not reached is skipped, what broke says why', () => {
    const stopped = record({ stoppedBy: 'budget', exitCode: 4 });
    const root = report([stopped], {
      notRun: [record({ seed: 8 }), record({ seed: 9 })],
      stoppedBy: 'error',
      error: 'boom',
    });
    expect(root.attributes).toMatchObject({ tests: '4', errors: '2' });
    const results = root.children.map((suite) =>
      suite.children.flatMap(({ children }) => children.map(({ name }) => name)),
    );
    expect(results.flat()).toEqual(expect.arrayContaining(['error', 'skipped']));
    expect(root.children[1]?.children.at(-1)?.children[0]).toMatchObject({
      name: 'error',
      attributes: { message: 'boom' },
    });
  });

  test('is well-formed and true to whatever scenarios are called', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('<', '&', ']]>', '"', '\n', '\u0000', '\ud800', '\u001b') }),
    );
    fc.assert(
      fc.property(text, text, (name, expression) => {
        const root = report([record({ scenario: name, verdicts: [{ ...late, name, expression }] })]);
        const shown = root.children[0]?.children.find((child) => child.name === 'testcase');
        const legal = name.replace(
          /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu,
          '\ufffd',
        );
        expect(shown?.attributes.name).toBe(legal);
      }),
    );
  });
});

describe('github', () => {
  const workspace = process.cwd();
  const lines = (...args: Parameters<typeof totals>): string[] =>
    written((write) => new GithubReporter(write, { workspace }).end(totals(...args)))
      .split('\n')
      .slice(0, -1);

  test('annotates the line of the file, once for all seeds', () => {
    const runs = [1, 2, 3].map((seed) => record({ seed, verdicts: [held, late] }));
    const all = lines(runs);
    expect(all).toHaveLength(1);
    expect(all[0]).toMatch(
      /^::error file=swarms\/crowd\.yaml,line=12,title=crowd%2C seed 1%3A the tail is bounded/,
    );
    expect(all[0]).toContain('too much)%0Aexpected: p95');
    expect(all[0]).toMatch(
      /replay: npx swarmlab run swarms\/crowd\.yaml --seed 1%0Ait failed too with seeds 2, 3$/,
    );
  });

  test('stays within the ten that GitHub shows, and says how many more there are', () => {
    const many = Array.from({ length: 12 }, (_, index) => ({
      ...late,
      name: `expectation ${index}`,
      line: index + 1,
    }));
    expect(lines([record({ verdicts: many.slice(0, 10) })])).toHaveLength(10);
    const all = lines([record({ verdicts: many })]);
    expect(all).toHaveLength(10);
    expect(all[9]).toMatch(/^::error title=and 3 more::/);
    for (const name of ['expectation 9', 'expectation 10', 'expectation 11']) expect(all[9]).toContain(name);
  });

  test('a warning is one, and turns nothing red', () => {
    const run = record({
      verdicts: [held, { ...late, severity: 'warning', because: 'people wait' }],
      exitCode: 0,
    });
    const [line] = lines([run]);
    expect(line).toMatch(/^::warning file=swarms\/crowd\.yaml,line=12,/);
    expect(line).toContain('%0Abecause: people wait%0A');
    const suite = parseXml(written((write) => new JunitReporter(write).end(totals([run])))).children[0];
    expect(suite?.attributes.failures).toBe('0');
    expect(written((write) => new MarkdownReporter(write).end(totals([run])))).toContain(
      '| ⚠️ | the tail is bounded |',
    );
  });

  test('names no file that is not in the repository', () => {
    for (const file of ['/elsewhere/x.yaml', 'node_modules/swarmlab/dist/library/x.yaml']) {
      expect(lines([record({ file, verdicts: [late] })])[0]).toMatch(/^::error title=/);
    }
  });

  test('annotates what is wrong with a scenario file', () => {
    const problem = {
      file: 'swarms/x.yaml',
      line: 3,
      column: 5,
      message: 'unknown key "siez"',
      suggestion: 'size',
      expected: undefined,
      frame: '',
    };
    const all = written((write) => {
      const reporter = new GithubReporter(write, { workspace });
      reporter.refused([problem]);
      reporter.end(totals([]));
    });
    expect(all).toBe(
      '::error file=swarms/x.yaml,line=3,col=5,title=wrong scenario%2C nothing was run::unknown key "siez"%0Adid you mean "size"?\n',
    );
  });

  test('escapes as GitHub reads it, and cuts what is too long', () => {
    const command = workflowCommand({
      level: 'warning',
      title: 'a:b,c%\r\n',
      message: `100%\r\n${'x'.repeat(9000)}`,
    });
    expect(command).toMatch(/^::warning title=a%3Ab%2Cc%25%0D%0A::100%25%0D%0Ax+…$/);
    expect(command.length).toBeLessThan(4200);
    expect(command).not.toMatch(/[\r\n]/);
  });
});

describe('markdown', () => {
  const text = (records: Parameters<typeof totals>[0], bytesMax?: number): string =>
    written((write) => new MarkdownReporter(write, bytesMax).end(totals(records)));

  test('has a table, what broke, and how to replay it', () => {
    const shown = text([record({ verdicts: [held, late] })]);
    expect(shown).toMatch(/^## ❌ swarmlab: 0 of 1 run green\n/);
    expect(shown).toContain(
      '| ✅ | everyone finishes | 4 of 4 (100 %), expected 100 % | `fraction(peer.complete) == 1` |',
    );
    expect(shown).toContain(`\`\`\`text\n${redText(record(), late)}\n\`\`\``);
  });

  test('nothing in a name breaks the table', () => {
    const shown = text([record({ verdicts: [{ ...held, name: 'a|b\n<img>`*x*`', expression: 'a`|``b' }] })]);
    const row = shown.split('\n').find((line) => line.startsWith('| ✅'));
    expect(row).toBe(
      '| ✅ | a\\|b &lt;img>\\`\\*x\\*\\` | 4 of 4 (100 %), expected 100 % | ``` a`\\|``b ``` |',
    );
  });

  test('never grows beyond its bound, and says what it left out', () => {
    const runs = Array.from({ length: 200 }, (_, seed) =>
      record({ seed, file: `${seed}.yaml`, verdicts: [late] }),
    );
    const shown = text(runs, 20_000);
    expect(new TextEncoder().encode(shown).length).toBeLessThanOrEqual(20_000);
    expect(shown).toMatch(/\n_\d+ more sections do not fit into a summary\._\n$/);
    expect(text(runs, 10)).toBe('');
  });
});

test('ndjson gives an event a line, from the beginning to the verdicts over all seeds', () => {
  const runs = [record({ seed: 1 }), record({ seed: 2, verdicts: [late] })];
  const lines = written((write) => {
    const reporter = new NdjsonReporter(write);
    reporter.begin(runs);
    for (const run of runs) {
      reporter.started(run);
      reporter.ended(run);
    }
    reporter.end(totals(runs));
  });
  const events = lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(events.map(({ event }) => event)).toEqual([
    'begin',
    'started',
    'verdict',
    'ended',
    'started',
    'verdict',
    'ended',
    'end',
  ]);
  expect(events.at(-1)).toMatchObject({
    exitCode: 1,
    scenarios: [{ scenario: 'crowd', seeds: [1, 2], failed: [{ seed: 2, replay: runs[1]?.replay }] }],
  });
});
