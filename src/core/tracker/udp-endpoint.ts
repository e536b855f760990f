/**
 * A tracker's UDP side (BEP 15): one datagram in, at most one out. It keeps nothing per client, and nobody gets an
 * answer longer than the question before proving by a connection id that the source address is theirs.
 */
import type { Address, Clock, DatagramSocket, Network, Random } from '../ports.ts';
import { ConnectionIds } from './connection-ids.ts';
import { type AnnounceAnswer, NUMWANT_MAX, type SwarmRegistry } from './swarm-registry.ts';
import { encodeUdpReply, type UdpReply } from './udp-replies.ts';
import { decodeUdpRequest, type UdpRequest } from './udp-requests.ts';

export interface UdpEndpointPorts {
  readonly clock: Clock;
  readonly network: Network;
  readonly random: Random;
}

export interface UdpEndpointOptions {
  /** 0: any free port. */
  readonly port: number;
  readonly onBound?: (address: Address) => void;
  readonly onError?: (message: string) => void;
}

/** An IPv6 peer takes 18 bytes: no more than these fit into a datagram of 1,400 bytes, as 200 IPv4 peers do. */
const IPV6_PEERS_MAX = 76;

export class UdpTrackerEndpoint {
  readonly #clock: Clock;
  readonly #registry: SwarmRegistry;
  readonly #connectionIds: ConnectionIds;
  readonly #socket: DatagramSocket;
  /** The last packets of the commonest lengths, to be written over: the network copies what it is given. */
  #connectPacket: Uint8Array | undefined;
  #announcePacket: Uint8Array | undefined;
  /** What was announced last: most trackers hear of one torrent again and again. */
  #lastHash: Uint8Array | undefined;

  constructor(ports: UdpEndpointPorts, registry: SwarmRegistry, options: UdpEndpointOptions) {
    this.#clock = ports.clock;
    this.#registry = registry;
    this.#connectionIds = new ConnectionIds(ports);
    this.#socket = ports.network.bindDatagrams(options.port, {
      onBound: (address) => options.onBound?.(address),
      onDatagram: (bytes, from) => this.#receive(bytes, from),
      onDatagramError: (message) => options.onError?.(message),
    });
  }

  close(): void {
    this.#socket.close();
  }

  #receive(bytes: Uint8Array, from: Address): void {
    const request = decodeUdpRequest(bytes, this.#lastHash);
    // Silence towards what is no request: the sender may be a victim whose address somebody borrowed.
    if (!request.ok) return;
    const reply = this.#answer(request.value, from);
    if (reply.kind === 'connect') {
      this.#connectPacket = encodeUdpReply(reply, this.#connectPacket);
      this.#socket.send(this.#connectPacket, from);
    } else {
      this.#announcePacket = encodeUdpReply(reply, this.#announcePacket);
      this.#socket.send(this.#announcePacket, from);
    }
  }

  #answer(request: UdpRequest, from: Address): UdpReply {
    const nowUs = this.#clock.now();
    const { transaction } = request;
    if (request.kind === 'connect') {
      return { kind: 'connect', transaction, connectionId: this.#connectionIds.issue(from, nowUs) };
    }
    if (!this.#connectionIds.accepts(request.connectionId, from, nowUs)) {
      return { kind: 'error', transaction, message: 'bad connection' };
    }
    if (request.kind === 'scrape') {
      const counts = this.#registry.scrape(request.infoHashes, nowUs);
      const unknown = { complete: 0, downloaded: 0, incomplete: 0 };
      return { kind: 'scrape', transaction, counts: counts.map((entry) => entry ?? unknown) };
    }
    this.#lastHash = request.announce.infoHash;
    const peersMax = from.host.includes(':') ? IPV6_PEERS_MAX : NUMWANT_MAX;
    const answer = this.#registry.announce(request.announce, from, nowUs, { peersMax, bothFamilies: false });
    if (!answer.ok) return { kind: 'error', transaction, message: answer.error.message };
    return announceReply(transaction, answer.value);
  }
}

function announceReply(transaction: number, answer: AnnounceAnswer): UdpReply {
  return {
    kind: 'announce',
    transaction,
    intervalSeconds: answer.intervalSeconds,
    incomplete: answer.incomplete,
    complete: answer.complete,
    peers: answer.peers.map((peer) => peer.contact),
  };
}
