/**
 * The cells of the peer × piece map in the order in which they came to be held, so that a picture can go from one instant
 * to another by what happened between them. Cell `row * columns + column`; instants are ticks (report/model.ts).
 */
import { unpackUint16 } from '../report/base64.ts';
import { NEVER_TICK, type ReportMap, tickAt, tickTime } from '../report/model.ts';

export class MapCells {
  /** By cell: the tick at which it came to be held. */
  readonly verified: Uint16Array;
  /** By cell: 1 + the index of the peer that gave it, 0 unknown. */
  readonly from: Uint16Array;
  /** All cells that are ever held, by tick. */
  readonly order: Uint32Array;
  readonly #endUs: number;
  readonly #columns: number;
  /** By tick + 1: how many cells are held by then. */
  readonly #until: Uint32Array;
  /** By row, at `#countedTick`: how many cells are held. */
  readonly #heldOfRow: Uint32Array;
  #counted = 0;

  constructor(map: ReportMap, endUs: number) {
    this.verified = unpackUint16(map.verified);
    this.from = unpackUint16(map.from);
    this.#endUs = endUs;
    this.#columns = map.columns;
    this.#heldOfRow = new Uint32Array(map.peers.length);
    this.#until = new Uint32Array(NEVER_TICK + 1);
    const until = this.#until;
    for (const tick of this.verified)
      if (tick !== NEVER_TICK) until[tick + 1] = (until[tick + 1] as number) + 1;
    for (let tick = 1; tick <= NEVER_TICK; tick++) {
      until[tick] = (until[tick] as number) + (until[tick - 1] as number);
    }
    this.order = new Uint32Array(until[NEVER_TICK] as number);
    const next = until.slice();
    for (let cell = 0; cell < this.verified.length; cell++) {
      const tick = this.verified[cell] as number;
      if (tick === NEVER_TICK) continue;
      this.order[next[tick] as number] = cell;
      next[tick] = (next[tick] as number) + 1;
    }
  }

  /** The tick of an instant. */
  tickOf(timeUs: number): number {
    return Math.min(NEVER_TICK - 1, tickAt(timeUs, this.#endUs));
  }

  /** How many cells are held at a tick; none at -1. They are the first so many of `order`. */
  countUntil(tick: number): number {
    return this.#until[tick + 1] as number;
  }

  /** How many cells of the rows that count are held at a tick. Cheap when ticks are asked for that lie close together. */
  heldBy(tick: number, counts: (row: number) => boolean): number {
    const goal = this.countUntil(tick);
    const held = this.#heldOfRow;
    while (this.#counted < goal) {
      const row = Math.floor((this.order[this.#counted++] as number) / this.#columns);
      held[row] = (held[row] as number) + 1;
    }
    while (this.#counted > goal) {
      const row = Math.floor((this.order[--this.#counted] as number) / this.#columns);
      held[row] = (held[row] as number) - 1;
    }
    return held.reduce((sum, count, row) => (counts(row) ? sum + count : sum), 0);
  }

  /** The instant by which a share of all deliveries is done; undefined where there is none. */
  instantOfShare(share: number): number | undefined {
    const onArrival = this.countUntil(0);
    const deliveries = this.order.length - onArrival;
    const cell = this.order[onArrival + Math.floor(deliveries * share)];
    return cell === undefined ? undefined : tickTime(this.verified[cell] as number, this.#endUs);
  }
}
