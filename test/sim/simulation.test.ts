/** The loop of virtual time: what comes before what, and where it stops. */
import { describe, expect, it } from 'vitest';
import { InvariantError } from '../../src/core/result.ts';
import { Simulation, SimulationError } from '../../src/sim/simulation.ts';
import { VirtualClock } from '../../src/sim/virtual-clock.ts';

function logger(simulation: Simulation) {
  const log: string[] = [];
  const target = (name: string, then?: () => void) => ({
    fire(token: number): void {
      log.push(`${name}${token}@${simulation.nowUs}`);
      then?.();
    },
  });
  return { log, target };
}

describe('simulation', () => {
  it('within an instant: soon calls, then events of the instant, then settlers; only then time advances', () => {
    const simulation = new Simulation(1);
    const { log, target } = logger(simulation);
    const clock = new VirtualClock(simulation);
    clock.schedule(10, () => {
      simulation.beforeTimeAdvances(target('settle', () => simulation.soon(target('after'))));
      clock.schedule(10, () => log.push(`timer@${simulation.nowUs}`));
      simulation.soon(target('soon'), 1);
      simulation.soon(
        target('soon', () => simulation.soon(target('soon'), 3)),
        2,
      );
      clock.schedule(5, () => log.push(`late@${simulation.nowUs}`));
    });
    clock.schedule(11, () => log.push(`next@${simulation.nowUs}`));
    simulation.runUntilIdle();
    expect(log).toEqual([
      'soon1@10',
      'soon2@10',
      'soon3@10',
      'timer@10',
      'late@10',
      'settle0@10',
      'after0@10',
      'next@11',
    ]);
  });

  it('soon calls keep their order while more are asked for than the ring held', () => {
    const simulation = new Simulation(1);
    const seen: number[] = [];
    const target = {
      fire(token: number): void {
        seen.push(token);
        if (token < 400) {
          simulation.soon(target, token + 200);
          if (token === 3) for (let extra = 1000; extra < 1300; extra++) simulation.soon(target, extra);
        }
      },
    };
    for (let token = 0; token < 50; token++) simulation.soon(target, token);
    simulation.runUntilIdle();
    expect(seen).toHaveLength(50 + 50 + 50 + 300);
    expect(seen.slice(50, 54)).toEqual([200, 201, 202, 203]);
    expect(seen.slice(54, 354)).toEqual(Array.from({ length: 300 }, (_, index) => 1000 + index));
  });

  it('runs up to and including a time, and then it is that time', () => {
    const simulation = new Simulation(1);
    const clock = new VirtualClock(simulation);
    const seen: number[] = [];
    for (const atUs of [5, 10, 11]) clock.schedule(atUs, () => seen.push(clock.now()));
    simulation.runUntil(10);
    expect([seen, clock.now()]).toEqual([[5, 10], 10]);
    simulation.runUntil(1_000);
    expect([seen, clock.now()]).toEqual([[5, 10, 11], 1_000]);
    expect(simulation.step()).toBe(false);
    expect(clock.pendingCount).toBe(0);
    expect(simulation.handleCount).toBe(0);
  });

  it('a stopped clock forgets its timers, other clocks go on', () => {
    const simulation = new Simulation(1);
    const off = new VirtualClock(simulation);
    const on = new VirtualClock(simulation);
    const seen: string[] = [];
    off.schedule(5, () => seen.push('off'));
    on.schedule(6, () => seen.push('on'));
    off.stop();
    simulation.runUntilIdle();
    expect(seen).toEqual(['on']);
  });

  it('an error says with which seed, when and at which event it happened', () => {
    const simulation = new Simulation(42);
    const clock = new VirtualClock(simulation);
    clock.schedule(1, () => {});
    clock.schedule(2_500, () => {
      throw new InvariantError('a piece was lost');
    });
    let caught: unknown;
    try {
      simulation.runUntil(10_000);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(SimulationError);
    expect(caught).toMatchObject({
      message: 'a piece was lost (seed 42, at 2500 us, event 2)',
      seed: 42,
      nowUs: 2_500,
      event: 2,
    });
  });
});
