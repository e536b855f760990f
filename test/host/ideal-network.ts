/**
 * A network without any physics: infinitely fast, no latency, a small buffer between writer and reader. It stands below
 * shaped lines in tests, so that only the shaping is measured, and keeps the contract of `Network` itself.
 */
import type {
  Address,
  Clock,
  DatagramHandler,
  DatagramSocket,
  Listener,
  ListenHandler,
  Network,
  Payload,
  Stream,
  StreamEnd,
  StreamHandler,
} from '../../src/core/ports.ts';

/** The hosts of one ideal network. */
export class IdealWorld {
  readonly clock: Clock;
  readonly listeners = new Map<string, ListenHandler>();
  readonly sockets = new Map<string, DatagramHandler>();
  #nextPort = 10_000;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  host(host: string): Network {
    return new IdealHost(this, host);
  }

  freePort(): number {
    return this.#nextPort++;
  }

  soon(callback: () => void): void {
    this.clock.schedule(this.clock.now(), callback);
  }
}

const key = (address: Address): string => `${address.host}:${address.port}`;

class IdealHost implements Network {
  readonly #world: IdealWorld;
  readonly #host: string;

  constructor(world: IdealWorld, host: string) {
    this.#world = world;
    this.#host = host;
  }

  listen(port: number, handler: ListenHandler): Listener {
    const { listeners } = this.#world;
    const address = { host: this.#host, port: port === 0 ? this.#world.freePort() : port };
    if (listeners.has(key(address))) {
      this.#world.soon(() => handler.onListenError('taken'));
      return { close: () => undefined };
    }
    listeners.set(key(address), handler);
    this.#world.soon(() => handler.onListening(address));
    return {
      close: () => {
        if (listeners.get(key(address)) === handler) listeners.delete(key(address));
      },
    };
  }

  dial(to: Address, handler: StreamHandler): Stream {
    const here = new IdealStream(this.#world, to);
    here.handler = handler;
    this.#world.soon(() => {
      const listener = this.#world.listeners.get(key(to));
      if (here.ended || here.local) return;
      if (listener === undefined) {
        here.end('refused');
        return;
      }
      const there = new IdealStream(this.#world, { host: this.#host, port: this.#world.freePort() });
      here.peer = there;
      there.peer = here;
      here.open = there.open = true;
      there.handler = listener.onAccept(there);
      if (there.handler === undefined) there.reset();
      else there.pump();
      handler.onOpen();
      here.pump();
    });
    return here;
  }

  bindDatagrams(port: number, handler: DatagramHandler): DatagramSocket {
    const { sockets } = this.#world;
    const address = { host: this.#host, port: port === 0 ? this.#world.freePort() : port };
    if (sockets.has(key(address))) {
      this.#world.soon(() => handler.onDatagramError('taken'));
      return { send: () => undefined, close: () => undefined };
    }
    sockets.set(key(address), handler);
    this.#world.soon(() => handler.onBound(address));
    return {
      send: (bytes, to) => {
        if (sockets.get(key(address)) !== handler || bytes.length > 65_507) return;
        const copy = bytes.slice();
        this.#world.soon(() => sockets.get(key(to))?.onDatagram(copy, address));
      },
      close: () => {
        if (sockets.get(key(address)) === handler) sockets.delete(key(address));
      },
    };
  }
}

const INBOX_BYTES = 65_536;

class IdealStream implements Stream {
  readonly #world: IdealWorld;
  readonly remote: Address;
  handler: StreamHandler | undefined;
  peer: IdealStream | undefined;
  open = false;
  ended = false;
  #local = false;
  #paused = false;
  #out: Uint8Array[] = [];
  #unsent = 0;
  #low = -1;
  #pumping = false;
  /** Received and not delivered yet. */
  #inbox: Uint8Array[] = [];
  #inboxBytes = 0;
  #finished = false;

  constructor(world: IdealWorld, remote: Address) {
    this.#world = world;
    this.remote = remote;
  }

  write(bytes: Uint8Array, start: number, end: number): void {
    if (this.#local || this.ended) return;
    this.#out.push(bytes.slice(start, end));
    this.#unsent += end - start;
    this.pump();
  }

  writePayload(payload: Payload): void {
    if (payload.bytes !== undefined) this.write(payload.bytes, 0, payload.length);
  }

  unsentBytes(): number {
    return this.#unsent;
  }

  notifyWhenWritable(low: number): void {
    this.#low = low;
    this.#world.soon(() => this.#checkWritable());
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.pump();
  }

  close(): void {
    if (this.#local || this.ended) return;
    this.#local = true;
    if (!this.open) this.#world.soon(() => this.end('local'));
    this.pump();
  }

  reset(): void {
    if (this.ended) return;
    this.#local = true;
    const { peer } = this;
    this.peer = undefined;
    this.#world.soon(() => {
      this.end('local');
      peer?.end('reset');
    });
  }

  end(end: StreamEnd): void {
    if (this.ended) return;
    this.ended = true;
    this.#out = [];
    this.#unsent = 0;
    this.handler?.onClose(this.#local ? 'local' : end);
  }

  /** True once close or reset was called. */
  get local(): boolean {
    return this.#local;
  }

  /** Moves what can move, in both directions, in a later call. */
  pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    this.#world.soon(() => {
      this.#pumping = false;
      this.#deliver();
      this.#hand();
    });
  }

  #deliver(): void {
    const before = this.#inboxBytes;
    while (!this.#paused && !this.#local && !this.ended) {
      const bytes = this.#inbox.shift();
      if (bytes === undefined) break;
      this.#inboxBytes -= bytes.length;
      this.handler?.onBytes(bytes, 0, bytes.length);
    }
    if (this.#local) this.#inboxBytes = 0;
    if (this.#inboxBytes < before) this.peer?.pump();
    if (this.#finished && !this.#paused && this.#inbox.length === 0) this.end('finished');
  }

  /** Fills the inbox of the other end; one that has closed takes everything and drops it. */
  #hand(): void {
    const { peer } = this;
    if (peer === undefined || !this.open || this.ended || peer.ended) return;
    const before = this.#unsent;
    while (peer.#inboxBytes < INBOX_BYTES) {
      const chunk = this.#out.shift();
      if (chunk === undefined) break;
      const part = chunk.subarray(0, INBOX_BYTES - peer.#inboxBytes);
      if (part.length < chunk.length) this.#out.unshift(chunk.subarray(part.length));
      this.#unsent -= part.length;
      if (peer.#local) continue;
      peer.#inbox.push(part);
      peer.#inboxBytes += part.length;
    }
    this.#checkWritable();
    if (this.#local && this.#out.length === 0 && !this.ended) {
      peer.#finished = true;
      this.end('local');
      peer.pump();
    } else if (this.#unsent !== before) {
      peer.pump();
    }
  }

  #checkWritable(): void {
    if (this.#low < 0 || this.#local || this.ended || this.#unsent > this.#low) return;
    this.#low = -1;
    this.handler?.onWritable();
  }
}
