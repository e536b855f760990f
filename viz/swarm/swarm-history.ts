/**
 * What a picture of the swarm over time needs to know, and nothing of where it comes from: who is in it, the state of all at
 * any instant, and what happens next. A finished run's report and a running engine both offer it. Peers are named by
 * their place in the cast; instants are microseconds since the start of the run, rates bytes per second.
 */

export interface SwarmPeer {
  readonly id: string;
  /** Index into the groups of the cast. */
  readonly group: number;
  /** "honest", or in which way it misbehaves. */
  readonly behaviour: string;
  /** "open", or the kind of address translation in front of it. */
  readonly nat: string;
  /** It arrives with every piece. */
  readonly startsComplete: boolean;
  /** Its line as declared. */
  readonly upBytesPerSec: number;
  readonly downBytesPerSec: number;
  /** More than one: no peer, but so many of the group, of whom nothing but transfers and chokes is told one by one. */
  readonly standsFor: number;
}

export interface SwarmCast {
  readonly torrent: {
    readonly totalBytes: number;
    readonly pieceLengthBytes: number;
    /** Those that are told of. */
    readonly pieceCount: number;
    /** Every how many-th piece of the torrent that is: piece n is its piece n * pieceStride. */
    readonly pieceStride: number;
  };
  readonly groups: readonly string[];
  readonly peers: readonly SwarmPeer[];
}

/** `waiting`: it has not come yet. `away`: switched off for a while. `left`: for good. */
export type SwarmPresence = 'waiting' | 'there' | 'away' | 'crashed' | 'left';

export type SwarmUnchokeReason = 'regular' | 'optimistic' | 'seed';

export interface SwarmUnchoke {
  readonly remote: number;
  readonly reason: SwarmUnchokeReason;
  readonly sinceUs: number;
}

/** Bytes of one piece on their way from one peer to another. */
export interface SwarmTransfer {
  readonly from: number;
  readonly to: number;
  readonly piece: number;
  readonly fromUs: number;
  /** Infinity while its end is not known. */
  readonly toUs: number;
  readonly bytesPerSec: number;
  /** Of the bytes that it will have brought, in [0, 1]. */
  readonly progress: number;
}

/** A timer that is running: it began at `fromUs` and will be up at `toUs`. */
export interface SwarmTimer {
  readonly fromUs: number;
  readonly toUs: number;
}

/** The swarm at one instant. Valid until the history is asked for another one. */
export interface SwarmInstant {
  readonly timeUs: number;
  /** Copies of the rarest piece among honest peers that are there; how many pieces are as rare. */
  readonly fewestCopies: number;
  readonly rarestCount: number;
  copiesOf(piece: number): number;
  presenceOf(peer: number): SwarmPresence;
  /** Why it is not there; empty where it is, or where nothing is said. */
  absenceOf(peer: number): string;
  /** Its line is slowed or cut by a data cap. */
  isCapped(peer: number): boolean;
  /** The rates of its line now. */
  upOf(peer: number): number;
  downOf(peer: number): number;
  heldCountOf(peer: number): number;
  has(peer: number, piece: number): boolean;
  /** 0 or 1; of a crowd, how many of those that are there hold it, as a share. */
  shareOf(peer: number, piece: number): number;
  /** How many are there, and how many of these are complete: of one peer 0 or 1. */
  thereOf(peer: number): number;
  completeOf(peer: number): number;
  isComplete(peer: number): boolean;
  /** Changes whenever what the peer holds does. */
  holdingsVersionOf(peer: number): number;
  isConnected(peer: number, remote: number): boolean;
  isInterested(peer: number, remote: number): boolean;
  /** Whom the peer serves, or would if they asked, in the order in which it unchoked them. */
  unchokesOf(peer: number): readonly SwarmUnchoke[];
  /** Whether the peer serves that remote, or would: since when and why. */
  unchokeOf(peer: number, remote: number): SwarmUnchoke | undefined;
  /** How many serve the peer, and in how many it is interested. */
  unchokersOf(peer: number): number;
  interestsOf(peer: number): number;
  /** Until its next choke round, and until it draws an optimistic peer anew; undefined where nothing is known of one. */
  roundTimerOf(peer: number): SwarmTimer | undefined;
  optimisticTimerOf(peer: number): SwarmTimer | undefined;
  /** Everything under way, in no particular order. */
  readonly transfers: readonly SwarmTransfer[];
}

export type SwarmEventKind =
  | 'joined'
  | 'left'
  | 'unchoked'
  | 'choked'
  | 'picked'
  | 'verified'
  | 'failed'
  | 'snubbed'
  | 'endgame'
  | 'completed'
  | 'line'
  | 'fault began'
  | 'fault ended';

export interface SwarmEvent {
  readonly timeUs: number;
  readonly kind: SwarmEventKind;
  /** -1: the scenario. */
  readonly peer: number;
  /** -1 where there is none, or where it is nobody of the cast. */
  readonly remote: number;
  /** -1 where there is none. */
  readonly piece: number;
  /** A reason, a rule, the name of a fault; may be empty. */
  readonly text: string;
}

/** One step of a piece through the swarm. */
export interface SwarmDelivery {
  readonly peer: number;
  /** Who gave its last block; -1: it held it on arrival or found it on its disk, or the giver is not known. */
  readonly from: number;
  readonly timeUs: number;
}

export interface SwarmHistory {
  readonly cast: SwarmCast;
  /** The latest instant of which anything is known. Grows while a run goes on. */
  readonly endUs: number;
  /** The state at an instant. Cheap for one shortly after the last one asked for. */
  at(timeUs: number): SwarmInstant;
  /** The first event after an instant, or the last before it; `wide`: only those that change the swarm as a whole. */
  eventAfter(timeUs: number, wide?: boolean): SwarmEvent | undefined;
  eventBefore(timeUs: number, wide?: boolean): SwarmEvent | undefined;
  /** The last events up to an instant, latest first, at most `most`; those of one peer or piece, where one is named. */
  eventsUntil(
    timeUs: number,
    most: number,
    of?: { readonly peer?: number; readonly piece?: number },
  ): SwarmEvent[];
  /** Who got the piece from whom until an instant, in the order of time. */
  familyOf(piece: number, untilUs: number): SwarmDelivery[];
  /** Why things are as they are; absent where that was not recorded. */
  readonly explain?: SwarmExplainer;
}

export interface SwarmExplanation {
  readonly title: string;
  readonly sentences: readonly string[];
}

/** Of a peer at an instant; of how a peer came by a piece where one is named. */
export type SwarmExplainer = (question: {
  readonly peer: number;
  readonly piece?: number;
  readonly timeUs: number;
}) => readonly SwarmExplanation[];
