/** Announces over HTTP (BEP 3). Invariant: the body is bounded, the time is bounded, and odd answers are failures. */
import type { Clock, Http, HttpFailure, HttpResponse, Microseconds } from '../ports.ts';
import { describeError } from '../result.ts';
import { decodeAnnounceReply } from './http-replies.ts';
import { announceUrl } from './http-requests.ts';
import { isLoopback } from './resolver.ts';
import {
  failed,
  type TrackerCall,
  type TrackerCallRequest,
  type TrackerClient,
  type TrackerOutcome,
} from './tracker-client.ts';

/** The longest body that is read, after decoding. */
export const HTTP_BODY_BYTES_MAX = 1024 * 1024;

/** Total time for an answer. */
export const HTTP_TIMEOUT_US: Microseconds = 30 * 1_000_000;

export class HttpTrackerClient implements TrackerClient {
  readonly #clock: Clock;
  readonly #http: Http;

  constructor(ports: { readonly clock: Clock; readonly http: Http }) {
    this.#clock = ports.clock;
    this.#http = ports.http;
  }

  announce(request: TrackerCallRequest, done: (outcome: TrackerOutcome) => void): TrackerCall {
    // A torrent must not make us call arbitrary services of this machine: a tracker here is known by its path.
    if (isLoopback(request.parsed.host) && !request.parsed.target.includes('/announce')) {
      const refusal = failed('a tracker on this machine must have /announce in its path');
      return this.#clock.schedule(this.#clock.now(), () => done(refusal));
    }
    const url = announceUrl(request.url, request.announce, request.trackerId);
    const limits = { maxBodyBytes: HTTP_BODY_BYTES_MAX, timeoutUs: HTTP_TIMEOUT_US };
    return this.#http.get(url, limits, (response, failure) => done(outcomeOf(response, failure)));
  }

  close(): void {}
}

function outcomeOf(response: HttpResponse | undefined, failure: HttpFailure | undefined): TrackerOutcome {
  if (response === undefined) return failed(failure?.message ?? 'no answer');
  const decoded = decodeAnnounceReply(response.body);
  const answer = decoded.ok ? decoded.value : undefined;
  // Some trackers put a proper refusal behind another status than 200.
  if (answer?.kind === 'refused') return failed(`the tracker refuses: ${answer.reason}`, answer.retryInUs);
  if (response.status !== 200) return failed(`HTTP status ${response.status}`);
  if (!decoded.ok) return failed(`not a tracker's answer: ${describeError(decoded.error)}`);
  return answer ?? failed('no answer');
}
