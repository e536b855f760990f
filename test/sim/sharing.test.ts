/** Rates of backlogged streams against closed forms: no latency, so that the window never binds. */
import { describe, expect, it } from 'vitest';
import { ConservationChecker } from '../../src/sim/checkers/conservation.ts';
import { FairShareChecker } from '../../src/sim/checkers/fair-share.ts';
import { LinkBudgetChecker } from '../../src/sim/checkers/link-budget.ts';
import { SmallWorld } from './small-world.ts';

const MBIT = 125_000;

/** Bytes a second at which `end` received over the next `seconds`. */
function rateOf(world: SmallWorld, end: { receivedBytes: number }, seconds = 100): number {
  const before = end.receivedBytes;
  world.run(seconds);
  return (end.receivedBytes - before) / seconds;
}

describe('sharing of access lines', () => {
  it.each([
    [1e6, 3e5, 3e5],
    [3e5, 1e6, 3e5],
    [5e5, 5e5, 5e5],
    [7_777, 1e9, 7_777],
  ])('one stream over up %d and down %d gets %d bytes/s', (up, down, expected) => {
    const world = new SmallWorld();
    const [left, right] = world.connect(
      world.host({ upBytesPerSec: up }),
      world.host({ downBytesPerSec: down }),
    );
    left.sendForEver();
    expect(rateOf(world, right) / expected).toBeCloseTo(1, 1);
    expect(Math.abs(rateOf(world, right, 10_000) / expected - 1)).toBeLessThan(1e-3);
  });

  it.each([2, 3, 7, 20])('%d streams on one uplink get an equal share each', (count) => {
    const world = new SmallWorld();
    const source = world.host();
    const ends = Array.from({ length: count }, () => world.connect(source, world.host()));
    for (const [left] of ends) left.sendForEver();
    const before = ends.map(([, right]) => right.receivedBytes);
    world.run(1_000);
    for (const [index, [, right]] of ends.entries()) {
      const rate = (right.receivedBytes - (before[index] as number)) / 1_000;
      expect(Math.abs((rate * count) / 1e6 - 1)).toBeLessThan(2e-3);
    }
  });

  it('a line of 16 Mbit/s down and 1 Mbit/s up is that asymmetric, both ways at once', () => {
    const world = new SmallWorld();
    const home = world.host({ upBytesPerSec: MBIT, downBytesPerSec: 16 * MBIT });
    const server = world.host({ upBytesPerSec: 1e8, downBytesPerSec: 1e8 });
    const [atHome, atServer] = world.connect(home, server);
    atHome.sendForEver();
    atServer.sendForEver();
    world.run(200);
    expect(Math.abs(atHome.receivedBytes / 200 / (16 * MBIT) - 1)).toBeLessThan(2e-3);
    expect(Math.abs(atServer.receivedBytes / 200 / MBIT - 1)).toBeLessThan(2e-3);
  });

  it('crossing flows get the known max-min rates', () => {
    // a -> x, a -> y, b -> y: y's downlink of 9 binds b->y and a->y at 4.5 if a can: a has 6, so 3 + 3, and b gets 6.
    const world = new SmallWorld();
    const a = world.host({ upBytesPerSec: 6e5 });
    const b = world.host({ upBytesPerSec: 1e7 });
    const x = world.host({ downBytesPerSec: 1e7 });
    const y = world.host({ downBytesPerSec: 9e5 });
    const flows = [world.connect(a, x), world.connect(a, y), world.connect(b, y)];
    for (const [left] of flows) left.sendForEver();
    world.run(1_000);
    const rates = flows.map(([, right]) => right.receivedBytes / 1_000);
    for (const [index, expected] of [3e5, 3e5, 6e5].entries()) {
      expect(Math.abs((rates[index] as number) / expected - 1)).toBeLessThan(2e-3);
    }
  });

  it('what one flow leaves is given to the others as soon as it stops', () => {
    const world = new SmallWorld();
    const source = world.host({ upBytesPerSec: 1e6 });
    const [first, firstRight] = world.connect(source, world.host());
    const [second, secondRight] = world.connect(source, world.host());
    // 100 kB and 300 kB at 1 MB/s: the first ends at 0.2 s, the second has 200 kB left and ends at 0.4 s.
    const startUs = world.simulation.nowUs;
    first.send(100_000);
    second.send(300_000);
    world.run(10);
    expect((firstRight.arrivals.at(-1)?.atUs as number) - startUs).toBe(200_000);
    expect((secondRight.arrivals.at(-1)?.atUs as number) - startUs).toBe(400_000);
  });

  it('a change of a line takes effect at once, also to next to nothing and back', () => {
    const world = new SmallWorld();
    const source = world.host({ upBytesPerSec: 1e6 });
    const [left, right] = world.connect(source, world.host());
    const startUs = world.simulation.nowUs;
    left.send(160_000);
    world.run(0.05);
    source.setRates(10, 10);
    world.run(5);
    const stalled = right.receivedBytes;
    world.run(5);
    expect(right.receivedBytes).toBe(stalled);
    source.setRates(5e5, 5e5);
    world.run(5);
    expect(right.receivedBytes).toBe(160_000);
    // 50 kB in the first 50 ms, 100 bytes in ten seconds, the rest at half the first rate.
    expect((right.arrivals.at(-1)?.atUs as number) - startUs).toBe(50_000 + 10_000_000 + 219_800);
  });

  it('blocks and small messages together never exceed a line, and no byte is lost', () => {
    const world = new SmallWorld();
    const checkers = [
      new LinkBudgetChecker(world.internet),
      new ConservationChecker(world.internet),
      new FairShareChecker(world.internet),
    ];
    const hosts = Array.from({ length: 8 }, (_, index) =>
      world.host({
        upBytesPerSec: 50_000 + index * 10_000,
        downBytesPerSec: 200_000,
        latencyUs: index * 3_000,
      }),
    );
    const talkers = hosts.flatMap((from, index) => {
      const busy = world.connect(from, hosts[(index + 1) % 8] as (typeof hosts)[0]);
      busy[0].sendForEver();
      return [2, 3, 4, 5].map((step) => world.connect(from, hosts[(index + step) % 8] as (typeof hosts)[0]));
    });
    const startUs = world.simulation.nowUs;
    const before = hosts.map((host) => host.up.carriedBytes);
    for (let round = 0; round < 2_000; round++) {
      // One small message on one idle stream after another: one tenth of a line and more.
      const pair = talkers[round % talkers.length] as (typeof talkers)[0];
      pair[round % 2]?.send(40 + (round % 500));
      world.run(0.005);
      if (round % 10 === 0) for (const checker of checkers) checker.check();
    }
    const seconds = (world.simulation.nowUs - startUs) / 1e6;
    for (const [index, host] of hosts.entries()) {
      const used = host.up.carriedBytes - (before[index] as number);
      // Always backlogged: the debt slows the flow by what the messages take, no more and no less, but for what is
      // under way at either end of the span.
      expect(Math.abs(used - host.up.capacity * seconds)).toBeLessThan(17_844);
    }
    for (const checker of checkers) expect(checker.evaluations).toBeGreaterThan(1_000);
  });
});

