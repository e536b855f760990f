/**
 * `swarmlab baseline update`: measures what the expectations of a scenario compare with a baseline, shows old and new beside
 * each other, and writes. New numbers are added; a number that is there changes with `--accept` alone.
 */
import { renameSync, writeFileSync } from 'node:fs';
import type { BaselineValue } from '../scenarios/baseline/baseline.ts';
import { formatBaseline } from '../scenarios/baseline/baseline-file.ts';
import { measureBaselines } from '../scenarios/baseline/measure.ts';
import {
  type NewValue,
  type ReviewedValue,
  reviewBaseline,
  updatedValues,
} from '../scenarios/baseline/review.ts';
import {
  BYTES,
  type Dimension,
  formatMeasure,
  PLAIN,
  RATE,
  TIME,
  unitOf,
} from '../scenarios/expectations/dimensions.ts';
import { allFormulasIn } from '../scenarios/expectations/formula.ts';
import { labelsInPlan } from '../scenarios/expectations/peer-labels.ts';
import { TraceMetrics } from '../scenarios/expectations/trace-metrics.ts';
import type { LoadedScenario } from '../scenarios/load-scenario.ts';
import { runPlan } from '../scenarios/run/run-plan.ts';
import { formatNumber, formatPercentage } from '../scenarios/unit-text.ts';
import { parsePercentage } from '../scenarios/units.ts';
import { baselinePath, readBaseline } from './baselines.ts';
import { CommandError, ExitCode, errorCode } from './exit-codes.ts';
import { Interruption } from './interruption.ts';
import { loadScenarios } from './load-scenarios.ts';
import { Terminal } from './output/terminal.ts';
import { planOf } from './run-plans.ts';
import { shellWord } from './shell-word.ts';

export interface BaselineArguments {
  readonly seed?: number;
  readonly set?: readonly string[];
  readonly repeat?: number;
  /** Path of the file; default: beside the scenario. */
  readonly baseline?: string;
  /** As text: "5%". */
  readonly tolerance?: string;
  readonly accept?: boolean;
  readonly json?: boolean;
}

const DEFAULT_TOLERANCE = 0.05;

/** Exit code 1: numbers that are there would change, and nobody has accepted it; they were left as they are. */
export async function updateBaseline(reference: string, args: BaselineArguments): Promise<ExitCode> {
  const { repeat = 1 } = args;
  if (repeat < 1) throw new CommandError('--repeat is at least 1', ExitCode.usage);
  const tolerance = args.tolerance === undefined ? DEFAULT_TOLERANCE : toleranceOf(args.tolerance);
  const [loaded] = loadScenarios([reference], args.set);
  if (loaded === undefined) throw new CommandError('no scenario', ExitCode.usage);
  const path = args.baseline ?? baselinePath(loaded);
  const old = readOld(loaded, args.baseline);
  if (measureNothing(loaded)) {
    throw new CommandError(
      `no expectation of ${loaded.scenario.name} compares with a baseline\n  write one, such as "p95(peer.download_time) <= 110% of baseline"`,
      ExitCode.usage,
    );
  }
  const seed = args.seed ?? old?.seed ?? loaded.scenario.seed;
  const measured = await measure(loaded, seed, repeat);
  if (measured === undefined) return ExitCode.interrupted;
  const reviewed = reviewBaseline(old, measured, tolerance, args.tolerance !== undefined);
  const accepted = args.accept === true;
  const values = updatedValues(reviewed, accepted);
  const open = accepted ? [] : reviewed.filter(({ kind }) => kind === 'changed' || kind === 'removed');
  const missing = reviewed.filter(({ kind }) => kind === 'missing');
  const written = formatBaseline({
    version: 1,
    scenario: loaded.scenario.name,
    seed: open.length > 0 ? old?.seed : repeat === 1 ? seed : undefined,
    values,
  });
  const changes =
    reviewed.some(({ kind }) => kind !== 'same' && kind !== 'missing') && (accepted || hasAdded(reviewed));
  if (changes) write(path, written);
  if (args.json === true) {
    process.stdout.write(`${JSON.stringify({ path, written: changes, values: reviewed }, null, 2)}\n`);
  }
  const terminal = new Terminal(args.json === true ? process.stderr : process.stdout, process.env);
  printReview(terminal, reviewed, accepted);
  terminal.print();
  terminal.print(changes ? `wrote ${path}` : `${path} stays as it is`);
  if (open.length > 0) {
    const words = ['npx swarmlab baseline update', shellWord(reference), ...replayed(args), '--accept'];
    terminal.print(
      terminal.style(
        'yellow',
        `${open.length} of ${reviewed.length} would change; if that is meant: ${words.join(' ')}`,
      ),
    );
  }
  for (const { expression } of missing) {
    terminal.print(terminal.style('red', `the runs gave no value of ${expression}`));
  }
  return open.length > 0 || missing.length > 0 ? ExitCode.failed : ExitCode.held;
}

