/** Looking on at a simulation: every call is told of, and nothing about them changes. */
import { describe, expect, it } from 'vitest';
import type { EventTarget } from '../../src/sim/event-queue.ts';
import { Simulation, SimulationError } from '../../src/sim/simulation.ts';

/** Calls of all three kinds, some of which ask for more. */
function busySimulation() {
  const simulation = new Simulation(1);
  const log: string[] = [];
  const target = (name: string, then?: (token: number) => void): EventTarget => ({
    fire(token) {
      log.push(`${name}${token}@${simulation.nowUs}`);
      then?.(token);
    },
  });
  const settler = target('settle', () => simulation.soon(target('after'), 9));
  const event = target('event', (token) => {
    simulation.soon(target('soon'), token);
    if (token % 2 === 0) simulation.beforeTimeAdvances(settler, token);
    if (token < 3) simulation.set(again, simulation.nowUs + 10);
  });
  const again = simulation.register(event, 1);
  simulation.set(again, 5);
  for (const token of [2, 3, 4]) simulation.set(simulation.register(event, token), 5 + token);
  return { simulation, log, settler, event };
}

function probeOf(simulation: Simulation, told: string[]) {
  return {
    resumed: () => told.push('resumed'),
    fired: (target: EventTarget, token: number) => {
      told.push(`${(target as { name?: string }).name ?? ''}${token}@${simulation.nowUs}`);
    },
  };
}

describe('a probe', () => {
  it('is told of every call, after it, and changes none', () => {
    const plain = busySimulation();
    plain.simulation.runCalls(40, 100);
    const probed = busySimulation();
    const told: string[] = [];
    probed.simulation.probe = probeOf(probed.simulation, told);
    probed.simulation.runCalls(40, 100);
    expect(probed.log).toEqual(plain.log);
    expect(probed.simulation.eventCount).toBe(plain.simulation.eventCount);
    const calls = probed.log.map((line) => line.replace(/^[a-z]+/, ''));
    expect(told).toEqual(['resumed', ...calls]);
    expect(new Set(probed.log.map((line) => /^[a-z]+/.exec(line)?.[0]))).toEqual(
      new Set(['event', 'soon', 'settle', 'after']),
    );
  });

  it('is given the target that was called', () => {
    const { simulation, event, settler } = busySimulation();
    const targets: EventTarget[] = [];
    simulation.probe = { resumed: () => {}, fired: (target) => void targets.push(target) };
    simulation.runCalls(40, 7);
    expect(targets.filter((target) => target === event)).toHaveLength(2);
    expect(targets.filter((target) => target === settler)).toHaveLength(1);
  });

  it('sees the loop stop and go on where it does without one', () => {
    const { simulation, log } = busySimulation();
    const told: string[] = [];
    simulation.probe = probeOf(simulation, told);
    expect(simulation.runCalls(2, 100)).toBe(true);
    expect(simulation.runCalls(100, 6)).toBe(false);
    expect(told.filter((line) => line === 'resumed')).toHaveLength(2);
    expect(told).toHaveLength(log.length + 2);
  });

  it('does not hide where a call has failed', () => {
    const simulation = new Simulation(3);
    simulation.probe = probeOf(simulation, []);
    simulation.soon({
      fire() {
        throw new Error('broken');
      },
    });
    expect(() => simulation.runCalls(1, 10)).toThrow(SimulationError);
  });
});
