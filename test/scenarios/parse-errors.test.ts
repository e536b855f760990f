/** What an author sees who got something wrong: the whole text, for each class of error. */
import { describe, expect, it } from 'vitest';
import { formatScenarioErrors, ScenarioError } from '../../src/scenarios/errors.ts';
import { errorsOf, parse, SMALL, small } from './support.ts';

describe('YAML', () => {
  it('broken', () => {
    expect(errorsOf('name: [a, b\ntime: 3\n')).toMatchInlineSnapshot(`
      "test.yaml:2:1: not valid YAML: flow sequence in block collection must be sufficiently indented and end with a ]
        1 | name: [a, b
      > 2 | time: 3
          | ^

      1 problem; nothing was run
      "
    `);
  });

  it('a key that stands twice, beside other faults', () => {
    expect(
      errorsOf(`${small('time: { until: 10m }', 'time: { until: 10 }')}name: again\n`),
    ).toMatchInlineSnapshot(`
      "test.yaml:3:16: "10" has no unit
        2 | name: small
      > 3 | time: { until: 10 }
          |                ^^
        4 | torrent: { size: 4 MiB }
        expected a duration with a unit (us, ms, s, m, h, d), such as "1m30s"

      test.yaml:15:1: duplicate key "name"
        14 |     that: fraction(peer.complete{group=crowd}) == 1
      > 15 | name: again
           | ^^^^
        expected each key once in its map

      2 problems; nothing was run
      "
    `);
  });

  it('an alias without an anchor', () => {
    expect(
      errorsOf(`x-line: &adsl { down: 1 MB/s }\n${small('{ down: 10 Mbit/s, up: 2 Mbit/s }', '*adls')}`),
    ).toMatchInlineSnapshot(`
      "test.yaml:9:11: unknown alias "*adls"
         8 |     have: all
      >  9 |     link: *adls
           |           ^^^^^
        10 |   - group: crowd
        did you mean "*adsl"?
        expected an anchor that stands above it

      1 problem; nothing was run
      "
    `);
  });

  it('a merge of something that is no map', () => {
    expect(errorsOf(small('{ size: 4 MiB }', '{ <<: 3 }'))).toMatchInlineSnapshot(`
      "test.yaml:4:16: only a map can be merged
        3 | time: { until: 10m }
      > 4 | torrent: { <<: 3 }
          |                ^
        5 | peers:

      1 problem; nothing was run
      "
    `);
  });

  it('a key that is not text', () => {
    expect(errorsOf(small('size:', '[size]:'))).toMatchInlineSnapshot(`
      "test.yaml:4:12: a key must be plain text
        3 | time: { until: 10m }
      > 4 | torrent: { [size]: 4 MiB }
          |            ^^^^^^
        5 | peers:

      1 problem; nothing was run
      "
    `);
  });

  it('an alias bomb', () => {
    const lists = Array.from(
      { length: 20 },
      (_, n) => `x-${n + 1}: &l${n + 1} [*l${n}, *l${n}, *l${n}, *l${n}]`,
    );
    expect(errorsOf(`x-0: &l0 [1, 1]\n${lists.join('\n')}\n`)).toMatchInlineSnapshot(`
      "test.yaml:1:1: not valid YAML: aliases expand to too much
      > 1 | x-0: &l0 [1, 1]
          | ^
        2 | x-1: &l1 [*l0, *l0, *l0, *l0]

      1 problem; nothing was run
      "
    `);
  });

  it('nesting that would exhaust the stack', () => {
    expect(errorsOf(`a: ${'['.repeat(50_000)}`)).toContain('nothing was run');
    expect(errorsOf(`a: ${'{a: '.repeat(20_000)}1${'}'.repeat(20_000)}`)).toMatch(/nested too deeply/);
  });

  it('two documents', () => {
    expect(errorsOf(`${SMALL}---\n${SMALL}`)).toContain('more than one document in the file');
  });

  it('an unknown tag', () => {
    expect(errorsOf(small('name: small', 'name: !shout small'))).toContain(
      'test.yaml:2:7: not valid YAML: unresolved tag: !shout',
    );
  });

  it('nothing at all, and not a map', () => {
    expect(errorsOf('# nothing\n')).toMatchInlineSnapshot(`
      "test.yaml:1:1: the file is empty
      > 1 | # nothing
          | ^
        expected a scenario: version, name, time, torrent, peers, expect

      1 problem; nothing was run
      "
    `);
    expect(errorsOf('- 1\n')).toMatchInlineSnapshot(`
      "test.yaml:1:1: the file is not a map of keys and values
      > 1 | - 1
          | ^
        expected a scenario: version, name, time, torrent, peers, expect

      1 problem; nothing was run
      "
    `);
  });

  it('more than a scenario can be', () => {
    expect(errorsOf(`#${' '.repeat(256 * 1024)}`)).toContain('the file is too long\n');
  });
});

