/** What loss and jitter do to streams: the law of Mathis et al. for bulk, retransmissions for small messages. */
import { describe, expect, it } from 'vitest';
import { type End, SmallWorld } from './small-world.ts';

const FAST = { upBytesPerSec: 1e9, downBytesPerSec: 1e9 };
const SECOND = 1_000_000;

/** Bytes per second of a long transfer over `seconds`, after the start. */
function rateOf(world: SmallWorld, [left, right]: readonly [End, End], seconds = 200): number {
  left.sendForEver();
  world.run(30);
  const before = right.receivedBytes;
  world.run(seconds);
  return (right.receivedBytes - before) / seconds;
}

/** Delays of `count` messages of 100 bytes, one every ten minutes, so that none waits behind another. */
function delaysOf(world: SmallWorld, [left, right]: readonly [End, End], count: number): number[] {
  const delays: number[] = [];
  for (let index = 0; index < count; index++) {
    const startUs = world.simulation.nowUs;
    left.send(100);
    world.run(600);
    delays.push((right.arrivals[index]?.atUs as number) - startUs);
  }
  return delays;
}

describe('the rate of a long transfer under loss', () => {
  const cases = [0.001, 0.003, 0.01, 0.02, 0.05].flatMap((p) => [10, 60, 300].map((ms) => [p, ms] as const));

  it.each(cases)('p = %d, %d ms: MSS / RTT × 1.22 / √p, within 15 percent', (p, roundTripMs) => {
    const world = new SmallWorld();
    const lossy = world.host({ ...FAST, latencyUs: roundTripMs * 500, lossPerMillion: p * 1e6 });
    const law = ((1460 / (roundTripMs / 1e3)) * 1.22) / Math.sqrt(p);
    expect(Math.abs(rateOf(world, world.connect(lossy, world.host(FAST))) / law - 1)).toBeLessThan(0.15);
    expect(Math.abs(rateOf(world, world.connect(world.host(FAST), lossy)) / law - 1)).toBeLessThan(0.15);
  });

  it('counts the loss of both lines, and a burst as one event', () => {
    const rate = (one: object, other: object): number => {
      const world = new SmallWorld();
      const from = world.host({ ...FAST, latencyUs: 50_000, ...one });
      return rateOf(world, world.connect(from, world.host({ ...FAST, ...other })));
    };
    const law = (p: number): number => (14_600 * 1.22) / Math.sqrt(p);
    const both = rate({ lossPerMillion: 10_000 }, { lossPerMillion: 30_000 });
    expect(both / law(1 - 0.99 * 0.97)).toBeCloseTo(1, 2);
    const bursts = rate({ lossPerMillion: 20_000, lossBurst: 4 }, {});
    expect(bursts / law(0.005)).toBeCloseTo(1, 2);
  });

  it('is the share of the line where that is less, and follows what the line loses from now on', () => {
    const world = new SmallWorld();
    const lossy = world.host({ upBytesPerSec: 50_000, latencyUs: 50_000, lossPerMillion: 1_000 });
    const pair = world.connect(lossy, world.host(FAST));
    // The law would allow 563 kB/s.
    expect(rateOf(world, pair) / 50_000).toBeCloseTo(1, 2);
    lossy.setLoss(250_000);
    expect(rateOf(world, pair) / ((14_600 * 1.22) / 0.5)).toBeCloseTo(1, 2);
    lossy.setLoss(0);
    expect(rateOf(world, pair) / 50_000).toBeCloseTo(1, 2);
  });

  it('follows a change of the round trip', () => {
    const world = new SmallWorld();
    const lossy = world.host({ ...FAST, latencyUs: 25_000, lossPerMillion: 10_000 });
    const pair = world.connect(lossy, world.host(FAST));
    expect(rateOf(world, pair) / (29_200 * 12.2)).toBeCloseTo(1, 2);
    world.internet.routes.lay({ kind: 'delay', addUs: 75_000, applies: (from) => from === lossy });
    expect(rateOf(world, pair) / (11_680 * 12.2)).toBeCloseTo(1, 2);
  });

  it('leaves the ramp of slow start as it is, up to the law', () => {
    const timeOf = (lossPerMillion: number, bytes: number): number => {
      const world = new SmallWorld();
      const from = world.host({ ...FAST, latencyUs: 50_000, lossPerMillion });
      const [left, right] = world.connect(from, world.host(FAST));
      const startUs = world.simulation.nowUs;
      left.send(bytes);
      world.run(60);
      return (right.arrivals.at(-1)?.atUs as number) - startUs;
    };
    // Of windows of 1, 2 and 4 times 14,600 bytes the law at p = 0.1 % allows 56,326 in the third.
    expect(timeOf(1_000, 3 * 14_600)).toBe(timeOf(0, 3 * 14_600));
    expect(timeOf(1_000, 30 * 14_600)).toBeGreaterThan(timeOf(0, 30 * 14_600));
  });
});

