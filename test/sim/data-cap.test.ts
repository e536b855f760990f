/** Data caps: volumes per period of the clock that take effect at their byte, whatever the line carries and how. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LineChangeReason } from '../../src/sim/access-line.ts';
import { ConservationChecker } from '../../src/sim/checkers/conservation.ts';
import { DataCapChecker } from '../../src/sim/checkers/data-cap.ts';
import { FairShareChecker } from '../../src/sim/checkers/fair-share.ts';
import { LinkBudgetChecker } from '../../src/sim/checkers/link-budget.ts';
import type { DataCap } from '../../src/sim/data-cap.ts';
import type { SimulatedHost } from '../../src/sim/simulated-host.ts';
import { type End, SmallWorld } from './small-world.ts';

const SECOND_US = 1_000_000;
const HOUR_US = 3600 * SECOND_US;
const FAST = 1e9;

function cut(counts: DataCap['counts'], bytes: number, periodUs = 24 * HOUR_US): DataCap {
  // biome-ignore lint/suspicious/noThenProperty: what a scenario says
  return { counts, bytes, periodUs, then: { kind: 'cut' } };
}

function throttle(
  counts: DataCap['counts'],
  bytes: number,
  bytesPerSec: number,
  periodUs = 24 * HOUR_US,
): DataCap {
  // biome-ignore lint/suspicious/noThenProperty: what a scenario says
  return { counts, bytes, periodUs, then: { kind: 'throttle', bytesPerSec } };
}

/** Notes what a line tells: [time, up, down, why]. */
function listen(world: SmallWorld, host: SimulatedHost) {
  const changes: [number, number, number, LineChangeReason][] = [];
  host.line.listener = {
    onLineChanged: (up, down, reason) => changes.push([world.simulation.nowUs, up, down, reason]),
  };
  return changes;
}

/** Bytes that have left an end, of all that it has written. */
function sentBytes(end: End, written: number): number {
  return written - (end.stream?.unsentBytes() ?? 0);
}

