/** What waits for the disk when a choke comes: it is refused, not sent, unless the remote may have it all the same. */
import { expect, it } from 'vitest';
import { ConnectionRoom } from '../../../src/core/peer/connection-room.ts';
import type { PeerConnection } from '../../../src/core/peer/peer-connection.ts';
import { UploadQueue } from '../../../src/core/peer/upload-queue.ts';
import type { Disk } from '../../../src/core/ports.ts';
import { Uploader } from '../../../src/core/torrent/uploader.ts';
import { FakeClock } from '../../support/fake-world.ts';
import { NotedObserver } from '../../support/noted-observer.ts';

it('refuses what was being read when the choke came, but for granted pieces', () => {
  const clock = new FakeClock();
  const reads: number[] = [];
  const disk = { read: (piece: number) => reads.push(piece) } as unknown as Disk;
  const said: string[] = [];
  const connection = {
    uploads: new UploadQueue(new ConnectionRoom(), 0),
    closed: false,
    amChoking: false,
    grantedFast: [2],
    awaitingRoom: false,
    unsentBytes: () => 0,
    notifyWhenWritable: () => undefined,
    reject: (piece: number) => said.push(`reject ${piece}`),
    sendBlock: (piece: number) => said.push(`piece ${piece}`),
  };
  const uploader = new Uploader({ clock, disk, observer: new NotedObserver(() => clock.now()) }, 0);
  for (const piece of [1, 2]) connection.uploads.push(piece, 0, 16_384);
  uploader.pump(connection as unknown as PeerConnection);
  expect(reads).toEqual([1, 2]);
  connection.amChoking = true;
  const payload = { length: 16_384, bytes: new Uint8Array(16_384), reference: undefined };
  expect(uploader.onRead(payload, undefined)).toBe(false);
  expect(uploader.onRead(payload, undefined)).toBe(false);
  expect(said).toEqual(['reject 1', 'piece 2']);
  expect(uploader.sentBytes).toBe(16_384);
});
