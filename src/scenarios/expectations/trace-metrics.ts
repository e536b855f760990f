/** The metrics of a run that is over, read off its trace. */
import { type Attention, foldAttention } from '../../trace/metrics/attention.ts';
import { neededUntil } from '../../trace/metrics/availability.ts';
import { wantsToComplete } from '../../trace/metrics/behaviour.ts';
import { foldBounds, leastMargin } from '../../trace/metrics/bounds.ts';
import { foldControlSent } from '../../trace/metrics/control.ts';
import { foldPeerTimes, isDownloader, type PeerTimes } from '../../trace/metrics/peer-times.ts';
import { foldPieceTimes, type PieceTimes } from '../../trace/metrics/piece-times.ts';
import { foldPlayback } from '../../trace/metrics/playback.ts';
import { countEvents, foldProgressTimes } from '../../trace/metrics/progress-times.ts';
import { foldStays, type Stays } from '../../trace/metrics/stays.ts';
import { seedCopies, seedCopiesUntil, shareRatio, uploadFairness } from '../../trace/metrics/totals.ts';
import { foldSentRate, foldSwarmUploadUse, foldUploadUse } from '../../trace/metrics/upload-use.ts';
import { EventKind, type Trace } from '../../trace/trace.ts';
import type { Selection } from './formula.ts';
import { LABEL_NAMES, type PeerLabels } from './labels.ts';
import type { MetricSource, RowValue, Series, SeriesChange } from './metric-source.ts';
import type { PeerMetric, PieceMetric, RowMetric, RunMetric, SwarmMetric } from './metrics.ts';
import { isSelected, labelsInTrace } from './peer-labels.ts';
import { type EventMetric, foldFor, isAboutNeed, shapeOf } from './series-metrics.ts';

/** Those that only peers that download have; the others are left out. */
const OF_DOWNLOADERS: readonly PeerMetric[] = [
  'peer.completion_time',
  'peer.download_time',
  'peer.time_to_first_piece',
  'peer.time_to_25',
  'peer.time_to_50',
  'peer.time_to_75',
  'peer.interest',
  'peer.interest_of_others',
  'peer.unchoked_time',
  'peer.starved_time',
];
/** Those in which a peer without a value is left out, and stands for nothing. */
const WITH_GAPS: readonly PeerMetric[] = [
  'peer.upload_use',
  'peer.interest',
  'peer.interest_of_others',
  'peer.control_sent',
];

/** Those of peers alone whose content somebody plays. */
const OF_PLAYERS: readonly PeerMetric[] = [
  'peer.startup_delay',
  'peer.stalls',
  'peer.stall_time',
  'peer.least_delay',
];

/** By peer. */
type Column = Float64Array | Int32Array | Uint8Array;

export class TraceMetrics implements MetricSource {
  readonly #trace: Trace;
  readonly #labels: readonly PeerLabels[];
  readonly #knowsAll: boolean;
  readonly #times: PeerTimes;
  readonly #startUs: number | undefined;
  readonly #columns = new Map<PeerMetric, Column>();
  #neededUntilUs: number | undefined;
  #stays: Stays | undefined;
  #pieceTimes: PieceTimes | undefined;
  #attention: Attention | undefined;

  /** @param labels of each peer, from the plan of the run; without them only those are known that the trace tells */
  constructor(trace: Trace, labels?: readonly PeerLabels[]) {
    this.#trace = trace;
    this.#labels = labels ?? labelsInTrace(trace.header);
    this.#knowsAll = labels !== undefined;
    this.#times = foldPeerTimes(trace);
    this.#startUs = firstArrival(trace);
  }

  peers(name: PeerMetric): readonly RowValue[] {
    const column = this.#cachedColumn(name);
    const values: RowValue[] = [];
    for (const [row, peer] of this.#trace.header.peers.entries()) {
      const value = column[row] as number;
      if (name === 'peer.complete' && !wantsToComplete(peer.behaviour)) continue;
      if (OF_DOWNLOADERS.includes(name) && !isDownloader(peer)) continue;
      if (OF_PLAYERS.includes(name) && peer.playback === undefined) continue;
      if (Number.isNaN(value) && WITH_GAPS.includes(name)) continue;
      values.push({ row, value: Number.isNaN(value) ? undefined : value });
    }
    return values;
  }

