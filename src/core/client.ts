/**
 * A BitTorrent client: one peer id, one listening port, any number of torrents. Incoming connections find their torrent
 * by the info-hash in the handshake; until then they have a deadline and cost next to nothing.
 */
import { fromLatin1, toHex } from './bytes.ts';
import { createDht, type Dht, type DhtNetwork, type DhtOptions } from './dht/dht.ts';
import type { PeerDiscoverer } from './discovery/peer-source.ts';
import { type ClientLimitOptions, ClientLimits } from './limits/client-limits.ts';
import { OwnAddresses } from './own-addresses.ts';
import type { ConnectionContext, ConnectionOwner } from './peer/connection-owner.ts';
import { ConnectionRoom } from './peer/connection-room.ts';
import { PeerConnection } from './peer/peer-connection.ts';
import { UPLOAD_QUEUE_MAX } from './peer/upload-queue.ts';
import type {
  Address,
  Clock,
  DiskError,
  Hasher,
  Http,
  Listener,
  ListenHandler,
  Microseconds,
  Network,
  Random,
  Stream,
  StreamHandler,
  Timer,
} from './ports.ts';
import { invariant } from './result.ts';
import { type MagnetOptions, MagnetTorrent } from './torrent/magnet-torrent.ts';
import { Torrent } from './torrent/torrent.ts';
import type { TorrentOptions, TorrentPorts } from './torrent/torrent-options.ts';
import type { Resolver } from './tracker/resolver.ts';
import { WireEncoder } from './wire/encoder.ts';
import { encodeExtensionHandshake, type OwnExtensionHandshake } from './wire/extension-handshake.ts';

/** From the first byte we can expect to the last of the handshake. */
const HANDSHAKE_US: Microseconds = 10_000_000;
/** Accepted connections that have not told us their torrent yet. */
const UNKNOWN_MAX = 100;
/** Torrents of a client, whatever their state: callers look at `torrentCount`. */
export const TORRENTS_MAX = 1000;
const CLIENT_NAME = 'swarmlab 0.1';
const NOBODY: OwnExtensionHandshake = {
  extensions: new Map(),
  listenPort: undefined,
  requestQueue: UPLOAD_QUEUE_MAX,
  client: CLIENT_NAME,
};
const PEER_ID_PREFIX = '-SL0010-';

export interface ClientPorts {
  readonly clock: Clock;
  readonly network: Network;
  readonly http: Http;
  readonly hasher: Hasher;
  readonly random: Random;
  readonly resolver?: Resolver;
  /** What finds peers of all torrents beside their trackers. */
  readonly discoverers?: readonly PeerDiscoverer[];
  /** The way to IPv6 trackers by UDP, where `network` is for IPv4 alone. */
  readonly ipv6Network?: Network;
  /** Where the DHT lives, when the client takes part in it; default: `network`, as IPv4. */
  readonly dhtNetworks?: readonly DhtNetwork[];
}

export interface ClientOptions {
  /** 0: any free port. */
  readonly port: number;
  /** Takes part in the DHT. Default: no. */
  readonly dht?: DhtOptions | undefined;
  /** What all torrents may do together. Where it is absent each has its own limits alone, and asks nobody at every block. */
  readonly limits?: ClientLimitOptions | undefined;
  /** Listening at this address; torrents are added after this. */
  onListening(address: Address): void;
  onListenError(message: string): void;
}

export class Client implements ConnectionContext, ListenHandler {
  readonly clock: Clock;
  readonly encoder = new WireEncoder();
  readonly room = new ConnectionRoom();
  readonly peerId: Uint8Array;
  readonly ownAddresses = new OwnAddresses();
  introduction: OwnExtensionHandshake = NOBODY;
  extensionHandshake: Uint8Array = new Uint8Array(0);
  listenPort = 0;
  readonly dht: Dht | undefined;
  /** What all torrents may do together: the rates may be changed at any time. */
  readonly limits: ClientLimits;
  readonly #ports: ClientPorts;
  readonly #options: ClientOptions;
  readonly #torrents = new Map<string, Torrent | MagnetTorrent>();
  readonly #handshakes = new Map<PeerConnection, Timer>();
  #unknown = 0;
  #listener: Listener | undefined;

  constructor(ports: ClientPorts, options: ClientOptions) {
    this.clock = ports.clock;
    this.#ports = ports;
    this.#options = options;
    this.peerId = drawPeerId(ports.random.fork('peer-id'));
    this.dht = options.dht && createDht(ports, options.dht);
    this.limits = new ClientLimits(ports.clock, options.limits ?? {});
  }

  start(): void {
    this.#listener = this.#ports.network.listen(this.#options.port, this);
  }

  /** How many torrents there are, magnet links whose metadata is on the way included. */
  get torrentCount(): number {
    return this.#torrents.size;
  }

