/** What is asked of a tracker, whatever the transport: one announce or one scrape, with one outcome. */
import type { Url } from '../http/url.ts';
import type { Microseconds } from '../ports.ts';
import type { AnnounceReply, AnnounceRequest, ScrapeCounts } from './announce.ts';
import type { AddressFamily } from './resolver.ts';

/** Which tracker is asked. */
export interface TrackerQuery {
  /** As written in the torrent, without surrounding space. */
  readonly url: string;
  readonly parsed: Url;
  /** Whether other trackers wait for their turn, so that this one should not be given all the time in the world. */
  readonly hasAlternative: boolean;
}

export interface TrackerCallRequest extends TrackerQuery {
  readonly announce: AnnounceRequest;
  /** What this tracker asked to be sent back. */
  readonly trackerId: Uint8Array | undefined;
  /** Over addresses of this family only; default: either. */
  readonly family?: AddressFamily | undefined;
}

export interface ScrapeCallRequest extends TrackerQuery {
  /** 20 bytes each; at least one, and no more than fit into one question (74 by UDP). */
  readonly infoHashes: readonly Uint8Array[];
}

export type TrackerOutcome = { readonly kind: 'reply'; readonly reply: AnnounceReply } | FailedOutcome;

/** `counts` has one entry for each info-hash asked about; undefined where the tracker knows nothing of it. */
export type ScrapeOutcome =
  | { readonly kind: 'counts'; readonly counts: readonly (ScrapeCounts | undefined)[] }
  | FailedOutcome;

export interface FailedOutcome {
  readonly kind: 'failed';
  readonly message: string;
  /** How long the tracker asked to be left alone; Infinity: for ever. */
  readonly retryInUs: Microseconds | undefined;
}

export interface TrackerClient {
  /** `done` follows exactly once, later, never inside this call, unless the call is cancelled. */
  announce(request: TrackerCallRequest, done: (outcome: TrackerOutcome) => void): TrackerCall;
  /** As `announce`. */
  scrape(request: ScrapeCallRequest, done: (outcome: ScrapeOutcome) => void): TrackerCall;
  /** Releases what the transport holds; calls under way get no outcome. */
  close(): void;
}

export interface TrackerCall {
  /** Gives up; no outcome follows. */
  cancel(): void;
}

export function failed(message: string, retryInUs?: Microseconds): FailedOutcome {
  return { kind: 'failed', message, retryInUs };
}
