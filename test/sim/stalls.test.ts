/** Streams over ways that are cut or held, and over machines and lines that are gone: when they go on, when they give up. */
import { describe, expect, it } from 'vitest';
import { ConservationChecker } from '../../src/sim/checkers/conservation.ts';
import { NothingLeftChecker } from '../../src/sim/checkers/nothing-left.ts';
import type { SimulatedHost } from '../../src/sim/simulated-host.ts';
import { BLOCK, type End, SmallWorld } from './small-world.ts';

const SECOND = 1_000_000;
const FAST = { upBytesPerSec: 1e9, downBytesPerSec: 1e9 };

interface Pair {
  readonly world: SmallWorld;
  readonly from: SimulatedHost;
  readonly to: SimulatedHost;
  readonly left: End;
  readonly right: End;
  /** Seconds since now, for an instant in microseconds. */
  since(atUs: number | undefined): number;
}

/** 20 ms from `from` to `to`. */
function pairOf(): Pair {
  const world = new SmallWorld();
  const from = world.host({ latencyUs: 15_000 });
  const to = world.host({ latencyUs: 5_000 });
  const [left, right] = world.connect(from, to);
  const startUs = world.simulation.nowUs;
  return { world, from, to, left, right, since: (atUs = -1) => (atUs - startUs) / SECOND };
}

