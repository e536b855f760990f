/**
 * The way between a shaped host and another, as it is at this moment. What is on a way that is not open waits, as TCP
 * would send it again; datagrams on one that is cut are lost.
 */
import type { Microseconds } from '../core/ports.ts';

export type Passage = 'open' | 'cut' | 'held';

/**
 * A sender whose way is not open: when it goes on. After a cut that is not at once: TCP sends again only when its timer
 * ends.
 */
export interface SendingStall {
  /** When it goes on; Infinity while that is not known. */
  readonly resumeAtUs: Microseconds;
  /** Something is to be sent. */
  wait(nowUs: Microseconds): void;
  change(passage: Passage, nowUs: Microseconds, roundTripUs: Microseconds): void;
}

export interface ShapedWays {
  /** One-way latency between this host and `remoteHost`, the whole way: both hosts' shares together. */
  latencyUs(remoteHost: string): Microseconds;
  /** What comes from `remoteHost` takes up to so much longer; drawn anew for each arrival. Default: nothing. */
  jitterUs?(remoteHost: string): Microseconds;
  /** Whether what comes from `remoteHost` arrives. Default: it does. Whoever changes it calls `waysChanged`. */
  passageFrom?(remoteHost: string): Passage;
  /**
   * Whether streams to `remoteHost` send: its answers have to come back. While they do not, they take nothing of the uplink.
   * Default: they do. Whoever changes it calls `waysChanged`.
   */
  passageTo?(remoteHost: string): Passage;
  /** Of a sender whose way has just closed. Default: it goes on when the way is open. */
  newStall?(): SendingStall;
}

/** How long a dial waits for an answer that does not come, as in the simulated network. */
export const DIAL_TIMEOUT_US = 20_000_000;