describe('keys', () => {
  it('unknown, with the nearest right one', () => {
    expect(errorsOf(small('latency:', 'latncy:'))).toMatchInlineSnapshot(`
      "test.yaml:11:44: unknown key "latncy"
        10 |     count: 3
      > 11 |     link: { down: 16 Mbit/s, up: 1 Mbit/s, latncy: 20ms..60ms }
           |                                            ^^^^^^
        12 | expect:
        did you mean "latency"?
        expected one of down, up, latency, queue, jitter, loss, loss-burst, schedule

      1 problem; nothing was run
      "
    `);
  });

  it('unknown, with none near', () => {
    expect(errorsOf(small('torrent:', 'pex: true\ntorrent:'))).toMatchInlineSnapshot(`
      "test.yaml:4:1: unknown key "pex"
        3 | time: { until: 10m }
      > 4 | pex: true
          | ^^^
        5 | torrent: { size: 4 MiB }
        expected one of version, extends, name, description, seed, time, payload, torrent, discovery, internet, peers, swarm, events, expect, sweep

      1 problem; nothing was run
      "
    `);
  });

  it('missing', () => {
    expect(errorsOf(small(', up: 2 Mbit/s', ''))).toMatchInlineSnapshot(`
      "test.yaml:8:5: missing key "up"
        7 |     have: all
      > 8 |     link: { down: 10 Mbit/s }
          |     ^^^^
        9 |   - group: crowd
        expected "up": rate away from the peer; a range is drawn from uniformly for each peer

      1 problem; nothing was run
      "
    `);
    expect(errorsOf(small('time: { until: 10m }\n', ''))).toMatchInlineSnapshot(`
      "test.yaml:1:1: missing key "time"
      > 1 | version: 1
          | ^^^^^^^
        2 | name: small
        expected "time": how long the run may last and how often it is sampled

      1 problem; nothing was run
      "
    `);
  });

  it('from a merged map are shown where they stand', () => {
    const text = small('peers:', 'x-line: &line { down: 8, up: 1 Mbit/s }\npeers:');
    expect(
      errorsOf(text.replace('{ down: 10 Mbit/s, up: 2 Mbit/s }', '{ <<: *line, queue: 64 KiB }')),
    ).toMatchInlineSnapshot(`
      "test.yaml:5:23: "8" has no unit
        4 | torrent: { size: 4 MiB }
      > 5 | x-line: &line { down: 8, up: 1 Mbit/s }
          |                       ^
        6 | peers:
        expected a rate with a unit (bit/s, kbit/s, Mbit/s, Gbit/s, Kibit/s, Mibit/s, Gibit/s, B/s, kB/s, MB/s, GB/s, KiB/s, MiB/s, GiB/s), such as "8 Mbit/s"

      1 problem; nothing was run
      "
    `);
  });
});