describe('checkers', () => {
  it('catch a link that ignores its rate', () => {
    const world = new SmallWorld();
    const source = world.host({ upBytesPerSec: 1e5 });
    const [left] = world.connect(source, world.host());
    const checker = new LinkBudgetChecker(world.internet);
    checker.check();
    source.up.capacity = 2e5;
    left.sendForEver();
    expect(() => {
      for (let round = 0; round < 100; round++) {
        world.run(0.1);
        checker.check();
      }
    }).toThrow(/up carried \d+ bytes more than its rate allows/);
  });

  it('catch bytes that come from nowhere', () => {
    const world = new SmallWorld();
    const [left, right] = world.connect(world.host(), world.host());
    left.send(5_000);
    const checker = new ConservationChecker(world.internet);
    world.run(1);
    checker.check();
    expect(right.receivedBytes).toBe(5_000);
    world.internet.medium.directions.queues.books.deliveredBytes += 1;
    expect(() => checker.check()).toThrow(/were delivered/);
  });

  it('catch an unfair share', () => {
    const world = new SmallWorld();
    const source = world.host();
    const [left] = world.connect(source, world.host());
    left.sendForEver();
    world.run(1);
    const checker = new FairShareChecker(world.internet);
    checker.check();
    const flow = source.up.flows[0];
    if (flow !== undefined) flow.rate /= 2;
    expect(() => checker.check()).toThrow(/could be faster/);
  });
});
