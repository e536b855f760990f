/**
 * The opening of a simulated stream: the call reaches the other host after half a round trip, where the stream is
 * accepted or refused; the answer takes the other half. A host that is not there lets the dial time out.
 */
import type { Address, StreamHandler } from '../core/ports.ts';
import type { EventTarget } from './event-queue.ts';
import type { Medium } from './medium.ts';
import { Mark } from './segment-pool.ts';
import type { SimulatedHost } from './simulated-host.ts';
import { type PendingDial, SimulatedStream } from './simulated-stream.ts';

const ARRIVES = 1;
const REFUSED = 2;
const TIMED_OUT = 3;
const NONE = -1;

/** Opens a stream from `from` to `to`; `target` is the host with that address, if there is one. */
export function dialStream(
  medium: Medium,
  from: SimulatedHost,
  target: SimulatedHost | undefined,
  to: Address,
  handler: StreamHandler,
): SimulatedStream {
  const stream = new SimulatedStream(medium, from, to, handler);
  stream.dial = new Dial(medium, from, target, stream);
  return stream;
}

class Dial implements EventTarget, PendingDial {
  readonly #medium: Medium;
  readonly #from: SimulatedHost;
  readonly #target: SimulatedHost | undefined;
  readonly #stream: SimulatedStream;
  #handle = NONE;

  constructor(
    medium: Medium,
    from: SimulatedHost,
    target: SimulatedHost | undefined,
    stream: SimulatedStream,
  ) {
    this.#medium = medium;
    this.#from = from;
    this.#target = target;
    this.#stream = stream;
    const { nowUs } = medium.simulation;
    if (target === undefined || !from.online) {
      this.#next(TIMED_OUT, nowUs + medium.options.dialTimeoutUs);
    } else this.#next(ARRIVES, nowUs + from.latencyUs + target.latencyUs);
  }

  cancel(): void {
    if (this.#handle !== NONE) this.#medium.simulation.release(this.#handle);
    this.#handle = NONE;
  }

  fire(token: number): void {
    this.cancel();
    if (token === REFUSED) this.#stream.fail('refused');
    else if (token === TIMED_OUT) this.#stream.fail('timeout');
    else this.#arrive(this.#target as SimulatedHost);
  }

  #arrive(target: SimulatedHost): void {
    const latencyUs = this.#from.latencyUs + target.latencyUs;
    const { nowUs } = this.#medium.simulation;
    if (!target.online) {
      this.#next(TIMED_OUT, nowUs - latencyUs + this.#medium.options.dialTimeoutUs);
      return;
    }
    const listener = target.listeners.get(this.#stream.remote.port);
    if (listener === undefined) {
      this.#next(REFUSED, nowUs + latencyUs);
      return;
    }
    const address = { host: this.#from.address, port: this.#from.takeEphemeralPort() };
    const accepted = new SimulatedStream(this.#medium, target, address, undefined);
    accepted.peer = this.#stream;
    this.#stream.peer = accepted;
    this.#stream.outgoing.establish(accepted, this.#from.pathTo(target), latencyUs);
    accepted.outgoing.establish(this.#stream, target.pathTo(this.#from), latencyUs);
    accepted.outgoing.sendMark(Mark.open);
    accepted.open();
    const handler = listener.handler.onAccept(accepted);
    if (handler === undefined) accepted.reset();
    accepted.handler = handler;
  }

  #next(token: number, atUs: number): void {
    this.#handle = this.#medium.simulation.register(this, token);
    this.#medium.simulation.set(this.#handle, atUs);
  }
}
