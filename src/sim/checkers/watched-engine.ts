/**
 * Stands between an engine and its observer: passes every report on unchanged and shows it to the laws first. The engine
 * gets a number of its own for every connection, so that two at a time with one remote are told apart; the observer
 * behind hears the numbers that it gave itself. A block costs a look at its connection and at what is under
 * way between the two.
 */
import type { DecisionObserver } from '../../core/decisions.ts';
import type { AnnounceEvent, Blame, TorrentObserver, UnchokeReason } from '../../core/observer.ts';
import type { Address } from '../../core/ports.ts';
import type { TorrentView } from '../../core/torrent/inspection.ts';
import type { BlameLaw } from './blame-law.ts';
import { type BlocksUnderWay, NO_LANE } from './blocks-under-way.ts';
import type { ChokeLaw } from './choke-law.ts';
import type { ClaimsLaw } from './claims-law.ts';
import type { ContentLaw } from './content-law.ts';
import type { EngineLimits, EngineState } from './engine-state.ts';
import type { HoldingsLaw } from './holdings-law.ts';
import type { OriginLaw } from './origin-law.ts';
import { PassedDecisions } from './passed-decisions.ts';
import type { SlotsLaw } from './slots-law.ts';
import type { WatchedConnections } from './watched-connections.ts';

/** The laws that are looked at as things happen. */
export interface EventLaws {
  readonly content: ContentLaw;
  readonly choke: ChokeLaw;
  readonly origin: OriginLaw;
  readonly holdings: HoldingsLaw;
  readonly slots: SlotsLaw;
  readonly claims: ClaimsLaw;
  readonly blame: BlameLaw;
}

/** What an engine shares with the others. */
export interface EngineSurroundings {
  readonly laws: EventLaws;
  readonly underWay: BlocksUnderWay;
  /** Whether the peer with this index is or was watched. */
  isWatched(peer: number): boolean;
  /** The engine is over. */
  ended(engine: EngineState): void;
  /** The peer has verified the piece, in this session or an earlier one. */
  noteVerified(peer: number, piece: number): void;
}

export class WatchedEngine implements TorrentObserver {
  readonly decisions: DecisionObserver | undefined;
  readonly #connections: WatchedConnections;
  readonly #laws: EventLaws;
  readonly #observer: TorrentObserver;
  readonly #state: EngineState;
  #running = true;
  readonly #surroundings: EngineSurroundings;
  /** The number of its latest connection; each leads to the one before, the ended ones included. */
  #latest = -1;

