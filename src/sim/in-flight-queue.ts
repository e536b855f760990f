/**
 * The segments of one direction, and when those on the way arrive: a latency and a jitter after they left, never before
 * what left earlier. What is on a way that is not open is held until its sender sends it again; a sender that has
 * abandoned the stream does not, and what a cut took from it is lost.
 *
 * A subclass, not a part: all that one message touches lies in one object.
 */
import { PacketChances } from './packet-chances.ts';
import { backoffUs } from './retransmission.ts';
import { NO_SEGMENT } from './segment-pool.ts';
import { SegmentQueue } from './segment-queue.ts';
import type { StreamPath } from './stream-path.ts';

/** A millionth of a microsecond is a rounding error. */
const ROUNDING = 1e-6;
const NEVER = Number.POSITIVE_INFINITY;

export class InFlightQueue extends SegmentQueue {
  /** When what left last arrives; Infinity while that is held. */
  lastArrivalUs = 0;
  /** What the next segment that leaves takes to arrive: drawn ahead, because its event is set before it leaves. */
  transitUs = 0;
  /** What left last is a reset. */
  resetting = false;
  #path: StreamPath | undefined = undefined;
  #chances: PacketChances | undefined = undefined;
  #hasJitter = false;
  /** Whether a packet that leaves may be lost or held. */
  #hasTrouble = false;
  #abandoned = false;

  get path(): StreamPath | undefined {
    return this.#path;
  }

  get abandoned(): boolean {
    return this.#abandoned;
  }

  /** The path is known. `key` names the draws of this direction. */
  establish(path: StreamPath, key: number): void {
    this.#path = path;
    this.#chances = new PacketChances(key);
    this.#draw(path);
  }

  /** The first pending segment has left at `departureUs`. Returns its length in bytes. */
  departAfter(departureUs: number): number {
    const arrivalUs = departureUs + this.transitUs;
    if (arrivalUs > this.lastArrivalUs) this.lastArrivalUs = arrivalUs;
    if (this.#hasJitter) this.#draw(this.#path as StreamPath);
    return this.depart(this.lastArrivalUs);
  }

  /**
   * All that is pending leaves now as one packet, with a wait of `delayUs` in queues before it. Lost, it comes with its
   * retransmission; on a way that is not open it is held.
   */
  departAtOnce(nowUs: number, delayUs: number): void {
    let arrivalUs = nowUs + Math.ceil(delayUs - ROUNDING) + this.transitUs;
    if (this.#hasTrouble) arrivalUs += this.#troubleUs(this.#path as StreamPath);
    if (arrivalUs > this.lastArrivalUs) this.lastArrivalUs = arrivalUs;
    while (this.firstPending !== NO_SEGMENT) this.depart(this.lastArrivalUs);
    if (this.#hasJitter) this.#draw(this.#path as StreamPath);
  }

  /** Looks at the path again. What has left must have departed before. */
  followPath(nowUs: number): void {
    const path = this.#path as StreamPath;
    path.refresh();
    this.#draw(path);
    if (path.transit !== 'open' && this.hold(nowUs)) this.lastArrivalUs = NEVER;
    if (this.#abandoned) this.#followAbandoned(path, nowUs);
  }

  /** What was held is sent again. */
  sendAgain(nowUs: number): void {
    const arrivalUs = nowUs + (this.#path as StreamPath).latencyUs;
    if (this.release(arrivalUs)) this.lastArrivalUs = arrivalUs;
  }

  /** The sender has forgotten the stream, and nothing is pending. */
  abandon(nowUs: number): void {
    this.#abandoned = true;
    if (this.#path !== undefined) this.#followAbandoned(this.#path, nowUs);
  }

  #followAbandoned(path: StreamPath, nowUs: number): void {
    if (this.lastArrivalUs !== NEVER || path.transit === 'held') return;
    if (path.transit === 'open') this.sendAgain(nowUs);
    else {
      this.dropInFlight(nowUs);
      this.lastArrivalUs = nowUs;
      this.resetting = false;
    }
  }

  #troubleUs(path: StreamPath): number {
    if (path.departing !== 'open') return NEVER;
    const losses = (this.#chances as PacketChances).lossesInARow(path.lossShare);
    return backoffUs(losses, path.roundTripUs);
  }

  #draw(path: StreamPath): void {
    const { latencyUs, jitterUs, departing, lossShare } = path;
    this.#hasJitter = jitterUs > 0;
    this.#hasTrouble = departing !== 'open' || lossShare > 0;
    this.transitUs = latencyUs;
    if (this.#hasJitter) this.transitUs += (this.#chances as PacketChances).jitterUs(jitterUs);
  }
}
