/**
 * A peer for which the engine is too honest: it announces itself, dials and accepts connections as a client does, and
 * leaves what to say on them to its `Manner`. It has the engine's own connections, so that what it says is well-formed,
 * and the engine's dialer and announcer, so that the swarm meets it like anybody else. It stores nothing.
 */
import { Bitfield } from '../../core/bitfield.ts';
import { equalBytes, fromLatin1 } from '../../core/bytes.ts';
import { createDht, type Dht, type DhtOptions } from '../../core/dht/dht.ts';
import type { Blame } from '../../core/observer.ts';
import type { ConnectionContext, ConnectionOwner } from '../../core/peer/connection-owner.ts';
import { ConnectionRoom } from '../../core/peer/connection-room.ts';
import { PeerConnection } from '../../core/peer/peer-connection.ts';
import { UPLOAD_QUEUE_MAX } from '../../core/peer/upload-queue.ts';
import type {
  Address,
  Clock,
  DiskError,
  Listener,
  ListenHandler,
  Microseconds,
  Payload,
  Stream,
  StreamHandler,
  Timer,
} from '../../core/ports.ts';
import { ConnectionTable } from '../../core/torrent/connection-table.ts';
import { createAnnouncer } from '../../core/torrent/create-announcer.ts';
import { Dialer } from '../../core/torrent/dialer.ts';
import type { TorrentOptions, TorrentPorts } from '../../core/torrent/torrent-options.ts';
import type { Announcer } from '../../core/tracker/announcer.ts';
import { WireEncoder } from '../../core/wire/encoder.ts';
import {
  type ExtensionHandshake,
  encodeExtensionHandshake,
  type OwnExtensionHandshake,
} from '../../core/wire/extension-handshake.ts';
import { Line } from './line.ts';
import type { Manner } from './manner.ts';

/** As the engine has them: a connection that ends sooner has led to nothing; a handshake takes no longer than this. */
const FRUITLESS_US: Microseconds = 10_000_000;
const HANDSHAKE_US: Microseconds = 20_000_000;
/** Below the interval at which the engine gives up on the silent. */
const KEEP_ALIVE_US: Microseconds = 90_000_000;
const UNKNOWN: OwnExtensionHandshake = {
  extensions: new Map(),
  listenPort: undefined,
  requestQueue: UPLOAD_QUEUE_MAX,
  client: undefined,
};
const ID_ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';

export interface HostileClientOptions {
  readonly port: number;
  onListening(address: Address): void;
  onListenError(message: string): void;
  readonly torrent: TorrentOptions;
  readonly dht?: DhtOptions | undefined;
}

export class HostileClient implements ConnectionContext, ConnectionOwner, ListenHandler {
  readonly clock: Clock;
  readonly encoder = new WireEncoder();
  readonly room = new ConnectionRoom();
  readonly peerId: Uint8Array;
  readonly infoHash: Uint8Array;
  readonly pieceCount: number;
  listenPort = 0;
  introduction: OwnExtensionHandshake = UNKNOWN;
  readonly dht: Dht | undefined;
  extensionHandshake: Uint8Array = new Uint8Array(0);
  readonly #ports: TorrentPorts;
  readonly #options: HostileClientOptions;
  readonly #manner: Manner;
  readonly #connections: ConnectionTable;
  readonly #connectionsMax: number;
  readonly #dialer: Dialer;
  readonly #lines = new Map<PeerConnection, Line>();
  #announcer: Announcer | undefined;
  #listener: Listener | undefined;
  #keepAlive: Timer | undefined;
  #stopped = false;

