/**
 * Carries datagrams from host to host: up the sender's line, through the middle of the network, down the receiver's line,
 * through the receiver's translation of addresses. Each that was sent is delivered, held, or counted under the one thing
 * that it was lost to. A line that loses a datagram has carried it: noise spoils what is on the line, it does not make
 * room there. What the middle does (a partition, a hold) is decided when the datagram is sent.
 */
import type { Address } from '../core/ports.ts';
import type { EventTarget } from './event-queue.ts';
import { drawBelow, keyOf } from './keyed-draws.ts';
import { REFUSED } from './link-fields.ts';
import { LossChain } from './loss-chain.ts';
import type { Medium } from './medium.ts';
import type { Routes } from './routes.ts';
import type { SimulatedHost } from './simulated-host.ts';

/** Datagrams of one sender that the network holds at a time; those beyond vanish. */
export const HELD_MAX = 256;

/** Datagrams that have arrived are used again for others of their length, up to this length and so many of each. */
const SPARE_BYTES_MAX = 256;
const SPARES_MAX = 64;

/** What became of the datagrams of an internet. */
export interface DatagramCounts {
  sent: number;
  /** On its way now, from the middle of the network to the end of the line. */
  inFlight: number;
  delivered: number;
  /** A queue was full, or the line was dead. */
  overflowed: number;
  /** A line lost it. */
  lost: number;
  /** The way was cut, or held so many already. */
  cut: number;
  /** Kept now, until the way is released. */
  held: number;
  /** The receiver's translation of addresses let it not in. */
  filtered: number;
  /** Nobody at that address. */
  unclaimed: number;
  /** Bytes of datagrams that have left their uplink and did not come to a downlink, or not yet. */
  missingBytes: number;
}

/** What a host draws for its datagrams. */
interface Noise {
  readonly up: LossChain;
  readonly down: LossChain;
  readonly jitterKey: number;
  jitterDraws: number;
}

export class DatagramCarrier {
  readonly counts: DatagramCounts = {
    sent: 0,
    inFlight: 0,
    delivered: 0,
    overflowed: 0,
    lost: 0,
    cut: 0,
    held: 0,
    filtered: 0,
    unclaimed: 0,
    missingBytes: 0,
  };
  readonly #medium: Medium;
  readonly #routes: Routes<SimulatedHost>;
  /** Of hosts whose lines have loss or jitter. */
  readonly #noise = new Map<SimulatedHost, Noise>();
  /** In the order in which they were sent. */
  #held: Datagram[] = [];
  readonly #heldBySender = new Map<SimulatedHost, number>();
  /** Datagrams to be used again, by length. */
  readonly #spares: Datagram[][] = [];

  constructor(medium: Medium, routes: Routes<SimulatedHost>) {
    this.#medium = medium;
    this.#routes = routes;
  }

  /**
   * Sends a copy of `bytes` from a socket of `sender`, seen as `from`, to `port` of `receiver`; undefined: a host that
   * there is not.
   */
  send(
    bytes: Uint8Array,
    sender: SimulatedHost,
    from: Address,
    receiver: SimulatedHost | undefined,
    port: number,
  ): void {
    const { counts } = this;
    const { nowUs } = this.#medium.simulation;
    counts.sent++;
    const upUs = sender.passUp(bytes.length, nowUs);
    if (upUs === REFUSED) {
      counts.overflowed++;
      return;
    }
    counts.missingBytes += bytes.length;
    if (sender.lossPerMillion > 0 && this.#loses(sender, 'up')) counts.lost++;
    else if (receiver === undefined) counts.unclaimed++;
    else {
      const passage = this.#routes.passage(sender, receiver);
      if (passage === 'cut') counts.cut++;
      else {
        const datagram = this.#copy(bytes, sender, from, receiver, port);
        if (passage === 'open') this.#passDown(datagram, upUs);
        else this.#hold(datagram, nowUs + upUs);
      }
    }
  }

  /** Rules were laid over the routes or lifted: held datagrams go on, vanish, or stay. */
  routesChanged(): void {
    if (this.#held.length === 0) return;
    const { nowUs } = this.#medium.simulation;
    const held = this.#held;
    this.#held = [];
    this.#heldBySender.clear();
    this.counts.held = 0;
    for (const datagram of held) {
      const passage = this.#routes.passage(datagram.sender, datagram.receiver);
      if (passage === 'held') this.#hold(datagram, datagram.readyUs);
      else if (passage === 'cut') this.counts.cut++;
      else this.#passDown(datagram, Math.max(0, datagram.readyUs - nowUs));
    }
  }

  /** A datagram has come to the end of the line. */
  arrived(datagram: Datagram): void {
    this.#deliver(datagram);
    // Its bytes were valid only during the call.
    const { length } = datagram.bytes;
    if (length > SPARE_BYTES_MAX) return;
    this.#spares[length] ??= [];
    const spares = this.#spares[length];
    if (spares.length < SPARES_MAX) spares.push(datagram);
  }

  #copy(
    bytes: Uint8Array,
    sender: SimulatedHost,
    from: Address,
    receiver: SimulatedHost,
    port: number,
  ): Datagram {
    const spare = this.#spares[bytes.length]?.pop();
    if (spare === undefined) return new Datagram(this, bytes.slice(), sender, from, receiver, port);
    spare.bytes.set(bytes);
    spare.sender = sender;
    spare.from = from;
    spare.receiver = receiver;
    spare.port = port;
    return spare;
  }

  #deliver({ bytes, from, port, receiver }: Datagram): void {
    const { counts } = this;
    counts.inFlight--;
    if (!receiver.online) {
      counts.unclaimed++;
      return;
    }
    const inside = receiver.isOpen ? port : receiver.nat.inbound(port, from, this.#medium.simulation.nowUs);
    if (inside === undefined) {
      counts.filtered++;
      return;
    }
    const socket = receiver.socketAt(inside);
    if (socket === undefined) {
      counts.unclaimed++;
      return;
    }
    counts.delivered++;
    socket.receive(bytes, from);
  }

  #hold(datagram: Datagram, readyUs: number): void {
    const held = this.#heldBySender.get(datagram.sender) ?? 0;
    if (held >= HELD_MAX) {
      this.counts.cut++;
      return;
    }
    this.#heldBySender.set(datagram.sender, held + 1);
    this.counts.held++;
    datagram.readyUs = readyUs;
    this.#held.push(datagram);
  }

