/**
 * For playing while downloading (after BiToS: Vlavianos, Iliofotou and Faloutsos 2006): pieces that are due soon, in
 * order; then the rarest of the window, which is so many missing pieces next at the playhead; then the rarest of the rest.
 * With a share below one, some picks look at the rest first, so that there is more to trade. A piece stays in the
 * window until it is complete, so what is begun is chosen in the same way: that of the same part comes first, unless a piece that
 * could be started is rarer.
 */
import type { Microseconds, Random } from '../ports.ts';
import type { Pick, PickView, PiecePicker } from './picker.ts';
import { Playhead } from './playhead.ts';

const MILLION = 1_000_000;

export interface StreamingOptions {
  /** Bytes per second. */
  readonly bitrate: number;
  /** Missing pieces next at the playhead. */
  readonly window: number;
  /** The player begins so long after the torrent was started. */
  readonly delay: Microseconds;
  /** Pieces due within so long are fetched in order. */
  readonly urgent: Microseconds;
  /** Of the picks that are not urgent, so many in a million look into the window first. */
  readonly within: number;
}

export class StreamingPicker implements PiecePicker {
  readonly name = 'streaming';
  readonly sharesStarted = 'as-picked';
  readonly #options: StreamingOptions;
  readonly #playhead: Playhead;
  /** The pieces of the window in order; those that came since the last pick are still among them. */
  #window: number[] = [];
  /** Whatever lies from here on was in no window yet. */
  #end = 0;

  constructor(options: StreamingOptions) {
    this.#options = options;
    this.#playhead = new Playhead(options.bitrate, options.delay);
  }

  pick(view: PickView, random: Random): Pick | undefined {
    const draw = random.uint32();
    const at = this.#playhead.moveOn(view);
    this.#moveWindow(view, at);
    const urgent = this.#urgent(view, at);
    if (urgent >= 0) return { piece: urgent, rule: 'urgent' };
    const inside = random.below(MILLION) < this.#options.within;
    const first = inside ? this.#inWindow(view, draw) : this.#beyond(view, draw);
    if (first !== undefined) return first;
    return inside ? this.#beyond(view, draw) : this.#inWindow(view, draw);
  }

  /** What has come makes room for the next that are missing. */
  #moveWindow(view: PickView, at: number): void {
    this.#window = this.#window.filter((piece) => !view.hasPiece(piece));
    this.#end = Math.max(this.#end, at);
    for (; this.#window.length < this.#options.window && this.#end < view.pieceCount; this.#end++) {
      if (!view.hasPiece(this.#end)) this.#window.push(this.#end);
    }
  }

  /** The first piece that is due soon, begun or not; -1 when there is none. */
  #urgent(view: PickView, at: number): number {
    const to = this.#urgentEnd(view, at);
    if (to === at) return -1;
    const started = view.firstStarted(at, to);
    const candidate = view.firstInOrder(at, to);
    return started >= 0 && (candidate < 0 || started < candidate) ? started : candidate;
  }

  /** Exclusive end of the pieces of the window that are due soon. */
  #urgentEnd(view: PickView, at: number): number {
    const untilUs = view.nowUs + this.#options.urgent;
    let dueUs = this.#playhead.dueUs;
    let piece = at;
    for (; piece < this.#end && dueUs < untilUs; piece++) {
      dueUs += this.#playhead.durationUs(view.pieceLength(piece));
    }
    return piece;
  }

  /** The rarest of the window that the remote has; of equals one that is begun, else the one at or after the place drawn. */
  #inWindow(view: PickView, draw: number): Pick | undefined {
    const { length } = this.#window;
    let rarest = -1;
    let fewest = Number.POSITIVE_INFINITY;
    for (let step = 0; step < length; step++) {
      const piece = this.#window[(draw + step) % length] as number;
      if (!view.isCandidate(piece) || !view.remoteHas(piece)) continue;
      const copies = view.availability(piece);
      if (copies >= fewest) continue;
      rarest = piece;
      fewest = copies;
    }
    const piece = rarer(view, view.rarestStarted(0, this.#end), rarest);
    return piece < 0 ? undefined : { piece, rule: 'in-window' };
  }

  /** The rarest beyond the window that the remote has; of equals one that is begun. `draw` decides among others. */
  #beyond(view: PickView, draw: number): Pick | undefined {
    let rarest = -1;
    for (let rank = 0; rank < view.candidateCount && rarest < 0; ) {
      const end = view.levelEndAt(rank);
      const start = rank + (draw % (end - rank));
      rarest = this.#firstBeyond(view, start, end);
      if (rarest < 0) rarest = this.#firstBeyond(view, rank, start);
      rank = end;
    }
    const piece = rarer(view, view.rarestStarted(this.#end, view.pieceCount), rarest);
    return piece < 0 ? undefined : { piece, rule: 'rarest-first' };
  }

  /** The first candidate in ranks [from, to) that the remote has and that lies beyond the window; -1 when there is none. */
  #firstBeyond(view: PickView, from: number, to: number): number {
    for (let rank = from; rank < to; rank++) {
      rank = view.firstOfRemote(rank, to);
      if (rank < 0) return -1;
      const piece = view.candidateAt(rank);
      if (piece >= this.#end) return piece;
    }
    return -1;
  }
}

/** What is begun, unless the other one has fewer copies; -1 where there is neither. */
function rarer(view: PickView, started: number, candidate: number): number {
  if (started < 0 || candidate < 0) return Math.max(started, candidate);
  return view.availability(candidate) < view.availability(started) ? candidate : started;
}
