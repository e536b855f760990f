/** Whoever is shown its events before they fire sees its own and no others, and nothing is another for it. */
import { describe, expect, it } from 'vitest';
import { Simulation } from '../../src/sim/simulation.ts';
import { SmallWorld } from './small-world.ts';

describe('a preview of events', () => {
  it('shows the events of its target that fire next, before they do', () => {
    const simulation = new Simulation(1);
    const log: string[] = [];
    const mine = { fire: (token: number) => log.push(`mine ${token}`) };
    const other = { fire: (token: number) => log.push(`other ${token}`) };
    const tokens = new Int32Array(4);
    simulation.showNext({
      target: mine,
      tokens,
      look: (count) => log.push(`shown ${[...tokens.subarray(0, count)].sort().join(' ')}`),
    });
    for (const [token, atUs] of [20, 10, 30].entries()) {
      simulation.set(simulation.register(mine, token), atUs);
      simulation.set(simulation.register(other, token), atUs);
    }
    for (let token = 5; token < 15; token++) simulation.set(simulation.register(mine, token), 5_000);
    simulation.runUntil(10_000);
    const later = log.splice(7);
    expect(log).toEqual(['shown 0 1', 'mine 1', 'other 1', 'mine 0', 'other 0', 'mine 2', 'other 2']);
    // No more of them than there is room for.
    expect(later.shift()).toMatch(/^shown \d+ \d+ \d+ \d+$/);
    expect(later).toEqual(Array.from({ length: 10 }, (_, index) => `mine ${index + 5}`));
  });

  it('of directions changes nothing', () => {
    const [shown, unseen] = [true, false].map((isShown) => {
      const world = new SmallWorld();
      const { simulation } = world.internet.medium;
      const nobody = { target: { fire() {} }, tokens: new Int32Array(1), look() {} };
      if (!isShown) simulation.showNext(nobody);
      const hosts = Array.from({ length: 6 }, () => world.host({ upBytesPerSec: 50_000 }));
      const ends = hosts.flatMap((from) =>
        hosts.filter((to) => to !== from).map((to) => world.connect(from, to)),
      );
      const received: number[] = [];
      for (let round = 0; round < 20; round++) {
        for (const [index, [left, right]] of ends.entries()) {
          left.send(9 + index);
          if (index % 7 === round % 7) right.send(40_000);
        }
        world.run(0.05);
        received.push(...ends.flat().map((end) => end.receivedBytes));
      }
      return [received, simulation.eventCount, simulation.nowUs];
    });
    expect(shown).toEqual(unseen);
  });
});
