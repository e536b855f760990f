/**
 * The metrics of a run that goes on, as far as it has come: the same folds as over a finished trace, fed event by event.
 * It knows those that change over time, and what never changes; whoever asks for others gets nothing.
 */

import { type EventFollower, emptyColumns } from '../../trace/event-log.ts';
import { isDownloader } from '../../trace/metrics/peer-times.ts';
import type { SeriesFold, TraceView } from '../../trace/metrics/series-folds.ts';
import { EventKind, type TraceHeader } from '../../trace/trace.ts';
import type { Selection } from './formula.ts';
import type { PeerLabels } from './labels.ts';
import type { MetricSource, RowValue, Series, SeriesChange } from './metric-source.ts';
import type { RowMetric, RunMetric, SwarmMetric } from './metrics.ts';
import { isSelected } from './peer-labels.ts';
import { type EventMetric, foldFor, shapeOf } from './series-metrics.ts';

export class LiveMetrics implements MetricSource {
  readonly #view: TraceView;
  readonly #labels: readonly PeerLabels[];
  readonly #follow: EventFollower;
  readonly #folds: SeriesFold[] = [];
  /** Downloaders that have come and are not complete: 1. */
  readonly #waits: Uint8Array;
  readonly #completed: Uint8Array;
  #waiting = 0;
  #lastCompletedUs = Number.NEGATIVE_INFINITY;
  #nowUs = 0;
  #startUs: number | undefined;

  constructor(header: TraceHeader, labels: readonly PeerLabels[], follow: EventFollower) {
    this.#view = { header, events: emptyColumns(1) };
    this.#labels = labels;
    this.#follow = follow;
    this.#waits = new Uint8Array(header.peers.length);
    this.#completed = new Uint8Array(header.peers.length);
  }

  /** The first arrival; undefined: nobody has come yet. */
  get startUs(): number | undefined {
    return this.#startUs;
  }

  /** Until when pieces are known to be needed: a downloader that is there now, or comes later, needed them all along. */
  get neededUntilUs(): number {
    return this.#waiting > 0 ? this.#nowUs : this.#lastCompletedUs;
  }

  /** Takes in what happened before `beforeUs`. */
  advance(beforeUs: number): void {
    while (this.#follow(beforeUs, this.#view.events)) {
      this.#noteNeed();
      for (const fold of this.#folds) fold.apply(0);
    }
    this.#nowUs = beforeUs - 1;
  }

  peers(): readonly RowValue[] {
    return [];
  }

  pieces(): readonly RowValue[] {
    return [];
  }

  rows(name: RowMetric): Series {
    return this.#series(name, []);
  }

  swarm(name: SwarmMetric, selection: Selection): Series {
    if (name === 'swarm.sent_rate') return { rows: 1, startUs: undefined, untilUs: 0, changes: [] };
    return this.#series(name, selection);
  }

  run(name: RunMetric): number | undefined {
    const { torrent } = this.#view.header;
    if (name === 'torrent.size') return torrent.totalBytes;
    return name === 'torrent.pieces' ? torrent.pieceCount : undefined;
  }

  selects(selection: Selection, peer: number): boolean {
    return isSelected(selection, this.#labels[peer] ?? {});
  }

  peerName(peer: number): string {
    return this.#view.header.peers[peer]?.id ?? String(peer);
  }

  /** A series that goes on: when all that is known was taken, there is more later. */
  #series(name: EventMetric, selection: Selection): Series {
    const { events } = this.#view;
    let changes: SeriesChange[] = [];
    let taken = 0;
    const counts = (peer: number): boolean => this.selects(selection, peer);
    this.#folds.push(
      foldFor(name, this.#view, counts, (index, value) => {
        changes.push({ timeUs: events.timeUs[0] as number, index, value });
      }),
    );
    const next = (): IteratorResult<SeriesChange, undefined> => {
      const value = changes[taken];
      if (value !== undefined) {
        taken++;
        return { done: false, value };
      }
      changes = [];
      taken = 0;
      return { done: true, value: undefined };
    };
    const shape = shapeOf(name, this.#view);
    return {
      ...shape,
      startUs: 0,
      untilUs: Number.POSITIVE_INFINITY,
      changes: { [Symbol.iterator]: () => ({ next }) },
    };
  }

  #noteNeed(): void {
    const { events, header } = this.#view;
    const timeUs = events.timeUs[0] as number;
    const peer = events.peer[0] as number;
    const kind = events.kind[0];
    if (kind === EventKind.joined) this.#startUs ??= timeUs;
    const traced = header.peers[peer];
    if (traced === undefined || !isDownloader(traced)) return;
    if (kind === EventKind.joined && this.#waits[peer] === 0 && this.#completed[peer] === 0) {
      this.#waits[peer] = 1;
      this.#waiting++;
    }
    if (kind === EventKind.completed && this.#completed[peer] === 0) {
      this.#completed[peer] = 1;
      this.#lastCompletedUs = timeUs;
      if (this.#waits[peer] === 1) this.#waiting--;
      this.#waits[peer] = 0;
    }
  }
}
