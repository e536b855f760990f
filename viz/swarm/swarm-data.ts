/**
 * The swarm as a report carries it: the peers that are drawn one by one, the crowds of those that are not, and their rows
 * packed into text. Plain JSON.
 */
import type { SwarmPeer } from './swarm-history.ts';

export interface SwarmData {
  /** Those that are drawn, then a peer for each crowd. */
  readonly peers: readonly SwarmPeer[];
  /** By peer that is drawn: its index in the run. */
  readonly indices: readonly number[];
  /** Every how many-th piece is told of; 1 is all. */
  readonly pieceStride: number;
  /** Rows of what each peer picked are there too. */
  readonly picks: boolean;
  /** False: transfers are read off picks and verified pieces, since the run recorded none. */
  readonly measured: boolean;
  /** Nothing is told of what was later; the end of the run unless there was too much of it. */
  readonly untilUs: number;
  /** Texts that rows refer to. */
  readonly strings: readonly string[];
  readonly eventCount: number;
  /** Numbers in as few bytes as they need (pack-rows.ts), as base64. */
  readonly events: string;
  readonly transferCount: number;
  readonly transfers: string;
  /** Why pieces were chosen and peers choked, as in a trace file, in base64; empty where it is not told, or not all. */
  readonly decisions: string;
  readonly crowds: SwarmCrowds | undefined;
}

/** What is known of peers that are not drawn one by one: counts at equal steps of time, and of neighbouring pieces. */
export interface SwarmCrowds {
  readonly slices: number;
  readonly sliceUs: number;
  readonly columns: number;
  /** 16-bit, slice by slice, by column: the fewest copies of its pieces among all of them, at the end of the slice. */
  readonly copies: string;
  readonly each: readonly SwarmCrowd[];
}

export interface SwarmCrowd {
  /** By slice: how many are there, and how many of these are complete. */
  readonly there: readonly number[];
  readonly complete: readonly number[];
  /** 16-bit, slice by slice, by column: which share of them is held, of 65,535. */
  readonly shares: string;
}
