/**
 * Counts the calls of a simulation by kind, and the wall time that each kind took. The time of a call runs from the end of
 * the one before, so it holds finding the call in the queue, and all times together are all that the loop took.
 */
import { CALL_KIND_MASK } from '../../sim/disk-port.ts';
import type { EventTarget } from '../../sim/event-queue.ts';
import type { SimulationProbe } from '../../sim/simulation-probe.ts';

export interface EventCount {
  /** In words for people. */
  readonly kind: string;
  readonly count: number;
  readonly ns: number;
}

interface Kind {
  count: number;
  ns: number;
}

/** What the calls of a class are, by its name; a list where the last bits of their tokens tell them apart. */
export const EVENT_KINDS: Readonly<Record<string, string | readonly string[]>> = {
  StreamDirections: 'stream: bytes on the way',
  SimulatedStream: 'stream: end',
  Medium: 'sharing out the lines',
  VirtualTimer: 'timer',
  DiskPort: [
    'disk: read',
    'disk: written',
    'disk: hashed',
    'disk: closed',
    'disk: served',
    'disk: other answer',
    'disk: read',
  ],
  Dial: 'dial',
  SimulatedListener: 'port is listened on',
  SimulatedDatagramSocket: 'datagram: socket bound',
  FailedSocket: 'datagram: socket not bound',
  Datagram: 'datagram: arrival',
  AccessLine: 'line: timetable, cap',
};

export class EventTally implements SimulationProbe {
  readonly #nowNs: () => number;
  /** By class, then by token where tokens tell kinds apart. */
  readonly #kinds = new Map<unknown, Kind[]>();
  #lastNs = 0;

  /** `nowNs`: a wall clock in nanoseconds; only differences count. */
  constructor(nowNs: () => number) {
    this.#nowNs = nowNs;
  }

  resumed(): void {
    this.#lastNs = this.#nowNs();
  }

  fired(target: EventTarget, token: number): void {
    const nowNs = this.#nowNs();
    const type = target.constructor;
    let kinds = this.#kinds.get(type);
    if (kinds === undefined) {
      const names = EVENT_KINDS[className(type)];
      kinds = Array.from({ length: Array.isArray(names) ? names.length : 1 }, () => ({ count: 0, ns: 0 }));
      this.#kinds.set(type, kinds);
    }
    const kind = kinds[kinds.length > 1 ? token & CALL_KIND_MASK : 0] as Kind;
    kind.count++;
    kind.ns += nowNs - this.#lastNs;
    this.#lastNs = nowNs;
  }

  /** What was counted, the kind that took most time first. */
  get counts(): EventCount[] {
    const counts = new Map<string, EventCount>();
    for (const [type, kinds] of this.#kinds) {
      const name = className(type);
      for (const [token, { count, ns }] of kinds.entries()) {
        const named = EVENT_KINDS[name] ?? inWords(name);
        const kind = typeof named === 'string' ? named : (named[token] as string);
        const before = counts.get(kind) ?? { count: 0, ns: 0 };
        if (count > 0) counts.set(kind, { kind, count: before.count + count, ns: before.ns + ns });
      }
    }
    return [...counts.values()].sort((left, right) => right.ns - left.ns);
  }
}

/** The bundler may have added a number, or an underscore in front. */
function className(type: unknown): string {
  const { name } = type as { name: string };
  return name.replace(/^_|\d+$/g, '');
}

/** "VirtualTimer" as "virtual timer". */
function inWords(name: string): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}
