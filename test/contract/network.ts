/**
 * The contract of the stream half of `Network`: a reliable, ordered byte stream in both directions, held back by a
 * slow reader, ended once with a reason. Split in files by theme; this one owns the worlds and the life of a stream.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Address, Network, Stream } from '../../src/core/ports.ts';
import { Guard, guardNetwork } from './guard.ts';
import { describeStreamFlow } from './network-flow.ts';
import { connectPair, listenOn, Probe } from './probe.ts';
import { difference, patternBytes, type World } from './world.ts';

export interface NetworkWorld extends World {
  /** Two hosts that reach each other. */
  readonly left: Network;
  readonly right: Network;
  readonly leftHost: string;
  readonly rightHost: string;
  /** More bytes than leave towards a reader that has paused: all windows and buffers on the way, and then some. */
  readonly stallBytes: number;
}

export interface NetworkTraits {
  /** True, or why bodies of blocks cannot travel by reference here. */
  readonly payloadByReference: true | { readonly reason: string };
}

/** What the tests of one theme get: guarded networks that are new for each test. */
export interface NetworkBench {
  world(): NetworkWorld;
  left(): Network;
  right(): Network;
}

export function describeNetwork(
  name: string,
  factory: () => NetworkWorld | Promise<NetworkWorld>,
  traits: NetworkTraits,
): void {
  describe(`network contract: ${name}`, () => {
    let world: NetworkWorld;
    let left: Network;
    let right: Network;
    let guard: Guard;

    beforeEach(async () => {
      world = await factory();
      guard = new Guard();
      left = guardNetwork(world.left, guard);
      right = guardNetwork(world.right, guard);
    });

    afterEach(async () => {
      await world.dispose?.();
      expect(guard.violations).toEqual([]);
    });

    describeStreamFlow({ world: () => world, left: () => left, right: () => right }, traits);

    describe('listening', () => {
      it('tells the address, with a port of its choice for port 0', async () => {
        const first = await listenOn(left, world, () => undefined);
        const second = await listenOn(left, world, () => undefined);
        expect(first.address.host).toBe(world.leftHost);
        expect(first.address.port).toBeGreaterThan(0);
        expect(second.address.port).not.toBe(first.address.port);
        first.close();
        second.close();
      });

      it('tells that a port is taken; the holder of the port goes on', async () => {
        let accepted = 0;
        const holder = await listenOn(right, world, () => {
          accepted++;
          return new Probe();
        });
        const outcome = listenOn(right, world, () => undefined, holder.address.port);
        await expect(outcome).rejects.toThrow(/cannot listen: ./);
        const probe = new Probe();
        left.dial(holder.address, probe).close();
        const second = new Probe();
        const stream = left.dial(holder.address, second);
        await world.until(() => second.opened === 1 && accepted > 0 && probe.ends.length === 1);
        holder.close();
        stream.reset();
        await world.until(() => second.ends.length === 1);
      });

      it('shows each end the address of the other', async () => {
        const { left: dialled, right: accepted } = await connectPair(left, right, world);
        expect(dialled.remote.host).toBe(world.rightHost);
        expect(accepted.remote.host).toBe(world.leftHost);
        expect(accepted.remote.port).toBeGreaterThan(0);
      });

      it('accepts nothing after close, but keeps what it has accepted', async () => {
        const rightProbe = new Probe();
        const listening = await listenOn(right, world, (stream) => {
          rightProbe.stream = stream;
          return rightProbe;
        });
        const leftProbe = new Probe();
        const stream = left.dial(listening.address, leftProbe);
        await world.until(() => leftProbe.opened === 1 && rightProbe.stream !== undefined);
        listening.close();
        listening.close();
        const late = new Probe();
        left.dial(listening.address, late);
        await world.until(() => late.ends.length === 1);
        expect(late.ends).toEqual(['refused']);
        stream.write(patternBytes(10, 1), 0, 10);
        await world.until(() => rightProbe.receivedBytes === 10);
        const again = await listenOn(right, world, () => undefined, listening.address.port);
        expect(again.address.port).toBe(listening.address.port);
        again.close();
      });
    });

    describe('dialling', () => {
      it('is refused where nobody listens: onClose and nothing else', async () => {
        const probe = new Probe();
        const stream = left.dial(await unusedAddress(right, world), probe);
        stream.write(patternBytes(10, 1), 0, 10);
        await world.until(() => probe.ends.length > 0);
        expect(probe.ends).toEqual(['refused']);
        expect(probe.opened).toBe(0);
        stream.close();
        stream.reset();
        await barrier(left, right, world);
        expect(probe.ends).toEqual(['refused']);
      });

      it('sees a reset when the listener refuses the stream', async () => {
        const listening = await listenOn(right, world, () => undefined);
        const probe = new Probe();
        left.dial(listening.address, probe);
        await world.until(() => probe.ends.length > 0);
        listening.close();
        expect(probe.ends).toEqual(['reset']);
      });

      it('sends what was written before it was open', async () => {
        const rightProbe = new Probe();
        const listening = await listenOn(right, world, () => rightProbe);
        const stream = left.dial(listening.address, new Probe());
        stream.write(patternBytes(68, 3), 0, 68);
        await world.until(() => rightProbe.receivedBytes === 68);
        listening.close();
        expect(rightProbe.bytes()).toEqual(patternBytes(68, 3));
      });

      it.each(['close', 'reset'] as const)('%s before it is open ends it as local', async (how) => {
        const listening = await listenOn(right, world, () => new Probe());
        const probe = new Probe();
        const stream = left.dial(listening.address, probe);
        stream[how]();
        await world.until(() => probe.ends.length > 0);
        await barrier(left, right, world);
        listening.close();
        expect(probe.ends).toEqual(['local']);
        expect(probe.opened).toBe(0);
      });
    });

    describe('ending', () => {
      it('close sends what is pending; the other end gets all of it and then finished', async () => {
        const pair = await connectPair(left, right, world);
        const sent = patternBytes(300_000, 7);
        pair.left.write(sent, 0, sent.length);
        pair.left.close();
        await world.until(() => pair.rightProbe.ends.length > 0 && pair.leftProbe.ends.length > 0);
        expect(difference(pair.rightProbe.bytes(), sent)).toBe('');
        expect(pair.rightProbe.ends).toEqual(['finished']);
        expect(pair.leftProbe.ends).toEqual(['local']);
      });

      it('close delivers nothing any more, although the other end still sends', async () => {
        const pair = await connectPair(left, right, world);
        pair.right.write(patternBytes(50_000, 1), 0, 50_000);
        pair.left.close();
        const before = pair.leftProbe.receivedBytes;
        await world.until(() => pair.leftProbe.ends.length > 0 && pair.rightProbe.ends.length > 0);
        expect(pair.leftProbe.receivedBytes).toBe(before);
      });

      it('reset loses what is pending and shows the other end a reset', async () => {
        const pair = await connectPair(left, right, world);
        pair.right.pause();
        const stall = patternBytes(world.stallBytes, 2);
        pair.left.write(stall, 0, stall.length);
        pair.left.reset();
        await world.until(() => pair.leftProbe.ends.length > 0);
        pair.right.resume();
        await world.until(() => pair.rightProbe.ends.length > 0);
        expect(pair.leftProbe.ends).toEqual(['local']);
        expect(pair.rightProbe.ends).toEqual(['reset']);
        expect(pair.rightProbe.receivedBytes).toBeLessThan(stall.length);
      });

      it('onClose comes once, whatever is called afterwards', async () => {
        const pair = await connectPair(left, right, world);
        const calls = (stream: Stream): void => {
          stream.close();
          stream.reset();
          stream.close();
          stream.write(patternBytes(10, 1), 0, 10);
          stream.writePayload({ length: 5, bytes: patternBytes(5, 1), reference: undefined });
          stream.notifyWhenWritable(1_000_000);
          stream.pause();
          stream.resume();
          expect(stream.unsentBytes()).toBeGreaterThanOrEqual(0);
        };
        calls(pair.left);
        await world.until(() => pair.leftProbe.ends.length > 0 && pair.rightProbe.ends.length > 0);
        calls(pair.left);
        calls(pair.right);
        await barrier(left, right, world);
        expect(pair.leftProbe.ends).toEqual(['local']);
        expect(pair.rightProbe.ends).toHaveLength(1);
        expect(pair.leftProbe.writable + pair.rightProbe.writable).toBe(0);
      });

      it('both ends may close at once', async () => {
        const pair = await connectPair(left, right, world);
        pair.left.close();
        pair.right.close();
        await world.until(() => pair.leftProbe.ends.length > 0 && pair.rightProbe.ends.length > 0);
        expect(pair.leftProbe.ends).toEqual(['local']);
        expect(pair.rightProbe.ends).toEqual(['local']);
      });

      it('a stream may be ended from inside any of its own events', async () => {
        const inOpen = new Probe({ onOpen: () => openStream.close() });
        const listening = await listenOn(right, world, (stream) => {
          const probe = new Probe({ onBytes: () => stream.reset() });
          return probe;
        });
        const openStream = left.dial(listening.address, inOpen);
        const writer = new Probe({ onOpen: () => writerStream.write(patternBytes(3, 1), 0, 3) });
        const writerStream = left.dial(listening.address, writer);
        await world.until(() => inOpen.ends.length > 0 && writer.ends.length > 0);
        listening.close();
        expect(inOpen.ends).toEqual(['local']);
        expect(writer.ends).toEqual(['reset']);
      });

      it('an accepted stream may be ended from inside onAccept', async () => {
        const accepted = new Probe();
        const listening = await listenOn(right, world, (stream) => {
          stream.close();
          return accepted;
        });
        const probe = new Probe();
        left.dial(listening.address, probe);
        await world.until(() => probe.ends.length > 0 && accepted.ends.length > 0);
        listening.close();
        expect(accepted.ends).toEqual(['local']);
        expect(probe.ends).toEqual(['finished']);
      });
    });
  });
}

/** An address at which nobody listens (any more). */
async function unusedAddress(network: Network, world: NetworkWorld): Promise<Address> {
  const listening = await listenOn(network, world, () => undefined);
  listening.close();
  return listening.address;
}

/** A whole life of another stream: whatever was under way before has had time to happen. */
async function barrier(left: Network, right: Network, world: NetworkWorld): Promise<void> {
  const pair = await connectPair(left, right, world);
  pair.left.write(patternBytes(4, 0), 0, 4);
  await world.until(() => pair.rightProbe.receivedBytes === 4);
  pair.right.close();
  await world.until(() => pair.leftProbe.ends.length > 0 && pair.rightProbe.ends.length > 0);
}
