/**
 * One plan on several networks, figure by figure. Chance has its say on all of them: the order of two messages decides
 * what is asked for next, and with it everything that follows. So the plan is simulated several times, with other draws
 * of its peers, and what a real network does is held against the mean of those runs, beside which stands their spread. On
 * a real network the plan may be run several times too; the median of those runs is what is compared.
 */
import { foldPeerTimes } from '../../trace/metrics/peer-times.ts';
import type { Trace } from '../../trace/trace.ts';
import { TraceMetrics } from '../expectations/trace-metrics.ts';
import type { RealNetwork } from '../run/socket-limits.ts';
import { mean, median, standardDeviation } from '../statistics/describe.ts';
import { type Figure, figuresOf, measureRun } from '../sweep/figures.ts';

/** The runs of a plan on one real network. */
export interface RealRuns {
  readonly network: RealNetwork;
  readonly traces: readonly Trace[];
}

/** A figure as simulation has it. */
export interface SimulatedFigure {
  /** One for each run. */
  readonly values: readonly (number | undefined)[];
  /** Of those runs that have the figure; undefined when none has. */
  readonly mean: number | undefined;
  /** The standard deviation of a run, in the figure's unit; undefined below two runs that have the figure. */
  readonly deviation: number | undefined;
}

/** A figure as a real network has it. */
export interface RealFigure {
  /** One for each run. */
  readonly values: readonly (number | undefined)[];
  /** Of those runs that have the figure; undefined when none has. */
  readonly median: number | undefined;
  /** (median - mean of simulation) / mean; undefined where one has no value or the mean is 0. */
  readonly difference: number | undefined;
}

export interface ParityRow extends Figure {
  readonly simulated: SimulatedFigure;
  /** In the order of the networks. */
  readonly real: readonly RealFigure[];
}

/** The instant at which a peer had everything, in microseconds. */
export interface ParityPeer {
  readonly peer: string;
  readonly simulated: SimulatedFigure;
  readonly real: readonly RealFigure[];
}

/** Beside the figures of a sweep. */
const CONTROL_SHARE: Figure = {
  name: 'control_share',
  unit: 'share',
  better: 'lower',
  words: 'control overhead, the share of all bytes sent that is no payload',
};

/** Rows for all figures in their order. Traces are of the same plan; there is one of simulation at least. */
export function compareNetworks(simulated: readonly Trace[], real: readonly RealRuns[]): ParityRow[] {
  const here = simulated.map(measure);
  const there = real.map(({ traces }) => traces.map(measure));
  return [...figuresOf(simulated[0]?.header.groups ?? []), CONTROL_SHARE].map((figure, index): ParityRow => {
    const base = simulatedFigure(here.map((run) => run[index]));
    return {
      ...figure,
      simulated: base,
      real: there.map((runs) =>
        realFigure(
          base.mean,
          runs.map((run) => run[index]),
        ),
      ),
    };
  });
}

/** Those peers that complete in simulation or anywhere else, in the order of the plan. */
export function comparePeers(simulated: readonly Trace[], real: readonly RealRuns[]): ParityPeer[] {
  const here = simulated.map(completions);
  const there = real.map(({ traces }) => traces.map(completions));
  return (simulated[0]?.header.peers ?? [])
    .map(({ id }, peer): ParityPeer => {
      const base = simulatedFigure(here.map((run) => run[peer]));
      const figures = there.map((runs) =>
        realFigure(
          base.mean,
          runs.map((run) => run[peer]),
        ),
      );
      return { peer: id, simulated: base, real: figures };
    })
    .filter(
      (row) => row.simulated.mean !== undefined || row.real.some((figure) => figure.median !== undefined),
    );
}

function measure(trace: Trace): (number | undefined)[] {
  return [...measureRun(trace), controlShare(trace)];
}

/** Of all bytes that peers sent to peers, of those whose control bytes are counted; undefined where nobody's are. */
function controlShare(trace: Trace): number | undefined {
  const metrics = new TraceMetrics(trace);
  const payload = new Map(metrics.peers('peer.sent').map(({ row, value = 0 }) => [row, value]));
  let control = 0;
  let all = 0;
  for (const { row, value = 0 } of metrics.peers('peer.control_sent')) {
    control += value;
    all += value + (payload.get(row) ?? 0);
  }
  return all === 0 ? undefined : control / all;
}

function completions(trace: Trace): (number | undefined)[] {
  return Array.from(foldPeerTimes(trace).completedUs, (us) => (Number.isNaN(us) ? undefined : us));
}

function simulatedFigure(values: readonly (number | undefined)[]): SimulatedFigure {
  const known = values.filter((value) => value !== undefined);
  return { values, mean: mean(known), deviation: standardDeviation(known) };
}

function realFigure(base: number | undefined, values: readonly (number | undefined)[]): RealFigure {
  const middle = median(values.filter((value) => value !== undefined));
  const known = base !== undefined && base !== 0 && middle !== undefined;
  return { values, median: middle, difference: known ? (middle - base) / base : undefined };
}

/**
 * What chance does to the difference between the median of `runs` real runs and the simulated mean, as a standard
 * deviation in shares of the mean; a real run is taken to spread as a simulated one does. Undefined where that is unknown.
 */
export function spreadByChance(
  { values, mean, deviation }: SimulatedFigure,
  runs: number,
): number | undefined {
  if (mean === undefined || mean === 0 || deviation === undefined) return undefined;
  const simulations = values.filter((value) => value !== undefined).length;
  // A median of two is their mean; of many, of what falls as the normal law has it, its variance is pi / 2 of the mean's.
  const factor = runs <= 2 ? 1 : Math.PI / 2;
  return (deviation / Math.abs(mean)) * Math.sqrt(1 / simulations + factor / runs);
}

/** The figure by which two networks are held to agree. */
export const AGREEMENT_FIGURE = 'completion_time_p50_us';

/** Whether the median completion differs on no network by more than `tolerance`, a share; false where there is none. */
export function agrees(rows: readonly ParityRow[], tolerance: number): boolean {
  const row = rows.find(({ name }) => name === AGREEMENT_FIGURE);
  return row?.real.every(({ difference }) => within(difference, tolerance)) ?? false;
}

/** Whether no peer completes on any network sooner or later by more than `tolerance`, a share. */
export function peersAgree(peers: readonly ParityPeer[], tolerance: number): boolean {
  return peers.every(({ real }) => real.every(({ difference }) => within(difference, tolerance)));
}

function within(difference: number | undefined, tolerance: number): boolean {
  return difference !== undefined && Math.abs(difference) <= tolerance;
}
