/** The contract of the datagram half of `Network`: whole datagrams or none, from a true address, errors told once. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Address, DatagramHandler, DatagramSocket, Network } from '../../src/core/ports.ts';
import { Guard, guardNetwork } from './guard.ts';
import { patternBytes, type World } from './world.ts';

export interface DatagramWorld extends World {
  /** Two hosts on a path without loss. */
  readonly left: Network;
  readonly right: Network;
  readonly leftHost: string;
  readonly rightHost: string;
}

interface Bound {
  readonly socket: DatagramSocket;
  readonly address: Address;
  readonly received: { bytes: Uint8Array; from: Address }[];
  readonly errors: string[];
}

export function describeDatagrams(name: string, factory: () => DatagramWorld | Promise<DatagramWorld>): void {
  describe(`datagram contract: ${name}`, () => {
    let world: DatagramWorld;
    let left: Network;
    let right: Network;
    let guard: Guard;
    let open: DatagramSocket[];

    beforeEach(async () => {
      world = await factory();
      guard = new Guard();
      left = guardNetwork(world.left, guard);
      right = guardNetwork(world.right, guard);
      open = [];
    });

    afterEach(async () => {
      for (const socket of open) socket.close();
      await world.dispose?.();
      expect(guard.violations).toEqual([]);
    });

    async function bind(network: Network, port = 0, on: Partial<DatagramHandler> = {}): Promise<Bound> {
      const received: Bound['received'] = [];
      const errors: string[] = [];
      const bound: Address[] = [];
      const socket = network.bindDatagrams(port, {
        onBound(address) {
          bound.push(address);
        },
        onDatagram(bytes, from) {
          received.push({ bytes: bytes.slice(), from });
          on.onDatagram?.(bytes, from);
        },
        onDatagramError(message) {
          errors.push(message);
        },
      });
      open.push(socket);
      await world.until(() => bound.length + errors.length > 0);
      return { socket, address: bound[0] ?? { host: '', port: 0 }, received, errors };
    }

    it('binds a free port of its own host, or the asked one', async () => {
      const first = await bind(left);
      const second = await bind(left);
      expect(first.address.host).toBe(world.leftHost);
      expect(first.address.port).toBeGreaterThan(0);
      expect(second.address.port).not.toBe(first.address.port);
      const port = first.address.port;
      first.socket.close();
      const again = await bind(left, port);
      expect(again.address).toEqual({ host: world.leftHost, port });
    });

    it('tells that a port is taken, and nothing after that', async () => {
      const holder = await bind(right);
      const second = await bind(right, holder.address.port);
      expect(second.errors).toHaveLength(1);
      expect(second.errors[0]).not.toBe('');
      second.socket.send(patternBytes(10, 1), holder.address);
      second.socket.close();
      const sender = await bind(left);
      sender.socket.send(patternBytes(10, 2), holder.address);
      await world.until(() => holder.received.length === 1);
      expect(second.received).toEqual([]);
    });

    it('carries datagrams whole and unchanged, with the address of the sender, both ways', async () => {
      const a = await bind(left);
      const b = await bind(right, 0, {
        onDatagram(bytes, from) {
          b.socket.send(bytes.slice(0, 1), from);
        },
      });
      const sizes = [1, 2, 16, 98, 511, 1024, 1400];
      for (const [index, size] of sizes.entries()) {
        a.socket.send(patternBytes(size, index), b.address);
      }
      await world.until(() => b.received.length === sizes.length && a.received.length === sizes.length);
      const bySize = b.received.toSorted((x, y) => x.bytes.length - y.bytes.length);
      for (const [index, size] of sizes.entries()) {
        expect(bySize[index]?.bytes).toEqual(patternBytes(size, index));
        expect(bySize[index]?.from).toEqual(a.address);
      }
      for (const answer of a.received) expect(answer.from).toEqual(b.address);
    });

    it('keeps the sockets of one host apart, and answers find the socket that asked', async () => {
      const asking = [await bind(left), await bind(left), await bind(left)];
      const answering = await bind(right, 0, {
        onDatagram(bytes, from) {
          answering.socket.send(bytes.slice(), from);
        },
      });
      for (const [index, { socket }] of asking.entries()) {
        socket.send(patternBytes(40, index), answering.address);
      }
      await world.until(() => asking.every(({ received }) => received.length > 0));
      for (const [index, { received }] of asking.entries()) {
        expect(received).toEqual([{ bytes: patternBytes(40, index), from: answering.address }]);
      }
    });

    it('copies what is sent: the caller may reuse its array at once', async () => {
      const a = await bind(left);
      const b = await bind(right);
      const scratch = patternBytes(200, 5);
      a.socket.send(scratch, b.address);
      scratch.fill(0);
      await world.until(() => b.received.length === 1);
      expect(b.received[0]?.bytes).toEqual(patternBytes(200, 5));
    });

    it('sends only the view that it was given', async () => {
      const a = await bind(left);
      const b = await bind(right);
      a.socket.send(patternBytes(300, 6).subarray(100, 150), b.address);
      await world.until(() => b.received.length === 1);
      expect(b.received[0]?.bytes).toEqual(patternBytes(300, 6).slice(100, 150));
    });

    it('survives a datagram to nobody, to port 0, and one that is too long for the network', async () => {
      const a = await bind(left);
      const b = await bind(right);
      const gone = await bind(right);
      gone.socket.close();
      a.socket.send(patternBytes(10, 1), gone.address);
      a.socket.send(patternBytes(10, 1), { host: world.rightHost, port: 0 });
      a.socket.send(new Uint8Array(70_000), b.address);
      a.socket.send(patternBytes(10, 2), b.address);
      await world.until(() => b.received.length === 1);
      expect(b.received[0]?.bytes).toEqual(patternBytes(10, 2));
      expect(a.errors).toEqual([]);
    });

    it('is silent after close, and closing or sending again is harmless', async () => {
      const a = await bind(left);
      const b = await bind(right);
      const c = await bind(right);
      a.socket.send(patternBytes(10, 1), b.address);
      b.socket.close();
      b.socket.close();
      b.socket.send(patternBytes(10, 1), c.address);
      a.socket.send(patternBytes(10, 2), b.address);
      a.socket.send(patternBytes(10, 3), c.address);
      await world.until(() => c.received.length === 1);
      expect(b.received).toEqual([]);
      expect(b.errors).toEqual([]);
      expect(c.received[0]?.bytes).toEqual(patternBytes(10, 3));
    });
  });
}
