/**
 * A liar: it says that it has pieces, at once or more and more of them, unchokes everybody, and has nothing. Some
 * remotes get a reject for every request, the others no answer at all.
 */
import type { Bitfield } from '../../core/bitfield.ts';
import type { Clock, Random, Timer } from '../../core/ports.ts';
import type { MisbehaviourOptions } from './behaviours.ts';
import type { Line } from './line.ts';
import type { Manner } from './manner.ts';

export class Liar implements Manner {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #options: MisbehaviourOptions;
  /** Every piece, in the order in which it is claimed. */
  readonly #pieces: number[];
  /** How many of them are claimed by now. */
  #claimed: number;
  readonly #lines = new Set<Line>();
  /** Those whose requests are refused. */
  readonly #refused = new Set<Line>();
  #timer: Timer | undefined;

  constructor(clock: Clock, random: Random, pieceCount: number, options: MisbehaviourOptions) {
    this.#clock = clock;
    this.#random = random.fork('remotes');
    this.#options = options;
    this.#pieces = Array.from({ length: pieceCount }, (_, piece) => piece);
    const order = random.fork('pieces');
    for (let index = pieceCount - 1; index > 0; index--) {
      const other = order.below(index + 1);
      const piece = this.#pieces[index] as number;
      this.#pieces[index] = this.#pieces[other] as number;
      this.#pieces[other] = piece;
    }
    this.#claimed = Math.floor((pieceCount * options.claimPerMille) / 1000);
  }

  get claimsAll(): boolean {
    return this.#claimed === this.#pieces.length;
  }

  start(): void {
    this.#claimLater();
  }

  stop(): void {
    this.#timer?.cancel();
  }

  claim(claimed: Bitfield): void {
    for (let index = 0; index < this.#claimed; index++) claimed.set(this.#pieces[index] as number);
  }

  onReady(line: Line): void {
    this.#lines.add(line);
    if (this.#random.below(1000) < this.#options.refusePerMille) this.#refused.add(line);
    line.connection.unchoke();
  }

  onRequested(line: Line, piece: number, begin: number, length: number): void {
    if (this.#refused.has(line)) line.connection.reject(piece, begin, length);
  }

  onClosed(line: Line): void {
    this.#lines.delete(line);
    this.#refused.delete(line);
  }

  /** One more piece at a time, so that it has them all in the time that it pretends to need. */
  #claimLater(): void {
    if (this.claimsAll) return;
    const missing =
      this.#pieces.length - Math.floor((this.#pieces.length * this.#options.claimPerMille) / 1000);
    const intervalUs = Math.max(1, Math.floor(this.#options.lieForUs / missing));
    this.#timer = this.#clock.schedule(this.#clock.now() + intervalUs, () => {
      const piece = this.#pieces[this.#claimed] as number;
      this.#claimed++;
      for (const { connection } of this.#lines) if (!connection.closed) connection.announcePiece(piece);
      this.#claimLater();
    });
  }
}
