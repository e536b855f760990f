/**
 * The segments of all streams of a network, as rows of one shared buffer, 64 bytes each: what one delivery brings. A
 * segment is some control bytes, then perhaps the body of a block; or the mark of an opening or an end. Directions chain
 * them by number.
 *
 * A few control bytes (a have, a request, the header of a block) lie in the row itself, more of them in a slab. Nothing
 * is allocated for a segment.
 */

import type { Payload } from '../core/ports.ts';
import { ByteSlabs, copyBytes } from './byte-slabs.ts';
import { moreRows } from './row-room.ts';
import {
  AT_US,
  CONTROL_BYTES,
  END,
  INLINE,
  INLINE_AT,
  INLINE_BYTES,
  INTEGERS,
  MARK,
  Mark,
  NEXT,
  NO_SEGMENT,
  OFFSET,
  PAYLOAD_BYTES,
  ROW_BYTES,
  ROWS_AT_BYTE,
  SEGMENT_BYTES,
  SLAB,
  STRIDE,
} from './segment-fields.ts';

export class SegmentTable {
  readonly #slabs = new ByteSlabs();
  #numbers = new Float64Array(ROWS_AT_BYTE / 8 + 256 * STRIDE);
  #integers = new Int32Array(this.#numbers.buffer);
  #bytes = new Uint8Array(this.#numbers.buffer);
  readonly #payloads: (Payload | undefined)[] = [];
  #free = NO_SEGMENT;
  #usedCount = 0;

  /** Segments alive. */
  get usedCount(): number {
    return this.#usedCount;
  }

  /** Slabs for longer control bytes allocated so far. */
  get slabCount(): number {
    return this.#slabs.slabCount;
  }