  /** `observer`: its `connected` returns the index of the remote among the peers of the run, or -1. */
  constructor(state: EngineState, observer: TorrentObserver, surroundings: EngineSurroundings) {
    this.#state = state;
    this.#observer = observer;
    const { decisions } = observer;
    this.decisions =
      decisions === undefined ? undefined : new PassedDecisions(decisions, (number) => this.#index(number));
    this.#surroundings = surroundings;
    this.#laws = surroundings.laws;
    this.#connections = state.connections;
  }

  /** Gives the laws their view into the torrent, as soon as there is one. */
  inspect(inspection: TorrentView): void {
    if (this.#running) this.#state.inspection = inspection;
  }

  /** The engine has other settings from now on. */
  set limits(limits: EngineLimits) {
    this.#state.limits = limits;
  }

  /**
   * The session is over: the client has stopped (every connection has ended) or its machine has crashed. Whatever is
   * reported after this is only passed on.
   */
  end(): void {
    if (!this.#running) return;
    this.#running = false;
    const connections = this.#connections;
    for (let number = this.#latest; number >= 0; number = connections.previous(number)) this.#release(number);
    this.#surroundings.ended(this.#state);
  }

  // What the laws look at.

  connected(remote: Address, peerId: Uint8Array, outgoing: boolean): number {
    const index = this.#observer.connected(remote, peerId, outgoing);
    this.#latest = this.#connections.add(index, this.#attach(index), this.#latest);
    return this.#latest;
  }

  disconnected(remote: number, reason: string, blame: Blame): void {
    if (this.#running) {
      this.#laws.blame.disconnected(this.#state, remote, reason, blame);
      this.#release(remote);
    }
    this.#observer.disconnected(this.#index(remote), reason, blame);
  }

  unchoked(remote: number, reason: UnchokeReason): void {
    if (this.#connections.setUnchoked(remote, true)) this.#state.unchokedCount++;
    if (this.#running) this.#laws.slots.unchoked(this.#state, remote);
    this.#observer.unchoked(this.#index(remote), reason);
  }

  choked(remote: number): void {
    if (this.#connections.setUnchoked(remote, false)) this.#state.unchokedCount--;
    this.#observer.choked(this.#index(remote));
  }

  blockReceived(remote: number, piece: number, begin: number, length: number): void {
    if (this.#running) this.#laws.origin.received(this.#state, remote, piece, begin);
    this.#observer.blockReceived(this.#index(remote), piece, begin, length);
  }

  blockWasted(remote: number, piece: number, begin: number, length: number): void {
    if (this.#running) this.#laws.origin.received(this.#state, remote, piece, begin);
    this.#observer.blockWasted(this.#index(remote), piece, begin, length);
  }

  blockSent(remote: number, piece: number, begin: number, length: number): void {
    if (this.#running) {
      this.#laws.choke.sent(this.#state, remote, piece);
      this.#laws.origin.sent(remote, piece, begin);
    }
    this.#observer.blockSent(this.#index(remote), piece, begin, length);
  }

  pieceVerified(piece: number, remote: number): void {
    if (this.#running) this.#verified(piece, remote < 0);
    this.#observer.pieceVerified(piece, this.#index(remote));
  }

  pieceFailed(piece: number): void {
    if (this.#running) this.#laws.claims.checked(this.#state, piece);
    this.#observer.pieceFailed(piece);
  }

  completed(): void {
    if (this.#running) this.#laws.claims.completed(this.#state);
    this.#observer.completed();
  }

  // What is only passed on.

  interestChanged(remote: number, interested: boolean): void {
    this.#observer.interestChanged(this.#index(remote), interested);
  }

  piecePicked(remote: number, piece: number, rule: string): void {
    this.#observer.piecePicked(this.#index(remote), piece, rule);
  }

  snubbed(remote: number): void {
    this.#observer.snubbed(this.#index(remote));
  }

  endgameEntered(): void {
    this.#observer.endgameEntered();
  }

  announced(url: string, event: AnnounceEvent, peerCount: number): void {
    this.#observer.announced(url, event, peerCount);
  }

  announceFailed(url: string, event: AnnounceEvent, message: string): void {
    this.#observer.announceFailed(url, event, message);
  }

  storageFailed(message: string): void {
    this.#observer.storageFailed(message);
  }

  /** The index of the remote among the peers, as the observer knows it. */
  #index(number: number): number {
    return number < 0 ? -1 : this.#connections.remote(number);
  }

  #verified(piece: number, found: boolean): void {
    const state = this.#state;
    this.#laws.content.verified(state, piece, found);
    this.#laws.holdings.verified(state, piece);
    this.#laws.claims.checked(state, piece);
    state.verified.set(piece);
    state.verifiedCount++;
    this.#surroundings.noteVerified(state.peer, piece);
  }

  /** The lane of blocks to a remote: when both are watched, and they are two. */
  #attach(remote: number): number {
    const { peer } = this.#state;
    const { underWay } = this.#surroundings;
    if (!this.#running || remote === peer || !this.#surroundings.isWatched(remote)) return NO_LANE;
    return underWay.attach(peer, remote);
  }

  #release(number: number): void {
    const connections = this.#connections;
    if (connections.hasEnded(number)) return;
    if (connections.setUnchoked(number, false)) this.#state.unchokedCount--;
    const lane = connections.toRemote(number);
    if (lane >= 0) this.#surroundings.underWay.detach(lane);
    connections.end(number);
  }
}
