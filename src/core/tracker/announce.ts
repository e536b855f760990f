/**
 * What clients and trackers say to each other, whatever the transport. Both codecs (UDP and HTTP) speak these types;
 * intervals stay as the tracker sent them until `clampInterval` makes them usable.
 */
import { decodeUtf8 } from '../bytes.ts';
import type { AnnounceEvent } from '../observer.ts';
import type { Address, Microseconds } from '../ports.ts';

/** An announce (BEP 3). Byte counts are since the start of this session, capped at 2^53 - 1. */
export interface AnnounceRequest {
  /** 20 bytes. */
  readonly infoHash: Uint8Array;
  /** 20 bytes. */
  readonly peerId: Uint8Array;
  /** The port on which the announcing peer accepts streams; 0: none. */
  readonly port: number;
  readonly uploaded: number;
  readonly downloaded: number;
  /** Bytes still missing; 0 makes the announcer a seed. */
  readonly left: number;
  readonly event: AnnounceEvent;
  /** It has all that it wants and not everything (BEP 21), which an HTTP tracker is told where there is no other event. */
  readonly isPartialSeed?: boolean;
  /** Peers asked for; -1 leaves it to the tracker. */
  readonly numwant: number;
  /** A random unsigned 32-bit number that stays with the announcer when its address changes. */
  readonly key: number;
}

/** A tracker's answer to an announce, as a client reads it. */
export interface AnnounceReply {
  /** As sent: may be zero, negative or absurd. */
  readonly intervalSeconds: number;
  readonly minIntervalSeconds: number | undefined;
  /** Number of seeds; undefined when the tracker does not say. */
  readonly complete: number | undefined;
  /** Number of peers that still download. */
  readonly incomplete: number | undefined;
  readonly peers: readonly Address[];
  readonly warning: string | undefined;
  /** To be sent back in later announces to the same tracker. */
  readonly trackerId: Uint8Array | undefined;
  /** The IP address that the tracker saw us at (BEP 24), canonical. */
  readonly externalIp: string | undefined;
  /** The IP address that the answer came from, where it is known. */
  readonly remoteHost: string | undefined;
}

/** Numbers of one swarm (BEP 48). */
export interface ScrapeCounts {
  /** Seeds. */
  readonly complete: number;
  /** How often a download finished. */
  readonly downloaded: number;
  /** Peers that still download. */
  readonly incomplete: number;
}

/** Length of an info-hash and of a peer id. */
export const ID_BYTES = 20;

/** No announce is repeated sooner than this because of a tracker's interval, unless an option says so. */
export const SHORTEST_INTERVAL_US: Microseconds = 30 * 1_000_000;

/** The longest interval that a tracker can impose. */
export const LONGEST_INTERVAL_US: Microseconds = 24 * 3600 * 1_000_000;

/** The most peers taken from one answer; the rest is ignored. Answers of honest trackers hold 50 to 200. */
export const PEERS_PER_ANSWER_MAX = 2000;

/** A tracker's interval as a duration between `shortestUs` and one day; anything absurd goes to the nearer end. */
export function clampInterval(
  seconds: number,
  shortestUs: Microseconds = SHORTEST_INTERVAL_US,
): Microseconds {
  const durationUs = Math.floor(seconds * 1_000_000);
  return Math.max(shortestUs, Math.min(LONGEST_INTERVAL_US, durationUs));
}

const TEXT_BYTES_MAX = 240;

/** A message from outside, made fit to be shown: valid text, at most 240 bytes of it, no control characters. */
export function displayText(bytes: Uint8Array): string {
  let text = '';
  for (const character of decodeUtf8(bytes.subarray(0, TEXT_BYTES_MAX))) {
    const code = character.codePointAt(0) as number;
    text += code < 0x20 || (code >= 0x7f && code < 0xa0) ? ' ' : character;
  }
  return text.trim();
}
