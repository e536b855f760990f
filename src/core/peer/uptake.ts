/**
 * Whether a remote takes what we send it, judged by looking at what has left for the line now and then. One that takes
 * nothing holds a slot that others could use, and the blocks that were given to its stream stay in our memory.
 */
import type { Microseconds } from '../ports.ts';

/** Nothing taken for so long although something waited: it is stuck. A busy system hands on in lumps. */
const STUCK_US: Microseconds = 30_000_000;
/** As long as it may be silent: within this time it has to take a fair part of what waits. */
const HOPELESS_US: Microseconds = 240_000_000;
/** A block: 70 bytes a second, a tenth of what is left of a modem when ten others are served at once. */
const FAIR_PART_BYTES = 16_384;
/** Of much that waits a quarter, so that what is pinned soon becomes little. */
const FAIR_SHARE = 0.25;

export class Uptake {
  /** Nothing that we gave its stream has left for a while: it wants nothing that it would take. */
  isStuck = false;
  #takenBytes = 0;
  #unsentBytes = 0;
  #movedAtUs: Microseconds;
  /** The last time at which a fair part had been taken: when, how much until then, and what waited. */
  #fairAtUs: Microseconds;
  #fairTakenBytes = 0;
  #waitingBytes = 0;

  constructor(nowUs: Microseconds) {
    this.#movedAtUs = nowUs;
    this.#fairAtUs = nowUs;
  }

  /**
   * A look: `sentBytes` of payload were given to the stream so far, and `unsentBytes` have not left it. False when the
   * remote has taken next to nothing for so long that there is no hope.
   */
  look(sentBytes: number, unsentBytes: number, nowUs: Microseconds): boolean {
    // What is not payload only makes this smaller.
    const takenBytes = sentBytes - unsentBytes;
    const waited = unsentBytes > 0 && this.#unsentBytes > 0;
    if (!waited || takenBytes > this.#takenBytes) this.#movedAtUs = nowUs;
    this.#takenBytes = takenBytes;
    this.#unsentBytes = unsentBytes;
    this.isStuck = nowUs - this.#movedAtUs >= STUCK_US;
    const part = Math.max(FAIR_PART_BYTES, this.#waitingBytes * FAIR_SHARE);
    if (!waited || takenBytes - this.#fairTakenBytes >= part) {
      this.#fairAtUs = nowUs;
      this.#fairTakenBytes = takenBytes;
      this.#waitingBytes = unsentBytes;
    }
    return nowUs - this.#fairAtUs < HOPELESS_US;
  }
}
