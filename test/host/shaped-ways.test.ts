/** Ways that close and open, rates that change, and a power failure, on shaped lines in virtual time. */
import { describe, expect, it } from 'vitest';
import { ShapedNetwork } from '../../src/host/shaped-network.ts';
import type { Passage } from '../../src/host/shaped-way.ts';
import { Stall } from '../../src/sim/stall.ts';
import { connectPair, Probe } from '../contract/probe.ts';
import { patternBytes } from '../contract/world.ts';
import { IdealWorld } from './ideal-network.ts';
import { VirtualClock } from './virtual-clock.ts';

const MB = 1_000_000;
const LEFT = '10.0.0.1';
const RIGHT = '10.0.0.2';

class TwoHosts {
  readonly clock = new VirtualClock();
  passage: Passage = 'open';
  passed = 0;
  readonly left: ShapedNetwork;
  readonly right: ShapedNetwork;

  constructor() {
    const world = new IdealWorld(this.clock);
    const host = (name: string): ShapedNetwork =>
      new ShapedNetwork(world.host(name), this.clock, {
        upBytesPerSec: MB,
        downBytesPerSec: 10 * MB,
        queueBytes: 65_536,
        latencyUs: () => 10_000,
        passageFrom: () => this.passage,
        passageTo: () => this.passage,
        newStall: () => new Stall(),
        onPassed: (direction, bytes) => {
          if (direction === 'up') this.passed += bytes;
        },
      });
    this.left = host(LEFT);
    this.right = host(RIGHT);
  }

  set(passage: Passage): void {
    this.passage = passage;
    this.left.waysChanged();
    this.right.waysChanged();
  }

  wait(us: number): void {
    this.clock.runTo(this.clock.now() + us);
  }
}

describe('a way that closes', () => {
  it.each(['cut', 'held'] as const)(
    'keeps what streams carry while it is %s, and loses nothing',
    async (passage) => {
      const hosts = new TwoHosts();
      const { left, rightProbe } = await connectPair(hosts.left, hosts.right, hosts.clock);
      left.write(patternBytes(MB, 1), 0, MB);
      hosts.wait(300_000);
      hosts.set(passage);
      const before = rightProbe.receivedBytes;
      expect(before).toBeGreaterThan(200_000);
      hosts.wait(3_000_000);
      expect(rightProbe.receivedBytes).toBe(before);
      hosts.set('open');
      await hosts.clock.until(() => rightProbe.receivedBytes === MB);
    },
  );

  it.each(['cut', 'held'] as const)(
    'takes nothing of the uplink while it is %s, and the rate goes to others',
    async (passage) => {
      const hosts = new TwoHosts();
      const { left } = await connectPair(hosts.left, hosts.right, hosts.clock);
      left.write(patternBytes(MB, 1), 0, MB);
      hosts.wait(300_000);
      hosts.set(passage);
      const before = hosts.passed;
      hosts.wait(5_000_000);
      expect(hosts.passed - before).toBeLessThanOrEqual(MB / 100);
      left.write(patternBytes(1000, 2), 0, 1000);
      hosts.wait(1_000_000);
      expect(hosts.passed - before).toBeLessThanOrEqual(MB / 100);
      hosts.set('open');
      await hosts.clock.until(() => hosts.passed === MB + 1000);
    },
  );

  it.each([
    ['cut', 5_000_000, 2_000_000],
    ['cut', 2_500_000, 500_000],
    ['held', 5_000_000, 0],
  ] as const)(
    'goes on, %s for %i µs, when TCP would send again: %i µs after it has opened',
    async (passage, closedUs, afterUs) => {
      const hosts = new TwoHosts();
      const { left, rightProbe } = await connectPair(hosts.left, hosts.right, hosts.clock);
      left.write(patternBytes(MB, 1), 0, MB);
      hosts.wait(300_000);
      hosts.set(passage);
      hosts.wait(closedUs);
      hosts.set('open');
      // What was on its way already comes with the opening.
      hosts.wait(100_000);
      const before = rightProbe.receivedBytes;
      if (afterUs > 0) {
        hosts.wait(afterUs - 100_000 - 1_000);
        expect(rightProbe.receivedBytes).toBe(before);
      }
      hosts.wait(100_000);
      expect(rightProbe.receivedBytes).toBeGreaterThan(before);
      await hosts.clock.until(() => rightProbe.receivedBytes === MB);
    },
  );

  it('lets a dial wait for 20 s and no longer', async () => {
    const hosts = new TwoHosts();
    let listening = false;
    const probe = new Probe();
    hosts.right.listen(7000, {
      onListening: () => {
        listening = true;
      },
      onListenError: () => {},
      onAccept: () => new Probe(),
    });
    await hosts.clock.until(() => listening);
    hosts.set('cut');
    hosts.left.dial({ host: RIGHT, port: 7000 }, probe);
    hosts.wait(19_900_000);
    expect(probe.ends).toEqual([]);
    hosts.wait(200_000);
    expect(probe.ends).toEqual(['timeout']);
    expect(probe.opened).toBe(0);
  });

  it('loses datagrams while it is cut, and keeps them while it is held', async () => {
    const hosts = new TwoHosts();
    const seen: number[] = [];
    let bound = 0;
    const handler = {
      onBound: () => {
        bound++;
      },
      onDatagram: (bytes: Uint8Array) => {
        seen.push(bytes[0] as number);
      },
      onDatagramError: () => {},
    };
    hosts.right.bindDatagrams(5000, handler);
    const socket = hosts.left.bindDatagrams(5001, handler);
    await hosts.clock.until(() => bound === 2);
    const send = (value: number): void => {
      socket.send(Uint8Array.of(value), { host: RIGHT, port: 5000 });
      hosts.wait(100_000);
    };
    send(1);
    hosts.set('cut');
    send(2);
    hosts.set('held');
    send(3);
    expect(seen).toEqual([1]);
    hosts.set('open');
    hosts.wait(100_000);
    expect(seen).toEqual([1, 3]);
  });
});