describe('a cut', () => {
  it.each([
    [0.5, 1],
    [1, 1],
    [1.001, 3],
    [6, 7],
    [8, 15],
    [40, 63],
    [64, 123],
    [200, 243],
  ])('healed after %d s: what was sent in vain arrives with the retransmission after %d s', (heal, again) => {
    const { world, from, to, left, right, since } = pairOf();
    const lift = world.layBothWays('cut', from, to);
    left.send(100);
    world.run(heal);
    lift();
    world.run(300);
    expect(right.arrivals.map(({ atUs, length }) => [since(atUs), length])).toEqual([[again + 0.0202, 100]]);
  });

  it('takes what is in flight with it: all of it comes with the retransmission, in order', () => {
    const { world, from, to, left, right, since } = pairOf();
    left.send(100);
    world.run(0.01);
    const lift = world.layBothWays('cut', from, to);
    left.send(200);
    world.run(2);
    expect(right.arrivals).toEqual([]);
    lift();
    world.run(5);
    // The stall began at 10 ms, with something under way: retransmissions 1 s and 3 s after.
    const times = right.arrivals.map(({ atUs, length }) => [since(atUs), length]);
    expect(times).toEqual([
      [3.03, 100],
      [3.0304, 200],
    ]);
  });

  it('counts from when something was first sent in vain, not from when the way was cut', () => {
    const { world, from, to, left, right, since } = pairOf();
    const lift = world.layBothWays('cut', from, to);
    world.run(10);
    left.send(1);
    world.run(1.5);
    lift();
    world.run(10);
    expect(since(right.arrivals[0]?.atUs)).toBeCloseTo(13.020002, 9);
  });

  it('is not noticed where nothing is to be sent: what is written after it passes at once', () => {
    const { world, from, to, left, right, since } = pairOf();
    world.layBothWays('cut', from, to)();
    const lift = world.layBothWays('cut', from, to);
    world.run(5_000);
    lift();
    left.send(100);
    world.run(1);
    expect(since(right.arrivals[0]?.atUs)).toBe(5_000.0202);
    expect([left.ends, right.ends]).toEqual([[], []]);
  });

  it.each(['there', 'back'])('one way (%s) stops a transfer all the same: TCP needs both', (way) => {
    const { world, from, to, left, right } = pairOf();
    left.sendForEver();
    world.run(5);
    const lift = way === 'there' ? world.lay('cut', from, to) : world.lay('cut', to, from);
    world.run(0.1);
    const before = right.receivedBytes;
    expect(world.internet.medium.sharing.pending).toBe(false);
    expect(from.up.load).toBe(0);
    world.run(9);
    expect(right.receivedBytes).toBe(before);
    lift();
    world.run(20);
    expect(right.receivedBytes).toBeGreaterThan(before + 10_000_000);
  });

  it('one way back lets through what was in flight', () => {
    const { world, from, to, left, right, since } = pairOf();
    left.send(100);
    world.run(0.01);
    world.lay('cut', to, from);
    world.run(1);
    expect(right.arrivals.map(({ atUs }) => since(atUs))).toEqual([0.0202]);
  });

  it.each([
    ['cut', 0.5, 14_600],
    ['hold', 0.5, 233_600],
    ['hold', 1.5, 14_600],
  ] as const)('a %s of %d s leaves a window of %d bytes', (kind, seconds, windowBytes) => {
    const world = new SmallWorld();
    const [from, to] = [world.host({ ...FAST, latencyUs: 50_000 }), world.host(FAST)];
    const [left, right] = world.connect(from, to);
    left.send(100 * 14_600);
    // Windows of 1, 2, 4 and 8 times 14,600 bytes have been sent, and half of the 16 of the fifth round trip.
    world.run(0.45);
    const lift = world.layBothWays(kind, from, to);
    world.run(seconds);
    lift();
    if (kind === 'cut') world.run(1 - seconds);
    world.run(0.0501);
    const before = right.receivedBytes;
    // What leaves in 90 ms, nine tenths of a round trip, in segments of 16 KiB.
    world.run(0.09);
    expect(Math.abs(right.receivedBytes - before - 0.9 * windowBytes)).toBeLessThanOrEqual(BLOCK);
  });

  it('costs no byte and no order, wherever it comes', () => {
    for (let step = 0; step < 40; step++) {
      const { world, from, to, left, right } = pairOf();
      const checker = new ConservationChecker(world.internet);
      let next = 0;
      const write = (count: number): void => {
        left.stream?.write(
          Uint8Array.from({ length: count }, () => next++ & 0xff),
          0,
          count,
        );
      };
      write(60_000);
      world.run(step * 0.003);
      const lift = world.layBothWays('cut', from, to);
      write(300);
      world.run(0.2);
      checker.check();
      lift();
      write(20_000);
      world.run(20);
      checker.check();
      const got = right.arrivals.flatMap(({ bytes }) => [...(bytes as Uint8Array)]);
      expect(got.length).toBe(next);
      expect(got.every((byte, index) => byte === (index & 0xff))).toBe(true);
    }
  });

  it('holds up the end of a stream too', () => {
    const { world, from, to, left, right, since } = pairOf();
    const lift = world.layBothWays('cut', from, to);
    left.send(10);
    left.stream?.close();
    world.run(2);
    expect([left.ends, right.ends]).toEqual([['local'], []]);
    lift();
    world.run(5);
    expect([right.receivedBytes, right.ends]).toEqual([10, ['finished']]);
    expect(since(right.closedUs)).toBeCloseTo(3.02002, 9);
  });

  it('holds up a reset', () => {
    const { world, from, to, left, right, since } = pairOf();
    const lift = world.layBothWays('cut', from, to);
    left.stream?.reset();
    world.run(2);
    expect(right.ends).toEqual([]);
    lift();
    world.run(5);
    expect([right.ends, since(right.closedUs)]).toEqual([['reset'], 3.02]);
  });
});

describe('a hold', () => {
  it('lets everything arrive a latency after the release, in order; nothing waits for a retransmission', () => {
    const { world, from, to, left, right, since } = pairOf();
    left.send(100);
    world.run(0.01);
    const release = world.layBothWays('hold', from, to);
    left.send(200);
    world.run(9.99);
    expect(right.arrivals).toEqual([]);
    release();
    world.run(1);
    expect(right.arrivals.map(({ atUs, length }) => [since(atUs), length])).toEqual([
      [10.02, 100],
      [10.0204, 200],
    ]);
  });

  it('within a cut does not undo what the cut took, nor does the cut delay what came after it', () => {
    const { world, from, to, left, right, since } = pairOf();
    const heal = world.layBothWays('cut', from, to);
    left.send(100);
    world.run(0.5);
    const release = world.layBothWays('hold', from, to);
    heal();
    world.run(1.5);
    // The retransmission after 1 s was held, not lost.
    release();
    world.run(5);
    expect(since(right.arrivals[0]?.atUs)).toBe(2.0202);
  });

  it('that ends before the retransmission is due leaves that to wait for', () => {
    const { world, from, to, left, right, since } = pairOf();
    const heal = world.layBothWays('cut', from, to);
    left.send(100);
    world.run(1.2);
    const release = world.layBothWays('hold', from, to);
    heal();
    world.run(0.3);
    release();
    world.run(5);
    expect(since(right.arrivals[0]?.atUs)).toBe(3.0202);
  });
});

