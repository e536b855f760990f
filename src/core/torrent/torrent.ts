/**
 * One torrent: the coordinator. It decides nothing itself; it routes what connections, disk and trackers report to the
 * table of pieces, the exchange of haves, the request scheduler, the downloader, the uploader, the choke rounds, the
 * dialer and the announcer, and passes on what those decide. Over 400 lines for a reason: it is the one place where all
 * of them meet, and every method is a few lines of routing.
 */
import type { Bitfield } from '../bitfield.ts';
import type { Dht } from '../dht/dht.ts';
import type { Blame } from '../observer.ts';
import { grantAllowedFast } from '../peer/allowed-fast.ts';
import type { ConnectionContext, ConnectionOwner } from '../peer/connection-owner.ts';
import { PeerConnection } from '../peer/peer-connection.ts';
import { PaddingBlocks } from '../pieces/padding-blocks.ts';
import { PieceTable } from '../pieces/piece-table.ts';
import { RequestScheduler } from '../pieces/request-scheduler.ts';
import type { Address, DiskError, DiskHandler, Microseconds, Payload } from '../ports.ts';
import { ChokeRounds } from './choke-rounds.ts';
import { ConnectionCare } from './connection-care.ts';
import { ConnectionTable } from './connection-table.ts';
import { createAnnouncer } from './create-announcer.ts';
import { Dialer } from './dialer.ts';
import { DiskCheck } from './disk-check.ts';
import { Downloader } from './downloader.ts';
import { HaveExchange } from './have-exchange.ts';
import { TorrentInspection } from './inspection.ts';
import { PeerSearch } from './peer-search.ts';
import { type PeerSource, stopAll } from './peer-source.ts';
import { StorageGate } from './storage-gate.ts';
import { type PartialPiece, type StoredContent, storedContent } from './stored-content.ts';
import { Suggestions } from './suggestions.ts';
import type { TorrentChange, TorrentOptions, TorrentPorts, TorrentStatus } from './torrent-options.ts';
import { UPLOAD_TOKEN, Uploader } from './uploader.ts';

/** A connection that ends sooner than this has led to nothing. */
const FRUITLESS_US: Microseconds = 10_000_000;

export class Torrent implements ConnectionOwner, DiskHandler {
  readonly infoHash: Uint8Array;
  readonly pieceCount: number;
  readonly #ports: TorrentPorts;
  readonly #options: TorrentOptions;
  readonly #context: ConnectionContext;
  readonly #table: PieceTable;
  readonly #connections: ConnectionTable;
  readonly #gate: StorageGate;
  readonly #scheduler: RequestScheduler;
  readonly #downloader: Downloader;
  readonly #uploader: Uploader;
  readonly #haves: HaveExchange;
  readonly #suggestions: Suggestions;
  readonly #choking: ChokeRounds;
  readonly #care: ConnectionCare;
  readonly #dialer: Dialer;
  readonly #search: PeerSearch;
  readonly #sources: PeerSource[] = [];
  #check: DiskCheck | undefined;
  /** What was on disk at the start; forgotten once it is known. */
  #stored: StoredContent;
  #state: TorrentStatus['state'] = 'checking';

