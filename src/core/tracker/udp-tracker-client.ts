/**
 * Announces and scrapes over UDP (BEP 15): connect, ask, patience. Invariant: an answer counts only when its transaction id
 * was drawn for a request under way, it came from the address asked, and its action fits the step; everything else is
 * ignored, so that nobody off the path can answer or fail an announce. One socket serves every tracker of a family.
 */
import { equalAddresses } from '../address.ts';
import type { Address, Clock, DatagramSocket, Microseconds, Network, Random, Timer } from '../ports.ts';
import { literalHost, type Resolver, type ResolverCall } from './resolver.ts';
import {
  type FailedOutcome,
  failed,
  type ScrapeCallRequest,
  type ScrapeOutcome,
  type TrackerCall,
  type TrackerCallRequest,
  type TrackerClient,
  type TrackerOutcome,
  type TrackerQuery,
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
  /** The way to IPv6 trackers, where `network` is for IPv4 alone. */
  readonly ipv6Network?: Network | undefined;
  readonly random: Random;
  readonly resolver: Resolver | undefined;
}

interface Connection {
  readonly tracker: Address;
  readonly id: bigint;
  readonly expiresUs: Microseconds;
}

/** What is to be asked once there is a connection id. */
type Question =
  | {
      readonly kind: 'announce';
      readonly request: TrackerCallRequest;
      readonly done: (outcome: TrackerOutcome) => void;
    }
  | {
      readonly kind: 'scrape';
      readonly request: ScrapeCallRequest;
      readonly done: (outcome: ScrapeOutcome) => void;
    };

interface Exchange {
  readonly question: Question;
  address: Address;
  step: 'connect' | Question['kind'];
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
  #ipv6Socket: DatagramSocket | undefined;
  /** The last announce, to be written over: the network copies what it is given. */
  #packet: Uint8Array | undefined;

  constructor(ports: UdpTrackerClientPorts) {
    this.#ports = ports;
  }

  announce(request: TrackerCallRequest, done: (outcome: TrackerOutcome) => void): TrackerCall {
    return this.#ask({ kind: 'announce', request, done });
  }

  scrape(request: ScrapeCallRequest, done: (outcome: ScrapeOutcome) => void): TrackerCall {
    return this.#ask({ kind: 'scrape', request, done });
  }

  close(): void {
    for (const exchange of [...this.#exchanges.values()]) this.#forget(exchange);
    this.#socket?.close();
    this.#socket = undefined;
    this.#ipv6Socket?.close();
    this.#ipv6Socket = undefined;
  }

  #ask(question: Question): TrackerCall {
    const { host, port } = question.request.parsed;
    const exchange: Exchange = {
      question,
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

  #locate(exchange: Exchange, host: string, port: number): void {
    const literal = literalHost(host);
    if (literal !== undefined) {
      exchange.address = { host: literal, port };
      this.#begin(exchange);
    } else if (this.#ports.resolver === undefined) {
      this.#failLater(exchange, `cannot look up the name ${host} here`);
    } else {
      const onFound = (found: string | undefined, failure: string | undefined): void => {
        exchange.lookup = undefined;
        if (found === undefined) {
          this.#fail(exchange, failure ?? `no address for ${host}`);
        } else {
          exchange.address = { host: found, port };
          this.#begin(exchange);
        }
      };
      const { question } = exchange;
      const family = question.kind === 'announce' ? question.request.family : undefined;
      exchange.lookup = this.#ports.resolver.resolve(host, onFound, family);
    }
  }

  #begin(exchange: Exchange): void {
    exchange.reusing = this.#validConnection(exchange.address) !== undefined;
    this.#send(exchange);
  }

  /** Sends what the exchange is at: the question when a connection id is at hand, else a connect. */
  #send(exchange: Exchange): void {
    const connection = this.#validConnection(exchange.address);
    const step = connection === undefined ? 'connect' : exchange.question.kind;
    if (exchange.step !== step) this.#enter(exchange, step);
    const bytes =
      connection === undefined
        ? encodeUdpRequest({ kind: 'connect', transaction: exchange.transaction })
        : this.#encode(exchange.question, exchange.transaction, connection.id);
    this.#openSocket(exchange.address).send(bytes, exchange.address);
    exchange.timer?.cancel();
    const atUs = this.#ports.clock.now() + exchange.waitUs;
    exchange.timer = this.#ports.clock.schedule(atUs, () => this.#repeat(exchange));
  }

