/**
 * One torrent: the coordinator. It decides nothing itself; it routes what connections, disk and trackers report to the
 * table of pieces, the exchange of haves, the request scheduler, the downloader, the uploader, the choke rounds, the
 * dialer and the announcer, and passes on what those decide. Over 400 lines for a reason: it is the one place where all
 * of them meet, and every method is a few lines of routing.
 */
import type { Bitfield } from '../bitfield.ts';
import type { PeerOrigin } from '../discovery/peer-source.ts';
import type { EarlyHoldings } from '../metadata/early-holdings.ts';
import { MetadataServer } from '../metadata/metadata-server.ts';
import type { Blame } from '../observer.ts';
import { grantAllowedFast } from '../peer/allowed-fast.ts';
import type { ConnectionContext } from '../peer/connection-owner.ts';
import type { PeerConnection } from '../peer/peer-connection.ts';
import { PaddingBlocks } from '../pieces/padding-blocks.ts';
import { PieceTable } from '../pieces/piece-table.ts';
import { RequestScheduler } from '../pieces/request-scheduler.ts';
import type { Address, DiskError, DiskHandler, Payload } from '../ports.ts';
import type { Choker } from '../strategies/choker.ts';
import type { AnnounceProgress } from '../tracker/announcer.ts';
import type { ExtensionHandshake } from '../wire/extension-handshake.ts';
import { ChokeRounds } from './choke-rounds.ts';
import { ConnectionCare } from './connection-care.ts';
import { DiskCheck } from './disk-check.ts';
import { DoubtedPieces } from './doubted-pieces.ts';
import { Downloader } from './downloader.ts';
import { HaveExchange } from './have-exchange.ts';
import { TorrentInspection } from './inspection.ts';
import { PeerSearch } from './peer-search.ts';
import { StorageGate } from './storage-gate.ts';
import { type PartialPiece, type StoredContent, storedContent } from './stored-content.ts';
import { Suggestions } from './suggestions.ts';
import { SuperSeeding } from './super-seeding.ts';
import type { TorrentChange, TorrentOptions, TorrentPorts, TorrentStatus } from './torrent-options.ts';
import { type PeersOwner, TorrentPeers } from './torrent-peers.ts';
import { UPLOAD_TOKEN, Uploader } from './uploader.ts';

/** Had the torrent's peers before the torrent could. */
export interface Predecessor {
  readonly peers: TorrentPeers;
  /** The torrent is online: gives it every connection, with what its remote has said it has. */
  handOver(torrent: Torrent, take: (connection: PeerConnection, holdings: EarlyHoldings) => void): void;
}

export class Torrent implements PeersOwner, DiskHandler {
  readonly infoHash: Uint8Array;
  readonly pieceCount: number;
  readonly #ports: TorrentPorts;
  readonly #options: TorrentOptions;
  readonly #table: PieceTable;
  readonly #peers: TorrentPeers;
  readonly #predecessor: Predecessor | undefined;
  readonly #gate: StorageGate;
  readonly #scheduler: RequestScheduler;
  readonly #downloader: Downloader;
  readonly #doubted: DoubtedPieces;
  readonly #uploader: Uploader;
  readonly #haves: HaveExchange;
  readonly #suggestions: Suggestions;
  readonly #superSeeding: SuperSeeding | undefined;
  readonly #choking: ChokeRounds;
  readonly #care: ConnectionCare;
  readonly #search: PeerSearch;
  #check: DiskCheck | undefined;
  /** What was on disk at the start; forgotten once it is known. */
  #stored: StoredContent;
  #state: Exclude<TorrentStatus['state'], 'paused'> = 'checking';
  #isPaused = false;

