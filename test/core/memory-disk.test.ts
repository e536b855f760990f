import { expect, it } from 'vitest';
import { MemoryDisk } from '../../src/core/memory-disk.ts';
import { NodeHasher } from '../../src/host/node-hasher.ts';
import { describeDisk } from '../contract/disk.ts';
import { pollUntil } from '../contract/world.ts';

const ports = { soon: queueMicrotask, hasher: new NodeHasher() };

describeDisk('memory', (shape) => ({ disk: new MemoryDisk(ports, shape), until: pollUntil }));

it('a memory disk starts with what was preloaded', async () => {
  const disk = new MemoryDisk(ports, { pieceLengthBytes: 4, totalBytes: 6 });
  disk.preload(1, Uint8Array.of(8, 9));
  const read: (Uint8Array | undefined)[] = [];
  disk.attach({
    onRead: (_, payload) => read.push(payload?.bytes),
    onWritten: () => undefined,
    onHashed: () => undefined,
  });
  disk.read(1, 0, 2, 1);
  await pollUntil(() => read.length === 1);
  expect(read).toEqual([Uint8Array.of(8, 9)]);
});

it('a range outside the content is a broken invariant', () => {
  const disk = new MemoryDisk(ports, { pieceLengthBytes: 4, totalBytes: 6 });
  expect(() => disk.read(1, 0, 3, 1)).toThrow('no bytes 0..3 in piece 1');
  expect(() => disk.hash(2, 1)).toThrow('piece 2');
});
