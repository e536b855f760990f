/**
 * No honest engine ends a connection with another honest engine for a fault of the other: between two of ours there is
 * none, so one of them is wrong. Excused is what the world may have done: silence (a line that is cut, a machine that
 * crashed), and a corrupt piece (a disk that corrupts what it writes makes the only source look guilty).
 */
import type { Blame } from '../../core/observer.ts';
import { InvariantError } from '../../core/result.ts';
import type { Checker } from './checker.ts';
import type { EngineState } from './engine-state.ts';

const EXCUSED = /^(?:silent for too long|sent a corrupt piece)/;

export class BlameLaw implements Checker {
  readonly name = 'no blame among the honest';
  #evaluations = 0;

  get evaluations(): number {
    return this.#evaluations;
  }

  /** Before the connection is forgotten. */
  disconnected(engine: EngineState, number: number, reason: string, blame: Blame): void {
    if (engine.connections.fromRemote(number) < 0) return;
    this.#evaluations++;
    if (blame !== 'remote' || EXCUSED.test(reason)) return;
    throw new InvariantError(
      `${engine.name} ends its connection with ${engine.remoteName(number)}: ${reason}`,
    );
  }

  check(): void {
    // Looked at whenever a connection ends.
  }
}
