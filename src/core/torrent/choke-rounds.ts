/**
 * The rounds in which a torrent decides whom it uploads to: every 10 s (BEP 3), and at once while a slot is free and
 * somebody becomes interested. The choker decides; this carries it out. Without interested peers there are no rounds.
 *
 * A slot whose peer has left or wants nothing any more waits for the next round, unless `refillsAtOnce`: where a whole torrent takes a second, a round
 * is an age in which most of a swarm waits for nothing.
 */
import type { TorrentObserver, UnchokeReason } from '../observer.ts';
import type { PeerConnection } from '../peer/peer-connection.ts';
import type { Clock, Microseconds, Random, Timer } from '../ports.ts';
import type { Choker } from '../strategies/choker.ts';
import { RoundAccount } from './round-account.ts';

const ROUND_US: Microseconds = 10_000_000;

export interface ChokePorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly observer: TorrentObserver;
}

export interface ChokeSubject {
  /** Connections whose handshake is done, in the order in which they were made. */
  readonly connections: Iterable<PeerConnection>;
  readonly pieceCount: number;
  readonly totalBytes: number;
  /** 0: none. */
  uploadLimitBytesPerSec(): number;
  isComplete(): boolean;
  /** The slot of a peer that leaves or loses interest is given to another at once. */
  readonly refillsAtOnce: boolean;
  /** A peer is about to be unchoked: now it must know what we have. */
  onWeUnchoke(connection: PeerConnection): void;
  /** A peer was choked: whatever it waits for is dropped. */
  onWeChoked(connection: PeerConnection): void;
}

export class ChokeRounds {
  readonly #ports: ChokePorts;
  #choker: Choker;
  #slots: number;
  readonly #subject: ChokeSubject;
  #number = 0;
  #timer: Timer | undefined;
  #unchoked = 0;
  #refill: Timer | undefined;
  /** Only where somebody listens to reasons. */
  readonly #account: RoundAccount | undefined;

  constructor(ports: ChokePorts, choker: Choker, slots: number, subject: ChokeSubject) {
    this.#ports = ports;
    this.#choker = choker;
    this.#slots = slots;
    this.#subject = subject;
    const { decisions } = ports.observer;
    this.#account = decisions === undefined ? undefined : new RoundAccount(decisions);
  }

  /** Decides differently from the next round on. */
  configure(choker: Choker | undefined, slots: number | undefined): void {
    this.#choker = choker ?? this.#choker;
    this.#slots = slots ?? this.#slots;
  }

  /** A remote became interested or lost interest. */
  interestChanged(connection: PeerConnection): void {
    if (!connection.remoteInterested) {
      if (!this.#subject.refillsAtOnce || connection.amChoking || connection.closed) return;
      this.#choke(connection);
      this.#refillSoon();
      return;
    }
    if (this.#timer === undefined) this.#schedule();
    if (connection.amChoking && this.#unchoked < this.#slots) this.#decide(false);
  }

  connectionClosed(connection: PeerConnection): void {
    if (connection.amChoking) return;
    this.#unchoked--;
    if (this.#subject.refillsAtOnce) this.#refillSoon();
  }

  /** A peer that we serve was sent a block: asks the choker whether its turn is over. */
  blockSent(connection: PeerConnection): void {
    if (connection.amChoking || this.#choker.isTurnOver?.(connection, this.#subject.isComplete()) !== true)
      return;
    this.#choke(connection);
    this.#refillSoon();
  }

  /** Not before everybody has heard that a slot is free. Without rounds nobody is interested. */
  #refillSoon(): void {
    if (this.#refill !== undefined || this.#timer === undefined) return;
    this.#refill = this.#ports.clock.schedule(this.#ports.clock.now(), () => {
      this.#refill = undefined;
      if (this.#unchoked < this.#slots) this.#decide(false);
    });
  }

  stop(): void {
    this.#refill?.cancel();
    this.#refill = undefined;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #schedule(): void {
    this.#timer = this.#ports.clock.schedule(this.#ports.clock.now() + ROUND_US, () => this.#onRound());
  }

  #onRound(): void {
    this.#timer = undefined;
    this.#number++;
    if (this.#decide(true) > 0) this.#schedule();
  }

  /** Asks the choker and carries out what changed. Between rounds, nobody is choked. Returns the interested peers. */
  #decide(mayChoke: boolean): number {
    const candidates: PeerConnection[] = [];
    let interested = 0;
    for (const connection of this.#subject.connections) {
      if (connection.closed) continue;
      candidates.push(connection);
      if (connection.remoteInterested) interested++;
    }
    const chosen = new Map<PeerConnection, UnchokeReason>();
    const round = {
      nowUs: this.#ports.clock.now(),
      number: mayChoke ? this.#number : -1,
      seeding: this.#subject.isComplete(),
      slots: this.#slots,
      pieceCount: this.#subject.pieceCount,
      totalBytes: this.#subject.totalBytes,
      uploadLimitBytesPerSec: this.#subject.uploadLimitBytesPerSec(),
    };
    const account = this.#account;
    account?.begin(candidates.length);
    this.#choker.decide(
      candidates,
      round,
      this.#ports.random,
      (index, reason) => {
        const candidate = candidates[index];
        if (candidate === undefined || chosen.size >= this.#slots) return;
        chosen.set(candidate, reason);
        account?.named(index);
      },
      account,
    );
    account?.tell(this.#choker.name, round, candidates, chosen);
    for (const candidate of candidates) {
      if (candidate.amChoking || chosen.has(candidate) || !mayChoke) continue;
      this.#choke(candidate);
    }
    for (const [candidate, reason] of chosen) {
      if (!candidate.amChoking || this.#unchoked >= this.#slots) continue;
      this.#unchoked++;
      this.#subject.onWeUnchoke(candidate);
      candidate.unchoke();
      this.#ports.observer.unchoked(candidate.label, reason);
    }
    return interested;
  }

  #choke(connection: PeerConnection): void {
    connection.choke();
    this.#unchoked--;
    this.#ports.observer.choked(connection.label);
    this.#subject.onWeChoked(connection);
  }
}