  /** From the middle on; the uplink needs `upUs` more. */
  #passDown(datagram: Datagram, upUs: number): void {
    const { counts } = this;
    const { sender, receiver, bytes } = datagram;
    const { simulation } = this.#medium;
    if (!receiver.online) {
      counts.unclaimed++;
      return;
    }
    const downUs = receiver.passDown(bytes.length, simulation.nowUs);
    if (downUs === REFUSED) {
      counts.overflowed++;
      return;
    }
    counts.missingBytes -= bytes.length;
    if (receiver.lossPerMillion > 0 && this.#loses(receiver, 'down')) {
      counts.lost++;
      return;
    }
    const latencyUs = this.#routes.latencyUs(sender, receiver) + this.#jitterUs(sender, receiver);
    const handle = simulation.register(datagram);
    counts.inFlight++;
    datagram.handle = handle;
    simulation.set(handle, simulation.nowUs + Math.ceil(upUs + downUs) + latencyUs);
  }

  /** Ends the event of a datagram. */
  release(handle: number): void {
    this.#medium.simulation.release(handle);
  }

  #loses(host: SimulatedHost, direction: 'up' | 'down'): boolean {
    const chain = this.#noiseOf(host)[direction];
    return chain.loses(host.lossPerMillion, host.lossBurst, this.#medium.simulation.nowUs);
  }

  /** Drawn for each datagram, so that datagrams may overtake each other. */
  #jitterUs(sender: SimulatedHost, receiver: SimulatedHost): number {
    const mostUs = sender.jitterUs + receiver.jitterUs;
    if (mostUs === 0) return 0;
    const noise = this.#noiseOf(sender);
    return drawBelow(noise.jitterKey, noise.jitterDraws++, mostUs + 1);
  }

  #noiseOf(host: SimulatedHost): Noise {
    const known = this.#noise.get(host);
    if (known !== undefined) return known;
    const name = `${this.#medium.simulation.seed}/${host.name}`;
    const noise = {
      up: new LossChain(`${name}/up/loss`),
      down: new LossChain(`${name}/down/loss`),
      jitterKey: keyOf(`${name}/datagrams/jitter`),
      jitterDraws: 0,
    };
    this.#noise.set(host, noise);
    return noise;
  }
}

/** One datagram on its way, or held. */
class Datagram implements EventTarget {
  readonly bytes: Uint8Array;
  sender: SimulatedHost;
  from: Address;
  receiver: SimulatedHost;
  port: number;
  handle = -1;
  /** When its last byte is up, of one that is held. */
  readyUs = 0;
  readonly #carrier: DatagramCarrier;

  constructor(
    carrier: DatagramCarrier,
    bytes: Uint8Array,
    sender: SimulatedHost,
    from: Address,
    receiver: SimulatedHost,
    port: number,
  ) {
    this.#carrier = carrier;
    this.bytes = bytes;
    this.sender = sender;
    this.from = from;
    this.receiver = receiver;
    this.port = port;
  }

  fire(): void {
    this.#carrier.release(this.handle);
    this.#carrier.arrived(this);
  }
}
