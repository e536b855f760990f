/**
 * Whatever an engine holds open has a bound, and it keeps it: peers unchoked and connections by its settings, dials,
 * requests and the queue of uploads by the constants of the engine. A setting that is lowered while it runs binds what is
 * opened from then on.
 */
import { REQUESTS_MAX } from '../../core/peer/request-window.ts';
import { UPLOAD_QUEUE_MAX } from '../../core/peer/upload-queue.ts';
import { InvariantError, invariant } from '../../core/result.ts';
import { HALF_OPEN_MAX } from '../../core/torrent/dialer.ts';
import type { TorrentView } from '../../core/torrent/inspection.ts';
import { checkEngines, type EngineLaw, type EngineState, type RunningEngines } from './engine-state.ts';

export class SlotsLaw implements EngineLaw {
  readonly name = 'slots within limits';
  readonly #engines: RunningEngines;
  #evaluations = 0;

  constructor(engines: RunningEngines) {
    this.#engines = engines;
  }

  get evaluations(): number {
    return this.#evaluations;
  }

  /** After it is counted. */
  unchoked(engine: EngineState, number: number): void {
    const { unchokedCount, limits } = engine;
    this.#evaluations++;
    invariant(
      unchokedCount <= limits.uploadSlots,
      () =>
        `${engine.name} unchokes ${engine.remoteName(number)} as number ${unchokedCount}, with ${limits.uploadSlots} slots`,
    );
  }

  check(): void {
    checkEngines(this.#engines, [this]);
  }

  begin(): void {}

  look(engine: EngineState, inspection: TorrentView): void {
    let open = 0;
    for (const view of inspection.connections) {
      if (view.closed) continue;
      open++;
      const { requests, uploads } = view;
      if (requests.outstanding > REQUESTS_MAX) {
        throw new InvariantError(
          `${engine.name} has ${requests.outstanding} requests out to ${engine.remoteName(view.label)}, at most ${REQUESTS_MAX}`,
        );
      }
      if (uploads.length > UPLOAD_QUEUE_MAX) {
        throw new InvariantError(
          `${engine.name} queues ${uploads.length} requests of ${engine.remoteName(view.label)}, at most ${UPLOAD_QUEUE_MAX}`,
        );
      }
    }
    const { dialledCount } = inspection;
    const most = engine.connectionsMax;
    invariant(open <= most, () => `${engine.name} has ${open} connections, at most ${most}`);
    invariant(
      dialledCount <= HALF_OPEN_MAX,
      () => `${engine.name} dials ${dialledCount} peers at a time, at most ${HALF_OPEN_MAX}`,
    );
    this.#evaluations += 2 * open + 2;
  }
}
