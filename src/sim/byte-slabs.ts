/**
 * Memory for longer runs of control bytes on their way: large slabs that all streams of a network write into one after
 * another, each reused when every run of bytes in it has been let go.
 */
import { invariant } from '../core/result.ts';

/** As long as the longest run: a slab of which one run is alive cannot be used again. */
export const SLAB_BYTES = 16384;

export class ByteSlabs {
  readonly #slabs: Uint8Array[] = [];
  /** Runs of bytes alive in each slab. */
  readonly #users: number[] = [];
  readonly #idle: number[] = [];
  #current = -1;
  #end = 0;

  /** Slabs allocated so far. */
  get slabCount(): number {
    return this.#slabs.length;
  }

  /** Slab that the last `append`, `reserve` or `extend` was in. */
  get current(): number {
    return this.#current;
  }

  bytesOf(slab: number): Uint8Array {
    return this.#slabs[slab] as Uint8Array;
  }

  /** Copies a new run in, of at most a slab's length; returns its offset in the slab `current`. */
  append(bytes: Uint8Array, start: number, end: number): number {
    const offset = this.reserve(end - start);
    copyBytes(bytes, start, end, this.#slabs[this.#current] as Uint8Array, offset);
    return offset;
  }

  /** Room for a new run, of at most a slab's length; returns its offset in the slab `current`. */
  reserve(length: number): number {
    invariant(length <= SLAB_BYTES, 'a run of control bytes is at most one slab long');
    if (this.#current < 0 || this.#end + length > SLAB_BYTES) this.#advance();
    const offset = this.#end;
    this.#end = offset + length;
    this.#users[this.#current] = (this.#users[this.#current] as number) + 1;
    return offset;
  }

  /** Appends to the run that ends at `at` in `slab`. False when something else follows it there. */
  extend(slab: number, at: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (slab !== this.#current || at !== this.#end || at + end - start > SLAB_BYTES) return false;
    copyBytes(bytes, start, end, this.#slabs[slab] as Uint8Array, at);
    this.#end = at + end - start;
    return true;
  }

  /** One run in `slab` is not needed any more. */
  release(slab: number): void {
    const users = (this.#users[slab] as number) - 1;
    this.#users[slab] = users;
    if (users > 0) return;
    invariant(users === 0, 'a run of control bytes was released twice');
    if (slab !== this.#current) this.#idle.push(slab);
  }

  #advance(): void {
    const used = this.#current;
    let next = this.#idle.pop();
    if (next === undefined) {
      next = this.#slabs.length;
      this.#slabs.push(new Uint8Array(SLAB_BYTES));
      this.#users.push(0);
    }
    if (used >= 0 && this.#users[used] === 0) this.#idle.push(used);
    this.#current = next;
    this.#end = 0;
  }
}

/** Copies `from[start, end)` to `to` at `offset`. */
export function copyBytes(
  from: Uint8Array,
  start: number,
  end: number,
  to: Uint8Array,
  offset: number,
): void {
  // Most messages have a few bytes: for those a loop beats the call.
  if (end - start > 64) to.set(from.subarray(start, end), offset);
  else for (let index = start; index < end; index++) to[offset + index - start] = from[index] as number;
}
