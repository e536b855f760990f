/** Announces and scrapes over HTTP (BEP 3, 48). Invariant: the body is bounded, the time is bounded, and odd answers are failures. */

import { toLatin1 } from '../bytes.ts';
import type { Clock, Http, HttpFailure, HttpLimits, HttpResponse, Microseconds } from '../ports.ts';
import { describeError } from '../result.ts';
import { decodeAnnounceReply, decodeScrapeReply } from './http-replies.ts';
import { announceUrl, scrapeUrl } from './http-requests.ts';
import { isLoopback } from './resolver.ts';
import {
  type FailedOutcome,
  failed,
  type ScrapeCallRequest,
  type ScrapeOutcome,
  type TrackerCall,
  type TrackerCallRequest,
  type TrackerClient,
  type TrackerOutcome,
  type TrackerQuery,
} from './tracker-client.ts';

/** The longest body that is read, after decoding. */
export const HTTP_BODY_BYTES_MAX = 1024 * 1024;

/** Total time for an answer. */
export const HTTP_TIMEOUT_US: Microseconds = 30 * 1_000_000;

const NO_SERVICE_OF_OURS = 'a tracker on this machine must have /announce in its path';
const LIMITS: HttpLimits = {
  maxBodyBytes: HTTP_BODY_BYTES_MAX,
  timeoutUs: HTTP_TIMEOUT_US,
  // By its address, because a name may stand for this machine without saying so.
  refuse: (host, target) =>
    isLoopback(host) && !/\/(?:announce|scrape)/.test(target) ? NO_SERVICE_OF_OURS : undefined,
};

export class HttpTrackerClient implements TrackerClient {
  readonly #clock: Clock;
  readonly #http: Http;

  constructor(ports: { readonly clock: Clock; readonly http: Http }) {
    this.#clock = ports.clock;
    this.#http = ports.http;
  }

  announce(request: TrackerCallRequest, done: (outcome: TrackerOutcome) => void): TrackerCall {
    const refusal = refusalOf(request);
    if (refusal !== undefined) return this.#later(() => done(refusal));
    const url = announceUrl(request.url, request.announce, request.trackerId);
    const { family } = request;
    const limits = family === undefined ? LIMITS : { ...LIMITS, family };
    return this.#http.get(url, limits, (response, failure) => done(outcomeOf(response, failure)));
  }

  scrape(request: ScrapeCallRequest, done: (outcome: ScrapeOutcome) => void): TrackerCall {
    const refusal = refusalOf(request);
    if (refusal !== undefined) return this.#later(() => done(refusal));
    const url = scrapeUrl(request.url, request.infoHashes);
    if (url === undefined) {
      return this.#later(() => done(failed('it cannot be asked: its URL does not end in /announce')));
    }
    return this.#http.get(url, LIMITS, (response, failure) =>
      done(scrapeOutcomeOf(request.infoHashes, response, failure)),
    );
  }

  #later(callback: () => void): TrackerCall {
    return this.#clock.schedule(this.#clock.now(), callback);
  }

  close(): void {}
}

/** A torrent must not make us call arbitrary services of this machine: a tracker here is known by its path. */
function refusalOf({ parsed }: TrackerQuery): FailedOutcome | undefined {
  return isLoopback(parsed.host) && !parsed.target.includes('/announce')
    ? failed(NO_SERVICE_OF_OURS)
    : undefined;
}

function scrapeOutcomeOf(
  infoHashes: readonly Uint8Array[],
  response: HttpResponse | undefined,
  failure: HttpFailure | undefined,
): ScrapeOutcome {
  if (response === undefined) return failed(failure?.message ?? 'no answer');
  const decoded = decodeScrapeReply(response.body);
  if (response.status !== 200) return failed(`HTTP status ${response.status}`);
  if (!decoded.ok) return failed(`no counts: ${describeError(decoded.error)}`);
  const counts = decoded.value;
  return { kind: 'counts', counts: infoHashes.map((infoHash) => counts.get(toLatin1(infoHash))) };
}

function outcomeOf(response: HttpResponse | undefined, failure: HttpFailure | undefined): TrackerOutcome {
  if (response === undefined) return failed(failure?.message ?? 'no answer');
  const decoded = decodeAnnounceReply(response.body);
  const answer = decoded.ok ? decoded.value : undefined;
  // Some trackers put a proper refusal behind another status than 200.
  if (answer?.kind === 'refused') return failed(`the tracker refuses: ${answer.reason}`, answer.retryInUs);
  if (response.status !== 200) return failed(`HTTP status ${response.status}`);
  if (!decoded.ok) return failed(`not a tracker's answer: ${describeError(decoded.error)}`);
  if (answer === undefined) return failed('no answer');
  return { kind: 'reply', reply: { ...answer.reply, remoteHost: response.remoteHost } };
}
