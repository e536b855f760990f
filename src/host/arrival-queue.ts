/**
 * What has reached a host's socket but, seen from the shaped network, is still on its way: a row of bytes and events
 * ordered by the time at which they may be delivered. Times never decrease along the row.
 */
import type { Microseconds, StreamEnd } from '../core/ports.ts';

export type Arrival =
  | { readonly kind: 'bytes'; readonly atUs: Microseconds; readonly bytes: Uint8Array }
  | { readonly kind: 'open'; readonly atUs: Microseconds }
  | { readonly kind: 'end'; readonly atUs: Microseconds; readonly end: StreamEnd };

export class ArrivalQueue {
  #arrivals: Arrival[] = [];
  #next = 0;
  #lastUs: Microseconds = Number.NEGATIVE_INFINITY;
  #headUsed = 0;
  #bytes = 0;

  /** Bytes in the row. */
  get bytes(): number {
    return this.#bytes;
  }

  get head(): Arrival | undefined {
    return this.#arrivals[this.#next];
  }

  /** Appends; a time before that of the last entry becomes that of the last entry. */
  push(arrival: Arrival): void {
    this.#lastUs = Math.max(this.#lastUs, arrival.atUs);
    this.#arrivals.push({ ...arrival, atUs: this.#lastUs });
    if (arrival.kind === 'bytes') this.#bytes += arrival.bytes.length;
  }

  /** Takes the head off the row, which is not one of bytes. */
  shift(): void {
    this.#next++;
    this.#headUsed = 0;
    if (this.#next > 64 && this.#next * 2 > this.#arrivals.length) {
      this.#arrivals = this.#arrivals.slice(this.#next);
      this.#next = 0;
    }
  }

  /** Takes up to `limitBytes` from the head; undefined when the head is not one of bytes. */
  takeBytes(limitBytes: number): Uint8Array | undefined {
    const { head } = this;
    if (head?.kind !== 'bytes') return undefined;
    const part = head.bytes.subarray(this.#headUsed, this.#headUsed + limitBytes);
    this.#headUsed += part.length;
    this.#bytes -= part.length;
    if (this.#headUsed === head.bytes.length) this.shift();
    return part;
  }

  /** Loses all bytes, as a reset does; events stay. */
  dropBytes(): void {
    this.#arrivals = this.#arrivals.slice(this.#next).filter((arrival) => arrival.kind !== 'bytes');
    this.#next = 0;
    this.#headUsed = 0;
    this.#bytes = 0;
  }
}
