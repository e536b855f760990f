/**
 * Decides which block is asked of which peer. A peer goes on with the piece that it was last asked for; then it helps
 * with pieces begun with others, or the picker starts a new one; when every block is asked for, the last ones are asked
 * of further peers too (endgame), and the losers get a cancel. It owns the requests of every connection, so that a block
 * is never forgotten: a request ends by its block, a reject, a choke, a snub or the end of the connection, and each of
 * these but the first makes the block free again.
 */

import type { TokenBucket } from '../limits/token-bucket.ts';
import { BLOCK_LENGTH } from '../metainfo/piece-geometry.ts';
import type { TorrentObserver } from '../observer.ts';
import type { PeerConnection } from '../peer/peer-connection.ts';
import type { Clock, Random } from '../ports.ts';
import type { Pick, PiecePicker } from '../strategies/picker.ts';
import type { ActivePiece } from './active-piece.ts';
import { PieceReasons } from './piece-reasons.ts';
import type { PieceTable } from './piece-table.ts';
import type { PriorityIndex } from './priority-index.ts';
import { Standing } from './remote-holdings.ts';
import { mayAsk, RemoteView } from './remote-view.ts';
import { comesBefore, finishesFirst } from './started-pieces.ts';
import { TierView } from './tier-view.ts';

/** At most this many peers are asked for one block in endgame. */
const ENDGAME_REQUESTS_MAX = 4;

/** More than any piece number or availability. */
const ABOVE_ALL_RANKS = 0x1_0000_0000;

export interface SchedulerPorts {
  readonly clock: Clock;
  /** Draws of the picker and of endgame. */
  readonly random: Random;
  readonly observer: TorrentObserver;
}

export class RequestScheduler {
  readonly #ports: SchedulerPorts;
  readonly #table: PieceTable;
  /** Whoever chooses pieces may be replaced at any time. */
  picker: PiecePicker;
  /** The download limit: it limits what is asked for. */
  readonly limit: TokenBucket;
  readonly #view: RemoteView;
  /** Connections that could take more requests than there were blocks for. */
  readonly #hungry = new Set<PeerConnection>();
  /** Connections that have refused a request and wait for a while, or those who refuse everything would be asked in circles. */
  readonly #resting = new Set<PeerConnection>();
  /** Only where somebody listens to reasons. */
  readonly #reasons: PieceReasons | undefined;
  #endgame = false;
  #paused = false;

