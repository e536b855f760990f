/** What rate an access line has at each instant, and why: closed forms at the microsecond. */
import { describe, expect, it } from 'vitest';
import type { LineChangeReason } from '../../src/sim/access-line.ts';
import { FairShareChecker } from '../../src/sim/checkers/fair-share.ts';
import { LinkBudgetChecker } from '../../src/sim/checkers/link-budget.ts';
import type { SimulatedHost } from '../../src/sim/simulated-host.ts';
import type { SimulatedStream } from '../../src/sim/simulated-stream.ts';
import { WEEK_US } from '../../src/sim/weekly-schedule.ts';
import { PORT, SmallWorld } from './small-world.ts';

const SECOND_US = 1_000_000;
const HOUR_US = 3600 * SECOND_US;
const DAY_US = 24 * HOUR_US;

/** Notes what a line tells: [time, up, down, why]. */
function listen(world: SmallWorld, host: SimulatedHost) {
  const changes: [number, number, number, LineChangeReason][] = [];
  host.line.listener = {
    onLineChanged: (up, down, reason) => changes.push([world.simulation.nowUs, up, down, reason]),
  };
  return changes;
}

describe('rate schedules', () => {
  const slow = { fromUs: 10 * SECOND_US + 3, toUs: 20 * SECOND_US + 7, upPerMille: 500, downPerMille: 250 };

  it('up and down have shares of their own, from the microsecond at which a window begins to that at which it ends', () => {
    const world = new SmallWorld();
    const host = world.host({ upBytesPerSec: 1e6, downBytesPerSec: 4e6, schedule: [slow] });
    const changes = listen(world, host);
    world.run(30);
    expect(changes).toEqual([
      [10_000_003, 500_000, 1e6, 'schedule'],
      [20_000_007, 1e6, 4e6, 'schedule'],
    ]);
  });

  it.each([
    // 1 byte a microsecond before the window, half of it inside.
    ['the last byte before the window', 10_000_003, 10_000_003],
    ['the first byte in the window', 10_000_004, 10_000_005],
    ['the last byte in the window', 10_000_003 + 5_000_002, 20_000_007],
    ['the first byte after the window', 10_000_003 + 5_000_003, 20_000_008],
  ])('up: %s leaves when the rates say so', (_name, bytes, expectedUs) => {
    const world = new SmallWorld();
    const host = world.host({ upBytesPerSec: 1e6, schedule: [slow] });
    const [left, right] = world.connect(host, world.host({ downBytesPerSec: 1e9 }));
    left.send(bytes);
    world.run(60);
    expect(right.receivedBytes).toBe(bytes);
    expect(right.arrivals.at(-1)?.atUs).toBe(expectedUs);
  });

  it.each([
    ['the last byte before the window', 10_000_003, 10_000_003],
    ['the last byte in the window', 10_000_003 + 2_500_001, 20_000_007],
    ['the first byte after the window', 10_000_003 + 2_500_002, 20_000_008],
  ])('down: %s comes when the rates say so', (_name, bytes, expectedUs) => {
    const world = new SmallWorld();
    const host = world.host({ downBytesPerSec: 1e6, schedule: [slow] });
    const [left, right] = world.connect(world.host({ upBytesPerSec: 1e9 }), host);
    left.send(bytes);
    world.run(60);
    expect(right.receivedBytes).toBe(bytes);
    expect(right.arrivals.at(-1)?.atUs).toBe(expectedUs);
  });

  it('goes by the clock: evenings from 18:00 to 23:00, for a run that starts on Wednesday at 16:30', () => {
    const evenings = Array.from({ length: 7 }, (_, day) => ({
      fromUs: day * DAY_US + 18 * HOUR_US,
      toUs: day * DAY_US + 23 * HOUR_US,
      upPerMille: 1000,
      downPerMille: 300,
    }));
    const world = new SmallWorld();
    const host = world.host({ schedule: evenings, startsAtUs: 2 * DAY_US + 16.5 * HOUR_US });
    const changes = listen(world, host);
    world.run(30 * 3600);
    expect(changes).toEqual([
      [1.5 * HOUR_US, 1e6, 300_000, 'schedule'],
      [6.5 * HOUR_US, 1e6, 1e6, 'schedule'],
      [25.5 * HOUR_US, 1e6, 300_000, 'schedule'],
    ]);
  });

  it('a run that starts inside a window starts slow; the smallest of overlapping shares holds', () => {
    const window = { fromUs: 0, toUs: 10 * SECOND_US, upPerMille: 500, downPerMille: 900 };
    const other = { fromUs: 5 * SECOND_US, toUs: 15 * SECOND_US, upPerMille: 800, downPerMille: 100 };
    const world = new SmallWorld();
    const host = world.host({ schedule: [window, other], startsAtUs: 2 * SECOND_US });
    const changes = listen(world, host);
    expect([host.up.capacity, host.down.capacity]).toEqual([500_000, 900_000]);
    world.run(20);
    expect(changes).toEqual([
      [3 * SECOND_US, 500_000, 100_000, 'schedule'],
      [8 * SECOND_US, 800_000, 100_000, 'schedule'],
      [13 * SECOND_US, 1e6, 1e6, 'schedule'],
    ]);
  });

  it('comes again every week', () => {
    const world = new SmallWorld();
    const host = world.host({ schedule: [slow] });
    const changes = listen(world, host);
    world.run((3 * WEEK_US) / 1e6);
    const begins = [0, 1, 2].map((week) => week * WEEK_US + slow.fromUs);
    expect(changes.filter(([, up]) => up === 500_000).map(([atUs]) => atUs)).toEqual(begins);
  });

  it('a share of nothing cuts the line for the time of the window', () => {
    const world = new SmallWorld();
    const nothing = { ...slow, upPerMille: 0 };
    const host = world.host({ upBytesPerSec: 1e6, schedule: [nothing] });
    const [left, right] = world.connect(host, world.host());
    left.send(10_000_004);
    world.run(20);
    const before = right.receivedBytes;
    expect(before).toBeLessThan(10_000_004);
    expect(right.arrivals.at(-1)?.atUs).toBeLessThanOrEqual(10_000_003);
    world.run(60);
    expect(right.receivedBytes).toBe(10_000_004);
  });

  it('rates that are declared anew have the same schedule', () => {
    const world = new SmallWorld();
    const host = world.host({ schedule: [slow] });
    world.run(15);
    host.setRates(2e6, 3e6);
    expect([host.up.capacity, host.down.capacity]).toEqual([1e6, 750_000]);
    world.run(15);
    expect([host.up.capacity, host.down.capacity]).toEqual([2e6, 3e6]);
  });

  it('a line with neither schedule nor cap has no event', () => {
    const world = new SmallWorld();
    const before = world.simulation.handleCount;
    world.internet.addHost({ upBytesPerSec: 1, downBytesPerSec: 1, latencyUs: 0, queueBytes: 0 });
    expect(world.simulation.handleCount).toBe(before);
    expect(world.simulation.nextUs).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([
    [{ upBytesPerSec: -1 }, /rate/],
    [{ downBytesPerSec: Number.NaN }, /rate/],
    [{ schedule: [{ ...slow, upPerMille: 1001 }] }, /share/],
    [{ schedule: [{ ...slow, downPerMille: -1 }] }, /share/],
    [{ lossPerMillion: 1_000_001 }, /loss/],
    [{ lossBurst: 0.5 }, /bursts/],
  ])('refuses %o', (options, message) => {
    expect(() => new SmallWorld().host(options)).toThrow(message);
  });
});

describe('limits of a line', () => {
  it('lie on top of rates and schedule, the smallest holds, and lifting one leaves the others', () => {
    const world = new SmallWorld();
    const slow = { fromUs: 10 * SECOND_US, toUs: 20 * SECOND_US, upPerMille: 500, downPerMille: 500 };
    const host = world.host({ upBytesPerSec: 1e6, downBytesPerSec: 4e6, schedule: [slow] });
    const changes = listen(world, host);
    const liftFirst = host.limit({ upBytesPerSec: 600_000 });
    const liftSecond = host.limit({ upBytesPerSec: 700_000, downBytesPerSec: 3e6 });
    world.run(10);
    liftFirst();
    liftFirst();
    world.run(10);
    liftSecond();
    expect(changes).toEqual([
      [0, 600_000, 4e6, 'fault'],
      [0, 600_000, 3e6, 'fault'],
      [10 * SECOND_US, 500_000, 2e6, 'schedule'],
      // Lifting the first makes no difference: the schedule leaves less.
      [20 * SECOND_US, 700_000, 3e6, 'schedule'],
      [20 * SECOND_US, 1e6, 4e6, 'restored'],
    ]);
  });

  it('the same limit laid twice has to be lifted twice', () => {
    const host = new SmallWorld().host();
    const limit = { upBytesPerSec: 5 };
    const lifts = [host.limit(limit), host.limit(limit)];
    lifts[0]?.();
    expect(host.up.capacity).toBe(5);
    lifts[1]?.();
    expect(host.up.capacity).toBe(1e6);
  });

  it.each([
    ['a limit of nothing', (host: SimulatedHost) => host.limit({ upBytesPerSec: 0, downBytesPerSec: 0 })],
    [
      'the cable out',
      (host: SimulatedHost) => {
        host.unplug();
        return () => host.plug();
      },
    ],
  ])('%s stops streams and datagrams; what was under way goes on afterwards', (_name, stop) => {
    const world = new SmallWorld();
    const host = world.host();
    const other = world.host();
    const [left, right] = world.connect(host, other);
    let datagrams = 0;
    const socket = host.network.bindDatagrams(5000, {
      onBound() {},
      onDatagram: () => datagrams++,
      onDatagramError() {},
    });
    const remote = other.network.bindDatagrams(5000, {
      onBound() {},
      onDatagram: () => datagrams++,
      onDatagramError() {},
    });
    left.send(200_000);
    world.run(0.1);
    const lift = stop(host);
    expect(host.online).toBe(true);
    world.run(1);
    const before = right.receivedBytes;
    socket.send(new Uint8Array(100), { host: other.address, port: 5000 });
    remote.send(new Uint8Array(100), { host: host.address, port: 5000 });
    left.send(10);
    world.run(10);
    expect([right.receivedBytes, datagrams, right.ends]).toEqual([before, 0, []]);
    lift();
    // TCP notices at its next retransmission.
    world.run(30);
    expect([right.receivedBytes, right.ends]).toEqual([200_010, []]);
  });

  it('streams share what is left, at every instant', () => {
    const world = new SmallWorld();
    const slow = { fromUs: SECOND_US, toUs: 2 * SECOND_US, upPerMille: 200, downPerMille: 1000 };
    const host = world.host({ upBytesPerSec: 1e6, schedule: [slow] });
    const checkers = [new LinkBudgetChecker(world.internet), new FairShareChecker(world.internet)];
    const ends = [0, 1, 2, 3].map(() => world.connect(host, world.host()));
    for (const [left] of ends) left.sendForEver();
    for (let round = 0; round < 300; round++) {
      world.run(0.01);
      const limited = round >= 250 ? 40_000 : Number.POSITIVE_INFINITY;
      if (round === 250) host.limit({ upBytesPerSec: 40_000 });
      world.run(0);
      const { nowUs } = world.simulation;
      const scheduled = nowUs >= SECOND_US && nowUs < 2 * SECOND_US ? 200_000 : 1e6;
      for (const [left] of ends) {
        const stream = left.stream as SimulatedStream;
        expect(stream.rateBytesPerSec).toBeCloseTo(Math.min(scheduled, limited) / 4, 6);
      }
      for (const checker of checkers) checker.check();
    }
    for (const checker of checkers) expect(checker.evaluations).toBeGreaterThan(1000);
  });
});

describe('a machine', () => {
  it('that vanishes says nothing to anybody, and comes back with nothing open', () => {
    const world = new SmallWorld({ dialTimeoutUs: SECOND_US });
    const host = world.host();
    const other = world.host();
    const [left, right] = world.connect(host, other);
    let datagrams = 0;
    const handler = { onBound() {}, onDatagram: () => datagrams++, onDatagramError() {} };
    host.network.bindDatagrams(5000, handler);
    left.sendForEver();
    world.run(1);
    const calls = left.writableUs.length;
    host.vanish();
    expect(host.online).toBe(false);
    expect([host.listeners.size, host.socketPorts.size]).toEqual([0, 0]);
    world.run(1);
    expect(left.ends).toEqual([]);
    expect(left.writableUs).toHaveLength(calls);
    expect(right.ends).toEqual([]);
    const late = world.dial(other, host);
    other.network.bindDatagrams(5000, handler).send(new Uint8Array(10), { host: host.address, port: 5000 });
    world.run(3);
    expect([late.ends, datagrams]).toEqual([['timeout'], 0]);
    host.connect();
    const refused = world.dial(other, host);
    world.run(1);
    expect(refused.ends).toEqual(['refused']);
    host.network.listen(PORT, { onListening() {}, onListenError() {}, onAccept: () => undefined });
    const again = world.dial(other, host);
    // The old stream is news to the machine: a remote that uses it is told so.
    right.send(10);
    world.run(5);
    expect(again.openedUs).toBeGreaterThan(0);
    expect([left.ends, right.ends, host.streams.size]).toEqual([[], ['reset'], 0]);
  });

  it('has its loss changed while it runs', () => {
    const host = new SmallWorld().host({ lossPerMillion: 10 });
    expect([host.lossPerMillion, host.lossBurst]).toEqual([10, 1]);
    host.setLoss(20_000, 3);
    expect([host.lossPerMillion, host.lossBurst]).toEqual([20_000, 3]);
    expect(() => host.setLoss(-1)).toThrow(/loss/);
  });
});
