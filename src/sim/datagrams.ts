/**
 * Datagrams of the simulated network: each passes its links at once behind what is queued there, or is dropped when a
 * queue is full, when it is lost on the way, or when nobody is there to take it.
 */
import type { Address, DatagramHandler, DatagramSocket } from '../core/ports.ts';
import type { EventTarget } from './event-queue.ts';
import type { Medium } from './medium.ts';
import type { SimulatedHost } from './simulated-host.ts';

/** Larger ones do not exist: a UDP datagram over IPv4 carries at most this. */
const MAX_DATAGRAM_BYTES = 65507;

/** What became of the datagrams of an internet. */
export interface DatagramCounts {
  sent: number;
  delivered: number;
  /** A queue was full, or the line was dead. */
  overflowed: number;
  /** Dropped by the loss rule. */
  lost: number;
  /** Nobody at that address. */
  unclaimed: number;
  /** Bytes of datagrams that had left their uplink and did not come to a downlink. */
  missingBytes: number;
}

/** Decides whether a datagram is lost on the way: the seam for loss and partitions. */
export type LossRule = (from: SimulatedHost, to: SimulatedHost) => boolean;

export interface DatagramSpace {
  readonly counts: DatagramCounts;
  lossRule: LossRule | undefined;
  hostAt(address: string): SimulatedHost | undefined;
}

export class SimulatedDatagramSocket implements DatagramSocket, EventTarget {
  readonly address: Address;
  readonly #medium: Medium;
  readonly #host: SimulatedHost;
  readonly #space: DatagramSpace;
  readonly #handler: DatagramHandler;
  #open = true;

  constructor(
    medium: Medium,
    host: SimulatedHost,
    port: number,
    space: DatagramSpace,
    handler: DatagramHandler,
  ) {
    this.#medium = medium;
    this.#host = host;
    this.#space = space;
    this.#handler = handler;
    this.address = { host: host.address, port };
    medium.simulation.soon(this);
  }

  /** Tells the handler that the socket is bound. */
  fire(): void {
    if (this.#open) this.#handler.onBound(this.address);
  }

  send(bytes: Uint8Array, to: Address): void {
    const { counts } = this.#space;
    if (!this.#open || bytes.length > MAX_DATAGRAM_BYTES) return;
    counts.sent++;
    const target = this.#space.hostAt(to.host);
    if (target === undefined) {
      counts.unclaimed++;
      return;
    }
    const { nowUs } = this.#medium.simulation;
    const upUs = this.#host.passDatagram(this.#host.up, bytes.length, nowUs);
    if (upUs === undefined) {
      counts.overflowed++;
      return;
    }
    if (this.#space.lossRule?.(this.#host, target) === true) {
      counts.lost++;
      counts.missingBytes += bytes.length;
      return;
    }
    const downUs = target.passDatagram(target.down, bytes.length, nowUs);
    if (downUs === undefined) {
      counts.overflowed++;
      counts.missingBytes += bytes.length;
      return;
    }
    const atUs = nowUs + Math.ceil(upUs + downUs) + this.#host.latencyUs + target.latencyUs;
    new Datagram(this.#medium, this.#space, bytes.slice(), this.address, to.port, target, atUs);
  }

  close(): void {
    this.#open = false;
    if (this.#host.sockets.get(this.address.port) === this) this.#host.sockets.delete(this.address.port);
  }

  receive(bytes: Uint8Array, from: Address): void {
    this.#handler.onDatagram(bytes, from);
  }
}

/** One datagram on its way. */
class Datagram implements EventTarget {
  readonly #medium: Medium;
  readonly #space: DatagramSpace;
  readonly #bytes: Uint8Array;
  readonly #from: Address;
  readonly #port: number;
  readonly #target: SimulatedHost;
  readonly #handle: number;

  constructor(
    medium: Medium,
    space: DatagramSpace,
    bytes: Uint8Array,
    from: Address,
    port: number,
    target: SimulatedHost,
    atUs: number,
  ) {
    this.#medium = medium;
    this.#space = space;
    this.#bytes = bytes;
    this.#from = from;
    this.#port = port;
    this.#target = target;
    this.#handle = medium.simulation.register(this);
    medium.simulation.set(this.#handle, atUs);
  }

  fire(): void {
    this.#medium.simulation.release(this.#handle);
    const socket = this.#target.online ? this.#target.sockets.get(this.#port) : undefined;
    if (socket === undefined) {
      this.#space.counts.unclaimed++;
      return;
    }
    this.#space.counts.delivered++;
    socket.receive(this.#bytes, this.#from);
  }
}
