/** Arrivals and sessions from CSV files: what they mean, and errors with the place in the file they are in. */
import { describe, expect, it } from 'vitest';
import { accept, reject } from '../../src/scenarios/complaint.ts';
import { formatScenarioErrors, ScenarioError } from '../../src/scenarios/errors.ts';
import { NO_FILES } from '../../src/scenarios/named-files.ts';
import { parseScenario } from '../../src/scenarios/parse.ts';
import type { ScenarioGroup } from '../../src/scenarios/scenario.ts';
import { STRATEGIES, small } from './support.ts';

/** The crowd of three with this key, which names "a.csv" with this content. */
function crowd(key: string, csv: string): ScenarioGroup {
  const readText = (path: string) =>
    path === 'a.csv' ? accept({ text: csv, file: 'traces/a.csv' }) : reject(`there is no file "${path}"`);
  const text = small('count: 3', `count: 3\n    ${key}`);
  return parseScenario(text, 'test.yaml', STRATEGIES, { files: { ...NO_FILES, readText } })
    .groups[1] as ScenarioGroup;
}

function errors(key: string, csv: string): string {
  try {
    crowd(key, csv);
  } catch (error) {
    if (error instanceof ScenarioError) return formatScenarioErrors(error);
    throw error;
  }
  throw new Error('the scenario was accepted');
}

const ARRIVE = 'arrive: { csv: a.csv }';
const SESSIONS = 'sessions: { csv: a.csv }';

describe('arrivals', () => {
  it.each([
    ['with units', 'arrive\n1m\n1.5s\n0s\n', [60_000_000, 1_500_000, 0]],
    ['with the unit in the column', 'arrive_s\n60\n1.5\n0.000001\n', [60_000_000, 1_500_000, 1]],
    ['in milliseconds, beside ignored columns', 'x-who,arrive_ms\na,7\nb,8\nc,9\n', [7000, 8000, 9000]],
    ['more than peers', 'arrive\n1s\n2s\n3s\n4s\n', [1_000_000, 2_000_000, 3_000_000, 4_000_000]],
  ])('%s', (_, csv, timesUs) => {
    expect(crowd(ARRIVE, csv).arrive).toEqual({ process: 'trace', timesUs });
  });

  it('fewer than peers', () => {
    expect(errors(ARRIVE, 'arrive\n1s\n2s\n')).toMatchInlineSnapshot(`
      "test.yaml:11:20: 3 peers, but "a.csv" has 2 arrivals
        10 |     count: 3
      > 11 |     arrive: { csv: a.csv }
           |                    ^^^^^
        12 |     link: { down: 16 Mbit/s, up: 1 Mbit/s, latency: 20ms..60ms }
        expected one for each peer

      1 problem; nothing was run
      "
    `);
  });

  it('that are wrong, each with its place', () => {
    expect(errors(ARRIVE, 'arrive\n1s\n2\n3 sec\n')).toMatchInlineSnapshot(`
      "traces/a.csv:3:1: "2" has no unit
        2 | 1s
      > 3 | 2
          | ^
        4 | 3 sec
        expected a duration with a unit (us, ms, s, m, h, d), such as "1m30s", or the unit in the name of the column: "arrive_s"

      traces/a.csv:4:1: unknown unit "sec"
        3 | 2
      > 4 | 3 sec
          | ^^^^^
        expected a duration with a unit (us, ms, s, m, h, d), such as "1m30s"

      2 problems; nothing was run
      "
    `);
  });

  it.each([
    ['arrvie\n1s\n', 'traces/a.csv:1:1: unknown column "arrvie"'],
    ['arrive,arrive_s\n1s,1\n', 'traces/a.csv:1:8: there is a column "arrive" already'],
    ['arrive,note\n1s,\n', 'traces/a.csv:1:8: unknown column "note"'],
    ['x-note\n1s\n', 'traces/a.csv:1:1: missing column "arrive"'],
    ['arrive_s\n1s\n', 'traces/a.csv:2:1: "1s" is not a plain number'],
    ['arrive_s\n-1\n', 'traces/a.csv:2:1: "-1" is not a plain number'],
    ['arrive_s\n0.0000001\n', 'is not a whole number of microseconds'],
    ['arrive\n1s\n"2s\n', 'traces/a.csv:3:1: the quote is not closed'],
    ['', 'traces/a.csv:1:1: the file is empty'],
  ])('%j', (csv, message) => {
    expect(errors(ARRIVE, csv)).toContain(message);
  });

  it('stops counting the faults of one file', () => {
    const message = errors(ARRIVE, `arrive\n${'never\n'.repeat(1000)}`);
    expect(message).toContain('20 problems; nothing was run');
  });
});

describe('sessions', () => {
  it('are put together for each peer, whatever their order', () => {
    const csv = 'peer,from,to\n2,5s,7s\n1,10s,20s\n3,1s,2s\n1,15s,30s\n1,0s,4s\n1,30s,31s\n9,1s,2s\n';
    const span = (from: number, to: number) => ({ fromUs: from * 1e6, toUs: to * 1e6 });
    expect(crowd(SESSIONS, csv).sessions).toEqual({
      kind: 'trace',
      online: [[span(0, 4), span(10, 31)], [span(5, 7)], [span(1, 2)]],
    });
  });

  it.each([
    ['peer,from,to\n1,0s,1s\n3,0s,1s\n', '"a.csv" has no span for peer 2'],
    ['peer,from,to\n1,2s,2s\n', 'traces/a.csv:2:6: "2s" is not after the beginning of the span'],
    ['peer,from,to\n0,2s,3s\n', 'traces/a.csv:2:1: "0" is not the number of a peer'],
    ['peer,from,to\ncrowd-1,2s,3s\n', 'traces/a.csv:2:1: "crowd-1" is not the number of a peer'],
    ['peer,from\n1,2s\n', 'traces/a.csv:1:1: missing column "to"'],
    ['peer_s,from,to\n1,2s,3s\n', 'traces/a.csv:1:1: unknown column "peer_s"'],
  ])('%j', (csv, message) => {
    expect(errors(SESSIONS, csv)).toContain(message);
  });
});

describe('a file', () => {
  it('that cannot be read is a fault of the scenario', () => {
    expect(errors('arrive: { csv: b.csv }', '')).toContain('test.yaml:11:20: there is no file "b.csv"');
  });

  it('cannot be named where there are none', () => {
    const text = small('count: 3', `count: 3\n    ${ARRIVE}`);
    expect(() => parseScenario(text, 'test.yaml', STRATEGIES)).toThrow('there are no files here');
  });

  it('comes after the scenario in the order of problems', () => {
    const message = errors(`${ARRIVE}\n    have: al`, 'arrive\n1\n');
    expect(message.indexOf('test.yaml:12')).toBeLessThan(message.indexOf('traces/a.csv:2'));
  });
});