describe('values', () => {
  it('without a unit', () => {
    expect(errorsOf(small('4 MiB', '4'))).toMatchInlineSnapshot(`
      "test.yaml:4:18: "4" has no unit
        3 | time: { until: 10m }
      > 4 | torrent: { size: 4 }
          |                  ^
        5 | peers:
        expected a size with a unit (B, kB, MB, GB, KiB, MiB, GiB), such as "256 KiB"

      1 problem; nothing was run
      "
    `);
  });

  it('with an unknown unit', () => {
    expect(errorsOf(small('16 Mbit/s', '16 Mbps'))).toMatchInlineSnapshot(`
      "test.yaml:11:22: unknown unit "Mbps"
        10 |     count: 3
      > 11 |     link: { down: 16 Mbps, up: 1 Mbit/s, latency: 20ms..60ms }
           |                      ^^^^
        12 | expect:
        did you mean "Mbit/s"?
        expected a rate with a unit (bit/s, kbit/s, Mbit/s, Gbit/s, Kibit/s, Mibit/s, Gibit/s, B/s, kB/s, MB/s, GB/s, KiB/s, MiB/s, GiB/s), such as "8 Mbit/s"

      1 problem; nothing was run
      "
    `);
  });

  it('a range upside down', () => {
    expect(errorsOf(small('20ms..60ms', '60ms..20ms'))).toMatchInlineSnapshot(`
      "test.yaml:11:53: the range "60ms..20ms" is upside down
        10 |     count: 3
      > 11 |     link: { down: 16 Mbit/s, up: 1 Mbit/s, latency: 60ms..20ms }
           |                                                     ^^^^^^^^^^
        12 | expect:
        expected the smaller end first

      1 problem; nothing was run
      "
    `);
  });

  it('a range with a fault in its second end', () => {
    expect(errorsOf(small('20ms..60ms', '20ms..60 mss'))).toContain('test.yaml:11:62: unknown unit "mss"');
  });

  it('of the wrong kind', () => {
    expect(errorsOf(small('{ size: 4 MiB }', '64 MiB'))).toMatchInlineSnapshot(`
      "test.yaml:4:10: "64 MiB" stands where a map should
        3 | time: { until: 10m }
      > 4 | torrent: 64 MiB
          |          ^^^^^^
        5 | peers:

      1 problem; nothing was run
      "
    `);
    expect(errorsOf(small('count: 3', 'count: three'))).toMatchInlineSnapshot(`
      "test.yaml:10:12: "three" stands where a number should
         9 |   - group: crowd
      > 10 |     count: three
           |            ^^^^^
        11 |     link: { down: 16 Mbit/s, up: 1 Mbit/s, latency: 20ms..60ms }

      1 problem; nothing was run
      "
    `);
    expect(errorsOf(small('10m', '[10m]'))).toMatchInlineSnapshot(`
      "test.yaml:3:16: a list stands where text such as "20ms" or "1m30s" should
        2 | name: small
      > 3 | time: { until: [10m] }
          |                ^^^^^
        4 | torrent: { size: 4 MiB }

      1 problem; nothing was run
      "
    `);
  });

  it('out of bounds', () => {
    expect(errorsOf(small('count: 3', 'count: 0'))).toMatchInlineSnapshot(`
      "test.yaml:10:12: 0 is too little
         9 |   - group: crowd
      > 10 |     count: 0
           |            ^
        11 |     link: { down: 16 Mbit/s, up: 1 Mbit/s, latency: 20ms..60ms }
        expected at least 1

      1 problem; nothing was run
      "
    `);
    expect(errorsOf(small('count: 3', 'count: 1000000'))).toContain('1000000 is too much');
    expect(errorsOf(small('until: 10m', 'until: 0s'))).toContain('"0s" is zero');
  });

  it('an unknown strategy', () => {
    expect(
      errorsOf(small('count: 3', 'count: 3\n    engine: { picker: rarest-frist, choker: random }')),
    ).toMatchInlineSnapshot(`
      "test.yaml:11:23: "picker" cannot be "rarest-frist"
        10 |     count: 3
      > 11 |     engine: { picker: rarest-frist, choker: random }
           |                       ^^^^^^^^^^^^
        12 |     link: { down: 16 Mbit/s, up: 1 Mbit/s, latency: 20ms..60ms }
        did you mean "rarest-first"?
        expected one of rarest-first, random, sequential, or a module of your own: ./my-picker.ts, or a map

      test.yaml:11:45: "choker" cannot be "random"
        10 |     count: 3
      > 11 |     engine: { picker: rarest-frist, choker: random }
           |                                             ^^^^^^
        12 |     link: { down: 16 Mbit/s, up: 1 Mbit/s, latency: 20ms..60ms }
        expected one of tit-for-tat, never, or a module of your own: ./my-choker.ts, or a map

      2 problems; nothing was run
      "
    `);
  });

  it('a name that cannot name a folder', () => {
    expect(errorsOf(small('name: small', 'name: ../small'))).toMatchInlineSnapshot(`
      "test.yaml:2:7: "name" cannot be "../small"
        1 | version: 1
      > 2 | name: ../small
          |       ^^^^^^^^
        3 | time: { until: 10m }
        expected lower-case letters, digits and single hyphens, a letter first

      1 problem; nothing was run
      "
    `);
  });

  it('arrivals that are none', () => {
    const arrive = (text: string) => errorsOf(small('count: 3', `count: 3\n    arrive: ${text}`));
    expect(arrive('{ process: poison, rate: 2/s }')).toMatchInlineSnapshot(`
      "test.yaml:11:24: "process" cannot be "poison"
        10 |     count: 3
      > 11 |     arrive: { process: poison, rate: 2/s }
           |                        ^^^^^^
        12 |     link: { down: 16 Mbit/s, up: 1 Mbit/s, latency: 20ms..60ms }
        did you mean "poisson"?
        expected one of flash, poisson, decaying, waves

      1 problem; nothing was run
      "
    `);
    expect(arrive('{ process: flash, rate: 2/s }')).toMatchInlineSnapshot(`
      "test.yaml:11:5: missing key "within"
        10 |     count: 3
      > 11 |     arrive: { process: flash, rate: 2/s }
           |     ^^^^^^
        12 |     link: { down: 16 Mbit/s, up: 1 Mbit/s, latency: 20ms..60ms }
        expected "within": the span

      test.yaml:11:31: unknown key "rate"
        10 |     count: 3
      > 11 |     arrive: { process: flash, rate: 2/s }
           |                               ^^^^
        12 |     link: { down: 16 Mbit/s, up: 1 Mbit/s, latency: 20ms..60ms }
        expected one of process, within

      2 problems; nothing was run
      "
    `);
    expect(arrive('{ at: 3s, within: 4s }')).toMatchInlineSnapshot(`
      "test.yaml:11:23: "within" does not go with the other keys here
        10 |     count: 3
      > 11 |     arrive: { at: 3s, within: 4s }
           |                       ^^^^^^
        12 |     link: { down: 16 Mbit/s, up: 1 Mbit/s, latency: 20ms..60ms }

      1 problem; nothing was run
      "
    `);
    expect(arrive('3s')).toContain('"3s" stands where a map should');
    expect(arrive('{ process: poisson, rate: 2 }')).toContain('"2" has no unit');
  });
});

