/**
 * When the first and the last blocks of each peer came, while a run goes on: at most `KEPT_ARRIVALS` of either, so that what
 * is kept of a peer does not grow with what it downloads.
 */
import { type ArrivalColumns, KEPT_ARRIVALS, keptArrivals, MAX_ARRIVAL_PEERS } from './transfer-columns.ts';

export class BlockArrivals {
  readonly #everyNth: number;
  readonly #blocks: Float64Array;
  /** By kept peer: the first, then a ring of the latest. Made with its first block. */
  readonly #kept: (Float64Array | undefined)[];

  constructor(peers: number) {
    this.#everyNth = Math.max(1, Math.ceil(peers / MAX_ARRIVAL_PEERS));
    this.#blocks = new Float64Array(peers);
    this.#kept = new Array<undefined>(Math.ceil(peers / this.#everyNth)).fill(undefined);
  }

  add(peer: number, timeUs: number): void {
    const before = this.#blocks[peer] as number;
    this.#blocks[peer] = before + 1;
    if (peer % this.#everyNth !== 0) return;
    const index = peer / this.#everyNth;
    let kept = this.#kept[index];
    if (kept === undefined) {
      kept = new Float64Array(2 * KEPT_ARRIVALS);
      this.#kept[index] = kept;
    }
    kept[before < KEPT_ARRIVALS ? before : KEPT_ARRIVALS + (before % KEPT_ARRIVALS)] = timeUs;
  }

  get byteLength(): number {
    const kept = this.#kept.filter((each) => each !== undefined).length;
    return this.#blocks.byteLength + kept * 2 * KEPT_ARRIVALS * Float64Array.BYTES_PER_ELEMENT;
  }

  finish(): ArrivalColumns {
    const blocks = this.#blocks.slice();
    let count = 0;
    for (let peer = 0; peer < blocks.length; peer += this.#everyNth)
      count += keptArrivals(blocks[peer] as number);
    const timeUs = new Float64Array(count);
    let at = 0;
    for (const [index, kept] of this.#kept.entries()) {
      if (kept === undefined) continue;
      const total = blocks[index * this.#everyNth] as number;
      const length = keptArrivals(total);
      timeUs.set(kept.subarray(0, length), at);
      if (total > length) {
        // The ring is full: its oldest instant is where the next one would go.
        const oldest = KEPT_ARRIVALS + (total % KEPT_ARRIVALS);
        timeUs.set(kept.subarray(oldest), at + KEPT_ARRIVALS);
        timeUs.set(kept.subarray(KEPT_ARRIVALS, oldest), at + 3 * KEPT_ARRIVALS - oldest);
      }
      at += length;
    }
    return { everyNth: this.#everyNth, blocks, timeUs };
  }
}
