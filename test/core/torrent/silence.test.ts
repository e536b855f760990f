/** Keep-alives, and the end of the silent, also where an instant no longer fits into 31 or 32 bits. */
import { describe, expect, it } from 'vitest';
import { EngineWorld } from '../../support/engine-world.ts';

describe.each([0, 2 ** 31, 2 ** 32, 3 * 2 ** 32])('at %i us', (aroundUs) => {
  /** A seed and a guest that says nothing of itself, met shortly before that instant. */
  function meet() {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all' });
    world.run(Math.max(0, aroundUs / 1e6 - 100));
    const guest = world.peer().connect(seed).sayBare('haveNone');
    return { world, seed, guest };
  }

  it('a silent remote is given up after four minutes, not before', () => {
    const { world, seed, guest } = meet();
    world.run(239);
    expect(guest.ended).toBeUndefined();
    world.run(70);
    expect(guest.ended).toBe('reset');
    expect(seed.observer.reasons).toEqual(['silent for too long']);
  });

  it('one that says a word now and then is kept, and hears from us at least every two minutes', () => {
    const { world, guest } = meet();
    const began = world.simulation.nowUs;
    for (let minute = 0; minute < 10; minute++) {
      world.run(60);
      guest.say([0, 0, 0, 0]);
    }
    expect(guest.ended).toBeUndefined();
    const heard = [began, ...guest.heard('keepAlive').map(({ atUs }) => atUs), began + 600e6];
    const gaps = heard.slice(1).map((atUs, index) => atUs - (heard[index] as number));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(120e6);
    // Not more often than once in a minute.
    expect(heard.length).toBeLessThanOrEqual(12);
    expect(heard.length).toBeGreaterThanOrEqual(7);
  });
});