describe('rules between keys', () => {
  it('a torrent with no content, and with two', () => {
    expect(errorsOf(small('{ size: 4 MiB }', '{ piece: 64 KiB }'))).toMatchInlineSnapshot(`
      "test.yaml:4:1: the torrent has no content
        3 | time: { until: 10m }
      > 4 | torrent: { piece: 64 KiB }
          | ^^^^^^^
        5 | peers:
        expected the key "size", or the key "files"

      1 problem; nothing was run
      "
    `);
    expect(errorsOf(small('4 MiB', '4 MiB, files: [{ path: a, size: 1 B }]'))).toMatchInlineSnapshot(`
      "test.yaml:4:25: the torrent has both "size" and "files"
        3 | time: { until: 10m }
      > 4 | torrent: { size: 4 MiB, files: [{ path: a, size: 1 B }] }
          |                         ^^^^^
        5 | peers:
        expected one of them

      1 problem; nothing was run
      "
    `);
  });

  it.each([
    ['[{ path: a, size: 1 B }, { path: a, size: 1 B }]', '"a" is a file already'],
    ['[{ path: a/b, size: 1 B }, { path: a, size: 1 B }]', '"a" is a folder already'],
    ['[{ path: a, size: 1 B }, { path: a/b, size: 1 B }]', 'part of "a/b" is a file already'],
    ['[{ path: ../a, size: 1 B }]', '".." cannot be the name of a file or folder'],
    ['[{ path: /a, size: 1 B }]', '"" cannot be the name of a file or folder'],
    ['[{ path: "a\\0b", size: 1 B }]', 'cannot be the name of a file or folder'],
    ['[{ path: a, size: 0 B }]', 'all files are empty'],
    ['[]', 'a list of 0 is too little'],
  ])('files %s', (files, message) => {
    expect(errorsOf(small('size: 4 MiB', `files: ${files}`))).toContain(message);
  });

  it.each(['100 KiB', '8 KiB', '32 MiB'])('a piece of %s', (piece) => {
    expect(errorsOf(small('4 MiB', `4 MiB, piece: ${piece}`))).toContain(
      `"${piece}" cannot be a piece length`,
    );
  });

  it('more of anything than a run can take', () => {
    expect(errorsOf(small('4 MiB', '1000 GiB'))).toContain('4096000 pieces are too many');
    expect(errorsOf(small('until: 10m', 'until: 10m, sample: 1us'))).toContain(
      '600000000 samples are too many',
    );
    expect(errorsOf(small('count: 3', 'count: 100000'))).toContain('100001 peers are too many');
  });

  it('the same name twice', () => {
    expect(errorsOf(small('group: crowd', 'group: seed'))).toContain(
      'test.yaml:9:12: there is a group "seed" already',
    );
    const twice = `${SMALL}  - { name: everyone finishes, that: run.duration < 5m }\n`;
    expect(errorsOf(twice)).toContain('test.yaml:15:13: there is an expectation "everyone finishes" already');
  });
});

