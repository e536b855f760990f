/**
 * `swarmlab compare`: two runs, two sets of runs, two sweeps, or the values of one factor of a sweep, metric by metric,
 * each difference with its interval, test and effect size. Two sides are before and after: it fails where after is worse.
 */
import { resolve } from 'node:path';
import { buildRace } from '../../viz/compare/build-race.ts';
import type { RaceModel } from '../../viz/compare/race-model.ts';
import { type Judged, judgeComparisons, relativeDifference } from '../scenarios/sweep/compare.ts';
import { verdictSentence } from '../scenarios/sweep/comparison-text.ts';
import { acrossSweeps, contrastsOf, type SweepResult } from '../scenarios/sweep/contrasts.ts';
import { contrastsTable } from '../scenarios/sweep/tables.ts';
import { formatPercentage } from '../scenarios/unit-text.ts';
import { parseShare } from '../scenarios/units.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import { Terminal } from './output/terminal.ts';
import { prepareOutput } from './run-folder.ts';
import { type PageSide, writeComparisonPage } from './sweep/comparison-page.ts';
import { type ComparisonSide, distinctLabels, readSide, readTrace } from './sweep/comparison-sides.ts';
import { writeDurably } from './sweep/sweep-folder.ts';
import { comparisonLines, knownMetrics, USUAL_METRICS } from './sweep/sweep-results.ts';

export interface CompareArguments {
  /** The factor of a single sweep whose values are compared: its path, or the end of it. */
  readonly by?: string;
  readonly metric?: readonly string[];
  /** "2%": how much worse is no regression. */
  readonly tolerance: string;
  readonly out: string;
  readonly json?: boolean;
}

export function compare(folders: readonly string[], args: CompareArguments): ExitCode {
  const tolerance = parseTolerance(args.tolerance);
  const results = new Terminal(args.json === true ? process.stderr : process.stdout, process.env);
  const [first, second, ...more] = folders.map(readSide);
  if (first === undefined || more.length > 0) throw usage('name one sweep, or two folders: before and after');
  const { judged, notes, title, sides } =
    second === undefined ? within(first, args) : across(first, second, args);
  const regressions = second === undefined ? [] : judged.filter((each) => isRegression(each, tolerance));
  const out = resolve(args.out);
  prepareOutput(out);
  writeDurably(
    out,
    'compare.csv',
    contrastsTable({ scenario: first.scenario, sweep: first.result.sweep, figures: [] }, [judged]),
  );
  const page = writeComparisonPage(out, 'compare.html', {
    title,
    eyebrow: 'swarmlab comparison',
    notes,
    judged,
    sides,
    command: null,
    race: second === undefined ? undefined : raceOf(first, second),
  });

  results.print(results.style('bold', title));
  for (const note of notes) results.print(`  ${note}`);
  results.print();
  for (const line of comparisonLines(judged, results)) results.print(`  ${line}`);
  const nothing = judged.every(({ verdict }) => verdict === 'no-data');
  if (second !== undefined) printVerdict(results, regressions, nothing, tolerance);
  results.print();
  results.print(`  table   ${resolve(out, 'compare.csv')}`);
  results.print(`  page    ${page}`);
  if (args.json === true) {
    const comparisons = judged.map((each) => ({
      ...each,
      sentence: verdictSentence(each),
      regression: regressions.includes(each),
    }));
    process.stdout.write(
      `${JSON.stringify({ title, notes, tolerance, regressions: regressions.length, comparisons }, null, 2)}\n`,
    );
  }
  return regressions.length > 0 || nothing ? ExitCode.failed : ExitCode.held;
}

interface Findings {
  readonly title: string;
  /** What a reader has to know before the numbers. */
  readonly notes: readonly string[];
  readonly judged: readonly Judged[];
  readonly sides: readonly PageSide[];
}

/** The runs with the lowest seed that both sides have, else the first of either; undefined where there are no traces. */
function raceOf(before: ComparisonSide, after: ComparisonSide): RaceModel | undefined {
  const shared = before.runs
    .map(({ seed }) => seed)
    .filter((seed) => after.runs.some((run) => run.seed === seed))
    .sort((one, other) => one - other)[0];
  const pick = ({ runs }: ComparisonSide) => runs.find(({ seed }) => seed === shared) ?? runs[0];
  const [left, right] = [pick(before), pick(after)];
  if (left === undefined || right === undefined) return undefined;
  const labels = distinctLabels(before, after);
  return buildRace(
    { label: labels[0], trace: readTrace(left.folder) },
    { label: labels[1], trace: readTrace(right.folder) },
  );
}

function within(side: ComparisonSide, { by, metric }: CompareArguments): Findings {
  const { sweep, figures } = side.result;
  if (side.kind !== 'sweep')
    throw usage(`${side.folder} is one side: name another folder to compare it with`);
  const factor = factorOf(sweep.factors, by);
  const metrics = knownMetrics(figures, metric);
  const judged = judgeComparisons(contrastsOf(side.result, factor, metrics));
  const path = sweep.factors[factor]?.path ?? '';
  if (judged.length === 0)
    throw usage(`${path} has one value in ${side.folder}: there is nothing to compare`);
  const pairs = sweep.seeds === 'paired' ? 'seed by seed' : 'with seeds of their own';
  return {
    title: `${side.scenario}: ${path}, each against ${judged[0]?.left}`,
    notes: [`everything else equal, ${pairs}; p after Holm, over these ${judged.length} comparisons`],
    judged,
    sides: [{ result: side.result, compared: { factor } }],
  };
}

