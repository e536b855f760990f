/**
 * For playing while downloading (after BiToS: Vlavianos, Iliofotou and Faloutsos 2006): pieces that are due soon, in
 * order; then the rarest in a window ahead of the playhead; then the rarest of all. With a share below one, some picks
 * leave the window out although it holds something, so that there is more to trade.
 */
import type { Microseconds, Random } from '../ports.ts';
import { type Pick, type PickView, type PiecePicker, pickRarest, type SharesStarted } from './picker.ts';
import { Playhead } from './playhead.ts';

const MILLION = 1_000_000;

export interface StreamingOptions {
  /** Bytes per second. */
  readonly bitrate: number;
  /** Pieces ahead of the playhead. */
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
  readonly sharesStarted: SharesStarted;
  readonly #options: StreamingOptions;
  readonly #playhead: Playhead;

  constructor(options: StreamingOptions) {
    this.#options = options;
    // Where nothing is urgent, nothing is fetched in order, what others have begun neither.
    this.sharesStarted = options.urgent > 0 ? 'in-order' : 'unless-rarer';
    this.#playhead = new Playhead(options.bitrate, options.delay);
  }

  pick(view: PickView, random: Random): Pick | undefined {
    const draw = random.uint32();
    const at = this.#playhead.moveOn(view);
    const end = Math.min(view.pieceCount, at + this.#options.window);
    const urgent = view.firstInOrder(at, this.#urgentEnd(view, at, end));
    if (urgent >= 0) return { piece: urgent, rule: 'urgent' };
    const inside = random.below(MILLION) < this.#options.within;
    const first = inside ? this.#inWindow(view, at, end, draw) : pickRarest(view, draw);
    // What leaves the window out is for trading: helping with begun pieces of the window would undo it.
    if (first >= 0)
      return inside
        ? { piece: first, rule: 'in-window' }
        : { piece: first, rule: 'rarest-first', insists: true };
    const second = inside ? pickRarest(view, draw) : -1;
    return second < 0 ? undefined : { piece: second, rule: 'rarest-first' };
  }

  /** Exclusive end of the pieces of the window that are due soon. */
  #urgentEnd(view: PickView, at: number, end: number): number {
    const untilUs = view.nowUs + this.#options.urgent;
    let dueUs = this.#playhead.dueUs;
    let piece = at;
    for (; piece < end && dueUs < untilUs; piece++) {
      dueUs += this.#playhead.durationUs(view.pieceLength(piece));
    }
    return piece;
  }

  /** The rarest candidate of the window that the remote has; of equals the one at or after the place drawn. */
  #inWindow(view: PickView, from: number, to: number, draw: number): number {
    let rarest = -1;
    let fewest = Number.POSITIVE_INFINITY;
    const length = to - from;
    for (let step = 0; step < length; step++) {
      const piece = from + ((draw + step) % length);
      if (!view.isCandidate(piece) || !view.remoteHas(piece)) continue;
      const copies = view.availability(piece);
      if (copies >= fewest) continue;
      rarest = piece;
      fewest = copies;
    }
    return rarest;
  }
}
