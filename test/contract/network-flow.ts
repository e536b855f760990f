/** The contract of streams while they are open: bytes in order and unchanged, backpressure in both directions. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../src/core/bytes.ts';
import type { Payload } from '../../src/core/ports.ts';
import type { NetworkBench, NetworkTraits } from './network.ts';
import { connectPair, type Pair } from './probe.ts';
import { difference, patternBytes } from './world.ts';

export function describeStreamFlow(bench: NetworkBench, traits: NetworkTraits): void {
  const { world, left, right } = bench;
  const bodyOf = (bytes: Uint8Array): Payload => ({ length: bytes.length, bytes, reference: undefined });

  describe('bytes', () => {
    it('arrive unchanged and in order, however they were split, both ways at once', async () => {
      const piece = fc.record({ length: fc.integer({ min: 0, max: 20_000 }), body: fc.boolean() });
      const direction = fc.array(piece, { minLength: 1, maxLength: 12 });
      await fc.assert(
        fc.asyncProperty(direction, direction, async (there, back) => {
          const pair = await connectPair(left(), right(), world());
          const expected = [there, back].map((pieces, salt) => {
            const stream = salt === 0 ? pair.left : pair.right;
            const all: Uint8Array[] = [];
            for (const [index, { length, body }] of pieces.entries()) {
              const bytes = patternBytes(length, index * 2 + salt);
              all.push(bytes);
              if (body) {
                stream.writePayload(bodyOf(bytes));
              } else {
                const scratch = new Uint8Array(length + 7);
                scratch.set(bytes, 3);
                stream.write(scratch, 3, 3 + length);
                scratch.fill(255);
              }
            }
            return concatBytes(...all);
          });
          await world().until(
            () =>
              pair.rightProbe.receivedBytes >= (expected[0]?.length ?? 0) &&
              pair.leftProbe.receivedBytes >= (expected[1]?.length ?? 0),
          );
          pair.left.close();
          await world().until(() => pair.leftProbe.ends.length > 0 && pair.rightProbe.ends.length > 0);
          expect(difference(pair.rightProbe.bytes(), expected[0])).toBe('');
          expect(difference(pair.leftProbe.bytes(), expected[1])).toBe('');
        }),
        { numRuns: 12, seed: 4711 },
      );
    });

    it('answers from inside onBytes keep their order', async () => {
      const pair = await connectPair(
        left(),
        right(),
        world(),
        {},
        {
          onBytes(bytes, start, end) {
            pair.right.write(bytes, start, end);
          },
        },
      );
      const sent = patternBytes(100_000, 9);
      for (let at = 0; at < sent.length; at += 777) {
        pair.left.write(sent, at, Math.min(sent.length, at + 777));
      }
      await world().until(() => pair.leftProbe.receivedBytes === sent.length);
      expect(difference(pair.leftProbe.bytes(), sent)).toBe('');
    });

    it('of different streams do not mix', async () => {
      const pairs: Pair[] = [];
      for (let index = 0; index < 5; index++) pairs.push(await connectPair(left(), right(), world()));
      for (let round = 0; round < 20; round++) {
        for (const [index, pair] of pairs.entries()) {
          pair.left.write(patternBytes(1_000, index * 100 + round), 0, 1_000);
        }
      }
      await world().until(() => pairs.every((pair) => pair.rightProbe.receivedBytes === 20_000));
      for (const [index, pair] of pairs.entries()) {
        const expected = Array.from({ length: 20 }, (_, round) => [
          ...patternBytes(1_000, index * 100 + round),
        ]);
        expect(difference(pair.rightProbe.bytes(), Uint8Array.from(expected.flat()))).toBe('');
      }
    });

    const byReference = traits.payloadByReference;
    const skipped = byReference === true ? '' : ` (not here: ${byReference.reason})`;
    it.skipIf(byReference !== true)(
      `a body by reference arrives as that reference, in its place${skipped}`,
      async () => {
        const pair = await connectPair(left(), right(), world());
        const reference = { content: 1, piece: 4, begin: 32_768, corrupted: false };
        pair.left.write(patternBytes(13, 1), 0, 13);
        pair.left.writePayload({ length: 16_384, bytes: undefined, reference });
        pair.left.write(patternBytes(5, 2), 0, 5);
        await world().until(() => pair.rightProbe.receivedBytes === 13 + 16_384 + 5);
        const at = pair.rightProbe.arrivals.findIndex((arrival) => !(arrival instanceof Uint8Array));
        const body = pair.rightProbe.arrivals[at] as Payload;
        expect(body.length).toBe(16_384);
        expect(body.bytes).toBeUndefined();
        expect(body.reference).toEqual(reference);
        const before = pair.rightProbe.arrivals.slice(0, at) as Uint8Array[];
        const after = pair.rightProbe.arrivals.slice(at + 1) as Uint8Array[];
        expect(before.flatMap((bytes) => [...bytes])).toEqual([...patternBytes(13, 1)]);
        expect(after.flatMap((bytes) => [...bytes])).toEqual([...patternBytes(5, 2)]);
      },
    );
  });

  describe('backpressure', () => {
    it('counts what has not left and tells once when it has', async () => {
      const pair = await connectPair(left(), right(), world());
      pair.right.pause();
      const stall = patternBytes(world().stallBytes, 1);
      pair.left.write(stall, 0, stall.length);
      expect(pair.left.unsentBytes()).toBeGreaterThan(1_000);
      expect(pair.left.unsentBytes()).toBeLessThanOrEqual(stall.length);
      pair.left.notifyWhenWritable(1_000);
      // A second stream's whole exchange: nothing was told although time has passed.
      const other = await connectPair(left(), right(), world());
      other.left.write(stall, 0, 10);
      await world().until(() => other.rightProbe.receivedBytes === 10);
      expect(pair.leftProbe.writable).toBe(0);
      expect(pair.left.unsentBytes()).toBeGreaterThan(1_000);
      pair.right.resume();
      await world().until(() => pair.rightProbe.receivedBytes === stall.length);
      await world().until(() => pair.leftProbe.writable > 0);
      expect(pair.left.unsentBytes()).toBeLessThanOrEqual(1_000);
      expect(difference(pair.rightProbe.bytes(), stall)).toBe('');
      pair.left.write(stall, 0, 5_000);
      await world().until(() => pair.rightProbe.receivedBytes === stall.length + 5_000);
      await world().until(() => pair.left.unsentBytes() === 0);
      expect(pair.leftProbe.writable).toBe(1);
    });

    it('answers soon when there is room already, in a call of its own', async () => {
      const pair = await connectPair(left(), right(), world());
      pair.left.notifyWhenWritable(0);
      expect(pair.leftProbe.writable).toBe(0);
      await world().until(() => pair.leftProbe.writable === 1);
    });

    it('a second request replaces the first', async () => {
      const pair = await connectPair(left(), right(), world());
      pair.left.notifyWhenWritable(0);
      pair.left.notifyWhenWritable(10);
      await world().until(() => pair.leftProbe.writable > 0);
      pair.right.pause();
      const stall = patternBytes(world().stallBytes, 1);
      pair.left.write(stall, 0, stall.length);
      pair.left.notifyWhenWritable(stall.length - 1);
      pair.left.notifyWhenWritable(0);
      pair.right.resume();
      await world().until(() => pair.leftProbe.writable === 2);
      expect(pair.left.unsentBytes()).toBe(0);
      pair.left.write(stall, 0, 5_000);
      await world().until(() => pair.rightProbe.receivedBytes === stall.length + 5_000);
      expect(pair.leftProbe.writable).toBe(2);
    });

    it('onWritable may write and ask again: a sender that never buffers much', async () => {
      const sent = patternBytes(400_000, 3);
      let at = 0;
      let most = 0;
      const pump = (): void => {
        pair.left.write(sent, at, Math.min(sent.length, at + 16_384));
        at = Math.min(sent.length, at + 16_384);
        most = Math.max(most, pair.left.unsentBytes());
        if (at < sent.length) pair.left.notifyWhenWritable(16_384);
      };
      const pair = await connectPair(left(), right(), world(), { onWritable: pump });
      pump();
      await world().until(() => pair.rightProbe.receivedBytes === sent.length);
      expect(difference(pair.rightProbe.bytes(), sent)).toBe('');
      expect(most).toBeLessThanOrEqual(2 * 16_384);
    });

    it('pause holds the sender back and resume loses nothing', async () => {
      const pair = await connectPair(left(), right(), world());
      const stall = patternBytes(world().stallBytes, 4);
      let paused = false;
      pair.right.pause();
      pair.right.resume();
      pair.rightProbe.on.onBytes = () => {
        if (paused || pair.rightProbe.receivedBytes < stall.length / 8) return;
        paused = true;
        pair.right.pause();
      };
      pair.left.write(stall, 0, stall.length);
      await world().until(() => paused);
      const other = await connectPair(left(), right(), world());
      other.left.write(stall, 0, 10);
      await world().until(() => other.rightProbe.receivedBytes === 10);
      expect(pair.rightProbe.receivedBytes).toBeLessThan(stall.length / 2);
      pair.right.resume();
      await world().until(() => pair.rightProbe.receivedBytes === stall.length);
      expect(difference(pair.rightProbe.bytes(), stall)).toBe('');
    });

    it('pause before anything arrives delivers nothing, not even the end, until resume', async () => {
      const pair = await connectPair(left(), right(), world());
      pair.right.pause();
      pair.left.write(patternBytes(100, 1), 0, 100);
      pair.left.close();
      await world().until(() => pair.leftProbe.ends.length > 0);
      expect(pair.rightProbe.receivedBytes).toBe(0);
      expect(pair.rightProbe.ends).toEqual([]);
      pair.right.resume();
      await world().until(() => pair.rightProbe.ends.length > 0);
      expect(pair.rightProbe.receivedBytes).toBe(100);
      expect(pair.rightProbe.ends).toEqual(['finished']);
    });
  });
}