describe('a small message under loss', () => {
  it('comes with its retransmission: 1, 3, 7, ... seconds later, as often as chance has it', () => {
    const world = new SmallWorld();
    const pair = world.connect(world.host({ latencyUs: 20_000, lossPerMillion: 300_000 }), world.host());
    const late = delaysOf(world, pair, 2_000).map((delay) => delay - 20_200);
    const share = (seconds: number): number =>
      late.filter((delay) => delay === seconds * SECOND).length / late.length;
    expect(Math.abs(share(0) - 0.7)).toBeLessThan(0.04);
    expect(Math.abs(share(1) - 0.21)).toBeLessThan(0.04);
    expect(Math.abs(share(3) - 0.063)).toBeLessThan(0.025);
    expect(Math.abs(share(7) - 0.0189)).toBeLessThan(0.015);
    expect(new Set(late.map((delay) => delay / SECOND)).size).toBeLessThan(10);
  });

  it('waits for a round trip where that is longer than a second', () => {
    const world = new SmallWorld();
    const pair = world.connect(world.host({ latencyUs: 700_000, lossPerMillion: 500_000 }), world.host());
    const late = delaysOf(world, pair, 100).map((delay) => delay - 700_200);
    expect(late.filter((delay) => delay === 1_400_000).length).toBeGreaterThan(10);
    expect(late.filter((delay) => delay > 0 && delay < 1_400_000)).toEqual([]);
  });

  it('holds up what is behind it in its stream, not in others', () => {
    const world = new SmallWorld();
    const from = world.host({ latencyUs: 10_000, lossPerMillion: 500_000 });
    const to = world.host();
    const [left, right] = world.connect(from, to);
    let held = 0;
    for (let round = 0; round < 50; round++) {
      const count = right.arrivals.length;
      const startUs = world.simulation.nowUs;
      left.send(100);
      world.run(0.01);
      left.send(50_000);
      world.run(700);
      const [first, ...rest] = right.arrivals.slice(count).map(({ atUs }) => atUs - startUs);
      if ((first as number) < SECOND) continue;
      held++;
      // The bulk was ready long before; it comes at the instant of what it waited for.
      expect(new Set(rest)).toEqual(new Set([first]));
    }
    expect(held).toBeGreaterThan(10);
  });

  it('that ends a stream is repeated too: the end comes, late', () => {
    const lates = new Set<number>();
    const world = new SmallWorld();
    const from = world.host({ latencyUs: 10_000 });
    const to = world.host();
    for (let round = 0; round < 40; round++) {
      from.setLoss(0);
      const [left, right] = world.connect(from, to);
      from.setLoss(500_000);
      const startUs = world.simulation.nowUs;
      if (round % 2 === 0) left.stream?.close();
      else left.stream?.reset();
      world.run(700);
      expect(right.ends).toEqual([round % 2 === 0 ? 'finished' : 'reset']);
      lates.add((right.closedUs - startUs - 10_000) / SECOND);
    }
    expect([...lates].sort((a, b) => a - b).slice(0, 3)).toEqual([0, 1, 3]);
  });
});

