/**
 * A stream on a shaped line: what is written leaves at the uplink's rate in turns with the host's other streams, what
 * arrives is delivered after the latency and at the downlink's rate. Reading from the socket stops while more is on the
 * way than the line could hold, so that a slow downlink holds the sender back.
 */
import type {
  Address,
  Clock,
  Microseconds,
  Payload,
  Stream,
  StreamEnd,
  StreamHandler,
  Timer,
} from '../core/ports.ts';
import { ArrivalQueue } from './arrival-queue.ts';
import type { FairLine, Flow } from './fair-line.ts';
import { plainCopy } from './plain-bytes.ts';
import { SendingWay } from './sending-way.ts';
import { DIAL_TIMEOUT_US, type ShapedWays } from './shaped-way.ts';

export interface ShapedLine {
  readonly clock: Clock;
  readonly up: FairLine;
  readonly down: FairLine;
  readonly downBytesPerSec: number;
  readonly ways: ShapedWays;
  /** Uniform in [0, 1): what jitter draws from. */
  readonly draw: () => number;
  /** Streams that have not ended. */
  readonly streams: Set<ShapedStream>;
}

/** The uplink stops while the socket below has this much that the kernel would not take. */
const SOCKET_BACKLOG_BYTES = 131_072;

export class ShapedStream implements Stream {
  readonly #line: ShapedLine;
  readonly #remote: Address;
  readonly #holdBytes: number;
  readonly #inner: Stream;
  #handler: StreamHandler | undefined;
  /** Asks the owner for a handler once an accepted stream has arrived; undefined for dialled ones. */
  readonly #accept: ((stream: Stream) => StreamHandler | undefined) | undefined;
  readonly #startUs: Microseconds;

  #open = false;
  #dialTimer: Timer | undefined;
  #local = false;
  #ended = false;
  #innerEnded = false;

  #outgoing: Uint8Array[] = [];
  #outgoingBytes = 0;
  #lowWaterBytes = -1;
  readonly #upFlow: Flow = { pass: (limit) => this.#passUp(limit) };
  readonly #sendingWay: SendingWay;

  readonly #arrivals = new ArrivalQueue();
  #paused = false;
  #innerPaused = false;
  #armed = false;
  readonly #downFlow: Flow = { pass: (limit) => this.#passDown(limit) };

