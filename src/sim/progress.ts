/**
 * How far a flow has come: never stepped, always computed from a base (so many bytes at an instant) and a rate. The
 * base moves only when the rate changes or the flow falls back, so no rounding adds up.
 */

/** Rounding errors must not cost a whole microsecond. */
const FUZZ = 1e-6;
const STANDING = Number.POSITIVE_INFINITY;

export class Progress {
  #baseBytes = 0;
  #baseUs = 0;
  /** Infinite when it stands still. */
  #usPerByte = STANDING;

  get moving(): boolean {
    return this.#usPerByte !== STANDING;
  }

  /** Stands at byte `position` from now on. */
  stand(position: number, nowUs: number): void {
    this.#baseBytes = position;
    this.#baseUs = nowUs;
    this.#usPerByte = STANDING;
  }

  /** Goes on from byte `position` at `bytesPerSec` from now on. */
  proceed(position: number, bytesPerSec: number, nowUs: number): void {
    this.#baseBytes = position;
    this.#baseUs = nowUs;
    this.#usPerByte = 1e6 / bytesPerSec;
  }

  /** Goes on at the same rate from `bytes` before byte `position`. */
  fallBack(position: number, bytes: number, nowUs: number): void {
    this.#baseBytes = position - bytes;
    this.#baseUs = nowUs;
  }

  /** Bytes sent by now, as a fraction; more than `limit` there is not to send. */
  at(nowUs: number, limit: number): number {
    return Math.min(limit, this.#baseBytes + (nowUs - this.#baseUs) / this.#usPerByte);
  }

  /** The first whole microsecond at which everything up to byte `position` has been sent. Only while moving. */
  reachesAtUs(position: number): number {
    return this.#baseUs + Math.ceil((position - this.#baseBytes) * this.#usPerByte - FUZZ);
  }
}
