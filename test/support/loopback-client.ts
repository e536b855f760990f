/**
 * A client of the engine on loopback sockets, in the process of the test: real ports, one small torrent of zeros, whose
 * content is in memory. Every client ends with its test.
 */
import { onTestFinished } from 'vitest';
import { Client } from '../../src/core/client.ts';
import { MemoryDisk } from '../../src/core/memory-disk.ts';
import { encodeTorrentFile, type Metainfo, parseTorrentFile } from '../../src/core/metainfo/index.ts';
import type { Address, Disk } from '../../src/core/ports.ts';
import { RarestFirstPicker } from '../../src/core/strategies/rarest-first.ts';
import { TitForTat } from '../../src/core/strategies/tit-for-tat.ts';
import type { Torrent } from '../../src/core/torrent/torrent.ts';
import type { TorrentOptions } from '../../src/core/torrent/torrent-options.ts';
import { NodeClock } from '../../src/host/node-clock.ts';
import { NodeHasher } from '../../src/host/node-hasher.ts';
import { NodeHttp, type NodeHttpOptions } from '../../src/host/node-http.ts';
import { NodeNetwork } from '../../src/host/node-network.ts';
import { NodeRandom } from '../../src/host/node-random.ts';
import { pollUntil } from '../contract/world.ts';
import { NotedObserver } from './noted-observer.ts';

const PIECE = 16_384;
const PIECES = 4;

/** Of the torrent. */
export const LOOPBACK_SHAPE = { pieceLengthBytes: PIECE, totalBytes: PIECE * PIECES };

export interface LoopbackOptions extends Partial<Omit<TorrentOptions, 'metainfo' | 'trackers'>> {
  /** The IP address of all that it does. */
  readonly host: string;
  /** A tier each. */
  readonly trackers?: readonly string[];
  readonly have?: 'all' | 'none';
  readonly isPrivate?: boolean;
  /** Default: in memory, all zeros. */
  readonly disk?: Disk;
  readonly http?: NodeHttpOptions;
}

export interface LoopbackClient {
  readonly address: Address;
  readonly torrent: Torrent;
  readonly observer: NotedObserver;
}

export async function startLoopbackClient(options: LoopbackOptions): Promise<LoopbackClient> {
  const {
    host,
    trackers = [],
    have = 'none',
    isPrivate = false,
    http = {},
    disk,
    ...torrentOptions
  } = options;
  const clock = new NodeClock({ keepAlive: true });
  const hasher = new NodeHasher();
  let address: Address | undefined;
  const client = new Client(
    {
      clock,
      network: new NodeNetwork({ localHost: host }),
      http: new NodeHttp({ localHost: host, ...http }),
      hasher,
      random: new NodeRandom(),
    },
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
  onTestFinished(() => new Promise<void>((resolve) => client.stop(() => resolve())));
  const observer = new NotedObserver(() => clock.now());
  const soon = (callback: () => void): void => void setImmediate(callback);
  const torrent = client.add(
    { disk: disk ?? new MemoryDisk({ soon, hasher }, LOOPBACK_SHAPE), observer },
    {
      metainfo: zeros(isPrivate),
      onDisk: have === 'all' ? 'everything' : 'nothing',
      picker: new RarestFirstPicker(),
      choker: new TitForTat(),
      trackers: trackers.map((url) => [url]),
      ...torrentOptions,
    },
  );
  return { address: address as unknown as Address, torrent, observer };
}

function zeros(isPrivate: boolean): Metainfo {
  const hasher = new NodeHasher();
  const pieceHashes = new Uint8Array(20 * PIECES);
  for (let piece = 0; piece < PIECES; piece++) {
    pieceHashes.set(hasher.sha1(new Uint8Array(PIECE)), 20 * piece);
  }
  const files = [{ path: ['zeros'], length: PIECE * PIECES }];
  const file = encodeTorrentFile({ name: 'zeros', files, pieceLength: PIECE, pieceHashes, isPrivate });
  const parsed = parseTorrentFile(file, hasher);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}
