/** Where the values of metrics come from: a run that is over, or one that goes on. */
import type { Selection } from './formula.ts';
import type { PeerMetric, PieceMetric, RowMetric, RunMetric, SwarmMetric } from './metrics.ts';

/** The value of a metric for one peer or piece. */
export interface RowValue {
  /** Index of the peer or the piece. */
  readonly row: number;
  /**
   * Microseconds, bytes or a plain number; undefined: not reached, such as the completion time of one that never
   * completed, and so later than any other.
   */
  readonly value: number | undefined;
}

/** From `timeUs` on, row `index` has `value`; NaN: it has none, and is left out. */
export interface SeriesChange {
  readonly timeUs: number;
  readonly index: number;
  readonly value: number;
}

/** Rows of step functions. */
export interface Series {
  readonly rows: number;
  /** What every row has until its first change: 0 if nothing is said, NaN for nothing. */
  readonly initial?: number;
  /** The series begins here; undefined: there is none. */
  readonly startUs: number | undefined;
  /** The series ends here; later changes do not count. */
  readonly untilUs: number;
  /** In the order of time. Changes at one instant count as one. */
  readonly changes: Iterable<SeriesChange>;
}

/** The measured run that expectations are judged by. */
export interface MetricSource {
  /** Every peer that the metric applies to, in order. */
  peers(name: PeerMetric): readonly RowValue[];
  /** Every piece, in order. */
  pieces(name: PieceMetric): readonly RowValue[];
  /** A metric of each peer or piece over time: row `index` is the peer or piece of that index. May be called several times. */
  rows(name: RowMetric): Series;
  /** A metric of the swarm over time, in row 0; of the selected peers only. */
  swarm(name: SwarmMetric, selection: Selection): Series;
  /** A metric of the run; undefined when it has no value. */
  run(name: RunMetric): number | undefined;
  /** Whether a peer is meant; undefined: that cannot be known, for want of the label. */
  selects(selection: Selection, peer: number): boolean | undefined;
  /** What the peer is called. */
  peerName(peer: number): string;
}
