/**
 * The swarm at an instant, folded from the rows of a record: the same whichever way it was reached.
 */
import { givesCopies } from '../../src/trace/metrics/behaviour.ts';
import { Departure, EventKind } from '../../src/trace/trace.ts';
import { ChokeClock } from './choke-clock.ts';
import { HoldingTable, type SavedHoldings } from './holding-table.ts';
import { PairTable } from './pair-table.ts';
import type {
  SwarmInstant,
  SwarmPresence,
  SwarmTimer,
  SwarmTransfer,
  SwarmUnchoke,
} from './swarm-history.ts';
import type { SwarmRecord } from './swarm-record.ts';

/** What is known of a peer by itself. */
interface PeerState {
  readonly presence: SwarmPresence;
  readonly absence: string;
  readonly isCapped: boolean;
  readonly upBytesPerSec: number;
  readonly downBytesPerSec: number;
}

/** Everything that rows change, as it was. */
export interface Checkpoint {
  readonly timeUs: number;
  readonly eventRow: number;
  readonly transferRow: number;
  readonly peers: readonly PeerState[];
  readonly holdings: SavedHoldings;
  readonly pairs: PairTable;
  readonly clock: Float64Array;
  readonly underWay: readonly number[];
}

export class SwarmFold implements SwarmInstant {
  readonly #record: SwarmRecord;
  readonly #honest: readonly boolean[];
  readonly #holdings: HoldingTable;
  readonly #clock: ChokeClock;
  #peers: PeerState[];
  #pairs: PairTable;
  #timeUs = -1;
  #eventRow = 0;
  #transferRow = 0;
  #underWay: number[] = [];
  #transfers: SwarmTransfer[] | undefined;
  /** Of the crowds' samples; -1 before the first. */
  #slice = -1;

