/**
 * Announces and scrapes over UDP (BEP 15): connect, ask, patience. Invariant: an answer counts only when its transaction id
 * was drawn for a request under way, it came from the address asked, and its action fits the step; everything else is
 * ignored, so that nobody off the path can answer or fail an announce. One socket serves every tracker of a family.
 */
import { equalAddresses } from '../address.ts';
import type { Address, Clock, DatagramSocket, Microseconds, Network, Random } from '../ports.ts';
import { literalHost, type Resolver } from './resolver.ts';
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
import { Exchange, type ExchangeOwner, type Question } from './udp-exchange.ts';
import { decodeUdpReply, type UdpReply } from './udp-replies.ts';
import { encodeUdpRequest } from './udp-requests.ts';
import type { Wide } from './wide-integers.ts';

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

/** The connection id that a tracker gave last. */
interface Connection {
  readonly tracker: Address;
  high: number;
  low: number;
  expiresUs: Microseconds;
}

export class UdpTrackerClient implements TrackerClient, ExchangeOwner {
  readonly #clock: Clock;
  readonly #network: Network;
  readonly #ipv6Network: Network | undefined;
  readonly #random: Random;
  readonly #resolver: Resolver | undefined;
  /** A few: no more than there are trackers to be asked, and as many to be told that we leave. */
  readonly #exchanges: Exchange[] = [];
  /** One for each tracker; expired ones go when another comes. */
  #connections: Connection[] = [];
  #socket: DatagramSocket | undefined;
  #ipv6Socket: DatagramSocket | undefined;
  /** The last connect and the last announce, to be written over: the network copies what it is given. */
  #connectPacket: Uint8Array | undefined;
  #announcePacket: Uint8Array | undefined;
  /** The last tracker that was named by a literal address: the name, and what it stands for. */
  #literal: { readonly name: string; readonly address: Address } | undefined;

  constructor({ clock, network, ipv6Network, random, resolver }: UdpTrackerClientPorts) {
    this.#clock = clock;
    this.#network = network;
    this.#ipv6Network = ipv6Network;
    this.#random = random;
    this.#resolver = resolver;
  }

  announce(request: TrackerCallRequest, done: (outcome: TrackerOutcome) => void): TrackerCall {
    return this.#ask({ kind: 'announce', request, done });
  }

  scrape(request: ScrapeCallRequest, done: (outcome: ScrapeOutcome) => void): TrackerCall {
    return this.#ask({ kind: 'scrape', request, done });
  }

  close(): void {
    for (const exchange of [...this.#exchanges]) this.forget(exchange);
    this.#socket?.close();
    this.#socket = undefined;
    this.#ipv6Socket?.close();
    this.#ipv6Socket = undefined;
  }

  #ask(question: Question): TrackerCall {
    const { host, port } = question.request.parsed;
    const literal = port === undefined ? undefined : this.#literalOf(host, port);
    const address = literal ?? { host, port: port ?? 0 };
    const exchange = new Exchange(this, question, address, this.#drawTransaction());
    this.#exchanges.push(exchange);
    if (port === undefined) this.#failLater(exchange, 'a UDP tracker needs a port');
    else if (literal !== undefined) this.#begin(exchange);
    else this.#locate(exchange, host, port);
    return exchange;
  }

  #literalOf(name: string, port: number): Address | undefined {
    if (this.#literal?.name === name && this.#literal.address.port === port) return this.#literal.address;
    const host = literalHost(name);
    if (host === undefined) return undefined;
    this.#literal = { name, address: { host, port } };
    return this.#literal.address;
  }

  #locate(exchange: Exchange, host: string, port: number): void {
    if (this.#resolver === undefined) {
      this.#failLater(exchange, `cannot look up the name ${host} here`);
      return;
    }
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
    exchange.lookup = this.#resolver.resolve(host, onFound, family);
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
        ? this.#encodeConnect(exchange.transaction)
        : this.#encode(exchange.question, exchange.transaction, connection);
    this.#openSocket(exchange.address).send(bytes, exchange.address);
    exchange.deadlineUs = this.#clock.now() + exchange.waitUs;
    exchange.timer ??= this.#clock.schedule(exchange.deadlineUs, exchange.onTimer);
  }

  #encodeConnect(transaction: number): Uint8Array {
    this.#connectPacket = encodeUdpRequest({ kind: 'connect', transaction }, this.#connectPacket);
    return this.#connectPacket;
  }

