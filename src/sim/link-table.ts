/**
 * What every message touches of the links of a network, as rows of a shared array: one cache line a link. A link that
 * only passes messages on is named by its number; whoever works with one as a whole has the `Link`.
 *
 * Small messages (a have, a datagram) do not take part in the sharing: they pass at once and leave their bytes as a
 * debt. Capacity that no flow uses pays it off; on a busy link the flows pay, by falling back as many bytes. So no link
 * ever carries more than capacity × time plus the debt outstanding, which is bounded by whoever charges it.
 */
import type { Link } from './link.ts';
import {
  CAPACITY,
  CARRIED_BYTES,
  DEBT_AT_US,
  DEBT_BYTES,
  LINK_FLAGS,
  LINK_INTEGERS,
  LINK_NUMBERS,
  LINKS_AT,
  LOAD,
  METERED,
  QUEUE_BYTES,
  REFUSED,
  STANDING_BYTES,
  UNKNOWN,
} from './link-fields.ts';

/** Flows pay a debt that spare capacity would not clear within this time. */
const PATIENCE_SEC = 0.05;

export class LinkTable {
  /** By number. */
  readonly links: Link[] = [];
  numbers = new Float64Array(LINKS_AT + 64 * LINK_NUMBERS);
  integers = new Int32Array(this.numbers.buffer);

  /** Returns its number. */
  add(link: Link, capacity: number): number {
    const number = this.links.length;
    this.links.push(link);
    if (LINKS_AT + this.links.length * LINK_NUMBERS > this.numbers.length) this.#grow();
    this.setNumber(number, CAPACITY, capacity);
    return number;
  }

  number(link: number, field: number): number {
    return this.numbers[link * LINK_NUMBERS + field] as number;
  }

  setNumber(link: number, field: number, value: number): void {
    this.numbers[link * LINK_NUMBERS + field] = value;
  }

  integer(link: number, field: number): number {
    return this.integers[link * LINK_INTEGERS + field] as number;
  }

  setInteger(link: number, field: number, value: number): void {
    this.integers[link * LINK_INTEGERS + field] = value;
  }

  flags(link: number): number {
    return this.integers[link * LINK_INTEGERS + LINK_FLAGS] as number;
  }

  /** Bytes of small messages not yet paid for. */
  debtBytes(link: number, nowUs: number): number {
    const { numbers } = this;
    const at = link * LINK_NUMBERS;
    const debt = numbers[at + DEBT_BYTES] as number;
    if (debt === 0) return 0;
    const passedUs = nowUs - (numbers[at + DEBT_AT_US] as number);
    if (passedUs <= 0) return debt;
    numbers[at + DEBT_AT_US] = nowUs;
    const spare = (numbers[at + CAPACITY] as number) - (numbers[at + LOAD] as number);
    if (spare <= 0) return debt;
    const left = Math.max(debt - (spare * passedUs) / 1e6, 0);
    numbers[at + DEBT_BYTES] = left;
    return left;
  }

  /** How long what comes now waits in the queue before it passes, in (fractional) microseconds. */
  waitUs(link: number, nowUs: number): number {
    const capacity = this.numbers[link * LINK_NUMBERS + CAPACITY] as number;
    if (capacity <= 0) return 0;
    return ((this.standingBytes(link) + this.debtBytes(link, nowUs)) * 1e6) / capacity;
  }

  /**
   * Sends `bytes` at once over both links, if neither owes more than `limitBytes` then and volumes admit it. Returns how
   * long until the last of them is through, in (fractional) microseconds; `REFUSED` otherwise.
   */
  passBoth(up: number, down: number, bytes: number, limitBytes: number, nowUs: number): number {
    if (!this.#takes(up, bytes, limitBytes, nowUs) || !this.#takes(down, bytes, limitBytes, nowUs)) {
      return REFUSED;
    }
    return this.charge(up, bytes, nowUs) + this.charge(down, bytes, nowUs);
  }

  /** The same over one link. */
  pass(link: number, bytes: number, limitBytes: number, nowUs: number): number {
    return this.#takes(link, bytes, limitBytes, nowUs) ? this.charge(link, bytes, nowUs) : REFUSED;
  }

