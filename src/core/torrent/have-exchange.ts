/**
 * Who has what: takes in what the remotes have, keeps our interest in each of them truthful (BEP 3), and tells them what
 * we get. A have is sent at once where it may change what the remote does next: it lacks the piece, and it either sees
 * nothing to want in us yet or may request from us now. To all others it is only news about rarity, which waits a
 * moment for company, so that one message carries several.
 */
import type { TorrentObserver } from '../observer.ts';
import type { PeerConnection } from '../peer/peer-connection.ts';
import type { PieceTable } from '../pieces/piece-table.ts';
import type { RequestScheduler } from '../pieces/request-scheduler.ts';
import type { Clock, Microseconds, Timer } from '../ports.ts';

/** How long a have that is not urgent waits: far less than a choke round, more than a piece takes on a fast line. */
const COMPANY_US: Microseconds = 2_000_000;

export interface HaveExchangePorts {
  readonly clock: Clock;
  readonly observer: TorrentObserver;
}

export interface HaveExchangeSubject {
  readonly connections: Iterable<PeerConnection>;
  /** Both of us have everything: there is nothing to be had or given. */
  onUseless(connection: PeerConnection): void;
}

export class HaveExchange {
  readonly #ports: HaveExchangePorts;
  readonly #table: PieceTable;
  readonly #scheduler: RequestScheduler;
  readonly #subject: HaveExchangeSubject;
  #timer: Timer | undefined;

  constructor(
    ports: HaveExchangePorts,
    table: PieceTable,
    scheduler: RequestScheduler,
    subject: HaveExchangeSubject,
  ) {
    this.#ports = ports;
    this.#table = table;
    this.#scheduler = scheduler;
    this.#subject = subject;
  }

  /** The first message to a new connection: all that we have. */
  introduce(connection: PeerConnection): void {
    connection.announced = this.#table.verifiedLog.length;
    connection.sendHave(this.#table.have);
  }

  remoteGot(connection: PeerConnection, piece: number): void {
    // A seed by its bitfield never says have; one that becomes complete piece by piece stays counted piece by piece.
    this.#table.rarity.increment(piece);
    if (this.#table.have.has(piece)) {
      this.#closeIfUseless(connection);
      return;
    }
    this.#becomeInterested(connection, 1);
    this.#scheduler.pieceOffered(connection);
  }

  /** The remote said what it has in all. */
  remoteHas(connection: PeerConnection): void {
    if (connection.have.isComplete) {
      connection.countedAsSeed = true;
      this.#table.rarity.addSeed();
    } else {
      for (let piece = 0; piece < connection.have.length; piece++) {
        if (connection.have.has(piece)) this.#table.rarity.increment(piece);
      }
    }
    if (this.#closeIfUseless(connection)) return;
    this.#becomeInterested(connection, connection.have.countMissingFrom(this.#table.have));
  }

  weGot(piece: number): void {
    let waiting = false;
    for (const connection of this.#subject.connections) {
      if (connection.closed) continue;
      if (!connection.have.has(piece)) {
        if (connection.remoteInterested && connection.amChoking) waiting = true;
        else this.announceTo(connection);
        continue;
      }
      waiting = true;
      connection.usefulPieces--;
      if (connection.usefulPieces === 0) this.#setInterested(connection, false);
    }
    if (!waiting || this.#timer !== undefined) return;
    this.#timer = this.#ports.clock.schedule(this.#ports.clock.now() + COMPANY_US, () => this.#announceAll());
  }

  weAreComplete(): void {
    this.#announceAll();
    for (const connection of this.#subject.connections) this.#closeIfUseless(connection);
  }

  /** Sends the haves that this peer has not been sent. */
  announceTo(connection: PeerConnection): void {
    const { verifiedLog } = this.#table;
    while (connection.announced < verifiedLog.length && !connection.closed) {
      connection.announcePiece(verifiedLog[connection.announced] as number);
      connection.announced++;
    }
  }

  forget(connection: PeerConnection): void {
    if (connection.countedAsSeed) {
      this.#table.rarity.removeSeed();
      return;
    }
    for (let piece = 0; piece < connection.have.length; piece++) {
      if (connection.have.has(piece)) this.#table.rarity.decrement(piece);
    }
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #announceAll(): void {
    this.stop();
    for (const connection of this.#subject.connections) this.announceTo(connection);
  }

  #becomeInterested(connection: PeerConnection, pieces: number): void {
    connection.usefulPieces += pieces;
    if (connection.usefulPieces === 0 || connection.amInterested) return;
    this.#setInterested(connection, true);
    // It may have unchoked us before there was anything to want.
    this.#scheduler.fill(connection);
  }

  #setInterested(connection: PeerConnection, interested: boolean): void {
    connection.setInterested(interested);
    this.#ports.observer.interestChanged(connection.label, interested);
  }

  #closeIfUseless(connection: PeerConnection): boolean {
    if (!this.#table.isComplete || !connection.have.isComplete || connection.closed) return false;
    this.#subject.onUseless(connection);
    return true;
  }
}
