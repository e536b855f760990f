/**
 * A slow reader: it is interested in everybody, asks for as many blocks as it may as soon as it is unchoked, and from
 * then on reads next to nothing, so that what is sent to it stays with its sender.
 */
import { BLOCK_LENGTH, type PieceGeometry } from '../../core/metainfo/piece-geometry.ts';
import type { Clock, Random, Timer } from '../../core/ports.ts';
import type { Line } from './line.ts';
import type { Manner } from './manner.ts';

/** Time between two looks at what may be read. */
const LOOK_US = 1_000_000;

interface Appetite {
  outstanding: number;
  /** Bytes that may be read; below zero after a block that was more than that. */
  creditBytes: number;
}

export class SlowReader implements Manner {
  readonly claimsAll = false;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #geometry: PieceGeometry;
  readonly #requests: number;
  readonly #readBytesPerSec: number;
  /** The lines on which it has been unchoked, and reads slowly. */
  readonly #slow = new Map<Line, Appetite>();
  #timer: Timer | undefined;

  constructor(
    clock: Clock,
    random: Random,
    geometry: PieceGeometry,
    { requests, readBytesPerSec }: { readonly requests: number; readonly readBytesPerSec: number },
  ) {
    this.#clock = clock;
    this.#random = random.fork('requests');
    this.#geometry = geometry;
    this.#requests = requests;
    this.#readBytesPerSec = readBytesPerSec;
  }

  start(): void {}

  stop(): void {
    this.#timer?.cancel();
  }

  claim(): void {
    // It has nothing, or it would not be unchoked.
  }

  onReady({ connection }: Line): void {
    connection.setInterested(true);
  }

  onClosed(line: Line): void {
    this.#slow.delete(line);
  }

  onUnchoked(line: Line): void {
    let appetite = this.#slow.get(line);
    if (appetite === undefined) {
      appetite = { outstanding: 0, creditBytes: 0 };
      this.#slow.set(line, appetite);
      if (this.#timer === undefined) this.#lookLater();
    }
    // Without the fast extension a choke has dropped what was asked for.
    if (!line.connection.fast) appetite.outstanding = 0;
    this.#ask(line, appetite);
    line.stream?.pause();
  }

  onAnswered(line: Line): void {
    const appetite = this.#slow.get(line);
    if (appetite === undefined) return;
    appetite.outstanding = Math.max(0, appetite.outstanding - 1);
    if (!line.connection.remoteChoking) this.#ask(line, appetite);
  }

  onReceived(line: Line, bytes: number): void {
    const appetite = this.#slow.get(line);
    if (appetite === undefined) return;
    appetite.creditBytes -= bytes;
    if (appetite.creditBytes <= 0) line.stream?.pause();
  }

  #ask({ connection, have }: Line, appetite: Appetite): void {
    if (have.count === 0 || connection.closed) return;
    while (appetite.outstanding < this.#requests) {
      let piece = this.#random.below(this.#geometry.pieceCount);
      while (!have.has(piece)) piece = (piece + 1) % this.#geometry.pieceCount;
      const block = this.#random.below(this.#geometry.blocksIn(piece));
      connection.request(piece, block * BLOCK_LENGTH, this.#geometry.blockLength(piece, block));
      appetite.outstanding++;
    }
  }

  #lookLater(): void {
    this.#timer = this.#clock.schedule(this.#clock.now() + LOOK_US, () => {
      this.#timer = undefined;
      for (const [line, appetite] of this.#slow) {
        appetite.creditBytes = Math.min(
          appetite.creditBytes + Math.round((this.#readBytesPerSec * LOOK_US) / 1e6),
          this.#readBytesPerSec,
        );
        if (appetite.creditBytes > 0) line.stream?.resume();
      }
      if (this.#slow.size > 0) this.#lookLater();
    });
  }
}
