/** The standing queue in front of a bottleneck: a small message waits backlog / rate, and bulk does not. */
import { describe, expect, it } from 'vitest';
import { type End, SmallWorld } from './small-world.ts';

const FAST = { upBytesPerSec: 1e9, downBytesPerSec: 1e9, queueBytes: 0 };

/** How long one message of one byte takes now. */
function delayOf(world: SmallWorld, [left, right]: readonly [End, End]): number {
  const count = right.arrivals.length;
  const startUs = world.simulation.nowUs;
  left.send(1);
  while (right.arrivals.length === count && world.simulation.step());
  return (right.arrivals.at(-1)?.atUs as number) - startUs;
}

describe('queueing delay', () => {
  it('is what the windows hold beyond a round trip, over the rate of the line', () => {
    const world = new SmallWorld({ initialWindowBytes: 40_000, maxWindowBytes: 40_000 });
    const source = world.host({ upBytesPerSec: 100_000, queueBytes: 1e6 });
    const small = world.connect(source, world.host(FAST));
    const flows = [30_000, 100_000].map((latencyUs) =>
      world.connect(source, world.host({ ...FAST, latencyUs })),
    );
    for (const [left] of flows) left.send(1e6);
    world.run(2);
    // 50 kB/s each: of the windows 3,000 bytes and 10,000 bytes are on the way, the rest stands in the queue.
    const backlog = 40_000 - 3_000 + 40_000 - 10_000;
    // One byte more, and rounding up.
    expect(delayOf(world, small)).toBe(backlog * 10 + 11);
  });

  it('is bounded by the queue of the line', () => {
    const world = new SmallWorld({ initialWindowBytes: 500_000 });
    const source = world.host({ upBytesPerSec: 100_000, queueBytes: 65_536 });
    const small = world.connect(source, world.host(FAST));
    const [left] = world.connect(source, world.host(FAST));
    left.send(1e7);
    world.run(1);
    expect(delayOf(world, small)).toBe(655_360 + 11);
  });

  it('is no more than what is there to send', () => {
    const world = new SmallWorld({ initialWindowBytes: 500_000 });
    const source = world.host({ upBytesPerSec: 100_000, queueBytes: 1e6 });
    const small = world.connect(source, world.host(FAST));
    const [left] = world.connect(source, world.host(FAST));
    left.send(30_000);
    world.run(0.000001);
    const delayUs = delayOf(world, small);
    expect(delayUs).toBeGreaterThan(299_900);
    expect(delayUs).toBeLessThanOrEqual(300_010);
  });

  it('adds up with the debt of small messages, and along the path', () => {
    const world = new SmallWorld({ initialWindowBytes: 10_000, maxWindowBytes: 10_000 });
    const from = world.host({ upBytesPerSec: 100_000, downBytesPerSec: 1e9, queueBytes: 1e6 });
    const to = world.host({ upBytesPerSec: 1e9, downBytesPerSec: 50_000, queueBytes: 1e6 });
    const [first, second] = [world.connect(from, to), world.connect(from, to)];
    const [up] = world.connect(from, world.host(FAST));
    const [down] = world.connect(world.host(FAST), to);
    up.send(1e6);
    down.send(1e6);
    world.run(1);
    const startUs = world.simulation.nowUs;
    first[0].send(1_000);
    second[0].send(500);
    world.run(1);
    // Up at 100 kB/s, down at 50 kB/s, each behind 10,000 bytes and what was charged before.
    expect(first[1].arrivals[0]?.atUs).toBe(startUs + 11_000 * 10 + 11_000 * 20);
    expect(second[1].arrivals[0]?.atUs).toBe(startUs + 11_500 * 10 + 11_500 * 20);
  });

  it('counts only the flows that the link holds back', () => {
    const world = new SmallWorld({ initialWindowBytes: 40_000, maxWindowBytes: 40_000 });
    const source = world.host({ upBytesPerSec: 100_000, queueBytes: 1e6 });
    const small = world.connect(source, world.host(FAST));
    const [held] = world.connect(source, world.host(FAST));
    const [slow] = world.connect(source, world.host({ ...FAST, downBytesPerSec: 10_000, queueBytes: 1e6 }));
    held.send(1e6);
    slow.send(1e6);
    world.run(1);
    expect(delayOf(world, small)).toBe(400_000 + 11);
  });

  it.each([
    ['idle', 0],
    ['held back elsewhere', 1],
  ] as const)('is nothing on a link that is %s', (_, flows) => {
    const world = new SmallWorld({ initialWindowBytes: 500_000 });
    const source = world.host({ upBytesPerSec: 1e6 });
    const small = world.connect(source, world.host(FAST));
    if (flows > 0) {
      const [left] = world.connect(source, world.host({ ...FAST, downBytesPerSec: 10_000 }));
      left.send(1e6);
    }
    world.run(0.5);
    expect(delayOf(world, small)).toBe(2);
  });

  it('goes with the flow that made it', () => {
    const world = new SmallWorld({ initialWindowBytes: 30_000 });
    const source = world.host({ upBytesPerSec: 100_000 });
    const small = world.connect(source, world.host(FAST));
    const [left, right] = world.connect(source, world.host(FAST));
    left.send(100_000);
    world.run(0.5);
    expect(delayOf(world, small)).toBeGreaterThan(200_000);
    while (right.receivedBytes < 100_000 && world.simulation.step());
    world.run(0.001);
    expect(delayOf(world, small)).toBe(11);
  });

  it('holds up the opening and the end of a stream too', () => {
    const world = new SmallWorld({ initialWindowBytes: 20_000, maxWindowBytes: 20_000 });
    const source = world.host({ upBytesPerSec: 100_000 });
    const [left] = world.connect(source, world.host(FAST));
    left.send(1e6);
    world.run(1);
    const startUs = world.simulation.nowUs;
    const [dialled, accepted] = world.connect(source, world.host({ ...FAST, latencyUs: 5_000 }));
    expect(dialled.openedUs - startUs).toBe(200_000 + 10_000);
    const closedUs = world.simulation.nowUs;
    dialled.stream?.close();
    world.run(1);
    expect([accepted.ends, accepted.closedUs - closedUs]).toEqual([['finished'], 205_000]);
    const [called, caller] = [world.accepted.at(-1), world.dial(world.host(FAST), source)];
    world.run(0.1);
    expect([caller.openedUs, called === world.accepted.at(-1)]).toEqual([-1, false]);
    world.run(0.1);
    const openedUs = world.simulation.nowUs;
    expect(caller.openedUs).toBe(openedUs);
    world.accepted.at(-1)?.stream?.reset();
    world.run(1);
    expect([caller.ends, caller.closedUs - openedUs]).toEqual([['reset'], 200_000]);
  });

  it('is not in the way of bulk: the last byte comes when the rate says', () => {
    const world = new SmallWorld({ initialWindowBytes: 50_000 });
    const source = world.host({ upBytesPerSec: 100_000 });
    const ends = [1, 2].map(() => world.connect(source, world.host({ ...FAST, latencyUs: 7_000 })));
    const startUs = world.simulation.nowUs;
    for (const [left] of ends) left.send(200_000);
    world.run(10);
    for (const [, right] of ends) expect((right.arrivals.at(-1)?.atUs as number) - startUs).toBe(4_007_000);
  });
});
