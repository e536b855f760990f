/** Datagrams: exact delay, queues that overflow, loss, and nobody home. */
import { describe, expect, it } from 'vitest';
import type { DatagramSocket } from '../../src/core/ports.ts';
import { ConservationChecker } from '../../src/sim/checkers/conservation.ts';
import type { SimulatedHost } from '../../src/sim/simulated-host.ts';
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

describe('datagrams', () => {
  it('take their length on both lines, what is queued there, and the latency', () => {
    const world = new SmallWorld();
    const from = world.host({ upBytesPerSec: 100_000, latencyUs: 7_000 });
    const to = world.host({ downBytesPerSec: 500_000, latencyUs: 3_000 });
    const { socket } = bind(world, from);
    const { received } = bind(world, to);
    world.run(0.001);
    const startUs = world.simulation.nowUs;
    for (let count = 0; count < 3; count++)
      socket.send(new Uint8Array(1_000), { host: to.address, port: 5000 });
    world.run(1);
    expect(received.map(({ atUs }) => atUs - startUs)).toEqual([
      10_000 + 2_000 + 10_000,
      20_000 + 4_000 + 10_000,
      30_000 + 6_000 + 10_000,
    ]);
    expect(received[0]?.from).toBe(`${from.address}:5000`);
  });

  it('beyond the queue of the line are dropped', () => {
    const world = new SmallWorld();
    const from = world.host({ upBytesPerSec: 10_000, queueBytes: 5_000 });
    const to = world.host();
    const { socket } = bind(world, from);
    const { received } = bind(world, to);
    for (let count = 0; count < 8; count++)
      socket.send(new Uint8Array(1_000), { host: to.address, port: 5000 });
    world.run(0.2);
    // 0.2 s at 10 kB/s have drained 2 kB: there is room for two more.
    for (let count = 0; count < 8; count++)
      socket.send(new Uint8Array(1_000), { host: to.address, port: 5000 });
    world.run(5);
    expect(received).toHaveLength(7);
    expect(world.internet.counts).toMatchObject({ sent: 16, delivered: 7, overflowed: 9 });
    new ConservationChecker(world.internet).check();
  });

  it('are lost by rule, and the books know of the bytes', () => {
    const world = new SmallWorld();
    const from = world.host();
    const to = world.host();
    const { socket } = bind(world, from);
    const { received } = bind(world, to);
    let count = 0;
    world.internet.lossRule = () => count++ % 2 === 0;
    for (let index = 0; index < 10; index++)
      socket.send(new Uint8Array(10), { host: to.address, port: 5000 });
    world.run(1);
    expect(received).toHaveLength(5);
    expect(world.internet.counts).toMatchObject({ lost: 5, missingBytes: 50 });
    new ConservationChecker(world.internet).check();
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
    expect(world.internet.counts.delivered).toBe(0);
  });
});
