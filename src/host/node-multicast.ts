/**
 * Multicast on the local networks of the real machine: one socket for each local address, because the system has no way
 * to send to a group on all of them. What cannot be joined is left out; when nothing can, that is an error.
 */
import { createSocket, type Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import type { Address, DatagramHandler, DatagramSocket, Multicast } from '../core/ports.ts';
import { canonicalAddress, errorCode } from './node-address.ts';
import { plainCopy, plainView } from './plain-bytes.ts';

/** Local addresses that are used; a machine with more has virtual networks of no interest. */
const LOCAL_ADDRESSES_MAX = 8;

export class NodeMulticast implements Multicast {
  readonly #localHosts: readonly string[];

  /** `localHost`: the one local address to use; default: those of all networks but the loopback. */
  constructor(options: { readonly localHost?: string } = {}) {
    const { localHost } = options;
    this.#localHosts = localHost === undefined ? localAddresses() : [localHost];
  }

  join(group: Address, handler: DatagramHandler): DatagramSocket {
    const isIpv6 = group.host.includes(':');
    const locals = this.#localHosts.filter((host) => host.includes(':') === isIpv6);
    return new MulticastSockets(group, locals, handler);
  }
}

class MulticastSockets implements DatagramSocket {
  readonly #sockets = new Set<Socket>();
  #over = false;

  constructor(group: Address, locals: readonly string[], handler: DatagramHandler) {
    for (const local of locals) this.#open(group, local, handler);
    if (locals.length === 0) setImmediate(() => this.#fail(handler, 'no local network of this kind'));
  }

  send(bytes: Uint8Array, to: Address): void {
    if (this.#over) return;
    const copy = plainCopy(bytes);
    for (const socket of this.#sockets) socket.send(copy, to.port, to.host, () => undefined);
  }

  close(): void {
    this.#over = true;
    for (const socket of this.#sockets) closeQuietly(socket);
    this.#sockets.clear();
  }

  #open(group: Address, local: string, handler: DatagramHandler): void {
    const socket = createSocket({ type: local.includes(':') ? 'udp6' : 'udp4', reuseAddr: true });
    const fail = (error: unknown): void => {
      this.#sockets.delete(socket);
      closeQuietly(socket);
      if (this.#sockets.size === 0) this.#fail(handler, errorCode(error));
    };
    this.#sockets.add(socket);
    socket.on('error', fail);
    socket.on('message', (bytes, from) => {
      if (!this.#over) handler.onDatagram(plainView(bytes), canonicalAddress(from.address, from.port));
    });
    // Bound to the group, so that nothing comes in that was not sent to it.
    socket.bind({ port: group.port, address: group.host }, () => {
      if (this.#over) return;
      try {
        socket.addMembership(group.host, local);
        socket.setMulticastInterface(local);
        socket.setMulticastTTL(1);
        socket.setMulticastLoopback(true);
      } catch (error) {
        fail(error);
        return;
      }
      const bound = socket.address();
      handler.onBound(canonicalAddress(bound.address, bound.port));
    });
  }

  #fail(handler: DatagramHandler, message: string): void {
    if (this.#over) return;
    this.#over = true;
    handler.onDatagramError(`cannot join the multicast group: ${message}`);
  }
}

function localAddresses(): string[] {
  const found: string[] = [];
  for (const [name, addresses] of Object.entries(networkInterfaces())) {
    for (const { address, family, internal } of addresses ?? []) {
      if (internal) continue;
      // An IPv6 interface is named with its zone.
      found.push(family === 'IPv6' ? `${address.replace(/%.*$/, '')}%${name}` : address);
    }
  }
  return found.slice(0, LOCAL_ADDRESSES_MAX);
}

function closeQuietly(socket: Socket): void {
  try {
    socket.close();
  } catch {
    // A socket that failed may have closed itself.
  }
}
