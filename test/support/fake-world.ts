/**
 * A tiny world for unit tests of what stands on the ports: a clock moved by hand, datagrams and streams in memory with
 * one fixed delay, a seeded generator. It proves nothing about networks; that is what the simulator is for.
 */
import { createHash } from 'node:crypto';
import { formatAddress } from '../../src/core/address.ts';
import type {
  Address,
  Clock,
  DatagramHandler,
  Hasher,
  ListenHandler,
  Network,
  Random,
  Stream,
  StreamEnd,
  StreamHandler,
  Timer,
} from '../../src/core/ports.ts';

interface Scheduled {
  readonly atUs: number;
  readonly order: number;
  readonly callback: () => void;
}

export class FakeClock implements Clock {
  #nowUs = 0;
  #order = 0;
  #pending: Scheduled[] = [];

  now(): number {
    return this.#nowUs;
  }

  /** Timers that have neither run nor been cancelled. */
  get pendingCount(): number {
    return this.#pending.length;
  }

  schedule(atUs: number, callback: () => void): Timer {
    const scheduled = { atUs: Math.max(atUs, this.#nowUs), order: this.#order++, callback };
    this.#pending.push(scheduled);
    return {
      cancel: () => {
        this.#pending = this.#pending.filter((other) => other !== scheduled);
      },
    };
  }

  /** Runs everything that is due within the next `durationUs`, in order. */
  advance(durationUs: number): void {
    const endUs = this.#nowUs + durationUs;
    for (;;) {
      const next = this.#pending
        .filter((scheduled) => scheduled.atUs <= endUs)
        .reduce<Scheduled | undefined>((a, b) => (a === undefined || before(b, a) ? b : a), undefined);
      if (next === undefined) break;
      this.#pending = this.#pending.filter((other) => other !== next);
      this.#nowUs = next.atUs;
      next.callback();
    }
    this.#nowUs = endUs;
  }
}

function before(a: Scheduled, b: Scheduled): boolean {
  return a.atUs < b.atUs || (a.atUs === b.atUs && a.order < b.order);
}

/** One datagram on its way. */
export interface FakeDatagram {
  readonly bytes: Uint8Array;
  readonly from: Address;
  readonly to: Address;
  readonly atUs: number;
}

export class FakeWorld {
  readonly clock = new FakeClock();
  readonly delayUs: number;
  /** Every datagram sent, lost or not. */
  readonly datagrams: FakeDatagram[] = [];
  /** Streams opened so far. */
  dialCount = 0;
  /** Says which datagrams get lost. */
  lose: (datagram: FakeDatagram) => boolean = () => false;
  readonly #sockets = new Map<string, DatagramHandler>();
  readonly #listeners = new Map<string, ListenHandler>();
  #nextPort = 50_000;

  constructor(delayUs = 10_000) {
    this.delayUs = delayUs;
  }

  /** The network as the machine at `host` sees it. */
  network(host: string): Network {
    return {
      listen: (port, handler) => {
        const address = { host, port: port || this.#nextPort++ };
        const key = formatAddress(address);
        this.#listeners.set(key, handler);
        this.#later(0, () => handler.onListening(address));
        return { close: () => this.#listeners.delete(key) };
      },
      dial: (to, handler) => this.#dial({ host, port: this.#nextPort++ }, to, handler),
      bindDatagrams: (port, handler) => {
        const from = { host, port: port || this.#nextPort++ };
        const key = formatAddress(from);
        this.#sockets.set(key, handler);
        this.#later(0, () => handler.onBound(from));
        return {
          send: (bytes, to) => this.inject({ bytes: bytes.slice(), from, to, atUs: this.clock.now() }),
          close: () => this.#sockets.delete(key),
        };
      },
    };
  }

  /** Sends a datagram from anywhere, forged addresses included. */
  inject(datagram: FakeDatagram): void {
    this.datagrams.push(datagram);
    if (this.lose(datagram)) return;
    this.#later(this.delayUs, () => {
      this.#sockets.get(formatAddress(datagram.to))?.onDatagram(datagram.bytes, datagram.from);
    });
  }

  #later(delayUs: number, callback: () => void): void {
    this.clock.schedule(this.clock.now() + delayUs, callback);
  }

  #dial(from: Address, to: Address, handler: StreamHandler): Stream {
    this.dialCount++;
    const near = new FakeStream(this, to);
    const far = new FakeStream(this, from);
    near.handler = handler;
    near.peer = far;
    far.peer = near;
    this.#later(this.delayUs, () => {
      far.handler = this.#listeners.get(formatAddress(to))?.onAccept(far);
      if (far.handler === undefined) near.end('refused');
      else if (!near.ended) this.#later(this.delayUs, () => near.opened());
    });
    return near;
  }
}

class FakeStream implements Stream {
  readonly remote: Address;
  readonly #world: FakeWorld;
  handler: StreamHandler | undefined;
  peer: FakeStream | undefined;
  ended = false;

  constructor(world: FakeWorld, remote: Address) {
    this.#world = world;
    this.remote = remote;
  }

  write(bytes: Uint8Array, start: number, end: number): void {
    if (this.ended) return;
    const copy = bytes.slice(start, end);
    this.#toPeer((peer) => peer.handler?.onBytes(copy, 0, copy.length));
  }

  writePayload(): void {}

  unsentBytes(): number {
    return 0;
  }

  notifyWhenWritable(): void {}

  pause(): void {}

  resume(): void {}

  close(): void {
    this.#finish('finished');
  }

  reset(): void {
    this.#finish('reset');
  }

  opened(): void {
    if (!this.ended) this.handler?.onOpen();
  }

  end(reason: StreamEnd): void {
    if (this.ended) return;
    this.ended = true;
    this.handler?.onClose(reason);
  }

  #finish(seen: StreamEnd): void {
    if (this.ended) return;
    this.ended = true;
    const { clock } = this.#world;
    clock.schedule(clock.now(), () => this.handler?.onClose('local'));
    this.#toPeer((peer) => peer.end(seen));
  }

  #toPeer(action: (peer: FakeStream) => void): void {
    const { clock, delayUs } = this.#world;
    clock.schedule(clock.now() + delayUs, () => {
      if (this.peer !== undefined && !this.peer.ended) action(this.peer);
    });
  }
}

/** A seeded generator (splitmix32); streams are named by their path. */
export class FakeRandom implements Random {
  readonly #name: string;
  #state = 0x811c9dc5;

  constructor(name = 'test') {
    this.#name = name;
    for (const character of name) {
      this.#state = Math.imul(this.#state ^ (character.codePointAt(0) as number), 0x01000193);
    }
  }

  uint32(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let mixed = this.#state ^ (this.#state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  }

  below(limit: number): number {
    return Math.floor((this.uint32() / 0x1_0000_0000) * limit);
  }

  fork(name: string): Random {
    return new FakeRandom(`${this.#name}/${name}`);
  }
}

export const nodeHasher: Hasher = {
  sha1: (bytes) => new Uint8Array(createHash('sha1').update(bytes).digest()),
};
