/**
 * Bytes are neither made nor lost: in every direction of every stream what was queued is delivered, dropped, in flight
 * or pending; and what left the uplinks came to the downlinks, but for datagrams that are known to be missing.
 */
import { invariant } from '../../core/result.ts';
import type { SimulatedInternet } from '../simulated-internet.ts';
import type { Checker } from './checker.ts';

export class ConservationChecker implements Checker {
  readonly name = 'conservation';
  readonly #internet: SimulatedInternet;
  #evaluations = 0;

  constructor(internet: SimulatedInternet) {
    this.#internet = internet;
  }

  get evaluations(): number {
    return this.#evaluations;
  }

  check(): void {
    let up = 0;
    let down = 0;
    let heldInAll = 0;
    const { queues } = this.#internet.medium.directions;
    for (const host of this.#internet.hosts()) {
      up += host.up.carriedBytes;
      down += host.down.carriedBytes;
      for (const stream of host.streams) {
        const queued = queues.queuedBytes(stream.row);
        const held = queues.countSegmentBytes(stream.row);
        const sum = queues.takenBytes(stream.row) + held;
        invariant(
          sum === queued,
          () =>
            `${host.name} queued ${queued} bytes for ${stream.remote.host}, of which ${sum} are accounted for`,
        );
        heldInAll += held;
        this.#evaluations++;
      }
    }
    const { missingBytes } = this.#internet.counts;
    invariant(
      up === down + missingBytes,
      () => `${up} bytes left uplinks, ${down} came and ${missingBytes} are missing`,
    );
    const { queuedBytes, deliveredBytes, droppedBytes } = queues.books;
    invariant(
      queuedBytes === deliveredBytes + droppedBytes + heldInAll,
      () =>
        `of ${queuedBytes} bytes of all streams ${deliveredBytes} were delivered, ${droppedBytes} dropped and ${heldInAll} are on their way`,
    );
    this.#evaluations += 2;
  }
}
