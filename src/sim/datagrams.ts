/**
 * The datagram half of a host's `Network` port: sockets. What a socket sends goes through the host's translation of
 * addresses to the carrier; what the carrier brings has come through the translation already.
 */
import type { Address, DatagramHandler, DatagramSocket } from '../core/ports.ts';
import type { DatagramCarrier } from './datagram-carrier.ts';
import type { EventTarget } from './event-queue.ts';
import type { Medium } from './medium.ts';
import type { SimulatedHost } from './simulated-host.ts';

/** Larger ones do not exist: a UDP datagram over IPv4 carries at most this. */
const MAX_DATAGRAM_BYTES = 65507;

export interface DatagramSpace {
  readonly datagrams: DatagramCarrier;
  hostAt(address: string): SimulatedHost | undefined;
}

export class SimulatedDatagramSocket implements DatagramSocket, EventTarget {
  readonly address: Address;
  readonly #medium: Medium;
  readonly #host: SimulatedHost;
  readonly #space: DatagramSpace;
  readonly #handler: DatagramHandler;
  #open = true;
  /** Where the last datagram went, and the host there: most sockets have one partner. */
  #lastTo: Address | undefined = undefined;
  #lastReceiver: SimulatedHost | undefined = undefined;

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
    if (!this.#open || bytes.length > MAX_DATAGRAM_BYTES) return;
    const from = this.#host.isOpen ? this.address : this.#seenFrom(to);
    this.#space.datagrams.send(bytes, this.#host, from, this.#receiverAt(to), to.port);
  }

  /** The address that the receiver sees. */
  #seenFrom(to: Address): Address {
    const { host, port } = this.address;
    const seen = this.#host.nat.outbound(port, to, this.#medium.simulation.nowUs);
    return seen === port ? this.address : { host, port: seen };
  }

  /** Hosts that there are stay where they are. */
  #receiverAt(to: Address): SimulatedHost | undefined {
    if (to !== this.#lastTo || this.#lastReceiver === undefined) {
      this.#lastReceiver = this.#space.hostAt(to.host);
      this.#lastTo = to;
    }
    return this.#lastReceiver;
  }

  close(): void {
    this.#open = false;
    this.#host.unbindSocket(this);
  }

  receive(bytes: Uint8Array, from: Address): void {
    this.#handler.onDatagram(bytes, from);
  }
}
