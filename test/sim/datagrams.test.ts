/** Datagrams: exact delay, queues that overflow, loss, jitter, faults of the routes, and nobody home. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Address, DatagramSocket } from '../../src/core/ports.ts';
import { ConservationChecker } from '../../src/sim/checkers/conservation.ts';
import { HELD_MAX } from '../../src/sim/datagram-carrier.ts';
import type { SimulatedHost } from '../../src/sim/simulated-host.ts';
import { SimulatedInternet } from '../../src/sim/simulated-internet.ts';
import { SmallWorld } from './small-world.ts';

function bind(world: SmallWorld, host: SimulatedHost, port = 5000) {
  const received: { atUs: number; length: number; from: string }[] = [];
  const socket: DatagramSocket = host.network.bindDatagrams(port, {
    onBound() {},
    onDatagramError() {},
    onDatagram(bytes, from) {
      received.push({
        atUs: world.simulation.nowUs,
        length: bytes.length,
        from: `${from.host}:${from.port}`,
      });
    },
  });
  return { socket, received };
}

const at = (host: SimulatedHost): Address => ({ host: host.address, port: 5000 });

describe('datagrams', () => {
  it('take their length on both lines, what is queued there, and the latency', () => {
    const world = new SmallWorld();
    const from = world.host({ upBytesPerSec: 100_000, latencyUs: 7_000 });
    const to = world.host({ downBytesPerSec: 500_000, latencyUs: 3_000 });
    const { socket } = bind(world, from);
    const { received } = bind(world, to);
    world.run(0.001);
    const startUs = world.simulation.nowUs;
    for (let count = 0; count < 3; count++) socket.send(new Uint8Array(1_000), at(to));
    world.run(1);
    expect(received.map(({ atUs }) => atUs - startUs)).toEqual([
      10_000 + 2_000 + 10_000,
      20_000 + 4_000 + 10_000,
      30_000 + 6_000 + 10_000,
    ]);
    expect(received[0]?.from).toBe(`${from.address}:5000`);
  });

  it('carry what was sent, also when each answers another while it is read', () => {
    const world = new SmallWorld();
    const hosts = [world.host(), world.host()] as const;
    const heard: number[][] = [[], []];
    const sockets = hosts.map((host, index) =>
      host.network.bindDatagrams(5000, {
        onBound() {},
        onDatagramError() {},
        onDatagram(bytes, from) {
          const number = bytes[0] as number;
          if (number < 200) {
            sockets[index]?.send(Uint8Array.of(number + 1, index), from);
            sockets[index]?.send(Uint8Array.of(250, number), from);
          }
          // What it is sent while it reads does not change what it reads.
          heard[index]?.push(bytes[0] as number, bytes[1] as number);
        },
      }),
    );
    const ping = Uint8Array.of(0, 0);
    sockets[0]?.send(ping, at(hosts[1]));
    ping.fill(77);
    world.run(30);
    const expected: number[][] = [[], []];
    for (let number = 0; number <= 200; number++) {
      const index = (number + 1) % 2;
      expected[index]?.push(number, number === 0 ? 0 : 1 - index);
      if (number > 0) expected[index]?.push(250, number - 1);
    }
    expect(heard).toEqual(expected);
  });

  it('beyond the queue of the line are dropped', () => {
    const world = new SmallWorld();
    const from = world.host({ upBytesPerSec: 10_000, queueBytes: 5_000 });
    const to = world.host();
    const { socket } = bind(world, from);
    const { received } = bind(world, to);
    for (let count = 0; count < 8; count++) socket.send(new Uint8Array(1_000), at(to));
    world.run(0.2);
    // 0.2 s at 10 kB/s have drained 2 kB: there is room for two more.
    for (let count = 0; count < 8; count++) socket.send(new Uint8Array(1_000), at(to));
    world.run(5);
    expect(received).toHaveLength(7);
    expect(world.internet.counts).toMatchObject({ sent: 16, delivered: 7, overflowed: 9 });
    new ConservationChecker(world.internet).check();
  });

  it('thrown at once into a queue pass as many as fit, whichever line it stands before', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('up', 'down'),
        fc.integer({ min: 1, max: 60_000 }),
        fc.integer({ min: 1, max: 1_500 }),
        fc.integer({ min: 0, max: 200 }),
        (side, queueBytes, size, count) => {
          const world = new SmallWorld();
          const narrow = { upBytesPerSec: 10_000, downBytesPerSec: 10_000, queueBytes };
          const wide = { upBytesPerSec: 1e9, downBytesPerSec: 1e9, queueBytes: 1e9 };
          const from = world.host(side === 'up' ? narrow : wide);
          const to = world.host(side === 'up' ? wide : narrow);
          const { socket } = bind(world, from);
          const { received } = bind(world, to);
          for (let index = 0; index < count; index++) socket.send(new Uint8Array(size), at(to));
          world.run(60);
          const pass = Math.min(count, Math.floor(queueBytes / size));
          expect(received).toHaveLength(pass);
          expect(world.internet.counts.overflowed).toBe(count - pass);
          new ConservationChecker(world.internet).check();
        },
      ),
      { numRuns: 100, seed: 11 },
    );
  });

  it('wait for what stands before them: backlog / rate on each line', () => {
    const world = new SmallWorld();
    const from = world.host({ upBytesPerSec: 125_000, latencyUs: 20_000, queueBytes: 20_000 });
    const to = world.host({ downBytesPerSec: 1e9 });
    const { socket } = bind(world, from);
    const { received } = bind(world, to);
    for (let index = 0; index < 16; index++) socket.send(new Uint8Array(1_250), at(to));
    world.run(1);
    // 10 ms each at 125 kB/s; the last microseconds are those of the downlink, rounded up.
    expect(received.map(({ atUs }) => Math.floor((atUs - 20_000) / 1_000))).toEqual(
      Array.from({ length: 16 }, (_, index) => (index + 1) * 10),
    );
  });

  it('go nowhere when the host is off, unknown, or nobody has bound the port', () => {
    const world = new SmallWorld();
    const from = world.host();
    const off = world.host();
    const { socket } = bind(world, from);
    const { received } = bind(world, off);
    off.disconnect();
    for (const host of [off.address, '10.9.9.9', from.address])
      socket.send(new Uint8Array(10), { host, port: 5001 });
    socket.send(new Uint8Array(10), { host: off.address, port: 5000 });
    world.run(1);
    expect(received).toEqual([]);
    expect(world.internet.counts).toMatchObject({ sent: 4, delivered: 0, unclaimed: 4 });
    expect(from.up.carriedBytes).toBe(40);
    new ConservationChecker(world.internet).check();
  });
});

describe('loss of datagrams', () => {
  /** Sends `count` of them, a millisecond apart; which came. */
  function send(world: SmallWorld, from: SimulatedHost, to: SimulatedHost, count: number): string {
    const { socket } = bind(world, from);
    const came = new Array<string>(count).fill('-');
    to.network.bindDatagrams(5000, {
      onBound() {},
      onDatagramError() {},
      onDatagram: (bytes) => {
        came[((bytes[0] as number) << 8) | (bytes[1] as number)] = 'x';
      },
    });
    for (let index = 0; index < count; index++) {
      socket.send(Uint8Array.of(index >> 8, index & 255), at(to));
      world.run(0.001);
    }
    world.run(1);
    return came.join('');
  }

  it('is what both lines lose, each in its direction', () => {
    for (const [up, down, least, most] of [
      [100_000, 0, 8_850, 9_150],
      [0, 200_000, 7_850, 8_150],
      [100_000, 200_000, 7_050, 7_350],
      [1_000_000, 0, 0, 0],
      [0, 1_000_000, 0, 0],
    ] as const) {
      const world = new SmallWorld();
      const from = world.host({ lossPerMillion: up });
      const to = world.host({ lossPerMillion: down });
      const came = send(world, from, to, 10_000).replaceAll('-', '').length;
      expect(came).toBeGreaterThanOrEqual(least);
      expect(came).toBeLessThanOrEqual(most);
      const { counts } = world.internet;
      expect([counts.sent, counts.delivered, counts.lost]).toEqual([10_000, came, 10_000 - came]);
      // What a line lost it has carried.
      expect(from.up.carriedBytes).toBe(20_000);
      expect(to.down.carriedBytes).toBe(20_000 - counts.missingBytes);
      if (up === 0) expect(counts.missingBytes).toBe(0);
      new ConservationChecker(world.internet).check();
    }
  });

  it('hits as many in a row as the line says', () => {
    for (const [lossBurst, least, most] of [
      [1, 1.05, 1.2],
      [4, 3.6, 4.4],
      [20, 16, 24],
    ] as const) {
      const world = new SmallWorld();
      const line = { lossPerMillion: 100_000, lossBurst };
      const came = send(world, world.host(line), world.host(), 30_000);
      const bursts = came.split('x').filter((burst) => burst !== '');
      const mean = bursts.reduce((sum, { length }) => sum + length, 0) / bursts.length;
      expect(mean).toBeGreaterThan(least);
      expect(mean).toBeLessThan(most);
    }
  });

  it('is the same for a host whoever else there is, and another for another host', () => {
    const line = { lossPerMillion: 300_000, jitterUs: 50_000 };
    const alone = new SmallWorld();
    const left = alone.host({ name: 'left', ...line });
    const pattern = send(alone, left, alone.host({ name: 'right' }), 200);
    const crowd = new SmallWorld();
    crowd.host({ name: 'extra', ...line });
    const leftAgain = crowd.host({ name: 'left', ...line });
    const rightAgain = crowd.host({ name: 'right' });
    const other = crowd.host({ name: 'other', ...line });
    expect(send(crowd, other, crowd.host(), 200)).not.toBe(pattern);
    expect(send(crowd, leftAgain, rightAgain, 200)).toBe(pattern);
  });
});

