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
    for (const host of this.#internet.hosts()) {
      up += host.up.carriedBytes;
      down += host.down.carriedBytes;
      for (const stream of host.streams) {
        const { queue, done } = stream.outgoing;
        const held = done ? 0 : queue.countSegmentBytes();
        const sum = queue.deliveredBytes + queue.droppedBytes + held;
        invariant(
          sum === queue.queuedBytes,
          () =>
            `${host.name} queued ${queue.queuedBytes} bytes for ${stream.remote.host}, of which ${sum} are accounted for`,
        );
        this.#evaluations++;
      }
    }
    const { missingBytes } = this.#internet.counts;
    invariant(
      up === down + missingBytes,
      () => `${up} bytes left uplinks, ${down} came and ${missingBytes} are missing`,
    );
    const { queuedBytes, deliveredBytes, droppedBytes } = this.#internet.medium.retired;
    invariant(
      queuedBytes === deliveredBytes + droppedBytes,
      () =>
        `of ${queuedBytes} bytes of ended streams ${deliveredBytes} were delivered and ${droppedBytes} dropped`,
    );
    this.#evaluations += 2;
  }
}
