/** The life of a simulated stream: times in closed form, order, backpressure, and the ways in which it ends. */
import { describe, expect, it } from 'vitest';
import { ConservationChecker } from '../../src/sim/checkers/conservation.ts';
import { NothingLeftChecker } from '../../src/sim/checkers/nothing-left.ts';
import { BLOCK, End, PORT, SmallWorld } from './small-world.ts';

const FAST = { upBytesPerSec: 1e9, downBytesPerSec: 1e9 };

describe('opening', () => {
  it('costs one round trip; the other end accepts after half of it', () => {
    const world = new SmallWorld();
    const from = world.host({ latencyUs: 12_000 });
    const to = world.host({ latencyUs: 30_000 });
    let acceptedUs = -1;
    to.network.listen(1000, {
      onListening() {},
      onListenError() {},
      onAccept: () => {
        acceptedUs = world.simulation.nowUs;
        return new End(world.simulation);
      },
    });
    const end = new End(world.simulation);
    end.stream = from.network.dial({ host: to.address, port: 1000 }, end);
    world.run(1);
    expect(acceptedUs).toBe(42_000);
    expect(end.openedUs).toBe(84_000);
  });

  it('is refused after a round trip where nobody listens', () => {
    const world = new SmallWorld();
    const from = world.host({ latencyUs: 10_000 });
    const to = world.host({ latencyUs: 10_000 });
    const end = new End(world.simulation);
    from.network.dial({ host: to.address, port: 9 }, end);
    world.run(1);
    expect([end.ends, end.closedUs]).toEqual([['refused'], 40_000]);
  });

  it.each(['a host that is switched off', 'an address without a host'])('times out for %s', (where) => {
    const world = new SmallWorld({ dialTimeoutUs: 3_000_000 });
    const to = world.host();
    to.disconnect();
    const end = world.dial(world.host(), where.startsWith('a host') ? to : '10.99.0.1');
    world.run(10);
    expect([end.ends, end.closedUs]).toEqual([['timeout'], 3_000_000]);
  });

  it('delivers what was written before it was open, first', () => {
    const world = new SmallWorld();
    const end = world.dial(world.host({ latencyUs: 5_000 }), world.host());
    end.send(68);
    world.run(1);
    // A round trip of 10 ms, then 68 us up and 68 us down at 1 MB/s, then 5 ms of latency.
    expect(world.accepted[0]?.arrivals).toMatchObject([{ atUs: 10_000 + 136 + 5_000, length: 68 }]);
  });
});

describe('delivery', () => {
  it('of a block takes its length at the rate of the narrowest link, then the latency', () => {
    const world = new SmallWorld();
    const [left, right] = world.connect(
      world.host({ upBytesPerSec: 100_000, latencyUs: 500 }),
      world.host({ latencyUs: 250 }),
    );
    const startUs = world.simulation.nowUs;
    left.send(13);
    left.sendBlock();
    world.run(1);
    const atUs = startUs + Math.ceil(((BLOCK + 13) / 100_000) * 1e6) + 750;
    // Header and body come in one event, the header first.
    expect(right.arrivals).toMatchObject([
      { atUs, length: 13 },
      { atUs, length: BLOCK, bytes: undefined },
    ]);
  });

  it('of a small message on an idle stream waits for neither a share nor a turn', () => {
    const world = new SmallWorld();
    const source = world.host({ upBytesPerSec: 100_000, queueBytes: 0 });
    const [busy] = world.connect(source, world.host(FAST));
    const [left, right] = world.connect(source, world.host(FAST));
    busy.sendForEver();
    world.run(1);
    const startUs = world.simulation.nowUs;
    left.send(10);
    world.run(1);
    expect((right.arrivals[0]?.atUs as number) - startUs).toBeLessThan(200);
  });

  it('of a message behind data on its own stream comes after the data', () => {
    const world = new SmallWorld();
    const [left, right] = world.connect(world.host({ upBytesPerSec: 16_384 }), world.host(FAST));
    const startUs = world.simulation.nowUs;
    left.sendBlock();
    world.run(0.5);
    left.send(5);
    world.run(1);
    expect(right.arrivals.map(({ atUs, length }) => [atUs - startUs, length])).toEqual([
      [1_000_000, BLOCK],
      [1_000_306, 5],
    ]);
  });

  it('keeps the order of small messages when a debt that held up the first is paid by others', () => {
    const world = new SmallWorld();
    const source = world.host({ upBytesPerSec: 100_000 });
    const [busy] = world.connect(source, world.host(FAST));
    const [left, right] = world.connect(source, world.host(FAST));
    busy.sendForEver();
    world.run(1);
    // One message of 1400 bytes takes 14 ms; at some moment a block of the busy stream pays for it.
    for (let round = 0; round < 200; round++) {
      left.send(round % 2 === 0 ? 1_400 : 1);
      world.run(0.001 + (round % 13) * 0.002);
    }
    left.send(1_400);
    world.run(0.001);
    left.stream?.close();
    world.run(1);
    const { length } = right.arrivals;
    expect(length).toBeGreaterThan(100);
    expect(right.receivedBytes).toBe(101 * 1_400 + 100);
    expect(right.ends).toEqual(['finished']);
    for (const [index, { atUs }] of right.arrivals.entries()) {
      expect(atUs).toBeGreaterThanOrEqual(right.arrivals[index - 1]?.atUs ?? 0);
    }
  });

  it('gathers the small writes of one instant into one call', () => {
    const world = new SmallWorld();
    const [left, right] = world.connect(world.host(), world.host());
    left.stream?.write(Uint8Array.of(1, 2, 3), 0, 2);
    left.stream?.write(Uint8Array.of(3, 4, 5), 0, 3);
    world.run(1);
    expect(right.arrivals.map(({ bytes }) => bytes)).toEqual([Uint8Array.of(1, 2, 3, 4, 5)]);
  });
});

