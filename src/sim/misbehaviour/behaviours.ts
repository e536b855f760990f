/** The ways in which a peer may behave: as a client should, or in one of the ways that harm a swarm. */
import type { Microseconds } from '../../core/ports.ts';

export const behaviours = [
  'honest',
  'free-rider',
  'staller',
  'liar',
  'poisoner',
  'flooder',
  'slow-reader',
] as const;
export type Behaviour = (typeof behaviours)[number];

/** One sentence each, for people. */
export const behaviourDescriptions: Readonly<Record<Behaviour, string>> = {
  honest: 'An ordinary client.',
  'free-rider': 'Downloads like an ordinary client and never uploads.',
  staller: 'Unchokes everybody, serves its first few blocks, then takes requests and never answers.',
  liar: 'Says that it has every piece though it has none, unchokes everybody, and refuses or ignores requests.',
  poisoner: 'An ordinary client that sends corrupted blocks.',
  flooder: 'Sends well-formed messages of no use, as many as it may, and never a block.',
  'slow-reader': 'Asks for as much as it can and reads almost nothing of it.',
};

/**
 * Whether a peer that behaves so gets the content sooner or later: a run is not over before all of these have it. A
 * poisoner or staller may, until those who could serve it have found it out.
 */
export function wantsToComplete(behaviour: Behaviour): boolean {
  return behaviour === 'honest' || behaviour === 'free-rider';
}

/** Whether what such a peer holds counts as a copy of the content: whoever asks for it gets it. */
export function givesCopies(behaviour: Behaviour): boolean {
  return behaviour === 'honest';
}

export interface MisbehaviourOptions {
  /** Poisoner: how many of a thousand blocks that it sends are corrupted. */
  readonly poisonPerMille: number;
  /** Staller: blocks that it serves before it falls silent. */
  readonly stallAfterBlocks: number;
  /** Liar: how many of a thousand remotes have their requests refused; those of the others are ignored. */
  readonly refusePerMille: number;
  /** Liar: how many of a thousand pieces it says it has at first; it comes up with the rest over `lieForUs`. */
  readonly claimPerMille: number;
  readonly lieForUs: Microseconds;
  /** Flooder: messages a second on each of its connections. */
  readonly messagesPerSec: number;
  /** Slow reader: requests that it keeps out on each connection; no more than the remote says it queues. */
  readonly requests: number;
  /** Slow reader: bytes a second that it reads of each connection, once it has asked for something. */
  readonly readBytesPerSec: number;
}

export const misbehaviourDefaults: MisbehaviourOptions = {
  poisonPerMille: 1000,
  stallAfterBlocks: 16,
  refusePerMille: 500,
  claimPerMille: 1000,
  lieForUs: 60_000_000,
  messagesPerSec: 1000,
  requests: 500,
  readBytesPerSec: 50,
};
