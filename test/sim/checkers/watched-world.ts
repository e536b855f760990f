/** A small simulated world whose clients are watched by the laws on engines, and a watch for reports that are made up. */
import { Client } from '../../../src/core/client.ts';
import { StreamHttpClient } from '../../../src/core/http/stream-client.ts';
import type { Address } from '../../../src/core/ports.ts';
import { RarestFirstPicker } from '../../../src/core/strategies/rarest-first.ts';
import { TitForTat } from '../../../src/core/strategies/tit-for-tat.ts';
import type { Torrent } from '../../../src/core/torrent/torrent.ts';
import type { TorrentOptions } from '../../../src/core/torrent/torrent-options.ts';
import { EngineWatch } from '../../../src/sim/checkers/engine-watch.ts';
import type { WatchedEngine } from '../../../src/sim/checkers/watched-engine.ts';
import { SeededRandom } from '../../../src/sim/random.ts';
import { SimulatedDisk } from '../../../src/sim/simulated-disk.ts';
import type { SimulatedHost } from '../../../src/sim/simulated-host.ts';
import { VirtualClock } from '../../../src/sim/virtual-clock.ts';
import { EngineWorld, PORT, type WorldOptions } from '../../support/engine-world.ts';
import { nodeHasher } from '../../support/fake-world.ts';
import { NotedObserver } from '../../support/noted-observer.ts';

export const NAMES = ['origin', 'ada', 'bob', 'cyd', 'dan', 'eve', 'fay', 'gus'] as const;
export type Name = (typeof NAMES)[number];

/** Names remotes by their index among the peers, as the recorder of a run does. */
class IndexingObserver extends NotedObserver {
  readonly #indexOf: (host: string) => number;

  constructor(now: () => number, indexOf: (host: string) => number) {
    super(now);
    this.#indexOf = indexOf;
  }

  override connected(remote: Address, peerId: Uint8Array, outgoing: boolean): number {
    super.connected(remote, peerId, outgoing);
    return this.#indexOf(remote.host);
  }
}

export interface WatchedPeer {
  readonly client: Client;
  readonly torrent: Torrent;
  readonly address: Address;
  readonly host: SimulatedHost;
  readonly disk: SimulatedDisk;
  readonly clock: VirtualClock;
  readonly observer: NotedObserver;
  readonly watched: WatchedEngine;
}

export interface WatchedSettings extends Partial<Omit<TorrentOptions, 'metainfo' | 'onDisk'>> {
  readonly have?: 'all' | 'none';
  readonly onDisk?: TorrentOptions['onDisk'];
  readonly upBytesPerSec?: number;
}

export class WatchedWorld extends EngineWorld {
  readonly watch: EngineWatch;
  readonly #indexByHost = new Map<string, number>();

  constructor(options: WorldOptions = {}) {
    super(options);
    this.watch = new EngineWatch({
      names: NAMES,
      pieceCount: this.pieceCount,
      pieceLengthBytes: this.content.pieceLengthBytes,
    });
  }

  /** A client on a new host with a clock of its own, listening, watched from its start. */
  join(name: Name, settings: WatchedSettings = {}): WatchedPeer {
    const { have = 'none', onDisk, upBytesPerSec = 1e6, ...torrentSettings } = settings;
    const index = NAMES.indexOf(name);
    const host = this.host({ upBytesPerSec });
    this.#indexByHost.set(host.address, index);
    const disk = new SimulatedDisk(this.simulation, this.content, {
      payload: this.payload,
      have,
      hasher: nodeHasher,
    });
    const clock = new VirtualClock(this.simulation);
    const random = SeededRandom.ofRun(this.simulation.seed).fork(name);
    const http = new StreamHttpClient({ clock, network: host.network });
    let address: Address | undefined;
    const client = new Client(
      { clock, network: host.network, http, hasher: nodeHasher, random },
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
    while (address === undefined) this.simulation.step();
    const observer = new IndexingObserver(
      () => this.simulation.nowUs,
      (remote) => this.#indexByHost.get(remote) ?? -1,
    );
    const { uploadSlots = 5, connectionsMax = 50 } = settings;
    const watched = this.watch.begin({
      peer: index,
      disk: disk.storage,
      limits: { uploadSlots, connectionsMax },
      observer,
    });
    const torrent = client.add(
      { disk, observer: watched },
      {
        metainfo: this.metainfo,
        onDisk: onDisk ?? (have === 'all' ? 'everything' : 'nothing'),
        picker: new RarestFirstPicker(),
        choker: new TitForTat(),
        ...torrentSettings,
      },
    );
    watched.inspect(torrent.inspect());
    return { client, torrent, address, host, disk, clock, observer, watched };
  }

  /** The client says goodbye, then its machine goes. */
  leave(peer: WatchedPeer): void {
    peer.client.stop(() => {
      peer.watched.end();
      peer.host.disconnect();
    });
  }

  /** Runs for so many seconds and checks the laws all the while. */
  runChecked(seconds: number, intervalSec = 0.25): void {
    for (let elapsed = 0; elapsed < seconds; elapsed += intervalSec) {
      this.run(intervalSec);
      this.check();
    }
  }

  check(): void {
    this.watch.check();
  }

  /** How often each law was looked at. */
  get evaluations(): Record<string, number> {
    return Object.fromEntries(this.watch.checkers.map(({ name, evaluations }) => [name, evaluations]));
  }
}

/** An origin and some leechers who know it and, as far as they come later, each other. */
export function startSwarm(world: WatchedWorld, names: readonly Name[], settings: WatchedSettings = {}) {
  const origin = world.join('origin', { have: 'all', ...settings });
  const known = [origin.address];
  const leechers = names.map((name) => {
    const leecher = world.join(name, { ...settings, peers: [...known] });
    known.push(leecher.address);
    return leecher;
  });
  return { origin, leechers };
}