function factorOf(factors: SweepResult['sweep']['factors'], by: string | undefined): number {
  if (by === undefined) return 0;
  const index = factors.findIndex(({ path }) => path === by || path.endsWith(`.${by}`));
  if (index >= 0) return index;
  throw usage(`--by ${by}: the sweep varies ${factors.map(({ path }) => path).join(', ')}`);
}

function across(before: ComparisonSide, after: ComparisonSide, { by, metric }: CompareArguments): Findings {
  if (by !== undefined) throw usage('--by is for one sweep');
  if (before.kind !== after.kind)
    throw usage(`${before.folder} and ${after.folder}: one is a sweep, the other is not`);
  const names = metric ?? USUAL_METRICS;
  knownMetrics(before.result.figures, names);
  knownMetrics(after.result.figures, names);
  const labels = distinctLabels(before, after);
  const judged = judgeComparisons(acrossSweeps(before.result, after.result, names, labels));
  if (judged.length === 0) {
    throw usage(
      `${before.folder} and ${after.folder} have no cell in common: no values of theirs are the same`,
    );
  }
  const cells = new Set(judged.map(({ where }) => where)).size;
  const all = Math.max(before.result.sweep.cells.length, after.result.sweep.cells.length);
  return {
    title: `${before.scenario}: ${labels[0]} and ${labels[1]}`,
    notes: [
      sameness(before, after),
      ...(cells < all ? [`only ${cells} of ${all} cells are in both`] : []),
      judged[0]?.paired === true
        ? `compared seed by seed; p after Holm, over these ${judged.length} comparisons`
        : `they have no seed in common, so runs are not paired; p after Holm, over these ${judged.length} comparisons`,
    ],
    judged,
    sides: [before, after].map(({ result }, index) => ({
      result,
      compared: { label: labels[index] as string },
    })),
  };
}

/** What of the two sides is the same, so that a reader knows what a difference can come of. */
function sameness(before: ComparisonSide, after: ComparisonSide): string {
  if (before.hash === undefined || before.hash !== after.hash) {
    return 'warning: the scenarios differ, so a difference may come of that as well as of the program';
  }
  if (before.program === undefined || after.program === undefined) return 'the scenario is the same';
  return before.program === after.program
    ? 'the scenario and the build of swarmlab are the same'
    : 'the scenario is the same, the builds of swarmlab differ: what differs comes of the program';
}

/**
 * Worse by more than the tolerance, and not by chance: the corrected p is below 5 %. Where there is one run a side
 * there is no chance to speak of, and the tolerance decides alone.
 */
function isRegression(judged: Judged, tolerance: number): boolean {
  const { figure, difference, interval, verdict } = judged;
  if (judged.lost > 0 && figure.better !== undefined) return true;
  if (difference === undefined || figure.better === undefined) return false;
  const isWorse = figure.better === 'lower' ? difference > 0 : difference < 0;
  const relative = relativeDifference(judged);
  const isLarge = relative === undefined ? difference !== 0 : Math.abs(relative) > tolerance;
  return isWorse && isLarge && (interval === undefined || verdict === 'worse');
}

function printVerdict(
  terminal: Terminal,
  regressions: readonly Judged[],
  nothing: boolean,
  tolerance: number,
): void {
  terminal.print();
  if (nothing) {
    terminal.print(
      terminal.style(['bold', 'red'], '  Nothing could be compared: no metric has a value on both sides.'),
    );
    return;
  }
  if (regressions.length === 0) {
    terminal.print(
      terminal.style(['bold', 'green'], `  Nothing is worse by more than ${formatPercentage(tolerance)}.`),
    );
    return;
  }
  terminal.print(
    terminal.style(
      ['bold', 'red'],
      `  ${regressions.length} ${regressions.length === 1 ? 'regression' : 'regressions'}:`,
    ),
  );
  for (const each of regressions) {
    terminal.print(
      `  ${terminal.style('red', '✗')} ${each.lost > 0 ? lostSentence(each) : verdictSentence(each)}`,
    );
  }
}

function lostSentence({ where, figure, right, lost }: Judged): string {
  const place = where === '' ? '' : `${where}: `;
  return `${place}${figure.words} has no value with ${right} in ${lost} ${lost === 1 ? 'run' : 'runs'} that had one before`;
}

function parseTolerance(text: string): number {
  const parsed = parseShare(text);
  if (parsed.ok) return parsed.value / 1_000_000;
  throw usage(`--tolerance: ${parsed.complaint.message}\n  expected: a percentage such as "2%"`);
}

function usage(message: string): CommandError {
  return new CommandError(message, ExitCode.usage);
}
