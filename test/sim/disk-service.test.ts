/** A simulated disk that takes time: one operation after the other, each as long as the closed form says. */
import { describe, expect, it } from 'vitest';
import { contentHashes, SimulatedContent } from '../../src/sim/content.ts';
import { SimulatedDisk } from '../../src/sim/simulated-disk.ts';
import { Simulation } from '../../src/sim/simulation.ts';
import { describeDisk } from '../contract/disk.ts';
import { BLOCK, FORMS, hasher, rig, storedBlocks, writeBlocks } from './disk-world.ts';

// The contract holds whatever the disk takes.
for (const [name, times] of [
  ['seeks', { accessUs: 4_000 }],
  ['has rates', { readBytesPerSec: 1_234_567, writeBytesPerSec: 765_432 }],
  ['seeks and writes slowly', { accessUs: 1, writeBytesPerSec: 50_000 }],
] as const) {
  describeDisk(`simulated, bytes, ${name}`, (shape) => {
    const simulation = new Simulation(1);
    const shaped = new SimulatedContent(1, shape, 99, contentHashes(shape, 99, hasher));
    const disk = new SimulatedDisk(simulation, shaped, { payload: 'bytes', have: 'none', hasher, ...times });
    return {
      disk,
      until: async (condition) => {
        while (!condition()) {
          if (!simulation.step()) throw new Error(`never came true: ${condition.toString()}`);
        }
      },
    };
  });
}

describe.each(FORMS)('the service of a disk of %s', (payload) => {
  it.each([
    // access, rate, time of one block
    [8_000, 0, 8_000],
    [0, 16_384_000, 1_000],
    [0, 1_000_000, 16_384],
    [250, 100_000_000, 250 + 164], // 163.84 us
    [5, 3_000_000, 5 + 5_462], // 5461.33 us
  ])('with an access of %i us and %i bytes/s: the k-th block is done at k times %i us', (...row) => {
    const [accessUs, bytesPerSec, blockUs] = row;
    const world = rig({
      payload,
      accessUs,
      readBytesPerSec: bytesPerSec,
      writeBytesPerSec: bytesPerSec,
      have: 'all',
    });
    const port = world.open();
    for (let k = 0; k < 4; k++) port.read(0, k * BLOCK, BLOCK, k);
    writeBlocks(port, 4, 8);
    expect(world.answers).toEqual([]);
    world.simulation.runUntilIdle();
    expect(world.answers.map(({ token, atUs }) => [token, atUs])).toEqual(
      Array.from({ length: 8 }, (_, k) => [k, (k + 1) * blockUs]),
    );
    expect(world.answers.every(({ error }) => error === undefined)).toBe(true);
  });

  it('reads, writes and hashes share the one queue, each at its own rate; a hash reads its piece', () => {
    const world = rig({ payload, readBytesPerSec: 1_638_400, writeBytesPerSec: 163_840, have: 'all' });
    const port = world.open();
    writeBlocks(port, 0, 1);
    port.hash(0, 1);
    port.read(0, 0, BLOCK / 2, 2);
    port.hash(2, 3);
    world.simulation.runUntilIdle();
    const shortUs = Math.ceil(((3 * BLOCK + 777) * 1e6) / 1_638_400);
    expect(world.answers.map(({ atUs }) => atUs)).toEqual([100_000, 140_000, 145_000, 145_000 + shortUs]);
  });

  it('is idle between bursts: what comes later begins when it comes', () => {
    const world = rig({ payload, accessUs: 10 });
    const port = world.open();
    writeBlocks(port, 0, 2);
    world.until(500);
    writeBlocks(port, 2, 4);
    world.simulation.runUntilIdle();
    expect(world.answers.map(({ atUs }) => atUs)).toEqual([10, 20, 510, 520]);
  });

  it('an operation takes effect at its end, so that a crash meanwhile undoes it', () => {
    const world = rig({ payload, accessUs: 10, unsyncedUs: 0 });
    writeBlocks(world.open(), 0, 5);
    world.until(29);
    world.storage.crash();
    world.simulation.runUntilIdle();
    expect(storedBlocks(world)).toBe('oo..........');
    expect(world.simulation.handleCount).toBe(0);
  });

  it('the age of a write counts from its end', () => {
    const world = rig({ payload, accessUs: 10, unsyncedUs: 100 });
    writeBlocks(world.open(), 0, 3);
    world.until(120);
    world.storage.crash();
    expect(storedBlocks(world)).toBe('oo..........');
  });

  it('closes when all earlier writes are stored, refuses later ones, and gives its event back', () => {
    const world = rig({ payload, accessUs: 10 });
    const port = world.open();
    writeBlocks(port, 0, 2);
    let closedAtUs = -1;
    port.close(() => {
      closedAtUs = world.simulation.nowUs;
    });
    writeBlocks(port, 2, 3);
    port.hash(0, 9);
    world.simulation.runUntilIdle();
    expect(closedAtUs).toBe(20);
    expect(world.answers.map(({ token, atUs, error }) => [token, atUs, error?.message])).toEqual([
      [0, 10, undefined],
      [1, 20, undefined],
      [2, 20, 'the disk is closed'],
      [9, 20, 'the disk is closed'],
    ]);
    expect(world.simulation.handleCount).toBe(0);
  });

  it('a refused call takes no time but keeps its turn', () => {
    const world = rig({ payload, accessUs: 10, have: 'all' });
    const port = world.open();
    port.read(0, 0, BLOCK, 1);
    port.read(9, 0, BLOCK, 2);
    port.hash(-1, 3);
    port.read(0, 0, BLOCK, 4);
    world.simulation.runUntilIdle();
    expect(world.answers.map(({ token, atUs }) => [token, atUs])).toEqual([
      [1, 10],
      [2, 10],
      [3, 10],
      [4, 20],
    ]);
  });
});

