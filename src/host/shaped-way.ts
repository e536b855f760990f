/**
 * The way between a shaped host and another, as it is at this moment. What is on a way that is not open waits, as TCP
 * would send it again; datagrams on one that is cut are lost.
 */
import type { Microseconds } from '../core/ports.ts';

export type Passage = 'open' | 'cut' | 'held';

export interface ShapedWays {
  /** One-way latency between this host and `remoteHost`, the whole way: both hosts' shares together. */
  latencyUs(remoteHost: string): Microseconds;
  /** What comes from `remoteHost` takes up to so much longer; drawn anew for each arrival. Default: nothing. */
  jitterUs?(remoteHost: string): Microseconds;
  /** Whether what comes from `remoteHost` arrives. Default: it does. Whoever changes it calls `waysChanged`. */
  passageFrom?(remoteHost: string): Passage;
}

/** How long a dial waits for an answer that does not come, as in the simulated network. */
export const DIAL_TIMEOUT_US = 20_000_000;
