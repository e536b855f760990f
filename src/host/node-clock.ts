/**
 * Real time: whole microseconds since the clock was made, from the machine's monotonic clock. One ordered queue of
 * timers over a single node timer, because node's own timers keep no order across different delays.
 *
 * Timers do not keep the process alive unless asked to: what a client waits for is sockets and files, which do, and its
 * periodic timers (rechoke, announce, keep-alive) would otherwise keep an idle process running for ever.
 */
import type { Clock, Microseconds, Timer } from '../core/ports.ts';

export interface NodeClockOptions {
  /** True: a pending timer keeps the process alive. Default false. */
  readonly keepAlive?: boolean;
  /**
   * The clock is ahead of a timer that is due by no more than this; when the computer does not let this process run for
   * longer, the clock stands still meanwhile. For a network that lives in this process alone, which then does not notice.
   * Default: the clock never stands still.
   */
  readonly lateMaxUs?: Microseconds;
}

interface Entry {
  readonly atUs: Microseconds;
  /** `atUs`, and when it was set for a time that was past, about the time at which it was set. */
  readonly dueUs: Microseconds;
  readonly sequence: number;
  callback: (() => void) | undefined;
}

export class NodeClock implements Clock {
  readonly #startSeconds: number;
  readonly #startNanoseconds: number;
  readonly #keepAlive: boolean;
  readonly #lateMaxUs: Microseconds;
  #stoodStillUs = 0;
  #latestUs = 0;
  /** A binary heap by (time, sequence); cancelled entries stay until they come up or are swept out. */
  #heap: Entry[] = [];
  #cancelled = 0;
  #sequence = 0;
  #armedForUs = Number.POSITIVE_INFINITY;
  #disarm: (() => void) | undefined;
  #running = false;

  constructor(options: NodeClockOptions = {}) {
    [this.#startSeconds, this.#startNanoseconds] = process.hrtime();
    this.#keepAlive = options.keepAlive ?? false;
    this.#lateMaxUs = options.lateMaxUs ?? Number.POSITIVE_INFINITY;
  }

  /** For how long the clock has stood still, in all. */
  get stoodStillUs(): Microseconds {
    return this.#stoodStillUs;
  }

  now(): Microseconds {
    const [seconds, nanoseconds] = process.hrtime();
    const elapsedUs =
      (seconds - this.#startSeconds) * 1_000_000 + Math.floor((nanoseconds - this.#startNanoseconds) / 1_000);
    const nowUs = elapsedUs - this.#stoodStillUs;
    const first = this.#heap[0];
    if (first === undefined || nowUs <= first.dueUs + this.#lateMaxUs) {
      this.#latestUs = nowUs;
      return nowUs;
    }
    this.#latestUs = Math.max(this.#latestUs, first.dueUs + this.#lateMaxUs);
    this.#stoodStillUs = elapsedUs - this.#latestUs;
    return this.#latestUs;
  }

  schedule(atUs: Microseconds, callback: () => void): Timer {
    const dueUs = Math.max(atUs, this.#latestUs);
    const entry: Entry = { atUs, dueUs, sequence: this.#sequence++, callback };
    this.#push(entry);
    if (!this.#running) this.#arm();
    return { cancel: () => this.#cancel(entry) };
  }

  #cancel(entry: Entry): void {
    if (entry.callback === undefined) return;
    entry.callback = undefined;
    this.#cancelled++;
    if (this.#running) return;
    if (this.#cancelled > 64 && this.#cancelled * 2 > this.#heap.length) this.#sweep();
    if (this.#heap[0] === entry) this.#arm();
  }

  /** Drops cancelled entries, so that memory follows the timers that still count. */
  #sweep(): void {
    const live = this.#heap.filter((entry) => entry.callback !== undefined);
    // A sorted array is a heap.
    live.sort((a, b) => a.atUs - b.atUs || a.sequence - b.sequence);
    this.#heap = live;
    this.#cancelled = 0;
  }

  #arm(): void {
    // A cancelled entry at the front must not keep the process alive.
    while (this.#heap[0] !== undefined && this.#heap[0].callback === undefined) {
      this.#pop();
      this.#cancelled--;
    }
    const first = this.#heap[0];
    if (first === undefined) {
      this.#disarm?.();
      this.#disarm = undefined;
      this.#armedForUs = Number.POSITIVE_INFINITY;
      return;
    }
    if (this.#armedForUs === first.atUs) return;
    this.#disarm?.();
    this.#armedForUs = first.atUs;
    const delayUs = first.atUs - this.now();
    if (delayUs <= 0) {
      // Not unreferenced: the event loop does not wake up for such an immediate, and what is due now would wait for
      // whatever comes next. It holds the process for this one turn only.
      const immediate = setImmediate(() => this.#run());
      this.#disarm = () => clearImmediate(immediate);
    } else {
      // Longer delays than node can count (24.8 days) wake up early and arm again.
      const timer = setTimeout(() => this.#run(), Math.min(Math.ceil(delayUs / 1_000), 0x7fffffff));
      if (!this.#keepAlive) timer.unref();
      this.#disarm = () => clearTimeout(timer);
    }
  }

  #run(): void {
    this.#armedForUs = Number.POSITIVE_INFINITY;
    this.#disarm = undefined;
    this.#running = true;
    // What callbacks schedule waits for the next run, so that a callback that asks for "now" cannot starve the sockets.
    const newcomer = this.#sequence;
    const nowUs = this.now();
    const postponed: Entry[] = [];
    try {
      for (let first = this.#heap[0]; first !== undefined && first.atUs <= nowUs; first = this.#heap[0]) {
        this.#pop();
        const { callback } = first;
        if (callback === undefined) {
          this.#cancelled--;
        } else if (first.sequence >= newcomer) {
          postponed.push(first);
        } else {
          first.callback = undefined;
          callback();
        }
      }
    } finally {
      for (const entry of postponed) this.#push(entry);
      this.#running = false;
      this.#arm();
    }
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(entry, heap[parent] as Entry)) break;
      heap[index] = heap[parent] as Entry;
      index = parent;
    }
    heap[index] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Entry;
    if (heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = index * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Entry, heap[child] as Entry)) child++;
      if (!isBefore(heap[child] as Entry, last)) break;
      heap[index] = heap[child] as Entry;
      index = child;
    }
    heap[index] = last;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.atUs < b.atUs || (a.atUs === b.atUs && a.sequence < b.sequence);
}
