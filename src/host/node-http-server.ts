/**
 * A small HTTP server for the tracker: it hands the request target to a handler and sends what the handler returns.
 * The handler decides about content only; methods, header limits and slow clients are dealt with here.
 */
import { createServer } from 'node:http';
import type { Address } from '../core/ports.ts';
import { canonicalAddress, errorCode } from './node-address.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** Answers a GET. `target` is path and query as they were sent, not decoded. */
export type HttpHandler = (target: string, from: Address) => HttpAnswer;

export interface HttpServerOptions {
  /** Local IP address; default all. */
  readonly localHost?: string;
  /** 0: any free port. */
  readonly port: number;
  /** Listening at this address. */
  readonly onListening: (address: Address) => void;
  /** Cannot listen. No request will come. */
  readonly onError: (message: string) => void;
}

const CONNECTIONS_MAX = 4_096;
const REQUEST_TIMEOUT_MS = 10_000;
const HEADER_BYTES_MAX = 8_192;

/** Starts to listen; the outcome follows through the options. */
export function serveHttp(handler: HttpHandler, options: HttpServerOptions): { close(): void } {
  const server = createServer(
    {
      maxHeaderSize: HEADER_BYTES_MAX,
      requestTimeout: REQUEST_TIMEOUT_MS,
      headersTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: REQUEST_TIMEOUT_MS,
      noDelay: true,
    },
    (request, response) => {
      response.on('error', () => undefined);
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        response.writeHead(405, { allow: 'GET, HEAD', connection: 'close' }).end();
        return;
      }
      // Whatever body a GET has is read and dropped, so that the connection stays usable.
      request.resume();
      const from = canonicalAddress(request.socket.remoteAddress, request.socket.remotePort);
      const { status, contentType, body } = handler(request.url ?? '/', from);
      response.writeHead(status, { 'content-type': contentType, 'content-length': body.length });
      response.end(request.method === 'HEAD' ? undefined : body);
    },
  );
  server.maxConnections = CONNECTIONS_MAX;
  let over = false;
  server.on('error', (error) => {
    if (over || server.listening) return;
    over = true;
    options.onError(`cannot listen on port ${options.port}: ${errorCode(error)}`);
  });
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
    else socket.destroy();
  });
  const host = options.localHost === undefined ? {} : { host: options.localHost };
  server.listen({ port: options.port, ...host }, () => {
    const bound = server.address();
    if (over || bound === null || typeof bound === 'string') return;
    options.onListening(canonicalAddress(bound.address, bound.port));
  });
  return {
    close() {
      over = true;
      server.close();
      server.closeAllConnections();
    },
  };
}