  #encode(question: Question, transaction: number, connectionId: bigint): Uint8Array {
    if (question.kind === 'scrape') {
      return encodeUdpRequest({
        kind: 'scrape',
        transaction,
        connectionId,
        infoHashes: question.request.infoHashes,
      });
    }
    const { announce, parsed } = question.request;
    const urlData = parsed.target === '/' ? '' : parsed.target;
    const request = { kind: 'announce', transaction, connectionId, announce, urlData } as const;
    this.#packet = encodeUdpRequest(request, this.#packet);
    return this.#packet;
  }

  /** Another step gets another transaction id, so that a late answer to the step before cannot be taken for its own. */
  #enter(exchange: Exchange, step: Exchange['step']): void {
    this.#exchanges.delete(exchange.transaction);
    exchange.transaction = this.#drawTransaction();
    exchange.step = step;
    this.#exchanges.set(exchange.transaction, exchange);
  }

  #repeat(exchange: Exchange): void {
    const { hasAlternative }: TrackerQuery = exchange.question.request;
    const limit = hasAlternative ? REPETITIONS_MAX_WITH_ALTERNATIVE : REPETITIONS_MAX;
    if (exchange.repetitions < limit) {
      exchange.repetitions++;
      exchange.waitUs *= 2;
      this.#send(exchange);
    } else {
      this.#fail(exchange, 'no answer');
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
      return;
    }
    const { question } = exchange;
    if (reply.kind === 'announce' && question.kind === 'announce') {
      const { intervalSeconds, complete, incomplete, peers } = reply;
      this.#forget(exchange);
      question.done({
        kind: 'reply',
        reply: {
          intervalSeconds,
          minIntervalSeconds: undefined,
          complete,
          incomplete,
          peers,
          warning: undefined,
          trackerId: undefined,
          externalIp: undefined,
          remoteHost: exchange.address.host,
        },
      });
    } else if (reply.kind === 'scrape' && question.kind === 'scrape') {
      const { infoHashes } = question.request;
      this.#forget(exchange);
      question.done({ kind: 'counts', counts: infoHashes.map((_, index) => reply.counts[index]) });
    }
  }

  #refused(exchange: Exchange, message: string): void {
    // A tracker that was restarted does not know ids that it gave before: worth one more connect.
    if (exchange.step !== 'connect' && exchange.reusing) {
      exchange.reusing = false;
      this.#drop(({ tracker }) => equalAddresses(tracker, exchange.address));
      this.#send(exchange);
    } else {
      this.#fail(exchange, `the tracker refuses: ${message}`);
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

  #openSocket(to: Address): DatagramSocket {
    const { network, ipv6Network } = this.#ports;
    if (ipv6Network !== undefined && to.host.includes(':')) {
      this.#ipv6Socket ??= ipv6Network.bindDatagrams(0, {
        onBound: () => {},
        onDatagram: (bytes, from) => this.#receive(bytes, from),
        onDatagramError: (message) => {
          this.#ipv6Socket = undefined;
          this.#failAll(message, (host) => host.includes(':'));
        },
      });
      return this.#ipv6Socket;
    }
    this.#socket ??= network.bindDatagrams(0, {
      onBound: () => {},
      onDatagram: (bytes, from) => this.#receive(bytes, from),
      onDatagramError: (message) => {
        this.#socket = undefined;
        this.#failAll(message, (host) => ipv6Network === undefined || !host.includes(':'));
      },
    });
    return this.#socket;
  }

  #failAll(message: string, concerns: (host: string) => boolean): void {
    for (const exchange of [...this.#exchanges.values()]) {
      if (concerns(exchange.address.host)) this.#fail(exchange, message);
    }
  }

  #failLater(exchange: Exchange, message: string): void {
    const { clock } = this.#ports;
    exchange.timer = clock.schedule(clock.now(), () => this.#fail(exchange, message));
  }

  #fail(exchange: Exchange, message: string): void {
    this.#forget(exchange);
    const outcome: FailedOutcome = failed(message);
    exchange.question.done(outcome);
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
