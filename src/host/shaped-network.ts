/**
 * An access line in user space around a network of real sockets, so that a swarm on loopback has the lines of its
 * scenario: one rate up, one rate down, each shared fairly by the streams and datagrams of the host, and a latency to
 * every other host. Each host of a run gets a shaped network of its own.
 *
 * What it cannot do: bound what the kernel's own socket buffers hold between two hosts. A sender faster than its reader
 * fills those (a few MiB at most) before it is held back; they add queueing delay, not rate.
 */
import type {
  Address,
  Clock,
  DatagramHandler,
  DatagramSocket,
  Listener,
  ListenHandler,
  Microseconds,
  Network,
  Stream,
  StreamHandler,
} from '../core/ports.ts';
import { FairLine } from './fair-line.ts';
import { bindShapedDatagrams } from './shaped-datagrams.ts';
import { type ShapedLine, ShapedStream } from './shaped-stream.ts';

export interface ShapedLink {
  readonly upBytesPerSec: number;
  readonly downBytesPerSec: number;
  /** One-way latency between this host and `remoteHost`, the whole way: both hosts' shares together. */
  readonly latencyUs: (remoteHost: string) => Microseconds;
  /** Bound of the datagram queue in front of each direction, in bytes. */
  readonly queueBytes: number;
}

export class ShapedNetwork implements Network {
  readonly #inner: Network;
  readonly #link: ShapedLink;
  readonly #line: ShapedLine;

  constructor(inner: Network, clock: Clock, link: ShapedLink) {
    this.#inner = inner;
    this.#link = link;
    this.#line = {
      clock,
      up: new FairLine(clock, link.upBytesPerSec),
      down: new FairLine(clock, link.downBytesPerSec),
      downBytesPerSec: link.downBytesPerSec,
    };
  }

  listen(port: number, handler: ListenHandler): Listener {
    let closed = false;
    const inner = this.#inner.listen(port, {
      onListening: (address) => handler.onListening(address),
      onListenError: (message) => handler.onListenError(message),
      onAccept: (stream) => {
        let events: StreamHandler | undefined;
        const accept = (shaped: Stream): StreamHandler | undefined =>
          closed ? undefined : handler.onAccept(shaped);
        const latencyUs = this.#link.latencyUs(stream.remote.host);
        new ShapedStream(this.#line, stream.remote, latencyUs, { accept }, (inward) => {
          events = inward;
          return stream;
        });
        return events;
      },
    });
    return {
      close() {
        closed = true;
        inner.close();
      },
    };
  }

  dial(to: Address, handler: StreamHandler): Stream {
    const latencyUs = this.#link.latencyUs(to.host);
    return new ShapedStream(this.#line, to, latencyUs, { handler }, (events) => this.#inner.dial(to, events));
  }

  bindDatagrams(port: number, handler: DatagramHandler): DatagramSocket {
    return bindShapedDatagrams(this.#inner, this.#line, this.#link, port, handler);
  }
}
