/**
 * For every piece, the copies that an engine counts are the connected peers whose bitfields have it. A check looks at
 * every engine, but only at as many pieces as its budget allows (200,000 bytes of bitfields: about 2 ms); the next check
 * looks at the pieces that follow.
 */
import { InvariantError } from '../../core/result.ts';
import type { TorrentView } from '../../core/torrent/inspection.ts';
import { checkEngines, type EngineLaw, type EngineState, type RunningEngines } from './engine-state.ts';
import { RotatingWindow } from './rotating-window.ts';

const LOOKS = 200_000;

/** Four bits, first to last, as four counts of a byte each in one word. */
const SPREAD = Uint32Array.from({ length: 16 }, (_, bits) =>
  [24, 16, 8, 0].reduce((word, shift, bit) => word + ((bits >> (3 - bit)) & 1) * (1 << shift), 0),
);
/** What such a count holds. */
const LANE_MAX = 255;

export class AvailabilityLaw implements EngineLaw {
  readonly name = 'availability';
  readonly #engines: RunningEngines;
  readonly #pieceCount: number;
  readonly #window: RotatingWindow;
  /** While counting: pieces 0 to 3 and 4 to 7 of each byte. */
  readonly #high: Uint32Array;
  readonly #low: Uint32Array;
  readonly #copies: Int32Array;
  #evaluations = 0;

  constructor(engines: RunningEngines, pieceCount: number) {
    this.#engines = engines;
    this.#pieceCount = pieceCount;
    this.#window = new RotatingWindow((pieceCount + 7) >> 3, LOOKS);
    this.#high = new Uint32Array((pieceCount + 7) >> 3);
    this.#low = new Uint32Array((pieceCount + 7) >> 3);
    this.#copies = new Int32Array(((pieceCount + 7) >> 3) * 8);
  }

  get evaluations(): number {
    return this.#evaluations;
  }

  check(): void {
    checkEngines(this.#engines, [this]);
  }

  begin(connections: number): void {
    this.#window.advance(connections);
  }

  look(engine: EngineState, inspection: TorrentView): void {
    const { from, to } = this.#window;
    const high = this.#high;
    const low = this.#low;
    this.#copies.fill(0, from * 8, to * 8);
    let connections = 0;
    for (const { have } of inspection.connections) {
      const { bytes } = have;
      for (let index = from; index < to; index++) {
        const byte = bytes[index] as number;
        high[index] = (high[index] as number) + (SPREAD[byte >> 4] as number);
        low[index] = (low[index] as number) + (SPREAD[byte & 15] as number);
      }
      if (++connections % LANE_MAX === 0) this.#gather();
    }
    this.#gather();
    this.#compare(engine, inspection);
  }

  /** Moves the counts of four pieces to a word into those of one piece each. */
  #gather(): void {
    const { from, to } = this.#window;
    for (let index = from; index < to; index++) {
      this.#add(index * 8, this.#high[index] as number);
      this.#add(index * 8 + 4, this.#low[index] as number);
      this.#high[index] = 0;
      this.#low[index] = 0;
    }
  }

  #add(piece: number, counts: number): void {
    const copies = this.#copies;
    copies[piece] = (copies[piece] as number) + (counts >>> 24);
    copies[piece + 1] = (copies[piece + 1] as number) + ((counts >>> 16) & LANE_MAX);
    copies[piece + 2] = (copies[piece + 2] as number) + ((counts >>> 8) & LANE_MAX);
    copies[piece + 3] = (copies[piece + 3] as number) + (counts & LANE_MAX);
  }

  #compare(engine: EngineState, inspection: TorrentView): void {
    const { from, to } = this.#window;
    const end = Math.min(this.#pieceCount, to * 8);
    for (let piece = from * 8; piece < end; piece++) {
      const counted = inspection.availability(piece);
      const copies = this.#copies[piece] as number;
      if (counted !== copies) {
        throw new InvariantError(
          `${engine.name} counts ${counted} copies of piece ${piece}, and ${copies} of its connected peers have it`,
        );
      }
    }
    this.#evaluations += end - from * 8;
  }
}
