/**
 * The figures of one run: every metric that expectations may use, each brought down to single numbers, which are the
 * columns of the tables of a sweep. What some peer never reached has no mean and no maximum: such a figure has no value,
 * and no number is made up for it. Which figures there are depends on the groups alone.
 */
import { foldAvailability } from '../../trace/metrics/availability.ts';
import { seedCopies, uploadFairness } from '../../trace/metrics/totals.ts';
import type { Trace } from '../../trace/trace.ts';
import { BYTES, PLAIN, RATE, sameDimension, TIME } from '../expectations/dimensions.ts';
import type { Expectation } from '../expectations/expectation.ts';
import type { Selection } from '../expectations/formula.ts';
import { judge } from '../expectations/judge.ts';
import { METRICS, type MetricName, type PeerMetric, type RunMetric } from '../expectations/metrics.ts';
import { TraceMetrics } from '../expectations/trace-metrics.ts';
import type { SweepMeasure } from './sweep.ts';

export type FigureUnit = 'us' | 'bytes' | 'bytes/us' | 'share' | 'plain';

export interface Figure {
  /** Column of the tables: "download_time_max_us", "crowd.download_time_max_us". */
  readonly name: string;
  readonly unit: FigureUnit;
  /** Which way is better for those who download; undefined: neither. */
  readonly better: 'lower' | 'higher' | undefined;
  /** "the slowest download", for sentences. */
  readonly words: string;
}

type Aggregate = 'share' | 'mean' | 'p50' | 'p95' | 'max' | 'min' | 'sum';

interface Column extends Figure {
  measure(run: MeasuredRun): number | undefined;
}

interface MeasuredRun {
  readonly trace: Trace;
  readonly metrics: TraceMetrics;
}

/** The figures of runs whose groups are these, in the order of the columns; measures of the author's own come last. */
export function figuresOf(groups: readonly string[], measures: readonly SweepMeasure[] = []): Figure[] {
  return [
    ...columnsOf(groups).map(({ name, unit, better, words }) => ({ name, unit, better, words })),
    ...measures.map(({ name, text, compiled }) => ({
      name,
      unit: unitOfMeasure(compiled),
      better: undefined,
      words: text,
    })),
  ];
}

/** One number for each figure, in their order; undefined where there is none. */
export function measureRun(trace: Trace, measures: readonly SweepMeasure[] = []): (number | undefined)[] {
  const run = { trace, metrics: new TraceMetrics(trace) };
  const own = judge(
    measures.map(({ compiled }) => compiled),
    run.metrics,
  );
  return [
    ...columnsOf(trace.header.groups).map((column) => column.measure(run)),
    ...measures.map((_, index) => own[index]?.left?.value),
  ].map((value) => (value === undefined || Number.isNaN(value) ? undefined : value));
}

/** Of what stands on the left. */
function unitOfMeasure({ condition }: Expectation): FigureUnit {
  const dimension = condition.kind === 'comparison' ? condition.dimension : PLAIN;
  const known = [
    [TIME, 'us'],
    [BYTES, 'bytes'],
    [RATE, 'bytes/us'],
  ] as const;
  return known.find(([each]) => sameDimension(each, dimension))?.[1] ?? 'plain';
}

function columnsOf(groups: readonly string[]): Column[] {
  const own = groups.length < 2 ? [] : groups.flatMap((group) => peerColumns(GROUP_METRICS, group));
  return [...WHOLE, ...peerColumns(peerMetrics(), undefined), ...runColumns(), ...own];
}

/** Of single groups, what tells them apart. */
const GROUP_METRICS: readonly PeerMetric[] = [
  'peer.complete',
  'peer.completion_time',
  'peer.download_time',
  'peer.sent',
  'peer.received',
  'peer.share_ratio',
  'peer.upload_use',
];

/** What no single metric says. */
const WHOLE: readonly Column[] = [
  {
    name: 'over_bound',
    unit: 'plain',
    better: 'lower',
    words: 'the last completion over the lower bound',
    measure: ({ metrics }) => {
      const last = aggregate('max', valuesOf(metrics, 'peer.completion_time'));
      const bound = metrics.run('bound.completion');
      return last === undefined || bound === undefined ? undefined : last / bound;
    },
  },
  {
    name: 'seed_copies',
    unit: 'plain',
    // A source that is spared is good, and one that has become faster sends more.
    better: undefined,
    words: 'what first seeds send, in copies of the content,',
    measure: ({ trace }) => seedCopies(trace),
  },
  {
    name: 'upload_fairness',
    unit: 'plain',
    better: 'higher',
    words: "Jain's index of what downloaders send",
    measure: ({ trace }) => uploadFairness(trace),
  },
  {
    name: 'availability_min',
    unit: 'plain',
    better: 'higher',
    words: 'the fewest copies of a piece at any time',
    measure: ({ trace }) => {
      const { count, timeUs, min, neededUntilUs } = foldAvailability(trace);
      let least: number | undefined;
      for (let row = 0; row < count && (timeUs[row] as number) <= neededUntilUs; row++) {
        least = Math.min(least ?? Number.POSITIVE_INFINITY, min[row] as number);
      }
      return least;
    },
  },
];

function peerMetrics(): PeerMetric[] {
  return metricNames().filter(
    (name): name is PeerMetric => METRICS[name].of === 'peer' && !METRICS[name].overTime,
  );
}

