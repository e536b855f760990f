/**
 * A torrent of which only a magnet link is known (BEP 9): finds peers, fetches the metadata from them, and then becomes
 * an ordinary torrent, which takes over the same peers. Until that torrent has looked at its disk the connections stay here,
 * and what they say they have is kept. Invariant: a connection belongs to exactly one of the two at any time.
 */
import { Bitfield } from '../bitfield.ts';
import { EarlyHoldings } from '../metadata/early-holdings.ts';
import { MetadataFetcher } from '../metadata/metadata-fetcher.ts';
import {
  encodeMetadataReject,
  encodeMetadataRequest,
  type MetadataMessage,
} from '../metadata/metadata-messages.ts';
import { MetadataServer } from '../metadata/metadata-server.ts';
import { type MagnetLink, type Metainfo, PIECE_COUNT_LIMIT, parseInfo } from '../metainfo/index.ts';
import type { Blame } from '../observer.ts';
import type { ConnectionContext, ConnectionOwner } from '../peer/connection-owner.ts';
import type { PeerConnection } from '../peer/peer-connection.ts';
import type { Address, Disk, DiskError, Microseconds, Timer } from '../ports.ts';
import { describeError } from '../result.ts';
import type { AnnounceProgress } from '../tracker/announcer.ts';
import { type ExtensionHandshake, ExtensionId } from '../wire/extension-handshake.ts';
import type { AnnounceOptions } from './create-announcer.ts';
import { type Predecessor, Torrent } from './torrent.ts';
import type { TorrentOptions } from './torrent-options.ts';
import { type PeersOwner, TorrentPeers, type TorrentPeersPorts } from './torrent-peers.ts';

const NOTHING = new Bitfield(0);
const LOOK_US: Microseconds = 5_000_000;
const MUTE_US: Microseconds = 100_000_000;
const SILENT_US: Microseconds = 240_000_000;
/** A peer without metadata has had its chance after so long, when its place is needed. */
const CHANCE_US: Microseconds = 30_000_000;
/** What is missing, as trackers are told while nobody knows: anything but nothing. */
const LEFT_BYTES = 16_384;

export interface MagnetOptions extends AnnounceOptions {
  readonly link: MagnetLink;
  /** Tiers of trackers. Default: those of the link, each a tier of its own. */
  readonly trackers?: readonly (readonly string[])[];
  /** Peers known beside those of the link, such as its named peers once they are looked up. */
  readonly peers?: readonly Address[];
  /** Default 50. */
  readonly connectionsMax?: number;
  /** Tells peers of each other, and hears of others from them (BEP 11). Default false. */
  readonly peerExchange?: boolean;
  /** `peers` are dialled again after seconds, not minutes, and never given up. Default false. */
  readonly redialsUserPeersSoon?: boolean;
  /**
   * The metadata is there and right: what the torrent is to be started with; undefined: it is not to be started. Trackers,
   * peers, and the limit of connections stay as they are. Called once.
   */
  onMetadata(metainfo: Metainfo): MagnetStart | undefined;
  /** The metadata is there but of no torrent that can be fetched. The last call. */
  onFailed(message: string): void;
}

export interface MagnetStart {
  readonly disk: Disk;
  readonly options: Omit<TorrentOptions, 'metainfo'>;
}

export class MagnetTorrent implements PeersOwner, Predecessor {
  readonly infoHash: Uint8Array;
  /** Not known yet: as many as there may be. */
  readonly pieceCount = PIECE_COUNT_LIMIT;
  readonly peers: TorrentPeers;
  readonly #ports: TorrentPeersPorts;
  readonly #context: ConnectionContext;
  readonly #options: MagnetOptions;
  readonly #fetcher: MetadataFetcher<PeerConnection>;
  readonly #early = new Map<PeerConnection, EarlyHoldings>();
  readonly #offering = new Set<PeerConnection>();
  #torrent: Torrent | undefined;
  #isOver = false;
  #handedOver = false;
  #timer: Timer | undefined;

