/**
 * Announces over UDP (BEP 15): connect, announce, patience. Invariant: an answer counts only when its transaction id
 * was drawn for a request under way, it came from the address asked, and its action fits the step; everything else is
 * ignored, so that nobody off the path can answer or fail an announce. One socket serves every tracker.
 */
import { equalAddresses } from '../address.ts';
import type { Address, Clock, DatagramSocket, Microseconds, Network, Random, Timer } from '../ports.ts';
import { literalHost, type Resolver, type ResolverCall } from './resolver.ts';
import {
  failed,
  type TrackerCall,
  type TrackerCallRequest,
  type TrackerClient,
  type TrackerOutcome,
} from './tracker-client.ts';
import { decodeUdpReply, type UdpReply } from './udp-replies.ts';
import { encodeUdpRequest } from './udp-requests.ts';

/** Wait for the first answer; doubled with every repetition. */
export const FIRST_WAIT_US: Microseconds = 15 * 1_000_000;

/** Repetitions when there is no other tracker (BEP 15): the last wait is 3,840 s. */
export const REPETITIONS_MAX = 8;

/** Repetitions when other trackers wait for their turn: 45 s in all. */
export const REPETITIONS_MAX_WITH_ALTERNATIVE = 1;

/** How long a connection id is used after it was given. */
export const CONNECTION_LIFE_US: Microseconds = 60 * 1_000_000;

export interface UdpTrackerClientPorts {
  readonly clock: Clock;
  readonly network: Network;
  readonly random: Random;
  readonly resolver: Resolver | undefined;
}

interface Connection {
  readonly tracker: Address;
  readonly id: bigint;
  readonly expiresUs: Microseconds;
}

interface Exchange {
  readonly request: TrackerCallRequest;
  readonly done: (outcome: TrackerOutcome) => void;
  address: Address;
  step: 'connect' | 'announce';
  /** Whether the connection id in use was given in an earlier exchange, and may be stale. */
  reusing: boolean;
  transaction: number;
  repetitions: number;
  /** How long the next answer is waited for. */
  waitUs: Microseconds;
  timer: Timer | undefined;
  lookup: ResolverCall | undefined;
}

export class UdpTrackerClient implements TrackerClient {
  readonly #ports: UdpTrackerClientPorts;
  readonly #exchanges = new Map<number, Exchange>();
  /** One for each tracker; expired ones go when another comes. */
  #connections: Connection[] = [];
  #socket: DatagramSocket | undefined;
  /** The last announce, to be written over: the network copies what it is given. */
  #packet: Uint8Array | undefined;

  constructor(ports: UdpTrackerClientPorts) {
    this.#ports = ports;
  }

  announce(request: TrackerCallRequest, done: (outcome: TrackerOutcome) => void): TrackerCall {
    const { host, port } = request.parsed;
    const exchange: Exchange = {
      request,
      done,
      address: { host, port: port ?? 0 },
      step: 'connect',
      reusing: false,
      transaction: this.#drawTransaction(),
      repetitions: 0,
      waitUs: FIRST_WAIT_US,
      timer: undefined,
      lookup: undefined,
    };
    this.#exchanges.set(exchange.transaction, exchange);
    if (port === undefined) this.#failLater(exchange, 'a UDP tracker needs a port');
    else this.#locate(exchange, host, port);
    return { cancel: () => this.#forget(exchange) };
  }

  close(): void {
    for (const exchange of [...this.#exchanges.values()]) this.#forget(exchange);
    this.#socket?.close();
    this.#socket = undefined;
  }

  #locate(exchange: Exchange, host: string, port: number): void {
    const literal = literalHost(host);
    if (literal !== undefined) {
      exchange.address = { host: literal, port };
      this.#begin(exchange);
    } else if (this.#ports.resolver === undefined) {
      this.#failLater(exchange, `cannot look up the name ${host} here`);
    } else {
      exchange.lookup = this.#ports.resolver.resolve(host, (found, failure) => {
        exchange.lookup = undefined;
        if (found === undefined) {
          this.#finish(exchange, failed(failure ?? `no address for ${host}`));
        } else {
          exchange.address = { host: found, port };
          this.#begin(exchange);
        }
      });
    }
  }

