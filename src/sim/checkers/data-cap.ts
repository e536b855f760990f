/**
 * No data cap is exceeded. What passes a line with caps is known with fractions of a byte, as the integral of its load
 * and the small messages beside it, so the law needs no allowance for a segment that is under way when it is looked at
 * or when a period ends: a count is never beyond its volume. After a throttle has begun it may be, by rate × time and
 * the burst of small messages that any link is allowed.
 *
 * That the counts are true is looked at from outside, where streams that fall back blur them by a burst: they are not
 * behind what the links say they have carried; they lie between what has passed since the first look in a period, as
 * this checker reckons periods itself, and since the last look before it; and nothing is used up before its volume is.
 */
import { invariant } from '../../core/result.ts';
import type { CapState } from '../data-cap.ts';
import type { Link } from '../link.ts';
import type { SimulatedHost } from '../simulated-host.ts';
import type { SimulatedInternet } from '../simulated-internet.ts';
import type { Checker } from './checker.ts';

/** What rounding may come to; no byte. */
const SLACK_BYTES = 0.5;
/** Twice a block with its header and the control bytes that travel with it. */
const BURST_BYTES = 2 * (16384 + 1460);

/** What has passed one cap's directions in all, at two looks. */
interface Record {
  period: number;
  firstInPeriodBytes: number;
  beforePeriodBytes: number;
  lastBytes: number;
}

export class DataCapChecker implements Checker {
  readonly name = 'data cap';
  readonly #internet: SimulatedInternet;
  readonly #records = new Map<SimulatedHost, Record[]>();
  /** How many each host had at the last look. */
  readonly #streams = new Map<SimulatedHost, number>();
  #evaluations = 0;

  constructor(internet: SimulatedInternet) {
    this.#internet = internet;
  }

  get evaluations(): number {
    return this.#evaluations;
  }

  check(): void {
    for (const host of this.#internet.hosts()) {
      const states = host.line.capStates();
      if (states.length === 0) continue;
      const { line, up, down } = host;
      const upBytes = line.passedBytes('up');
      const downBytes = line.passedBytes('down');
      // Each stream may have fallen back by a burst to pay for small messages, or by a segment to send it anew: also
      // those that a cut has stopped, or that have ended since.
      const streams = Math.max(host.streams.size, this.#streams.get(host) ?? 0);
      this.#streams.set(host, host.streams.size);
      const blur = (2 + 2 * streams) * Math.max(host.queueBytes, BURST_BYTES);
      this.#notBehind(up, upBytes, blur);
      this.#notBehind(down, downBytes, blur);
      let records = this.#records.get(host);
      if (records === undefined) {
        records = states.map(() => ({
          period: -1,
          firstInPeriodBytes: 0,
          beforePeriodBytes: 0,
          lastBytes: 0,
        }));
        this.#records.set(host, records);
      }
      for (const [index, state] of states.entries()) {
        const { counts } = state.cap;
        const passed = (counts === 'down' ? 0 : upBytes) + (counts === 'up' ? 0 : downBytes);
        this.#look(host, state, records[index] as Record, passed, blur);
      }
    }
  }

  #notBehind({ name, carriedBytes }: Link, passed: number, blur: number): void {
    this.#evaluations++;
    invariant(
      passed >= carriedBytes - blur,
      () => `${name} has carried ${carriedBytes} bytes, of which ${passed} are counted`,
    );
  }

  #look(
    host: SimulatedHost,
    { cap, usedBytes, exhausted }: CapState,
    record: Record,
    passed: number,
    blur: number,
  ): void {
    this.#evaluations++;
    const clockUs = host.line.startsAtUs + this.#internet.medium.simulation.nowUs;
    const period = Math.floor(clockUs / cap.periodUs);
    if (period !== record.period) {
      record.beforePeriodBytes = record.lastBytes;
      record.firstInPeriodBytes = passed;
      record.period = period;
    }
    record.lastBytes = passed;
    const atLeast = passed - record.firstInPeriodBytes;
    const atMost = passed - record.beforePeriodBytes;
    invariant(
      usedBytes >= atLeast - blur && usedBytes <= atMost + blur,
      () =>
        `a cap of ${host.name} counts ${usedBytes} bytes in a period that has carried ${atLeast} to ${atMost}`,
    );
    let allowed = cap.bytes;
    if (exhausted && cap.then.kind === 'throttle') {
      const seconds = (clockUs - period * cap.periodUs) / 1e6;
      const directions = cap.counts === 'both' ? 2 : 1;
      allowed += directions * cap.then.bytesPerSec * seconds + blur;
    }
    invariant(
      usedBytes <= allowed + SLACK_BYTES,
      () => `${host.name} has used ${usedBytes} bytes of a data cap that allows ${allowed}`,
    );
    invariant(
      !exhausted || usedBytes >= cap.bytes - blur,
      () => `a cap of ${host.name} is used up at ${usedBytes} of ${cap.bytes} bytes`,
    );
  }
}
