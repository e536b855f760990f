/**
 * The metrics that expectations may use, and where their values come from. Names are part of the scenario language.
 */
import { BYTES, type Dimension, PLAIN, TIME } from './dimensions.ts';

export type PeerMetric =
  | 'peer.complete'
  | 'peer.completion_time'
  | 'peer.download_time'
  | 'peer.sent'
  | 'peer.received'
  | 'peer.wasted';

export type PieceMetric = 'piece.availability';

export type RunMetric = 'torrent.size' | 'torrent.pieces' | 'bound.completion' | 'run.duration';

export type MetricName = PeerMetric | PieceMetric | RunMetric;

interface MetricDescription {
  /** `peer`: one value per peer, at the end. `piece`: one value per piece, over time. `run`: one value. */
  readonly over: 'peer' | 'piece' | 'run';
  readonly dimension: Dimension;
  /** Whether its values are 0 and 1 for no and yes. */
  readonly truth: boolean;
  /** Why a value may be missing. */
  readonly missing: string;
  readonly description: string;
}

function metric(
  over: MetricDescription['over'],
  dimension: Dimension,
  description: string,
  details: { truth?: boolean; missing?: string } = {},
): MetricDescription {
  return {
    over,
    dimension,
    description,
    truth: details.truth ?? false,
    missing: details.missing ?? 'not known',
  };
}

const UNFINISHED = { missing: 'not complete at the end' };

export const METRICS: Readonly<Record<MetricName, MetricDescription>> = {
  'peer.complete': metric('peer', PLAIN, '1 for a peer that had everything by the end, 0 for any other', {
    truth: true,
  }),
  'peer.completion_time': metric(
    'peer',
    TIME,
    'time from the start of the run until the peer had everything; peers that arrived with everything have none',
    UNFINISHED,
  ),
  'peer.download_time': metric(
    'peer',
    TIME,
    'time from its arrival until the peer had everything; peers that arrived with everything have none',
    UNFINISHED,
  ),
  'peer.sent': metric('peer', BYTES, 'payload that the peer sent'),
  'peer.received': metric('peer', BYTES, 'payload of wanted blocks that the peer received'),
  'peer.wasted': metric(
    'peer',
    BYTES,
    'payload that the peer received in vain: duplicates, late and failed blocks',
  ),
  'piece.availability': metric(
    'piece',
    PLAIN,
    'copies of the piece among the peers present, from the first arrival until nobody needs it any more',
  ),
  'torrent.size': metric('run', BYTES, 'size of the content'),
  'torrent.pieces': metric('run', PLAIN, 'number of pieces'),
  'bound.completion': metric(
    'run',
    TIME,
    'no protocol could have completed every peer sooner: max(F/u_s, F/d_min, N·F/(u_s+Σu)), from the start of the run',
    { missing: 'not defined without a seed and a peer to serve' },
  ),
  'run.duration': metric('run', TIME, 'virtual time at which the run ended'),
};

export function isMetricName(name: string): name is MetricName {
  return Object.hasOwn(METRICS, name);
}

/** The value of a metric for one peer. */
export interface PeerValue {
  readonly group: string;
  /** Microseconds, bytes or a plain number; undefined when the peer has none, such as the completion time of one that never completed. */
  readonly value: number | undefined;
}

/** From `timeUs` on, row `index` has `value`. */
export interface SeriesChange {
  readonly timeUs: number;
  readonly index: number;
  readonly value: number;
}

/** Rows of step functions. Every row is 0 at the start, until its first change. */
export interface Series {
  readonly rows: number;
  /** The series begins here; undefined: there is none. */
  readonly startUs: number | undefined;
  /** The series ends here; later changes do not count. */
  readonly untilUs: number;
  /** In the order of time. Changes at one instant count as one. */
  readonly changes: Iterable<SeriesChange>;
}

/** The measured run that expectations are judged by. */
export interface MetricSource {
  /** Every peer that the metric applies to. */
  peers(name: PeerMetric): readonly PeerValue[];
  /** A metric per piece over time. May be called several times. */
  pieces(name: PieceMetric): Series;
  /** A metric of the run; undefined when it has no value. */
  run(name: RunMetric): number | undefined;
}
