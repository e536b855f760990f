/**
 * What happens to a block once it arrives: it is counted, written, and when its piece is whole the piece is hashed. Only
 * a piece whose digest matches is announced; one that fails is fetched again from one peer alone. Who is a proven liar
 * says the `Evidence`: the only source of a failed piece, and of one with several sources whoever sent other blocks than
 * the right ones, unless it was the disk that changed them.
 */
import { equalBytes } from '../bytes.ts';
import type { TorrentObserver } from '../observer.ts';
import { PeerConnection } from '../peer/peer-connection.ts';
import type { ActivePiece } from '../pieces/active-piece.ts';
import type { PieceTable } from '../pieces/piece-table.ts';
import type { RequestScheduler } from '../pieces/request-scheduler.ts';
import type { Clock, Disk, DiskError, Hasher, Microseconds, Payload } from '../ports.ts';
import { Evidence } from './evidence.ts';
import type { StorageGate } from './storage-gate.ts';

export interface DownloaderPorts {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly hasher: Hasher;
  readonly observer: TorrentObserver;
}

export interface DownloadSubject {
  readonly connections: Iterable<PeerConnection>;
  /** The expected SHA-1 digest of a piece. */
  pieceHash(piece: number): Uint8Array;
  onPieceVerified(piece: number, lastSource: PeerConnection | undefined): void;
  onLiar(connection: PeerConnection, piece: number): void;
  onStorageFailed(error: DiskError): void;
}

export class Downloader {
  readonly #ports: DownloaderPorts;
  readonly #table: PieceTable;
  readonly #scheduler: RequestScheduler;
  readonly #gate: StorageGate;
  readonly #subject: DownloadSubject;
  readonly #evidence: Evidence;
  /** Pieces of which a block could not be stored: that their check fails is nobody's fault but ours. */
  readonly #unstored = new Set<number>();
  #receivedBytes = 0;
  #lastBlockAtUs: Microseconds;
  #wastedBytes = 0;

  constructor(
    ports: DownloaderPorts,
    table: PieceTable,
    scheduler: RequestScheduler,
    gate: StorageGate,
    subject: DownloadSubject,
  ) {
    this.#ports = ports;
    this.#table = table;
    this.#scheduler = scheduler;
    this.#gate = gate;
    this.#subject = subject;
    this.#evidence = new Evidence(ports.disk, table.geometry, ports.hasher);
    this.#lastBlockAtUs = ports.clock.now();
  }

  /** When the last wanted block arrived, or the torrent was made. */
  get lastBlockAtUs(): Microseconds {
    return this.#lastBlockAtUs;
  }

  /** Payload bytes of wanted blocks. */
  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** Payload bytes that were of no use. */
  get wastedBytes(): number {
    return this.#wastedBytes;
  }

  /** A block begins to arrive: a buffer when it is wanted. Closes on a peer that sends what nobody asked for (BEP 6). */
  blockComing(
    connection: PeerConnection,
    piece: number,
    begin: number,
    length: number,
  ): Uint8Array | undefined {
    const block = this.#table.findBlock(piece, begin, length);
    const expectation = block < 0 ? 'unasked' : this.#scheduler.isExpected(connection, piece, block);
    if (expectation === 'wanted') return this.#ports.disk.takeBuffer(length);
    if (expectation === 'unasked' && connection.fast) {
      connection.close('sent a block that nobody asked for', 'remote');
    }
    return undefined;
  }

  blockArrived(
    connection: PeerConnection,
    piece: number,
    begin: number,
    length: number,
    payload: Payload | undefined,
  ): void {
    const { observer, disk, clock } = this.#ports;
    const active =
      payload === undefined
        ? undefined
        : this.#scheduler.receive(
            connection,
            piece,
            this.#table.findBlock(piece, begin, length),
            this.#subject.connections,
          );
    if (active === undefined || payload === undefined) {
      this.#wastedBytes += length;
      if (payload?.bytes !== undefined) disk.release(payload.bytes);
      observer.blockWasted(connection.label, piece, begin, length);
      this.#scheduler.refill(connection);
      return;
    }
    const now = clock.now();
    this.#receivedBytes += length;
    this.#lastBlockAtUs = now;
    connection.startRequests().blockArrived(length, now);
    connection.snubbed = false;
    observer.blockReceived(connection.label, piece, begin, length);
    this.#gate.writeBegun();
    this.#evidence.note(active.number, piece, begin, payload, connection);
    disk.write(piece, begin, payload, piece);
    if (active.missing === 0) disk.hash(piece, piece);
    this.#scheduler.refill(connection);
  }

  onWritten(piece: number, error: DiskError | undefined): void {
    if (error !== undefined) {
      this.#unstored.add(piece);
      this.#subject.onStorageFailed(error);
    }
    this.#gate.writeEnded(error === undefined);
  }

  onHashed(piece: number, digest: Uint8Array | undefined, error: DiskError | undefined): void {
    if (this.#unstored.delete(piece)) {
      this.#fetchAgain(piece);
      return;
    }
    if (digest === undefined) {
      if (error !== undefined) this.#subject.onStorageFailed(error);
      return;
    }
    if (equalBytes(digest, this.#subject.pieceHash(piece))) {
      const source = this.#table.activePiece(piece)?.lastContributor as PeerConnection | undefined;
      this.#table.verify(piece);
      this.#ports.observer.pieceVerified(piece, source?.label ?? -1);
      this.#subject.onPieceVerified(piece, source);
      this.#evidence.judge(piece, (liar) => this.#subject.onLiar(liar, piece));
    } else this.#failed(piece);
  }

  /** The answer to a read that was not for upload. */
  onReadBack(token: number, payload: Payload | undefined): void {
    this.#evidence.onRead(token, payload);
  }

  /** Not every block of the piece was stored: all of it again, from anybody. */
  #fetchAgain(piece: number): void {
    const active = this.#table.activePiece(piece);
    if (active === undefined) return;
    const { exclusive } = active;
    this.#wastedBytes += this.#table.geometry.pieceLengthOf(piece);
    this.#table.restartExclusively(active);
    active.exclusive = exclusive;
    this.#scheduler.feedAll();
  }

  #failed(piece: number): void {
    this.#ports.observer.pieceFailed(piece);
    const active = this.#table.activePiece(piece);
    if (active === undefined) return;
    const suspect = active.contributor;
    this.#wastedBytes += this.#table.geometry.pieceLengthOf(piece);
    if (active.isMixed || !(suspect instanceof PeerConnection)) {
      this.#evidence.keep(piece, active.number, () => this.#restart(active));
      return;
    }
    this.#evidence.examine(piece, active.number, (asSent) => {
      if (asSent) this.#subject.onLiar(suspect, piece);
      this.#restart(active);
    });
  }

  #restart(active: ActivePiece): void {
    this.#table.restartExclusively(active);
    this.#scheduler.feedAll();
  }
}
