/** What metrics take from a behaviour agrees with the behaviours that the simulation knows. */
import { expect, it } from 'vitest';
import * as sim from '../../../src/sim/misbehaviour/behaviours.ts';
import { givesCopies, maySendGoodBlocks, wantsToComplete } from '../../../src/trace/metrics/behaviour.ts';

it.each(sim.behaviours)('%s', (behaviour) => {
  expect(wantsToComplete(behaviour)).toBe(sim.wantsToComplete(behaviour));
  expect(givesCopies(behaviour)).toBe(sim.givesCopies(behaviour));
  // Whoever gives copies sends good blocks.
  if (sim.givesCopies(behaviour)) expect(maySendGoodBlocks(behaviour)).toBe(true);
});

it('a behaviour that nobody knows is owed nothing and gives nothing', () => {
  expect([wantsToComplete('new'), givesCopies('new'), maySendGoodBlocks('new')]).toEqual([
    false,
    false,
    false,
  ]);
});
