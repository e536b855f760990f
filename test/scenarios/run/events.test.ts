/** What the events of a plan do to a run, and that they end. */
import { describe, expect, it } from 'vitest';
import { type Plan, type PlannedEvent, TRACKER } from '../../../src/scenarios/plan.ts';
import { DEFAULT_ENGINE } from '../../../src/scenarios/plan-defaults.ts';
import { EventKind, type Trace } from '../../../src/trace/trace.ts';
import { SECOND, simulate, smallPlan } from '../../support/small-plan.ts';

type Event = PlannedEvent extends infer E ? (E extends PlannedEvent ? Omit<E, 'label'> : never) : never;

function runWith(event: Event, changes: Partial<Plan> = {}): Trace {
  const events = [{ ...event, label: event.kind } as PlannedEvent];
  return simulate(smallPlan([{}, {}, {}, {}], { events, ...changes }));
}

/** Payload that a peer received in the sample intervals that lie within a span of seconds. */
function received(trace: Trace, peer: number, fromSec: number, toSec: number): number {
  const peers = trace.header.peers.length;
  let sum = 0;
  for (let row = fromSec; row < toSec; row++) sum += trace.samples.received[row * peers + peer] ?? 0;
  return sum;
}

/** Seconds at which the event begins and ends. */
function span(trace: Trace): number[] {
  const { events } = trace;
  const found: number[] = [];
  for (let row = 0; row < events.count; row++) {
    const kind = events.kind[row];
    if (kind !== EventKind.faultBegan && kind !== EventKind.faultEnded) continue;
    expect(events.peer[row]).toBe(-1);
    found.push((events.timeUs[row] as number) / SECOND);
  }
  return found;
}

function completions(trace: Trace): number {
  const { events } = trace;
  const done = new Set<number>();
  for (let row = 0; row < events.count; row++) {
    if (events.kind[row] === EventKind.completed && events.peer[row] !== 0)
      done.add(events.peer[row] as number);
  }
  return done.size;
}

const at = { atUs: 5 * SECOND, untilUs: 35 * SECOND };

describe.each(['partition', 'hold'] as const)('a %s', (kind) => {
  const trace = runWith({ kind, from: [0], to: [1, 2, 3], bothWays: true, ...at });

  it('is in the trace from its begin to its end', () => {
    expect(span(trace)).toEqual([5, 35]);
  });

  it('keeps the seed from sending, and everybody completes after it', () => {
    expect(received(trace, 1, 0, 5)).toBeGreaterThan(0);
    // Peers trade what they have; then nothing is left to trade.
    expect(received(trace, 1, 25, 35)).toBe(0);
    expect(trace.endUs).toBeGreaterThan(35 * SECOND);
    expect(completions(trace)).toBe(3);
  });
});

it('a one-way partition stops both directions of a stream, since nothing is acknowledged', () => {
  const trace = runWith({ kind: 'partition', from: [1], to: [0], bothWays: false, ...at });
  expect(received(trace, 1, 0, 5)).toBeGreaterThan(0);
  // What it has not got by way of the others it gets from the seed again.
  const fromSeed = (row: number): boolean =>
    trace.events.kind[row] === EventKind.pieceVerified &&
    trace.events.peer[row] === 1 &&
    trace.events.b[row] === 0;
  const during = trace.events.timeUs.filter(
    (us, row) => us > 7 * SECOND && us < 35 * SECOND && fromSeed(row),
  );
  expect(during).toHaveLength(0);
  expect(completions(trace)).toBe(3);
});

it('a dead line carries nothing until it is restored', () => {
  const trace = runWith({ kind: 'line', peers: [1], upBytesPerSec: 0, downBytesPerSec: 0, ...at });
  expect(received(trace, 1, 6, 35)).toBe(0);
  expect(received(trace, 2, 6, 35)).toBeGreaterThan(0);
  expect(completions(trace)).toBe(3);
});

it('a slower line is slower, and its rates are in the trace', () => {
  const trace = runWith({
    kind: 'line',
    peers: [1],
    upBytesPerSec: undefined,
    downBytesPerSec: 10_000,
    ...at,
  });
  const { events } = trace;
  const rates: number[][] = [];
  for (let row = 0; row < events.count; row++) {
    if (events.kind[row] !== EventKind.lineChanged) continue;
    expect(events.peer[row]).toBe(1);
    rates.push([(events.timeUs[row] as number) / SECOND, events.a[row] as number, events.b[row] as number]);
  }
  expect(rates).toEqual([
    [5, 250_000, 10_000],
    [35, 250_000, 1_000_000],
  ]);
  expect(received(trace, 1, 6, 35)).toBeLessThanOrEqual(29 * 10_000 + 2 * 16_384);
  expect(received(trace, 1, 6, 35)).toBeGreaterThan(20 * 10_000);
});

it('more latency makes a short download longer', () => {
  const slow = runWith({ kind: 'latency', peers: [0, 1, 2, 3], addUs: SECOND, atUs: 0, untilUs: undefined });
  const quick = simulate(smallPlan([{}, {}, {}, {}]));
  expect(completions(slow)).toBe(3);
  expect(slow.endUs).toBeGreaterThan(quick.endUs + 5 * SECOND);
});

