/**
 * One torrent: the coordinator, and its life from the first look at the disk to the last announce. It decides nothing itself:
 * what connections report is passed on in `TorrentConnections`, to the parts that `TorrentParts` has wired together.
 */
import type { Bitfield } from '../bitfield.ts';
import type { PeerOrigin } from '../discovery/peer-source.ts';
import type { EarlyHoldings } from '../metadata/early-holdings.ts';
import type { ConnectionContext } from '../peer/connection-owner.ts';
import type { PeerConnection } from '../peer/peer-connection.ts';
import type { Address, DiskError, DiskHandler, Payload } from '../ports.ts';
import { DiskCheck } from './disk-check.ts';
import { TorrentInspection } from './inspection.ts';
import { type PartialPiece, type StoredContent, storedContent } from './stored-content.ts';
import { TorrentConnections } from './torrent-connections.ts';
import type { TorrentChange, TorrentOptions, TorrentPorts, TorrentStatus } from './torrent-options.ts';
import type { TorrentPeers } from './torrent-peers.ts';
import { UPLOAD_TOKEN } from './uploader.ts';

/** Had the torrent's peers before the torrent could. */
export interface Predecessor {
  readonly peers: TorrentPeers;
  /** The torrent is online: gives it every connection, with what its remote has said it has. */
  handOver(torrent: Torrent, take: (connection: PeerConnection, holdings: EarlyHoldings) => void): void;
}

export class Torrent extends TorrentConnections implements DiskHandler {
  readonly #predecessor: Predecessor | undefined;
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
    super(ports, context, options, predecessor?.peers);
    this.#predecessor = predecessor;
    this.#stored = storedContent(options.onDisk, this.pieceCount);
    for (const piece of this.wholePadding) {
      if (!this.#stored.trusted.has(piece)) this.#stored.inDoubt.set(piece);
    }
    this.holdBackAs(options.choker);
  }