describe('slow start', () => {
  it('sends ten segments in the first round trip and twice as much in each that follows', () => {
    const world = new SmallWorld();
    const [left, right] = world.connect(
      world.host({ ...FAST, latencyUs: 50_000 }),
      world.host({ ...FAST, latencyUs: 50_000 }),
    );
    const startUs = world.simulation.nowUs;
    // Windows of 1, 2, 4, ... 16 times 14600 bytes: 31 of them take five round trips of 200 ms.
    left.send(31 * 14_600);
    world.run(10);
    expect((right.arrivals.at(-1)?.atUs as number) - startUs).toBe(5 * 200_000 + 100_000);
  });

  it('ends at the largest window', () => {
    const world = new SmallWorld({ maxWindowBytes: 29_200 });
    const [left, right] = world.connect(world.host({ ...FAST, latencyUs: 50_000 }), world.host(FAST));
    left.sendForEver();
    world.run(10);
    const before = right.receivedBytes;
    world.run(100);
    expect(Math.abs((right.receivedBytes - before) / (100 * 292_000) - 1)).toBeLessThan(2e-3);
  });

  it('begins again after a second of silence, not before', () => {
    const world = new SmallWorld();
    const [left, right] = world.connect(world.host({ ...FAST, latencyUs: 50_000 }), world.host(FAST));
    const timeFor = (bytes: number): number => {
      const startUs = world.simulation.nowUs;
      left.send(bytes);
      world.run(0.9);
      return (right.arrivals.at(-1)?.atUs as number) - startUs;
    };
    const cold = timeFor(7 * 14_600);
    expect(cold).toBe(350_000);
    const warm = timeFor(7 * 14_600);
    expect(warm).toBeLessThan(250_000);
    world.run(1.2);
    expect(timeFor(7 * 14_600)).toBe(cold);
  });

  it('does not hold back a stream whose share is smaller than its window', () => {
    const world = new SmallWorld();
    const [left, right] = world.connect(
      world.host({ upBytesPerSec: 50_000, latencyUs: 50_000 }),
      world.host({ ...FAST, latencyUs: 50_000 }),
    );
    const startUs = world.simulation.nowUs;
    left.send(100_000);
    world.run(10);
    expect((right.arrivals.at(-1)?.atUs as number) - startUs).toBe(2_000_000 + 100_000);
  });
});

describe('backpressure', () => {
  it('tells of room at the very instant at which the backlog has fallen to the mark', () => {
    const world = new SmallWorld();
    const [left] = world.connect(world.host({ upBytesPerSec: 100_000 }), world.host(FAST));
    const startUs = world.simulation.nowUs;
    left.send(100_000);
    left.stream?.notifyWhenWritable(25_000);
    world.run(0.5);
    expect(left.stream?.unsentBytes()).toBe(50_000);
    world.run(2);
    expect(left.writableUs.map((atUs) => atUs - startUs)).toEqual([750_000]);
  });

  it('a receiver that pauses stops the sender after its buffer, and all arrives when it resumes', () => {
    const world = new SmallWorld({ receiveBufferBytes: 65_536 });
    const [left, right] = world.connect(world.host({ latencyUs: 5_000 }), world.host());
    right.stream?.pause();
    left.send(1_000_000);
    world.run(10);
    expect(right.receivedBytes).toBe(0);
    const left_ = left.stream?.unsentBytes() as number;
    expect(1_000_000 - left_).toBeGreaterThanOrEqual(65_536);
    expect(1_000_000 - left_).toBeLessThanOrEqual(65_536 + 16_384);
    right.stream?.resume();
    world.run(10);
    expect(right.receivedBytes).toBe(1_000_000);
  });

  it('a stream that was paused before it was open opens, and takes nothing', () => {
    const world = new SmallWorld();
    const from = world.host({ latencyUs: 1_000 });
    const end = world.dial(from, world.host());
    end.stream?.pause();
    world.run(1);
    world.accepted[0]?.send(5_000);
    world.run(1);
    expect([end.openedUs, end.receivedBytes]).toEqual([2_000, 0]);
    end.stream?.resume();
    world.run(1);
    expect(end.receivedBytes).toBe(5_000);
  });

  it('a paused stream leaves its share to others', () => {
    const world = new SmallWorld();
    const source = world.host();
    const [first, firstRight] = world.connect(source, world.host());
    const [second, secondRight] = world.connect(source, world.host());
    first.sendForEver();
    second.sendForEver();
    firstRight.stream?.pause();
    world.run(10);
    const before = secondRight.receivedBytes;
    world.run(10);
    expect(Math.abs((secondRight.receivedBytes - before) / 1e7 - 1)).toBeLessThan(0.01);
  });
});

