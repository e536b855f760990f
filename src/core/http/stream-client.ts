/**
 * The Http port over the Network port: real HTTP bytes on any stream, for simulation. `http:` and literal addresses
 * only. Invariant: every `get` ends in exactly one call of `done`, later than the call and within its time limit, unless it
 * is cancelled; at most one stream is open for it.
 */
import { formatIp, parseIp } from '../address.ts';
import type {
  Clock,
  Http,
  HttpCall,
  HttpFailure,
  HttpLimits,
  HttpResponse,
  Network,
  Stream,
  Timer,
} from '../ports.ts';
import { describeError, failure, type Result, success } from '../result.ts';
import { isRedirect, REDIRECTS_MAX, redirectRefusal, redirectTarget } from './redirects.ts';
import { encodeGet } from './request.ts';
import { ResponseReader } from './response.ts';
import { authorityOf, parseUrl, type Url } from './url.ts';

type Done = (response: HttpResponse | undefined, failure: HttpFailure | undefined) => void;

const DEFAULT_PORT = 80;

export class StreamHttpClient implements Http {
  readonly #clock: Clock;
  readonly #network: Network;

  constructor(ports: { readonly clock: Clock; readonly network: Network }) {
    this.#clock = ports.clock;
    this.#network = ports.network;
  }

  get(url: string, limits: HttpLimits, done: Done): HttpCall {
    const parsed = parseUrl(url);
    if (!parsed.ok) return this.#failLater(describeError(parsed.error), done);
    const place = placeOf(parsed.value, limits);
    if (!place.ok) return this.#failLater(place.error.message, done);
    const call = new Call({ clock: this.#clock, network: this.#network }, limits, done);
    call.ask(parsed.value, place.value, REDIRECTS_MAX);
    return call;
  }

  #failLater(message: string, done: Done): HttpCall {
    return this.#clock.schedule(this.#clock.now(), () => done(undefined, { message }));
  }
}

/** The IP address that is to be asked, when it is one that may be. */
function placeOf(url: Url, limits: HttpLimits): Result<string> {
  if (url.scheme !== 'http') return failure(`${url.scheme} is not supported here`);
  const ip = parseIp(url.host);
  if (ip === undefined) return failure(`cannot look up the name ${url.host} here`);
  const host = formatIp(ip);
  const refusal = limits.refuse?.(host, url.target);
  return refusal === undefined ? success(host) : failure(refusal);
}

/** One GET with its redirects. */
class Call implements HttpCall {
  readonly #network: Network;
  readonly #limits: HttpLimits;
  readonly #done: Done;
  readonly #timer: Timer;
  #stream: Stream | undefined;
  #over = false;

  constructor(ports: { readonly clock: Clock; readonly network: Network }, limits: HttpLimits, done: Done) {
    this.#network = ports.network;
    this.#limits = limits;
    this.#done = done;
    this.#timer = ports.clock.schedule(ports.clock.now() + limits.timeoutUs, () => {
      this.#stream?.reset();
      this.#end(undefined, 'no answer in time');
    });
  }

  ask(url: Url, host: string, redirectsLeft: number): void {
    const reader = new ResponseReader(this.#limits.maxBodyBytes);
    let answered = false;
    const stream = this.#network.dial(
      { host, port: url.port ?? DEFAULT_PORT },
      {
        onOpen: () => {
          const request = encodeGet(authorityOf(url), url.target);
          stream.write(request, 0, request.length);
        },
        onBytes: (bytes, from, to) => {
          const response = answered || this.#over ? undefined : reader.push(bytes, from, to);
          if (response === undefined) return;
          answered = true;
          if (!response.ok) {
            stream.reset();
            this.#end(undefined, describeError(response.error));
            return;
          }
          stream.close();
          const { location } = reader;
          if (isRedirect(response.value.status) && location !== undefined) {
            this.#follow(url, host, location, redirectsLeft);
          } else {
            this.#end({ ...response.value, remoteHost: host }, '');
          }
        },
        onPayload: () => {},
        onWritable: () => {},
        onClose: (reason) => {
          if (!answered) this.#end(undefined, `the connection ended before the answer (${reason})`);
        },
      },
    );
    this.#stream = stream;
  }

  cancel(): void {
    if (this.#over) return;
    this.#over = true;
    this.#timer.cancel();
    this.#stream?.reset();
  }

  #follow(base: Url, from: string, location: string, redirectsLeft: number): void {
    if (redirectsLeft === 0) {
      this.#end(undefined, `more than ${REDIRECTS_MAX} redirects`);
      return;
    }
    const url = redirectTarget(base, location);
    if (!url.ok) {
      this.#end(undefined, describeError(url.error));
      return;
    }
    const place = placeOf(url.value, this.#limits);
    const refusal = place.ok ? redirectRefusal(from, place.value) : place.error.message;
    if (place.ok && refusal === undefined) this.ask(url.value, place.value, redirectsLeft - 1);
    else this.#end(undefined, refusal ?? '');
  }

  #end(response: HttpResponse | undefined, message: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#timer.cancel();
    if (response !== undefined) this.#done(response, undefined);
    else this.#done(undefined, { message });
  }
}
