/** What a simulated disk keeps from session to session, and what a crash takes from it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Disk } from '../../src/core/ports.ts';
import { BLOCK, FORMS, reference, rig, storedBlocks, writeBlocks } from './disk-world.ts';

const SECOND = 1_000_000;

describe.each(FORMS)('a storage of %s', (payload) => {
  it('holds in the next session what was written in this one', () => {
    const world = rig({ payload });
    const port = world.open();
    writeBlocks(port, 0, 5);
    let closedAtUs = -1;
    port.close(() => {
      closedAtUs = world.simulation.nowUs;
    });
    expect(world.storage.isOpen).toBe(true);
    world.simulation.runUntilIdle();
    expect(closedAtUs).toBe(0);
    expect(world.storage.isOpen).toBe(false);
    world.storage.crash();
    expect(storedBlocks(world)).toBe('ooooo.......');
    expect([0, 1, 2].map((piece) => world.storage.holds(piece))).toEqual([true, false, false]);
  });

  it('has one port at a time', () => {
    const world = rig({ payload });
    const port = world.open();
    expect(() => world.open()).toThrow('one port open at a time');
    port.close(() => undefined);
    world.simulation.runUntilIdle();
    world.open();
    world.storage.crash();
    world.open();
  });

  it('is not closed a second time by an old port', () => {
    const world = rig({ payload });
    const old = world.open();
    old.close(() => undefined);
    world.simulation.runUntilIdle();
    world.open();
    old.close(() => undefined);
    world.simulation.runUntilIdle();
    expect(world.storage.isOpen).toBe(true);
  });

  it.each([
    ['all', 'all' as const, 'oooooooooooo'],
    ['none', 'none' as const, '............'],
    ['a bitfield, first piece in the highest bit', Uint8Array.of(0b1010_0000), 'oooo....oooo'],
    ['a bitfield that is too short', new Uint8Array(0), '............'],
    ['a function', (piece: number) => piece === 1, '....oooo....'],
  ])('begins with %s', (_name, have, blocks) => {
    const world = rig({ payload, have });
    if (typeof have === 'object') have.fill(0xff);
    expect(storedBlocks(world)).toBe(blocks);
  });

  it('loses in a crash the writes younger than five seconds, to the microsecond', () => {
    const world = rig({ payload });
    const port = world.open();
    writeBlocks(port, 0, 1);
    world.until(1);
    writeBlocks(port, 1, 2);
    world.until(5 * SECOND);
    writeBlocks(port, 2, 4);
    world.storage.crash();
    expect(storedBlocks(world)).toBe('o...........');
    expect(world.storage.holds(0)).toBe(false);
  });

  it('brings back the older data under a write that is lost', () => {
    const world = rig({ payload, unsyncedUs: 10 });
    const port = world.open();
    writeBlocks(port, 0, 2);
    writeBlocks(port, 2, 3, true);
    world.until(10);
    writeBlocks(port, 1, 3, true);
    writeBlocks(port, 2, 4);
    world.until(15);
    expect(world.storage.holds(0)).toBe(false);
    world.storage.crash();
    expect(storedBlocks(world)).toBe('oox.........');
  });

  it('undoes a write of several blocks as a whole', () => {
    const world = rig({ payload });
    const port = world.open();
    port.write(0, BLOCK, reference(0, BLOCK, BLOCK), 0);
    world.until(7 * SECOND);
    port.write(0, 0, reference(0, 0, 3 * BLOCK), 1);
    world.storage.crash();
    expect(storedBlocks(world)).toBe('.o..........');
  });

  it('loses nothing when told so, however soon the crash comes', () => {
    const world = rig({ payload, unsyncedUs: 0 });
    writeBlocks(world.open(), 0, 12);
    world.storage.crash();
    expect(storedBlocks(world)).toBe('oooooooooooo');
  });

  it('gives back the room of what is lost', () => {
    const world = rig({ payload, roomBytes: 3 * BLOCK, unsyncedUs: 10 });
    writeBlocks(world.open(), 0, 1);
    world.until(10);
    world.storage.crash();
    writeBlocks(world.open(), 0, 4);
    world.until(11);
    world.storage.crash();
    writeBlocks(world.open(), 4, 7);
    world.until(30);
    expect(world.answers.slice(-3).map(({ error }) => error?.kind)).toEqual([undefined, undefined, 'full']);
  });
});

describe('a crash', () => {
  it('ends the port without answers, and what it is told afterwards changes nothing', () => {
    for (const accessUs of [0, 100]) {
      const world = rig({ accessUs, unsyncedUs: 0, have: (piece) => piece === 1 });
      const port = world.open();
      writeBlocks(port, 0, 2);
      port.read(1, 0, BLOCK, 7);
      port.hash(1, 8);
      let closed = false;
      world.until(150);
      const before = world.answers.length;
      expect(before).toBe(accessUs === 0 ? 4 : 1);
      world.storage.crash();
      writeBlocks(port, 8, 10);
      port.hash(1, 9);
      port.close(() => {
        closed = true;
      });
      port.release(port.takeBuffer(1));
      world.simulation.runUntilIdle();
      expect(world.answers).toHaveLength(before);
      expect(closed).toBe(false);
      expect(world.simulation.handleCount).toBe(0);
      expect(storedBlocks(world)).toBe(accessUs === 0 ? 'oo..oooo....' : 'o...oooo....');
    }
  });

  it('swallows answers that were due at the same instant', () => {
    const world = rig({ have: 'all' });
    const port = world.open();
    port.read(0, 0, BLOCK, 1);
    world.storage.crash();
    world.simulation.runUntilIdle();
    expect(world.answers).toEqual([]);
  });

  it('both forms lose the same, and it is what the law says', () => {
    const step = fc.record({
      block: fc.nat({ max: 11 }),
      corrupted: fc.boolean(),
      waitUs: fc.constantFrom(0, 1, 4, 9),
      crash: fc.constantFrom(false, false, false, false, true),
    });
    let lost = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
        const worlds = FORMS.map((payload) => rig({ payload, unsyncedUs: 10, have: (piece) => piece === 2 }));
        // The law, written down once more: states with the instant from which each is safe.
        const kept = [...'........oooo'].map((state) => [{ state, atUs: Number.NEGATIVE_INFINITY }]);
        const ports: Disk[] = [];
        let nowUs = 0;
        for (const { block, corrupted, waitUs, crash } of steps) {
          nowUs += waitUs;
          for (const world of worlds) {
            world.until(nowUs);
            if (crash) world.storage.crash();
          }
          if (crash) {
            for (const states of kept) {
              while ((states.at(-1)?.atUs ?? 0) > nowUs - 10) {
                states.pop();
                lost++;
              }
            }
            for (const world of worlds) {
              expect(storedBlocks(world)).toBe(kept.map((states) => states.at(-1)?.state).join(''));
            }
          }
          for (const [index, world] of worlds.entries()) {
            if (!world.storage.isOpen) ports[index] = world.open();
            writeBlocks(ports[index] as Disk, block, block + 1, corrupted);
          }
          kept[block]?.push({ state: corrupted ? 'x' : 'o', atUs: nowUs });
        }
        for (const piece of [0, 1, 2]) {
          expect(worlds[0]?.storage.holds(piece)).toBe(worlds[1]?.storage.holds(piece));
        }
      }),
      { numRuns: 60, seed: 4 },
    );
    expect(lost).toBeGreaterThan(100);
  });
});
