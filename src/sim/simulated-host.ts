/**
 * A machine on the simulated internet: its address, its access line, and what it has open. Its `network` is the port
 * that an engine is given.
 */
import type { Network } from '../core/ports.ts';
import { invariant } from '../core/result.ts';
import type { DatagramSpace, SimulatedDatagramSocket } from './datagrams.ts';
import { Link } from './link.ts';
import type { Medium } from './medium.ts';
import { type SimulatedListener, SimulatedNetwork } from './simulated-network.ts';
import type { SimulatedStream, StreamOwner } from './simulated-stream.ts';

export interface HostOptions {
  /** For messages; the address when there is none. */
  readonly name?: string;
  /** Default: the next free address in 10.0.0.0/8. */
  readonly address?: string;
  readonly upBytesPerSec: number;
  readonly downBytesPerSec: number;
  /** One-way delay to the middle of the network; that between two hosts is the sum of theirs. */
  readonly latencyUs: number;
  /** Bound of the queue in front of each direction of the line, in bytes. Datagrams beyond it are dropped. */
  readonly queueBytes: number;
}

const FIRST_EPHEMERAL_PORT = 49152;
const LAST_PORT = 65535;

export class SimulatedHost implements StreamOwner {
  readonly name: string;
  readonly address: string;
  readonly latencyUs: number;
  readonly queueBytes: number;
  readonly up: Link;
  readonly down: Link;
  readonly network: Network;
  /** By port. */
  readonly listeners = new Map<number, SimulatedListener>();
  readonly sockets = new Map<number, SimulatedDatagramSocket>();
  readonly streams = new Set<SimulatedStream>();
  readonly #medium: Medium;
  #clientUp: Link | undefined = undefined;
  #clientDown: Link | undefined = undefined;
  #online = true;
  #lastEphemeralPort = FIRST_EPHEMERAL_PORT - 1;

  constructor(medium: Medium, space: DatagramSpace, address: string, options: HostOptions) {
    checkRate(options.upBytesPerSec);
    checkRate(options.downBytesPerSec);
    invariant(
      Number.isSafeInteger(options.latencyUs) && options.latencyUs >= 0,
      'a latency in whole microseconds',
    );
    this.name = options.name ?? address;
    this.address = address;
    this.latencyUs = options.latencyUs;
    this.queueBytes = options.queueBytes;
    const { nowUs } = medium.simulation;
    this.up = new Link(`${this.name} up`, options.upBytesPerSec, nowUs);
    this.down = new Link(`${this.name} down`, options.downBytesPerSec, nowUs);
    this.#medium = medium;
    this.network = new SimulatedNetwork(medium, this, space);
  }

  get online(): boolean {
    return this.#online;
  }

  /** The machine leaves: its streams are reset, its ports closed; packets to it vanish. */
  disconnect(): void {
    this.#online = false;
    for (const stream of [...this.streams]) stream.disconnect();
    this.listeners.clear();
    for (const socket of [...this.sockets.values()]) socket.close();
  }

  /** The machine comes back, with nothing open. */
  connect(): void {
    this.#online = true;
  }

  /** Changes the line, in bytes per second (0: dead). */
  setRates(upBytesPerSec: number, downBytesPerSec: number): void {
    checkRate(upBytesPerSec);
    checkRate(downBytesPerSec);
    const { nowUs } = this.#medium.simulation;
    this.#medium.sharing.setCapacity(this.up, upBytesPerSec, nowUs);
    this.#medium.sharing.setCapacity(this.down, downBytesPerSec, nowUs);
    this.#medium.shareLater();
  }

  /** Limits that the client sets itself, apart from the line, in bytes per second; 0 is none. */
  setClientLimits(upBytesPerSec: number, downBytesPerSec: number): void {
    this.#clientUp = this.#limited(this.#clientUp, 'client up', upBytesPerSec);
    this.#clientDown = this.#limited(this.#clientDown, 'client down', downBytesPerSec);
    for (const stream of this.streams) {
      const peer = stream.peer;
      if (peer === undefined) continue;
      const other = peer.owner as SimulatedHost;
      stream.outgoing.reroute(this.pathTo(other));
      peer.outgoing.reroute(other.pathTo(this));
    }
    this.#medium.shareLater();
  }

  /** The links that bytes from this host to `target` cross. */
  pathTo(target: SimulatedHost): readonly Link[] {
    const path = [this.up, target.down];
    if (this.#clientUp !== undefined) path.push(this.#clientUp);
    if (target.#clientDown !== undefined) path.push(target.#clientDown);
    return path;
  }

  /** Every link of this host. */
  links(): readonly Link[] {
    return [this.up, this.down, this.#clientUp, this.#clientDown].filter((link) => link !== undefined);
  }

  /** Queues a datagram on `link`; its delay in microseconds, or undefined when there is no room. */
  passDatagram(link: Link, bytes: number, nowUs: number): number | undefined {
    if (!this.#online || link.capacity <= 0 || link.debtBytes(nowUs) + bytes > this.queueBytes)
      return undefined;
    return link.charge(bytes, nowUs);
  }

  /** A local port for a stream that is dialled; ports go round. */
  takeEphemeralPort(): number {
    this.#lastEphemeralPort =
      this.#lastEphemeralPort >= LAST_PORT ? FIRST_EPHEMERAL_PORT : this.#lastEphemeralPort + 1;
    return this.#lastEphemeralPort;
  }

  #limited(link: Link | undefined, name: string, bytesPerSec: number): Link | undefined {
    checkRate(bytesPerSec);
    if (bytesPerSec === 0) return undefined;
    const { nowUs } = this.#medium.simulation;
    if (link === undefined) return new Link(`${this.name} ${name}`, bytesPerSec, nowUs);
    this.#medium.sharing.setCapacity(link, bytesPerSec, nowUs);
    return link;
  }
}

function checkRate(bytesPerSec: number): void {
  invariant(Number.isFinite(bytesPerSec) && bytesPerSec >= 0, 'a rate is a finite number, 0 or more');
}
