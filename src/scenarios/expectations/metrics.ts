/**
 * The metrics that expectations may use, and where their values come from. Names are part of the scenario language.
 */
import { BYTES, type Dimension, PLAIN, RATE, TIME } from './dimensions.ts';

export type PeerMetric =
  | 'peer.complete'
  | 'peer.completion_time'
  | 'peer.download_time'
  | 'peer.sent'
  | 'peer.received'
  | 'peer.wasted'
  | 'peer.share_ratio'
  | 'peer.upload_use'
  | 'peer.online_time'
  | 'peer.longest_stay'
  | 'peer.away_time'
  | 'peer.capped_time';

export type PieceMetric = 'piece.availability';

/** One value at a time, of all peers or of a group. */
export type SwarmMetric = 'peers.present' | 'peers.complete' | 'swarm.sent_rate' | 'swarm.uplink';

export type RunMetric =
  | 'torrent.size'
  | 'torrent.pieces'
  | 'swarm.upload_use'
  | 'bound.completion'
  | 'bound.client_server'
  | 'run.duration';

export type MetricName = PeerMetric | PieceMetric | SwarmMetric | RunMetric;

interface MetricDescription {
  /**
   * `peer`: one value per peer, at the end. `piece`: one value per piece, over time. `swarm`: one value at a time.
   * `run`: one value.
   */
  readonly over: 'peer' | 'piece' | 'swarm' | 'run';
  readonly dimension: Dimension;
  /** Whether its values are 0 and 1 for no and yes. */
  readonly truth: boolean;
  /** Whether its values are parts of a whole, which people read in percent. */
  readonly share: boolean;
  /** Why a value may be missing. */
  readonly missing: string;
  readonly description: string;
}

function metric(
  over: MetricDescription['over'],
  dimension: Dimension,
  description: string,
  details: { truth?: boolean; share?: boolean; missing?: string } = {},
): MetricDescription {
  return {
    over,
    dimension,
    description,
    truth: details.truth ?? false,
    share: details.share ?? false,
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
  'peer.share_ratio': metric('peer', PLAIN, 'payload that the peer sent, over the size of the content'),
  'peer.upload_use': metric(
    'peer',
    PLAIN,
    'payload that the peer sent, over what its uplink as declared could have carried while the peer was there',
    { share: true },
  ),
  'peer.online_time': metric('peer', TIME, 'time for which the peer was there, in all'),
  'peer.longest_stay': metric('peer', TIME, 'longest time for which the peer was there without a break'),
  'peer.away_time': metric(
    'peer',
    TIME,
    'time for which the peer was switched off or crashed, between its arrival and its departure for good',
  ),
  'peer.capped_time': metric(
    'peer',
    TIME,
    'time for which the peer was there with a data cap of its line used up',
  ),
  'piece.availability': metric(
    'piece',
    PLAIN,
    'copies of the piece among the honest peers present, from the first arrival until nobody needs it any more',
  ),
  'peers.present': metric('swarm', PLAIN, 'peers that are there, from the first arrival to the end'),
  'peers.complete': metric(
    'swarm',
    PLAIN,
    'peers that are there and hold every piece, from the first arrival to the end',
  ),
  'swarm.sent_rate': metric(
    'swarm',
    RATE,
    'rate at which payload is sent, on average in each slice of 10 s, until nobody needs a piece any more',
  ),
  'swarm.uplink': metric(
    'swarm',
    RATE,
    'sum of the uplinks of the peers that are there, as their lines are at the time, from the first arrival to the end',
  ),
  'torrent.size': metric('run', BYTES, 'size of the content'),
  'torrent.pieces': metric('run', PLAIN, 'number of pieces'),
  'bound.completion': metric(
    'run',
    TIME,
    'no protocol could have completed every peer sooner: max(F/u_s, F/d_min, N·F/(u_s+Σu)), from the start of the run',
    { missing: 'not defined without a seed and a peer to serve' },
  ),
  'bound.client_server': metric(
    'run',
    TIME,
    'no protocol could have completed every peer sooner from the sources alone: N·F/u_s after the first arrival, and F/min(d, u_s) after each',
    { missing: 'not defined without a seed and a peer to serve' },
  ),
  'swarm.upload_use': metric(
    'run',
    PLAIN,
    'payload that all peers sent until the last completion, over what their uplinks as declared could have carried while they were there',
    { share: true, missing: 'not defined without a peer that can send' },
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
  /** A metric of the swarm over time, in row 0; of the members of one group only where a group is named. */
  swarm(name: SwarmMetric, group: string | undefined): Series;
  /** A metric of the run; undefined when it has no value. */
  run(name: RunMetric): number | undefined;
}