describe('jitter of datagrams', () => {
  it('is spread evenly up to that of both lines, and lets one overtake another', () => {
    const world = new SmallWorld();
    const wide = { upBytesPerSec: 1e9, downBytesPerSec: 1e9, queueBytes: 200_000 };
    const from = world.host({ ...wide, latencyUs: 10_000, jitterUs: 30_000 });
    const to = world.host({ ...wide, jitterUs: 10_000 });
    const { socket } = bind(world, from);
    const { received } = bind(world, to);
    const count = 4_000;
    for (let length = 1; length <= count; length++) socket.send(new Uint8Array((length % 50) + 1), at(to));
    const startUs = world.simulation.nowUs;
    world.run(1);
    expect(received).toHaveLength(count);
    const eighths = new Array<number>(8).fill(0);
    for (const { atUs } of received) {
      // Up to 204 us of queueing come on top.
      const eighth = Math.min(7, Math.floor((atUs - startUs - 10_000) / 5_000));
      eighths[eighth] = (eighths[eighth] as number) + 1;
    }
    for (const filled of eighths) {
      expect(filled).toBeGreaterThan(420);
      expect(filled).toBeLessThan(580);
    }
    expect(received[0]?.atUs).toBeGreaterThanOrEqual(startUs + 10_000);
    expect(received.at(-1)?.atUs).toBeLessThanOrEqual(startUs + 50_000 + 210);
    const lengths = received.map(({ length }) => length);
    expect(lengths.slice(0, 50)).not.toEqual(
      Array.from({ length: 50 }, (_, index) => ((index + 1) % 50) + 1),
    );
  });

  it('is none where no line has any: datagrams keep their order', () => {
    const world = new SmallWorld();
    const from = world.host();
    const to = world.host();
    const { socket } = bind(world, from);
    const { received } = bind(world, to);
    for (let length = 1; length <= 50; length++) socket.send(new Uint8Array(length), at(to));
    world.run(1);
    expect(received.map(({ length }) => length)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  });
});

describe('datagrams and the routes', () => {
  const everything = { applies: (): boolean => true };

  /** Two hosts that send to each other: 10 ms apart, lines so wide that a datagram takes one microsecond on both. */
  function pair() {
    const world = new SmallWorld();
    const wide = { upBytesPerSec: 1e9, downBytesPerSec: 1e9, latencyUs: 5_000 };
    const [left, right] = [world.host(wide), world.host(wide)];
    const [fromLeft, fromRight] = [bind(world, left), bind(world, right)];
    return { world, left, right, fromLeft, fromRight };
  }

  it('take as long as the route says', () => {
    const { world, right, fromLeft, fromRight } = pair();
    fromLeft.socket.send(new Uint8Array(100), at(right));
    const lift = world.internet.routes.lay({ kind: 'delay', addUs: 70_000, ...everything });
    fromLeft.socket.send(new Uint8Array(100), at(right));
    lift();
    world.run(1);
    expect(fromRight.received.map(({ atUs }) => atUs)).toEqual([10_001, 80_001]);
  });

  it('are as far apart as their regions', () => {
    const world = new SmallWorld();
    const internet = new SimulatedInternet(
      world.simulation,
      {},
      {
        regionDelaysUs: [
          [1_000, 90_000],
          [80_000, 1_000],
        ],
        pairDelayUs: { lowest: 0, highest: 0 },
      },
    );
    const line = { upBytesPerSec: 1e9, downBytesPerSec: 1e9, latencyUs: 5_000, queueBytes: 65_536 };
    const [here, there] = [
      internet.addHost({ ...line, region: 0 }),
      internet.addHost({ ...line, region: 1 }),
    ];
    const [fromHere, fromThere] = [bind(world, here), bind(world, there)];
    fromHere.socket.send(new Uint8Array(100), at(there));
    fromThere.socket.send(new Uint8Array(100), at(here));
    world.run(1);
    expect(fromThere.received[0]?.atUs).toBe(100_001);
    expect(fromHere.received[0]?.atUs).toBe(90_001);
  });

  it('vanish where the way is cut, in that direction, until it is mended', () => {
    const { world, left, right, fromLeft, fromRight } = pair();
    const mend = world.internet.routes.lay({ kind: 'cut', applies: (from) => from === left });
    fromLeft.socket.send(new Uint8Array(100), at(right));
    fromRight.socket.send(new Uint8Array(100), at(left));
    world.run(1);
    expect([fromLeft.received.length, fromRight.received.length]).toEqual([1, 0]);
    expect(world.internet.counts).toMatchObject({ sent: 2, delivered: 1, cut: 1, missingBytes: 100 });
    mend();
    fromLeft.socket.send(new Uint8Array(100), at(right));
    world.run(1);
    expect(fromRight.received).toHaveLength(1);
    new ConservationChecker(world.internet).check();
  });

  it('are held in order, and come a latency after the release', () => {
    const { world, right, fromLeft, fromRight } = pair();
    const release = world.internet.routes.lay({ kind: 'hold', ...everything });
    for (const length of [300, 100, 200]) {
      fromLeft.socket.send(new Uint8Array(length), at(right));
      world.run(1);
    }
    expect(fromRight.received).toEqual([]);
    expect(world.internet.counts).toMatchObject({ held: 3, missingBytes: 600 });
    expect(right.down.carriedBytes).toBe(0);
    new ConservationChecker(world.internet).check();
    release();
    world.run(1);
    expect(fromRight.received.map(({ atUs, length }) => [atUs - 3e6, length])).toEqual([
      [10_001, 300],
      [10_001, 100],
      [10_001, 200],
    ]);
    expect(world.internet.counts).toMatchObject({ held: 0, delivered: 3, missingBytes: 0 });
    new ConservationChecker(world.internet).check();
  });

  it('released before they were up the line come when they are', () => {
    const world = new SmallWorld();
    const from = world.host({ upBytesPerSec: 1_000, latencyUs: 10_000 });
    const to = world.host({ downBytesPerSec: 1e9 });
    const { socket } = bind(world, from);
    const { received } = bind(world, to);
    const release = world.internet.routes.lay({ kind: 'hold', ...everything });
    socket.send(new Uint8Array(500), at(to));
    world.run(0.1);
    release();
    world.run(1);
    expect(received[0]?.atUs).toBe(500_000 + 1 + 10_000);
  });

  it('that are held vanish when the way is cut, and stay while another hold lies over it', () => {
    const { world, left, right, fromLeft, fromRight } = pair();
    const releases = [
      world.internet.routes.lay({ kind: 'hold', ...everything }),
      world.internet.routes.lay({ kind: 'hold', applies: (from) => from === left }),
    ];
    fromLeft.socket.send(new Uint8Array(100), at(right));
    fromRight.socket.send(new Uint8Array(100), at(left));
    releases[0]?.();
    world.run(1);
    expect([fromLeft.received.length, fromRight.received.length]).toEqual([1, 0]);
    expect(world.internet.counts.held).toBe(1);
    world.internet.routes.lay({ kind: 'cut', ...everything });
    releases[1]?.();
    world.run(1);
    expect(fromRight.received).toEqual([]);
    expect(world.internet.counts).toMatchObject({ held: 0, cut: 1, missingBytes: 100 });
    new ConservationChecker(world.internet).check();
  });

  it('are held up to a bound for each sender', () => {
    const { world, left, right, fromLeft, fromRight } = pair();
    const release = world.internet.routes.lay({ kind: 'hold', ...everything });
    for (let count = 0; count < HELD_MAX + 10; count++) fromLeft.socket.send(new Uint8Array(1), at(right));
    fromRight.socket.send(new Uint8Array(1), at(left));
    expect(world.internet.counts).toMatchObject({ held: HELD_MAX + 1, cut: 10 });
    release();
    world.run(1);
    expect([fromLeft.received.length, fromRight.received.length]).toEqual([1, HELD_MAX]);
    new ConservationChecker(world.internet).check();
  });

  it("that waited for a machine that has left meanwhile are nobody's", () => {
    const { world, right, fromLeft } = pair();
    const release = world.internet.routes.lay({ kind: 'hold', ...everything });
    fromLeft.socket.send(new Uint8Array(100), at(right));
    right.disconnect();
    release();
    world.run(1);
    expect(world.internet.counts).toMatchObject({ held: 0, delivered: 0, unclaimed: 1, missingBytes: 100 });
    new ConservationChecker(world.internet).check();
  });
});