  /** Adds and starts a torrent. Its info-hash must be new to this client, and there may be `TORRENTS_MAX` of them. */
  add(ports: Pick<TorrentPorts, 'disk' | 'observer'>, options: TorrentOptions): Torrent {
    const key = this.#newKey(options.metainfo.infoHash);
    const random = this.#ports.random.fork(`torrent-${key}`);
    const shares = this.#options.limits && this.limits.share();
    const torrent = new Torrent(
      { ...this.#ports, ...ports, random, ...(shares && { shares }) },
      this,
      options,
    );
    this.#torrents.set(key, torrent);
    torrent.start();
    return torrent;
  }

  /**
   * Fetches the metadata of a magnet link, and then the torrent. Its info-hash must be new to this client. `observer` hears
   * of the peers met before the metadata is there, too.
   */
  addMagnet(ports: Pick<TorrentPorts, 'observer'>, options: MagnetOptions): MagnetTorrent {
    const key = this.#newKey(options.link.infoHash);
    const random = this.#ports.random.fork(`torrent-${key}`);
    const shares = this.#options.limits && this.limits.share();
    const magnet = new MagnetTorrent(
      { ...this.#ports, ...ports, random, ...(shares && { shares }) },
      this,
      options,
    );
    this.#torrents.set(key, magnet);
    magnet.start();
    return magnet;
  }

  /**
   * Stops one torrent and forgets it: whoever dials us for it is refused from now on. `done` follows later, with the error
   * that storing ended in. It may be added again after that.
   */
  remove(infoHash: Uint8Array, done: (error: DiskError | undefined) => void): void {
    const key = toHex(infoHash);
    const torrent = this.#torrents.get(key);
    this.#torrents.delete(key);
    if (torrent === undefined) this.clock.schedule(this.clock.now(), () => done(undefined));
    else torrent.stop(done);
  }

  /** Stops every torrent and stops listening. `done` follows later, with the first storage error if there was one. */
  stop(done: (error: DiskError | undefined) => void): void {
    this.#listener?.close();
    this.dht?.stop();
    for (const connection of [...this.#handshakes.keys()]) connection.close('we left');
    let running = this.#torrents.size;
    let firstError: DiskError | undefined;
    if (running === 0) {
      this.clock.schedule(this.clock.now(), () => done(undefined));
      return;
    }
    for (const torrent of this.#torrents.values()) {
      torrent.stop((error) => {
        firstError ??= error;
        running--;
        if (running === 0) done(firstError);
      });
    }
  }

  // What the network reports.

  onListening(address: Address): void {
    this.listenPort = address.port;
    this.introduction = { ...NOBODY, listenPort: address.port };
    this.extensionHandshake = encodeExtensionHandshake(this.introduction);
    this.dht?.start(address.port);
    this.#options.onListening(address);
  }

  onListenError(message: string): void {
    this.#options.onListenError(message);
  }

  onAccept(stream: Stream): StreamHandler | undefined {
    if (this.#unknown >= UNKNOWN_MAX) return undefined;
    this.#unknown++;
    const connection = new PeerConnection(this, undefined);
    connection.attach(stream);
    this.#expectHandshake(connection);
    return connection;
  }

  // What connections report.

  findTorrent(infoHash: Uint8Array): ConnectionOwner | undefined {
    const found = this.#torrents.get(toHex(infoHash));
    return found instanceof MagnetTorrent ? found.owner : found;
  }

  onDialled(connection: PeerConnection): void {
    this.#expectHandshake(connection);
  }

  onHandshakeDone(connection: PeerConnection): void {
    this.#settleHandshake(connection);
  }

  onConnectionEnded(connection: PeerConnection): void {
    this.#settleHandshake(connection);
  }

  #newKey(infoHash: Uint8Array): string {
    const key = toHex(infoHash);
    invariant(!this.#torrents.has(key), () => `the client has the torrent ${key} already`);
    invariant(this.#torrents.size < TORRENTS_MAX, () => `a client has at most ${TORRENTS_MAX} torrents`);
    return key;
  }

  #expectHandshake(connection: PeerConnection): void {
    // Dialling has its own deadline in the network, so a dialled connection gets as long again for the handshake.
    const deadlineUs = this.clock.now() + (connection.outgoing ? 2 * HANDSHAKE_US : HANDSHAKE_US);
    const timer = this.clock.schedule(deadlineUs, () =>
      connection.close('no handshake in time', 'none', true),
    );
    this.#handshakes.set(connection, timer);
  }

  #settleHandshake(connection: PeerConnection): void {
    const timer = this.#handshakes.get(connection);
    if (timer === undefined) return;
    timer.cancel();
    this.#handshakes.delete(connection);
    if (!connection.outgoing) this.#unknown--;
  }
}

/** The customary form: client and version, then 12 random characters (BEP 20). */
function drawPeerId(random: Random): Uint8Array {
  const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz';
  let text = PEER_ID_PREFIX;
  while (text.length < 20) text += alphabet.charAt(random.below(alphabet.length));
  return fromLatin1(text);
}