describe('without loss', () => {
  it('nothing is drawn and nothing is late', () => {
    const world = new SmallWorld();
    const pair = world.connect(world.host({ latencyUs: 20_000 }), world.host());
    expect(new Set(delaysOf(world, pair, 50))).toEqual(new Set([20_200]));
  });
});

describe('jitter', () => {
  const jittery = { latencyUs: 20_000, jitterUs: 30_000 };

  it('delays each message by up to the sum of both lines, evenly', () => {
    const world = new SmallWorld();
    const pair = world.connect(world.host(jittery), world.host({ jitterUs: 10_000 }));
    const late = delaysOf(world, pair, 1_000).map((delay) => delay - 20_200);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...late)).toBeLessThanOrEqual(40_000);
    expect(Math.abs(late.reduce((sum, each) => sum + each) / 1_000 - 20_000)).toBeLessThan(1_200);
    for (let quarter = 0; quarter < 4; quarter++) {
      const within = late.filter((each) => each >= quarter * 10_000 && each < (quarter + 1) * 10_000);
      expect(Math.abs(within.length - 250)).toBeLessThan(60);
    }
  });

  it('never lets one segment overtake another, of bulk or of messages', () => {
    const world = new SmallWorld();
    const [left, right] = world.connect(world.host(jittery), world.host());
    let next = 0;
    const write = (count: number): void => {
      const bytes = Uint8Array.from({ length: count }, () => next++ & 0xff);
      left.stream?.write(bytes, 0, count);
    };
    for (let round = 0; round < 300; round++) {
      write(round % 5 === 0 ? 20_000 : 30);
      world.run(0.004);
    }
    world.run(20);
    const got = right.arrivals.flatMap(({ bytes }) => [...(bytes as Uint8Array)]);
    expect(got.length).toBe(next);
    expect(got.every((byte, index) => byte === (index & 0xff))).toBe(true);
    const times = right.arrivals.map(({ atUs }) => atUs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(new Set(times).size).toBeGreaterThan(50);
  });

  it('of one stream is not shifted by what another draws', () => {
    const arrivals = (others: boolean): number[] => {
      const world = new SmallWorld();
      const from = world.host(jittery);
      const to = world.host();
      const [left, right] = world.connect(from, to);
      const second = world.connect(from, to);
      for (let round = 0; round < 50; round++) {
        left.send(10);
        world.run(1);
        if (others) second[0].send(10);
        world.run(1);
      }
      return right.arrivals.map(({ atUs }) => atUs);
    };
    expect(arrivals(true)).toEqual(arrivals(false));
    expect(new Set(arrivals(false).map((atUs) => atUs % 1_000_000)).size).toBeGreaterThan(40);
  });

  it('is not shifted by loss: what is not lost comes when it would have come', () => {
    const delays = (lossPerMillion: number): number[] => {
      const world = new SmallWorld();
      return delaysOf(world, world.connect(world.host(jittery), world.host({ lossPerMillion })), 60);
    };
    const [clean, lossy] = [delays(0), delays(300_000)];
    expect(lossy.map((delay) => delay % SECOND)).toEqual(clean);
    expect(lossy).not.toEqual(clean);
  });

  it('lengthens the round trip of a window by its mean, both ways', () => {
    const world = new SmallWorld({ initialWindowBytes: 20_000, maxWindowBytes: 20_000 });
    const [left, right] = world.connect(world.host({ ...FAST, ...jittery }), world.host(FAST));
    left.sendForEver();
    world.run(500);
    expect(right.receivedBytes / 500 / (20_000 / 0.07)).toBeCloseTo(1, 2);
  });
});
