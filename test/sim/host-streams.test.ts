/** The list of what a machine has open: its order, coming and going in any order, and what a stream says of its remote. */
import { describe, expect, it } from 'vitest';
import { LISTED } from '../../src/sim/direction-fields.ts';
import type { SimulatedStream } from '../../src/sim/simulated-stream.ts';
import { SmallWorld } from './small-world.ts';

describe('the streams of a machine', () => {
  it('stand in the order in which they came, whoever goes in between', () => {
    const world = new SmallWorld();
    const [host, other] = [world.host(), world.host()];
    const ends = Array.from({ length: 7 }, () => world.connect(host, other)[0]);
    const streams = ends.map((end) => end.stream as SimulatedStream);
    expect([...host.streams]).toEqual(streams);
    // The first, one in the middle, the last; then one more comes.
    const left = [1, 2, 4, 5];
    for (const index of [3, 0, 6]) ends[index]?.stream?.reset();
    world.run(1);
    const [late] = world.connect(host, other);
    const expected = [...left.map((index) => streams[index]), late.stream];
    expect([...host.streams]).toEqual(expected);
    expect([host.streams.size, other.streams.size]).toEqual([5, 5]);
    for (const end of [...left.map((index) => ends[index]), late]) end?.stream?.reset();
    world.run(1);
    expect([[...host.streams], host.streams.size]).toEqual([[], 0]);
  });

  it('let go of one only once, and take in those that come while they are gone through', () => {
    const world = new SmallWorld();
    const [host, other] = [world.host(), world.host()];
    const ends = [world.connect(host, other)[0], world.connect(host, other)[0]];
    const [first, second] = ends.map((end) => end.stream as SimulatedStream);
    const { table } = world.internet.medium.directions;
    const seen: unknown[] = [];
    for (const stream of host.streams) {
      seen.push(stream);
      host.streams.remove(stream.row);
      host.streams.remove(stream.row);
      expect(table.has(stream.row, LISTED)).toBe(false);
      host.streams.add(stream.row);
    }
    expect(seen).toEqual([first, second]);
    expect([[...host.streams], host.streams.size]).toEqual([[first, second], 2]);
  });
});

describe('the address of the remote', () => {
  it('is what was dialled, and the port that it came from, while the stream lives and after', () => {
    const world = new SmallWorld();
    const [host, other] = [world.host(), world.host()];
    const [dialled, accepted] = world.connect(host, other);
    const ends = [dialled.stream as SimulatedStream, accepted.stream as SimulatedStream];
    const before = ends.map((end) => end.remote);
    expect(before.map((address) => address.host)).toEqual([other.address, host.address]);
    expect(other.listeners.has(before[0]?.port as number)).toBe(true);
    expect(before[1]?.port).toBeGreaterThanOrEqual(49152);
    dialled.stream?.reset();
    world.run(1);
    // Others have its rows now.
    world.connect(other, host);
    expect(ends.map((end) => end.remote)).toEqual(before);
  });

  it('is known of a dial that nobody answers, and of one that was refused', () => {
    const world = new SmallWorld({ dialTimeoutUs: 1_000_000 });
    const [host, other] = [world.host(), world.host()];
    for (const to of ['10.9.9.9', other.address]) {
      const end = world.dial(host, to);
      const stream = end.stream as SimulatedStream;
      const { remote } = stream;
      expect(remote.host).toBe(to);
      world.run(2);
      world.dial(host, to);
      world.run(2);
      expect(stream.remote).toEqual(remote);
    }
  });
});
