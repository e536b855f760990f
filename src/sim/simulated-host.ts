/**
 * A machine on the simulated internet: its address, its access line, and what it has open. Its `network` is the port
 * that an engine is given.
 */
import type { Network } from '../core/ports.ts';
import { invariant } from '../core/result.ts';
import { AccessLine, type LineLimit, type LineOptions } from './access-line.ts';
import type { DatagramSpace, SimulatedDatagramSocket } from './datagrams.ts';
import { HostStreams } from './host-streams.ts';
import type { Link } from './link.ts';
import { REFUSED } from './link-fields.ts';
import type { LinkTable } from './link-table.ts';
import type { Medium } from './medium.ts';
import { Nat, type NatKind } from './nat.ts';
import type { RouteEnd } from './routes.ts';
import { type SimulatedListener, SimulatedNetwork } from './simulated-network.ts';

export interface HostOptions extends LineOptions {
  /** For messages; the address when there is none. */
  readonly name?: string;
  /** Default: the next free address in 10.0.0.0/8. */
  readonly address?: string;
  /** One-way delay to the middle of the network; that between two hosts is the sum of theirs. */
  readonly latencyUs: number;
  /** Bound of the queue in front of each direction of the line, in bytes. Datagrams beyond it are dropped. */
  readonly queueBytes: number;
  /** Every packet of this line waits up to so much longer, drawn uniformly. Default 0. */
  readonly jitterUs?: number;
  /** Packets in a million that this line loses, in each direction. Default 0. */
  readonly lossPerMillion?: number;
  /** Packets lost in a row, on average, 1 or more. Default 1: each on its own. */
  readonly lossBurst?: number;
  /** Index into the region delays of the routes. Default: none. */
  readonly region?: number | undefined;
  /** Default: open. */
  readonly nat?: NatKind;
}

const NO_PORT = -1;
const FIRST_EPHEMERAL_PORT = 49152;
const LAST_PORT = 65535;

export class SimulatedHost implements RouteEnd {
  readonly name: string;
  readonly address: string;
  readonly latencyUs: number;
  readonly queueBytes: number;
  readonly jitterUs: number;
  readonly region: number | undefined;
  readonly nat: Nat;
  /** Nothing is translated or kept out. */
  readonly isOpen: boolean;
  readonly line: AccessLine;
  readonly up: Link;
  readonly down: Link;
  readonly network: Network;
  /** By port. */
  readonly listeners = new Map<number, SimulatedListener>();
  readonly streams: HostStreams;
  readonly #links: LinkTable;
  readonly #upRow: number;
  readonly #downRow: number;
  readonly #sockets = new Map<number, SimulatedDatagramSocket>();
  /** The last one that was asked for, and its port: most hosts have one. */
  #lastSocket: SimulatedDatagramSocket | undefined = undefined;
  #lastPort = NO_PORT;
  #lossPerMillion: number;
  #lossBurst: number;
  #online = true;
  #lastEphemeralPort = FIRST_EPHEMERAL_PORT - 1;

