/**
 * The connections of all torrents of a client together: how many there are, and whose turn it is to dial. A torrent
 * that has fewer than its equal share finds a place as long as there is any; beyond that it may go only while a quarter
 * of all places is left for the others. When all are taken, one with more than its share gives one up for a torrent with
 * fewer than its own. Dials under way are bounded too, and torrents that wait dial in turn.
 */
import type { Clock, Timer } from '../ports.ts';
import { TurnQueue, type TurnTaker } from './turn-queue.ts';

/** The part of all places that torrents may fill beyond their equal shares. */
const GREEDY_SHARE = 0.75;

export class ConnectionPlaces {
  readonly #clock: Clock;
  readonly #max: number;
  readonly #dialsMax: number;
  readonly #turns = new TurnQueue();
  readonly #members = new Set<TorrentPlaces>();
  #taken = 0;
  #dials = 0;
  #serving: Timer | undefined;

  /** `max`: connections in all; a client with one torrent has that one's limit instead. `dialsMax`: dials under way. */
  constructor(clock: Clock, max: number, dialsMax: number) {
    this.#clock = clock;
    this.#max = max;
    this.#dialsMax = dialsMax;
  }

  /** Connections of all torrents, those being dialled included. */
  get taken(): number {
    return this.#taken;
  }

  get dialsUnderWay(): number {
    return this.#dials;
  }

  /** The places of one more torrent. */
  share(): TorrentPlaces {
    return new TorrentPlaces(this);
  }

  // For `TorrentPlaces`.

  hasPlaceFor(count: number): boolean {
    if (this.#members.size <= 1) return true;
    if (this.#taken >= this.#max) return false;
    return count < this.#equalShare || this.#taken < this.#max * GREEDY_SHARE;
  }

  mayDial(taker: TurnTaker): boolean {
    if (this.#members.size <= 1) return true;
    return this.#dials < this.#dialsMax && this.#turns.isTurnOf(taker);
  }

  wait(taker: TorrentPlaces): void {
    this.#turns.wait(taker);
    // In its own turn it has just seen that there is nothing for it.
    if (!this.#turns.isServing) this.#serveSoon();
  }

  join(member: TorrentPlaces): void {
    this.#members.add(member);
  }

  changePlaces(by: number): void {
    this.#taken += by;
    if (by < 0) this.#serveSoon();
  }

  changeDials(by: number): void {
    this.#dials += by;
    if (by < 0) this.#serveSoon();
  }

  leave(member: TorrentPlaces): void {
    this.#members.delete(member);
    this.#turns.leave(member);
    this.#serveSoon();
  }

  get #equalShare(): number {
    return Math.max(1, Math.floor(this.#max / this.#members.size));
  }

  #makeRoomFor(waiting: TorrentPlaces): boolean {
    if (this.#taken < this.#max || waiting.count >= this.#equalShare) return false;
    this.#askGreediest();
    return true;
  }

  #askGreediest(): void {
    let greediest: TorrentPlaces | undefined;
    for (const member of this.#members) {
      if (member.count > (greediest?.count ?? this.#equalShare)) greediest = member;
    }
    greediest?.giveUpOne();
  }

  get #hasRoom(): boolean {
    return this.#dials < this.#dialsMax && (this.#members.size <= 1 || this.#taken < this.#max);
  }

  /** Not at once: whoever gave a place back is in the middle of something. */
  #serveSoon(): void {
    if (this.#turns.isEmpty || this.#serving !== undefined) return;
    this.#serving = this.#clock.schedule(this.#clock.now(), () => {
      this.#serving = undefined;
      const before = this.#dials;
      this.#turns.serve(() => this.#hasRoom);
      if (this.#dials > before) this.#serveSoon();
      for (const member of this.#members) if (member.isWaiting && this.#makeRoomFor(member)) break;
    });
  }
}

/** Made by `ConnectionPlaces.share`. */
export class TorrentPlaces implements TurnTaker {
  readonly #all: ConnectionPlaces;
  #count = 0;
  #giveUpOne: (() => void) | undefined;
  #wish: (() => void) | undefined;
  /** In its turn it may dial once. */
  #isSpent = false;

  constructor(all: ConnectionPlaces) {
    this.#all = all;
  }

  /** Connections of the torrent, those being dialled included. */
  get count(): number {
    return this.#count;
  }

  get isWaiting(): boolean {
    return this.#wish !== undefined;
  }

  /** Whether the torrent may have another connection. */
  get hasPlace(): boolean {
    return this.#all.hasPlaceFor(this.#count);
  }

  /** Whether it may dial now. */
  get mayDial(): boolean {
    return !this.#isSpent && this.hasPlace && this.#all.mayDial(this);
  }

  /** Calls back once when it is its turn to dial. A later wish replaces an earlier one. */
  whenMayDial(callback: () => void): void {
    this.#wish = callback;
    this.#all.wait(this);
  }

  take(): void {
    this.#count++;
    this.#all.changePlaces(1);
  }

  giveBack(): void {
    this.#count--;
    this.#all.changePlaces(-1);
  }

  dialBegun(): void {
    this.#isSpent = this.#inTurn;
    this.#all.changeDials(1);
  }

  dialEnded(): void {
    this.#all.changeDials(-1);
  }

  /** The torrent takes part: its share is counted from now on. `giveUpOne`: it is to close one connection for another torrent. */
  join(giveUpOne: () => void): void {
    this.#giveUpOne = giveUpOne;
    this.#all.join(this);
  }

  /** The torrent is paused or gone; connections that it has still give their places back as they end. */
  leave(): void {
    this.#wish = undefined;
    this.#all.leave(this);
  }

  giveUpOne(): void {
    this.#giveUpOne?.();
  }

  onTurn(): void {
    const wish = this.#wish;
    this.#wish = undefined;
    this.#inTurn = true;
    wish?.();
    this.#inTurn = false;
    this.#isSpent = false;
  }
  #inTurn = false;
}
