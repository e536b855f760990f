import { describe, expect, it } from 'vitest';
import type { Network } from '../../src/core/ports.ts';
import { NodeClock } from '../../src/host/node-clock.ts';
import { NodeNetwork } from '../../src/host/node-network.ts';
import { type ShapedLink, ShapedNetwork } from '../../src/host/shaped-network.ts';
import { describeDatagrams } from '../contract/datagrams.ts';
import { describeNetwork } from '../contract/network.ts';
import { connectPair, type Pair } from '../contract/probe.ts';
import { patternBytes, pollUntil } from '../contract/world.ts';
import { IdealWorld } from './ideal-network.ts';
import { VirtualClock } from './virtual-clock.ts';

const FAST: ShapedLink = {
  upBytesPerSec: 40_000_000,
  downBytesPerSec: 40_000_000,
  latencyUs: () => 500,
  queueBytes: 65_536,
};
const NO_REFERENCES = { payloadByReference: { reason: 'the real side carries bytes only' } } as const;

const idealWorld = () => {
  const clock = new VirtualClock();
  const world = new IdealWorld(clock);
  return {
    left: world.host('10.0.0.1'),
    right: world.host('10.0.0.2'),
    leftHost: '10.0.0.1',
    rightHost: '10.0.0.2',
    stallBytes: 1_000_000,
    until: clock.until,
  };
};

const shapedIdealWorld = () => {
  const clock = new VirtualClock();
  const world = new IdealWorld(clock);
  const link = { ...FAST, upBytesPerSec: 2_000_000, downBytesPerSec: 1_000_000, latencyUs: () => 20_000 };
  return {
    left: new ShapedNetwork(world.host('10.0.0.1'), clock, link),
    right: new ShapedNetwork(world.host('10.0.0.2'), clock, link),
    leftHost: '10.0.0.1',
    rightHost: '10.0.0.2',
    stallBytes: 2_000_000,
    until: clock.until,
  };
};

const shapedSockets = () => {
  const clock = new NodeClock();
  const shaped = (localHost: string) => new ShapedNetwork(new NodeNetwork({ localHost }), clock, FAST);
  return {
    left: shaped('127.17.1.1'),
    right: shaped('127.17.1.2'),
    leftHost: '127.17.1.1',
    rightHost: '127.17.1.2',
    stallBytes: 24 * 2 ** 20,
    until: pollUntil,
  };
};

describeNetwork('ideal, for tests', idealWorld, NO_REFERENCES);
describeDatagrams('ideal, for tests', idealWorld);
describeNetwork('shaped, in virtual time', shapedIdealWorld, NO_REFERENCES);
describeDatagrams('shaped, in virtual time', shapedIdealWorld);
describeNetwork('shaped, on sockets', shapedSockets, NO_REFERENCES);
describeDatagrams('shaped, on sockets', shapedSockets);