  constructor(medium: Medium, space: DatagramSpace, address: string, options: HostOptions) {
    invariant(
      Number.isSafeInteger(options.latencyUs) && options.latencyUs >= 0,
      'a latency in whole microseconds',
    );
    this.name = options.name ?? address;
    this.address = address;
    this.latencyUs = options.latencyUs;
    this.queueBytes = options.queueBytes;
    this.jitterUs = options.jitterUs ?? 0;
    this.#lossPerMillion = options.lossPerMillion ?? 0;
    this.#lossBurst = options.lossBurst ?? 1;
    checkLoss(this.#lossPerMillion, this.#lossBurst);
    this.region = options.region;
    this.nat = new Nat(options.nat ?? 'open');
    this.isOpen = this.nat.kind === 'open';
    this.line = new AccessLine(medium, this.name, options, () => this.#pathsChanged());
    this.up = this.line.up;
    this.down = this.line.down;
    this.#links = medium.links;
    this.#upRow = this.up.row;
    this.#downRow = this.down.row;
    this.streams = new HostStreams(medium.directions.table);
    medium.directions.table.addHost(this);
    this.network = new SimulatedNetwork(medium, this, space);
  }

  /** Packets in a million that this line loses, in each direction. */
  get lossPerMillion(): number {
    return this.#lossPerMillion;
  }

  /** Packets lost in a row, on average. */
  get lossBurst(): number {
    return this.#lossBurst;
  }

  get online(): boolean {
    return this.#online;
  }

  /** The programs end in order and the machine leaves: its streams are reset, its ports closed; packets to it vanish. */
  disconnect(): void {
    this.#online = false;
    for (const stream of this.streams) stream.disconnect();
    this.#closePorts();
  }

  /** The power fails: the machine is gone without a word to anybody, its own programs included. */
  vanish(): void {
    this.#online = false;
    for (const stream of this.streams) stream.vanish();
    this.#closePorts();
  }

  /** The machine comes back, with nothing open. Who still holds a stream to what it was may find out now. */
  connect(): void {
    this.#online = true;
    this.#pathsChanged();
  }

  /** Declares other rates of the line, in bytes per second (0: dead). */
  setRates(upBytesPerSec: number, downBytesPerSec: number): void {
    this.line.setRates(upBytesPerSec, downBytesPerSec);
  }

  /** Lays a limit over the line, as a fault; returns what lifts it. */
  limit(limit: LineLimit): () => void {
    return this.line.limit(limit);
  }

  /** Packets in a million that the line loses from now on, in each direction, and how many in a row on average. */
  setLoss(perMillion: number, burst = 1): void {
    checkLoss(perMillion, burst);
    this.#lossPerMillion = perMillion;
    this.#lossBurst = burst;
    this.#pathsChanged();
  }

  /** The cable is out: the machine and its programs run on, but nothing comes or goes. */
  unplug(): void {
    this.line.unplug();
  }

  /** The cable is in again. */
  plug(): void {
    this.line.plug();
  }

  /** The links that bytes from this host to `target` cross. */
  pathTo(target: SimulatedHost): readonly Link[] {
    return [this.up, target.down];
  }

  /** Both directions of the line. */
  links(): readonly Link[] {
    return [this.up, this.down];
  }

  /** Queues a datagram of so many bytes on the uplink; its delay in microseconds, `REFUSED` when there is no room. */
  passUp(bytes: number, nowUs: number): number {
    return this.#online ? this.#links.pass(this.#upRow, bytes, this.queueBytes, nowUs) : REFUSED;
  }

  /** The same on the downlink. */
  passDown(bytes: number, nowUs: number): number {
    return this.#online ? this.#links.pass(this.#downRow, bytes, this.queueBytes, nowUs) : REFUSED;
  }

  /** The datagram socket that is bound to a port. */
  socketAt(port: number): SimulatedDatagramSocket | undefined {
    if (port !== this.#lastPort) {
      this.#lastSocket = this.#sockets.get(port);
      this.#lastPort = port;
    }
    return this.#lastSocket;
  }

  /** Ports to which a datagram socket is bound. */
  get socketPorts(): ReadonlyMap<number, unknown> {
    return this.#sockets;
  }

  bindSocket(socket: SimulatedDatagramSocket): void {
    this.#sockets.set(socket.address.port, socket);
    this.#lastPort = NO_PORT;
  }

  /** Frees the port of a socket, if it is bound. */
  unbindSocket(socket: SimulatedDatagramSocket): void {
    const { port } = socket.address;
    if (this.#sockets.get(port) === socket) this.#sockets.delete(port);
    this.#lastPort = NO_PORT;
  }

  /** A local port for a stream that is dialled; ports go round. */
  takeEphemeralPort(): number {
    this.#lastEphemeralPort =
      this.#lastEphemeralPort >= LAST_PORT ? FIRST_EPHEMERAL_PORT : this.#lastEphemeralPort + 1;
    return this.#lastEphemeralPort;
  }

  #closePorts(): void {
    for (const listener of [...this.listeners.values()]) listener.close();
    for (const socket of [...this.#sockets.values()]) socket.close();
  }

  /** Open streams look at both of their ways again. */
  #pathsChanged(): void {
    for (const stream of this.streams) {
      stream.pathChanged();
      stream.peer?.pathChanged();
    }
  }
}

function checkLoss(perMillion: number, burst: number): void {
  invariant(perMillion >= 0 && perMillion <= 1e6, 'a loss from 0 to a million in a million');
  invariant(Number.isFinite(burst) && burst >= 1, 'bursts of 1 packet or more');
}
