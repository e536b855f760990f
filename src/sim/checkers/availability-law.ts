/**
 * For every piece, the copies that an engine counts are the connected peers that said they have it. A check looks at
 * every engine, but only at as many pieces as its budget allows (200,000 bytes of bitfields: about 2 ms); the next check
 * looks at the pieces that follow.
 */
import { InvariantError } from '../../core/result.ts';
import type { TorrentView } from '../../core/torrent/inspection.ts';
import { checkEngines, type EngineLaw, type EngineState, type RunningEngines } from './engine-state.ts';
import { RotatingWindow } from './rotating-window.ts';

const LOOKS = 200_000;
/** An engine with few connections is looked at as if it had so many: its counts have to be looked at too. */
const CONNECTIONS_LEAST = 48;

export class AvailabilityLaw implements EngineLaw {
  readonly name = 'availability';
  readonly #engines: RunningEngines;
  readonly #pieceCount: number;
  readonly #window: RotatingWindow;
  /** Of the engine that is looked at: a bit for each slot that has a connection. */
  readonly #connected: number[] = [];
  #evaluations = 0;

  constructor(engines: RunningEngines, pieceCount: number) {
    this.#engines = engines;
    this.#pieceCount = pieceCount;
    this.#window = new RotatingWindow((pieceCount + 7) >> 3, LOOKS);
  }

  get evaluations(): number {
    return this.#evaluations;
  }

  check(): void {
    checkEngines(this.#engines, [this]);
  }

  begin(connections: number, engines: number): void {
    this.#window.advance(Math.max(connections, engines * CONNECTIONS_LEAST));
  }

  look(engine: EngineState, inspection: TorrentView): void {
    const { from, to } = this.#window;
    const end = Math.min(this.#pieceCount, to * 8);
    this.#evaluations += end - from * 8;
    if (inspection.connectionCount === 0) {
      for (let piece = from * 8; piece < end; piece++) {
        if (inspection.availability(piece) !== 0) this.#accuse(engine, inspection, piece, 0);
      }
      return;
    }
    const connected = this.#connected;
    connected.fill(0);
    for (const { slot } of inspection.connections) {
      while (connected.length <= slot >> 5) connected.push(0);
      connected[slot >> 5] = (connected[slot >> 5] as number) | (1 << (slot & 31));
    }
    for (let piece = from * 8; piece < end; piece++) {
      let copies = 0;
      for (let word = 0; word < connected.length; word++) {
        copies += bitCount(inspection.holders(piece, word) & (connected[word] as number));
      }
      if (inspection.availability(piece) !== copies) this.#accuse(engine, inspection, piece, copies);
    }
  }

  #accuse(engine: EngineState, inspection: TorrentView, piece: number, copies: number): never {
    const counted = inspection.availability(piece);
    throw new InvariantError(
      `${engine.name} counts ${counted} copies of piece ${piece}, and ${copies} of its connected peers have it`,
    );
  }
}

function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
