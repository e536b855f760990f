/**
 * The metrics that expectations may use: names, units, definitions. Names are part of the scenario language; the list,
 * the messages and the table in the documentation all come from here.
 */
import { BYTES, type Dimension, PLAIN, RATE, TIME } from './dimensions.ts';

export interface MetricDescription {
  /** `peer` and `piece`: one value for each; `swarm`: one value of all peers or of those chosen; `run`: one value. */
  readonly of: 'peer' | 'piece' | 'swarm' | 'run';
  /** Whether the value changes as the run goes on; if not, it is that of the whole run. */
  readonly overTime: boolean;
  readonly dimension: Dimension;
  /** Whether its values are 0 and 1 for no and yes. */
  readonly truth: boolean;
  /** Whether its values are parts of a whole, which people read in percent. */
  readonly share: boolean;
  /** Whether labels may choose among the peers that it is about. */
  readonly selects: boolean;
  /** Whether it is known while the run goes on, so that a run can be stopped for it. */
  readonly live: boolean;
  readonly description: string;
  /** What holds where there is nothing to measure. */
  readonly empty: string;
  /** Why a value may be missing: it completes "peers have none: …". */
  readonly missing: string;
}

type Details = Partial<Pick<MetricDescription, 'truth' | 'share' | 'selects' | 'live' | 'missing'>>;

function metric(
  of: MetricDescription['of'],
  when: 'over time' | 'at the end',
  dimension: Dimension,
  description: string,
  empty: string,
  details: Details = {},
): MetricDescription {
  const overTime = when === 'over time';
  return {
    of,
    overTime,
    dimension,
    description,
    empty,
    truth: details.truth ?? false,
    share: details.share ?? false,
    selects: details.selects ?? of === 'peer',
    live: details.live ?? overTime,
    missing: details.missing ?? 'not known',
  };
}

const peer = (dimension: Dimension, description: string, empty: string, details?: Details) =>
  metric('peer', 'at the end', dimension, description, empty, details);
const peerOverTime = (dimension: Dimension, description: string, empty: string, details?: Details) =>
  metric('peer', 'over time', dimension, description, empty, details);
const piece = (dimension: Dimension, description: string, empty: string, details?: Details) =>
  metric('piece', 'at the end', dimension, description, empty, details);
const swarm = (dimension: Dimension, description: string, empty: string, details?: Details) =>
  metric('swarm', 'over time', dimension, description, empty, { selects: true, ...details });
const run = (dimension: Dimension, description: string, empty: string, details?: Details) =>
  metric('run', 'at the end', dimension, description, empty, details);

const UNFINISHED = { missing: 'not complete at the end' };
const LATER_THAN_ALL =
  'one that did not, or never came, stands for later than all others; sources are left out';
const NEVER_CAME_NOUGHT = 'nought for a peer that never came';
const FROM_FIRST_ARRIVAL = 'from the first arrival to the end';
const NO_BOUND = {
  missing: 'not defined without a seed and a peer to serve',
};
const NO_BOUND_EMPTY = 'no value without a seed and a peer to serve';