describe('a data cap that cuts', () => {
  it.each([
    [1_000_000, 1e6],
    [1_000_000, 300_007],
    [777_777, 1_234_567.89],
    [16_384, 125_000],
    [1_000_000, 123_456_789],
  ])('lets exactly %d bytes pass at %d bytes a second, and the rest in the next period', (bytes, rate) => {
    const world = new SmallWorld();
    const host = world.host({ upBytesPerSec: rate, caps: [cut('up', bytes, 60 * SECOND_US)] });
    const changes = listen(world, host);
    const [left, right] = world.connect(host, world.host({ downBytesPerSec: FAST }));
    // One segment ends at the very byte of the cap, so that it arrives whole; the next follows it.
    left.send(bytes);
    world.run(1e-6);
    left.stream?.writePayload({
      length: 1000,
      bytes: undefined,
      reference: { content: 1, piece: 0, begin: 0, corrupted: false },
    });
    world.run(59);
    expect(sentBytes(left, bytes + 1000)).toBe(bytes);
    expect(right.receivedBytes).toBe(bytes);
    expect(host.up.carriedBytes).toBe(bytes);
    const fullUs = Math.ceil((bytes * 1e6) / rate);
    expect(right.arrivals.at(-1)?.atUs).toBe(fullUs);
    expect(changes).toEqual([[fullUs, 0, 0, 'cap']]);
    expect(host.line.capStates()[0]?.exhausted).toBe(true);
    expect(host.line.capStates()[0]?.usedBytes).toBeCloseTo(bytes, 2);
    world.run(1);
    expect(changes.slice(1)).toEqual([[60 * SECOND_US, rate, 1e6, 'cap renewed']]);
    // TCP notices at its next retransmission.
    world.run(120);
    expect(right.receivedBytes).toBe(bytes + 1000);
  });

  it('cuts in the middle of a segment, which does not arrive before the next period', () => {
    const world = new SmallWorld();
    const host = world.host({ upBytesPerSec: 1e5, caps: [cut('up', 30_000, 10 * SECOND_US)] });
    const changes = listen(world, host);
    const [left, right] = world.connect(host, world.host());
    left.sendBlock();
    left.sendBlock();
    world.run(9.9);
    expect(changes).toEqual([[300_000, 0, 0, 'cap']]);
    expect([host.line.capStates()[0]?.usedBytes, right.receivedBytes]).toEqual([30_000, 16_384]);
    world.run(30);
    expect(right.receivedBytes).toBe(32_768);
  });

  it.each([
    // Up at 100 kB/s, down at 300 kB/s, both busy: a cap of 1 MB is full after 10 s, 3.33 s or 2.5 s.
    ['up', 10_000_000],
    ['down', 3_333_334],
    ['both', 2_500_000],
  ] as const)('counts %s', (counts, fullUs) => {
    const world = new SmallWorld();
    const host = world.host({
      upBytesPerSec: 1e5,
      downBytesPerSec: 3e5,
      caps: [cut(counts, 1_000_000)],
    });
    const changes = listen(world, host);
    const [here, there] = world.connect(host, world.host());
    here.send(5_000_000);
    there.send(5_000_000);
    world.simulation.runUntil(fullUs - 1);
    expect(changes).toEqual([]);
    const up = sentBytes(here, 5_000_000);
    const down = sentBytes(there, 5_000_000);
    const counted = (counts === 'down' ? 0 : up) + (counts === 'up' ? 0 : down);
    expect(1_000_000 - counted).toBeGreaterThanOrEqual(0);
    expect(1_000_000 - counted).toBeLessThanOrEqual(2);
    expect(Math.abs(down / up - 3)).toBeLessThan(1e-4);
    world.run(20);
    expect(changes).toEqual([[fullUs, 0, 0, 'cap']]);
    expect(host.line.capStates()[0]?.usedBytes).toBeCloseTo(1_000_000, 2);
  });

  it('counts what many streams carry together, through changes of rates', () => {
    /** Runs to `untilUs`; what the streams have sent by then, and when the cap was full. */
    const run = (untilUs: number): { sent: number; fullUs: number | undefined; evaluations: number } => {
      const world = new SmallWorld();
      const schedule = [{ fromUs: 2 * SECOND_US, toUs: 4 * SECOND_US, upPerMille: 370, downPerMille: 1000 }];
      const host = world.host({ upBytesPerSec: 999_983, schedule, caps: [cut('up', 5_000_000)] });
      const changes = listen(world, host);
      const checker = new DataCapChecker(world.internet);
      const ends = Array.from({ length: 7 }, (_, index) =>
        world.connect(
          host,
          world.host({ downBytesPerSec: 100_003 + index * 70_001, latencyUs: index * 900 }),
        ),
      );
      const written = ends.map(() => 0);
      for (let round = 0; world.simulation.nowUs < untilUs; round++) {
        const index = round % 7;
        const bytes = 1_461 + ((round * 7_919) % 90_000);
        ends[index]?.[0].send(bytes);
        written[index] = (written[index] as number) + bytes;
        if (round === 60) host.setRates(700_001, 1e6);
        if (round === 90) host.limit({ upBytesPerSec: 600_007 });
        world.simulation.runUntil(Math.min(untilUs, world.simulation.nowUs + 43_700));
        checker.check();
      }
      const sent = ends.map(([left], index) => sentBytes(left, written[index] as number));
      return {
        sent: sent.reduce((sum, bytes) => sum + bytes, 0),
        fullUs: changes.find(([, , , why]) => why === 'cap')?.[0],
        evaluations: checker.evaluations,
      };
    };
    const { fullUs, evaluations } = run(20 * SECOND_US);
    expect(evaluations).toBeGreaterThan(1_000);
    const before = run((fullUs as number) - 1);
    expect(before.fullUs).toBeUndefined();
    // Each stream may stand between two bytes.
    expect(before.sent).toBeLessThanOrEqual(5_000_000);
    expect(before.sent).toBeGreaterThan(5_000_000 - 16);
  });

  it.each([
    [100, 10],
    [150, 6],
    [999, 1],
    [1000, 1],
  ])('small messages of %d bytes: %d of them fit in 1,000 bytes', (bytes, fit) => {
    const world = new SmallWorld();
    const host = world.host({ caps: [cut('up', 1_000, 60 * SECOND_US)] });
    const checker = new DataCapChecker(world.internet);
    const ends = Array.from({ length: 12 }, () => world.connect(host, world.host()));
    for (const [left] of ends) {
      left.send(bytes);
      world.run(0.1);
      checker.check();
    }
    const received = (): number => ends.filter(([, right]) => right.receivedBytes === bytes).length;
    expect(received()).toBe(fit);
    expect(host.line.capStates()[0]?.usedBytes).toBeCloseTo(1_000, 2);
    // What did not fit goes on in the periods that follow, in none of them more than 1,000 bytes.
    for (let period = 2; period <= 10; period++) {
      const before = host.up.carriedBytes;
      world.simulation.runUntil(period * 60 * SECOND_US - 1);
      checker.check();
      expect(host.up.carriedBytes - before).toBeLessThanOrEqual(1_000);
    }
    expect(received()).toBeGreaterThanOrEqual(fit);
  });

  it('small messages of one instant do not slip through together', () => {
    const world = new SmallWorld();
    const host = world.host({ caps: [cut('up', 1_000)] });
    const ends = Array.from({ length: 5 }, () => world.connect(host, world.host()));
    for (const [left] of ends) left.send(300);
    world.run(1);
    expect(ends.filter(([, right]) => right.receivedBytes === 300)).toHaveLength(3);
    expect(host.line.capStates()[0]?.usedBytes).toBeCloseTo(1_000, 2);
    new DataCapChecker(world.internet).check();
  });

  it('datagrams that are larger than what is left are dropped, smaller ones pass', () => {
    const world = new SmallWorld();
    const host = world.host({ caps: [cut('down', 1_000)] });
    const other = world.host();
    const received: number[] = [];
    host.network.bindDatagrams(5000, {
      onBound() {},
      onDatagram: (bytes) => received.push(bytes.length),
      onDatagramError() {},
    });
    const socket = other.network.bindDatagrams(5000, { onBound() {}, onDatagram() {}, onDatagramError() {} });
    for (const bytes of [600, 500, 300, 200, 100, 1]) {
      socket.send(new Uint8Array(bytes), { host: host.address, port: 5000 });
      world.run(0.1);
    }
    expect(received).toEqual([600, 300, 100]);
    expect(world.internet.counts.overflowed).toBe(3);
    expect(host.line.capStates()[0]).toMatchObject({ usedBytes: 1_000, exhausted: true });
  });

  it('messages beside a backlog count once: what a stream falls back for them is not counted', () => {
    const world = new SmallWorld();
    const host = world.host({ upBytesPerSec: 100_000, caps: [cut('up', 1_000_000)] });
    const sink = world.host({ downBytesPerSec: 80_000, caps: [cut('down', 1_000_000)] });
    const third = world.host();
    const [left] = world.connect(host, sink);
    const [talker] = world.connect(host, third);
    const [other] = world.connect(third, sink);
    left.send(5_000_000);
    let talked = 0;
    for (let round = 0; round < 100; round++) {
      // A tenth of the uplink, and of the sink's downlink.
      talker.send(500);
      other.send(400);
      talked++;
      world.run(0.05);
    }
    // Time for the stream to make up for what it fell back last.
    world.run(1);
    const sent = sentBytes(left, 5_000_000);
    expect(Math.abs(host.line.passedBytes('up') - sent - talked * 500)).toBeLessThan(1.01);
    expect(Math.abs(sink.line.passedBytes('down') - sent - talked * 400)).toBeLessThan(1.01);
  });
});

