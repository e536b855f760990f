/**
 * A small simulated world with one torrent: real clients and scripted peers on it. Lines are fast and close (1 MB/s,
 * 5 ms) unless said otherwise, so that tests are about behaviour and not about bandwidth.
 */
import { Client } from '../../src/core/client.ts';
import type { PeerDiscoverer } from '../../src/core/discovery/peer-source.ts';
import { StreamHttpClient } from '../../src/core/http/stream-client.ts';
import { encodeTorrentFile, type Metainfo, parseTorrentFile } from '../../src/core/metainfo/index.ts';
import type { Address } from '../../src/core/ports.ts';
import { RarestFirstPicker } from '../../src/core/strategies/rarest-first.ts';
import { TitForTat } from '../../src/core/strategies/tit-for-tat.ts';
import type { Torrent } from '../../src/core/torrent/torrent.ts';
import type { TorrentOptions } from '../../src/core/torrent/torrent-options.ts';
import { contentHashes, SimulatedContent } from '../../src/sim/content.ts';
import { SeededRandom } from '../../src/sim/random.ts';
import { SimulatedDisk } from '../../src/sim/simulated-disk.ts';
import type { HostOptions, SimulatedHost } from '../../src/sim/simulated-host.ts';
import { SimulatedInternet } from '../../src/sim/simulated-internet.ts';
import { Simulation } from '../../src/sim/simulation.ts';
import { VirtualClock } from '../../src/sim/virtual-clock.ts';
import { nodeHasher } from './fake-world.ts';
import { NotedObserver } from './noted-observer.ts';
import { ScriptedPeer, type ScriptOptions } from './scripted-peer.ts';

export const PORT = 6881;
export const BLOCK = 16_384;
export const PIECE = 2 * BLOCK;

export interface WorldOptions {
  /** Default: 7 pieces of two blocks, and an eighth whose second block is short. */
  readonly totalBytes?: number;
  readonly pieceLength?: number;
  readonly payload?: 'reference' | 'bytes';
  readonly seed?: number;
  /** The torrent keeps to its trackers (BEP 27). */
  readonly isPrivate?: boolean;
}

export interface ClientSettings extends Partial<Omit<TorrentOptions, 'metainfo' | 'onDisk'>> {
  readonly have?: 'all' | 'none';
  readonly onDisk?: TorrentOptions['onDisk'];
  /** Bytes that fit on its disk. */
  readonly roomBytes?: number;
  readonly link?: Partial<HostOptions>;
  /** What finds it peers beside trackers. */
  readonly discoverers?: readonly PeerDiscoverer[];
}

/** A real client on a host of its own. */
export interface Testee {
  readonly client: Client;
  readonly torrent: Torrent;
  readonly address: Address;
  readonly host: SimulatedHost;
  readonly disk: SimulatedDisk;
  readonly observer: NotedObserver;
}

export class EngineWorld {
  readonly simulation: Simulation;
  readonly internet: SimulatedInternet;
  readonly clock: VirtualClock;
  readonly content: SimulatedContent;
  readonly metainfo: Metainfo;
  readonly payload: 'reference' | 'bytes';
  #machines = 0;

  constructor(options: WorldOptions = {}) {
    const geometry = {
      pieceLengthBytes: options.pieceLength ?? PIECE,
      totalBytes: options.totalBytes ?? 7 * PIECE + BLOCK + 1000,
    };
    this.simulation = new Simulation(options.seed ?? 1);
    this.internet = new SimulatedInternet(this.simulation);
    this.clock = new VirtualClock(this.simulation);
    this.payload = options.payload ?? 'reference';
    const hashes = contentHashes(geometry, 1, nodeHasher);
    this.content = new SimulatedContent(0, geometry, 1, hashes);
    const torrentFile = encodeTorrentFile({
      name: 'content',
      files: [{ path: ['content'], length: geometry.totalBytes }],
      pieceLength: geometry.pieceLengthBytes,
      pieceHashes: hashes,
      isPrivate: options.isPrivate === true,
    });
    const parsed = parseTorrentFile(torrentFile, nodeHasher);
    if (!parsed.ok) throw new Error(parsed.error.message);
    this.metainfo = parsed.value;
  }

  get pieceCount(): number {
    return this.metainfo.pieceCount;
  }

  hash(bytes: Uint8Array): Uint8Array {
    return nodeHasher.sha1(bytes);
  }

  host(options: Partial<HostOptions> = {}): SimulatedHost {
    return this.internet.addHost({
      upBytesPerSec: 1e6,
      downBytesPerSec: 1e6,
      latencyUs: 5000,
      queueBytes: 65_536,
      ...options,
    });
  }

  /** A client that is listening and has the torrent. */
  client(settings: ClientSettings = {}): Testee {
    const { have = 'none', onDisk, roomBytes, link, discoverers = [], ...torrentSettings } = settings;
    const host = this.host(link);
    const disk = new SimulatedDisk(this.simulation, this.content, {
      payload: this.payload,
      have,
      hasher: nodeHasher,
      ...(roomBytes === undefined ? {} : { roomBytes }),
    });
    const observer = new NotedObserver(() => this.simulation.nowUs);
    let address: Address | undefined;
    const client = new Client(
      {
        clock: this.clock,
        network: host.network,
        http: new StreamHttpClient({ clock: this.clock, network: host.network }),
        hasher: nodeHasher,
        discoverers,
        random: SeededRandom.ofRun(this.simulation.seed).fork(`client-${this.#machines++}`),
      },
      {
        port: PORT,
        limits: {},
        onListening: (at) => {
          address = at;
        },
        onListenError: (message) => {
          throw new Error(message);
        },
      },
    );
    client.start();
    while (address === undefined) this.simulation.step();
    const torrent = client.add(
      { disk, observer },
      {
        metainfo: this.metainfo,
        onDisk: onDisk ?? (have === 'all' ? 'everything' : 'nothing'),
        picker: new RarestFirstPicker(),
        choker: new TitForTat(),
        ...torrentSettings,
      },
    );
    return { client, torrent, address, host, disk, observer };
  }

  /** A scripted peer that listens; `connect` makes it dial. */
  peer(options: ScriptOptions = {}): ScriptedPeer {
    return new ScriptedPeer(this, this.host(options.link), this.#machines++, options);
  }

  /** Runs for so many seconds of virtual time. */
  run(seconds: number): void {
    this.simulation.runUntil(this.simulation.nowUs + Math.round(seconds * 1e6));
  }

  /** Runs until `condition` holds; false when it still does not after `seconds`. */
  runUntil(condition: () => boolean, seconds = 30): boolean {
    const endUs = this.simulation.nowUs + seconds * 1e6;
    while (!condition()) {
      if (this.simulation.step(endUs)) continue;
      this.simulation.runUntil(endUs);
      return condition();
    }
    return true;
  }
}
