/**
 * The trace: what happened in a run, as columns of numbers. Metrics, verdicts and pictures are read off it and nothing
 * else. The recorder writes it, the file format stores it, folds read it.
 */

import type { ControlColumns } from './control-bytes.ts';
import type { DecisionTables } from './decisions/decision-columns.ts';
import type { ArrivalColumns, PairColumns, TransferColumns } from './transfers/transfer-columns.ts';

/** What the trace says about the run before it begins. */
export interface TraceHeader {
  readonly version: 1;
  readonly scenario: string;
  readonly seed: number;
  readonly sampleUs: number;
  /** The time of the week at the start of the run, in microseconds since Monday 00:00. */
  readonly startsAtUs: number;
  readonly torrent: TracedTorrent;
  readonly groups: readonly string[];
  /** Strategies of the user's own, as "picker least-seen"; undefined: none. */
  readonly strategies?: readonly string[];
  readonly peers: readonly TracedPeer[];
}

export interface TracedTorrent {
  readonly name: string;
  readonly totalBytes: number;
  readonly pieceLengthBytes: number;
  readonly pieceCount: number;
}

export interface TracedPeer {
  readonly id: string;
  /** Index into `groups`. */
  readonly group: number;
  readonly upBytesPerSec: number;
  readonly downBytesPerSec: number;
  /** What it held on arrival; which pieces one with some of them had, it says itself when it arrives. */
  readonly have: 'all' | 'none' | 'some';
  /** "honest", or in which way it misbehaves. Copies of pieces are counted with honest peers only. */
  readonly behaviour: string;
  /** The kind of address translation in front of it; "open" for none. */
  readonly nat: string;
  /** How somebody plays the content while it comes; undefined: nobody does. */
  readonly playback?: TracedPlayback;
}

export interface TracedPlayback {
  readonly bytesPerSec: number;
  /** From arrival until the player begins, if there is something to play by then. */
  readonly delayUs: number;
}

/**
 * Kinds of events. Numbers are part of the file format and never reused. Columns `a`, `b`, `c` mean what is said here;
 * a remote is the index of the remote peer in the header, or -1 when it is not part of the run.
 */
export const EventKind = {
  /** The peer's machine joined, for the first time or again. */
  joined: 1,
  /** The peer left: a = a `Departure`, c = index into `strings` of the reason. */
  left: 2,
  /** a = remote, b = 1 when we dialled. */
  connected: 3,
  /** a = remote, b = blame (0 none, 1 remote, 2 local), c = index into `strings` of the reason. */
  disconnected: 4,
  /** a = remote, b = 0 regular, 1 optimistic, 2 seed. */
  unchoked: 5,
  /** a = remote. */
  choked: 6,
  /** a = remote, b = 1 interested, 0 not. */
  interestChanged: 7,
  /** a = remote, b = piece, c = index into `strings` of the rule. */
  piecePicked: 8,
  /** a = piece, b = remote that gave the last block (-1: found on disk). */
  pieceVerified: 9,
  /** a = piece. */
  pieceFailed: 10,
  /** a = remote. */
  snubbed: 11,
  endgameEntered: 12,
  completed: 13,
  /**
   * a = event (0 none, 1 completed, 2 started, 3 stopped), b = number of peers in the answer, c = index into `strings`
   * of the tracker's URL.
   */
  announced: 14,
  /** a = event, b = index into `strings` of the tracker's URL, c = index into `strings` of the message. */
  announceFailed: 15,
  /** c = index into `strings` of the message. */
  storageFailed: 16,
  /**
   * The peer's line has other rates from here on: a = up, b = down, in bytes per second (2^31 - 1 stands for more), c =
   * index into `strings` of the reason.
   */
  lineChanged: 17,
  /** An event of the scenario begins: a = its number, c = index into `strings` of what it is. The peer is -1. */
  faultBegan: 18,
  /** It is over: columns as above. */
  faultEnded: 19,
} as const;

/** How a peer left. One that was only switched off or crashed may join again; it then reports anew what it holds. */
export const Departure = { planned: 0, endOfRun: 1, switchedOff: 2, crashed: 3 } as const;
export type DepartureKind = keyof typeof Departure;

export type EventKindName = keyof typeof EventKind;

/** Events in the order in which they happened; all columns have `count` rows. */
export interface EventColumns {
  readonly count: number;
  readonly timeUs: Float64Array;
  readonly kind: Uint8Array;
  readonly peer: Int32Array;
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly c: Int32Array;
}

/**
 * Bytes moved per peer and sample interval, row-major: row `s` covers (s * intervalUs, (s + 1) * intervalUs], column
 * `p` is peer `p`. The last row ends with the run and may be shorter.
 */
export interface SampleColumns {
  readonly rows: number;
  /** The header's `sampleUs`, doubled as often as it took to keep a long run within bounds. */
  readonly intervalUs: number;
  /** Payload bytes of wanted blocks received. */
  readonly received: Float64Array;
  /** Payload bytes sent. */
  readonly sent: Float64Array;
}

/** Totals per peer over the whole run. */
export interface PeerTotals {
  readonly receivedBytes: Float64Array;
  readonly sentBytes: Float64Array;
  readonly wastedBytes: Float64Array;
}

export interface Trace {
  readonly header: TraceHeader;
  readonly events: EventColumns;
  /** Texts that events refer to by index. */
  readonly strings: readonly string[];
  readonly samples: SampleColumns;
  readonly totals: PeerTotals;
  /** Who gave which piece to whom; of a large run a part, see `everyNth`. Read by `Transfers`. */
  readonly transfers: TransferColumns;
  /** How much each gave to each. */
  readonly pairs: PairColumns;
  /** When the first and the last blocks of each peer came. Read by `Arrivals`. */
  readonly arrivals: ArrivalColumns;
  /** Why pieces were chosen and peers choked. Read by `Decisions`. */
  readonly decisions: DecisionTables;
  /** What was sent beside payload; undefined where nobody counted it. */
  readonly control?: ControlColumns;
  /** When the run ended. */
  readonly endUs: number;
  /**
   * 32 hex digits over header, events and every block event, in order: equal digests mean equal runs.
   */
  readonly digest: string;
}
