/**
 * The opening of a simulated stream. The call (SYN) takes half a round trip to the other host, where the stream is
 * accepted or refused; the answer takes the other half. A call that was lost, or had no answer, is repeated 1, 3, 7 and
 * 15 seconds after the first (RFC 6298); one that is held waits. When nothing has come back in time the dial times out.
 * However often the call is sent, the other host accepts once: from then on its answer is what has to arrive.
 */
import type { Address, StreamHandler } from '../core/ports.ts';
import type { EventTarget } from './event-queue.ts';
import { keyOf, subKey } from './keyed-draws.ts';
import type { Medium } from './medium.ts';
import { PacketChances } from './packet-chances.ts';
import { backoffUs } from './retransmission.ts';
import { Mark } from './segment-fields.ts';
import type { SimulatedHost } from './simulated-host.ts';
import { type PendingDial, SimulatedStream } from './simulated-stream.ts';
import { StreamPath } from './stream-path.ts';

const NONE = -1;
const NEVER = Number.POSITIVE_INFINITY;
/** Sub-keys of the draws of a stream. */
const CALLER = 0;
const CALLED = 1;
const OPENING = 2;

/** Opens a stream from `from` to `to`; `target` is the host with that address, if there is one. */
export function dialStream(
  medium: Medium,
  from: SimulatedHost,
  target: SimulatedHost | undefined,
  to: Address,
  handler: StreamHandler,
): SimulatedStream {
  const row = medium.directions.table.takePair(medium.simulation.nowUs);
  const stream = new SimulatedStream(medium, from, to, handler, row);
  medium.dials.set(stream, new Dial(medium, from, target, stream));
  return stream;
}

class Dial implements EventTarget, PendingDial {
  readonly #medium: Medium;
  readonly #from: SimulatedHost;
  readonly #target: SimulatedHost | undefined;
  readonly #stream: SimulatedStream;
  readonly #startUs: number;
  readonly #key: number;
  readonly #chances: PacketChances;
  #handle = NONE;
  #calls = 0;
  #nextCallUs = NEVER;
  /** The way of the call or of the refusal that is under way. */
  #underWay: StreamPath | undefined = undefined;
  #refused = false;
  /** Infinity while what is under way is held. */
  #arrivalUs = NEVER;

  constructor(
    medium: Medium,
    from: SimulatedHost,
    target: SimulatedHost | undefined,
    stream: SimulatedStream,
  ) {
    const { simulation } = medium;
    this.#medium = medium;
    this.#from = from;
    this.#target = target;
    this.#stream = stream;
    this.#startUs = simulation.nowUs;
    this.#key = keyOf(`${simulation.seed}/${from.name}/stream-${medium.countDial(from)}`);
    this.#chances = new PacketChances(subKey(this.#key, OPENING));
    this.#handle = simulation.register(this);
    if (target !== undefined) this.#call(target);
    this.#reschedule();
  }

  cancel(): void {
    if (this.#handle !== NONE) this.#medium.simulation.release(this.#handle);
    this.#handle = NONE;
  }

  routesChanged(): void {
    const path = this.#underWay;
    if (path === undefined) return;
    path.refresh();
    if (path.transit === 'cut') this.#underWay = undefined;
    if (path.transit !== 'open') this.#arrivalUs = NEVER;
    else if (this.#arrivalUs === NEVER) this.#arrivalUs = this.#medium.simulation.nowUs + path.latencyUs;
    this.#reschedule();
  }

  fire(): void {
    const { nowUs } = this.#medium.simulation;
    if (nowUs >= this.#arrivalUs) {
      this.#arrivalUs = NEVER;
      this.#underWay = undefined;
      if (this.#refused) {
        this.#stream.fail('refused');
        return;
      }
      this.#arrive(this.#target as SimulatedHost);
    } else if (nowUs >= this.#startUs + this.#medium.options.dialTimeoutUs) {
      this.#stream.fail('timeout');
      return;
    }
    if (nowUs >= this.#nextCallUs) this.#call(this.#target as SimulatedHost);
    this.#reschedule();
  }

  #call(target: SimulatedHost): void {
    this.#calls++;
    this.#nextCallUs = this.#startUs + backoffUs(this.#calls, 0);
    // What is under way is there before a call that leaves now.
    if (this.#underWay !== undefined) return;
    this.#refused = false;
    this.#send(this.#from, target);
  }

  /** The call or the refusal leaves, if the way lets it. */
  #send(from: SimulatedHost, to: SimulatedHost): void {
    const path = new StreamPath(this.#medium.routes, from, to);
    if (path.departing === 'cut') return;
    if (path.lossShare > 0 && this.#chances.loses(path.lossShare)) return;
    this.#underWay = path;
    if (path.departing === 'held') return;
    const { nowUs } = this.#medium.simulation;
    let waitUs = 0;
    for (const link of from.pathTo(to)) waitUs += link.waitUs(nowUs);
    const jitterUs = path.jitterUs > 0 ? this.#chances.jitterUs(path.jitterUs) : 0;
    this.#arrivalUs = nowUs + Math.ceil(waitUs) + path.latencyUs + jitterUs;
  }

  /** The call has come to the other host. Where no stream comes in, nothing answers. */
  #arrive(target: SimulatedHost): void {
    const { port } = this.#stream.remote;
    if (!target.online || !target.nat.admitsStream(port)) return;
    const listener = target.listeners.get(port);
    if (listener === undefined) {
      this.#send(target, this.#from);
      this.#refused = this.#underWay !== undefined;
      return;
    }
    this.#nextCallUs = NEVER;
    const accepted = this.#accept(target);
    const handler = listener.handler.onAccept(accepted);
    if (handler === undefined) accepted.reset();
    accepted.setHandler(handler);
  }

  #accept(target: SimulatedHost): SimulatedStream {
    const { directions } = this.#medium;
    const from = this.#from;
    const { row } = this.#stream;
    const address = { host: from.address, port: from.takeEphemeralPort() };
    const accepted = new SimulatedStream(this.#medium, target, address, undefined, row ^ 1);
    this.#stream.accepted();
    accepted.accepted();
    directions.establish(row, subKey(this.#key, CALLER));
    directions.establish(row ^ 1, subKey(this.#key, CALLED));
    directions.sendMark(row ^ 1, Mark.open);
    accepted.open();
    return accepted;
  }

  #reschedule(): void {
    if (this.#handle === NONE) return;
    const timeoutUs = this.#startUs + this.#medium.options.dialTimeoutUs;
    this.#medium.simulation.set(this.#handle, Math.min(this.#arrivalUs, this.#nextCallUs, timeoutUs));
  }
}
