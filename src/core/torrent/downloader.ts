/**
 * What happens to a block once it arrives: it is counted, written, and when its piece is whole the piece is hashed. Only
 * a piece whose digest matches is announced; one that fails is fetched again from one peer alone, and a peer that is
 * the only source of a failed piece is a proven liar.
 */
import { equalBytes } from '../bytes.ts';
import type { TorrentObserver } from '../observer.ts';
import { PeerConnection } from '../peer/peer-connection.ts';
import type { PieceTable } from '../pieces/piece-table.ts';
import type { RequestScheduler } from '../pieces/request-scheduler.ts';
import type { Clock, Disk, DiskError, Microseconds, Payload } from '../ports.ts';

export interface DownloaderPorts {
  readonly clock: Clock;
  readonly disk: Disk;
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
  readonly #subject: DownloadSubject;
  readonly #lastSource = new Map<number, PeerConnection>();
  /** Pieces of which a block could not be stored: that their check fails is nobody's fault but ours. */
  readonly #unstored = new Set<number>();
  #receivedBytes = 0;
  #lastBlockAtUs: Microseconds;
  #wastedBytes = 0;

  constructor(
    ports: DownloaderPorts,
    table: PieceTable,
    scheduler: RequestScheduler,
    subject: DownloadSubject,
  ) {
    this.#ports = ports;
    this.#table = table;
    this.#scheduler = scheduler;
    this.#subject = subject;
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
    connection.received.add(length, now);
    connection.requests.blockArrived(length, now);
    connection.lastBlockAtUs = now;
    connection.snubbed = false;
    observer.blockReceived(connection.label, piece, begin, length);
    disk.write(piece, begin, payload, piece);
    if (active.missing === 0) {
      this.#lastSource.set(piece, connection);
      disk.hash(piece, piece);
    }
    this.#scheduler.refill(connection);
  }

  onWritten(piece: number, error: DiskError | undefined): void {
    if (error === undefined) return;
    this.#unstored.add(piece);
    this.#subject.onStorageFailed(error);
  }

  onHashed(piece: number, digest: Uint8Array | undefined, error: DiskError | undefined): void {
    const source = this.#lastSource.get(piece);
    this.#lastSource.delete(piece);
    if (this.#unstored.has(piece)) return;
    if (digest === undefined) {
      if (error !== undefined) this.#subject.onStorageFailed(error);
      return;
    }
    if (equalBytes(digest, this.#subject.pieceHash(piece))) {
      this.#table.verify(piece);
      this.#ports.observer.pieceVerified(piece, source?.label ?? -1);
      this.#subject.onPieceVerified(piece, source);
    } else this.#failed(piece);
  }

  #failed(piece: number): void {
    this.#ports.observer.pieceFailed(piece);
    const active = this.#table.activePiece(piece);
    if (active === undefined) return;
    const [suspect, another] = active.contributors;
    this.#wastedBytes += this.#table.geometry.pieceLengthOf(piece);
    this.#table.restartExclusively(active);
    if (another === undefined && suspect instanceof PeerConnection) this.#subject.onLiar(suspect, piece);
    this.#scheduler.feedAll();
  }
}