describe('periods', () => {
  it('are aligned to the clock: a day ends at midnight, also for a run that starts at 23:00', () => {
    const world = new SmallWorld();
    const host = world.host({
      upBytesPerSec: 1000,
      queueBytes: 0,
      caps: [cut('up', 600_000, 24 * HOUR_US)],
      startsAtUs: 2 * 24 * HOUR_US + 23 * HOUR_US,
    });
    const changes = listen(world, host);
    for (const hours of [0, 1, 25, 49]) {
      world.simulation.runUntil(hours * HOUR_US);
      world.connect(host, world.host())[0].send(1_000_000);
    }
    world.run(3600);
    expect(changes).toEqual([
      [600 * SECOND_US, 0, 0, 'cap'],
      [HOUR_US, 1000, 1e6, 'cap renewed'],
      [HOUR_US + 600 * SECOND_US, 0, 0, 'cap'],
      [25 * HOUR_US, 1000, 1e6, 'cap renewed'],
      [25 * HOUR_US + 600 * SECOND_US, 0, 0, 'cap'],
      [49 * HOUR_US, 1000, 1e6, 'cap renewed'],
      [49 * HOUR_US + 600 * SECOND_US, 0, 0, 'cap'],
    ]);
    expect(host.line.passedBytes('up')).toBeLessThanOrEqual(4 * 600_000 + 0.01);
  });

  it('what was not used in one is not there in the next', () => {
    const world = new SmallWorld();
    const host = world.host({ upBytesPerSec: 1000, caps: [cut('up', 5_000, 10 * SECOND_US)] });
    const changes = listen(world, host);
    const [left] = world.connect(host, world.host());
    world.run(8);
    left.send(100_000);
    world.run(10);
    // 2,000 bytes in the first period; 5,000 in the second, full at 15 s.
    expect(changes).toEqual([[15 * SECOND_US, 0, 0, 'cap']]);
  });

  it('a volume that is full at the very end of its period cuts nothing', () => {
    const world = new SmallWorld();
    const host = world.host({ upBytesPerSec: 1000, caps: [cut('up', 10_000, 10 * SECOND_US)] });
    const changes = listen(world, host);
    const [left] = world.connect(host, world.host());
    left.send(100_000);
    world.run(45);
    expect([changes, sentBytes(left, 100_000)]).toEqual([[], 45_000]);
  });

  it('two caps hold side by side: 4 kB in ten seconds, 9 kB in a minute', () => {
    const world = new SmallWorld();
    const host = world.host({
      upBytesPerSec: 1000,
      caps: [throttle('up', 4_000, 100, 10 * SECOND_US), cut('up', 9_000, 60 * SECOND_US)],
    });
    const changes = listen(world, host);
    const [left] = world.connect(host, world.host());
    left.send(100_000);
    world.run(61);
    expect(changes.map(([atUs, up, , why]) => [atUs / 1e6, up, why])).toEqual([
      [4, 100, 'cap'],
      [10, 1000, 'cap renewed'],
      // 4,000 bytes, 600, and 4,000 again.
      [14, 100, 'cap'],
      [18, 0, 'cap'],
      [20, 0, 'cap renewed'],
      [60, 1000, 'cap renewed'],
    ]);
  });
});