  #begin(exchange: Exchange): void {
    exchange.reusing = this.#validConnection(exchange.address) !== undefined;
    this.#send(exchange);
  }

  /** Sends what the exchange is at: the announce when a connection id is at hand, else a connect. */
  #send(exchange: Exchange): void {
    const connection = this.#validConnection(exchange.address);
    const step = connection === undefined ? 'connect' : 'announce';
    if (exchange.step !== step) this.#enter(exchange, step);
    const { transaction, request } = exchange;
    const bytes = encodeUdpRequest(
      connection === undefined
        ? { kind: 'connect', transaction }
        : {
            kind: 'announce',
            transaction,
            connectionId: connection.id,
            announce: request.announce,
            urlData: request.parsed.target === '/' ? '' : request.parsed.target,
          },
      this.#packet,
    );
    if (connection !== undefined) this.#packet = bytes;
    this.#openSocket().send(bytes, exchange.address);
    exchange.timer?.cancel();
    const atUs = this.#ports.clock.now() + exchange.waitUs;
    exchange.timer = this.#ports.clock.schedule(atUs, () => this.#repeat(exchange));
  }

  /** Another step gets another transaction id, so that a late answer to the step before cannot be taken for its own. */
  #enter(exchange: Exchange, step: Exchange['step']): void {
    this.#exchanges.delete(exchange.transaction);
    exchange.transaction = this.#drawTransaction();
    exchange.step = step;
    this.#exchanges.set(exchange.transaction, exchange);
  }

  #repeat(exchange: Exchange): void {
    const limit = exchange.request.hasAlternative ? REPETITIONS_MAX_WITH_ALTERNATIVE : REPETITIONS_MAX;
    if (exchange.repetitions < limit) {
      exchange.repetitions++;
      exchange.waitUs *= 2;
      this.#send(exchange);
    } else {
      this.#finish(exchange, failed('no answer'));
    }
  }

  #receive(bytes: Uint8Array, from: Address): void {
    const decoded = decodeUdpReply(bytes, from.host.includes(':') ? 16 : 4);
    if (!decoded.ok) return;
    const reply = decoded.value;
    const exchange = this.#exchanges.get(reply.transaction);
    if (exchange === undefined || !equalAddresses(from, exchange.address)) return;
    if (reply.kind === 'error') this.#refused(exchange, reply.message);
    else if (reply.kind === exchange.step) this.#advance(exchange, reply);
  }

  #advance(exchange: Exchange, reply: UdpReply): void {
    if (reply.kind === 'connect') {
      const nowUs = this.#ports.clock.now();
      const { address: tracker } = exchange;
      this.#drop(
        (connection) => connection.expiresUs <= nowUs || equalAddresses(connection.tracker, tracker),
      );
      const expiresUs = nowUs + CONNECTION_LIFE_US;
      this.#connections.push({ tracker, id: reply.connectionId, expiresUs });
      this.#send(exchange);
    } else if (reply.kind === 'announce') {
      const { intervalSeconds, complete, incomplete, peers } = reply;
      this.#finish(exchange, {
        kind: 'reply',
        reply: {
          intervalSeconds,
          minIntervalSeconds: undefined,
          complete,
          incomplete,
          peers,
          warning: undefined,
          trackerId: undefined,
        },
      });
    }
  }

  #refused(exchange: Exchange, message: string): void {
    // A tracker that was restarted does not know ids that it gave before: worth one more connect.
    if (exchange.step === 'announce' && exchange.reusing) {
      exchange.reusing = false;
      this.#drop(({ tracker }) => equalAddresses(tracker, exchange.address));
      this.#send(exchange);
    } else {
      this.#finish(exchange, failed(`the tracker refuses: ${message}`));
    }
  }

  #validConnection(address: Address): Connection | undefined {
    const connection = this.#connections.find(({ tracker }) => equalAddresses(tracker, address));
    return connection !== undefined && this.#ports.clock.now() < connection.expiresUs
      ? connection
      : undefined;
  }

  #drop(isOver: (connection: Connection) => boolean): void {
    this.#connections = this.#connections.filter((connection) => !isOver(connection));
  }

  #drawTransaction(): number {
    for (;;) {
      const transaction = this.#ports.random.uint32();
      if (!this.#exchanges.has(transaction)) return transaction;
    }
  }

  #openSocket(): DatagramSocket {
    this.#socket ??= this.#ports.network.bindDatagrams(0, {
      onBound: () => {},
      onDatagram: (bytes, from) => this.#receive(bytes, from),
      onDatagramError: (message) => this.#socketFailed(message),
    });
    return this.#socket;
  }

  #socketFailed(message: string): void {
    this.#socket = undefined;
    for (const exchange of [...this.#exchanges.values()]) this.#finish(exchange, failed(message));
  }

  #failLater(exchange: Exchange, message: string): void {
    const { clock } = this.#ports;
    exchange.timer = clock.schedule(clock.now(), () => this.#finish(exchange, failed(message)));
  }

  #finish(exchange: Exchange, outcome: TrackerOutcome): void {
    this.#forget(exchange);
    exchange.done(outcome);
  }

  #forget(exchange: Exchange): void {
    exchange.timer?.cancel();
    exchange.lookup?.cancel();
    // Its number may have been drawn anew for another exchange once this one had ended.
    if (this.#exchanges.get(exchange.transaction) === exchange) {
      this.#exchanges.delete(exchange.transaction);
    }
  }
}