  /** A segment without bytes: its end is the byte before which all that was sent earlier lies. */
  take(mark: number, end: number, atUs: number): number {
    let segment = this.#free;
    if (segment === NO_SEGMENT) {
      segment = this.#payloads.length;
      this.#payloads.push(undefined);
      if (ROWS_AT_BYTE / 8 + segment * STRIDE === this.#numbers.length) this.#grow();
    } else this.#free = this.next(segment);
    this.#usedCount++;
    const integers = this.#integers;
    const place = segment * INTEGERS;
    integers[place + NEXT] = NO_SEGMENT;
    integers[place + MARK] = mark;
    integers[place + CONTROL_BYTES] = 0;
    integers[place + PAYLOAD_BYTES] = 0;
    integers[place + SLAB] = INLINE;
    this.#numbers[segment * STRIDE + END] = end;
    this.#numbers[segment * STRIDE + AT_US] = atUs;
    return segment;
  }

  free(segment: number): void {
    const integers = this.#integers;
    const place = segment * INTEGERS;
    const slab = integers[place + SLAB] as number;
    if (slab !== INLINE) this.#slabs.release(slab);
    if ((integers[place + PAYLOAD_BYTES] as number) > 0) this.#payloads[segment] = undefined;
    integers[place + NEXT] = this.#free;
    this.#free = segment;
    this.#usedCount--;
  }

  /** The segment after this one in its direction. */
  next(segment: number): number {
    return this.#integers[segment * INTEGERS + NEXT] as number;
  }

  setNext(segment: number, next: number): void {
    this.#integers[segment * INTEGERS + NEXT] = next;
  }

  mark(segment: number): number {
    return this.#integers[segment * INTEGERS + MARK] as number;
  }

  /** Offset in its direction of the byte after its last. */
  end(segment: number): number {
    return this.#numbers[segment * STRIDE + END] as number;
  }

  /** Offset in its direction of its first byte. */
  start(segment: number): number {
    return this.end(segment) - this.length(segment);
  }

  /** When it was begun, while it is pending; when it arrives, once it has left. */
  atUs(segment: number): number {
    return this.#numbers[segment * STRIDE + AT_US] as number;
  }

  setAtUs(segment: number, atUs: number): void {
    this.#numbers[segment * STRIDE + AT_US] = atUs;
  }

  /** All its bytes. */
  length(segment: number): number {
    const place = segment * INTEGERS;
    return (
      (this.#integers[place + CONTROL_BYTES] as number) + (this.#integers[place + PAYLOAD_BYTES] as number)
    );
  }

  controlBytes(segment: number): number {
    return this.#integers[segment * INTEGERS + CONTROL_BYTES] as number;
  }

  payload(segment: number): Payload | undefined {
    return (this.#integers[segment * INTEGERS + PAYLOAD_BYTES] as number) > 0
      ? this.#payloads[segment]
      : undefined;
  }

  /** What its control bytes lie in, from `controlOffset` on, until it is freed. */
  controlIn(segment: number): Uint8Array {
    const slab = this.#integers[segment * INTEGERS + SLAB] as number;
    return slab === INLINE ? this.#bytes : this.#slabs.bytesOf(slab);
  }

  controlOffset(segment: number): number {
    const place = segment * INTEGERS;
    const slab = this.#integers[place + SLAB] as number;
    return slab === INLINE ? segment * ROW_BYTES + INLINE_AT : (this.#integers[place + OFFSET] as number);
  }

  /** Whether a body may join the control bytes: they are a header, or a little that goes before it. */
  takesPayload(segment: number): boolean {
    const place = segment * INTEGERS;
    return (
      this.#integers[place + PAYLOAD_BYTES] === 0 &&
      this.#integers[place + MARK] === Mark.data &&
      (this.#integers[place + CONTROL_BYTES] as number) <= SEGMENT_BYTES
    );
  }

  setPayload(segment: number, payload: Payload): void {
    this.#payloads[segment] = payload;
    this.#integers[segment * INTEGERS + PAYLOAD_BYTES] = payload.length;
    this.#numbers[segment * STRIDE + END] = this.end(segment) + payload.length;
  }

  /** Puts control bytes into a segment that has none, at most a slab's length. */
  write(segment: number, bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    const place = segment * INTEGERS;
    if (length <= INLINE_BYTES) {
      copyBytes(bytes, start, end, this.#bytes, segment * ROW_BYTES + INLINE_AT);
    } else {
      this.#integers[place + OFFSET] = this.#slabs.append(bytes, start, end);
      this.#integers[place + SLAB] = this.#slabs.current;
    }
    this.#integers[place + CONTROL_BYTES] = length;
    this.#numbers[segment * STRIDE + END] = this.end(segment) + length;
  }

  /**
   * Adds control bytes to a pending segment of such that was begun at this instant. False, and nothing is added, when it is
   * full, or is another: what is written at one instant travels together, and nothing else does.
   */
  extend(segment: number, bytes: Uint8Array, start: number, end: number, nowUs: number): boolean {
    const length = end - start;
    const place = segment * INTEGERS;
    const used = this.#integers[place + CONTROL_BYTES] as number;
    if (this.atUs(segment) !== nowUs || used + length > SEGMENT_BYTES || !this.takesPayload(segment)) {
      return false;
    }
    if (used + length <= INLINE_BYTES) {
      copyBytes(bytes, start, end, this.#bytes, segment * ROW_BYTES + INLINE_AT + used);
    } else this.#extendInSlab(segment, used, bytes, start, end);
    this.#integers[place + CONTROL_BYTES] = used + length;
    this.#numbers[segment * STRIDE + END] = this.end(segment) + length;
    return true;
  }

  #extendInSlab(segment: number, used: number, bytes: Uint8Array, start: number, end: number): void {
    const slabs = this.#slabs;
    const place = segment * INTEGERS;
    const slab = this.#integers[place + SLAB] as number;
    const offset = this.#integers[place + OFFSET] as number;
    if (slab !== INLINE && slabs.extend(slab, offset + used, bytes, start, end)) return;
    const moved = slabs.reserve(used + end - start);
    const from = this.controlOffset(segment);
    copyBytes(this.controlIn(segment), from, from + used, slabs.bytesOf(slabs.current), moved);
    copyBytes(bytes, start, end, slabs.bytesOf(slabs.current), moved + used);
    if (slab !== INLINE) slabs.release(slab);
    this.#integers[place + SLAB] = slabs.current;
    this.#integers[place + OFFSET] = moved;
  }

  #grow(): void {
    const rows = moreRows(this.#payloads.length - 1);
    const numbers = new Float64Array(ROWS_AT_BYTE / 8 + rows * STRIDE);
    numbers.set(this.#numbers);
    this.#numbers = numbers;
    this.#integers = new Int32Array(numbers.buffer);
    this.#bytes = new Uint8Array(numbers.buffer);
  }
}
