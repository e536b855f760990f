/**
 * A direction that cannot send: its way is cut or held, one way or the other, or a machine or a line at an end is dead.
 *
 * What it held back while the way was only held goes on at the release. After a cut nothing moves before the sender's
 * next retransmission: its instants count from when something was first sent in vain. A sender that has waited for an
 * answer for 15 minutes gives up; one that has nothing to send waits for nothing and notices nothing.
 */
import { nextRetransmissionUs, UNANSWERED_US } from './retransmission.ts';
import type { Passage } from './routes.ts';

const NEVER = Number.POSITIVE_INFINITY;

export class Stall {
  /** When the direction goes on; Infinity while that is not known. */
  resumeAtUs = NEVER;
  #passage: Passage = 'open';
  #waitingSinceUs = NEVER;
  /** The retransmission that a cut has left to wait for. */
  #earliestUs = 0;

  /** When something is due: going on or giving up. */
  get dueUs(): number {
    return Math.min(this.resumeAtUs, this.#waitingSinceUs + UNANSWERED_US);
  }

  /** Something is to be sent, or was sent and not answered. */
  wait(nowUs: number): void {
    if (this.#waitingSinceUs === NEVER) this.#waitingSinceUs = nowUs;
  }

  change(passage: Passage, nowUs: number, roundTripUs: number): void {
    if (this.#passage === 'cut' && passage !== 'cut') {
      const since = this.#waitingSinceUs;
      this.#earliestUs = since === NEVER ? nowUs : nextRetransmissionUs(since, nowUs, roundTripUs);
    }
    this.#passage = passage;
    this.resumeAtUs = passage === 'open' ? Math.max(nowUs, this.#earliestUs) : NEVER;
  }
}