describe('a data cap that throttles', () => {
  it('leaves the line a lower rate both ways until the period ends', () => {
    const world = new SmallWorld();
    const host = world.host({
      upBytesPerSec: 1e5,
      downBytesPerSec: 4e5,
      caps: [throttle('down', 1_000_000, 8_000, 20 * SECOND_US)],
    });
    const changes = listen(world, host);
    const checker = new DataCapChecker(world.internet);
    const [here, there] = world.connect(host, world.host());
    here.send(10_000_000);
    there.send(10_000_000);
    for (let round = 0; round < 250; round++) {
      world.run(0.1);
      checker.check();
    }
    expect(changes).toEqual([
      [2_500_000, 8_000, 8_000, 'cap'],
      [20 * SECOND_US, 1e5, 4e5, 'cap renewed'],
      [22_500_000, 8_000, 8_000, 'cap'],
    ]);
    expect(sentBytes(there, 10_000_000)).toBe(2_000_000 + 17.5 * 8_000 + 2.5 * 8_000);
    expect(Math.abs(sentBytes(here, 10_000_000) - (2 * 250_000 + 20 * 8_000))).toBeLessThan(2);
    expect(host.line.capStates()[0]?.usedBytes).toBeCloseTo(1_000_000 + 2.5 * 8_000, 2);
    expect(checker.evaluations).toBe(250 * 3);
  });

  it('never makes a line faster', () => {
    const world = new SmallWorld();
    const host = world.host({ upBytesPerSec: 5_000, caps: [throttle('up', 10_000, 8_000)] });
    const [left] = world.connect(host, world.host());
    left.send(100_000);
    world.run(10);
    expect(sentBytes(left, 100_000)).toBe(50_000);
  });

  it('a cut counts for more than a throttle, and tells of itself in a line that is dead anyway', () => {
    const world = new SmallWorld();
    const host = world.host({
      upBytesPerSec: 1000,
      caps: [throttle('up', 2_000, 100), cut('up', 2_500)],
    });
    const changes = listen(world, host);
    const [left] = world.connect(host, world.host());
    left.send(10_000);
    world.run(20);
    expect(changes.map(([atUs, up, , why]) => [atUs, up, why])).toEqual([
      [2 * SECOND_US, 100, 'cap'],
      [7 * SECOND_US, 0, 'cap'],
    ]);
  });
});

