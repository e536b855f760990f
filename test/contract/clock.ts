/** The contract of `Clock`: whole microseconds that never decrease, timers in order, none early, none after cancel. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../src/core/ports.ts';
import { Guard, guardClock } from './guard.ts';
import type { World } from './world.ts';

export interface ClockWorld extends World {
  readonly clock: Clock;
}

export function describeClock(name: string, factory: () => ClockWorld | Promise<ClockWorld>): void {
  describe(`clock contract: ${name}`, () => {
    let world: ClockWorld;
    let clock: Clock;
    let guard: Guard;

    beforeEach(async () => {
      world = await factory();
      guard = new Guard();
      clock = guardClock(world.clock, guard);
    });

    afterEach(async () => {
      await world.dispose?.();
      expect(guard.violations).toEqual([]);
    });

    it('tells whole microseconds that never decrease', async () => {
      const seen = [clock.now()];
      for (let step = 1; step <= 5; step++) {
        clock.schedule(clock.now() + step * 300, () => seen.push(clock.now()));
      }
      await world.until(() => seen.length === 6);
      for (const instant of seen) expect(Number.isSafeInteger(instant)).toBe(true);
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
    });

    it('calls back once, not before the time, and not inside schedule', async () => {
      const atUs = clock.now() + 3_000;
      const calls: number[] = [];
      clock.schedule(atUs, () => calls.push(clock.now()));
      let later = false;
      clock.schedule(atUs + 5_000, () => {
        later = true;
      });
      await world.until(() => later);
      expect(calls).toHaveLength(1);
      expect(calls[0]).toBeGreaterThanOrEqual(atUs);
    });

    it('keeps the order of scheduling at equal times, and the order of times otherwise', async () => {
      const base = clock.now() + 4_000;
      const order: string[] = [];
      const plan: [string, number][] = [
        ['c1', 2_000],
        ['a1', 0],
        ['b1', 1_000],
        ['a2', 0],
        ['c2', 2_000],
        ['b2', 1_000],
        ['a3', 0],
      ];
      for (const [label, offsetUs] of plan) clock.schedule(base + offsetUs, () => order.push(label));
      await world.until(() => order.length === plan.length);
      expect(order).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'c1', 'c2']);
    });

    it('keeps the order of scheduling among many at few instants', async () => {
      const base = clock.now() + 2_000;
      const order: number[] = [];
      const plan = Array.from({ length: 200 }, (_, index) => ({ index, at: (index * 7) % 3 }));
      for (const { index, at } of plan) clock.schedule(base + at * 500, () => order.push(index));
      await world.until(() => order.length === plan.length);
      expect(order).toEqual(plan.toSorted((a, b) => a.at - b.at).map(({ index }) => index));
    });

    it('runs what is due already soon, before what is due later', async () => {
      const order: string[] = [];
      clock.schedule(clock.now() + 50_000, () => order.push('later'));
      clock.schedule(clock.now(), () => order.push('now'));
      clock.schedule(Math.max(0, clock.now() - 1_000_000), () => order.push('past'));
      await world.until(() => order.length === 3);
      expect(order.at(-1)).toBe('later');
    });

    it('forgets a cancelled callback; cancelling late or twice is harmless', async () => {
      const calls: string[] = [];
      const base = clock.now() + 2_000;
      const cancelled = clock.schedule(base, () => calls.push('cancelled'));
      const ran = clock.schedule(base, () => calls.push('ran'));
      const byNeighbour = clock.schedule(base + 2, () => calls.push('cancelled by the one before'));
      clock.schedule(base + 1, () => byNeighbour.cancel());
      cancelled.cancel();
      cancelled.cancel();
      let last = false;
      clock.schedule(base + 3_000, () => {
        last = true;
      });
      await world.until(() => last);
      ran.cancel();
      expect(calls).toEqual(['ran']);
    });

    it('cancels one of several at the same instant while they run', async () => {
      const calls: string[] = [];
      const at = clock.now() + 2_000;
      clock.schedule(at, () => {
        calls.push('first');
        second.cancel();
      });
      const second = clock.schedule(at, () => calls.push('second'));
      clock.schedule(at, () => calls.push('third'));
      await world.until(() => calls.includes('third'));
      expect(calls).toEqual(['first', 'third']);
    });

    it('takes new timers from inside a callback, also for the same instant', async () => {
      const calls: string[] = [];
      clock.schedule(clock.now() + 1_000, () => {
        calls.push('outer');
        clock.schedule(clock.now(), () => calls.push('inner'));
        calls.push('outer ends');
      });
      await world.until(() => calls.length === 3);
      expect(calls).toEqual(['outer', 'outer ends', 'inner']);
    });
  });
}
