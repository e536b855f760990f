/** Made-up runs for tests of reporters: one expectation that held, one that failed by a known amount. */
import type { RunTotals } from '../../../src/cli/reporters/reporter.ts';
import type { RunRecord } from '../../../src/cli/reporters/run-record.ts';
import { NOTHING_EXPECTED, type Verdict } from '../../../src/scenarios/expectations/verdict.ts';

const time = (value: number, text: string) => ({ value, unit: 'us', text });

export const held: Verdict = {
  ...NOTHING_EXPECTED,
  name: 'everyone finishes',
  expression: 'fraction(peer.complete) == 1',
  line: 10,
  status: 'held',
  reason: undefined,
  left: { value: 1, unit: '', text: '4 of 4 (100 %)' },
  right: { value: 1, unit: '', text: '100 %' },
  evaluations: 1,
};

export const late: Verdict = {
  ...held,
  name: 'the tail is bounded',
  expression: 'p95(peer.download_time) < 20m',
  line: 12,
  status: 'failed',
  comparison: '<',
  left: time(25 * 60e6, '25m'),
  right: time(20 * 60e6, '20m'),
};

export const diedOut: Verdict = {
  ...held,
  name: 'no piece dies out',
  expression: 'always min(piece.availability) >= 1',
  line: 14,
  status: 'failed',
  temporal: 'always',
  comparison: '>=',
  left: { value: 0, unit: '', text: '0' },
  right: { value: 1, unit: '', text: '1' },
  atUs: 372e6,
  firstViolationUs: 372e6,
  evaluations: 812,
};

export function record(changes: Partial<RunRecord> = {}): RunRecord {
  const seed = changes.seed ?? 7;
  const verdicts = changes.verdicts ?? [held];
  return {
    scenario: 'crowd',
    description: '',
    seed,
    network: 'sim',
    peers: 4,
    contentBytes: 1024,
    pieceLengthBytes: 1024,
    file: 'swarms/crowd.yaml',
    replay: `npx swarmlab run swarms/crowd.yaml --seed ${seed}`,
    verdicts,
    digest: 'd1',
    endUs: 1500e6,
    laws: [],
    lines: ['a line'],
    wallSeconds: 0.25,
    folder: `reports/crowd-${seed}`,
    exitCode: verdicts.every(({ status }) => status === 'held') ? 0 : 1,
    ...changes,
  };
}

export function totals(records: readonly RunRecord[], changes: Partial<RunTotals> = {}): RunTotals {
  return {
    records,
    notRun: [],
    stoppedBy: undefined,
    error: undefined,
    exitCode: records.every(({ exitCode }) => exitCode === 0) ? 0 : 1,
    ...changes,
  };
}