describe('caps under random use', () => {
  const action = fc.record({
    kind: fc.constantFrom('write', 'write', 'write', 'block', 'datagram', 'rate', 'limit', 'unplug', 'reset'),
    from: fc.nat({ max: 3 }),
    to: fc.nat({ max: 3 }),
    bytes: fc.oneof(fc.integer({ min: 1, max: 1_600 }), fc.integer({ min: 1, max: 60_000 })),
    waitUs: fc.oneof(fc.constant(0), fc.nat({ max: 900_000 })),
  });
  const cap = fc.record({
    counts: fc.constantFrom('up' as const, 'down' as const, 'both' as const),
    bytes: fc.oneof(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 1, max: 300_000 })),
    periodUs: fc.integer({ min: 100_000, max: 6_000_000 }),
    // biome-ignore lint/suspicious/noThenProperty: what a scenario says
    then: fc.oneof(
      fc.constant({ kind: 'cut' as const }),
      fc.record({ kind: fc.constant('throttle' as const), bytesPerSec: fc.integer({ min: 0, max: 30_000 }) }),
    ),
  });

  it('are never exceeded, whatever happens on the line', () => {
    let evaluations = 0;
    let cuts = 0;
    fc.assert(
      fc.property(
        fc.array(fc.array(cap, { maxLength: 3 }), { minLength: 4, maxLength: 4 }),
        fc.array(action, { minLength: 20, maxLength: 80, size: 'max' }),
        fc.integer({ min: 20_000, max: 2e6 }),
        (caps, actions, rate) => {
          const world = new SmallWorld();
          const hosts = caps.map((each, index) =>
            world.host({
              upBytesPerSec: rate / (index + 1),
              downBytesPerSec: rate,
              latencyUs: index * 7_000,
              caps: each,
              startsAtUs: index * 1_234_567,
            }),
          );
          for (const host of hosts) {
            host.line.listener = { onLineChanged: (_up, _down, why) => why === 'cap' && cuts++ };
            host.network.bindDatagrams(5000, { onBound() {}, onDatagram() {}, onDatagramError() {} });
          }
          const sockets = hosts.map((host) =>
            host.network.bindDatagrams(5001, { onBound() {}, onDatagram() {}, onDatagramError() {} }),
          );
          const checkers = [
            new DataCapChecker(world.internet),
            new ConservationChecker(world.internet),
            new LinkBudgetChecker(world.internet),
            new FairShareChecker(world.internet),
          ];
          const ends = new Map<string, End>();
          const lifts: (() => void)[] = [];
          for (const { kind, from, to, bytes, waitUs } of actions) {
            const [sender, receiver] = [hosts[from] as SimulatedHost, hosts[to] as SimulatedHost];
            let end = ends.get(`${from}>${to}`);
            if (end === undefined) {
              end = world.dial(sender, receiver);
              ends.set(`${from}>${to}`, end);
            }
            if (kind === 'write') end.send(bytes);
            else if (kind === 'block') end.sendBlock();
            else if (kind === 'datagram') {
              sockets[from]?.send(new Uint8Array(Math.min(bytes, 1_400)), {
                host: receiver.address,
                port: 5000,
              });
            } else if (kind === 'rate') sender.setRates(bytes * 10, bytes * 5);
            else if (kind === 'limit') lifts.push(sender.limit({ upBytesPerSec: bytes }));
            else if (kind === 'unplug') {
              sender.unplug();
              lifts.push(() => sender.plug());
            } else {
              end.stream?.reset();
              ends.delete(`${from}>${to}`);
            }
            if (lifts.length > 2) lifts.shift()?.();
            world.run(waitUs / 1e6);
            for (const checker of checkers) checker.check();
          }
          evaluations += checkers[0]?.evaluations ?? 0;
        },
      ),
      { numRuns: 80, seed: 11 },
    );
    expect(evaluations).toBeGreaterThan(10_000);
    expect(cuts).toBeGreaterThan(500);
  });
});

