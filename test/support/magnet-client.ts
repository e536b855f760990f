/** A real client in an engine world that knows a torrent by its magnet link only. */
import { Client } from '../../src/core/client.ts';
import { StreamHttpClient } from '../../src/core/http/stream-client.ts';
import type { MagnetLink, Metainfo } from '../../src/core/metainfo/index.ts';
import type { Address } from '../../src/core/ports.ts';
import { RarestFirstPicker } from '../../src/core/strategies/rarest-first.ts';
import { TitForTat } from '../../src/core/strategies/tit-for-tat.ts';
import type { MagnetOptions, MagnetTorrent } from '../../src/core/torrent/magnet-torrent.ts';
import type { TorrentOptions } from '../../src/core/torrent/torrent-options.ts';
import { SeededRandom } from '../../src/sim/random.ts';
import { SimulatedDisk } from '../../src/sim/simulated-disk.ts';
import { type EngineWorld, PORT } from './engine-world.ts';
import { nodeHasher } from './fake-world.ts';
import { NotedObserver } from './noted-observer.ts';

export interface MagnetClientSettings
  extends Partial<Omit<MagnetOptions, 'link' | 'onMetadata' | 'onFailed'>> {
  readonly link?: Partial<MagnetLink>;
  readonly onDisk?: TorrentOptions['onDisk'];
  /** What lies on its disk. */
  readonly have?: 'all' | 'none';
}

export interface MagnetTestee {
  readonly client: Client;
  readonly magnet: MagnetTorrent;
  readonly address: Address;
  readonly observer: NotedObserver;
  readonly metainfos: Metainfo[];
  readonly failures: string[];
}

let count = 0;

export function startMagnet(world: EngineWorld, settings: MagnetClientSettings = {}): MagnetTestee {
  const { link, onDisk = 'nothing', have = 'none', ...options } = settings;
  const host = world.host();
  const observer = new NotedObserver(() => world.simulation.nowUs);
  let address: Address | undefined;
  const client = new Client(
    {
      clock: world.clock,
      network: host.network,
      http: new StreamHttpClient({ clock: world.clock, network: host.network }),
      hasher: nodeHasher,
      random: SeededRandom.ofRun(world.simulation.seed).fork(`magnet-${count++}`),
    },
    {
      port: PORT,
      onListening: (at) => {
        address = at;
      },
      onListenError: (message) => {
        throw new Error(message);
      },
    },
  );
  client.start();
  while (address === undefined) world.simulation.step();
  const metainfos: Metainfo[] = [];
  const failures: string[] = [];
  const magnet = client.addMagnet(
    { observer },
    {
      peerExchange: true,
      ...options,
      link: {
        infoHash: world.metainfo.infoHash,
        name: undefined,
        trackers: [],
        peers: [],
        namedPeers: [],
        webSeeds: [],
        selectedFiles: undefined,
        ...link,
      },
      onMetadata: (metainfo) => {
        metainfos.push(metainfo);
        const disk = new SimulatedDisk(world.simulation, world.content, {
          payload: world.payload,
          have,
          hasher: nodeHasher,
        });
        const torrent = {
          onDisk,
          picker: new RarestFirstPicker(),
          choker: new TitForTat(),
          metadataExchange: true,
        };
        return { disk, options: torrent };
      },
      onFailed: (message) => failures.push(message),
    },
  );
  return { client, magnet, address, observer, metainfos, failures };
}
