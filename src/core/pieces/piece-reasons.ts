/** Says why a piece was started with a remote, or gone on with: what the scheduler knew at that moment. It decides nothing. */
import type { DecisionObserver, JoinReason } from '../decisions.ts';
import type { PeerConnection } from '../peer/peer-connection.ts';
import type { PiecePicker, SharesStarted } from '../strategies/picker.ts';
import type { PieceTable } from './piece-table.ts';

/** Until so many pieces are complete, the first are finished before others are begun, so that there is something to trade. */
export const FIRST_PIECES = 4;

export class PieceReasons {
  readonly #decisions: DecisionObserver;
  readonly #table: PieceTable;

  constructor(decisions: DecisionObserver, table: PieceTable) {
    this.#decisions = decisions;
    this.#table = table;
  }

  /** Right after it was named to the observer, and before it is started. */
  picked({ remoteChoking }: PeerConnection, piece: number): void {
    const { rarity } = this.#table;
    const copies = rarity.availability(piece);
    this.#decisions.pickReasons(copies, rarity.equallyRare(piece), rarity.length, remoteChoking);
  }

  /**
   * `tidiesUp`: what is begun comes first now, whatever there is; `other`: what could have been started, -1 for nothing, or
   * the piece itself where the picker named it.
   */
  goneOn(
    { label }: PeerConnection,
    piece: number,
    { sharesStarted }: PiecePicker,
    tidiesUp: boolean,
    other: number,
  ): void {
    const { rarity } = this.#table;
    if (other === piece) {
      this.#decisions.pieceJoined(label, piece, 'picked', rarity.availability(piece), -1);
      return;
    }
    const reason = tidiesUp
      ? this.#reasonToTidyUp(sharesStarted)
      : this.#reasonToGoOn(sharesStarted, piece, other);
    const otherCopies = other < 0 ? -1 : rarity.availability(other);
    this.#decisions.pieceJoined(label, piece, reason, rarity.availability(piece), otherCopies);
  }

  endgame({ label }: PeerConnection, piece: number): void {
    this.#decisions.endgameAsked(label, piece);
  }

  #reasonToTidyUp(sharesStarted: SharesStarted): JoinReason {
    if (sharesStarted === 'always') return 'strict-priority';
    return this.#table.have.count < FIRST_PIECES ? 'first-pieces' : 'many-started';
  }

  #reasonToGoOn(sharesStarted: SharesStarted, piece: number, other: number): JoinReason {
    if (other < 0) return 'none-to-start';
    const { priorities } = this.#table;
    if (priorities !== undefined && priorities.priority(other) < priorities.priority(piece)) {
      return 'none-more-urgent';
    }
    return sharesStarted === 'in-order' ? 'none-earlier' : 'none-rarer';
  }
}
