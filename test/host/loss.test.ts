/** A seed whose file shrinks while it serves, on real sockets and files (BEP 54): the leecher turns to somebody else. */
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { NodeDisk } from '../../src/host/node-disk.ts';
import { pollUntil } from '../contract/world.ts';
import { LOOPBACK_SHAPE, startLoopbackClient } from '../support/loopback-client.ts';

it('says that it lacks what is gone, and serves what is left', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'swarmlab-loss-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { totalBytes, pieceLengthBytes } = LOOPBACK_SHAPE;
  const file = join(folder, 'zeros');
  writeFileSync(file, new Uint8Array(totalBytes));
  const layout = { files: [{ path: ['zeros'], offset: 0, lengthBytes: totalBytes, pad: false }] };
  const disk = new NodeDisk(folder, { ...layout, ...LOOPBACK_SHAPE }, { readOnly: true });
  const shrunk = await startLoopbackClient({
    host: '127.0.31.86',
    have: 'all',
    disk,
    onLoss: 'serve',
    metadataExchange: true,
  });
  truncateSync(file, 2 * pieceLengthBytes + 100);
  const peers = [shrunk.address];
  const leecher = await startLoopbackClient({ host: '127.0.31.87', peers, metadataExchange: true });
  const lost = (): unknown[] => shrunk.observer.of('pieceLost').map(({ details }) => details[0]);
  await pollUntil(() => leecher.torrent.status().verifiedPieces === 2 && lost().length === 2);
  expect(lost().sort()).toEqual([2, 3]);
  // It wants nothing of the shrunken one any more.
  await pollUntil(() => leecher.observer.of('interestChanged').at(-1)?.details[0] === false);
  expect(leecher.observer.of('disconnected')).toEqual([]);
  const whole = await startLoopbackClient({ host: '127.0.31.88', have: 'all' });
  leecher.torrent.addPeers([whole.address]);
  await pollUntil(() => leecher.torrent.status().state === 'seeding');
  expect(shrunk.observer.of('storageFailed')).toEqual([]);
  expect(shrunk.torrent.status()).toMatchObject({ state: 'seeding', verifiedPieces: 2 });
});
