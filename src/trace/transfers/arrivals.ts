/** Reads when the first and the last blocks of a peer arrived. */
import { type ArrivalColumns, KEPT_ARRIVALS, keptArrivals } from './transfer-columns.ts';

export class Arrivals {
  readonly #columns: ArrivalColumns;
  /** Where each kept peer's instants begin. */
  readonly #start: Int32Array;

  constructor(columns: ArrivalColumns) {
    this.#columns = columns;
    const { everyNth, blocks } = columns;
    const kept = everyNth === 0 ? 0 : Math.ceil(blocks.length / everyNth);
    this.#start = new Int32Array(kept + 1);
    for (let index = 0; index < kept; index++) {
      const length = keptArrivals(blocks[index * everyNth] as number);
      this.#start[index + 1] = (this.#start[index] as number) + length;
    }
  }

  /** Wanted blocks that the peer got. */
  blocks(peer: number): number {
    return this.#columns.blocks[peer] ?? 0;
  }

  /** Its first blocks, at most `KEPT_ARRIVALS`; undefined where nothing is kept of this peer. */
  first(peer: number): Float64Array | undefined {
    return this.#instants(peer)?.subarray(0, KEPT_ARRIVALS);
  }

  /** Its last blocks, at most `KEPT_ARRIVALS`; of a peer with few blocks they are the same as the first. */
  last(peer: number): Float64Array | undefined {
    return this.#instants(peer)?.subarray(-KEPT_ARRIVALS);
  }

  #instants(peer: number): Float64Array | undefined {
    const { everyNth, timeUs } = this.#columns;
    if (everyNth === 0 || peer % everyNth !== 0) return undefined;
    const index = peer / everyNth;
    return timeUs.subarray(this.#start[index] ?? 0, this.#start[index + 1] ?? 0);
  }
}
