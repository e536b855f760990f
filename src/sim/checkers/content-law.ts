/** What an engine calls verified, or found on its disk, is on its disk, byte for byte as the source has it. */
import { invariant } from '../../core/result.ts';
import type { Checker } from './checker.ts';
import type { EngineState } from './engine-state.ts';

export class ContentLaw implements Checker {
  readonly name = 'verified content';
  #evaluations = 0;

  get evaluations(): number {
    return this.#evaluations;
  }

  /** `found`: on disk at the start, rather than downloaded. */
  verified(engine: EngineState, piece: number, found: boolean): void {
    this.#evaluations++;
    invariant(
      engine.disk.holds(piece),
      () =>
        `${engine.name} ${found ? 'found' : 'verified'} piece ${piece}, and its disk does not hold what the source has`,
    );
  }

  check(): void {
    // Looked at whenever it happens. Later a disk may rot, which is not the engine's doing.
  }
}
