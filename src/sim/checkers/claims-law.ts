/**
 * Nobody claims what it has not verified: not to its user (complete only with every piece), and not to its peers (no have
 * before the check, no more haves than pieces). What a remote believes a peer to have, that peer has verified at some
 * time of the run; of these beliefs a check looks at as many as its budget allows, in turn.
 */
import type { Bitfield } from '../../core/bitfield.ts';
import { InvariantError, invariant } from '../../core/result.ts';
import type { TorrentView } from '../../core/torrent/inspection.ts';
import { checkEngines, type EngineLaw, type EngineState, type RunningEngines } from './engine-state.ts';
import { firstPieceIn, followedPieces, RotatingWindow } from './rotating-window.ts';

/** In bytes of bitfields, each of which is put together from eight pieces: about 2 ms. */
const LOOKS = 25_000;

export class ClaimsLaw implements EngineLaw {
  readonly name = 'claims are verified';
  readonly #engines: RunningEngines;
  /** By peer: what it has verified in any of its sessions; undefined for outsiders. */
  readonly #everVerified: readonly (Bitfield | undefined)[];
  readonly #window: RotatingWindow;
  readonly #every: number;
  #evaluations = 0;

  constructor(engines: RunningEngines, everVerified: readonly (Bitfield | undefined)[], pieceCount: number) {
    this.#engines = engines;
    this.#everVerified = everVerified;
    this.#every = followedPieces(everVerified.length, pieceCount);
    this.#window = new RotatingWindow((pieceCount + 7) >> 3, LOOKS);
  }

  get evaluations(): number {
    return this.#evaluations;
  }

  /** A piece has just been checked, with success or without; nobody can have been told of it. In large runs: every fourth. */
  checked(engine: EngineState, piece: number): void {
    const { inspection, verifiedCount } = engine;
    if (inspection === undefined || piece % this.#every !== 0) return;
    for (const view of inspection.connections) {
      this.#evaluations++;
      if (view.claims <= verifiedCount) continue;
      this.#refuse(engine, view.label, ` before its check of piece ${piece} was over`);
    }
  }

  completed(engine: EngineState): void {
    const { count, length } = engine.verified;
    this.#evaluations++;
    invariant(
      count === length,
      () => `${engine.name} claims to be complete with ${count} of ${length} pieces`,
    );
  }

  check(): void {
    checkEngines(this.#engines, [this]);
  }

  begin(connections: number): void {
    this.#window.advance(connections);
  }

  look(engine: EngineState, inspection: TorrentView): void {
    const { from, to } = this.#window;
    for (const view of inspection.connections) {
      if (view.closed) continue;
      this.#evaluations++;
      if (view.claims > engine.verifiedCount) this.#refuse(engine, view.label, '');
      const verified = this.#everVerified[engine.connections.remote(view.label)];
      if (verified === undefined) continue;
      for (let index = from; index < to; index++) {
        const unfounded = inspection.remoteByte(view, index) & ~(verified.bytes[index] as number);
        if (unfounded !== 0) {
          throw new InvariantError(
            `${engine.remoteName(view.label)} has told ${engine.name} that it has piece ${firstPieceIn(unfounded, index)}, which it has never verified`,
          );
        }
      }
      this.#evaluations += to - from;
    }
  }

  #refuse(engine: EngineState, number: number, when: string): never {
    throw new InvariantError(
      `${engine.name} has told ${engine.remoteName(number)} of more pieces than it has verified${when}`,
    );
  }
}
