/**
 * An HTTP server over the Network port: one request per connection, one answer from a handler, then the end. Serves
 * the simulated tracker. Invariant: a connection ends within `requestTimeoutUs` unless its answer is on its way, and
 * at most `connectionsMax` are open.
 */
import { encodeUtf8 } from '../bytes.ts';
import type { Address, Clock, Listener, Microseconds, Network, Stream, StreamHandler } from '../ports.ts';
import { describeError, type Result } from '../result.ts';
import { RequestReader } from './request.ts';
import { encodeResponse, type HttpReply } from './response.ts';

export interface StreamHttpServerOptions {
  /** 0: any free port. */
  readonly port: number;
  /** Answers a GET for `target`, path and query as in the request line. */
  readonly handle: (target: string, from: Address, nowUs: Microseconds) => HttpReply;
  readonly onListening?: (address: Address) => void;
  readonly onError?: (message: string) => void;
  /** Default 1,000; further connections are reset. */
  readonly connectionsMax?: number;
  /** Time for a whole request. Default 30 s. */
  readonly requestTimeoutUs?: Microseconds;
}

export class StreamHttpServer {
  readonly #clock: Clock;
  readonly #options: StreamHttpServerOptions;
  readonly #listener: Listener;
  readonly #streams = new Set<Stream>();

  constructor(ports: { readonly clock: Clock; readonly network: Network }, options: StreamHttpServerOptions) {
    this.#clock = ports.clock;
    this.#options = options;
    this.#listener = ports.network.listen(options.port, {
      onListening: (address) => options.onListening?.(address),
      onAccept: (stream) => this.#accept(stream),
      onListenError: (message) => options.onError?.(message),
    });
  }

  /** Stops accepting and resets what is open. */
  close(): void {
    this.#listener.close();
    for (const stream of [...this.#streams]) stream.reset();
  }

  #accept(stream: Stream): StreamHandler | undefined {
    if (this.#streams.size >= (this.#options.connectionsMax ?? 1000)) return undefined;
    this.#streams.add(stream);
    const reader = new RequestReader();
    let answered = false;
    const deadlineUs = this.#clock.now() + (this.#options.requestTimeoutUs ?? 30 * 1_000_000);
    const timer = this.#clock.schedule(deadlineUs, () => stream.reset());
    return {
      onOpen: () => {},
      onBytes: (bytes, start, end) => {
        if (answered) return;
        const request = reader.push(bytes, start, end);
        if (request === undefined) return;
        answered = true;
        timer.cancel();
        const response = encodeResponse(this.#answer(request, stream.remote));
        stream.write(response, 0, response.length);
        stream.close();
      },
      onPayload: () => {},
      onWritable: () => {},
      onClose: () => {
        timer.cancel();
        this.#streams.delete(stream);
      },
    };
  }

  #answer(request: Result<string>, from: Address): HttpReply {
    if (request.ok) return this.#options.handle(request.value, from, this.#clock.now());
    const body = encodeUtf8(`${describeError(request.error)}\n`);
    return { status: 400, contentType: 'text/plain; charset=utf-8', body };
  }
}
