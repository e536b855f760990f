/** What the announcer needs of a transport: one announce to one tracker, with one outcome. */
import type { Url } from '../http/url.ts';
import type { Microseconds } from '../ports.ts';
import type { AnnounceReply, AnnounceRequest } from './announce.ts';

export interface TrackerCallRequest {
  /** As written in the torrent, without surrounding space. */
  readonly url: string;
  readonly parsed: Url;
  readonly announce: AnnounceRequest;
  /** What this tracker asked to be sent back. */
  readonly trackerId: Uint8Array | undefined;
  /** Whether other trackers wait for their turn, so that this one should not be given all the time in the world. */
  readonly hasAlternative: boolean;
}

export type TrackerOutcome =
  | { readonly kind: 'reply'; readonly reply: AnnounceReply }
  | {
      readonly kind: 'failed';
      readonly message: string;
      /** How long the tracker asked to be left alone; Infinity: for ever. */
      readonly retryInUs: Microseconds | undefined;
    };

export interface TrackerClient {
  /** `done` follows exactly once, later, never inside this call, unless the call is cancelled. */
  announce(request: TrackerCallRequest, done: (outcome: TrackerOutcome) => void): TrackerCall;
  /** Releases what the transport holds; calls under way get no outcome. */
  close(): void;
}

export interface TrackerCall {
  /** Gives up; no outcome follows. */
  cancel(): void;
}

export function failed(message: string, retryInUs?: Microseconds): TrackerOutcome {
  return { kind: 'failed', message, retryInUs };
}