describe('a disk without times', () => {
  it('sets no event at all', () => {
    const world = rig({ have: 'all' });
    const port = world.open();
    for (let block = 0; block < 100; block++) port.read(0, 0, BLOCK, block);
    writeBlocks(port, 0, 12);
    expect(world.simulation.handleCount).toBe(0);
    world.simulation.runUntilIdle();
    expect(world.simulation.eventCount).toBe(112);
    expect(world.simulation.nowUs).toBe(0);
  });
});

describe('a disk that becomes slow', () => {
  it('goes on at the new rate in the middle of a block, and at the old one when it is healed', () => {
    // A block takes 1.6384 s. Half of it is written when the disk becomes eight times as slow.
    const world = rig({ writeBytesPerSec: 10_000, readBytesPerSec: 10_000 });
    const port = world.open();
    writeBlocks(port, 0, 3);
    world.until(819_200);
    const lift = world.storage.lay({ kind: 'slow', bytesPerSec: 1_250 });
    world.until(819_200 + 6_553_600 / 2);
    lift();
    lift();
    world.simulation.runUntilIdle();
    // Half at once, a quarter in 3.2768 s, a quarter in 0.4096 s; then the two others.
    const firstUs = 819_200 + 3_276_800 + 409_600;
    expect(world.answers.map(({ atUs }) => atUs)).toEqual([
      firstUs,
      firstUs + 1_638_400,
      firstUs + 3_276_800,
    ]);
  });

  it('keeps its order when it had no times before and has none afterwards', () => {
    const world = rig({ have: 'all' });
    const port = world.open();
    port.read(0, 0, BLOCK, 1);
    const lift = world.storage.lay({ kind: 'slow', bytesPerSec: BLOCK });
    port.read(0, 0, BLOCK, 2);
    port.read(0, 0, BLOCK, 3);
    world.until(500_000);
    lift();
    port.read(0, 0, BLOCK, 4);
    world.simulation.runUntilIdle();
    expect(world.answers.map(({ token, atUs }) => [token, atUs])).toEqual([
      [1, 0],
      [2, 500_000],
      [3, 500_000],
      [4, 500_000],
    ]);
  });

  it('does not shorten the access, and never becomes faster than it was', () => {
    const world = rig({ accessUs: 1_000, writeBytesPerSec: 16_384_000 });
    const port = world.open();
    writeBlocks(port, 0, 2);
    world.until(400);
    const lift = world.storage.lay({ kind: 'slow', bytesPerSec: 32_768_000 });
    world.simulation.runUntilIdle();
    expect(world.answers.map(({ atUs }) => atUs)).toEqual([2_000, 4_000]);
    world.storage.lay({ kind: 'slow', bytesPerSec: 1_638_400 });
    world.storage.lay({ kind: 'slow', bytesPerSec: 8_192_000 });
    lift();
    writeBlocks(port, 2, 3);
    world.simulation.runUntilIdle();
    expect(world.answers.at(-1)?.atUs).toBe(4_000 + 1_000 + 10_000);
  });
});
