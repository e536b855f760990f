/**
 * Starts a peer that behaves in a given way: the engine as it is, the engine on a disk that cheats, or a hostile client.
 * It works through the ports alone, on either network, and leaves as a client leaves.
 */
import { Client } from '../../core/client.ts';
import type { DhtOptions } from '../../core/dht/dht.ts';
import type { Address, DiskError } from '../../core/ports.ts';
import { NeverUnchoke } from '../../core/strategies/never-unchoke.ts';
import type { Torrent } from '../../core/torrent/torrent.ts';
import type { TorrentChange, TorrentOptions, TorrentPorts } from '../../core/torrent/torrent-options.ts';
import { type Behaviour, type MisbehaviourOptions, misbehaviourDefaults } from './behaviours.ts';
import { Flooder } from './flooder.ts';
import { HostileClient } from './hostile-client.ts';
import { Liar } from './liar.ts';
import type { Manner } from './manner.ts';
import { PoisonedDisk } from './poisoned-disk.ts';
import { SlowReader } from './slow-reader.ts';
import { StallingDisk } from './stalling-disk.ts';

export interface PeerOptions {
  /** 0: any free port. */
  readonly port: number;
  /** Listening at this address; the peer takes part from here on. Called before the tracker hears of it. */
  onListening(address: Address): void;
  onListenError(message: string): void;
  /** The engine's torrent has begun. */
  onTorrent?(torrent: Torrent): void;
  readonly torrent: TorrentOptions;
  /** Its part in the DHT. Default: none. */
  readonly dht?: DhtOptions | undefined;
  readonly misbehaviour?: Partial<MisbehaviourOptions>;
}

export interface RunningPeer {
  /** The engine's torrent once the peer listens; hostile clients have none. */
  readonly torrent: Torrent | undefined;
  /** What its engine has sent so far that is no payload (`WireEncoder`); hostile clients do not count. */
  readonly controlBytes: Float64Array | undefined;
  /** Other settings from here on, but for those that make it misbehave. */
  configure(change: TorrentChange): void;
  /** Leaves the swarm; called once. `done` follows later, with what went wrong with storing. */
  stop(done: (error: DiskError | undefined) => void): void;
}

/** `ports.random` is the peer's own stream: two peers never share one. The disk is closed by `stop`. */
export function startPeer(behaviour: Behaviour, ports: TorrentPorts, options: PeerOptions): RunningPeer {
  const cheat = { ...misbehaviourDefaults, ...options.misbehaviour };
  const random = ports.random.fork('misbehaviour');
  const { torrent } = options;
  const { geometry } = torrent.metainfo;
  switch (behaviour) {
    case 'honest':
      return startEngine(ports, torrent, options);
    case 'free-rider':
      return startEngine(ports, torrent, options, { choker: new NeverUnchoke() });
    case 'poisoner': {
      const disk = new PoisonedDisk(ports.disk, random, cheat.poisonPerMille);
      return startEngine({ ...ports, disk }, torrent, options);
    }
    case 'staller': {
      const disk = new StallingDisk(ports.disk, cheat.stallAfterBlocks);
      // Whoever is interested is unchoked: the more wait for it, the better.
      return startEngine({ ...ports, disk }, torrent, options, { uploadSlots: torrent.connectionsMax ?? 50 });
    }
    case 'liar':
      return startHostile(ports, new Liar(ports.clock, random, geometry.pieceCount, cheat), options);
    case 'flooder':
      return startHostile(ports, new Flooder(ports.clock, random, geometry, cheat.messagesPerSec), options);
    case 'slow-reader':
      return startHostile(ports, new SlowReader(ports.clock, random, geometry, cheat), options);
  }
}

/** The engine; `fixed` are the settings that nothing changes. */
function startEngine(
  ports: TorrentPorts,
  torrentOptions: TorrentOptions,
  options: PeerOptions,
  fixed: TorrentChange = {},
): RunningPeer {
  const { disk, observer } = ports;
  let torrent: Torrent | undefined;
  let stopped = false;
  const client = new Client(ports, {
    port: options.port,
    dht: options.dht,
    onListenError: options.onListenError,
    onListening: (address) => {
      if (stopped) return;
      options.onListening(address);
      torrent = client.add({ disk, observer }, { ...torrentOptions, ...fixed });
      options.onTorrent?.(torrent);
    },
  });
  client.start();
  return {
    get torrent() {
      return torrent;
    },
    controlBytes: client.encoder.controlBytes,
    configure: (change) => torrent?.configure({ ...change, ...fixed }),
    stop: (done) => {
      stopped = true;
      if (torrent === undefined) client.stop(() => disk.close(done));
      else client.stop(done);
    },
  };
}

function startHostile(ports: TorrentPorts, manner: Manner, options: PeerOptions): RunningPeer {
  const client = new HostileClient(ports, manner, options);
  client.start();
  return {
    torrent: undefined,
    controlBytes: undefined,
    configure: () => undefined,
    stop: (done) => client.stop(done),
  };
}
