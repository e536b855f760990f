/** The metrics of a run, read off its trace. */

import { foldAvailability, neededUntil } from '../../trace/metrics/availability.ts';
import { wantsToComplete } from '../../trace/metrics/behaviour.ts';
import { foldBounds } from '../../trace/metrics/bounds.ts';
import { Holdings } from '../../trace/metrics/holdings.ts';
import { foldPeerTimes, isDownloader, type PeerTimes } from '../../trace/metrics/peer-times.ts';
import { foldStays, type Stays } from '../../trace/metrics/stays.ts';
import { shareRatio } from '../../trace/metrics/totals.ts';
import { foldSwarmUploadUse, foldUploadUse } from '../../trace/metrics/upload-use.ts';
import { EventKind, type Trace } from '../../trace/trace.ts';
import type {
  MetricSource,
  PeerMetric,
  PeerValue,
  RunMetric,
  Series,
  SeriesChange,
  SwarmMetric,
} from './metrics.ts';
import { swarmSeries } from './swarm-series.ts';

export class TraceMetrics implements MetricSource {
  readonly #trace: Trace;
  readonly #times: PeerTimes;
  #stays: Stays | undefined;

  constructor(trace: Trace) {
    this.#trace = trace;
    this.#times = foldPeerTimes(trace);
  }

  peers(name: PeerMetric): readonly PeerValue[] {
    const { header } = this.#trace;
    const column = this.#column(name);
    const values: PeerValue[] = [];
    for (const [index, peer] of header.peers.entries()) {
      const value = column[index] as number;
      if (name === 'peer.complete' && !wantsToComplete(peer.behaviour)) continue;
      if ((name === 'peer.completion_time' || name === 'peer.download_time') && !isDownloader(peer)) continue;
      // One that was never there has an uplink that nobody could have used.
      if (name === 'peer.upload_use' && Number.isNaN(value)) continue;
      values.push({
        group: header.groups[peer.group] as string,
        value: Number.isNaN(value) ? undefined : value,
      });
    }
    return values;
  }

  pieces(): Series {
    const { count, timeUs, neededUntilUs } = foldAvailability(this.#trace);
    return {
      rows: this.#trace.header.torrent.pieceCount,
      startUs: count === 0 ? undefined : timeUs[0],
      untilUs: neededUntilUs,
      changes: copyChanges(this.#trace),
    };
  }

  swarm(name: SwarmMetric, group: string | undefined): Series {
    return swarmSeries(this.#trace, name, group, neededUntil(this.#trace));
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
      case 'bound.client_server':
        return foldBounds(this.#trace)?.clientServerUs;
      case 'swarm.upload_use':
        return foldSwarmUploadUse(this.#trace);
    }
  }

  #column(name: PeerMetric): Float64Array | Uint8Array {
    const { header, totals } = this.#trace;
    switch (name) {
      case 'peer.complete':
        return this.#times.complete;
      case 'peer.completion_time':
        return this.#times.completedUs;
      case 'peer.download_time':
        return this.#times.downloadUs;
      case 'peer.sent':
        return totals.sentBytes;
      case 'peer.received':
        return totals.receivedBytes;
      case 'peer.wasted':
        return totals.wastedBytes;
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
    }
  }

  #staying(): Stays {
    this.#stays ??= foldStays(this.#trace);
    return this.#stays;
  }
}

/** Every change of the number of copies of a piece. */
function* copyChanges(trace: Trace): Generator<SeriesChange> {
  const holdings = new Holdings(trace);
  const { events } = trace;
  const known = new Int32Array(holdings.copies.length);
  for (let row = 0; row < events.count; row++) {
    if (!holdings.apply(row)) continue;
    const timeUs = events.timeUs[row] as number;
    const only = events.kind[row] === EventKind.pieceVerified ? (events.a[row] as number) : undefined;
    const last = only ?? known.length - 1;
    for (let index = only ?? 0; index <= last; index++) {
      const value = holdings.copies[index] as number;
      if (value === known[index]) continue;
      known[index] = value;
      yield { timeUs, index, value };
    }
  }
}