describe('expressions', () => {
  const that = (expression: string) =>
    errorsOf(small('that: fraction(peer.complete{group=crowd}) == 1', `that: ${expression}`));

  it('show the place within the text, quoted or not', () => {
    expect(that('p95(peer.downlod_time{group=crwd}) < 25m')).toMatchInlineSnapshot(`
      "test.yaml:14:15: unknown metric "peer.downlod_time"
        13 |   - name: everyone finishes
      > 14 |     that: p95(peer.downlod_time{group=crwd}) < 25m
           |               ^^^^^^^^^^^^^^^^^
        did you mean "peer.download_time"?
        expected peer.download_time, peer.online_time, peer.away_time, peer.capped_time, peer.stall_time, peer.starved_time or another metric: swarmlab list names all

      test.yaml:14:39: unknown group "crwd"
        13 |   - name: everyone finishes
      > 14 |     that: p95(peer.downlod_time{group=crwd}) < 25m
           |                                       ^^^^
        did you mean "crowd"?
        expected one of seed, crowd

      2 problems; nothing was run
      "
    `);
    expect(that('"max(peer.sent) < 3 * torrent.sise"')).toMatchInlineSnapshot(`
      "test.yaml:14:33: unknown metric "torrent.sise"
        13 |   - name: everyone finishes
      > 14 |     that: "max(peer.sent) < 3 * torrent.sise"
           |                                 ^^^^^^^^^^^^
        did you mean "torrent.size"?
        expected torrent.size, torrent.pieces or another metric: swarmlab list names all

      1 problem; nothing was run
      "
    `);
  });

  it('show the whole scalar where the text does not stand there as it is', () => {
    expect(that('"max(peer.sent)\\x20< 3 * torrent.sise"')).toContain(
      'test.yaml:14:11: unknown metric "torrent.sise"',
    );
    expect(that('>\n      max(peer.sent)\n      < 3 * torrent.sise')).toContain(
      'unknown metric "torrent.sise"',
    );
  });
});

