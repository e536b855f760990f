/**
 * Whom a peer uploads to. Every round (10 s, BEP 3) the choker sees the peers that want something and names those to
 * unchoke; everybody else is choked.
 */
import type { ChokeAccount } from '../decisions.ts';
import type { UnchokeReason } from '../observer.ts';
import type { Microseconds, Random } from '../ports.ts';

/** A connected peer as a choker sees it. */
export interface ChokeCandidate {
  /** The remote wants pieces that we have. */
  readonly interested: boolean;
  /** We unchoke it now. */
  readonly unchoked: boolean;
  /** It unchokes us. */
  readonly unchokesUs: boolean;
  /** It has sent nothing for a long time although it unchokes us and we asked. */
  readonly snubbed: boolean;
  /** Rolling rates over about 20 s, in bytes per second of payload. */
  readonly downloadRate: number;
  readonly uploadRate: number;
  /** When the connection was made. */
  readonly connectedAtUs: Microseconds;
  /** When we last unchoked it; 0 for never. */
  readonly unchokedAtUs: Microseconds;
  /** Payload bytes since the connection was made. */
  readonly receivedBytes: number;
  readonly sentBytes: number;
  /** Pieces that it has, as far as it has told us. */
  readonly havePieces: number;
}

export interface ChokeRound {
  readonly nowUs: Microseconds;
  /**
   * Counts rounds since the torrent started; optimistic slots move every third (30 s). -1 between rounds, when a free
   * slot is given to a peer that has just become interested and nobody is choked.
   */
  readonly number: number;
  /** We have every piece. */
  readonly seeding: boolean;
  /** How many peers may be unchoked, optimistic slot included. */
  readonly slots: number;
  /** Pieces and bytes of the torrent. */
  readonly pieceCount: number;
  readonly totalBytes: number;
  /** The client's upload limit in bytes per second; 0: none. */
  readonly uploadLimitBytesPerSec: number;
}

export interface Choker {
  /** The name by which scenarios and the command line call it. */
  readonly name: string;
  /**
   * Calls `unchoke` for each candidate (by its index) that is to be unchoked in this round, at most `round.slots` times.
   * Candidates come in the order in which they connected. `account`, where there is one, is told how it came to that;
   * nothing may depend on it.
   */
  decide(
    candidates: readonly ChokeCandidate[],
    round: ChokeRound,
    random: Random,
    unchoke: (index: number, reason: UnchokeReason) => void,
    account?: ChokeAccount,
  ): void;
  /**
   * Whether a peer that is unchoked gets no block now: asked before each block, and again whenever it has given one. Absent:
   * never. `seeding`: we have every piece.
   */
  holdsBack?(candidate: ChokeCandidate, seeding: boolean): boolean;
  /**
   * Whether a peer that is unchoked has had its share: asked after each block that it was sent. It is choked at once then, and its
   * slot is given to another. Absent: never. `seeding`: we have every piece.
   */
  isTurnOver?(candidate: ChokeCandidate, seeding: boolean): boolean;
}
