/**
 * How a peer chooses the next piece to start. A picker sees a read-only view and a random stream and names one of the
 * candidates; blocks within started pieces, endgame and requests are not its business.
 */
import type { Random } from '../ports.ts';

export interface PickView {
  /** Pieces in the torrent. */
  readonly pieceCount: number;
  /** Pieces that we have verified. */
  readonly verifiedCount: number;
  /** Pieces not yet started that we want; they are ranked by availability, rarest first. */
  readonly candidateCount: number;
  /** The candidate at `rank` in [0, candidateCount). */
  candidateAt(rank: number): number;
  /** Exclusive end of the run of candidates that are exactly as rare as the one at `rank`. */
  levelEndAt(rank: number): number;
  /** Whether `piece` is a candidate. */
  isCandidate(piece: number): boolean;
  /** Copies of a piece among the peers that we are connected to. */
  availability(piece: number): number;
  /** Whether the peer that we would ask has the piece. */
  remoteHas(piece: number): boolean;
  /** The first rank in [from, to) whose candidate that peer has; -1 when there is none. */
  firstOfRemote(from: number, to: number): number;
}

export interface Pick {
  /** A candidate that the remote has. */
  readonly piece: number;
  /** Why, as one or two words for the trace ("rarest-first"). */
  readonly rule: string;
}

export interface PiecePicker {
  /** The name by which scenarios and the command line call it. */
  readonly name: string;
  /**
   * Whether a remote that has nothing of its own to go on with helps with pieces begun with others: always before it
   * starts a new one ("strict priority", Cohen 2003), or only when none that it could start is rarer (libtorrent), so
   * that whoever holds rare pieces is not kept busy with common ones.
   */
  readonly sharesStarted: 'always' | 'unless-rarer';
  /** The piece to start next with this remote, or undefined when it has no candidate. */
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