describe('the error', () => {
  it('holds every problem in the order of the file', () => {
    const text = `version: one
name: small
time: { until: 10 }
torrent: { sise: 4 MiB }
peers: []
expect:
  - { name: a, that: max(peer.snet) < 1 }
`;
    expect(errorsOf(text)).toMatchInlineSnapshot(`
      "test.yaml:1:10: "version" cannot be "one"
      > 1 | version: one
          |          ^^^
        2 | name: small
        expected 1

      test.yaml:3:16: "10" has no unit
        2 | name: small
      > 3 | time: { until: 10 }
          |                ^^
        4 | torrent: { sise: 4 MiB }
        expected a duration with a unit (us, ms, s, m, h, d), such as "1m30s"

      test.yaml:4:1: the torrent has no content
        3 | time: { until: 10 }
      > 4 | torrent: { sise: 4 MiB }
          | ^^^^^^^
        5 | peers: []
        expected the key "size", or the key "files"

      test.yaml:4:12: unknown key "sise"
        3 | time: { until: 10 }
      > 4 | torrent: { sise: 4 MiB }
          |            ^^^^
        5 | peers: []
        did you mean "size"?
        expected one of name, size, files, piece

      test.yaml:5:8: a list of 0 is too little
        4 | torrent: { sise: 4 MiB }
      > 5 | peers: []
          |        ^^
        6 | expect:
        expected at least 1 entry

      test.yaml:7:26: unknown metric "peer.snet"
        6 | expect:
      > 7 |   - { name: a, that: max(peer.snet) < 1 }
          |                          ^^^^^^^^^
        did you mean "peer.sent"?
        expected peer.sent, peer.wasted, peer.stalls, peer.interest, peer.complete, peer.received or another metric: swarmlab list names all

      6 problems; nothing was run
      "
    `);
  });

  it('is counted, not listed, beyond fifty problems', () => {
    const text = SMALL + Array.from({ length: 70 }, (_, n) => `y${n}: 1\n`).join('');
    const message = errorsOf(text);
    expect(message.match(/unknown key/g)).toHaveLength(50);
    expect(message).toMatch(/\n70 problems \(the first 50 are shown\); nothing was run\n$/);
  });

  it('lets no control characters through to the terminal', () => {
    const message = errorsOf(small('name: small', 'name: "\u001b]0;x\u0007\u202e"'));
    expect(message).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    expect(message).toContain('\ufffd]0;x\ufffd');
  });

  it('keeps frames within the width of a terminal', () => {
    const message = errorsOf(
      small('name: small', `description: ${'long '.repeat(300)}\nnmae: small # ${'long '.repeat(300)}`),
    );
    const frames = message.split('\n').filter((line) => /^[> ] +\d* \|/.test(line));
    expect(frames.length).toBeGreaterThan(3);
    expect(Math.max(...frames.map((line) => line.length))).toBeLessThan(120);
  });

  it('has its first problem as its message', () => {
    const attempt = () => parse(small('count: 3', 'count: 0'));
    expect(attempt).toThrow(ScenarioError);
    expect(attempt).toThrow('test.yaml:10:12: 0 is too little');
  });

  it('formats a problem without a frame', () => {
    const problem = {
      file: 'a.yaml',
      line: 1,
      column: 1,
      message: 'no',
      expected: undefined,
      suggestion: undefined,
      frame: '',
    };
    expect(formatScenarioErrors(new ScenarioError([problem]))).toBe(
      'a.yaml:1:1: no\n\n1 problem; nothing was run\n',
    );
  });
});
