/** When the disk lets the download go on: the bounds to the block, the tries of a full disk to the microsecond. */
import { describe, expect, it } from 'vitest';
import { StorageGate } from '../../../src/core/torrent/storage-gate.ts';
import { FakeClock } from '../../support/fake-world.ts';

const BLOCK = 16_384;
const SECOND = 1_000_000;

function make(bytesPerSec = 0) {
  const clock = new FakeClock();
  const told: string[] = [];
  const gate = new StorageGate(clock, bytesPerSec, () => told.push('room'));
  const wish = (): void => gate.whenOpen(() => told.push('open'));
  const begin = (count: number): void => {
    for (let write = 0; write < count; write++) gate.writeBegun();
  };
  const end = (count: number, stored = true): void => {
    for (let write = 0; write < count; write++) gate.writeEnded(stored);
  };
  return { clock, gate, told, wish, begin, end };
}

describe('what waits to be written', () => {
  it('shuts the gate at 256 blocks and opens it at 128', () => {
    const { gate, told, wish, begin, end } = make();
    begin(255);
    expect(gate.isOpen).toBe(true);
    begin(1);
    expect(gate.isOpen).toBe(false);
    wish();
    wish();
    end(127);
    expect([gate.isOpen, told]).toEqual([false, []]);
    end(1);
    expect([gate.isOpen, told]).toEqual([true, ['open']]);
    begin(127);
    expect(gate.isOpen).toBe(true);
  });

  it('counts failed writes as done', () => {
    const { gate, begin, end } = make();
    begin(256);
    end(128, false);
    expect(gate.isOpen).toBe(true);
  });
});

describe('a full disk', () => {
  it('lets one block be asked for every 30 s until one is stored', () => {
    const { clock, gate, told, wish, begin, end } = make();
    begin(2);
    gate.shutUntilRoom();
    gate.shutUntilRoom();
    end(1, false);
    wish();
    // One that was under way may have fitted; that says nothing of the next.
    end(1);
    expect([gate.isOpen, told]).toEqual([false, []]);
    clock.advance(30 * SECOND - 1);
    expect(gate.isOpen).toBe(false);
    clock.advance(1);
    expect([gate.isOpen, told]).toEqual([true, ['open']]);
    gate.take(BLOCK);
    expect(gate.isOpen).toBe(false);
    begin(1);
    end(1, false);
    clock.advance(30 * SECOND);
    expect(gate.isOpen).toBe(true);
    gate.take(BLOCK);
    wish();
    begin(1);
    end(1);
    expect([gate.isOpen, told]).toEqual([true, ['open', 'room', 'open']]);
    expect(clock.pendingCount).toBe(0);
  });

  it('is tried again when nobody could send the block of the last try', () => {
    const { clock, gate } = make();
    gate.shutUntilRoom();
    clock.advance(30 * SECOND);
    gate.take(BLOCK);
    clock.advance(30 * SECOND);
    expect(gate.isOpen).toBe(true);
    // A try that was not used is not saved up.
    clock.advance(300 * SECOND);
    gate.take(BLOCK);
    expect(gate.isOpen).toBe(false);
  });

  it('is not tried any more after the end', () => {
    const { clock, gate } = make();
    gate.shutUntilRoom();
    gate.end();
    gate.shutUntilRoom();
    expect(clock.pendingCount).toBe(0);
  });
});

describe('the download limit', () => {
  it('holds besides', () => {
    const { clock, gate, told, wish, begin, end } = make(BLOCK);
    gate.take(BLOCK);
    expect(gate.isOpen).toBe(false);
    expect(gate.isShut).toBe(false);
    wish();
    clock.advance(2 * SECOND);
    expect(told).toEqual(['open']);
    begin(256);
    wish();
    clock.advance(9 * SECOND);
    expect(told).toEqual(['open']);
    end(256);
    expect(told).toEqual(['open', 'open']);
  });

  it('may change while the disk is full', () => {
    const { clock, gate, told, wish } = make(BLOCK);
    gate.take(BLOCK);
    wish();
    gate.shutUntilRoom();
    gate.setLimit(2 * BLOCK);
    wish();
    clock.advance(29 * SECOND);
    expect(gate.isOpen).toBe(false);
    clock.advance(1 * SECOND);
    expect(gate.isOpen).toBe(true);
    expect(told).toContain('open');
  });
});
