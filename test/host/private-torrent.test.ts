/** A private torrent on real sockets (BEP 27): with another tracker come other peers, and those of the first go. */
import { expect, it, onTestFinished } from 'vitest';
import { Client } from '../../src/core/client.ts';
import { MemoryDisk } from '../../src/core/memory-disk.ts';
import { encodeTorrentFile, parseTorrentFile } from '../../src/core/metainfo/index.ts';
import type { Address } from '../../src/core/ports.ts';
import { RarestFirstPicker } from '../../src/core/strategies/rarest-first.ts';
import { TitForTat } from '../../src/core/strategies/tit-for-tat.ts';
import { NodeClock } from '../../src/host/node-clock.ts';
import { NodeHasher } from '../../src/host/node-hasher.ts';
import { NodeHttp } from '../../src/host/node-http.ts';
import { NodeNetwork } from '../../src/host/node-network.ts';
import { NodeRandom } from '../../src/host/node-random.ts';
import { pollUntil } from '../contract/world.ts';
import { FixedTracker } from '../support/fixed-tracker.ts';
import { NotedObserver } from '../support/noted-observer.ts';

const PIECE = 16_384;
const PIECES = 4;

const hasher = new NodeHasher();
const hashes = new Uint8Array(20 * PIECES);
for (let piece = 0; piece < PIECES; piece++) hashes.set(hasher.sha1(new Uint8Array(PIECE)), 20 * piece);
const parsed = parseTorrentFile(
  encodeTorrentFile({
    name: 'secret',
    files: [{ path: ['secret'], length: PIECE * PIECES }],
    pieceLength: PIECE,
    pieceHashes: hashes,
    isPrivate: true,
  }),
  hasher,
);
if (!parsed.ok) throw new Error(parsed.error.message);
const metainfo = parsed.value;

/** A client at `host` that has nothing: nobody ever completes, and so nobody leaves by itself. */
async function start(host: string, trackers: readonly string[]) {
  const clock = new NodeClock({ keepAlive: true });
  const network = new NodeNetwork({ localHost: host });
  const http = new NodeHttp({ localHost: host });
  let address: Address | undefined;
  const client = new Client(
    { clock, network, http, hasher, random: new NodeRandom() },
    {
      port: 0,
      onListening: (at) => {
        address = at;
      },
      onListenError: (message) => {
        throw new Error(message);
      },
    },
  );
  client.start();
  await pollUntil(() => address !== undefined);
  const observer = new NotedObserver(() => clock.now());
  const disk = new MemoryDisk(
    { soon: (callback) => void setImmediate(callback), hasher },
    { pieceLengthBytes: PIECE, totalBytes: PIECE * PIECES },
  );
  const torrent = client.add(
    { disk, observer },
    {
      metainfo,
      onDisk: 'nothing',
      picker: new RarestFirstPicker(),
      choker: new TitForTat(),
      trackers: trackers.map((url) => [url]),
      shortestAnnounceIntervalUs: 100_000,
    },
  );
  onTestFinished(() => new Promise<void>((resolve) => client.stop(() => resolve())));
  return { address: address as unknown as Address, observer, torrent };
}

it('drops its peers when another tracker answers than before', async () => {
  const [one, other] = [await start('127.0.31.81', []), await start('127.0.31.82', [])];
  const first = await FixedTracker.start('127.0.31.84', [one.address], { interval: 1 });
  const second = await FixedTracker.start('127.0.31.85', [other.address], { interval: 1 });
  onTestFinished(() => second.close());
  const { observer, torrent } = await start('127.0.31.83', [first.announceUrl, second.announceUrl]);
  await pollUntil(() => observer.of('connected').length === 1);
  first.close();
  await pollUntil(() => observer.of('connected').length === 2 && torrent.status().connections === 1);
  expect(observer.of('disconnected').map(({ details }) => details[0])).toEqual([
    'another tracker of a private torrent',
  ]);
  await pollUntil(() => one.torrent.status().connections === 0);
  expect(other.torrent.status().connections).toBe(1);
  expect(second.events[0]).toBe('started');
});