  /** `begin` makes or takes the stream below, whose events go to the handler that it is given. */
  constructor(
    line: ShapedLine,
    remote: Address,
    owner:
      | { readonly handler: StreamHandler }
      | { readonly accept: (stream: Stream) => StreamHandler | undefined },
    begin: (events: StreamHandler) => Stream,
  ) {
    this.#line = line;
    this.#remote = remote;
    this.#startUs = line.clock.now();
    const latencyUs = line.ways.latencyUs(remote.host);
    this.#sendingWay = new SendingWay(line, remote.host, () => this.#goOnSending());
    // What the line carries in its latency, and a tenth of a second more: reading goes on before it could run dry.
    this.#holdBytes = 65_536 + (line.downBytesPerSec / 1_000_000) * (latencyUs + 100_000);
    this.#accept = 'accept' in owner ? owner.accept : undefined;
    this.#handler = 'handler' in owner ? owner.handler : undefined;
    this.#inner = begin({
      onOpen: () => this.#arrive({ kind: 'open', atUs: this.#startUs + 2 * latencyUs }),
      onBytes: (bytes, start, end) => this.#receive(plainCopy(bytes, start, end)),
      onPayload: (payload) => payload.bytes !== undefined && this.#receive(plainCopy(payload.bytes)),
      onWritable: () => this.#innerWritable(),
      onClose: (end) => this.#innerClosed(end),
    });
    line.streams.add(this);
    if (this.#accept !== undefined) this.#arrive({ kind: 'open', atUs: this.#startUs + latencyUs });
    else this.#dialTimer = line.clock.schedule(this.#startUs + DIAL_TIMEOUT_US, () => this.#dialTimedOut());
  }

  /** The way to the other host is another one. */
  wayChanged(): void {
    this.#sendingWay.changed(this.#outgoingBytes > 0);
    this.#goOnSending();
    this.#arm();
  }

  /**
   * This host's power fails: its program hears nothing any more, and neither does the other host. Returns what ends the
   * stream below, when there is a machine again that knows nothing of it, or nobody that looks.
   */
  vanish(): () => void {
    this.#ended = true;
    this.#dialTimer?.cancel();
    this.#sendingWay.forget();
    this.#line.streams.delete(this);
    this.#outgoing = [];
    this.#outgoingBytes = 0;
    this.#arrivals.dropBytes();
    this.#inner.pause();
    return () => this.#inner.reset();
  }

  get #wayIsOpen(): boolean {
    return (this.#line.ways.passageFrom?.(this.#remote.host) ?? 'open') === 'open';
  }

  #dialTimedOut(): void {
    if (this.#open || this.#ended) return;
    this.#inner.reset();
    this.#tell('timeout');
  }

  get remote(): Address {
    return this.#remote;
  }

  write(bytes: Uint8Array, start: number, end: number): void {
    if (end > start) this.#send(plainCopy(bytes, start, end));
  }

  writePayload(payload: Payload): void {
    if (payload.bytes === undefined)
      throw new TypeError('a payload by reference cannot travel on a real socket');
    if (payload.length > 0) this.#send(payload.bytes);
  }

  unsentBytes(): number {
    return this.#innerEnded ? 0 : this.#outgoingBytes + this.#inner.unsentBytes();
  }

  notifyWhenWritable(lowWaterBytes: number): void {
    if (this.#local || this.#ended) return;
    this.#lowWaterBytes = lowWaterBytes;
    this.#line.clock.schedule(this.#line.clock.now(), () => this.#checkWritable());
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#arm();
  }

  close(): void {
    if (this.#local || this.#ended) return;
    if (!this.#open) {
      this.reset();
      return;
    }
    this.#endLocally();
    if (this.#outgoingBytes === 0) this.#inner.close();
  }

  reset(): void {
    if (this.#ended) return;
    this.#endLocally();
    this.#outgoing = [];
    this.#outgoingBytes = 0;
    this.#inner.reset();
  }

  #endLocally(): void {
    this.#local = true;
    this.#arrivals.dropBytes();
    this.#readOn();
    if (this.#innerEnded) this.#line.clock.schedule(this.#line.clock.now(), () => this.#tell('local'));
  }

  #tell(end: StreamEnd): void {
    if (this.#ended) return;
    this.#line.streams.delete(this);
    this.#dialTimer?.cancel();
    this.#sendingWay.forget();
    if (this.#handler === undefined) return;
    this.#ended = true;
    this.#handler.onClose(this.#local ? 'local' : end);
  }

  // Out: the uplink.

  #send(bytes: Uint8Array): void {
    if (this.#local || this.#ended || this.#innerEnded) return;
    this.#outgoing.push(bytes);
    this.#outgoingBytes += bytes.length;
    if (!this.#sendingWay.isOpen) this.#sendingWay.wait();
    this.#goOnSending();
  }

  #goOnSending(): void {
    const mayLeave = this.#open && !this.#ended && this.#sendingWay.isOpen;
    if (mayLeave && this.#outgoingBytes > 0) this.#line.up.join(this.#upFlow);
  }

  #passUp(limitBytes: number): number {
    if (this.#innerEnded || !this.#open || this.#outgoingBytes === 0 || !this.#sendingWay.isOpen) return 0;
    if (this.#inner.unsentBytes() > SOCKET_BACKLOG_BYTES) {
      this.#askInner();
      return 0;
    }
    let passed = 0;
    let chunks = 0;
    while (passed < limitBytes) {
      const chunk = this.#outgoing[chunks];
      if (chunk === undefined) break;
      const bytes = chunk.subarray(0, limitBytes - passed);
      this.#inner.writePayload({ length: bytes.length, bytes, reference: undefined });
      passed += bytes.length;
      if (bytes.length === chunk.length) chunks++;
      else this.#outgoing[chunks] = chunk.subarray(bytes.length);
    }
    this.#outgoing.splice(0, chunks);
    this.#outgoingBytes -= passed;
    if (this.#local && this.#outgoingBytes === 0) this.#inner.close();
    this.#checkWritable();
    return passed;
  }

  #innerWritable(): void {
    this.#goOnSending();
    this.#checkWritable();
  }

  #checkWritable(): void {
    if (this.#lowWaterBytes < 0 || this.#local || this.#ended || this.#innerEnded) return;
    if (this.#outgoingBytes > this.#lowWaterBytes) return;
    if (this.unsentBytes() > this.#lowWaterBytes) {
      this.#askInner();
      return;
    }
    this.#lowWaterBytes = -1;
    this.#handler?.onWritable();
  }

  /** The socket below keeps one request only: the lowest of what we wait for. */
  #askInner(): void {
    const blocked = SOCKET_BACKLOG_BYTES / 2;
    const wanted = this.#lowWaterBytes < 0 ? blocked : Math.max(0, this.#lowWaterBytes - this.#outgoingBytes);
    this.#inner.notifyWhenWritable(Math.min(blocked, wanted));
  }

  // In: latency, then the downlink.

  #receive(bytes: Uint8Array): void {
    if (this.#local || this.#ended) return;
    this.#arrive({ kind: 'bytes', atUs: this.#line.clock.now() + this.#delayUs(), bytes });
    if (this.#arrivals.bytes > this.#holdBytes && !this.#innerPaused) {
      this.#innerPaused = true;
      this.#inner.pause();
    }
  }

  #innerClosed(end: StreamEnd): void {
    this.#innerEnded = true;
    if (this.#local) {
      this.#tell('local');
      return;
    }
    if (end !== 'finished') this.#arrivals.dropBytes();
    const delayUs = this.#delayUs();
    const sinceStart = this.#open ? 0 : this.#startUs + 2 * delayUs;
    this.#arrive({ kind: 'end', atUs: Math.max(sinceStart, this.#line.clock.now() + delayUs), end });
  }

  /** What the way adds to something that arrives now. */
  #delayUs(): Microseconds {
    const { ways, draw } = this.#line;
    const { host } = this.#remote;
    const jitterUs = ways.jitterUs?.(host) ?? 0;
    return ways.latencyUs(host) + (jitterUs === 0 ? 0 : Math.round(draw() * jitterUs));
  }

  #arrive(arrival: Parameters<ArrivalQueue['push']>[0]): void {
    this.#arrivals.push(arrival);
    this.#arm();
  }

  #arm(): void {
    const { head } = this.#arrivals;
    if (head === undefined || this.#armed || !this.#wayIsOpen) return;
    // The end of a stream waits behind a pause as its bytes do; a reset does not.
    if (this.#paused && (head.kind === 'bytes' || (head.kind === 'end' && head.end === 'finished'))) return;
    this.#armed = true;
    this.#line.clock.schedule(Math.max(head.atUs, this.#line.clock.now()), () => {
      this.#armed = false;
      this.#headIsDue();
    });
  }

  #headIsDue(): void {
    const { head } = this.#arrivals;
    if (head === undefined || this.#ended || !this.#wayIsOpen) return;
    if (head.atUs > this.#line.clock.now()) {
      this.#arm();
    } else if (head.kind === 'bytes') {
      this.#line.down.join(this.#downFlow, head.atUs);
    } else if (!(this.#paused && head.kind === 'end' && head.end === 'finished')) {
      this.#arrivals.shift();
      if (head.kind === 'end') this.#tell(head.end);
      else this.#opened();
      this.#arm();
    }
  }

  #opened(): void {
    if (this.#accept === undefined) {
      if (this.#local) return;
      this.#dialTimer?.cancel();
      this.#open = true;
      this.#handler?.onOpen();
    } else {
      this.#open = true;
      this.#handler = this.#accept(this);
      if (this.#handler === undefined) this.reset();
    }
    this.#goOnSending();
  }

  #passDown(limitBytes: number): number {
    const { head } = this.#arrivals;
    if (head === undefined || this.#paused || this.#ended || this.#local || !this.#wayIsOpen) return 0;
    if (head.kind !== 'bytes' || head.atUs > this.#line.clock.now()) {
      this.#arm();
      return 0;
    }
    const bytes = this.#arrivals.takeBytes(limitBytes) as Uint8Array;
    if (this.#arrivals.bytes < this.#holdBytes - 32_768) this.#readOn();
    this.#handler?.onBytes(bytes, 0, bytes.length);
    return bytes.length;
  }

  #readOn(): void {
    if (!this.#innerPaused) return;
    this.#innerPaused = false;
    this.#inner.resume();
  }
}