describe('a shaped line against closed forms', () => {
  const MB = 1_000_000;

  class Swarm {
    readonly clock = new VirtualClock();
    readonly #ideal = new IdealWorld(this.clock);

    host(name: string, link: Partial<ShapedLink>): Network {
      const unlimited = { upBytesPerSec: 1_000 * MB, downBytesPerSec: 1_000 * MB, latencyUs: () => 0 };
      return new ShapedNetwork(this.#ideal.host(name), this.clock, { ...FAST, ...unlimited, ...link });
    }

    connect(from: Network, to: Network): Promise<Pair> {
      return connectPair(from, to, this.clock);
    }

    /** Microseconds until the receiver has all of `length` bytes. */
    async transfer(pair: Pair, length: number): Promise<number> {
      const start = this.clock.now();
      pair.left.write(patternBytes(length, 1), 0, length);
      await this.clock.until(() => pair.rightProbe.receivedBytes === length);
      return this.clock.now() - start;
    }
  }

  const within = (actual: number, expected: number, share: number): void => {
    expect(Math.abs(actual / expected - 1)).toBeLessThan(share);
  };

  it.each([
    ['up below down', 0.2 * MB, 1 * MB],
    ['down below up', 1 * MB, 0.2 * MB],
    ['equal', 0.5 * MB, 0.5 * MB],
  ])('one stream gets min(up, down): %s', async (_, upBytesPerSec, downBytesPerSec) => {
    const swarm = new Swarm();
    const pair = await swarm.connect(
      swarm.host('10.0.0.1', { upBytesPerSec }),
      swarm.host('10.0.0.2', { downBytesPerSec }),
    );
    within(
      await swarm.transfer(pair, 2 * MB),
      (2 * MB * 1e6) / Math.min(upBytesPerSec, downBytesPerSec),
      0.02,
    );
  });

  it('is as asymmetric as the scenario says, both directions at once', async () => {
    const swarm = new Swarm();
    const home = swarm.host('10.0.0.1', { upBytesPerSec: 0.125 * MB, downBytesPerSec: 2 * MB });
    const pair = await swarm.connect(home, swarm.host('10.0.0.2', {}));
    pair.left.write(patternBytes(MB, 1), 0, MB);
    pair.right.write(patternBytes(16 * MB, 1), 0, 16 * MB);
    swarm.clock.runTo(swarm.clock.now() + 4_000_000);
    within(pair.rightProbe.receivedBytes, 0.5 * MB, 0.02);
    within(pair.leftProbe.receivedBytes, 8 * MB, 0.02);
  });

  it.each([2, 3, 7])('%i streams on one uplink get equal shares of all of it', async (count) => {
    const swarm = new Swarm();
    const source = swarm.host('10.0.0.1', { upBytesPerSec: 0.7 * MB });
    const pairs: Pair[] = [];
    for (let index = 0; index < count; index++) {
      pairs.push(await swarm.connect(source, swarm.host(`10.0.1.${index}`, {})));
    }
    for (const pair of pairs) pair.left.write(patternBytes(5 * MB, 1), 0, 5 * MB);
    swarm.clock.runTo(swarm.clock.now() + 5_000_000);
    for (const pair of pairs) within(pair.rightProbe.receivedBytes, (3.5 * MB) / count, 0.02);
  });

  it('streams into one downlink get equal shares, and what one leaves goes to the others', async () => {
    const swarm = new Swarm();
    const sink = swarm.host('10.0.0.1', { downBytesPerSec: 0.6 * MB });
    const slow = await swarm.connect(swarm.host('10.0.0.2', { upBytesPerSec: 0.1 * MB }), sink);
    const fast = await swarm.connect(swarm.host('10.0.0.3', {}), sink);
    const other = await swarm.connect(swarm.host('10.0.0.4', {}), sink);
    for (const pair of [slow, fast, other]) pair.left.write(patternBytes(5 * MB, 1), 0, 5 * MB);
    swarm.clock.runTo(swarm.clock.now() + 4_000_000);
    within(slow.rightProbe.receivedBytes, 0.4 * MB, 0.02);
    within(fast.rightProbe.receivedBytes, 1 * MB, 0.02);
    within(other.rightProbe.receivedBytes, 1 * MB, 0.02);
  });

  it('opens after one round trip and delivers after one latency', async () => {
    const swarm = new Swarm();
    const latencyUs = () => 30_000;
    const left = swarm.host('10.0.0.1', { latencyUs });
    const right = swarm.host('10.0.0.2', { latencyUs });
    const dialled = swarm.clock.now();
    const pair = await swarm.connect(left, right);
    expect(swarm.clock.now() - dialled).toBe(60_000);
    expect(await swarm.transfer(pair, 10)).toBe(30_000);
    const closed = swarm.clock.now();
    pair.left.close();
    await swarm.clock.until(() => pair.rightProbe.ends.length > 0);
    expect(swarm.clock.now() - closed).toBe(30_000);
  });

  it('keeps its rate over a long latency', async () => {
    const swarm = new Swarm();
    const latencyUs = () => 400_000;
    const pair = await swarm.connect(
      swarm.host('10.0.0.1', { latencyUs }),
      swarm.host('10.0.0.2', { latencyUs, downBytesPerSec: 0.5 * MB }),
    );
    within(await swarm.transfer(pair, 4 * MB), 8_400_000, 0.02);
  });

  it.each([
    ['its uplink', 1 * MB, 2 * MB, 6_000],
    ['its uplink, very late', 1 * MB, 2 * MB, 150_000],
    ['its downlink', 2 * MB, 1 * MB, 6_000],
    ['its downlink, very late', 2 * MB, 1 * MB, 150_000],
  ])('makes up for timers that come late while somebody waits for %s', async (_, up, down, lateUs) => {
    const swarm = new Swarm();
    const pair = await swarm.connect(
      swarm.host('10.0.0.1', { upBytesPerSec: up }),
      swarm.host('10.0.0.2', { downBytesPerSec: down }),
    );
    swarm.clock.lateness = (wakeUp) => (wakeUp * 7_919) % lateUs;
    within(await swarm.transfer(pair, 8 * MB), 8_000_000, 0.04);
  });

  it('makes up for no more than a second', async () => {
    const swarm = new Swarm();
    const pair = await swarm.connect(
      swarm.host('10.0.0.1', { upBytesPerSec: 0.1 * MB }),
      swarm.host('10.0.0.2', {}),
    );
    pair.left.write(patternBytes(2 * MB, 1), 0, 2 * MB);
    let stopped = false;
    swarm.clock.lateness = () => {
      if (stopped) return 0;
      stopped = true;
      return 10_000_000;
    };
    swarm.clock.runTo(swarm.clock.now() + 11_000_000);
    within(pair.rightProbe.receivedBytes, 0.2 * MB, 0.05);
  });

  it('gives a line on which nobody waited 20 ms of its rate', async () => {
    const swarm = new Swarm();
    const pair = await swarm.connect(
      swarm.host('10.0.0.1', { upBytesPerSec: 1 * MB }),
      swarm.host('10.0.0.2', {}),
    );
    swarm.clock.runTo(swarm.clock.now() + 10_000_000);
    const before = pair.rightProbe.receivedBytes;
    pair.left.write(patternBytes(MB, 1), 0, MB);
    swarm.clock.runTo(swarm.clock.now() + 100_000);
    // 100 ms of the rate, the burst, and at most one slice on its way.
    expect(pair.rightProbe.receivedBytes - before).toBeLessThanOrEqual(100_000 + 20_000 + 5_000);
    expect(pair.rightProbe.receivedBytes - before).toBeGreaterThanOrEqual(100_000);
  });

  it('a reset overtakes what waits in front of the downlink', async () => {
    const swarm = new Swarm();
    const latencyUs = () => 10_000;
    const pair = await swarm.connect(
      swarm.host('10.0.0.1', { latencyUs }),
      swarm.host('10.0.0.2', { latencyUs, downBytesPerSec: 10_000 }),
    );
    pair.left.write(patternBytes(50_000, 1), 0, 50_000);
    swarm.clock.runTo(swarm.clock.now() + 1_000_000);
    const resetUs = swarm.clock.now();
    pair.left.reset();
    await swarm.clock.until(() => pair.rightProbe.ends.length > 0);
    expect(swarm.clock.now() - resetUs).toBe(10_000);
    within(pair.rightProbe.receivedBytes, 10_000, 0.2);
  });

  it('a paused reader costs the others nothing', async () => {
    const swarm = new Swarm();
    const source = swarm.host('10.0.0.1', { upBytesPerSec: 0.5 * MB });
    const sink = swarm.host('10.0.0.2', { downBytesPerSec: 0.5 * MB });
    const stuck = await swarm.connect(source, sink);
    const free = await swarm.connect(source, sink);
    stuck.right.pause();
    stuck.left.write(patternBytes(MB, 1), 0, MB);
    // What fits into the windows of the stuck stream passes first.
    swarm.clock.runTo(swarm.clock.now() + 3_000_000);
    within(await swarm.transfer(free, 2 * MB), 4_000_000, 0.02);
    expect(stuck.rightProbe.receivedBytes).toBe(0);
  });

  it('datagrams take their share of the line and are lost behind a full queue', async () => {
    const swarm = new Swarm();
    const left = swarm.host('10.0.0.1', { upBytesPerSec: 100_000, queueBytes: 10_000 });
    const right = swarm.host('10.0.0.2', { latencyUs: () => 50_000 });
    let received = 0;
    let to: { host: string; port: number } | undefined;
    right.bindDatagrams(0, {
      onBound: (address) => {
        to = address;
      },
      onDatagram: () => received++,
      onDatagramError: () => undefined,
    });
    const socket = left.bindDatagrams(0, {
      onBound: () => undefined,
      onDatagram: () => undefined,
      onDatagramError: () => undefined,
    });
    await swarm.clock.until(() => to !== undefined);
    swarm.clock.runTo(1_000_000);
    for (let index = 0; index < 50; index++) socket.send(new Uint8Array(1_000), to as never);
    swarm.clock.runTo(1_000_000 + 49_000);
    expect(received).toBe(0);
    swarm.clock.runTo(2_000_000);
    expect(received).toBe(10);
  });
});

describe('shaped lines on sockets', () => {
  it('two streams with uplinks of 1 to 3 move bytes about 1 to 3', async () => {
    const clock = new NodeClock({ lateMaxUs: 4_000 });
    const shaped = (localHost: string, upBytesPerSec: number) =>
      new ShapedNetwork(new NodeNetwork({ localHost }), clock, { ...FAST, upBytesPerSec });
    const world = { until: pollUntil };
    const sink = shaped('127.17.2.9', 1);
    const slow = await connectPair(shaped('127.17.2.1', 400_000), sink, world);
    const fast = await connectPair(shaped('127.17.2.2', 1_200_000), sink, world);
    const bytes = patternBytes(1_000_000, 1);
    for (const pair of [slow, fast]) pair.left.write(bytes, 0, bytes.length);
    await pollUntil(() => fast.rightProbe.receivedBytes > 600_000);
    const ratio = fast.rightProbe.receivedBytes / slow.rightProbe.receivedBytes;
    expect(ratio).toBeGreaterThan(2);
    expect(ratio).toBeLessThan(4);
    for (const pair of [slow, fast]) pair.left.reset();
    await pollUntil(() => slow.leftProbe.ends.length + fast.leftProbe.ends.length === 2);
  });
});