  #encode(question: Question, transaction: number, connectionId: Wide): Uint8Array {
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
    this.#announcePacket = encodeUdpRequest(request, this.#announcePacket);
    return this.#announcePacket;
  }

  /** Another step gets another transaction id, so that a late answer to the step before cannot be taken for its own. */
  #enter(exchange: Exchange, step: Exchange['step']): void {
    this.#strike(exchange);
    exchange.transaction = this.#drawTransaction();
    exchange.step = step;
    this.#exchanges.push(exchange);
  }

  waited(exchange: Exchange): void {
    exchange.timer = undefined;
    if (this.#clock.now() < exchange.deadlineUs) {
      exchange.timer = this.#clock.schedule(exchange.deadlineUs, exchange.onTimer);
      return;
    }
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
    const exchange = this.#underWay(reply.transaction);
    if (exchange === undefined || !equalAddresses(from, exchange.address)) return;
    if (reply.kind === 'error') this.#refused(exchange, reply.message);
    else if (reply.kind === exchange.step) this.#advance(exchange, reply);
  }

  #advance(exchange: Exchange, reply: UdpReply): void {
    if (reply.kind === 'connect') {
      this.#connected(exchange.address, reply.connectionId);
      this.#send(exchange);
      return;
    }
    const { question } = exchange;
    if (reply.kind === 'announce' && question.kind === 'announce') {
      const { intervalSeconds, complete, incomplete, peers } = reply;
      this.forget(exchange);
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
      this.forget(exchange);
      question.done({ kind: 'counts', counts: infoHashes.map((_, index) => reply.counts[index]) });
    }
  }

  #connected(tracker: Address, { high, low }: Wide): void {
    const nowUs = this.#clock.now();
    const expiresUs = nowUs + CONNECTION_LIFE_US;
    const known = this.#connectionOf(tracker);
    if (known !== undefined) {
      known.high = high;
      known.low = low;
      known.expiresUs = expiresUs;
      return;
    }
    this.#drop((connection) => connection.expiresUs <= nowUs);
    this.#connections.push({ tracker, high, low, expiresUs });
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
    const connection = this.#connectionOf(address);
    return connection !== undefined && this.#clock.now() < connection.expiresUs ? connection : undefined;
  }

  #connectionOf(address: Address): Connection | undefined {
    for (const connection of this.#connections) {
      if (equalAddresses(connection.tracker, address)) return connection;
    }
    return undefined;
  }

  #drop(isOver: (connection: Connection) => boolean): void {
    this.#connections = this.#connections.filter((connection) => !isOver(connection));
  }

  #drawTransaction(): number {
    for (;;) {
      const transaction = this.#random.uint32();
      if (this.#underWay(transaction) === undefined) return transaction;
    }
  }

  #underWay(transaction: number): Exchange | undefined {
    for (const exchange of this.#exchanges) if (exchange.transaction === transaction) return exchange;
    return undefined;
  }

  #openSocket(to: Address): DatagramSocket {
    const isIpv6 = this.#ipv6Network !== undefined && to.host.includes(':');
    const open = isIpv6 ? this.#ipv6Socket : this.#socket;
    return open ?? this.#bind(isIpv6);
  }

  #bind(isIpv6: boolean): DatagramSocket {
    const ipv6Network = this.#ipv6Network;
    if (isIpv6 && ipv6Network !== undefined) {
      this.#ipv6Socket = ipv6Network.bindDatagrams(0, {
        onBound: () => {},
        onDatagram: (bytes, from) => this.#receive(bytes, from),
        onDatagramError: (message) => {
          this.#ipv6Socket = undefined;
          this.#failAll(message, (host) => host.includes(':'));
        },
      });
      return this.#ipv6Socket;
    }
    this.#socket = this.#network.bindDatagrams(0, {
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
    for (const exchange of [...this.#exchanges]) {
      if (concerns(exchange.address.host)) this.#fail(exchange, message);
    }
  }

  #failLater(exchange: Exchange, message: string): void {
    exchange.timer = this.#clock.schedule(this.#clock.now(), () => this.#fail(exchange, message));
  }

  #fail(exchange: Exchange, message: string): void {
    this.forget(exchange);
    const outcome: FailedOutcome = failed(message);
    exchange.question.done(outcome);
  }

  forget(exchange: Exchange): void {
    exchange.timer?.cancel();
    exchange.lookup?.cancel();
    this.#strike(exchange);
  }

  #strike(exchange: Exchange): void {
    const place = this.#exchanges.indexOf(exchange);
    if (place >= 0 && place === this.#exchanges.length - 1) this.#exchanges.pop();
    else if (place >= 0) this.#exchanges.splice(place, 1);
  }
}