describe('ending', () => {
  it('close: what is pending arrives, then the end', () => {
    const world = new SmallWorld();
    const [left, right] = world.connect(world.host({ latencyUs: 1_000 }), world.host());
    left.send(500_000);
    left.stream?.close();
    left.send(5);
    world.run(5);
    expect([right.receivedBytes, right.ends, left.ends]).toEqual([500_000, ['finished'], ['local']]);
    expect(right.closedUs).toBe(right.arrivals.at(-1)?.atUs);
  });

  it('close: what still comes from the other end is dropped, and the books know', () => {
    const world = new SmallWorld();
    const [left, right] = world.connect(world.host({ latencyUs: 300_000 }), world.host());
    right.send(1_000);
    world.run(0.2);
    right.send(1_000);
    left.stream?.close();
    const checker = new ConservationChecker(world.internet);
    for (let round = 0; round < 10; round++) {
      world.run(0.05);
      checker.check();
    }
    expect(left.receivedBytes).toBe(0);
    expect(world.internet.medium.directions.queues.books).toMatchObject({
      queuedBytes: 2_000,
      droppedBytes: 2_000,
    });
  });

  it('reset: what is in flight arrives, what is pending is lost', () => {
    const world = new SmallWorld();
    const [left, right] = world.connect(world.host({ latencyUs: 100_000 }), world.host());
    const startUs = world.simulation.nowUs;
    for (let block = 0; block < 20; block++) left.sendBlock(0, block * BLOCK);
    world.run(0.25);
    left.stream?.reset();
    world.run(5);
    expect([right.ends, left.ends]).toEqual([['reset'], ['local']]);
    expect(right.closedUs - startUs).toBe(350_000);
    // The first window lets 14600 bytes out in 200 ms: one block had left, the second had not.
    expect(right.receivedBytes).toBe(BLOCK);
  });

  it('a machine that leaves: every stream is reset, dials to it time out, its port is free later', () => {
    const world = new SmallWorld({ dialTimeoutUs: 1_000_000 });
    const host = world.host({ latencyUs: 1_000 });
    const others = [world.host(), world.host()];
    const outgoing = world.connect(host, others[0] as (typeof others)[0]);
    const incoming = world.connect(others[1] as (typeof others)[0], host);
    incoming[0].sendForEver();
    outgoing[0].send(10_000_000);
    world.run(1);
    const leftUs = world.simulation.nowUs;
    host.disconnect();
    const late = world.dial(others[0] as (typeof others)[0], host);
    world.run(5);
    expect([outgoing[0].ends, outgoing[1].ends]).toEqual([['reset'], ['reset']]);
    expect([incoming[0].ends, incoming[1].ends]).toEqual([['reset'], ['reset']]);
    expect(incoming[0].closedUs).toBe(leftUs + 1_000);
    expect(late.ends).toEqual(['timeout']);
    host.connect();
    let listening = 0;
    host.network.listen(PORT, {
      onListening: () => listening++,
      onListenError() {},
      onAccept: () => undefined,
    });
    world.run(1);
    expect(listening).toBe(1);
  });

  it('a paused receiver still learns of a reset', () => {
    const world = new SmallWorld();
    const [left, right] = world.connect(world.host({ latencyUs: 1_000 }), world.host());
    right.stream?.pause();
    left.send(2_000_000);
    world.run(3);
    left.stream?.reset();
    world.run(1);
    expect(right.ends).toEqual(['reset']);
  });

  it('leaves nothing behind, however streams end', () => {
    const world = new SmallWorld({ dialTimeoutUs: 500_000 });
    const hosts = Array.from({ length: 5 }, (_, index) => world.host({ latencyUs: 1_000 * index }));
    const idle = world.simulation.handleCount;
    const all: End[] = [];
    for (let round = 0; round < 60; round++) {
      const from = hosts[round % 5] as (typeof hosts)[0];
      const to = hosts[(round * 3 + 1) % 5] as (typeof hosts)[0];
      const end = round % 7 === 0 ? world.dial(from, '10.77.0.1') : world.dial(from, to);
      all.push(end);
      if (round % 4 === 0) end.send(100_000);
      world.run(0.004);
      if (round % 3 === 0) end.stream?.close();
      else if (round % 3 === 1) end.stream?.reset();
      else end.sendBlock();
      if (round % 5 === 0) world.accepted.at(-1)?.stream?.close();
    }
    world.run(20);
    for (const host of hosts) host.disconnect();
    world.run(20);
    for (const end of [...all, ...world.accepted]) expect(end.ends).toHaveLength(1);
    const checker = new NothingLeftChecker(world.internet);
    checker.check();
    expect(checker.evaluations).toBe(11);
    expect(world.simulation.handleCount).toBe(idle);
    expect(world.simulation.nextUs).toBe(Number.POSITIVE_INFINITY);
  });
});
