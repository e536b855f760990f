/**
 * Who has what: takes in what the remotes have, keeps our interest in each of them truthful (BEP 3), and tells them what
 * we get. A have is sent at once where it may change what the remote does next: it lacks the piece, and it either sees
 * nothing to want in us yet or may request from us now. To all others it is only news about rarity, which waits a
 * moment for company, so that one message carries several.
 */
import { Bitfield } from '../bitfield.ts';
import type { EarlyHoldings } from '../metadata/early-holdings.ts';
import type { TorrentObserver } from '../observer.ts';
import type { PeerConnection } from '../peer/peer-connection.ts';
import type { PieceTable } from '../pieces/piece-table.ts';
import { Gain, NO_SLOT, Standing } from '../pieces/remote-holdings.ts';
import type { RequestScheduler } from '../pieces/request-scheduler.ts';
import type { Clock, Microseconds, Timer } from '../ports.ts';
import { ExtensionId } from '../wire/extension-handshake.ts';

/** How long a have that is not urgent waits: far less than a choke round, more than a piece takes on a fast line. */
const COMPANY_US: Microseconds = 2_000_000;

/** Room for so many connections at first, as `PieceRows` have bits for. */
const SLOTS_FIRST = 64;

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
  #bySlot = new Array<PeerConnection | undefined>(SLOTS_FIRST).fill(undefined);
  /** The slots in use, in the order in which the connections were made: the first so many. */
  #slots = new Int32Array(SLOTS_FIRST);
  #slotCount = 0;
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

  /** A connection is new: the first message to it is all that we have; or, to hide that, that we have nothing. */
  introduce(connection: PeerConnection, hides = false): void {
    this.#enter(connection);
    const { have, holdings, verifiedLog } = this.#table;
    holdings.setAnnounced(connection.slot, verifiedLog.length);
    connection.sendHave(hides ? new Bitfield(have.length) : have);
  }

  #enter(connection: PeerConnection): void {
    const slot = this.#table.holdings.add();
    connection.slot = slot;
    if (slot === this.#slots.length) this.#widen();
    this.#bySlot[slot] = connection;
    this.#slots[this.#slotCount++] = slot;
  }

  /** Lists that grow by themselves would keep half as much again in reserve. */
  #widen(): void {
    const { length } = this.#slots;
    const slots = new Int32Array(2 * length);
    slots.set(this.#slots);
    this.#slots = slots;
    this.#bySlot = [...this.#bySlot, ...new Array<undefined>(length).fill(undefined)];
  }

  /**
   * Takes over a connection from before the metadata was known: it was told that we have nothing, and `holdings` is what it
   * has said it has. A remote that has named pieces that are not there is to blame for it.
   */
  takeOver(connection: PeerConnection, holdings: EarlyHoldings): void {
    this.#enter(connection);
    const have = holdings.resolve(this.#table.have.length);
    const named = [...connection.allowedFast, ...connection.suggested];
    const isOutside = named.some((piece) => piece >= this.#table.have.length);
    if (!have.ok || isOutside) {
      connection.close(have.ok ? 'named a piece that is not there' : have.error.message, 'remote');
      return;
    }
    this.announceTo(connection);
    this.remoteHas(connection, have.value, true);
  }

  /** The remote got one more piece. False when that was known. */
  remoteGot(connection: PeerConnection, piece: number): boolean {
    const { holdings } = this.#table;
    const { slot } = connection;
    const useful = holdings.gain(slot, piece);
    if (useful === Gain.known) return false;
    if (useful === Gain.ours) this.#closeIfUseless(connection);
    else {
      if (useful === 1) this.#becomeInterested(connection);
      if (holdings.is(slot, Standing.hungry)) this.#scheduler.fill(connection);
    }
    return true;
  }

  /**
   * The remote said what it has in all (undefined: nothing), for the `first` time or again. False when that was nothing
   * new although it was not the first time.
   */
  remoteHas(connection: PeerConnection, have: Bitfield | undefined, first: boolean): boolean {
    const { holdings } = this.#table;
    if (!first || holdings.count(connection.slot) > 0) return this.#remoteRepeats(connection, have);
    if (have !== undefined) holdings.describe(connection.slot, have);
    if (!this.#closeIfUseless(connection)) this.#becomeInterested(connection);
    return true;
  }

  /** The remote has lost a piece (BEP 54): it is not asked for it any more. Nothing happens when it was not known to have it. */
  remoteLost(connection: PeerConnection, piece: number): void {
    const { holdings, geometry } = this.#table;
    const { slot } = connection;
    if (piece >= geometry.pieceCount || slot === NO_SLOT || !holdings.lose(slot, piece)) return;
    this.#scheduler.releasePiece(connection, piece);
    if (connection.amInterested && holdings.useful(slot) === 0) this.#setInterested(connection, false);
  }

  /** The remote says that it only uploads (BEP 21). */
  remoteWantsNothing(connection: PeerConnection): void {
    this.#closeIfUseless(connection);
  }

  weGot(piece: number): void {
    const { holdings } = this.#table;
    let waiting = false;
    for (let index = 0; index < this.#slotCount; index++) {
      const slot = this.#slots[index] as number;
      const holds = holdings.has(slot, piece);
      const left = holds ? holdings.lessUseful(slot) : 0;
      const due = holds ? left === 0 : !holdings.is(slot, Standing.patient);
      // Most have nothing to hear now: only a bit of each is looked at, not the connection.
      if (!due && waiting) continue;
      const connection = this.#bySlot[slot] as PeerConnection;
      if (connection.closed) continue;
      if (holds || !due) waiting = true;
      if (!due) continue;
      if (holds) this.#setInterested(connection, false);
      else this.announceTo(connection);
    }
    if (!waiting || this.#timer !== undefined) return;
    this.#timer = this.#ports.clock.schedule(this.#ports.clock.now() + COMPANY_US, () => this.#announceAll());
  }

  /**
   * We have lost a piece. Whoever was told of it, and understands (BEP 54), is told; the others find out when they ask for it.
   */
  weLost(piece: number): void {
    const body = new Uint8Array(4);
    new DataView(body.buffer).setUint32(0, piece);
    // Nobody must hear afterwards of a piece that has come and gone.
    this.#announceAll();
    for (const connection of this.#subject.connections) {
      connection.sendExtended(ExtensionId.dontHave, body);
    }
  }

  /** Other pieces are wanted than before: whom we are interested in may be another. */
  wantOthers(): void {
    const { holdings } = this.#table;
    for (const connection of this.#subject.connections) {
      if (connection.closed) continue;
      if (holdings.useful(connection.slot) > 0) this.#becomeInterested(connection);
      else if (connection.amInterested) this.#setInterested(connection, false);
    }
  }

  weAreComplete(): void {
    this.#announceAll();
    for (const connection of this.#subject.connections) this.#closeIfUseless(connection);
  }

  /** A remote is about to be unchoked: now it must know what we have. */
  weUnchoke(connection: PeerConnection): void {
    this.#table.holdings.set(connection.slot, Standing.patient, false);
    this.announceTo(connection);
  }

  /** A remote was choked, or became interested, or lost interest. */
  standingChanged(connection: PeerConnection): void {
    const patient = connection.remoteInterested && connection.amChoking;
    this.#table.holdings.set(connection.slot, Standing.patient, patient);
  }

  /** Sends the haves that this peer has not been sent. */
  announceTo(connection: PeerConnection): void {
    const { holdings, verifiedLog } = this.#table;
    const { slot } = connection;
    const announced = holdings.announced(slot);
    if (announced === verifiedLog.length || connection.closed) return;
    holdings.setAnnounced(slot, verifiedLog.length);
    connection.announcePieces(verifiedLog.pieces, announced, verifiedLog.length);
  }

  forget(connection: PeerConnection): void {
    const { slot } = connection;
    this.#table.holdings.remove(slot);
    this.#bySlot[slot] = undefined;
    const index = this.#slots.indexOf(slot);
    this.#slots.copyWithin(index, index + 1, this.#slotCount--);
    connection.slot = NO_SLOT;
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #announceAll(): void {
    this.stop();
    for (const connection of this.#subject.connections) this.announceTo(connection);
  }

  /** Haves in the form of a set: those that are news count. */
  #remoteRepeats(connection: PeerConnection, have: Bitfield | undefined): boolean {
    let news = false;
    for (let piece = 0; have !== undefined && piece < have.length && !connection.closed; piece++) {
      if (have.has(piece) && this.remoteGot(connection, piece)) news = true;
    }
    return news;
  }

  #becomeInterested(connection: PeerConnection): void {
    if (this.#table.holdings.useful(connection.slot) === 0 || connection.amInterested) return;
    this.#setInterested(connection, true);
    // It may have unchoked us before there was anything to want.
    this.#scheduler.fill(connection);
  }

  #setInterested(connection: PeerConnection, interested: boolean): void {
    connection.setInterested(interested);
    this.#ports.observer.interestChanged(connection.label, interested);
  }

  #closeIfUseless(connection: PeerConnection): boolean {
    const { holdings } = this.#table;
    const wantsNothing = connection.uploadOnly || holdings.isComplete(connection.slot);
    if (!this.#table.isFinished || connection.closed || !wantsNothing) return false;
    this.#subject.onUseless(connection);
    return true;
  }
}