describe('a line whose rate changes', () => {
  it('carries as much as its rates allow, one after the other, and nothing while it is dead', async () => {
    const hosts = new TwoHosts();
    const { left, rightProbe } = await connectPair(hosts.left, hosts.right, hosts.clock);
    left.write(patternBytes(4 * MB, 1), 0, 4 * MB);
    hosts.wait(1_000_000);
    const first = hosts.passed;
    expect(Math.abs(first / MB - 1)).toBeLessThan(0.03);
    hosts.left.setRates(0, 0);
    hosts.wait(5_000_000);
    expect(hosts.passed - first).toBeLessThanOrEqual(5_000);
    hosts.left.setRates(0.25 * MB, MB);
    const second = hosts.passed;
    hosts.wait(4_000_000);
    expect(Math.abs((hosts.passed - second) / MB - 1)).toBeLessThan(0.03);
    await hosts.clock.until(() => rightProbe.receivedBytes === 4 * MB);
  });
});

describe('a power failure', () => {
  it('is silent on both ends, and a reset for the other once the machine is back', async () => {
    const hosts = new TwoHosts();
    const { right, leftProbe, rightProbe } = await connectPair(hosts.left, hosts.right, hosts.clock);
    hosts.left.vanish();
    hosts.set('cut');
    right.write(patternBytes(1000, 1), 0, 1000);
    hosts.wait(60_000_000);
    expect(leftProbe.receivedBytes).toBe(0);
    expect(leftProbe.ends).toEqual([]);
    expect(rightProbe.ends).toEqual([]);
    hosts.left.clearRemains();
    hosts.set('open');
    await hosts.clock.until(() => rightProbe.ends.length > 0);
    expect(rightProbe.ends).toEqual(['reset']);
    expect(leftProbe.ends).toEqual([]);
  });
});
