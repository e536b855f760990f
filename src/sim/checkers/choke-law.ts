/**
 * Nothing is served to a peer that the engine chokes, by its own reports, but the pieces that it was granted as
 * allowed-fast (BEP 6). And the reports are true: they agree with what the engine has told the remote last.
 */

import { InvariantError } from '../../core/result.ts';
import type { TorrentView } from '../../core/torrent/inspection.ts';
import { checkEngines, type EngineLaw, type EngineState, type RunningEngines } from './engine-state.ts';
import type { WatchedConnections } from './watched-connections.ts';

export class ChokeLaw implements EngineLaw {
  readonly name = 'served while unchoked';
  /** Blocks that were served to choked peers by a grant. */
  granted = 0;
  readonly #engines: RunningEngines;
  readonly #connections: WatchedConnections;
  #evaluations = 0;

  constructor(engines: RunningEngines, connections: WatchedConnections) {
    this.#engines = engines;
    this.#connections = connections;
  }

  get evaluations(): number {
    return this.#evaluations;
  }

  sent(engine: EngineState, number: number, piece: number): void {
    this.#evaluations++;
    if (this.#connections.isUnchoked(number)) return;
    this.granted++;
    if (!isGranted(engine, number, piece)) {
      throw new InvariantError(
        `${engine.name} served a block of piece ${piece} to ${engine.remoteName(number)}, which it chokes and has not granted that piece`,
      );
    }
  }

  check(): void {
    checkEngines(this.#engines, [this]);
  }

  begin(): void {}

  look(engine: EngineState, inspection: TorrentView): void {
    for (const view of inspection.connections) {
      if (view.closed) continue;
      this.#evaluations++;
      if (this.#connections.isUnchoked(view.label) === view.amChoking) {
        throw new InvariantError(
          `${engine.name} ${view.amChoking ? 'chokes' : 'unchokes'} ${engine.remoteName(view.label)} and has reported the opposite`,
        );
      }
    }
  }
}

function isGranted(engine: EngineState, number: number, piece: number): boolean {
  for (const view of engine.inspection?.connections ?? []) {
    if (view.label === number) return view.grantedFast.includes(piece);
  }
  return false;
}