  constructor(ports: TorrentPorts, context: ConnectionContext, options: TorrentOptions) {
    const { metainfo } = options;
    const { random } = ports;
    this.infoHash = metainfo.infoHash;
    this.pieceCount = metainfo.pieceCount;
    this.#ports = ports;
    this.#options = options;
    this.#context = context;
    const padding = PaddingBlocks.of(metainfo);
    this.#stored = storedContent(options.onDisk, this.pieceCount);
    for (const piece of padding?.wholePieces(metainfo.geometry) ?? []) {
      if (!this.#stored.trusted.has(piece)) this.#stored.inDoubt.set(piece);
    }
    const connectionsMax = options.connectionsMax ?? 50;
    this.#table = new PieceTable(metainfo.geometry, random.fork('rarity'), {
      wanted: options.wanted,
      padding,
    });
    this.#connections = new ConnectionTable(context.peerId, connectionsMax);
    const schedulerPorts = { clock: ports.clock, observer: ports.observer, random: random.fork('picker') };
    this.#gate = new StorageGate(
      ports.clock,
      options.downloadLimitBytesPerSec ?? 0,
      () => this.#onRoom(),
      options.storageRetryUs,
      ports.clientLimits?.download,
    );
    this.#scheduler = new RequestScheduler(schedulerPorts, this.#table, options.picker, this.#gate);
    this.#downloader = new Downloader(ports, this.#table, this.#scheduler, this.#gate, {
      connections: this.#connections.ready,
      pieceHash: (piece) => metainfo.pieceHash(piece),
      onPieceVerified: (piece) => this.#onPieceVerified(piece),
      onLiar: (connection, piece) => this.#onLiar(connection, piece),
      onStorageFailed: (error) => this.#onStorageFailed(error),
    });
    this.#uploader = new Uploader(ports, options.uploadLimitBytesPerSec ?? 0, ports.clientLimits?.upload);
    this.#haves = new HaveExchange(ports, this.#table, this.#scheduler, {
      connections: this.#connections.ready,
      onUseless: (connection) => this.#partFrom(connection),
    });
    this.#suggestions = new Suggestions(this.#table, random.fork('suggestions'), options.suggest ?? 0);
    const isComplete = (): boolean => this.#table.isFinished;
    this.#choking = new ChokeRounds(
      { clock: ports.clock, observer: ports.observer, random: random.fork('choker') },
      options.choker,
      options.uploadSlots ?? 5,
      {
        connections: this.#connections.ready,
        pieceCount: metainfo.pieceCount,
        totalBytes: metainfo.totalLength,
        uploadLimitBytesPerSec: () => this.#uploader.limitBytesPerSec,
        isComplete,
        onWeChoked: (connection) => {
          this.#haves.standingChanged(connection);
          this.#dropRequests(connection);
        },
        onWeUnchoke: (connection) => {
          this.#haves.weUnchoke(connection);
          this.#suggestions.suggestTo(connection);
        },
      },
    );
    this.#care = new ConnectionCare(
      ports,
      this.#scheduler,
      {
        connections: this.#connections.ready,
        isDownloading: () => this.#search.isUrgent,
        announceTo: (connection) => this.#haves.announceTo(connection),
        sleepsUntilUs: () => this.#search.quietUntilUs,
        onCare: () => {
          if (!this.#gate.isShut) this.#search.look();
        },
      },
      options.snubAfterUs ?? 60_000_000,
    );
    const connections = this.#connections;
    this.#dialer = new Dialer(
      { clock: ports.clock, random: random.fork('dialer') },
      {
        get connectionCount() {
          return connections.size;
        },
        dial: (address) => this.#dial(address),
      },
      connectionsMax,
    );
    this.#search = new PeerSearch(ports.clock, connections, this.#dialer, {
      isComplete,
      lastBlockAtUs: () => this.#downloader.lastBlockAtUs,
      requestMorePeers: () => {
        for (const source of this.#sources) source.requestMorePeers();
      },
    });
  }

  /** Begins: looks at the disk first when that is asked for, then announces and dials. Called once. */
  start(): void {
    this.#ports.disk.attach(this);
    const { trusted, inDoubt } = this.#stored;
    for (let piece = 0; trusted.count > 0 && piece < this.pieceCount; piece++) {
      if (trusted.has(piece)) this.#onPieceFound(piece);
    }
    if (inDoubt.count === 0) {
      this.#goOnline();
      return;
    }
    this.#check = new DiskCheck(this.#ports.disk, {
      inDoubt,
      pieceHash: (piece) => this.#options.metainfo.pieceHash(piece),
      onPieceFound: (piece) => this.#onPieceFound(piece),
      onChecked: (error) => {
        if (error !== undefined) {
          this.#onStorageFailed(error);
          return;
        }
        this.#check = undefined;
        this.#goOnline();
      },
    });
    this.#check.start();
  }

  /**
   * Leaves the swarm: tells the trackers, closes every connection, stores what is pending. `done` follows later, with
   * the error that storing ended in.
   */
  stop(done: (error: DiskError | undefined) => void): void {
    this.#state = 'stopped';
    this.#scheduler.pause();
    this.#gate.end();
    this.#choking.stop();
    this.#haves.stop();
    this.#care.stop();
    this.#dialer.stop();
    this.#uploader.stop();
    for (const connection of this.#connections.all) connection.close('we left');
    stopAll(this.#sources, () => this.#ports.disk.close(done));
  }

  /** Goes on with other settings. */
  configure(change: TorrentChange): void {
    const { picker, choker, uploadSlots, uploadLimitBytesPerSec, downloadLimitBytesPerSec } = change;
    const { connectionsMax, suggest } = change;
    if (picker !== undefined) this.#scheduler.picker = picker;
    this.#choking.configure(choker, uploadSlots);
    if (suggest !== undefined) this.#suggestions.setCount(suggest);
    if (connectionsMax !== undefined) {
      this.#connections.setMax(connectionsMax);
      this.#dialer.setMax(connectionsMax);
    }
    if (uploadLimitBytesPerSec !== undefined) this.#uploader.setLimit(uploadLimitBytesPerSec);
    if (downloadLimitBytesPerSec !== undefined) this.#scheduler.limit.setLimit(downloadLimitBytesPerSec);
  }

  addPeers(addresses: readonly Address[]): void {
    this.#dialer.add(addresses);
  }

  /** Whether we hold a verified copy of `piece`. */
  hasPiece(piece: number): boolean {
    return this.#table.have.has(piece);
  }

  /** What a checker may look at. */
  inspect(): TorrentInspection {
    return new TorrentInspection(this.#table, this.#connections);
  }

  /** The pieces that we hold, as they are now; while the disk is being checked, not known. */
  verified(): Bitfield | 'unknown' {
    return this.#check === undefined ? this.#table.have.copy() : 'unknown';
  }

  /** Of the pieces that are under way: the blocks that have arrived and are stored or about to be. */
  partialPieces(): PartialPiece[] {
    return this.#table.partialPieces();
  }

  status(): TorrentStatus {
    return {
      state: this.#state,
      checked: this.#check?.progress ?? 1,
      isDiskFull: this.#gate.isFull,
      verifiedPieces: this.#table.have.count,
      pieceCount: this.pieceCount,
      leftBytes: this.#table.wantedBytes,
      receivedBytes: this.#downloader.receivedBytes,
      wastedBytes: this.#downloader.wastedBytes,
      sentBytes: this.#uploader.sentBytes,
      connections: this.#connections.readyCount,
    };
  }

  // What connections report.

  isInside(piece: number, begin: number, length: number): boolean {
    return piece < this.pieceCount && begin + length <= this.#table.geometry.pieceLengthOf(piece);
  }

  onReady(connection: PeerConnection, remoteId: Uint8Array): void {
    if (connection.outgoing) this.#dialer.opened();
    const refusal =
      this.#state === 'stopped' || this.#state === 'checking'
        ? 'not ready for peers'
        : this.#dialer.isBanned(connection.address.host)
          ? 'banned'
          : this.#connections.admit(connection, remoteId);
    if (refusal !== undefined) {
      if (refusal === 'ourselves') this.#dialer.markOurselves(connection.address);
      connection.close(refusal);
      return;
    }
    this.#care.wake();
    connection.label = this.#ports.observer.connected(connection.address, remoteId, connection.outgoing);
    this.#haves.introduce(connection);
    connection.sendExtensionHandshake();
    const fastCount = this.#options.allowedFastCount ?? 0;
    grantAllowedFast(connection, this.infoHash, this.pieceCount, this.#ports.hasher, fastCount);
  }

  onExtensionHandshake(connection: PeerConnection, listenPort: number | undefined): void {
    if (connection.outgoing || connection.listenPort !== 0 || listenPort === undefined) return;
    connection.listenPort = listenPort;
    this.#dialer.hold({ host: connection.address.host, port: listenPort });
  }

  /** Port of our DHT node; 0 where there is none, and for a private torrent, which keeps to its trackers (BEP 27). */
  get dhtPort(): number {
    return this.#dht?.port ?? 0;
  }

  onDhtPort(connection: PeerConnection, port: number): void {
    this.#dht?.addContact({ host: connection.address.host, port });
  }

  countPiecesOf(slot: number): number {
    return slot < 0 ? 0 : this.#table.holdings.count(slot);
  }

  onHave(connection: PeerConnection, piece: number): boolean {
    const isNews = this.#haves.remoteGot(connection, piece);
    if (connection.suggestedByUs.length > 0) this.#suggestions.remoteGot(connection, piece);
    return isNews;
  }

  onHaveSet(connection: PeerConnection, have: Bitfield | undefined, first: boolean): boolean {
    return this.#haves.remoteHas(connection, have, first);
  }

  onChoked(connection: PeerConnection): void {
    // With the fast extension every request is answered, by a block or a reject; without it a choke drops them all.
    if (!connection.fast) this.#scheduler.releaseAll(connection);
  }

  onUnchoked(connection: PeerConnection): void {
    this.#scheduler.fill(connection);
  }

  onAllowedFast(connection: PeerConnection): void {
    this.#scheduler.fill(connection);
  }

  onInterestChanged(connection: PeerConnection): void {
    this.#haves.standingChanged(connection);
    this.#choking.interestChanged(connection);
  }

  onRequested(connection: PeerConnection, piece: number, begin: number, length: number): void {
    const allowed = !connection.amChoking || connection.grantedFast.includes(piece);
    const queued =
      allowed && this.#table.have.has(piece) && connection.startUploads().push(piece, begin, length);
    if (queued) this.#uploader.pump(connection);
    else connection.refuse(piece, begin, length);
  }

  onCancelled(connection: PeerConnection, piece: number, begin: number, length: number): void {
    // Every request gets a block or a reject, a cancelled one too (BEP 6). One that is being sent gets its block.
    if (connection.uploads.cancel(piece, begin, length)) connection.refuse(piece, begin, length);
    else connection.annoy();
  }

  onRejected(connection: PeerConnection, piece: number, begin: number, length: number): void {
    const block = this.#table.findBlock(piece, begin, length);
    const asked = block >= 0 && this.#scheduler.rejected(connection, this.#table.blockId(piece, block));
    if (!asked) connection.annoy();
  }

  onBlockComing(from: PeerConnection, piece: number, begin: number, length: number): Uint8Array | undefined {
    return this.#downloader.blockComing(from, piece, begin, length);
  }

  onBlock(
    connection: PeerConnection,
    piece: number,
    begin: number,
    length: number,
    payload: Payload | undefined,
  ): void {
    this.#downloader.blockArrived(connection, piece, begin, length, payload);
  }

  onWritable(connection: PeerConnection): void {
    this.#uploader.onWritable(connection);
  }

  onConnectionClosed(connection: PeerConnection, reason: string, blame: Blame): void {
    const body = connection.takeUnfinishedBody();
    if (body !== undefined) this.#ports.disk.release(body);
    if (this.#connections.remove(connection)) {
      this.#choking.connectionClosed(connection);
      this.#scheduler.forget(connection);
      this.#suggestions.forget(connection);
      this.#haves.forget(connection);
      this.#ports.observer.disconnected(connection.label, reason, blame);
    }
    if (connection.isPatienceLost) this.#dialer.ban(connection.address.host);
    const { dialAddress } = connection;
    if (connection.outgoing && !connection.ready) this.#dialer.failed(connection.address);
    else if (dialAddress !== undefined) {
      const fruitless = this.#ports.clock.now() - connection.connectedAtUs < FRUITLESS_US;
      this.#dialer.closed(dialAddress, fruitless);
    }
  }

  // What the disk reports.

  onRead(token: number, payload: Payload | undefined, error: DiskError | undefined): void {
    if (token !== UPLOAD_TOKEN) {
      if (this.#state !== 'stopped') this.#downloader.onReadBack(token, payload);
      return;
    }
    if (this.#uploader.onRead(payload, error) && error !== undefined) this.#onStorageFailed(error);
  }

  onWritten(token: number, error: DiskError | undefined): void {
    this.#downloader.onWritten(token, error);
  }

  onHashed(token: number, digest: Uint8Array | undefined, error: DiskError | undefined): void {
    if (this.#state === 'stopped') return;
    if (this.#check !== undefined) this.#check.onHashed(token, digest, error);
    else this.#downloader.onHashed(token, digest, error);
  }

  #goOnline(): void {
    const { observer } = this.#ports;
    const tiers = this.#options.trackers ?? this.#options.metainfo.trackers;
    for (const partial of this.#stored.partial) this.#table.resume(partial);
    this.#stored = storedContent('nothing', 0);
    this.#state = this.#table.isFinished ? 'seeding' : 'downloading';
    this.#options.events?.onChecked?.(this.#table.have.count);
    this.#care.start();
    if (tiers.length > 0) {
      const announcer = createAnnouncer(this.#ports, this.#context, this.#options, tiers, {
        progress: () => ({
          uploaded: this.#uploader.sentBytes,
          downloaded: this.#downloader.receivedBytes,
          left: this.#table.missingBytes,
        }),
        onPeers: (addresses) => this.#dialer.add(addresses),
        onAnnounced: (url, event, peerCount) => observer.announced(url, event, peerCount),
        onFailed: (url, event, message) => observer.announceFailed(url, event, message),
      });
      this.#sources.push(announcer);
    }
    const onPeers = (addresses: readonly Address[]): void => this.#dialer.add(addresses);
    const search = this.#dht?.searchFor(this.infoHash, this.#context.listenPort, { onPeers });
    if (search !== undefined) this.#sources.push(search);
    for (const { host, port } of this.#options.metainfo.dhtNodes) this.#dht?.addNamedContact(host, port);
    for (const source of this.#sources) source.start();
    if (this.#options.peers !== undefined) this.#dialer.add(this.#options.peers);
    if (!this.#table.isFinished) return;
    if (this.#table.isComplete) observer.completed();
    this.#options.events?.onCompleted?.();
  }

  get #dht(): Dht | undefined {
    return this.#options.metainfo.isPrivate ? undefined : this.#context.dht;
  }

  #dial(address: Address): void {
    const connection = new PeerConnection(this.#context, this);
    this.#connections.addDialled(connection);
    connection.attach(this.#ports.network.dial(address, connection));
    this.#context.onDialled(connection);
  }

  #onPieceFound(piece: number): void {
    this.#table.addFound(piece);
    this.#ports.observer.pieceVerified(piece, -1);
  }

  #onPieceVerified(piece: number): void {
    this.#haves.weGot(piece);
    if (!this.#table.isFinished) return;
    this.#gate.end();
    this.#state = 'seeding';
    const { isComplete } = this.#table;
    if (isComplete) this.#ports.observer.completed();
    this.#dialer.startOver();
    // Who wanted a part only has not completed a download, as trackers count it (BEP 21).
    for (const source of this.#sources) if (isComplete) source.completed();
    this.#haves.weAreComplete();
    this.#options.events?.onCompleted?.();
  }

  /** Two that have everything have nothing to say to each other. */
  #partFrom(connection: PeerConnection): void {
    const { dialAddress } = connection;
    if (dialAddress !== undefined) this.#dialer.markSeed(dialAddress);
    connection.close('both are seeds');
  }

  /** We choked the peer: what waits for it is dropped, but for the pieces that it may have all the same. */
  #dropRequests(connection: PeerConnection): void {
    connection.uploads.drop(
      (piece) => connection.grantedFast.includes(piece),
      (piece, begin, length) => connection.reject(piece, begin, length),
    );
  }

  #onLiar(connection: PeerConnection, piece: number): void {
    this.#dialer.ban(connection.address.host);
    connection.close(`sent a corrupt piece ${piece}`, 'remote');
  }

  /** A full disk pauses the download until there is room; any other failure ends it. What is stored is still served. */
  #onStorageFailed(error: DiskError): void {
    if (this.#state === 'stopped') return;
    if (error.kind === 'full') this.#gate.shutUntilRoom();
    else {
      this.#scheduler.pause();
      this.#gate.end();
    }
    if (this.#state === 'failed') return;
    this.#state = 'failed';
    this.#ports.observer.storageFailed(error.message);
    this.#options.events?.onStorageFailed?.(error);
  }

  #onRoom(): void {
    if (this.#state === 'failed') this.#state = 'downloading';
    this.#options.events?.onStorageRoom?.();
  }
}
