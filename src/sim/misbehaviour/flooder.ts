/**
 * A flooder: as many messages a second as it is told, on every connection, each of them well-formed and none of any use:
 * haves, keep-alives, changes of mind, requests that are cancelled at once, extended messages that nobody asked for. It
 * sends no faster than its line takes it.
 */

import type { PieceGeometry } from '../../core/metainfo/piece-geometry.ts';
import type { Clock, Random, Timer } from '../../core/ports.ts';
import { WireEncoder } from '../../core/wire/encoder.ts';
import type { Line } from './line.ts';
import type { Manner } from './manner.ts';

/** Time between two bursts. */
const BURST_US = 100_000;
/** With so much unsent, it sends no more. */
const UNSENT_MAX_BYTES = 65_536;
const EXTENDED_BYTES = 32;

export class Flooder implements Manner {
  readonly claimsAll = false;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #encoder = new WireEncoder();
  readonly #geometry: PieceGeometry;
  readonly #burst: number;
  readonly #lines = new Set<Line>();
  #timer: Timer | undefined;

  constructor(clock: Clock, random: Random, geometry: PieceGeometry, messagesPerSec: number) {
    this.#clock = clock;
    this.#random = random.fork('messages');
    this.#geometry = geometry;
    this.#burst = Math.max(1, Math.round((messagesPerSec * BURST_US) / 1e6));
  }

  start(): void {}

  stop(): void {
    this.#timer?.cancel();
  }

  claim(): void {
    // It has nothing to begin with.
  }

  onReady(line: Line): void {
    this.#lines.add(line);
    if (this.#timer === undefined) this.#burstLater();
  }

  onClosed(line: Line): void {
    this.#lines.delete(line);
  }

  #burstLater(): void {
    this.#timer = this.#clock.schedule(this.#clock.now() + BURST_US, () => {
      this.#timer = undefined;
      for (const line of this.#lines) {
        for (let count = 0; count < this.#burst && this.#hasRoom(line); count++) this.#sayAnything(line);
      }
      if (this.#lines.size > 0) this.#burstLater();
    });
  }

  #hasRoom({ connection }: Line): boolean {
    return !connection.closed && connection.unsentBytes() < UNSENT_MAX_BYTES;
  }

  #sayAnything({ connection, stream, saidPort }: Line): void {
    switch (this.#random.below(8)) {
      case 0:
        connection.sendKeepAlive();
        return;
      case 1:
        connection.choke();
        return;
      case 2:
        connection.unchoke();
        return;
      case 3:
        connection.setInterested(true);
        return;
      case 4:
        connection.setInterested(false);
        return;
      case 5:
        // Never the last piece: with all of them it would pass for a seed, and seeds part from seeds.
        if (this.#geometry.pieceCount > 1) {
          connection.announcePiece(this.#random.below(this.#geometry.pieceCount - 1));
        }
        return;
      case 6: {
        const piece = this.#random.below(this.#geometry.pieceCount);
        const length = this.#geometry.blockLength(piece, 0);
        connection.request(piece, 0, length);
        connection.cancel(piece, 0, length);
        return;
      }
      default:
        // Only to those who have said that they speak the extension protocol.
        if (!saidPort || stream === undefined) return;
        this.#encoder.extended(stream, 1 + this.#random.below(255), new Uint8Array(EXTENDED_BYTES));
    }
  }
}