  /** `predecessor`: whoever had the torrent's peers while its metadata was not known. */
  constructor(
    ports: TorrentPorts,
    context: ConnectionContext,
    options: TorrentOptions,
    predecessor?: Predecessor,
  ) {
    const { metainfo } = options;
    const { random } = ports;
    this.infoHash = metainfo.infoHash;
    this.pieceCount = metainfo.pieceCount;
    this.#ports = ports;
    this.#options = options;
    const padding = PaddingBlocks.of(metainfo);
    this.#stored = storedContent(options.onDisk, this.pieceCount);
    for (const piece of padding?.wholePieces(metainfo.geometry) ?? []) {
      if (!this.#stored.trusted.has(piece)) this.#stored.inDoubt.set(piece);
    }
    this.#table = new PieceTable(metainfo.geometry, random.fork('rarity'), {
      priorities: options.priorities,
      padding,
    });
    this.#predecessor = predecessor;
    this.#peers =
      predecessor?.peers ??
      new TorrentPeers(ports, context, this, {
        ...options,
        infoHash: metainfo.infoHash,
        isPrivate: metainfo.isPrivate,
        metadata: options.metadataExchange === true ? new MetadataServer(metainfo.infoBytes) : undefined,
        connectionsMax: options.connectionsMax ?? 50,
      });
    const { connections } = this.#peers;
    const schedulerPorts = { clock: ports.clock, observer: ports.observer, random: random.fork('picker') };
    this.#gate = new StorageGate(
      ports.clock,
      options.downloadLimitBytesPerSec ?? 0,
      () => this.#onRoom(),
      options.storageRetryUs,
      ports.shares?.download,
    );
    this.#scheduler = new RequestScheduler(schedulerPorts, this.#table, options.picker, this.#gate);
    this.#downloader = new Downloader(ports, this.#table, this.#scheduler, this.#gate, {
      connections: connections.ready,
      pieceHash: (piece) => metainfo.pieceHash(piece),
      onPieceVerified: (piece) => this.#onPieceVerified(piece),
      onLiar: (connection, piece) => this.#onLiar(connection, piece),
      onStorageFailed: (error) => this.#onStorageFailed(error),
    });
    this.#doubted = new DoubtedPieces(ports.disk, {
      pieceHash: (piece) => metainfo.pieceHash(piece),
      onLost: (piece) => this.#onPieceLost(piece),
    });
    this.#uploader = new Uploader(ports, options.uploadLimitBytesPerSec ?? 0, ports.shares?.upload);
    this.#haves = new HaveExchange(ports, this.#table, this.#scheduler, {
      connections: connections.ready,
      onUseless: (connection) => this.#partFrom(connection),
    });
    this.#superSeeding = options.superSeeding
      ? new SuperSeeding(ports.clock, this.#table, random.fork('super-seeding'))
      : undefined;
    this.#suggestions = new Suggestions(
      this.#table,
      random.fork('suggestions'),
      options.superSeeding ? 0 : (options.suggest ?? 0),
    );
    const isComplete = (): boolean => this.#table.isFinished;
    this.#choking = new ChokeRounds(
      { clock: ports.clock, observer: ports.observer, random: random.fork('choker') },
      options.choker,
      options.uploadSlots ?? 5,
      {
        connections: connections.ready,
        pieceCount: metainfo.pieceCount,
        totalBytes: metainfo.totalLength,
        refillsAtOnce: options.refillsSlotsAtOnce ?? false,
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
        connections: connections.ready,
        isDownloading: () => this.#search.isUrgent,
        announceTo: (connection) => this.#haves.announceTo(connection),
        sleepsUntilUs: () => this.#search.quietUntilUs,
        onCare: () => {
          if (!this.#gate.isShut) this.#search.look();
        },
      },
      options.snubAfterUs ?? 60_000_000,
    );
    this.#search = new PeerSearch(ports.clock, connections, this.#peers.dialer, {
      isComplete,
      lastBlockAtUs: () => this.#downloader.lastBlockAtUs,
      requestMorePeers: () => this.#peers.requestMorePeers(),
    });
    this.#holdBackAs(options.choker);
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
    this.#superSeeding?.stop();
    this.#care.stop();
    this.#uploader.stop();
    this.#peers.stop(() => this.#ports.disk.close(done));
  }

  /** Leaves the swarm until `resume`: trackers are told, and every connection is closed. What is stored stays. */
  pause(): void {
    if (this.#isPaused || this.#state === 'stopped') return;
    this.#isPaused = true;
    if (this.#check !== undefined) return;
    this.#scheduler.pause();
    this.#choking.stop();
    this.#care.stop();
    this.#uploader.stop();
    this.#peers.pause();
  }

  /** Comes back, with what it had; storage that had failed is tried again. */
  resume(): void {
    if (!this.#isPaused || this.#state === 'stopped') return;
    this.#isPaused = false;
    if (this.#check !== undefined) return;
    if (this.#state === 'checking') {
      this.#goOnline();
      return;
    }
    if (this.#state === 'failed' && !this.#gate.isFull) this.#state = 'downloading';
    this.#scheduler.resume();
    this.#care.start();
    this.#peers.resume();
  }

  /** Goes on with other settings. */
  configure(change: TorrentChange): void {
    const { picker, choker, uploadSlots, uploadLimitBytesPerSec, downloadLimitBytesPerSec } = change;
    const { connectionsMax, suggest } = change;
    if (picker !== undefined) this.#scheduler.picker = picker;
    this.#choking.configure(choker, uploadSlots);
    if (choker !== undefined) this.#holdBackAs(choker);
    if (suggest !== undefined && this.#superSeeding === undefined) this.#suggestions.setCount(suggest);
    if (connectionsMax !== undefined) {
      this.#peers.connections.setMax(connectionsMax);
      this.#peers.dialer.setMax(connectionsMax);
    }
    if (uploadLimitBytesPerSec !== undefined) this.#uploader.setLimit(uploadLimitBytesPerSec);
    if (downloadLimitBytesPerSec !== undefined) this.#scheduler.limit.setLimit(downloadLimitBytesPerSec);
  }

  /**
   * Other priorities, as in the options. A torrent that has finished goes on when something more is wanted, and one that is
   * not wanted to have more than it has finishes.
   */
  prioritize(priorities: Uint8Array): void {
    if (this.#state === 'stopped') return;
    const { connections } = this.#peers;
    const hadFinished = this.#table.isFinished;
    this.#scheduler.prioritize(priorities, connections.ready);
    if (this.#state === 'checking') return;
    this.#wantMore(hadFinished);
    if (!hadFinished && this.#table.isFinished) this.#finish();
  }

  /**
   * Hashes everything that we have as it is stored now. What is not right is lost: whoever was told of it is told so (BEP 54),
   * and it is fetched again unless the options say otherwise. Nothing happens while the torrent is being checked, and after its end.
   */
  recheck(): void {
    if (this.#state === 'checking' || this.#state === 'stopped') return;
    for (let piece = 0; piece < this.pieceCount; piece++) {
      if (this.#table.have.has(piece)) this.#doubted.doubt(piece);
    }
  }

  #holdBackAs(choker: Choker): void {
    this.#uploader.holdsBack =
      choker.holdsBack === undefined
        ? undefined
        : (connection) => choker.holdsBack?.(connection, this.#table.isFinished) ?? false;
    this.#letGo();
  }

  /** Nobody is held back any more, or others are. */
  #letGo(): void {
    for (const connection of this.#peers.connections.ready) this.#uploader.pump(connection);
  }

  /** Peers to be dialled, heard of at `origin`. A private torrent takes them from its trackers only (BEP 27). */
  addPeers(addresses: readonly Address[], origin: PeerOrigin = 'user'): void {
    this.#peers.add(addresses, origin);
  }

  /** Byte counts of this session, as trackers are told. */
  progress(): AnnounceProgress {
    return {
      uploaded: this.#uploader.sentBytes,
      downloaded: this.#downloader.receivedBytes,
      left: this.#table.missingBytes,
      isPartialSeed: this.isPartialSeed,
    };
  }

  /** Whether we hold a verified copy of `piece`. */
  hasPiece(piece: number): boolean {
    return this.#table.have.has(piece);
  }

  /** What a checker may look at. */
  inspect(): TorrentInspection {
    return new TorrentInspection(this.#table, this.#peers.connections);
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
      state: this.#isPaused && this.#state !== 'stopped' ? 'paused' : this.#state,
      checked: this.#check?.progress ?? 1,
      isDiskFull: this.#gate.isFull,
      verifiedPieces: this.#table.have.count,
      pieceCount: this.pieceCount,
      verifiedBytes: this.#options.metainfo.totalLength - this.#table.missingBytes,
      leftBytes: this.#table.wantedBytes,
      receivedBytes: this.#downloader.receivedBytes,
      wastedBytes: this.#downloader.wastedBytes,
      sentBytes: this.#uploader.sentBytes,
      connections: this.#peers.connections.readyCount,
    };
  }

  // What connections report.

  isInside(piece: number, begin: number, length: number): boolean {
    return piece < this.pieceCount && begin + length <= this.#table.geometry.pieceLengthOf(piece);
  }

  onReady(connection: PeerConnection, remoteId: Uint8Array): void {
    const isOpen = this.#state !== 'stopped' && this.#state !== 'checking' && !this.#isPaused;
    if (!this.#peers.admit(connection, remoteId, isOpen)) return;
    this.#care.wake();
    const hides = this.#table.isComplete && this.#superSeeding?.isOver === false;
    this.#haves.introduce(connection, hides);
    this.#peers.extensions.greet(connection);
    if (hides) {
      this.#superSeeding?.welcome(connection);
      return;
    }
    const fastCount = this.#options.allowedFastCount ?? 0;
    grantAllowedFast(connection, this.infoHash, this.pieceCount, this.#ports.hasher, fastCount);
  }

  onExtensionHandshake(connection: PeerConnection, handshake: ExtensionHandshake): void {
    this.#peers.onExtensionHandshake(connection, handshake);
    if (connection.uploadOnly) this.#haves.remoteWantsNothing(connection);
  }

  onExtended(connection: PeerConnection, id: number, body: Uint8Array): boolean {
    return this.#peers.extensions.onMessage(connection, id, body);
  }

  get isPartialSeed(): boolean {
    return this.#table.isFinished && !this.#table.isComplete;
  }

  onDontHave(connection: PeerConnection, piece: number): boolean {
    this.#haves.remoteLost(connection, piece);
    // Who loses and gets the same piece in turn says nothing of use.
    return false;
  }

  isSeed(connection: PeerConnection): boolean {
    return this.#table.holdings.isComplete(connection.slot);
  }

  /** Port of our DHT node; 0 where there is none, and for a private torrent, which keeps to its trackers (BEP 27). */
  get dhtPort(): number {
    return this.#peers.dhtPort;
  }

  onDhtPort(connection: PeerConnection, port: number): void {
    this.#peers.onDhtPort(connection, port);
  }

  countPiecesOf(slot: number): number {
    return slot < 0 ? 0 : this.#table.holdings.count(slot);
  }

  onHave(connection: PeerConnection, piece: number): boolean {
    const isNews = this.#haves.remoteGot(connection, piece);
    this.#superSeeding?.remoteGot(connection, piece);
    if (this.#suggestions.haveBegun) this.#suggestions.remoteGot(connection, piece);
    return isNews;
  }

  onHaveSet(connection: PeerConnection, have: Bitfield | undefined, first: boolean): boolean {
    const isNews = this.#haves.remoteHas(connection, have, first);
    this.#superSeeding?.remoteHas(connection, have);
    return isNews;
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
    const isThere = this.#table.have.has(piece) && (this.#superSeeding?.mayServe(connection, piece) ?? true);
    const queued = allowed && isThere && connection.startUploads().push(piece, begin, length);
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
    // It has given something: if it was held back for that, it goes on.
    if (this.#uploader.holdsBack !== undefined) this.#uploader.pump(connection);
  }

  onWritable(connection: PeerConnection): void {
    this.#uploader.onWritable(connection);
  }

  onConnectionClosed(connection: PeerConnection, reason: string, blame: Blame): void {
    const body = connection.takeUnfinishedBody();
    if (body !== undefined) this.#ports.disk.release(body);
    if (this.#peers.connections.remove(connection)) {
      this.#choking.connectionClosed(connection);
      this.#scheduler.forget(connection);
      this.#suggestions.forget(connection);
      this.#superSeeding?.forget(connection);
      this.#haves.forget(connection);
      this.#ports.observer.disconnected(connection.label, reason, blame);
    }
    this.#peers.ended(connection);
  }

  // What the disk reports.

  onRead(token: number, payload: Payload | undefined, error: DiskError | undefined): void {
    if (token !== UPLOAD_TOKEN) {
      if (this.#state !== 'stopped') this.#downloader.onReadBack(token, payload);
      return;
    }
    const piece = this.#uploader.oldestPiece;
    if (!this.#uploader.onRead(payload, error) || error === undefined) return;
    if (this.#options.onLoss === undefined) this.#onStorageFailed(error);
    else if (this.#state !== 'stopped' && this.#table.have.has(piece)) this.#doubted.doubt(piece);
  }

  onWritten(token: number, error: DiskError | undefined): void {
    this.#downloader.onWritten(token, error);
  }

  onHashed(token: number, digest: Uint8Array | undefined, error: DiskError | undefined): void {
    if (this.#state === 'stopped') return;
    if (this.#doubted.onHashed(token, digest)) return;
    if (this.#check !== undefined) this.#check.onHashed(token, digest, error);
    else this.#downloader.onHashed(token, digest, error);
  }

  #goOnline(): void {
    if (this.#isPaused) return;
    const { observer } = this.#ports;
    const tiers = this.#options.trackers ?? this.#options.metainfo.trackers;
    for (const partial of this.#stored.partial) this.#table.resume(partial);
    this.#stored = storedContent('nothing', 0);
    this.#state = this.#table.isFinished ? 'seeding' : 'downloading';
    this.#options.events?.onChecked?.(this.#table.have.count);
    this.#care.start();
    if (this.#predecessor === undefined) this.#peers.lookForPeers(tiers, this.#options.metainfo.dhtNodes);
    else this.#predecessor.handOver(this, (connection, holdings) => this.#takeOver(connection, holdings));
    if (this.#options.peers !== undefined) this.#peers.add(this.#options.peers, 'user');
    if (!this.#table.isFinished) return;
    if (this.#table.isComplete) observer.completed();
    this.#options.events?.onCompleted?.();
  }

  #takeOver(connection: PeerConnection, holdings: EarlyHoldings): void {
    this.#haves.takeOver(connection, holdings);
    if (connection.remoteInterested) this.onInterestChanged(connection);
  }

  #onPieceFound(piece: number): void {
    this.#table.addFound(piece);
    this.#ports.observer.pieceVerified(piece, -1);
  }

  #onPieceVerified(piece: number): void {
    this.#haves.weGot(piece);
    if (this.#table.isFinished) this.#finish();
  }

  #onPieceLost(piece: number): void {
    if (this.#state === 'stopped' || !this.#table.have.has(piece)) return;
    const hadFinished = this.#table.isFinished;
    this.#haves.weLost(piece);
    this.#table.lose(piece, this.#options.onLoss !== 'serve');
    this.#ports.observer.pieceLost?.(piece);
    for (const connection of this.#peers.connections.ready) {
      connection.uploads.drop(
        (other) => other !== piece,
        (other, begin, length) => connection.reject(other, begin, length),
      );
    }
    this.#wantMore(hadFinished);
  }

  /** Other pieces are wanted than before. `hadFinished`: nothing was, then. */
  #wantMore(hadFinished: boolean): void {
    if (hadFinished && !this.#table.isFinished) {
      if (this.#state === 'seeding') this.#state = 'downloading';
      this.#gate.begin();
      this.#peers.unfinished();
    }
    this.#haves.wantOthers();
    this.#scheduler.feedAll();
  }

  #finish(): void {
    this.#gate.end();
    this.#state = 'seeding';
    const { isComplete } = this.#table;
    if (isComplete) this.#ports.observer.completed();
    this.#peers.finished(isComplete);
    this.#haves.weAreComplete();
    if (this.#uploader.holdsBack !== undefined) this.#letGo();
    this.#options.events?.onCompleted?.();
  }

  /** Two that have everything have nothing to say to each other. */
  #partFrom(connection: PeerConnection): void {
    const { dialAddress } = connection;
    if (dialAddress !== undefined) this.#peers.dialer.markSeed(dialAddress);
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
    this.#peers.dialer.ban(connection.address.host);
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