const PEER = {
  'peer.complete': peer(
    PLAIN,
    '1 for a peer that came and had everything before it left or the run ended, 0 for any other',
    '0 for a peer that never came; those that misbehave are left out, free-riders are not',
    { truth: true },
  ),
  'peer.arrival_time': peer(
    TIME,
    'from the start of the run until the peer first arrived',
    'one that never came stands for later than all others',
    { missing: 'never there' },
  ),
  'peer.completion_time': peer(
    TIME,
    'from the start of the run until the peer had everything',
    LATER_THAN_ALL,
    UNFINISHED,
  ),
  'peer.download_time': peer(
    TIME,
    'from its arrival until the peer had everything',
    LATER_THAN_ALL,
    UNFINISHED,
  ),
  'peer.time_to_first_piece': peer(
    TIME,
    'from its arrival until the peer had downloaded and verified a piece',
    LATER_THAN_ALL,
    { missing: 'never had a piece' },
  ),
  'peer.time_to_25': peer(TIME, 'from its arrival until it held a quarter of the pieces', LATER_THAN_ALL, {
    missing: 'never held a quarter',
  }),
  'peer.time_to_50': peer(TIME, 'from its arrival until it held half of the pieces', LATER_THAN_ALL, {
    missing: 'never held half',
  }),
  'peer.time_to_75': peer(
    TIME,
    'from its arrival until it held three quarters of the pieces',
    LATER_THAN_ALL,
    { missing: 'never held three quarters' },
  ),
  'peer.sent': peer(BYTES, 'payload that the peer sent', NEVER_CAME_NOUGHT),
  'peer.received': peer(BYTES, 'payload of wanted blocks that the peer received', NEVER_CAME_NOUGHT),
  'peer.wasted': peer(
    BYTES,
    'payload that the peer received in vain: duplicate, late or unasked blocks',
    NEVER_CAME_NOUGHT,
  ),
  'peer.failed_pieces': peer(PLAIN, 'how often a piece failed its check there', NEVER_CAME_NOUGHT),
  'peer.share_ratio': peer(
    PLAIN,
    'payload that the peer sent, over the size of the content',
    NEVER_CAME_NOUGHT,
  ),
  'peer.upload_use': peer(
    PLAIN,
    'payload that the peer sent, over what its uplink as declared could have carried while the peer was there',
    'peers that never came, or have no uplink, are left out',
    { share: true },
  ),
  'peer.online_time': peer(TIME, 'for how long the peer was there, in all', NEVER_CAME_NOUGHT),
  'peer.longest_stay': peer(
    TIME,
    'the longest time for which the peer was there without a break',
    NEVER_CAME_NOUGHT,
  ),
  'peer.away_time': peer(
    TIME,
    'for how long the peer was switched off or crashed, between its arrival and its departure for good',
    NEVER_CAME_NOUGHT,
  ),
  'peer.capped_time': peer(
    TIME,
    'for how long the peer was there with a data cap of its line used up',
    NEVER_CAME_NOUGHT,
  ),
  'peer.startup_delay': peer(
    TIME,
    'time from its arrival until the content began to play, absence left out',
    'peers without a "playback" are left out; one that had played nothing by the end has none',
  ),
  'peer.stalls': peer(
    PLAIN,
    'how often the player had to wait for a piece',
    'peers without a "playback" are left out',
  ),
  'peer.stall_time': peer(
    TIME,
    'for how long the player had to wait for pieces, in all',
    'peers without a "playback" are left out',
  ),
  'peer.least_delay': peer(
    TIME,
    'the shortest delay after its arrival with which the content would have played without a stall, absence left out',
    'peers without a "playback" are left out; one that never got a piece has none',
  ),
  'peer.interest': peer(
    PLAIN,
    'of the time for which the peer and another downloader were connected and both incomplete, summed over all others: the share in which the peer was interested in the other',
    'downloaders without such time, and peers that download nothing, are left out',
    { share: true },
  ),
  'peer.interest_of_others': peer(
    PLAIN,
    'of the same time: the share in which the other was interested in the peer',
    'downloaders without such time, and peers that download nothing, are left out',
    { share: true },
  ),
  'peer.unchoked_time': peer(
    TIME,
    'for how long, until it was complete, at least one other peer had it unchoked',
    'nought for a downloader that never came; peers that download nothing are left out',
  ),
  'peer.starved_time': peer(
    TIME,
    'for how long, until it was complete, it was interested in another peer and nobody had it unchoked',
    'nought for a downloader that never came; peers that download nothing are left out',
  ),
  'peer.most_connections': peer(PLAIN, 'the most connections that it had at a time', NEVER_CAME_NOUGHT),
  'peer.announces': peer(PLAIN, 'announces of the peer that a tracker answered', NEVER_CAME_NOUGHT),
  'peer.failed_announces': peer(PLAIN, 'announces of the peer that failed', NEVER_CAME_NOUGHT),
  'peer.control_sent': peer(
    BYTES,
    'what the peer sent to other peers beside payload: handshakes, messages, headers of blocks',
    'no value where nobody counts it, as of those that misbehave by their messages',
  ),
} as const;

const PEER_OVER_TIME = {
  'peer.progress': peerOverTime(
    PLAIN,
    'the share of the pieces that the peer holds',
    'while the peer is there; one that is not is left out',
    { share: true },
  ),
  'peer.connections': peerOverTime(
    PLAIN,
    'connections that the peer has',
    'while the peer is there; one that is not is left out',
  ),
} as const;

const PIECE = {
  'piece.first_copy_time': piece(
    TIME,
    'from the start of the run until a peer had first downloaded and verified the piece',
    'one that nobody downloaded stands for later than all others',
    { missing: 'never downloaded' },
  ),
  'piece.downloads': piece(
    PLAIN,
    'how many peers downloaded and verified the piece',
    'nought where nobody did',
  ),
  'piece.failures': piece(PLAIN, 'how often the piece failed its check', 'nought where it never did'),
  'piece.copies': piece(
    PLAIN,
    'honest peers that are there and hold the piece when the run ends',
    'nought where nobody does',
  ),
} as const;

const PIECE_OVER_TIME = {
  'piece.availability': metric(
    'piece',
    'over time',
    PLAIN,
    'copies of the piece among the honest peers present',
    'from the first arrival until the last downloader has completed; if one never does, to the end',
  ),
} as const;

