/** Rows of directions: what a new pair holds, that rows keep apart, and when they are given out again. */
import { describe, expect, it } from 'vitest';
import { InvariantError } from '../../src/core/result.ts';
import {
  DONE,
  ENDED,
  FLOWING,
  HANDLE,
  HEAD,
  KEY,
  NOTHING,
  OPEN,
  OVER_ROW,
  QUEUED_BYTES,
  TRANSIT_US,
  USED_AT_US,
  WINDOW_BYTES,
} from '../../src/sim/direction-fields.ts';
import { DirectionTable } from '../../src/sim/direction-table.ts';
import type { SimulatedStream } from '../../src/sim/simulated-stream.ts';
import { SmallWorld } from './small-world.ts';

describe('a table of directions', () => {
  it('gives out pairs of empty rows, the second one next to the first', () => {
    const table = new DirectionTable();
    const rows = Array.from({ length: 300 }, () => table.takePair(0));
    expect(new Set(rows).size).toBe(300);
    for (const row of rows) {
      expect([row & 1, row > OVER_ROW]).toEqual([0, true]);
      for (const each of [row, row ^ 1]) {
        expect([table.integer(each, HEAD), table.integer(each, HANDLE)]).toEqual([NOTHING, NOTHING]);
        expect([table.number(each, QUEUED_BYTES), table.flags(each)]).toEqual([0, 0]);
      }
    }
    expect(table.pairCount).toBe(300);
  });

  it('keeps every field of every row apart, also when it grows', () => {
    const table = new DirectionTable();
    const rows: number[] = [];
    for (let pair = 0; pair < 500; pair++) {
      const first = table.takePair(0);
      for (const row of [first, first + 1]) {
        rows.push(row);
        table.setNumber(row, QUEUED_BYTES, row + 0.5);
        table.setNumber(row, TRANSIT_US, row * 1e9);
        table.setInteger(row, HEAD, row * 3);
        table.setColdNumber(row, USED_AT_US, row + 0.25);
        table.setColdInteger(row, WINDOW_BYTES, row * 5);
        table.setColdInteger(row, KEY, -row);
        table.raise(row, OPEN | FLOWING);
        table.lower(row, row % 4 === 0 ? OPEN : FLOWING);
      }
    }
    for (const row of rows) {
      const numbers = [table.number(row, QUEUED_BYTES), table.number(row, TRANSIT_US)];
      expect(numbers).toEqual([row + 0.5, row * 1e9]);
      expect(table.integer(row, HEAD)).toBe(row * 3);
      expect(table.coldNumber(row, USED_AT_US)).toBe(row + 0.25);
      expect([table.coldInteger(row, WINDOW_BYTES), table.coldInteger(row, KEY)]).toEqual([row * 5, -row]);
      expect([table.has(row, OPEN), table.has(row, FLOWING)]).toEqual([row % 4 !== 0, row % 4 === 0]);
    }
    expect(table.has(OVER_ROW, DONE)).toBe(true);
  });

  it('gives a pair out again only at a later instant, empty', () => {
    const table = new DirectionTable();
    const row = table.takePair(5);
    table.setNumber(row + 1, QUEUED_BYTES, 7);
    table.raise(row, DONE);
    table.releasePair(row + 1, 9);
    expect(table.takePair(9)).not.toBe(row);
    expect(table.takePair(10)).toBe(row);
    expect([table.number(row + 1, QUEUED_BYTES), table.flags(row)]).toEqual([0, 0]);
    expect(table.pairCount).toBe(2);
  });

  it('never gives out the row of those that are over', () => {
    const table = new DirectionTable();
    expect(() => table.releasePair(OVER_ROW + 1, 0)).toThrow(InvariantError);
  });
});

describe('the row of a stream', () => {
  it('serves others once the stream is over, and what is left of the stream does nothing to them', () => {
    const world = new SmallWorld();
    const [from, to] = [world.host(), world.host()];
    const { table } = world.internet.medium.directions;
    const [first, called] = world.connect(from, to);
    const ends = [first, called].map((end) => end.stream as SimulatedStream);
    const { row } = ends[0] as SimulatedStream;
    first.stream?.reset();
    world.run(1);
    expect([first.ends, called.ends]).toEqual([['local'], ['reset']]);
    const [second, other] = world.connect(from, to);
    expect((second.stream as SimulatedStream).row).toBe(row);
    expect(ends.map((end) => [end.row, end.peer])).toEqual([
      [OVER_ROW, undefined],
      [OVER_ROW, undefined],
    ]);
    for (const end of ends) {
      end.write(new Uint8Array(9), 0, 9);
      end.notifyWhenWritable(0);
      end.pause();
      end.close();
      end.reset();
      expect(end.unsentBytes()).toBe(0);
    }
    second.send(2_000);
    world.run(1);
    expect([other.receivedBytes, second.ends, other.ends]).toEqual([2_000, [], []]);
    expect([table.has(row, ENDED), table.pairCount]).toEqual([false, 1]);
  });

  it('has an event only while something is due in it', () => {
    const world = new SmallWorld();
    const [from, to] = [world.host({ latencyUs: 20_000 }), world.host({ latencyUs: 20_000 })];
    const [first, called] = world.connect(from, to);
    world.run(1);
    const { simulation } = world;
    const { row } = first.stream as SimulatedStream;
    const { table } = world.internet.medium.directions;
    const handles = (): number[] => [row, row ^ 1].map((each) => table.integer(each, HANDLE));
    expect([simulation.handleCount, ...handles()]).toEqual([0, NOTHING, NOTHING]);
    for (const bytes of [100, 50_000]) {
      first.send(bytes);
      // Nothing has left before time advances.
      expect(simulation.handleCount).toBe(0);
      world.run(0.001);
      const [sending, back] = handles();
      expect([simulation.handleCount, sending === NOTHING, back]).toEqual([1, false, NOTHING]);
      world.run(10);
      expect([simulation.handleCount, ...handles()]).toEqual([0, NOTHING, NOTHING]);
    }
    expect(called.receivedBytes).toBe(50_100);
    called.stream?.pause();
    first.send(100);
    world.run(1);
    // A receiver that takes nothing has nothing due either.
    expect(simulation.handleCount).toBe(0);
    called.stream?.resume();
    world.run(1);
    expect([called.receivedBytes, simulation.handleCount]).toEqual([50_200, 0]);
  });

  it('is not lost when dials fail', () => {
    const world = new SmallWorld({ dialTimeoutUs: 1_000_000 });
    const host = world.host();
    for (let round = 0; round < 20; round++) {
      const end = world.dial(host, '10.9.9.9');
      world.run(2);
      expect(end.ends).toEqual(['timeout']);
    }
    expect([world.internet.medium.directions.table.pairCount, world.internet.medium.dials.size]).toEqual([
      0, 0,
    ]);
  });
});