  constructor(ports: TorrentPorts, manner: Manner, options: HostileClientOptions) {
    const { metainfo, connectionsMax = 50 } = options.torrent;
    this.clock = ports.clock;
    this.infoHash = metainfo.infoHash;
    this.pieceCount = metainfo.pieceCount;
    this.#ports = ports;
    this.#options = options;
    this.#manner = manner;
    this.#connectionsMax = connectionsMax;
    const idRandom = ports.random.fork('peer-id');
    let id = '-XX0000-';
    while (id.length < 20) id += ID_ALPHABET.charAt(idRandom.below(ID_ALPHABET.length));
    this.peerId = fromLatin1(id);
    this.dht = options.dht && createDht(ports, options.dht);
    const connections = new ConnectionTable(this.peerId, connectionsMax);
    this.#connections = connections;
    this.#dialer = new Dialer(
      { clock: ports.clock, random: ports.random.fork('dialer') },
      {
        get connectionCount() {
          return connections.size;
        },
        dial: (address) => this.#dial(address),
      },
      { connectionsMax },
    );
  }

  start(): void {
    this.#listener = this.#ports.network.listen(this.#options.port, this);
  }

  /** Leaves: tells the trackers, closes every connection. `done` follows later. */
  stop(done: (error: DiskError | undefined) => void): void {
    this.#stopped = true;
    this.#keepAlive?.cancel();
    this.#manner.stop();
    this.#dialer.stop();
    this.#listener?.close();
    for (const connection of this.#lines.keys()) connection.close('we left');
    this.dht?.stop();
    const closeDisk = (): void => this.#ports.disk.close(done);
    if (this.#announcer === undefined) closeDisk();
    else this.#announcer.stop(closeDisk);
  }

  // What the network reports.

  onListening(address: Address): void {
    this.listenPort = address.port;
    this.introduction = { ...UNKNOWN, listenPort: address.port };
    this.extensionHandshake = encodeExtensionHandshake(this.introduction);
    this.dht?.start(address.port);
    this.#options.onListening(address);
    if (this.#stopped) return;
    const { torrent } = this.#options;
    const tiers = torrent.trackers ?? torrent.metainfo.trackers;
    const left = this.#manner.claimsAll ? 0 : torrent.metainfo.geometry.totalLength;
    const { observer } = this.#ports;
    this.#manner.start();
    this.#keepAliveLater();
    if (tiers.length > 0) {
      this.#announcer = createAnnouncer(this.#ports, this, this.infoHash, torrent, tiers, {
        progress: () => ({ uploaded: 0, downloaded: 0, left }),
        onPeers: (addresses) => this.#dialer.add(addresses),
        onAnnounced: (url, event, peerCount) => observer.announced(url, event, peerCount),
        onFailed: (url, event, message) => observer.announceFailed(url, event, message),
      });
      this.#announcer.start();
    }
    const onPeers = (addresses: readonly Address[]): void => this.#dialer.add(addresses);
    this.dht?.searchFor(this.infoHash, this.listenPort, { onPeers }).start();
    if (torrent.peers !== undefined) this.#dialer.add(torrent.peers);
  }

  onListenError(message: string): void {
    this.#options.onListenError(message);
  }

  onAccept(stream: Stream): StreamHandler | undefined {
    if (this.#stopped || this.#lines.size >= this.#connectionsMax) return undefined;
    return this.#lineFor(new PeerConnection(this, undefined), () => stream);
  }

  // What connections report, as their context.

  findTorrent(infoHash: Uint8Array): ConnectionOwner | undefined {
    return equalBytes(infoHash, this.infoHash) ? this : undefined;
  }

  onDialled(): void {
    // A line has its deadline from the start.
  }

  onHandshakeDone(connection: PeerConnection): void {
    this.#lines.get(connection)?.deadline?.cancel();
  }

  onConnectionEnded(connection: PeerConnection): void {
    const line = this.#lines.get(connection);
    if (line === undefined) return;
    line.deadline?.cancel();
    this.#lines.delete(connection);
    this.#manner.onClosed?.(line);
  }

  // What connections report, as their owner.

  isInside(): boolean {
    // A request out of range is no reason to give away who one is.
    return true;
  }

  hasPiece(): boolean {
    return false;
  }

  countPiecesOf(): number {
    return 0;
  }

  countClaimsTo(): number {
    return 0;
  }

  noteClaims(): void {}

  onReady(connection: PeerConnection, remoteId: Uint8Array): void {
    if (connection.outgoing) this.#dialer.opened();
    const refusal = this.#stopped ? 'we left' : this.#connections.admit(connection, remoteId);
    if (refusal !== undefined) {
      if (refusal === 'ourselves') this.#dialer.markOurselves(connection.address);
      connection.close(refusal);
      return;
    }
    const { observer } = this.#ports;
    const { address, outgoing } = connection;
    connection.label = observer.connected(address, remoteId, outgoing);
    const line = this.#lines.get(connection) as Line;
    const claimed = new Bitfield(this.pieceCount);
    this.#manner.claim(claimed);
    connection.sendHave(claimed);
    connection.sendExtensionHandshake();
    this.#manner.onReady(line);
  }

  get dhtPort(): number {
    return this.dht?.port ?? 0;
  }

  onDhtPort(connection: PeerConnection, port: number): void {
    this.dht?.addContact({ host: connection.address.host, port });
  }

  onExtensionHandshake(connection: PeerConnection, { listenPort }: ExtensionHandshake): void {
    if (listenPort === undefined) return;
    (this.#lines.get(connection) as Line).saidPort = true;
    if (connection.outgoing || connection.listenPort !== 0) return;
    connection.listenPort = listenPort;
    this.#dialer.hold({ host: connection.address.host, port: listenPort });
  }

  onExtended(): boolean {
    return false;
  }

  onChoked(): void {}

  onUnchoked(connection: PeerConnection): void {
    const line = this.#lines.get(connection);
    if (line !== undefined) this.#manner.onUnchoked?.(line);
  }

  onInterestChanged(): void {}

  onHave(connection: PeerConnection, piece: number): boolean {
    return this.#haveOf(connection)?.set(piece) === true;
  }

  onHaveSet(connection: PeerConnection, have: Bitfield | undefined, first: boolean): boolean {
    const known = this.#haveOf(connection);
    const before = known?.count;
    for (let piece = 0; piece < this.pieceCount; piece++) if (have?.has(piece)) known?.set(piece);
    return first || known?.count !== before;
  }

  onAllowedFast(): void {}

  onRequested(connection: PeerConnection, piece: number, begin: number, length: number): void {
    const line = this.#lines.get(connection);
    if (line !== undefined) this.#manner.onRequested?.(line, piece, begin, length);
  }

  onCancelled(): void {}

  onRejected(connection: PeerConnection): void {
    const line = this.#lines.get(connection);
    if (line !== undefined) this.#manner.onAnswered?.(line);
  }

  onBlockComing(): Uint8Array | undefined {
    return undefined;
  }

  onBlock(
    connection: PeerConnection,
    piece: number,
    begin: number,
    length: number,
    _payload: Payload | undefined,
  ): void {
    this.#ports.observer.blockWasted(connection.label, piece, begin, length);
    const line = this.#lines.get(connection);
    if (line !== undefined) this.#manner.onAnswered?.(line);
  }

  onWritable(): void {}

  onConnectionClosed(connection: PeerConnection, reason: string, blame: Blame): void {
    if (this.#connections.remove(connection)) {
      this.#ports.observer.disconnected(connection.label, reason, blame);
    }
    const { dialAddress } = connection;
    if (connection.outgoing && !connection.ready) this.#dialer.failed(connection.address);
    else if (dialAddress !== undefined) {
      this.#dialer.closed(dialAddress, this.clock.now() - connection.connectedAtUs < FRUITLESS_US);
    }
  }

  #dial(address: Address): void {
    const connection = new PeerConnection(this, this);
    this.#connections.addDialled(connection);
    this.#lineFor(connection, (line) => this.#ports.network.dial(address, line));
  }

  #haveOf(connection: PeerConnection): Bitfield | undefined {
    return this.#lines.get(connection)?.have;
  }

  #lineFor(connection: PeerConnection, open: (line: Line) => Stream): Line {
    const { onReceived } = this.#manner;
    const line = new Line(
      connection,
      this.pieceCount,
      onReceived === undefined ? undefined : (bytes) => this.#manner.onReceived?.(line, bytes),
    );
    const stream = open(line);
    line.stream = stream;
    connection.attach(stream);
    line.deadline = this.clock.schedule(this.clock.now() + HANDSHAKE_US, () =>
      connection.close('no handshake in time', 'remote'),
    );
    this.#lines.set(connection, line);
    return line;
  }

  #keepAliveLater(): void {
    this.#keepAlive = this.clock.schedule(this.clock.now() + KEEP_ALIVE_US, () => {
      for (const connection of this.#connections.ready) {
        if (!connection.closed) connection.sendKeepAlive();
      }
      this.#keepAliveLater();
    });
  }
}
