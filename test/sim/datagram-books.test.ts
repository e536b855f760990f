/** Whatever is done to a network, every datagram is accounted for, comes whole or not at all, and at most once. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Address, DatagramSocket } from '../../src/core/ports.ts';
import { ConservationChecker } from '../../src/sim/checkers/conservation.ts';
import { DatagramBooksChecker } from '../../src/sim/checkers/datagram-books.ts';
import { LinkBudgetChecker } from '../../src/sim/checkers/link-budget.ts';
import { natKinds } from '../../src/sim/nat.ts';
import type { SimulatedHost } from '../../src/sim/simulated-host.ts';
import { SmallWorld } from './small-world.ts';

const line = fc.record({
  upBytesPerSec: fc.integer({ min: 1_000, max: 1e6 }),
  downBytesPerSec: fc.integer({ min: 1_000, max: 1e6 }),
  latencyUs: fc.nat({ max: 100_000 }),
  queueBytes: fc.integer({ min: 100, max: 20_000 }),
  jitterUs: fc.oneof(fc.constant(0), fc.nat({ max: 100_000 })),
  lossPerMillion: fc.oneof(fc.constant(0), fc.nat({ max: 500_000 })),
  lossBurst: fc.integer({ min: 1, max: 20 }),
  nat: fc.constantFrom(...natKinds),
});

const action = fc.record({
  kind: fc.constantFrom('send', 'send', 'send', 'answer', 'cut', 'hold', 'lift', 'off', 'rates'),
  from: fc.nat({ max: 3 }),
  to: fc.nat({ max: 4 }),
  count: fc.integer({ min: 1, max: 8 }),
  bytes: fc.integer({ min: 2, max: 1_400 }),
  waitUs: fc.oneof(fc.constant(0), fc.nat({ max: 500_000 }), fc.nat({ max: 100e6 })),
});

/** A datagram that says which it is; every byte of it is that of its length. */
function numbered(number: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length).fill(length & 255);
  bytes[0] = number >> 8;
  bytes[1] = number & 255;
  return bytes;
}

describe('datagrams under random use', () => {
  it('are all accounted for, and come whole and once', () => {
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 4, maxLength: 4 }),
        fc.array(action, { minLength: 5, maxLength: 60, size: 'max' }),
        (lines, actions) => {
          const world = new SmallWorld();
          const { internet } = world;
          const hosts = lines.map((options) => world.host(options));
          const heard = new Map<SimulatedHost, Address>();
          const lengths: number[] = [];
          const seen = new Set<number>();
          const bind = (host: SimulatedHost): DatagramSocket =>
            host.network.bindDatagrams(5000, {
              onBound() {},
              onDatagramError() {},
              onDatagram(bytes, from) {
                const number = ((bytes[0] as number) << 8) | (bytes[1] as number);
                expect(seen.has(number)).toBe(false);
                seen.add(number);
                expect([...bytes]).toEqual([...numbered(number, lengths[number] as number)]);
                heard.set(host, from);
              },
            });
          const sockets = hosts.map(bind);
          const checkers = [
            new DatagramBooksChecker(internet),
            new ConservationChecker(internet),
            new LinkBudgetChecker(internet),
          ];
          const lifts: (() => void)[] = [];
          for (const { kind, from, to, count, bytes, waitUs } of actions) {
            const host = hosts[from] as SimulatedHost;
            const target = hosts[to];
            const answered = kind === 'answer' ? heard.get(host) : undefined;
            if (kind === 'send' || answered !== undefined) {
              for (let index = 0; index < count; index++) {
                const address = answered ?? { host: target?.address ?? '10.9.9.9', port: 5000 };
                sockets[from]?.send(numbered(lengths.length, bytes), address);
                lengths.push(bytes);
              }
            } else if (kind === 'cut' || kind === 'hold') {
              lifts.push(internet.routes.lay({ kind, applies: (a, b) => a === host && b === target }));
            } else if (kind === 'lift') lifts.pop()?.();
            else if (kind === 'rates') host.setRates(bytes * 100, bytes * 200);
            else if (kind === 'off') {
              host.disconnect();
              world.run(waitUs / 1e6);
              host.connect();
              sockets[from] = bind(host);
            }
            world.run(waitUs / 1e6);
            for (const checker of checkers) checker.check();
          }
          for (const lift of lifts) lift();
          world.run(1_000);
          for (const checker of checkers) checker.check();
          expect(internet.counts).toMatchObject({
            sent: lengths.length,
            inFlight: 0,
            held: 0,
            delivered: seen.size,
          });
          expect(world.simulation.handleCount).toBe(0);
        },
      ),
      { numRuns: 150, seed: 5 },
    );
  });
});
