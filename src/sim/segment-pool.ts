/**
 * The segments of all streams of a network, as columns: what one delivery brings. A segment is some control bytes (in
 * a slab), then perhaps the body of a block, or the mark of an opening or an end. Directions chain them by number.
 */
import type { Payload } from '../core/ports.ts';
import { ByteSlabs } from './byte-slabs.ts';

export const NO_SEGMENT = -1;

/** What a segment means besides its bytes. */
export const Mark = { data: 0, open: 1, finish: 2, reset: 3 } as const;

export class SegmentPool {
  readonly slabs = new ByteSlabs();
  /** The segment after this one in its direction. */
  next = new Int32Array(256);
  mark = new Uint8Array(256);
  /** Slab of the control bytes, meaningful where `controlBytes` is not 0. */
  slab = new Int32Array(256);
  offset = new Int32Array(256);
  controlBytes = new Int32Array(256);
  /** Offset in its direction of the byte after its last. */
  end = new Float64Array(256);
  /** When it arrives, once it has left. */
  arrivalUs = new Float64Array(256);
  readonly payloads: (Payload | undefined)[] = [];
  #free = NO_SEGMENT;
  #used = 0;

  /** Segments alive. */
  get usedCount(): number {
    return this.#used;
  }

  take(mark: number, end: number): number {
    let segment = this.#free;
    if (segment === NO_SEGMENT) {
      segment = this.payloads.length;
      this.payloads.push(undefined);
      if (segment === this.next.length) this.#grow();
    } else this.#free = this.next[segment] as number;
    this.#used++;
    this.next[segment] = NO_SEGMENT;
    this.mark[segment] = mark;
    this.controlBytes[segment] = 0;
    this.end[segment] = end;
    return segment;
  }

  free(segment: number): void {
    if ((this.controlBytes[segment] as number) > 0) this.slabs.release(this.slab[segment] as number);
    this.payloads[segment] = undefined;
    this.next[segment] = this.#free;
    this.#free = segment;
    this.#used--;
  }

  #grow(): void {
    const length = this.next.length * 2;
    this.next = enlarged(this.next, new Int32Array(length));
    this.mark = enlarged(this.mark, new Uint8Array(length));
    this.slab = enlarged(this.slab, new Int32Array(length));
    this.offset = enlarged(this.offset, new Int32Array(length));
    this.controlBytes = enlarged(this.controlBytes, new Int32Array(length));
    this.end = enlarged(this.end, new Float64Array(length));
    this.arrivalUs = enlarged(this.arrivalUs, new Float64Array(length));
  }
}

function enlarged<T extends Float64Array | Int32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
