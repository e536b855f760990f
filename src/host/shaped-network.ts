/**
 * An access line in user space around a network of real sockets, so that a swarm on loopback has the lines of its
 * scenario: one rate up, one rate down, each shared fairly by the streams and datagrams of the host, and a way to every
 * other host with a latency, which may be closed for a time. Rates and ways may change while streams are open. Each host
 * of a run gets a shaped network of its own.
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
  Network,
  Stream,
  StreamHandler,
} from '../core/ports.ts';
import { FairLine } from './fair-line.ts';
import { bindShapedDatagrams, type ShapedDatagramSocket } from './shaped-datagrams.ts';
import { type ShapedLine, ShapedStream } from './shaped-stream.ts';
import type { ShapedWays } from './shaped-way.ts';

export interface ShapedLink extends ShapedWays {
  readonly upBytesPerSec: number;
  readonly downBytesPerSec: number;
  /** Uniform in [0, 1): what jitter draws from. Needed where there is jitter. */
  readonly draw?: () => number;
  /** Told of what has passed a direction of the line, slice by slice. */
  readonly onPassed?: (direction: 'up' | 'down', bytes: number) => void;
  /** Bound of the datagram queue in front of each direction, in bytes. */
  readonly queueBytes: number;
}

export class ShapedNetwork implements Network {
  readonly #inner: Network;
  readonly #link: ShapedLink;
  readonly #line: ShapedLine;
  readonly #listeners = new Set<Listener>();
  readonly #sockets = new Set<ShapedDatagramSocket>();
  /** Ends what a power failure has left of streams. */
  #remains: (() => void)[] = [];

  constructor(inner: Network, clock: Clock, link: ShapedLink) {
    this.#inner = inner;
    this.#link = link;
    this.#line = {
      clock,
      up: new FairLine(clock, link.upBytesPerSec, (bytes) => link.onPassed?.('up', bytes)),
      down: new FairLine(clock, link.downBytesPerSec, (bytes) => link.onPassed?.('down', bytes)),
      downBytesPerSec: link.downBytesPerSec,
      ways: link,
      draw: link.draw ?? (() => 0),
      streams: new Set(),
    };
  }

  /** The line has these rates from now on, in bytes per second; 0 is dead. */
  setRates(upBytesPerSec: number, downBytesPerSec: number): void {
    this.#line.up.setRate(upBytesPerSec);
    this.#line.down.setRate(downBytesPerSec);
  }

  /** Other hosts are reached in another way than before, or again, or not any more. */
  waysChanged(): void {
    for (const stream of [...this.#line.streams]) stream.wayChanged();
    for (const socket of this.#sockets) socket.waysChanged();
  }

  /** The power fails: the program on this host hears of nothing any more, and nobody is told. */
  vanish(): void {
    for (const stream of [...this.#line.streams]) this.#remains.push(stream.vanish());
    for (const listener of [...this.#listeners]) listener.close();
    for (const socket of this.#sockets) socket.close();
    this.#sockets.clear();
  }

  /** Ends what `vanish` has left: what the other ends of those streams hear now is a reset. */
  clearRemains(): void {
    for (const end of this.#remains) end();
    this.#remains = [];
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
        new ShapedStream(this.#line, stream.remote, { accept }, (inward) => {
          events = inward;
          return stream;
        });
        return events;
      },
    });
    const listener = {
      close: (): void => {
        closed = true;
        this.#listeners.delete(listener);
        inner.close();
      },
    };
    this.#listeners.add(listener);
    return listener;
  }

  dial(to: Address, handler: StreamHandler): Stream {
    return new ShapedStream(this.#line, to, { handler }, (events) => this.#inner.dial(to, events));
  }

  bindDatagrams(port: number, handler: DatagramHandler): DatagramSocket {
    const { queueBytes } = this.#link;
    const socket = bindShapedDatagrams(this.#inner, this.#line, queueBytes, port, handler);
    this.#sockets.add(socket);
    return {
      send: (bytes, to) => socket.send(bytes, to),
      close: () => {
        this.#sockets.delete(socket);
        socket.close();
      },
    };
  }
}
