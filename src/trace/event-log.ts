/** Growing columns of events. Appending allocates only when the columns double. Rows keep the order of their calls. */
import type { EventColumns } from './trace.ts';

export class EventLog {
  #count = 0;
  #timeUs = new Float64Array(1024);
  #kind = new Uint8Array(1024);
  #peer = new Int32Array(1024);
  #a = new Int32Array(1024);
  #b = new Int32Array(1024);
  #c = new Int32Array(1024);

  append(timeUs: number, kind: number, peer: number, a: number, b: number, c: number): void {
    const row = this.#count;
    if (row === this.#kind.length) this.#grow();
    this.#timeUs[row] = timeUs;
    this.#kind[row] = kind;
    this.#peer[row] = peer;
    this.#a[row] = a;
    this.#b[row] = b;
    this.#c[row] = c;
    this.#count = row + 1;
  }

  /** A copy of what was appended so far. */
  columns(): EventColumns {
    const count = this.#count;
    return {
      count,
      timeUs: this.#timeUs.slice(0, count),
      kind: this.#kind.slice(0, count),
      peer: this.#peer.slice(0, count),
      a: this.#a.slice(0, count),
      b: this.#b.slice(0, count),
      c: this.#c.slice(0, count),
    };
  }

  #grow(): void {
    const capacity = this.#kind.length * 2;
    this.#timeUs = grown(this.#timeUs, new Float64Array(capacity));
    this.#kind = grown(this.#kind, new Uint8Array(capacity));
    this.#peer = grown(this.#peer, new Int32Array(capacity));
    this.#a = grown(this.#a, new Int32Array(capacity));
    this.#b = grown(this.#b, new Int32Array(capacity));
    this.#c = grown(this.#c, new Int32Array(capacity));
  }
}

function grown<T extends Float64Array | Uint8Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