const SWARM = {
  'peers.present': swarm(PLAIN, 'peers that are there', FROM_FIRST_ARRIVAL),
  'peers.complete': swarm(PLAIN, 'peers that are there and hold every piece: seeds', FROM_FIRST_ARRIVAL),
  'peers.leeching': swarm(PLAIN, 'peers that are there and do not hold every piece', FROM_FIRST_ARRIVAL),
  'peers.away': swarm(
    PLAIN,
    'peers that have come and are switched off or crashed, but have not left',
    FROM_FIRST_ARRIVAL,
  ),
  'swarm.one_club': swarm(
    PLAIN,
    'peers that are there and lack exactly one piece: the one club of Hajek and Zhu',
    FROM_FIRST_ARRIVAL,
  ),
  'swarm.distributed_copies': swarm(
    PLAIN,
    'copies of the rarest piece, plus the share of the pieces that have more',
    'from the first arrival until the last downloader has completed; if one never does, to the end',
    { selects: false },
  ),
  'swarm.rarest_set': swarm(
    PLAIN,
    'how many pieces have as few copies as the rarest',
    'from the first arrival until the last downloader has completed; if one never does, to the end',
    { selects: false },
  ),
  'swarm.sent_rate': swarm(
    RATE,
    'rate at which payload is sent, on average in each slice of 10 s (in whole samples)',
    'until the last downloader has completed',
    { live: false },
  ),
  'swarm.uplink': swarm(
    RATE,
    'sum of the uplinks of the peers that are there, as timetables, caps and faults leave them at the time',
    FROM_FIRST_ARRIVAL,
  ),
} as const;

const RUN = {
  'swarm.upload_use': run(
    PLAIN,
    'payload that all peers sent until the last completion, over what their uplinks as declared could have carried while they were there',
    'no value where no uplink was there',
    { share: true, missing: 'not defined without a peer that can send' },
  ),
  'swarm.seed_copies': run(
    PLAIN,
    'payload sent by the peers that arrived with everything, over the size of the content',
    'nought without such peers',
  ),
  'swarm.fairness': run(
    PLAIN,
    "Jain's index (Σx)² / (n Σx²) of what each downloader that received anything has sent",
    'no value where none of them sent anything',
    { missing: 'not defined where nobody sent anything' },
  ),
  'swarm.copies_out': run(
    PLAIN,
    'payload sent by the peers that arrived with everything until every piece had been downloaded and verified by some peer, over the size of the content: 1 is the least',
    'no value where a piece never was',
    { missing: 'not known: a piece was downloaded by nobody' },
  ),
  'swarm.first_full_copy': run(
    TIME,
    'from the start of the run until every piece had been downloaded and verified by some peer',
    'no value where a piece never was',
    { missing: 'never reached: a piece was downloaded by nobody' },
  ),
  'tracker.announces': run(
    PLAIN,
    'announces that a tracker answered, of all peers',
    'nought where there were none',
  ),
  'tracker.failed_announces': run(
    PLAIN,
    'announces that failed, of all peers',
    'nought where there were none',
  ),
  'torrent.size': run(BYTES, 'size of the content', 'always known', { live: true }),
  'torrent.pieces': run(PLAIN, 'number of pieces', 'always known', { live: true }),
  'bound.completion': run(
    TIME,
    'no protocol could have completed every peer sooner, from the start of the run: the formula is in TRACE.md',
    NO_BOUND_EMPTY,
    NO_BOUND,
  ),
  'bound.prefix_margin': run(
    PLAIN,
    'the k-th completion over the least time in which any protocol could have completed k peers, both from the first arrival: the smallest over all k',
    'no value without a seed, a peer to serve and a completion',
    NO_BOUND,
  ),
  'bound.client_server': run(
    TIME,
    'no protocol could have completed every peer sooner from the sources alone: N·F/u_s after the first arrival and F/min(d, u_s) after each, whichever is latest',
    NO_BOUND_EMPTY,
    NO_BOUND,
  ),
  'run.duration': run(TIME, 'when the run ended', 'always known'),
} as const;

export type PeerMetric = keyof typeof PEER;
export type PieceMetric = keyof typeof PIECE;
export type SwarmMetric = keyof typeof SWARM;
/** One value per peer or piece, over time. */
export type RowMetric = keyof typeof PEER_OVER_TIME | keyof typeof PIECE_OVER_TIME;
export type RunMetric = keyof typeof RUN;
export type MetricName = PeerMetric | PieceMetric | SwarmMetric | RowMetric | RunMetric;

export const METRICS: Readonly<Record<MetricName, MetricDescription>> = {
  ...PEER,
  ...PEER_OVER_TIME,
  ...PIECE,
  ...PIECE_OVER_TIME,
  ...SWARM,
  ...RUN,
};

export const METRIC_NAMES = Object.keys(METRICS) as readonly MetricName[];

export function isMetricName(name: string): name is MetricName {
  return Object.hasOwn(METRICS, name);
}

/** What its values are, in words: "a time a peer", "a plain number, over time", "one size". */
export function valuesInWords(name: MetricName): string {
  const { of, overTime, truth, share, dimension } = METRICS[name];
  const one = truth ? '0 or 1' : share ? 'a share' : kindInWords(dimension);
  const each = of === 'peer' || of === 'piece' ? ` a ${of}` : '';
  return `${one}${each}${overTime ? ', over time' : ''}`;
}

function kindInWords({ time, bytes }: Dimension): string {
  if (bytes === 0) return time === 0 ? 'a number' : 'a time';
  return time === 0 ? 'a size' : 'a rate';
}
