/**
 * One plan on several networks, figure by figure. The simulated run is the same each time; on real networks the machine
 * and chance have their say, so the plan may be run there several times, and the median of the runs is what is compared.
 */
import { foldPeerTimes } from '../../trace/metrics/peer-times.ts';
import type { Trace } from '../../trace/trace.ts';
import type { RealNetwork } from '../run/socket-limits.ts';
import { median } from '../statistics/describe.ts';
import { type Figure, figuresOf, measureRun } from '../sweep/figures.ts';

/** The runs of a plan on one real network. */
export interface RealRuns {
  readonly network: RealNetwork;
  readonly traces: readonly Trace[];
}

/** A figure as a real network has it. */
export interface RealFigure {
  /** One for each run. */
  readonly values: readonly (number | undefined)[];
  /** Of those runs that have the figure; undefined when none has. */
  readonly median: number | undefined;
  /** (median - simulated) / simulated; undefined where one has no value or the simulated one is 0. */
  readonly difference: number | undefined;
}

export interface ParityRow extends Figure {
  readonly simulated: number | undefined;
  /** In the order of the networks. */
  readonly real: readonly RealFigure[];
}

/** The instant at which a peer had everything, in microseconds. */
export interface ParityPeer {
  readonly peer: string;
  readonly simulated: number | undefined;
  readonly real: readonly RealFigure[];
}

/** Rows for all figures in their order. Traces are of the same plan. */
export function compareNetworks(simulated: Trace, real: readonly RealRuns[]): ParityRow[] {
  const here = measureRun(simulated);
  const there = real.map(({ traces }) => traces.map((trace) => measureRun(trace)));
  return figuresOf(simulated.header.groups).map((figure, index): ParityRow => {
    const base = here[index];
    return {
      ...figure,
      simulated: base,
      real: there.map((runs) =>
        realFigure(
          base,
          runs.map((run) => run[index]),
        ),
      ),
    };
  });
}

/** Those peers that complete in simulation or anywhere else, in the order of the plan. */
export function comparePeers(simulated: Trace, real: readonly RealRuns[]): ParityPeer[] {
  const here = completions(simulated);
  const there = real.map(({ traces }) => traces.map(completions));
  return simulated.header.peers
    .map(({ id }, peer): ParityPeer => {
      const base = here[peer];
      const figures = there.map((runs) =>
        realFigure(
          base,
          runs.map((run) => run[peer]),
        ),
      );
      return { peer: id, simulated: base, real: figures };
    })
    .filter((row) => row.simulated !== undefined || row.real.some((figure) => figure.median !== undefined));
}

function completions(trace: Trace): (number | undefined)[] {
  return Array.from(foldPeerTimes(trace).completedUs, (us) => (Number.isNaN(us) ? undefined : us));
}

function realFigure(base: number | undefined, values: readonly (number | undefined)[]): RealFigure {
  const middle = median(values.filter((value) => value !== undefined));
  const known = base !== undefined && base !== 0 && middle !== undefined;
  return { values, median: middle, difference: known ? (middle - base) / base : undefined };
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