function runColumns(): Column[] {
  const names = metricNames().filter((name): name is RunMetric => METRICS[name].of === 'run');
  return names.map((name) => {
    const { unit, suffix } = unitOfMetric(name);
    return {
      name: `${name.replace('.', '_')}${suffix}`,
      unit,
      better: name === 'swarm.upload_use' ? 'higher' : undefined,
      words: `${name}`,
      measure: ({ metrics }) => metrics.run(name),
    };
  });
}

function metricNames(): MetricName[] {
  return Object.keys(METRICS) as MetricName[];
}

function peerColumns(names: readonly PeerMetric[], group: string | undefined): Column[] {
  return names.flatMap((name) => {
    const { unit, suffix } = unitOfMetric(name);
    const { truth } = METRICS[name];
    const kinds: readonly Aggregate[] = truth
      ? ['share']
      : unit === 'us'
        ? ['mean', 'p50', 'p95', 'max']
        : unit === 'bytes'
          ? ['sum', 'mean', 'max']
          : ['mean', 'min', 'max'];
    const short = name.slice('peer.'.length);
    return kinds.map(
      (kind): Column => ({
        name: `${group === undefined ? '' : `${group}.`}${short}_${kind}${kind === 'share' ? '' : suffix}`,
        unit: kind === 'share' ? 'share' : unit,
        better: BETTER[name],
        words: wordsFor(name, kind, group),
        measure: ({ metrics }) => aggregate(kind, valuesOf(metrics, name, group)),
      }),
    );
  });
}

const BETTER: Partial<Readonly<Record<PeerMetric, 'lower' | 'higher'>>> = {
  'peer.complete': 'higher',
  'peer.completion_time': 'lower',
  'peer.download_time': 'lower',
  'peer.wasted': 'lower',
  'peer.control_sent': 'lower',
  'peer.upload_use': 'higher',
};

const KIND_WORDS: Readonly<Record<Aggregate, string>> = {
  share: 'the share of',
  mean: 'the mean',
  p50: 'the median',
  p95: 'the 95th percentile of the',
  max: 'the largest',
  min: 'the smallest',
  sum: 'the sum of the',
};

function wordsFor(name: PeerMetric, kind: Aggregate, group: string | undefined): string {
  const what = name.slice('peer.'.length).replace('_', ' ');
  const whose = group === undefined ? '' : ` of ${group}`;
  if (name === 'peer.complete') return `the share of peers that complete${whose}`;
  if (kind === 'max' && what.endsWith('time')) return `the longest ${what}${whose}`;
  return `${KIND_WORDS[kind]} ${what}${whose}`;
}

function unitOfMetric(name: MetricName): { unit: FigureUnit; suffix: string } {
  const { dimension, share } = METRICS[name];
  if (sameDimension(dimension, TIME)) return { unit: 'us', suffix: '_us' };
  if (sameDimension(dimension, BYTES)) return { unit: 'bytes', suffix: '_bytes' };
  if (sameDimension(dimension, RATE)) return { unit: 'bytes/us', suffix: '_bytes_per_us' };
  return { unit: share ? 'share' : 'plain', suffix: '' };
}

function valuesOf(metrics: TraceMetrics, name: PeerMetric, group?: string): (number | undefined)[] {
  const selection: Selection =
    group === undefined ? [] : [{ label: 'group', negated: false, values: [group] }];
  return metrics
    .peers(name)
    .filter(({ row }) => metrics.selects(selection, row) === true)
    .map(({ value }) => value);
}

/** A value that is missing was not reached: it is larger than any. */
function aggregate(kind: Aggregate, values: readonly (number | undefined)[]): number | undefined {
  const sorted = values.map((value) => value ?? Number.POSITIVE_INFINITY).sort((left, right) => left - right);
  const value = ofSorted(kind, sorted);
  return value === undefined || !Number.isFinite(value) ? undefined : value;
}

function ofSorted(kind: Aggregate, sorted: readonly number[]): number | undefined {
  if (sorted.length === 0) return undefined;
  const sum = (): number => sorted.reduce((total, value) => total + value, 0);
  switch (kind) {
    case 'share':
    case 'mean':
      return sum() / sorted.length;
    case 'sum':
      return sum();
    case 'min':
      return sorted[0];
    case 'max':
      return sorted.at(-1);
    case 'p50':
      return ranked(sorted, 50);
    case 'p95':
      return ranked(sorted, 95);
  }
}

/** The smallest value that so many percent do not exceed, as expectations have it. */
function ranked(sorted: readonly number[], percent: number): number | undefined {
  return sorted[Math.max(1, Math.ceil((percent * sorted.length) / 100)) - 1];
}

/** Points of a curve of completion: enough for a picture, few enough for a table of thousands of runs. */
const CURVE_POINTS = 101;

/**
 * Download times in ascending order, microseconds, at equal steps of the share of downloaders from the first to the
 * last; undefined for those who never completed. At most 101, and all where there are no more.
 */
export function completionCurve(trace: Trace): (number | undefined)[] {
  const values = valuesOf(new TraceMetrics(trace), 'peer.download_time')
    .map((value) => value ?? Number.POSITIVE_INFINITY)
    .sort((left, right) => left - right);
  const points = Math.min(CURVE_POINTS, values.length);
  return Array.from({ length: points }, (_, point) => {
    const index = points < 2 ? 0 : Math.round((point * (values.length - 1)) / (points - 1));
    const value = values[index] as number;
    return Number.isFinite(value) ? value : undefined;
  });
}