describe('giving up', () => {
  it.each(['cut', 'hold'] as const)(
    'a sender gives up 15 minutes into a %s; the other end notices nothing',
    (kind) => {
      const { world, from, to, left, right, since } = pairOf();
      world.layBothWays(kind, from, to);
      world.run(100);
      left.send(100);
      world.run(2_000);
      expect([left.ends, since(left.closedUs)]).toEqual([['timeout'], 1_000]);
      expect(right.ends).toEqual([]);
      expect([from.streams.size, to.streams.size]).toEqual([1, 1]);
    },
  );

  it('when the other end sends again later it is reset', () => {
    const { world, from, to, left, right, since } = pairOf();
    const lift = world.layBothWays('cut', from, to);
    left.send(100);
    world.run(1_000);
    lift();
    world.run(1_000);
    expect(right.ends).toEqual([]);
    right.send(7);
    world.run(1);
    expect([right.ends, left.receivedBytes]).toEqual([['reset'], 0]);
    // 7 bytes up and 7 down, there and back.
    expect(since(right.closedUs)).toBeCloseTo(2_000 + 0.000014 + 0.04, 9);
    new NothingLeftChecker(world.internet).check();
  });

  it('both give up where both have something to say, and nothing is left', () => {
    const { world, from, to, left, right } = pairOf();
    const idle = world.simulation.handleCount;
    left.send(1e6);
    right.send(1e6);
    world.run(0.3);
    world.layBothWays('cut', from, to);
    world.run(1_000);
    expect([left.ends, right.ends]).toEqual([['timeout'], ['timeout']]);
    new NothingLeftChecker(world.internet).check();
    expect([idle, world.simulation.handleCount]).toEqual([0, 0]);
  });

  it('a closed end whose last words do not arrive leaves the other half-open, without a word to its handler', () => {
    const { world, from, to, left, right } = pairOf();
    world.layBothWays('cut', from, to);
    left.stream?.close();
    world.run(1_000);
    expect([left.ends, right.ends]).toEqual([['local'], []]);
    right.stream?.close();
    world.run(1_000);
    expect(right.ends).toEqual(['local']);
    new NothingLeftChecker(world.internet).check();
  });

  it('does not happen where the way heals in time', () => {
    const { world, from, to, left, right, since } = pairOf();
    const lift = world.layBothWays('cut', from, to);
    left.send(100);
    world.run(842);
    lift();
    world.run(100);
    // 63 s and 13 minutes.
    expect([right.receivedBytes, since(right.arrivals[0]?.atUs)]).toEqual([100, 843.0202]);
    expect(left.ends).toEqual([]);
  });
});

describe('a cable that is out', () => {
  it('stalls every stream of the line, and no other', () => {
    const { world, from, to, left, right, since } = pairOf();
    const others = world.connect(to, world.host());
    left.send(100_000);
    world.run(0.05);
    from.unplug();
    world.run(1.5);
    const before = right.receivedBytes;
    expect(before).toBeLessThan(100_000);
    others[0].send(1_000);
    world.run(0.5);
    expect(others[1].receivedBytes).toBe(1_000);
    from.plug();
    world.run(0.9);
    expect(right.receivedBytes).toBe(before);
    world.run(2);
    expect(right.receivedBytes).toBe(100_000);
    expect(since(right.arrivals.at(-1)?.atUs)).toBeGreaterThan(3.05);
  });
});
