/**
 * `swarmlab compare`: two runs, two sets of runs, two sweeps, or the values of one factor of a sweep, metric by metric,
 * each difference with its interval, test and effect size. Two sides are before and after: it fails where after is worse.
 */
import { resolve } from 'node:path';
import { buildRace } from '../../viz/compare/build-race.ts';
import type { RaceModel } from '../../viz/compare/race-model.ts';
import { type Judged, judgeComparisons } from '../scenarios/sweep/compare.ts';
import { verdictSentence } from '../scenarios/sweep/comparison-text.ts';
import { acrossSweeps, contrastsOf, type SweepResult } from '../scenarios/sweep/contrasts.ts';
import { contrastsTable } from '../scenarios/sweep/tables.ts';
import { parseShare } from '../scenarios/units.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import { Terminal } from './output/terminal.ts';
import { prepareOutput } from './run-folder.ts';
import { type PageSide, writeComparisonPage } from './sweep/comparison-page.ts';
import { type ComparisonSide, distinctLabels, readSide, readTrace } from './sweep/comparison-sides.ts';
import { isLost, type Outcome, outcomeOf, type Tolerance } from './sweep/outcome.ts';
import { writeDurably } from './sweep/sweep-folder.ts';
import { comparisonLines, knownMetrics, USUAL_METRICS } from './sweep/sweep-results.ts';

const USUAL_TOLERANCE = '2%';

export interface CompareArguments {
  /** The factor of a single sweep whose values are compared: its path, or the end of it. */
  readonly by?: string;
  readonly metric?: readonly string[];
  /** "2%": how much worse is no regression. Where it is named, one run a side is enough to fail. */
  readonly tolerance?: string;
  readonly out: string;
  readonly json?: boolean;
}

export function compare(folders: readonly string[], args: CompareArguments): ExitCode {
  const tolerance: Tolerance = {
    share: parseTolerance(args.tolerance ?? USUAL_TOLERANCE),
    isNamed: args.tolerance !== undefined,
  };
  const results = new Terminal(args.json === true ? process.stderr : process.stdout, process.env);
  const [first, second, ...more] = folders.map(readSide);
  if (first === undefined || more.length > 0) throw usage('name one sweep, or two folders: before and after');
  const { judged, notes, title, sides } =
    second === undefined ? within(first, args) : across(first, second, args);
  const outcome = second === undefined ? undefined : outcomeOf(judged, tolerance);
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
    notes: outcome === undefined ? notes : [outcome.text, ...notes],
    judged,
    sides,
    command: null,
    race: second === undefined ? undefined : raceOf(first, second),
  });

  results.print(results.style('bold', title));
  for (const note of notes) results.print(`  ${note}`);
  results.print();
  for (const line of comparisonLines(judged, results)) results.print(`  ${line}`);
  if (outcome !== undefined) printOutcome(results, outcome);
  results.print();
  results.print(`  table   ${resolve(out, 'compare.csv')}`);
  results.print(`  page    ${page}`);
  const regressions = outcome?.regressions ?? [];
  if (args.json === true) {
    const comparisons = judged.map((each) => ({
      ...each,
      sentence: verdictSentence(each),
      regression: regressions.includes(each),
    }));
    process.stdout.write(
      `${JSON.stringify(
        {
          title,
          notes,
          tolerance: tolerance.share,
          outcome: outcome?.text ?? null,
          regressions: regressions.length,
          comparisons,
        },
        null,
        2,
      )}\n`,
    );
  }
  return outcome === undefined || outcome.kind === 'held' ? ExitCode.held : ExitCode.failed;
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

function printOutcome(terminal: Terminal, { kind, text, regressions }: Outcome): void {
  terminal.print();
  terminal.print(terminal.style(['bold', kind === 'held' ? 'green' : 'red'], `  ${text}`));
  for (const each of regressions) {
    terminal.print(
      `  ${terminal.style('red', '✗')} ${isLost(each) ? lostSentence(each) : verdictSentence(each)}`,
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