it('loss makes a download slower', () => {
  const events: PlannedEvent[] = [
    {
      kind: 'loss',
      label: 'loss',
      peers: [0],
      lossPerMillion: 50_000,
      lossBurst: 1,
      atUs: 0,
      untilUs: undefined,
    },
  ];
  const lossy = simulate(smallPlan([{}, {}], { events }));
  expect(completions(lossy)).toBe(1);
  // 1460 bytes a round trip of 42 ms, times 1.22 / sqrt(0.05), is three quarters of the line.
  expect(lossy.endUs).toBeGreaterThan(1.2 * simulate(smallPlan([{}, {}])).endUs);
});

it('a disk without room stops a download until there is room again', () => {
  const trace = runWith({ kind: 'disk', peers: [1], fault: { kind: 'full' }, ...at });
  const { events } = trace;
  const failures = [...events.kind].filter((kind) => kind === EventKind.storageFailed);
  expect(failures.length).toBeGreaterThan(0);
  expect(completions(trace)).toBe(3);
});

describe('a tracker', () => {
  const late = (change: Partial<Plan>, event: Event) => {
    const plan = smallPlan([{}, {}, { arriveUs: 10 * SECOND }], change);
    return simulate({ ...plan, events: [{ ...event, label: event.kind } as PlannedEvent] });
  };

  it('that is down keeps newcomers out until it is back', () => {
    const trace = late({}, { kind: 'tracker', fault: 'down', ...at });
    expect(received(trace, 2, 10, 35)).toBe(0);
    expect(completions(trace)).toBe(2);
  });

  it('that lies sends newcomers to nobody, and they ask again', () => {
    const trace = late({}, { kind: 'tracker', fault: 'lies', ...at });
    expect(completions(trace)).toBe(2);
  });

  it('can be cut off from some peers', () => {
    const trace = late({}, { kind: 'partition', from: [2], to: [TRACKER], bothWays: true, ...at });
    expect(received(trace, 2, 10, 35)).toBe(0);
    expect(completions(trace)).toBe(2);
  });
});

it('other settings hold from then on', () => {
  const trace = runWith({
    kind: 'engine',
    peers: [0],
    engine: { uploadLimitBytesPerSec: 20_000 },
    atUs: 3 * SECOND,
  });
  const seedSent = (from: number, to: number): number => {
    let sum = 0;
    for (let row = from; row < to; row++) sum += trace.samples.sent[row * 4] ?? 0;
    return sum;
  };
  expect(seedSent(0, 3)).toBeGreaterThan(3 * 100_000);
  expect(seedSent(5, 15)).toBeLessThanOrEqual(10 * 20_000 + 3 * 16_384);
  expect(completions(trace)).toBe(3);
});

it('a lower limit of connections lets those that are there go on, and admits no more', () => {
  const trace = runWith({ kind: 'engine', peers: [0], engine: { connectionsMax: 1 }, atUs: 0 }, {});
  expect(completions(trace)).toBe(3);
});

it('a change of one setting leaves the strategies as they are, with all that they know', () => {
  const few = { engine: { ...DEFAULT_ENGINE, uploadSlots: 2 } };
  const peers = Array.from({ length: 9 }, () => few);
  const label = 'no limit, as before';
  const event: PlannedEvent = {
    kind: 'engine',
    label,
    peers: peers.map((_, index) => index),
    atUs: 6 * SECOND,
    engine: { uploadLimitBytesPerSec: 0 },
  };
  const untouched = simulate(smallPlan(peers));
  const touched = simulate(smallPlan(peers, { events: [event] }));
  const rowsOfPeers = ({ events: columns }: Trace): string[] =>
    [...columns.peer].flatMap((peer, row) =>
      peer < 0
        ? []
        : [[columns.timeUs, columns.kind, columns.peer, columns.a, columns.b].map((c) => c[row]).join(' ')],
    );
  expect(rowsOfPeers(touched)).toEqual(rowsOfPeers(untouched));
});

describe('the time to heal', () => {
  it('ends what would last for ever and brings back who crashed', () => {
    const events: PlannedEvent[] = [
      {
        kind: 'partition',
        label: 'cut',
        atUs: SECOND,
        untilUs: undefined,
        from: [0],
        to: [1],
        bothWays: true,
      },
      { kind: 'crash', label: 'crash', atUs: 2 * SECOND, peers: [2], restartAfterUs: undefined },
      {
        kind: 'line',
        label: 'dead',
        atUs: SECOND,
        untilUs: undefined,
        peers: [3],
        upBytesPerSec: 0,
        downBytesPerSec: 0,
      },
    ];
    const trace = simulate(smallPlan([{}, {}, {}, {}], { events, healAtUs: 60 * SECOND }));
    expect(span({ ...trace, events: trace.events }).filter((time) => time === 60)).toHaveLength(3);
    expect(completions(trace)).toBe(3);
  });
});