describe('the checker of caps', () => {
  /** A busy line with a cap in a world that is broken by `harm` before it starts; checked every tenth of a second. */
  function runHarmed(
    harm: (host: SimulatedHost) => void,
    theCap = cut('up', 2_000_000, 5 * SECOND_US),
  ): void {
    const world = new SmallWorld();
    const host = world.host({ upBytesPerSec: 1e6, queueBytes: 16_384, caps: [theCap] });
    harm(host);
    const checker = new DataCapChecker(world.internet);
    const [left] = world.connect(host, world.host());
    const [talker] = world.connect(host, world.host());
    left.sendForEver();
    for (let round = 0; round < 200; round++) {
      talker.send(1_400);
      world.run(0.1);
      checker.check();
    }
    expect(checker.evaluations).toBe(600);
  }

  it('is content with a line that is in order', () => {
    runHarmed(() => {});
    runHarmed(() => {}, throttle('up', 2_000_000, 10_000, 5 * SECOND_US));
  });

  it('catches a line that goes on when its volume is used up', () => {
    expect(() =>
      runHarmed((host) => {
        for (const link of host.links()) link.setCapacity = () => {};
      }),
    ).toThrow(/has used \d+[.\d]* bytes of a data cap that allows 2000000/);
  });

  it('catches messages that are not counted', () => {
    expect(() =>
      runHarmed(
        (host) => {
          const { meter } = host.up;
          const passed = meter?.passed.bind(meter);
          if (meter !== undefined) meter.passed = (bytes) => (bytes < 0 ? passed?.(bytes) : undefined);
        },
        cut('up', 1e9, 5 * SECOND_US),
      ),
    ).toThrow(/has carried \d+ bytes, of which/);
  });

  it('catches a throttle that is too fast', () => {
    expect(() =>
      runHarmed(
        (host) => {
          const { up } = host;
          const setCapacity = up.setCapacity.bind(up);
          up.setCapacity = (capacity, nowUs) => setCapacity(capacity === 10_000 ? 400_000 : capacity, nowUs);
        },
        throttle('up', 2_000_000, 10_000, 5 * SECOND_US),
      ),
    ).toThrow(/bytes of a data cap that allows/);
  });

  it('catches periods that begin at another time', () => {
    expect(() =>
      runHarmed((host) => {
        Object.defineProperty(host.line, 'startsAtUs', { value: 1_300_000 });
      }),
    ).toThrow(/in a period that has carried/);
  });
});
