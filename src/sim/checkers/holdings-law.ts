/**
 * Have-sets only grow: what an engine has reported as verified stays in its set, unless its disk has lost it since; and
 * nothing is in the set that was not reported, or reported twice. A restart begins a new set: what is in it from the
 * start was found on the disk, which the law of verified content looks at.
 */

import { invariant } from '../../core/result.ts';
import type { TorrentView } from '../../core/torrent/inspection.ts';
import { checkEngines, type EngineLaw, type EngineState, type RunningEngines } from './engine-state.ts';
import { firstPieceIn } from './rotating-window.ts';

export class HoldingsLaw implements EngineLaw {
  readonly name = 'holdings only grow';
  readonly #engines: RunningEngines;
  #evaluations = 0;

  constructor(engines: RunningEngines) {
    this.#engines = engines;
  }

  get evaluations(): number {
    return this.#evaluations;
  }

  /** Before the piece is added to what was reported. */
  verified(engine: EngineState, piece: number): void {
    this.#evaluations++;
    invariant(
      !engine.verified.has(piece),
      () => `${engine.name} verified piece ${piece}, which it had already`,
    );
  }

  check(): void {
    checkEngines(this.#engines, [this]);
  }

  begin(): void {}

  look(engine: EngineState, { have }: TorrentView): void {
    const { verified } = engine;
    for (let index = 0; index < have.bytes.length; index++) {
      const held = have.bytes[index] as number;
      const reported = verified.bytes[index] as number;
      this.#evaluations++;
      if (held === reported) continue;
      const unreported = held & ~reported;
      invariant(
        unreported === 0,
        () =>
          `${engine.name} has piece ${firstPieceIn(unreported, index)} in its set and has not verified it`,
      );
      this.#excuseLosses(engine, reported & ~held, index);
    }
  }

  #excuseLosses(engine: EngineState, lost: number, index: number): void {
    for (let rest = lost; rest !== 0; ) {
      const piece = firstPieceIn(rest, index);
      invariant(
        !engine.disk.holds(piece),
        () => `${engine.name} no longer has piece ${piece} in its set, and its disk still holds it`,
      );
      engine.verified.clear(piece);
      rest &= ~(0x80 >> (piece & 7));
    }
  }
}
