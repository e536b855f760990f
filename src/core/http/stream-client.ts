/**
 * The Http port over the Network port: real HTTP bytes on any stream, for simulation. `http:` and literal addresses
 * only; redirects are answers like others. Invariant: every `get` ends in exactly one call of `done`, later than the
 * call and within its time limit, unless it is cancelled.
 */
import { formatIp, parseIp } from '../address.ts';
import type { Clock, Http, HttpCall, HttpFailure, HttpLimits, HttpResponse, Network } from '../ports.ts';
import { describeError } from '../result.ts';
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
    if (parsed.value.scheme !== 'http') {
      return this.#failLater(`${parsed.value.scheme} is not supported here`, done);
    }
    const ip = parseIp(parsed.value.host);
    if (ip === undefined) return this.#failLater(`cannot look up the name ${parsed.value.host} here`, done);
    return this.#exchange(parsed.value, formatIp(ip), limits, done);
  }

  #failLater(message: string, done: Done): HttpCall {
    return this.#clock.schedule(this.#clock.now(), () => done(undefined, { message }));
  }

  #exchange(url: Url, host: string, limits: HttpLimits, done: Done): HttpCall {
    const reader = new ResponseReader(limits.maxBodyBytes);
    let over = false;
    const end = (response: HttpResponse | undefined, message: string): void => {
      over = true;
      timer.cancel();
      if (response !== undefined) done(response, undefined);
      else done(undefined, { message });
    };
    const stream = this.#network.dial(
      { host, port: url.port ?? DEFAULT_PORT },
      {
        onOpen: () => {
          const request = encodeGet(authorityOf(url), url.target);
          stream.write(request, 0, request.length);
        },
        onBytes: (bytes, from, to) => {
          const response = over ? undefined : reader.push(bytes, from, to);
          if (response === undefined) return;
          if (response.ok) {
            stream.close();
            end({ ...response.value, remoteHost: host }, '');
          } else {
            stream.reset();
            end(undefined, describeError(response.error));
          }
        },
        onPayload: () => {},
        onWritable: () => {},
        onClose: (reason) => {
          if (!over) end(undefined, `the connection ended before the answer (${reason})`);
        },
      },
    );
    const timer = this.#clock.schedule(this.#clock.now() + limits.timeoutUs, () => {
      stream.reset();
      end(undefined, 'no answer in time');
    });
    return {
      cancel: () => {
        if (over) return;
        over = true;
        timer.cancel();
        stream.reset();
      },
    };
  }
}
