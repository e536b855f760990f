/** The `Network` port of one simulated host. Its answers come as calls due soon, never inside the call that asked. */
import type {
  Address,
  DatagramHandler,
  DatagramSocket,
  Listener,
  ListenHandler,
  Network,
  Stream,
  StreamHandler,
} from '../core/ports.ts';
import { invariant } from '../core/result.ts';
import { type DatagramSpace, SimulatedDatagramSocket } from './datagrams.ts';
import { dialStream } from './dial.ts';
import type { EventTarget } from './event-queue.ts';
import type { Medium } from './medium.ts';
import type { SimulatedHost } from './simulated-host.ts';

const LAST_PORT = 65535;
const PORT_COUNT = LAST_PORT + 1;

export class SimulatedNetwork implements Network {
  readonly #medium: Medium;
  readonly #host: SimulatedHost;
  readonly #space: DatagramSpace;

  constructor(medium: Medium, host: SimulatedHost, space: DatagramSpace) {
    this.#medium = medium;
    this.#host = host;
    this.#space = space;
  }

  listen(port: number, handler: ListenHandler): Listener {
    const { listeners } = this.#host;
    const chosen = this.#choosePort(port, listeners);
    const taken = chosen === undefined || !this.#host.online;
    const listener = new SimulatedListener(this.#medium, this.#host, chosen ?? port, handler, taken);
    if (!taken) listeners.set(listener.port, listener);
    return listener;
  }

  dial(to: Address, handler: StreamHandler): Stream {
    return dialStream(this.#medium, this.#host, this.#space.hostAt(to.host), to, handler);
  }

  bindDatagrams(port: number, handler: DatagramHandler): DatagramSocket {
    const chosen = this.#choosePort(port, this.#host.socketPorts);
    if (chosen === undefined || !this.#host.online) return new FailedSocket(this.#medium, port, handler);
    const socket = new SimulatedDatagramSocket(this.#medium, this.#host, chosen, this.#space, handler);
    this.#host.bindSocket(socket);
    return socket;
  }

  /** `port`, or any free one for 0; undefined when it is taken. */
  #choosePort(port: number, taken: ReadonlyMap<number, unknown>): number | undefined {
    invariant(Number.isInteger(port) && port >= 0 && port <= LAST_PORT, 'a port from 0 to 65535');
    if (port !== 0) return taken.has(port) ? undefined : port;
    for (let tries = 0; tries < PORT_COUNT; tries++) {
      const candidate = this.#host.takeEphemeralPort();
      if (!taken.has(candidate)) return candidate;
    }
    return undefined;
  }
}

export class SimulatedListener implements Listener, EventTarget {
  readonly port: number;
  readonly handler: ListenHandler;
  readonly #host: SimulatedHost;
  readonly #taken: boolean;
  #open = true;

  constructor(medium: Medium, host: SimulatedHost, port: number, handler: ListenHandler, taken: boolean) {
    this.port = port;
    this.handler = handler;
    this.#host = host;
    this.#taken = taken;
    medium.simulation.soon(this);
  }

  fire(): void {
    if (!this.#open) return;
    if (this.#taken)
      this.handler.onListenError(`port ${this.port} of ${this.#host.address} cannot be listened on`);
    else this.handler.onListening({ host: this.#host.address, port: this.port });
  }

  close(): void {
    this.#open = false;
    if (this.#host.listeners.get(this.port) === this) this.#host.listeners.delete(this.port);
  }
}

/** A socket that could not be bound: says so once, sends nothing. */
class FailedSocket implements DatagramSocket, EventTarget {
  readonly #port: number;
  readonly #handler: DatagramHandler;
  #open = true;

  constructor(medium: Medium, port: number, handler: DatagramHandler) {
    this.#port = port;
    this.#handler = handler;
    medium.simulation.soon(this);
  }

  fire(): void {
    if (this.#open) this.#handler.onDatagramError(`datagram port ${this.#port} cannot be bound`);
  }

  send(): void {}

  close(): void {
    this.#open = false;
  }
}