  /** `limit`: what may be asked for per second, which in the long run is what arrives. */
  constructor(ports: SchedulerPorts, table: PieceTable, picker: PiecePicker, limit: TokenBucket) {
    this.#ports = ports;
    this.#table = table;
    this.picker = picker;
    this.limit = limit;
    this.#view = new RemoteView(table, ports.clock, (remote, from, to, inOrder) => {
      return this.#findStarted(remote, inOrder, from, to)?.piece ?? -1;
    });
    const { decisions } = ports.observer;
    this.#reasons = decisions === undefined ? undefined : new PieceReasons(decisions, table);
  }

  /** Asks for nothing more. Blocks on their way are still taken. */
  pause(): void {
    this.#paused = true;
    this.limit.stop();
  }

  /** Asks again after `pause`. */
  resume(): void {
    this.#paused = false;
    this.feedAll();
  }

  /** Asks the remote for as many blocks as its window has room for. */
  fill(connection: PeerConnection): void {
    if (this.#paused || connection.closed || !connection.amInterested) return;
    if (connection.remoteChoking && connection.allowedFast.length === 0) return;
    const requests = connection.startRequests();
    while (requests.outstanding < requests.target) {
      if (!this.limit.isOpen) this.limit.whenOpen(() => this.feedAll());
      else if (this.#requestOne(connection)) continue;
      this.#makeHungry(connection);
      return;
    }
    this.#makeContent(connection);
  }

  /**
   * What an arriving block is: one that is still wanted, one that came from elsewhere meanwhile (its request ends here), or
   * one that this peer was never asked for, or too long ago to know.
   */
  isExpected(connection: PeerConnection, piece: number, block: number): 'wanted' | 'duplicate' | 'unasked' {
    const id = this.#table.blockId(piece, block);
    const asked = connection.requests.has(id);
    if (!asked && !connection.requests.takeLate(id)) return 'unasked';
    const active = this.#table.activePiece(piece);
    if (active === undefined || active.isReceived(block)) {
      if (asked) connection.requests.remove(id);
      return 'duplicate';
    }
    if (active.exclusive && active.source !== undefined && active.source !== connection) return 'duplicate';
    return 'wanted';
  }

  /** A wanted block is here; other peers that were asked for it get a cancel. Its piece, or undefined when it came too late. */
  receive(
    connection: PeerConnection,
    piece: number,
    block: number,
    others: Iterable<PeerConnection>,
  ): ActivePiece | undefined {
    const active = this.#table.activePiece(piece);
    if (active === undefined || active.isReceived(block)) return undefined;
    const id = this.#table.blockId(piece, block);
    const asked = connection.requests.remove(id);
    const askedElsewhere = active.requestsFor(block) > (asked ? 1 : 0);
    this.#table.receive(active, block, connection);
    if (askedElsewhere) this.#cancelElsewhere(id, connection, others);
    return active;
  }

  /** After a block: asks for the next batch. */
  refill(connection: PeerConnection): void {
    if (connection.requests.wantsRefill) this.fill(connection);
  }

  /**
   * The remote refused a block. It is asked again elsewhere; this one gets a rest, and one request at a time after it.
   * False when the block was given up before, or never asked for.
   */
  rejected(connection: PeerConnection, blockId: number): boolean {
    if (!connection.requests.remove(blockId)) return false;
    this.#release(blockId);
    if (!connection.remoteChoking) connection.requests.shrink();
    this.#makeContent(connection);
    this.#resting.add(connection);
    this.#feedHungry(connection);
    return true;
  }

  /** The remote will not answer: it choked us without the fast extension, went silent, or is gone. */
  releaseAll(connection: PeerConnection): void {
    this.#makeContent(connection);
    const blocks = connection.requests.list();
    for (const id of blocks) {
      connection.requests.giveUp(id);
      this.#release(id);
    }
    // An exclusive piece must come from one peer as a whole, so what a lost source sent of it counts for nothing; but
    // once it is whole, its check decides.
    for (const active of this.#table.active) {
      if (!active.exclusive || active.source !== connection || active.missing === 0) continue;
      this.#table.restartExclusively(active);
    }
    if (blocks.length > 0) this.#feedHungry(connection);
  }

  /** The remote will not send this piece: it has lost it. */
  releasePiece(connection: PeerConnection, piece: number): void {
    for (const id of connection.requests.list()) {
      if (this.#table.pieceOf(id) !== piece) continue;
      connection.requests.giveUp(id);
      this.#release(id);
    }
    const active = this.#table.activePiece(piece);
    if (active?.exclusive && active.source === connection && active.missing > 0) {
      this.#table.restartExclusively(active);
    }
    this.fill(connection);
    this.#feedHungry(connection);
  }

  /**
   * Gives the pieces their priorities. What is under way and not wanted any more is asked for no more, unless all of it has
   * arrived. `connections`: everybody who may have been asked.
   */
  prioritize(priorities: Uint8Array, connections: Iterable<PeerConnection>): void {
    const isUnwanted = ({ piece, missing }: ActivePiece): boolean => missing > 0 && priorities[piece] === 0;
    const unwanted = this.#table.active.filter(isUnwanted);
    for (const connection of unwanted.length === 0 ? [] : connections) {
      for (const id of connection.requests.list()) {
        const piece = this.#table.pieceOf(id);
        if (!unwanted.some((active) => active.piece === piece)) continue;
        connection.requests.giveUp(id);
        const block = this.#table.blockOf(id);
        const length = this.#table.geometry.blockLength(piece, block);
        if (!connection.closed) connection.cancel(piece, block * BLOCK_LENGTH, length);
      }
    }
    for (const active of unwanted) this.#table.giveUp(active);
    this.#table.prioritize(priorities);
  }

  /** Something changed that may give the idle ones work: a failed piece is to be fetched again, say. */
  feedAll(): void {
    this.#feedHungry(undefined);
  }

  /** Time has passed: those that refused something are asked again too. */
  endRest(): void {
    for (const connection of this.#resting) this.#makeHungry(connection);
    this.#resting.clear();
    this.#feedHungry(undefined);
  }

  forget(connection: PeerConnection): void {
    this.releaseAll(connection);
    this.#makeContent(connection);
    this.#resting.delete(connection);
  }

  #requestOne(connection: PeerConnection): boolean {
    const active = this.#choosePiece(connection);
    if (active === undefined) return this.#requestInEndgame(connection);
    if (active.exclusive) this.#entrust(active, connection);
    connection.currentPiece = active.piece;
    const block = this.#table.takeFree(active);
    this.#request(connection, active.piece, block);
    return true;
  }

  #choosePiece(connection: PeerConnection): ActivePiece | undefined {
    const current = this.#table.activePiece(connection.currentPiece);
    if (current !== undefined && this.#isServable(current, connection)) return current;
    const { sharesStarted } = this.picker;
    const started = this.#findStarted(connection, sharesStarted === 'in-order');
    const tidiesUp = finishesFirst(this.picker, this.#table);
    const { priorities } = this.#table;
    if (started !== undefined && tidiesUp && priorities === undefined)
      return this.#goOn(connection, started, true);
    const choosesStarted = sharesStarted === 'as-picked' && started !== undefined;
    if (!choosesStarted && (this.#table.rarity.length === 0 || !this.#hasCandidate(connection)))
      return this.#goOn(connection, started, false);
    this.#view.remote = connection;
    const pick =
      priorities === undefined
        ? this.picker.pick(this.#view, this.#ports.random)
        : this.#pickByPriority(priorities, tidiesUp ? started : undefined);
    if (pick === undefined) return this.#goOn(connection, started, tidiesUp);
    const named = choosesStarted ? this.#table.activePiece(pick.piece) : undefined;
    if (named !== undefined) return this.#goOn(connection, named, false, pick.piece);
    if (started !== undefined && !comesBefore(pick.piece, started.piece, this.picker, this.#table)) {
      return this.#goOn(connection, started, false, pick.piece);
    }
    this.#ports.observer.piecePicked(connection.label, pick.piece, pick.rule);
    this.#reasons?.picked(connection, pick.piece);
    return this.#table.start(pick.piece);
  }

  /** What the picker takes of the highest priority of which the remote has something; only above that of `least`. */
  #pickByPriority(index: PriorityIndex, least: ActivePiece | undefined): Pick | undefined {
    for (const tier of index.tiers) {
      if (least !== undefined && tier.priority <= index.priority(least.piece)) return undefined;
      if (tier.start === tier.end && this.picker.sharesStarted !== 'as-picked') continue;
      const pick = this.picker.pick(new TierView(this.#view, index, tier), this.#ports.random);
      if (pick !== undefined) return pick;
    }
    return undefined;
  }

  /** The remote helps with a piece that is begun, to tidy up or instead of `other`. */
  #goOn(connection: PeerConnection, started: ActivePiece | undefined, tidiesUp: boolean, other = -1) {
    if (started !== undefined) this.#reasons?.goneOn(connection, started.piece, this.picker, tidiesUp, other);
    return started;
  }

  /**
   * Of the started pieces in [from, to) with a free block that the remote may serve the rarest, the oldest of equals; or the
   * earliest in the content. A higher priority comes before either.
   */
  #findStarted(
    connection: PeerConnection,
    inOrder: boolean,
    from = 0,
    to = Number.POSITIVE_INFINITY,
  ): ActivePiece | undefined {
    if (!this.#table.hasFreeBlocks) return undefined;
    let best: ActivePiece | undefined;
    const { priorities } = this.#table;
    let least = Number.POSITIVE_INFINITY;
    for (const active of this.#table.active) {
      if (active.piece < from || active.piece >= to || !this.#isServable(active, connection)) continue;
      let rank = inOrder ? active.piece : this.#table.rarity.availability(active.piece);
      if (priorities !== undefined) rank -= priorities.priority(active.piece) * ABOVE_ALL_RANKS;
      if (rank >= least) continue;
      best = active;
      least = rank;
    }
    return best;
  }

  #isServable(active: ActivePiece, connection: PeerConnection): boolean {
    if (active.free === 0 || !this.#table.holdings.has(connection.slot, active.piece)) return false;
    const taken = active.exclusive && active.source !== undefined && active.source !== connection;
    return mayAsk(connection, active.piece) && (!taken || this.#isAbandoned(active));
  }

  /** Whether the only source of an exclusive piece owes us nothing of it and cannot be asked for the rest now. */
  #isAbandoned(active: ActivePiece): boolean {
    const source = active.source as PeerConnection;
    if (active.free < active.missing) return false;
    return source.closed || this.#resting.has(source) || !mayAsk(source, active.piece);
  }

  /** The remote becomes the only source of an exclusive piece; what another sent of it counts for nothing. */
  #entrust(active: ActivePiece, connection: PeerConnection): void {
    const abandoned = active.source !== undefined && active.source !== connection;
    if (abandoned) this.#table.restartExclusively(active);
    active.source = connection;
  }

  /** Whether the remote has a piece that is neither verified nor started: cheaper to count than to look for. */
  #hasCandidate(connection: PeerConnection): boolean {
    let candidates = this.#table.holdings.useful(connection.slot);
    if (candidates > this.#table.active.length) return true;
    for (const active of this.#table.active)
      if (this.#table.holdings.has(connection.slot, active.piece)) candidates--;
    return candidates > 0;
  }

  /** Endgame: when nothing is free and the remote is idle, it is asked for a block that others were asked for. */
  #requestInEndgame(connection: PeerConnection): boolean {
    if (!this.#table.isEndgame || connection.requests.outstanding > 0) return false;
    const { active } = this.#table;
    const start = active.length === 1 ? 0 : this.#ports.random.below(active.length);
    for (let step = 0; step < active.length; step++) {
      const piece = active[(start + step) % active.length] as ActivePiece;
      if (
        piece.exclusive ||
        !this.#table.holdings.has(connection.slot, piece.piece) ||
        !mayAsk(connection, piece.piece)
      )
        continue;
      const block = piece.leastRequested(ENDGAME_REQUESTS_MAX);
      if (block < 0) continue;
      this.#enterEndgame();
      this.#reasons?.endgame(connection, piece.piece);
      piece.addRequest(block);
      this.#request(connection, piece.piece, block);
      return true;
    }
    return false;
  }

  #enterEndgame(): void {
    if (this.#endgame) return;
    this.#endgame = true;
    this.#ports.observer.endgameEntered();
  }

  #request(connection: PeerConnection, piece: number, block: number): void {
    const { requests } = connection;
    if (requests.outstanding === 0) connection.lastBlockAtUs = this.#ports.clock.now();
    requests.add(this.#table.blockId(piece, block));
    const length = this.#table.geometry.blockLength(piece, block);
    this.limit.take(length);
    connection.request(piece, block * BLOCK_LENGTH, length);
  }

  #release(blockId: number): void {
    this.#table.release(this.#table.pieceOf(blockId), this.#table.blockOf(blockId));
  }

  #cancelElsewhere(blockId: number, winner: PeerConnection, others: Iterable<PeerConnection>): void {
    const piece = this.#table.pieceOf(blockId);
    const block = this.#table.blockOf(blockId);
    const begin = block * BLOCK_LENGTH;
    for (const other of others) {
      if (other === winner || !other.requests.giveUp(blockId)) continue;
      if (!other.closed) other.cancel(piece, begin, this.#table.geometry.blockLength(piece, block));
    }
  }

  #makeHungry(connection: PeerConnection): void {
    this.#hungry.add(connection);
    // It is asked for each have that arrives, so it is noted where that looks anyway.
    this.#table.holdings.set(connection.slot, Standing.hungry, true);
  }

  #makeContent(connection: PeerConnection): void {
    const { holdings } = this.#table;
    if (!holdings.is(connection.slot, Standing.hungry)) return;
    this.#hungry.delete(connection);
    holdings.set(connection.slot, Standing.hungry, false);
  }

  #feedHungry(except: PeerConnection | undefined): void {
    for (const connection of [...this.#hungry]) if (connection !== except) this.fill(connection);
  }
}
