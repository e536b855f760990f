/** What the way between two hosts does: delays in closed form, rules laid and lifted, and what streams feel of them. */
import { describe, expect, it } from 'vitest';
import type { RouteOptions } from '../../src/sim/routes.ts';
import { BLOCK, SmallWorld } from './small-world.ts';

const REGIONS: RouteOptions = {
  regionDelaysUs: [
    [1_000, 40_000],
    [70_000, 2_000],
  ],
  pairDelayUs: { lowest: 0, highest: 0 },
};
const PAIRS: RouteOptions = { regionDelaysUs: [], pairDelayUs: { lowest: 5_000, highest: 60_000 } };

describe('the delay of a route', () => {
  it('is the sum of both hosts and of the regions, which may differ by direction', () => {
    const { internet, ...world } = new SmallWorld({}, REGIONS);
    expect(world).toBeDefined();
    const host = (region: number, latencyUs: number) =>
      internet.addHost({ upBytesPerSec: 1, downBytesPerSec: 1, queueBytes: 0, region, latencyUs });
    const [here, there] = [host(0, 300), host(1, 20)];
    expect(internet.routes.latencyUs(here, there)).toBe(40_320);
    expect(internet.routes.latencyUs(there, here)).toBe(70_320);
    expect(internet.routes.latencyUs(here, host(0, 1))).toBe(1_301);
  });

  it('is drawn once for each pair: the same both ways, the same again, within its bounds, not all alike', () => {
    const world = new SmallWorld({}, PAIRS);
    const again = new SmallWorld({}, PAIRS);
    const hosts = Array.from({ length: 12 }, () => world.host());
    const twins = Array.from({ length: 12 }, () => again.host());
    const seen = new Set<number>();
    for (const [row, from] of hosts.entries()) {
      for (const [column, to] of hosts.entries()) {
        if (row === column) continue;
        const latencyUs = world.internet.routes.latencyUs(from, to);
        expect(latencyUs).toBeGreaterThanOrEqual(5_000);
        expect(latencyUs).toBeLessThanOrEqual(60_000);
        expect(world.internet.routes.latencyUs(to, from)).toBe(latencyUs);
        const twin = again.internet.routes.latencyUs(twins[row] as typeof from, twins[column] as typeof to);
        expect(twin).toBe(latencyUs);
        seen.add(latencyUs);
      }
    }
    expect(seen.size).toBeGreaterThan(50);
  });

  it('is what a stream takes, each way its own', () => {
    const world = new SmallWorld({}, REGIONS);
    const [left, right] = world.connect(world.host({ region: 0 }), world.host({ region: 1 }));
    expect(left.openedUs).toBe(110_000);
    left.send(1);
    right.send(1);
    world.run(1);
    // One byte takes 1 us on each of the two lines.
    expect(right.arrivals[0]?.atUs).toBe(110_000 + 2 + 40_000);
    expect(left.arrivals[0]?.atUs).toBe(110_000 + 2 + 70_000);
  });
});

describe('a latency step', () => {
  it('holds for what leaves after it, and back; nothing overtakes', () => {
    const world = new SmallWorld();
    const [from, to] = [world.host({ latencyUs: 10_000 }), world.host()];
    const [left, right] = world.connect(from, to);
    const startUs = world.simulation.nowUs;
    const at = (): number[] => right.arrivals.map(({ atUs }) => atUs - startUs);
    left.send(100);
    world.run(0.005);
    const lift = world.internet.routes.lay({ kind: 'delay', addUs: 500_000, applies: () => true });
    left.send(100);
    world.run(0.1);
    expect(at()).toEqual([10_200]);
    lift();
    left.send(100);
    world.run(5);
    // The second left under the step; the third would come sooner, but for the second.
    expect(at()).toEqual([10_200, 5_200 + 510_000, 5_200 + 510_000]);
  });

  it('does not touch what has left of a flow, and slows its window', () => {
    const world = new SmallWorld({ initialWindowBytes: 10_000, maxWindowBytes: 10_000 });
    const [left, right] = world.connect(world.host({ latencyUs: 50_000 }), world.host());
    const startUs = world.simulation.nowUs;
    left.send(15_000_000);
    // Ten thousand bytes in 100 ms: 16 KiB have left after 163,840 us, and again after 327,680 us.
    world.run(0.33);
    world.internet.routes.lay({ kind: 'delay', addUs: 150_000, applies: () => true });
    world.run(0.06);
    expect(right.arrivals.map(({ atUs }) => atUs - startUs)).toEqual([213_840, 377_680]);
    const before = right.receivedBytes;
    world.run(400);
    // Now a window takes 400 ms.
    expect((right.receivedBytes - before) / 400 / 25_000).toBeCloseTo(1, 2);
  });
});

describe('rules', () => {
  it('a cut is stronger than a hold, each lifts on its own, and twice is harmless', () => {
    const world = new SmallWorld();
    const [one, other] = [world.host(), world.host()];
    const { routes } = world.internet;
    const release = world.lay('hold', one, other);
    const heal = world.layBothWays('cut', one, other);
    expect([routes.passage(one, other), routes.passage(other, one)]).toEqual(['cut', 'cut']);
    heal();
    heal();
    expect([routes.passage(one, other), routes.passage(other, one)]).toEqual(['held', 'open']);
    release();
    expect(routes.passage(one, other)).toBe('open');
  });

  it('that apply to others change nothing: the same arrivals to the microsecond', () => {
    const arrivals = (disturb: boolean): unknown => {
      const world = new SmallWorld();
      const [left, right] = world.connect(world.host({ latencyUs: 20_000 }), world.host());
      const third = world.host();
      left.sendForEver();
      for (let round = 0; round < 20; round++) {
        const lift = disturb ? world.layBothWays('cut', third, third) : undefined;
        right.send(50);
        world.run(0.1);
        lift?.();
      }
      expect(right.receivedBytes).toBeGreaterThan(20 * BLOCK);
      return [left.arrivals.map(({ atUs }) => atUs), right.arrivals.map(({ atUs }) => atUs)];
    };
    expect(arrivals(true)).toEqual(arrivals(false));
  });
});