  constructor(ports: TorrentPeersPorts, context: ConnectionContext, options: MagnetOptions) {
    this.infoHash = options.link.infoHash;
    this.#ports = ports;
    this.#context = context;
    this.#options = options;
    this.#fetcher = new MetadataFetcher(ports, this.infoHash, {
      request: (connection, piece) =>
        connection.sendExtended(ExtensionId.metadata, encodeMetadataRequest(piece)),
      onLiar: (connection) => this.#onLiar(connection),
      onMetadata: (bytes) => this.#onMetadata(bytes),
    });
    this.peers = new TorrentPeers(ports, context, this, {
      ...options,
      infoHash: this.infoHash,
      connectionsMax: options.connectionsMax ?? 50,
      isPrivate: false,
      metadata: {
        totalBytes: undefined,
        onOffer: (connection, totalBytes) => this.#onOffer(connection, totalBytes),
        onMessage: (connection, message) => this.#onMessage(connection, message),
        forget: () => {},
      },
    });
  }

  /** The torrent, once its metadata is known. */
  get torrent(): Torrent | undefined {
    return this.#torrent;
  }

  /** Whom connections for this info-hash belong to now. */
  get owner(): ConnectionOwner {
    return this.#handedOver && this.#torrent !== undefined ? this.#torrent : this;
  }

  /** For a progress line while the metadata is fetched. `totalBytes` is 0 until a peer has said it. */
  get metadataProgress(): {
    readonly receivedBytes: number;
    readonly totalBytes: number;
    readonly connections: number;
  } {
    return { ...this.#fetcher.progress, connections: this.peers.connections.readyCount };
  }

  start(): void {
    const { link, trackers, peers } = this.#options;
    this.peers.lookForPeers(trackers ?? link.trackers.map((url) => [url]));
    this.peers.add(link.peers, 'magnet');
    if (peers !== undefined) this.peers.add(peers, 'user');
    this.#lookLater();
  }

  /** Leaves the swarm, in whichever state. `done` follows later, with the error that storing ended in. */
  stop(done: (error: DiskError | undefined) => void): void {
    this.#end();
    if (this.#torrent !== undefined) {
      this.#torrent.stop(done);
      return;
    }
    const { clock } = this.#ports;
    this.peers.stop(() => clock.schedule(clock.now(), () => done(undefined)));
  }

  /** The torrent is ready for its peers. */
  handOver(torrent: Torrent, take: (connection: PeerConnection, holdings: EarlyHoldings) => void): void {
    this.#end();
    this.#handedOver = true;
    this.peers.changeOwner(torrent);
    for (const connection of this.peers.connections.all) {
      // One that is closed already ends here: the torrent has never heard of it.
      if (!connection.closed) connection.handOver(torrent);
    }
    for (const [connection, holdings] of this.#early) if (!connection.closed) take(connection, holdings);
    this.#early.clear();
    this.#offering.clear();
  }

  // What connections report.

  progress(): AnnounceProgress {
    return { uploaded: 0, downloaded: 0, left: LEFT_BYTES };
  }

  get isPartialSeed(): boolean {
    return false;
  }

  onDontHave(): boolean {
    return false;
  }

  isSeed(connection: PeerConnection): boolean {
    return this.#early.get(connection)?.hasEverything === true;
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

  isInside(): boolean {
    // A request to one that has nothing is a fault, wherever it lies.
    return false;
  }

  onReady(connection: PeerConnection, remoteId: Uint8Array): void {
    if (!this.peers.admit(connection, remoteId, !this.#isOver || this.#torrent !== undefined)) return;
    this.#early.set(connection, new EarlyHoldings());
    connection.sendHave(NOTHING);
    this.peers.extensions.greet(connection);
  }

  onExtensionHandshake(connection: PeerConnection, handshake: ExtensionHandshake): void {
    this.peers.onExtensionHandshake(connection, handshake);
  }

  onExtended(connection: PeerConnection, id: number, body: Uint8Array): boolean {
    return this.peers.extensions.onMessage(connection, id, body);
  }

  onEarlyHaveSet(connection: PeerConnection, claim: Uint8Array | 'everything' | 'nothing'): void {
    if (this.#early.get(connection)?.describe(claim) !== true) connection.annoy();
  }

  get dhtPort(): number {
    return this.peers.dhtPort;
  }

  onDhtPort(connection: PeerConnection, port: number): void {
    this.peers.onDhtPort(connection, port);
  }

  onHave(connection: PeerConnection, piece: number): boolean {
    return this.#early.get(connection)?.gain(piece) === true;
  }

  onHaveSet(): boolean {
    return false;
  }

  onChoked(): void {}

  onUnchoked(): void {}

  onAllowedFast(): void {}

  onInterestChanged(): void {}

  onRequested(): void {}

  onCancelled(connection: PeerConnection): void {
    connection.annoy();
  }

  onRejected(connection: PeerConnection): void {
    connection.annoy();
  }

  onBlockComing(): Uint8Array | undefined {
    return undefined;
  }

  onBlock(connection: PeerConnection, _piece: number, _begin: number, length: number): void {
    connection.annoy(length);
  }

  onWritable(): void {}

  onConnectionClosed(connection: PeerConnection, reason: string, blame: Blame): void {
    this.#early.delete(connection);
    this.#offering.delete(connection);
    this.#fetcher.forget(connection);
    if (this.peers.connections.remove(connection)) {
      this.#ports.observer.disconnected(connection.label, reason, blame);
    }
    this.peers.ended(connection);
  }

  #onOffer(connection: PeerConnection, totalBytes: number): void {
    this.#offering.add(connection);
    this.#fetcher.offer(connection, totalBytes);
  }

  #onMessage(connection: PeerConnection, message: MetadataMessage): boolean {
    switch (message.kind) {
      case 'data':
        return this.#fetcher.onData(connection, message.piece, message.totalBytes, message.bytes);
      case 'reject':
        return this.#fetcher.onReject(connection, message.piece);
      case 'request':
        connection.sendExtended(ExtensionId.metadata, encodeMetadataReject(message.piece));
        return false;
      case 'unknown':
        return false;
    }
  }

  #onLiar(connection: PeerConnection): void {
    this.peers.dialer.ban(connection.address.host);
    connection.close('sent wrong metadata', 'remote');
  }

  #onMetadata(bytes: Uint8Array): void {
    const { link, trackers } = this.#options;
    const outer = { trackers: trackers ?? link.trackers.map((url) => [url]), webSeeds: link.webSeeds };
    const parsed = parseInfo(bytes, this.#ports.hasher, outer);
    if (!parsed.ok) {
      this.#end();
      this.peers.stop(() => {});
      this.#options.onFailed(`the metadata is of no use: ${describeError(parsed.error)}`);
      return;
    }
    const metainfo = parsed.value;
    if (metainfo.isPrivate) this.peers.keepToTrackers();
    const start = this.#options.onMetadata(metainfo);
    if (start === undefined || this.#isOver) return;
    this.peers.extensions.serveMetadata(new MetadataServer(bytes), this.peers.connections.ready);
    const ports = { ...this.#ports, disk: start.disk };
    this.#torrent = new Torrent(ports, this.#context, { ...start.options, metainfo }, this);
    this.#torrent.start();
  }

  #end(): void {
    this.#isOver = true;
    this.#timer?.cancel();
  }

  #lookLater(): void {
    this.#timer = this.#ports.clock.schedule(this.#ports.clock.now() + LOOK_US, () => this.#look());
  }

  #look(): void {
    const now = this.#ports.clock.now();
    for (const connection of this.peers.connections.ready) {
      if (connection.closed) continue;
      if (connection.silentUs(now) > SILENT_US) connection.close('silent for too long', 'none', true);
      else if (connection.muteUs(now) > MUTE_US) connection.sendKeepAlive();
    }
    const { dialer } = this.peers;
    if (dialer.isShort) this.peers.requestMorePeers();
    else if (!dialer.wantsMore) this.#makeRoom(now);
    this.#fetcher.look();
    if (!this.#isOver) this.#lookLater();
  }

  /** When nobody here has metadata, somebody else may. */
  #makeRoom(now: Microseconds): void {
    if (this.#torrent !== undefined || this.#offering.size > 0) return;
    for (const connection of this.peers.connections.ready) {
      if (connection.closed || now - connection.connectedAtUs < CHANCE_US) continue;
      connection.close('has no metadata');
      this.peers.dialer.dialInstead();
      return;
    }
  }
}