  /** Begins: looks at the disk first when that is asked for, then announces and dials. Called once. */
  start(): void {
    this.ports.disk.attach(this);
    const { trusted, inDoubt } = this.#stored;
    for (let piece = 0; trusted.count > 0 && piece < this.pieceCount; piece++) {
      if (trusted.has(piece)) this.#onPieceFound(piece);
    }
    if (inDoubt.count === 0) {
      this.#goOnline();
      return;
    }
    this.#check = new DiskCheck(this.ports.disk, {
      inDoubt,
      pieceHash: (piece) => this.options.metainfo.pieceHash(piece),
      onPieceFound: (piece) => this.#onPieceFound(piece),
      onChecked: (error) => {
        if (error !== undefined) {
          this.onStorageFailed(error);
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
    this.scheduler.pause();
    this.gate.end();
    this.choking.stop();
    this.haves.stop();
    this.superSeeding?.stop();
    this.care.stop();
    this.uploader.stop();
    this.peers.stop(() => this.ports.disk.close(done));
  }

  /** Leaves the swarm until `resume`: trackers are told, and every connection is closed. What is stored stays. */
  pause(): void {
    if (this.#isPaused || this.#state === 'stopped') return;
    this.#isPaused = true;
    if (this.#check !== undefined) return;
    this.scheduler.pause();
    this.choking.stop();
    this.care.stop();
    this.uploader.stop();
    this.peers.pause();
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
    if (this.#state === 'failed' && !this.gate.isFull) this.#state = 'downloading';
    this.scheduler.resume();
    this.care.start();
    this.peers.resume();
  }

  /** Goes on with other settings. */
  configure(change: TorrentChange): void {
    const { picker, choker, uploadSlots, uploadLimitBytesPerSec, downloadLimitBytesPerSec } = change;
    const { connectionsMax, suggest } = change;
    if (picker !== undefined) this.scheduler.picker = picker;
    this.choking.configure(choker, uploadSlots);
    if (choker !== undefined) this.holdBackAs(choker);
    if (suggest !== undefined && this.superSeeding === undefined) this.suggestions.setCount(suggest);
    if (connectionsMax !== undefined) {
      this.peers.connections.setMax(connectionsMax);
      this.peers.dialer.setMax(connectionsMax);
    }
    if (uploadLimitBytesPerSec !== undefined) this.uploader.setLimit(uploadLimitBytesPerSec);
    if (downloadLimitBytesPerSec !== undefined) this.scheduler.limit.setLimit(downloadLimitBytesPerSec);
  }

  /**
   * Other priorities, as in the options. A torrent that has finished goes on when something more is wanted, and one that is
   * not wanted to have more than it has finishes.
   */
  prioritize(priorities: Uint8Array): void {
    if (this.#state === 'stopped') return;
    const { connections } = this.peers;
    const hadFinished = this.table.isFinished;
    this.scheduler.prioritize(priorities, connections.ready);
    if (this.#state === 'checking') return;
    this.#wantMore(hadFinished);
    if (!hadFinished && this.table.isFinished) this.#finish();
  }

  /**
   * Hashes everything that we have as it is stored now. What is not right is lost: whoever was told of it is told so (BEP 54),
   * and it is fetched again unless the options say otherwise. Nothing happens while the torrent is being checked, and after its end.
   */
  recheck(): void {
    if (this.#state === 'checking' || this.#state === 'stopped') return;
    for (let piece = 0; piece < this.pieceCount; piece++) {
      if (this.table.have.has(piece)) this.doubted.doubt(piece);
    }
  }

  /** Peers to be dialled, heard of at `origin`. A private torrent takes them from its trackers only (BEP 27). */
  addPeers(addresses: readonly Address[], origin: PeerOrigin = 'user'): void {
    this.peers.add(addresses, origin);
  }

  /** What a checker may look at. */
  inspect(): TorrentInspection {
    return new TorrentInspection(this.table, this.peers.connections);
  }

  /** The pieces that we hold, as they are now; while the disk is being checked, not known. */
  verified(): Bitfield | 'unknown' {
    return this.#check === undefined ? this.table.have.copy() : 'unknown';
  }

  /** Of the pieces that are under way: the blocks that have arrived and are stored or about to be. */
  partialPieces(): PartialPiece[] {
    return this.table.partialPieces();
  }

  status(): TorrentStatus {
    return {
      state: this.#isPaused && this.#state !== 'stopped' ? 'paused' : this.#state,
      checked: this.#check?.progress ?? 1,
      isDiskFull: this.gate.isFull,
      verifiedPieces: this.table.have.count,
      pieceCount: this.pieceCount,
      verifiedBytes: this.options.metainfo.totalLength - this.table.missingBytes,
      leftBytes: this.table.wantedBytes,
      receivedBytes: this.downloader.receivedBytes,
      wastedBytes: this.downloader.wastedBytes,
      sentBytes: this.uploader.sentBytes,
      connections: this.peers.connections.readyCount,
    };
  }

  protected override get isOnline(): boolean {
    return this.#state !== 'stopped' && this.#state !== 'checking' && !this.#isPaused;
  }

  // What the disk reports.

  onRead(token: number, payload: Payload | undefined, error: DiskError | undefined): void {
    if (token !== UPLOAD_TOKEN) {
      if (this.#state !== 'stopped') this.downloader.onReadBack(token, payload);
      return;
    }
    const piece = this.uploader.oldestPiece;
    if (!this.uploader.onRead(payload, error) || error === undefined) return;
    if (this.options.onLoss === undefined) this.onStorageFailed(error);
    else if (this.#state !== 'stopped' && this.table.have.has(piece)) this.doubted.doubt(piece);
  }

  onWritten(token: number, error: DiskError | undefined): void {
    this.downloader.onWritten(token, error);
  }

  onHashed(token: number, digest: Uint8Array | undefined, error: DiskError | undefined): void {
    if (this.#state === 'stopped') return;
    if (this.doubted.onHashed(token, digest)) return;
    if (this.#check !== undefined) this.#check.onHashed(token, digest, error);
    else this.downloader.onHashed(token, digest, error);
  }

  #goOnline(): void {
    if (this.#isPaused) return;
    const { observer } = this.ports;
    const tiers = this.options.trackers ?? this.options.metainfo.trackers;
    for (const partial of this.#stored.partial) this.table.resume(partial);
    this.#stored = storedContent('nothing', 0);
    this.#state = this.table.isFinished ? 'seeding' : 'downloading';
    this.options.events?.onChecked?.(this.table.have.count);
    this.care.start();
    if (this.#predecessor === undefined) this.peers.lookForPeers(tiers, this.options.metainfo.dhtNodes);
    else this.#predecessor.handOver(this, (connection, holdings) => this.#takeOver(connection, holdings));
    if (this.options.peers !== undefined) this.peers.add(this.options.peers, 'user');
    if (!this.table.isFinished) return;
    if (this.table.isComplete) observer.completed();
    this.options.events?.onCompleted?.();
  }

  #takeOver(connection: PeerConnection, holdings: EarlyHoldings): void {
    this.haves.takeOver(connection, holdings);
    if (connection.remoteInterested) this.onInterestChanged(connection);
  }

  #onPieceFound(piece: number): void {
    this.table.addFound(piece);
    this.ports.observer.pieceVerified(piece, -1);
  }

  protected override onPieceVerified(piece: number): void {
    this.haves.weGot(piece);
    if (this.table.isFinished) this.#finish();
  }

  protected override onPieceLost(piece: number): void {
    if (this.#state === 'stopped' || !this.table.have.has(piece)) return;
    const hadFinished = this.table.isFinished;
    this.haves.weLost(piece);
    this.table.lose(piece, this.options.onLoss !== 'serve');
    this.ports.observer.pieceLost?.(piece);
    for (const connection of this.peers.connections.ready) {
      connection.uploads.drop(
        (other) => other !== piece,
        (other, begin, length) => {
          connection.reject(other, begin, length);
          this.suggestions.weRefused(connection, other);
        },
      );
    }
    this.#wantMore(hadFinished);
  }

  /** Other pieces are wanted than before. `hadFinished`: nothing was, then. */
  #wantMore(hadFinished: boolean): void {
    if (hadFinished && !this.table.isFinished) {
      if (this.#state === 'seeding') this.#state = 'downloading';
      this.gate.begin();
      this.peers.unfinished();
    }
    this.haves.wantOthers();
    this.scheduler.feedAll();
  }

  #finish(): void {
    this.gate.end();
    this.#state = 'seeding';
    const { isComplete } = this.table;
    if (isComplete) this.ports.observer.completed();
    this.peers.finished(isComplete);
    this.haves.weAreComplete();
    if (this.uploader.holdsBack !== undefined) this.letGo();
    this.options.events?.onCompleted?.();
  }

  /** A full disk pauses the download until there is room; any other failure ends it. What is stored is still served. */
  protected override onStorageFailed(error: DiskError): void {
    if (this.#state === 'stopped') return;
    if (error.kind === 'full') this.gate.shutUntilRoom();
    else {
      this.scheduler.pause();
      this.gate.end();
    }
    if (this.#state === 'failed') return;
    this.#state = 'failed';
    this.ports.observer.storageFailed(error.message);
    this.options.events?.onStorageFailed?.(error);
  }

  protected override onRoom(): void {
    if (this.#state === 'failed') this.#state = 'downloading';
    this.options.events?.onStorageRoom?.();
  }
}
