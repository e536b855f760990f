/** What a picker sees when the question is what to ask of one remote. It reads; it changes nothing. */
import type { PeerConnection } from '../peer/peer-connection.ts';
import type { Clock, Microseconds } from '../ports.ts';
import type { PickView } from '../strategies/picker.ts';
import type { PieceTable } from './piece-table.ts';

/** Which begun piece in [from, to) the remote could help with: the first of the content, or the rarest; -1 for none. */
export type FindStarted = (remote: PeerConnection, from: number, to: number, inOrder: boolean) => number;

export class RemoteView implements PickView {
  remote: PeerConnection | undefined;
  readonly startedUs: Microseconds;
  readonly #table: PieceTable;
  readonly #clock: Clock;
  readonly #findStarted: FindStarted;

  constructor(table: PieceTable, clock: Clock, findStarted: FindStarted) {
    this.#table = table;
    this.#clock = clock;
    this.#findStarted = findStarted;
    this.startedUs = clock.now();
  }

  get nowUs(): Microseconds {
    return this.#clock.now();
  }

  get pieceCount(): number {
    return this.#table.geometry.pieceCount;
  }

  get verifiedCount(): number {
    return this.#table.have.count;
  }

  get candidateCount(): number {
    return this.#table.rarity.length;
  }

  get suggested(): readonly number[] {
    return (this.remote as PeerConnection).suggested;
  }

  candidateAt(rank: number): number {
    return this.#table.rarity.at(rank);
  }

  levelStartAt(rank: number): number {
    return this.#table.rarity.levelStartAt(rank);
  }

  levelEndAt(rank: number): number {
    return this.#table.rarity.levelEndAt(rank);
  }

  isCandidate(piece: number): boolean {
    return this.#table.rarity.isListed(piece);
  }

  availability(piece: number): number {
    return this.#table.rarity.availability(piece);
  }

  hasPiece(piece: number): boolean {
    return this.#table.have.has(piece);
  }

  pieceLength(piece: number): number {
    return this.#table.geometry.pieceLengthOf(piece);
  }

  remoteHas(piece: number): boolean {
    const remote = this.remote as PeerConnection;
    return this.#table.holdings.has(remote.slot, piece) && mayAsk(remote, piece);
  }

  firstOfRemote(from: number, to: number): number {
    const remote = this.remote as PeerConnection;
    if (!remote.remoteChoking) return this.#table.holdings.firstHeld(remote.slot, from, to);
    for (let rank = from; rank < to; rank++) if (this.remoteHas(this.candidateAt(rank))) return rank;
    return -1;
  }

  firstInOrder(from: number, to: number): number {
    const remote = this.remote as PeerConnection;
    const { holdings } = this.#table;
    if (!remote.remoteChoking) return holdings.firstHeldInOrder(remote.slot, from, to);
    let first = -1;
    for (const piece of remote.allowedFast) {
      const possible =
        piece >= from && piece < to && this.isCandidate(piece) && holdings.has(remote.slot, piece);
      if (possible && (first < 0 || piece < first)) first = piece;
    }
    return first;
  }

  firstStarted(from: number, to: number): number {
    return this.#findStarted(this.remote as PeerConnection, from, to, true);
  }

  rarestStarted(from: number, to: number): number {
    return this.#findStarted(this.remote as PeerConnection, from, to, false);
  }
}

/** While we are choked, only allowed-fast pieces may be asked for (BEP 6). */
export function mayAsk(connection: PeerConnection, piece: number): boolean {
  return !connection.remoteChoking || connection.allowedFast.includes(piece);
}
