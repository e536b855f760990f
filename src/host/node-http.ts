/**
 * HTTP and HTTPS GET over node's client, for trackers: a few redirects, a bounded body (as decoded, so that a
 * compressed bomb is stopped too), one total deadline. Every way to fail ends in one call of `done`, never in an exception.
 * Which addresses may be asked is decided after names were looked up, so that no name can stand for one that may not.
 */
import { type LookupAddress, lookup } from 'node:dns';
import { type ClientRequest, get as getHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { get as getHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Scope } from '../core/dht/address-scope.ts';
import { isRedirect, REDIRECTS_MAX, reachOf, redirectRefusal } from '../core/http/redirects.ts';
import type { Http, HttpCall, HttpFailure, HttpLimits, HttpResponse } from '../core/ports.ts';
import { canonicalAddress, errorCode } from './node-address.ts';

export interface NodeHttpOptions {
  /** The local IP address to ask from, so that a tracker sees the peer's own. */
  readonly localHost?: string;
  /** The User-Agent header. */
  readonly userAgent?: string;
  /** Looks names up; for tests. Default: the machine's own resolver. */
  readonly lookup?: typeof lookup;
  /** How far an IP address reaches; for tests, which have loopback alone. */
  readonly reachOf?: (host: string) => Scope;
}

type Done = (response: HttpResponse | undefined, failure: HttpFailure | undefined) => void;

export class NodeHttp implements Http {
  readonly #options: NodeHttpOptions;

  constructor(options: NodeHttpOptions = {}) {
    this.#options = options;
  }

  get(url: string, limits: HttpLimits, done: Done): HttpCall {
    const call = new Call(this.#options, limits, done);
    // Later, so that an impossible URL is also answered after this call.
    setImmediate(() => call.request(url, REDIRECTS_MAX, undefined));
    return { cancel: () => call.cancel() };
  }
}

/** One GET with its redirects. After `#over` nothing happens any more. */
class Call {
  readonly #options: NodeHttpOptions;
  readonly #limits: HttpLimits;
  readonly #done: Done;
  readonly #deadline: NodeJS.Timeout;
  #request: ClientRequest | undefined;
  #over = false;

  constructor(options: NodeHttpOptions, limits: HttpLimits, done: Done) {
    this.#options = options;
    this.#limits = limits;
    this.#done = done;
    this.#deadline = setTimeout(() => this.#fail('no complete answer in time'), limits.timeoutUs / 1_000);
  }

  /** `from`: the IP address whose answer led here. */
  request(text: string, redirectsLeft: number, from: string | undefined): void {
    if (this.#over) return;
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
      this.#fail(`not an http: or https: URL: ${text.slice(0, 200)}`);
      return;
    }
    const { localHost, userAgent } = this.#options;
    const { family } = this.#limits;
    // A literal address is looked up by nobody.
    const literal = url.hostname.replace(/^\[|\]$/g, '');
    const refusal = isIP(literal) === 0 ? undefined : this.#refusalOf(url, literal, from);
    if (refusal !== undefined) {
      this.#fail(refusal);
      return;
    }
    const options: RequestOptions = {
      agent: false,
      ...(family === undefined ? {} : { family }),
      lookup: this.#lookup(url, from),
      headers: { 'accept-encoding': 'gzip', 'user-agent': userAgent ?? 'swarmlab' },
      ...(localHost === undefined ? {} : { localAddress: localHost }),
    };
    try {
      const get = url.protocol === 'https:' ? getHttps : getHttp;
      const request = get(url, options, (response) => this.#respond(url, response, redirectsLeft));
      request.on('error', (error) => this.#fail(describe(error)));
      this.#request = request;
    } catch (error) {
      this.#fail(describe(error));
    }
  }

  cancel(): void {
    this.#end();
  }

  /** Why nothing may be sent to the IP address `host`. */
  #refusalOf(url: URL, host: string, from: string | undefined): string | undefined {
    const { host: to } = canonicalAddress(host, 0);
    const { reachOf: reach = reachOf } = this.#options;
    const refusal = from === undefined ? undefined : redirectRefusal(from, to, reach);
    return refusal ?? this.#limits.refuse?.(to, url.pathname + url.search);
  }

  /** Looks a name up, and leaves out the addresses that may not be asked. */
  #lookup(url: URL, from: string | undefined): LookupFunction {
    return (name, options, done) => {
      const resolve = this.#options.lookup ?? lookup;
      resolve(name, { ...options, all: true }, (error, found) => {
        let refusal: string | undefined;
        const usable: LookupAddress[] = [];
        for (const each of error === null ? found : []) {
          const refused = this.#refusalOf(url, each.address, from);
          if (refused === undefined) usable.push(each);
          else refusal = refused;
        }
        const [first] = usable;
        if (first === undefined) done(error ?? new Error(refusal ?? `no address for ${name}`), '', 0);
        else if (options.all === true) done(null, usable);
        else done(null, first.address, first.family);
      });
    };
  }

  #respond(url: URL, response: IncomingMessage, redirectsLeft: number): void {
    const status = response.statusCode ?? 0;
    const { location } = response.headers;
    const { remoteAddress } = response.socket;
    if (isRedirect(status) && location !== undefined) {
      const from = canonicalAddress(remoteAddress, 0).host;
      response.resume();
      this.#request?.destroy();
      if (redirectsLeft === 0) this.#fail(`more than ${REDIRECTS_MAX} redirects`);
      else
        this.request(
          URL.canParse(location, url.href) ? new URL(location, url.href).href : location,
          redirectsLeft - 1,
          from,
        );
      return;
    }
    const encoding = (response.headers['content-encoding'] ?? 'identity').toLowerCase();
    if (encoding === 'identity') {
      this.#collect(status, response, remoteAddress);
    } else if (encoding === 'gzip' || encoding === 'x-gzip') {
      response.on('error', (error) => this.#fail(describe(error)));
      this.#collect(status, response.pipe(createGunzip()), remoteAddress);
    } else {
      this.#fail(`an answer with the content encoding ${encoding.slice(0, 40)}`);
    }
  }

  #collect(status: number, body: Readable, remote: string | undefined): void {
    const parts: Buffer[] = [];
    let length = 0;
    body.on('data', (part: Buffer) => {
      length += part.length;
      if (length > this.#limits.maxBodyBytes) {
        body.destroy();
        this.#fail(`an answer longer than ${this.#limits.maxBodyBytes} bytes`);
      } else if (!this.#over) {
        parts.push(part);
      }
    });
    body.on('error', (error) => this.#fail(describe(error)));
    body.on('end', () => {
      if (this.#over) return;
      this.#end();
      const bytes = new Uint8Array(length);
      let offset = 0;
      for (const part of parts) {
        bytes.set(part, offset);
        offset += part.length;
      }
      const host = remote === undefined ? {} : { remoteHost: canonicalAddress(remote, 0).host };
      this.#done({ status, body: bytes, ...host }, undefined);
    });
  }

  #fail(message: string): void {
    if (this.#over) return;
    this.#end();
    this.#done(undefined, { message });
  }

  #end(): void {
    this.#over = true;
    clearTimeout(this.#deadline);
    this.#request?.destroy();
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection closed before the answer was complete',
  ENOTFOUND: 'the name does not exist',
  EAI_AGAIN: 'the name cannot be resolved now',
  ETIMEDOUT: 'no connection in time',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  HPE_INVALID_CONSTANT: 'the answer is not HTTP',
  Z_DATA_ERROR: 'the answer is not valid gzip',
  Z_BUF_ERROR: 'the compressed answer is cut off',
};

function describe(error: unknown): string {
  const code = errorCode(error);
  return REASONS[code] ?? (code.startsWith('HPE_') ? `the answer is not valid HTTP (${code})` : code);
}
