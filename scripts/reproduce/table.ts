/**
 * The outcome of the suite as rows: what is expected, what came out over how many runs, and whether it held. Each
 * expectation of a scenario is a row; where it is about several cells, its row shows the range of them and names those that
 * did not hold.
 */

import { whereOf } from '../../src/scenarios/sweep/contrasts.ts';
import { formatDemand, type SweepVerdict } from '../../src/scenarios/sweep/judge-sweep.ts';
import type { SweepExpectation } from '../../src/scenarios/sweep/sweep.ts';
import type { Studied } from './kept-results.ts';
import type { ResultSpec } from './result-spec.ts';

export interface OutcomeRow {
  readonly result: number;
  readonly source: string;
  readonly scenario: string;
  readonly name: string;
  readonly expected: string;
  readonly ours: string;
  readonly held: boolean;
  /** Why it is expected, as the scenario says; empty where it does not. */
  readonly because: string;
}

/** The rows of one result, of what of it was run. */
export function outcomeRows(spec: ResultSpec, studied: readonly Studied[]): OutcomeRow[] {
  return studied.flatMap((each) => {
    const head = { result: spec.number, source: spec.source, scenario: each.name };
    return [
      ...everyRun(each).map((row) => ({ ...head, because: '', ...row })),
      ...(each.sweep.expectations ?? []).flatMap((expectation) => {
        const verdicts = each.verdicts.filter((verdict) => verdict.expectation === expectation);
        return verdicts.length === 0 ? [] : [{ ...head, ...ofCells(each, expectation, verdicts) }];
      }),
    ];
  });
}

type Row = Pick<OutcomeRow, 'name' | 'expected' | 'ours' | 'held'>;

/** What every run is held to: the laws of network and engine, and what the scenario expects of a run. */
function everyRun({ rows, scenario }: Studied): Row[] {
  const done = rows.filter(({ status }) => status === 'done');
  const row = (name: string, good: number): Row => ({
    name,
    expected: 'every run',
    ours: `${good} of ${rows.length} runs`,
    held: good === rows.length && rows.length > 0,
  });
  return [
    row('every byte received was sent, no line exceeds its rate, and the other laws', done.length),
    ...scenario.expectations.map(({ name }) =>
      row(name, done.filter(({ notHeld }) => !notHeld.includes(name)).length),
    ),
  ];
}

function ofCells(
  { sweep }: Studied,
  expectation: SweepExpectation,
  verdicts: readonly SweepVerdict[],
): Row & Pick<OutcomeRow, 'because'> {
  const bad = verdicts.filter(({ status }) => status !== 'held');
  const runs = verdicts.reduce((sum, { values }) => sum + values.length, 0);
  const where = ({ cell }: SweepVerdict): string => whereOf(sweep, sweep.cells[cell]?.labels ?? []);
  const [first] = verdicts;
  const means = verdicts.flatMap(({ value }) => (value === undefined ? [] : [value]));
  const single = expectation.take === 'each' ? verdicts.flatMap(({ values }) => values) : means;
  const range = single.length === 0 ? 'no data' : formatRange(Math.min(...single), Math.max(...single));
  const ours =
    verdicts.length === 1 && first !== undefined && expectation.take !== 'each'
      ? formatVerdict(first)
      : `${range} in ${verdicts.length === 1 ? '' : `${verdicts.length} cells, `}${runs} runs`;
  const failing = bad.map((each) => `${where(each)}: ${formatVerdict(each)}`).join('; ');
  return {
    name: expectation.name,
    expected: formatDemand(expectation),
    ours: bad.length === 0 || verdicts.length === 1 ? ours : `${ours}; not in ${failing}`,
    held: bad.length === 0,
    because: expectation.because,
  };
}

/** The mean with its interval, and of how many runs. */
export function formatVerdict({ value, interval, values, status }: SweepVerdict): string {
  if (value === undefined || status === 'no-data') return `no data (${values.length} runs have a value)`;
  const runs = `${values.length} ${values.length === 1 ? 'run' : 'runs'}`;
  return interval === undefined
    ? `${digits(value)} (${runs})`
    : `${digits(value)} (${digits(interval.low)} to ${digits(interval.high)}, ${runs})`;
}

function formatRange(low: number, high: number): string {
  return digits(low) === digits(high) ? digits(low) : `${digits(low)} to ${digits(high)}`;
}

/** Three digits, as many as such a simulation is worth; of a ratio near one three behind the point. */
export function digits(value: number): string {
  const size = Math.abs(value);
  const short = size >= 1000 ? Math.round(value) : Number(size < 2 ? value.toFixed(3) : value.toPrecision(3));
  return String(short).replace('-', '−');
}