  pieces(name: PieceMetric): readonly RowValue[] {
    return Array.from(this.#pieceColumn(name), (value, row) => ({
      row,
      value: Number.isNaN(value) ? undefined : value,
    }));
  }

  rows(name: RowMetric): Series {
    return this.#series(name, []);
  }

  swarm(name: SwarmMetric, selection: Selection): Series {
    return name === 'swarm.sent_rate' ? this.#sentRate(selection) : this.#series(name, selection);
  }

  run(name: RunMetric): number | undefined {
    const { header, endUs } = this.#trace;
    switch (name) {
      case 'torrent.size':
        return header.torrent.totalBytes;
      case 'torrent.pieces':
        return header.torrent.pieceCount;
      case 'run.duration':
        return endUs;
      case 'bound.completion': {
        const bounds = foldBounds(this.#trace);
        return bounds && bounds.firstArrivalUs + bounds.completionUs;
      }
      case 'bound.prefix_margin':
        return leastMargin(this.#trace);
      case 'bound.client_server':
        return foldBounds(this.#trace)?.clientServerUs;
      case 'swarm.upload_use':
        return foldSwarmUploadUse(this.#trace);
      case 'swarm.seed_copies':
        return seedCopies(this.#trace);
      case 'swarm.fairness':
        return uploadFairness(this.#trace);
      case 'swarm.copies_out':
        return seedCopiesUntil(this.#trace, this.#firstFullCopyUs());
      case 'swarm.first_full_copy':
        return this.#firstFullCopyUs();
      case 'tracker.announces':
        return sum(countEvents(this.#trace, EventKind.announced));
      case 'tracker.failed_announces':
        return sum(countEvents(this.#trace, EventKind.announceFailed));
    }
  }

  selects(selection: Selection, peer: number): boolean | undefined {
    if (!this.#knowsAll && selection.some(({ label }) => !KNOWN_TO_TRACE.has(label))) return undefined;
    return isSelected(selection, this.#labels[peer] ?? {});
  }

  peerName(peer: number): string {
    return this.#trace.header.peers[peer]?.id ?? String(peer);
  }

  #series(name: EventMetric, selection: Selection): Series {
    const trace = this.#trace;
    const counts = (peer: number): boolean => this.selects(selection, peer) === true;
    return {
      ...shapeOf(name, trace),
      startUs: this.#startUs,
      untilUs: isAboutNeed(name) ? this.#needed() : trace.endUs,
      changes: { [Symbol.iterator]: () => changesOf(trace, name, counts) },
    };
  }

  #sentRate(selection: Selection): Series {
    const { sliceUs, rates } = foldSentRate(this.#trace, (peer) => this.selects(selection, peer) === true);
    const startUs = this.#startUs;
    const firstUs = startUs === undefined ? undefined : Math.floor(startUs / sliceUs) * sliceUs;
    const changes = Array.from(rates, (value, slice) => ({ timeUs: slice * sliceUs, index: 0, value }));
    return { rows: 1, startUs: firstUs, untilUs: this.#needed(), changes };
  }

  #cachedColumn(name: PeerMetric): Column {
    let column = this.#columns.get(name);
    if (column === undefined) {
      column = this.#column(name);
      this.#columns.set(name, column);
    }
    return column;
  }

  #column(name: PeerMetric): Column {
    const { header, totals } = this.#trace;
    switch (name) {
      case 'peer.complete':
        return this.#times.complete;
      case 'peer.arrival_time':
        return this.#times.joinedUs;
      case 'peer.completion_time':
        return this.#times.completedUs;
      case 'peer.download_time':
        return this.#times.downloadUs;
      case 'peer.time_to_first_piece':
        return this.#sinceArrival(this.#times.firstPieceUs);
      case 'peer.time_to_25':
        return this.#sinceArrival(foldProgressTimes(this.#trace, 0.25));
      case 'peer.time_to_50':
        return this.#sinceArrival(foldProgressTimes(this.#trace, 0.5));
      case 'peer.time_to_75':
        return this.#sinceArrival(foldProgressTimes(this.#trace, 0.75));
      case 'peer.sent':
        return totals.sentBytes;
      case 'peer.received':
        return totals.receivedBytes;
      case 'peer.wasted':
        return totals.wastedBytes;
      case 'peer.failed_pieces':
        return countEvents(this.#trace, EventKind.pieceFailed);
      case 'peer.control_sent':
        return foldControlSent(this.#trace);
      case 'peer.share_ratio':
        return Float64Array.from(header.peers, (_, peer) => shareRatio(this.#trace, peer));
      case 'peer.upload_use':
        return foldUploadUse(this.#trace, this.#staying());
      case 'peer.online_time':
        return this.#staying().onlineUs;
      case 'peer.longest_stay':
        return this.#staying().longestUs;
      case 'peer.away_time':
        return this.#staying().awayUs;
      case 'peer.capped_time':
        return this.#staying().cappedUs;
      case 'peer.startup_delay':
        return foldPlayback(this.#trace).startupUs;
      case 'peer.stalls':
        return foldPlayback(this.#trace).stalls;
      case 'peer.stall_time':
        return foldPlayback(this.#trace).stallUs;
      case 'peer.least_delay':
        return foldPlayback(this.#trace).leastDelayUs;
      case 'peer.interest': {
        const { interestedUs, sharedUs } = this.#attending();
        return interestedUs.map((timeUs, peer) => timeUs / (sharedUs[peer] as number));
      }
      case 'peer.interest_of_others': {
        const { interestingUs, sharedUs } = this.#attending();
        return interestingUs.map((timeUs, peer) => timeUs / (sharedUs[peer] as number));
      }
      case 'peer.unchoked_time':
        return this.#attending().unchokedUs;
      case 'peer.starved_time':
        return this.#attending().starvedUs;
      case 'peer.most_connections':
        return this.#attending().mostConnections;
      case 'peer.announces':
        return countEvents(this.#trace, EventKind.announced);
      case 'peer.failed_announces':
        return countEvents(this.#trace, EventKind.announceFailed);
    }
  }

  #pieceColumn(name: PieceMetric): Float64Array | Int32Array {
    const { firstUs, downloads, failures, copiesAtEnd } = this.#ofPieces();
    switch (name) {
      case 'piece.first_copy_time':
        return firstUs;
      case 'piece.downloads':
        return downloads;
      case 'piece.failures':
        return failures;
      case 'piece.copies':
        return copiesAtEnd;
    }
  }

  #sinceArrival(timesUs: Float64Array): Float64Array {
    return timesUs.map((timeUs, peer) => timeUs - (this.#times.joinedUs[peer] as number));
  }

  #needed(): number {
    this.#neededUntilUs ??= neededUntil(this.#trace);
    return this.#neededUntilUs;
  }

  #staying(): Stays {
    this.#stays ??= foldStays(this.#trace);
    return this.#stays;
  }

  #ofPieces(): PieceTimes {
    this.#pieceTimes ??= foldPieceTimes(this.#trace);
    return this.#pieceTimes;
  }

  /** NaN where a piece has none. */
  #firstFullCopyUs(): number {
    return this.#ofPieces().firstUs.reduce((latest, timeUs) => Math.max(latest, timeUs), 0);
  }

  #attending(): Attention {
    this.#attention ??= foldAttention(this.#trace);
    return this.#attention;
  }
}

/** The labels that `labelsInTrace` gives. */
const KNOWN_TO_TRACE: ReadonlySet<string> = new Set(
  LABEL_NAMES.filter((label) => ['group', 'peer', 'have', 'behaviour', 'nat'].includes(label)),
);

/** Every change of the rows of a metric. */
function* changesOf(
  trace: Trace,
  name: EventMetric,
  counts: (peer: number) => boolean,
): Generator<SeriesChange> {
  let changes: SeriesChange[] = [];
  let timeUs = 0;
  const fold = foldFor(name, trace, counts, (index, value) => changes.push({ timeUs, index, value }));
  for (let row = 0; row < trace.events.count; row++) {
    timeUs = trace.events.timeUs[row] as number;
    fold.apply(row);
    if (changes.length === 0) continue;
    yield* changes;
    changes = [];
  }
}

/** The first arrival of all peers: before it there is no swarm, for no group. */
function firstArrival({ events }: Trace): number | undefined {
  for (let row = 0; row < events.count; row++) {
    if (events.kind[row] === EventKind.joined) return events.timeUs[row];
  }
  return undefined;
}

function sum(column: Float64Array): number {
  return column.reduce((total, value) => total + value, 0);
}