  /** Sends `bytes` at once; returns how long until the last of them is through, in (fractional) microseconds. */
  charge(link: number, bytes: number, nowUs: number): number {
    const debt = this.debtBytes(link, nowUs) + bytes;
    const { numbers } = this;
    const at = link * LINK_NUMBERS;
    numbers[at + DEBT_BYTES] = debt;
    numbers[at + DEBT_AT_US] = nowUs;
    numbers[at + CARRIED_BYTES] = (numbers[at + CARRIED_BYTES] as number) + bytes;
    if ((this.flags(link) & METERED) !== 0) this.#meterOf(link)?.passed(bytes);
    return ((this.standingBytes(link) + debt) * 1e6) / (numbers[at + CAPACITY] as number);
  }

  /** The last byte of a segment of so many has left over both links. */
  carryBoth(up: number, down: number, bytes: number): void {
    const { numbers } = this;
    const atUp = up * LINK_NUMBERS + CARRIED_BYTES;
    const atDown = down * LINK_NUMBERS + CARRIED_BYTES;
    numbers[atUp] = (numbers[atUp] as number) + bytes;
    numbers[atDown] = (numbers[atDown] as number) + bytes;
  }

  /** The bytes that a flow on this link has to fall back now, so that the link keeps within its capacity. */
  collectDebt(link: number, nowUs: number): number {
    const { numbers } = this;
    const at = link * LINK_NUMBERS;
    if (numbers[at + DEBT_BYTES] === 0) return 0;
    const debt = this.debtBytes(link, nowUs);
    const capacity = numbers[at + CAPACITY] as number;
    // On a dead line nothing moves that could fall back.
    if (capacity <= 0 || debt <= (capacity - (numbers[at + LOAD] as number)) * PATIENCE_SEC) return 0;
    numbers[at + DEBT_BYTES] = 0;
    return debt;
  }

  /** A flow on this link is `bytes` before where its rate had taken it: it has fallen back, or what it began is sent anew. */
  fellBack(link: number, bytes: number): void {
    if ((this.flags(link) & METERED) !== 0) this.#meterOf(link)?.passed(-bytes);
  }

  /** What stands in the queue has to be looked at again; nothing does in front of a link that holds nothing back. */
  forgetStanding(link: number, isBinding: boolean): void {
    const queues = isBinding && this.number(link, QUEUE_BYTES) !== 0;
    this.setNumber(link, STANDING_BYTES, queues ? UNKNOWN : 0);
  }

  /**
   * Bytes in the queue in front, as of the last sharing: what the flows that this link holds back have sent beyond what
   * fits into a round trip, as far as there is room.
   */
  standingBytes(link: number): number {
    const standing = this.numbers[link * LINK_NUMBERS + STANDING_BYTES] as number;
    return standing === UNKNOWN ? this.#lookAtQueue(link) : standing;
  }

  #lookAtQueue(number: number): number {
    const link = this.links[number] as Link;
    let sum = 0;
    for (const flow of link.flows) {
      if (flow.bottleneck === link) sum += flow.queuedBytes();
    }
    const standing = Math.min(sum, this.number(number, QUEUE_BYTES));
    this.setNumber(number, STANDING_BYTES, standing);
    return standing;
  }

  /** Whether `bytes` may pass beside the sharing. */
  #takes(link: number, bytes: number, limitBytes: number, nowUs: number): boolean {
    if ((this.numbers[link * LINK_NUMBERS + CAPACITY] as number) <= 0) return false;
    if (this.debtBytes(link, nowUs) + bytes > limitBytes) return false;
    return (this.flags(link) & METERED) === 0 || (this.links[link] as Link).admits(bytes, nowUs);
  }

  #meterOf(link: number): Link['meter'] {
    return (this.links[link] as Link).meter;
  }

  #grow(): void {
    const numbers = new Float64Array(this.numbers.length * 2 - LINKS_AT);
    numbers.set(this.numbers);
    this.numbers = numbers;
    this.integers = new Int32Array(numbers.buffer);
  }
}
