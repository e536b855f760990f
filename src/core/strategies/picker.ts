/**
 * How a peer chooses the next piece to start. A picker sees a read-only view and a random stream and names one of the
 * candidates; blocks within started pieces, endgame and requests are not its business.
 */
import type { Microseconds, Random } from '../ports.ts';

export interface PickView {
  /** Pieces in the torrent. */
  readonly pieceCount: number;
  /** Pieces that we have verified. */
  readonly verifiedCount: number;
  /** Pieces not yet started that we want; they are ranked by availability, rarest first. */
  readonly candidateCount: number;
  /** The candidate at `rank` in [0, candidateCount). */
  candidateAt(rank: number): number;
  /** First rank of the run of candidates that are exactly as rare as the one at `rank`. */
  levelStartAt(rank: number): number;
  /** Exclusive end of that run. */
  levelEndAt(rank: number): number;
  /** Whether `piece` is a candidate. */
  isCandidate(piece: number): boolean;
  /** Copies of a piece among the peers that we are connected to. */
  availability(piece: number): number;
  /** Whether we have verified `piece`; a piece that was verified stays so. */
  hasPiece(piece: number): boolean;
  /** Bytes of `piece`; the last one may be shorter than the others. */
  pieceLength(piece: number): number;
  /** Whether the peer that we would ask has the piece. */
  remoteHas(piece: number): boolean;
  /** The first rank in [from, to) whose candidate that peer has; -1 when there is none. */
  firstOfRemote(from: number, to: number): number;
  /** The first candidate in [from, to), in the order of the content, that that peer has; -1 when there is none. */
  firstInOrder(from: number, to: number): number;
  /** The first piece in [from, to), in the order of the content, that is begun and that peer could help with; -1 when there is none. */
  firstStarted(from: number, to: number): number;
  /** The rarest of these; of equals the one begun first. */
  rarestStarted(from: number, to: number): number;
  /** Pieces that this peer has suggested (BEP 6) since it last choked us, oldest first; not all of them need be candidates. */
  readonly suggested: readonly number[];
  readonly nowUs: Microseconds;
  /** When this torrent was started. */
  readonly startedUs: Microseconds;
}

export interface Pick {
  /** A candidate that the remote has; from a picker that shares `as-picked` also a begun piece that the remote could help with. */
  readonly piece: number;
  /** Why, as one or two words for the trace ("rarest-first"). */
  readonly rule: string;
}

export type SharesStarted = 'always' | 'unless-rarer' | 'in-order' | 'last' | 'as-picked';

export interface PiecePicker {
  /** The name by which scenarios and the command line call it. */
  readonly name: string;
  /**
   * Whether a remote that has nothing of its own to go on with helps with pieces begun with others: always before it
   * starts a new one ("strict priority", Cohen 2003), or only when none that it could start is rarer (libtorrent), so
   * that whoever holds rare pieces is not kept busy with common ones; or in the order of the content, the earliest
   * first, unless the piece that it could start comes before; or last of all, when there is nothing that it could start; or
   * as the picker says, which then is also asked where there are only begun pieces to choose from, and may name one.
   */
  readonly sharesStarted: SharesStarted;
  /**
   * The piece to start next with this remote, or undefined when it has no candidate. Called only while there is a
   * candidate (`as-picked`: or a begun piece); that the remote has one is likely, not certain.
   */
  pick(view: PickView, random: Random): Pick | undefined;
}

/**
 * A candidate in ranks [from, to) that the remote has: the first at or after the rank that `draw` (a uint32) falls on,
 * going round; -1 when there is none. The order within a level is shuffled per peer, so that peers do not herd.
 */
export function pickAmong(view: PickView, from: number, to: number, draw: number): number {
  const start = from + (draw % (to - from));
  const rank = view.firstOfRemote(start, to);
  if (rank >= 0) return view.candidateAt(rank);
  const before = view.firstOfRemote(from, start);
  return before < 0 ? -1 : view.candidateAt(before);
}

/** One of the rarest candidates that the remote has; -1 when it has none. `draw` (a uint32) decides among equals. */
export function pickRarest(view: PickView, draw: number): number {
  for (let rank = 0; rank < view.candidateCount; ) {
    const end = view.levelEndAt(rank);
    const piece = pickAmong(view, rank, end, draw);
    if (piece >= 0) return piece;
    rank = end;
  }
  return -1;
}