  constructor(record: SwarmRecord) {
    const { peers, torrent } = record.cast;
    this.#record = record;
    this.#honest = peers.map(({ behaviour }) => givesCopies(behaviour));
    this.#holdings = new HoldingTable(
      torrent.pieceCount,
      peers.map(({ startsComplete }) => startsComplete),
    );
    this.#clock = new ChokeClock(peers.length);
    this.#pairs = new PairTable(peers.length);
    this.#peers = peers.map(({ upBytesPerSec, downBytesPerSec }) => ({
      presence: 'waiting',
      absence: '',
      isCapped: false,
      upBytesPerSec,
      downBytesPerSec,
    }));
  }

  get timeUs(): number {
    return this.#timeUs;
  }

  /** Rows that have been applied. */
  get eventRow(): number {
    return this.#eventRow;
  }

  /** Goes on to a later instant: everything that happened until then, that instant included. */
  advance(timeUs: number): void {
    const record = this.#record;
    this.#transfers = undefined;
    while ((record.timeUs[this.#eventRow] ?? Number.POSITIVE_INFINITY) <= timeUs)
      this.#apply(this.#eventRow++);
    while ((record.transferFromUs[this.#transferRow] ?? Number.POSITIVE_INFINITY) <= timeUs)
      this.#underWay.push(this.#transferRow++);
    this.#underWay = this.#underWay.filter((row) => (record.transferToUs[row] as number) > timeUs);
    this.#timeUs = timeUs;
    this.#slice = record.crowds?.sliceAt(timeUs) ?? -1;
  }

  checkpoint(): Checkpoint {
    return {
      timeUs: this.#timeUs,
      eventRow: this.#eventRow,
      transferRow: this.#transferRow,
      peers: this.#peers.slice(),
      holdings: this.#holdings.save(),
      pairs: this.#pairs.copy(),
      clock: this.#clock.copy(),
      underWay: this.#underWay.slice(),
    };
  }

  /** Goes to where a checkpoint was taken. */
  restore(checkpoint: Checkpoint): void {
    this.#timeUs = checkpoint.timeUs;
    this.#eventRow = checkpoint.eventRow;
    this.#transferRow = checkpoint.transferRow;
    this.#peers = checkpoint.peers.slice();
    this.#holdings.restore(checkpoint.holdings);
    this.#pairs = checkpoint.pairs.copy();
    this.#clock.restore(checkpoint.clock);
    this.#underWay = checkpoint.underWay.slice();
    this.#transfers = undefined;
  }

  get fewestCopies(): number {
    return this.#rarest().fewest;
  }

  get rarestCount(): number {
    return this.#rarest().count;
  }

  copiesOf(piece: number): number {
    const { crowds } = this.#record;
    return this.#holdings.copiesOf(piece) + (crowds?.copiesOf(piece, this.#slice) ?? 0);
  }

  presenceOf(peer: number): SwarmPresence {
    if (!this.#isCrowd(peer)) return this.#peer(peer).presence;
    return this.thereOf(peer) > 0 ? 'there' : 'waiting';
  }

  thereOf(peer: number): number {
    if (this.#isCrowd(peer)) return this.#record.crowds?.thereOf(peer, this.#slice) ?? 0;
    return this.#peer(peer).presence === 'there' ? 1 : 0;
  }

  completeOf(peer: number): number {
    if (this.#isCrowd(peer)) return this.#record.crowds?.completeOf(peer, this.#slice) ?? 0;
    return this.thereOf(peer) === 1 && this.#holdings.isComplete(peer) ? 1 : 0;
  }

  absenceOf(peer: number): string {
    return this.#peer(peer).absence;
  }

  isCapped(peer: number): boolean {
    return this.#peer(peer).isCapped;
  }

  upOf(peer: number): number {
    return this.#peer(peer).upBytesPerSec;
  }

  downOf(peer: number): number {
    return this.#peer(peer).downBytesPerSec;
  }

  heldCountOf(peer: number): number {
    if (!this.#isCrowd(peer)) return this.#holdings.heldCountOf(peer);
    const { pieceCount } = this.#record.cast.torrent;
    let held = 0;
    for (let piece = 0; piece < pieceCount; piece++) held += this.shareOf(peer, piece);
    return Math.floor(held);
  }

  has(peer: number, piece: number): boolean {
    return this.#isCrowd(peer) ? this.shareOf(peer, piece) > 0 : this.#holdings.has(peer, piece);
  }

  shareOf(peer: number, piece: number): number {
    if (!this.#isCrowd(peer)) return this.#holdings.has(peer, piece) ? 1 : 0;
    return this.#record.crowds?.shareOf(peer, piece, this.#slice) ?? 0;
  }

  isComplete(peer: number): boolean {
    if (!this.#isCrowd(peer)) return this.#holdings.isComplete(peer);
    return this.thereOf(peer) > 0 && this.completeOf(peer) === this.thereOf(peer);
  }

  holdingsVersionOf(peer: number): number {
    return this.#isCrowd(peer) ? this.#slice : this.#holdings.versionOf(peer);
  }

  isConnected(peer: number, remote: number): boolean {
    return this.#pairs.isConnected(peer, remote);
  }

  isInterested(peer: number, remote: number): boolean {
    return this.#pairs.isInterested(peer, remote);
  }

  unchokeOf(peer: number, remote: number): SwarmUnchoke | undefined {
    return this.#pairs.unchokeOf(peer, remote);
  }

  unchokesOf(peer: number): SwarmUnchoke[] {
    return this.#peers
      .flatMap((_, remote) => this.#pairs.unchokeOf(peer, remote) ?? [])
      .sort((one, other) => one.sinceUs - other.sinceUs || one.remote - other.remote);
  }

  unchokersOf(peer: number): number {
    return this.#pairs.unchokersOf(peer);
  }

  interestsOf(peer: number): number {
    return this.#pairs.interestsOf(peer);
  }

  roundTimerOf(peer: number): SwarmTimer | undefined {
    if (this.#isCrowd(peer) || this.presenceOf(peer) !== 'there') return undefined;
    return this.#clock.roundTimer(peer, this.#timeUs);
  }

  optimisticTimerOf(peer: number): SwarmTimer | undefined {
    if (this.#isCrowd(peer) || this.presenceOf(peer) !== 'there' || this.isComplete(peer)) return undefined;
    return this.#clock.optimisticTimer(peer, this.#timeUs);
  }

  get transfers(): readonly SwarmTransfer[] {
    this.#transfers ??= this.#underWay.map((row) => this.#transfer(row));
    return this.#transfers;
  }

  #isCrowd(peer: number): boolean {
    return this.#record.crowds?.isCrowd(peer) === true;
  }

  /** Copies of the rarest piece, and how many pieces are as rare. */
  #rarest(): { readonly fewest: number; readonly count: number } {
    if (this.#record.crowds === undefined) return this.#holdings.rarest;
    const { pieceCount } = this.#record.cast.torrent;
    const copies = Array.from({ length: pieceCount }, (_, piece) => this.copiesOf(piece));
    const fewest = Math.min(...copies);
    return { fewest, count: copies.filter((count) => count === fewest).length };
  }

  #peer(peer: number): PeerState {
    return this.#peers[peer] as PeerState;
  }

  #transfer(row: number): SwarmTransfer {
    const record = this.#record;
    const fromUs = record.transferFromUs[row] as number;
    const toUs = record.transferToUs[row] as number;
    const bytes = record.transferBytes[row] as number;
    const isOver = toUs !== Number.POSITIVE_INFINITY;
    const lastsUs = Math.max(1, (isOver ? toUs : this.#timeUs) - fromUs);
    const wholeBytes = Math.max(1, record.cast.torrent.pieceLengthBytes);
    return {
      from: record.transferFrom[row] as number,
      to: record.transferTo[row] as number,
      piece: record.transferPiece[row] as number,
      fromUs,
      toUs,
      bytesPerSec: (bytes / lastsUs) * 1e6,
      progress: Math.min(1, isOver ? (this.#timeUs - fromUs) / lastsUs : bytes / wholeBytes),
    };
  }

  #apply(row: number): void {
    const record = this.#record;
    const peer = record.peer[row] as number;
    if (peer < 0) return;
    const kind = record.kind[row];
    const [a, b] = [record.a[row] as number, record.b[row] as number];
    if (kind === EventKind.joined) this.#join(peer);
    else if (kind === EventKind.left) this.#leave(peer, a, row);
    else if (kind === EventKind.pieceVerified) this.#holdings.verify(peer, a);
    else if (kind === EventKind.lineChanged) this.#line(peer, a, b, row);
    else if (a >= 0) this.#applyToPair(row, peer, a, b);
  }

  /** Remotes that are nobody of the cast are none of the picture. */
  #applyToPair(row: number, peer: number, remote: number, b: number): void {
    const timeUs = this.#record.timeUs[row] as number;
    switch (this.#record.kind[row]) {
      case EventKind.connected:
        this.#pairs.connect(peer, remote);
        break;
      case EventKind.disconnected:
        this.#pairs.disconnect(peer, remote);
        this.#clock.wanted(remote, this.#pairs.isWanted(remote), timeUs);
        break;
      case EventKind.unchoked:
        this.#pairs.unchoke(peer, remote, b, timeUs);
        this.#clock.unchoked(peer, timeUs);
        break;
      case EventKind.choked:
        this.#pairs.choke(peer, remote);
        this.#clock.choked(peer, timeUs);
        break;
      case EventKind.interestChanged:
        this.#pairs.interest(peer, remote, b === 1 ? 1 : -1);
        this.#clock.wanted(remote, this.#pairs.isWanted(remote), timeUs);
        break;
    }
  }

  #join(peer: number): void {
    const before = this.#peer(peer);
    if (before.presence === 'there') return;
    if (before.presence === 'away' || before.presence === 'crashed') this.#holdings.empty(peer);
    this.#peers[peer] = { ...before, presence: 'there', absence: '' };
    this.#clock.forget(peer);
    this.#holdings.setCounts(peer, this.#honest[peer] === true);
  }

  #leave(peer: number, departure: number, row: number): void {
    const before = this.#peer(peer);
    if (departure === Departure.endOfRun || before.presence !== 'there') return;
    const presence =
      departure === Departure.planned ? 'left' : departure === Departure.crashed ? 'crashed' : 'away';
    const absence = this.#record.strings[this.#record.c[row] as number] ?? '';
    this.#peers[peer] = { ...before, presence, absence };
    this.#holdings.setCounts(peer, false);
    this.#pairs.disconnectAll(peer);
    const timeUs = this.#record.timeUs[row] as number;
    for (const remote of this.#peers.keys()) this.#clock.wanted(remote, this.#pairs.isWanted(remote), timeUs);
  }

  #line(peer: number, upBytesPerSec: number, downBytesPerSec: number, row: number): void {
    const before = this.#peer(peer);
    const reason = this.#record.strings[this.#record.c[row] as number];
    const isCapped = reason === 'cap' || (before.isCapped && reason !== 'cap renewed');
    this.#peers[peer] = { ...before, isCapped, upBytesPerSec, downBytesPerSec };
  }
}
