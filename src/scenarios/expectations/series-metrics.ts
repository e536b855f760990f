/** The metrics over time that are read off events, by name: which fold makes each. */
import {
  ConnectionsFold,
  CopiesFold,
  type Counts,
  distributedCopies,
  type Emit,
  OneClubFold,
  PopulationFold,
  ProgressFold,
  RarityFold,
  type SeriesFold,
  type TraceView,
  UplinkFold,
} from '../../trace/metrics/series-folds.ts';
import type { RowMetric, SwarmMetric } from './metrics.ts';

/** Those that are averages over slices of time, and not read off events. */
export type SampledMetric = 'swarm.sent_rate';
export type EventMetric = RowMetric | Exclude<SwarmMetric, SampledMetric>;

/** The fold of a metric; `counts`: the peers that it is about, for metrics that may choose. */
export function foldFor(name: EventMetric, view: TraceView, counts: Counts, emit: Emit): SeriesFold {
  switch (name) {
    case 'piece.availability':
      return new CopiesFold(view, emit);
    case 'peer.progress':
      return new ProgressFold(view, emit);
    case 'peer.connections':
      return new ConnectionsFold(view, emit);
    case 'peers.present':
      return new PopulationFold(view, counts, ({ seeds, leechers }) => seeds + leechers, emit);
    case 'peers.complete':
      return new PopulationFold(view, counts, ({ seeds }) => seeds, emit);
    case 'peers.leeching':
      return new PopulationFold(view, counts, ({ leechers }) => leechers, emit);
    case 'peers.away':
      return new PopulationFold(view, counts, ({ away }) => away, emit);
    case 'swarm.one_club':
      return new OneClubFold(view, counts, emit);
    case 'swarm.distributed_copies':
      return new RarityFold(view, distributedCopies, emit);
    case 'swarm.rarest_set':
      return new RarityFold(view, ({ rarestCount }) => rarestCount, emit);
    case 'swarm.uplink':
      return new UplinkFold(view, counts, emit);
  }
}

/** Rows of the series, and what each has before its first change. */
export function shapeOf(name: EventMetric, { header }: TraceView): { rows: number; initial: number } {
  if (name === 'piece.availability') return { rows: header.torrent.pieceCount, initial: 0 };
  if (name === 'peer.progress' || name === 'peer.connections')
    return { rows: header.peers.length, initial: Number.NaN };
  return { rows: 1, initial: 0 };
}

/** Whether the metric is about pieces as somebody needs them: it ends when nobody does any more. */
export function isAboutNeed(name: EventMetric | SampledMetric): boolean {
  return (
    name === 'piece.availability' ||
    name === 'swarm.distributed_copies' ||
    name === 'swarm.rarest_set' ||
    name === 'swarm.sent_rate'
  );
}