function hasAdded(reviewed: readonly ReviewedValue[]): boolean {
  return reviewed.some(({ kind }) => kind === 'added');
}

/** A file that is named and not there yet is going to be written. */
function readOld(loaded: LoadedScenario, named: string | undefined): ReturnType<typeof readBaseline> {
  try {
    return readBaseline(loaded, named);
  } catch (error) {
    if (named !== undefined && error instanceof CommandError && error.message.includes('(ENOENT)'))
      return undefined;
    throw error;
  }
}

/** Whether no expectation asks for a baseline. */
function measureNothing({ scenario }: LoadedScenario): boolean {
  return scenario.expectations.every(({ condition }) =>
    [...allFormulasIn(condition)].every(({ kind }) => kind !== 'baseline'),
  );
}

/** The median over the seeds; undefined: interrupted. */
async function measure(
  loaded: LoadedScenario,
  first: number,
  repeat: number,
): Promise<NewValue[] | undefined> {
  const interruption = new Interruption();
  const all = new Map<string, { unit: string; values: number[] }>();
  try {
    for (let seed = first; seed < first + repeat; seed++) {
      const plan = planOf({ loaded, seed }, { net: 'sim' });
      const { trace, interrupted } = await runPlan(plan, { network: 'sim', signal: interruption.signal });
      if (interrupted) return undefined;
      const metrics = new TraceMetrics(trace, labelsInPlan(plan));
      for (const { expression, unit, value } of measureBaselines(loaded.scenario.expectations, metrics)) {
        const kept = all.get(expression) ?? { unit, values: [] };
        if (value !== undefined) kept.values.push(value);
        all.set(expression, kept);
      }
    }
  } finally {
    interruption.dispose();
  }
  return [...all].map(([expression, { unit, values }]) => ({
    expression,
    unit,
    // A seed without a value has no place in an order: then there is no median.
    value: values.length === repeat ? median(values) : undefined,
  }));
}

/** The lower of the two in the middle: a value that was measured. */
function median(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}

function printReview(terminal: Terminal, reviewed: readonly ReviewedValue[], accepted: boolean): void {
  const width = Math.max(...reviewed.map(({ expression }) => expression.length));
  for (const { expression, old, now, kind, change } of reviewed) {
    const mark =
      kind === 'same'
        ? '='
        : kind === 'added'
          ? '+'
          : kind === 'removed'
            ? '-'
            : kind === 'missing'
              ? '?'
              : '~';
    const by =
      change === undefined || change === 0
        ? ''
        : ` (${change > 0 ? '+' : '-'}${formatPercentage(Math.abs(change))})`;
    const outside = old !== undefined && change !== undefined && Math.abs(change) > old.tolerance;
    const note = kind === 'changed' && outside ? ', outside of its tolerance' : '';
    const style = kind === 'changed' && !accepted ? 'yellow' : 'dim';
    const text =
      kind === 'same'
        ? textOf(now)
        : `${textOf(old)} → ${kind === 'missing' ? 'no value' : textOf(now)}${by}${note}`;
    terminal.print(`  ${terminal.style(style, mark)} ${expression.padEnd(width)}  ${text}`);
  }
}

const DIMENSIONS: readonly Dimension[] = [TIME, BYTES, RATE, PLAIN];

function textOf(value: BaselineValue | undefined): string {
  if (value === undefined) return 'none';
  const dimension = DIMENSIONS.find((each) => unitOf(each) === value.unit);
  const number =
    dimension === undefined
      ? `${formatNumber(value.value)} ${value.unit}`
      : formatMeasure(value.value, dimension);
  return `${number} ± ${formatPercentage(value.tolerance)}`;
}

function replayed({ seed, set = [], repeat, baseline, tolerance }: BaselineArguments): string[] {
  const options: [string, string | number | undefined][] = [
    ['--seed', seed],
    ...set.map((each): [string, string] => ['--set', each]),
    ['--repeat', repeat === 1 ? undefined : repeat],
    ['--baseline', baseline],
    ['--tolerance', tolerance],
  ];
  return options.flatMap(([name, value]) => (value === undefined ? [] : [name, shellWord(String(value))]));
}

function toleranceOf(text: string): number {
  const parsed = parsePercentage(text);
  if (parsed.ok) return parsed.value;
  throw new CommandError(
    `--tolerance: ${parsed.complaint.message}\n  expected: a percentage, such as 5%`,
    ExitCode.usage,
  );
}

function write(path: string, text: string): void {
  const unfinished = `${path}.${process.pid}.unfinished`;
  try {
    writeFileSync(unfinished, text);
    renameSync(unfinished, path);
  } catch (error) {
    throw new CommandError(`cannot write ${path} (${errorCode(error)})`, ExitCode.unavailable);
  }
}
