/** UDP of the real machine as the engine's `DatagramSocket`: whatever cannot be sent is lost, as datagrams may be. */
import { createSocket, type Socket } from 'node:dgram';
import type { Address, DatagramHandler, DatagramSocket } from '../core/ports.ts';
import { canonicalAddress, errorCode, isDialable } from './node-address.ts';
import { plainCopy, plainView } from './plain-bytes.ts';

/** Datagrams held while the socket is being bound; more are lost. */
const EARLY_MAX = 64;

export class NodeDatagrams implements DatagramSocket {
  readonly #socket: Socket;
  readonly #ipv6: boolean;
  #early: { bytes: Uint8Array; to: Address }[] | undefined = [];
  #over = false;

  constructor(localHost: string | undefined, port: number, handler: DatagramHandler) {
    this.#ipv6 = localHost?.includes(':') ?? false;
    this.#socket = createSocket(this.#ipv6 ? { type: 'udp6', ipv6Only: true } : { type: 'udp4' });
    this.#socket.on('error', (error) => {
      if (this.#over) return;
      this.#end();
      handler.onDatagramError(`cannot use datagram port ${port}: ${errorCode(error)}`);
    });
    this.#socket.on('message', (bytes, from) => {
      if (!this.#over) handler.onDatagram(plainView(bytes), canonicalAddress(from.address, from.port));
    });
    this.#socket.bind({ port, ...(localHost === undefined ? {} : { address: localHost }) }, () => {
      if (this.#over) return;
      const bound = this.#socket.address();
      const early = this.#early ?? [];
      this.#early = undefined;
      handler.onBound(canonicalAddress(bound.address, bound.port));
      for (const { bytes, to } of early) this.#transmit(bytes, to);
    });
  }

  send(bytes: Uint8Array, to: Address): void {
    if (this.#over || !isDialable(to) || to.host.includes(':') !== this.#ipv6) return;
    const copy = plainCopy(bytes);
    if (this.#early === undefined) this.#transmit(copy, to);
    else if (this.#early.length < EARLY_MAX) this.#early.push({ bytes: copy, to });
  }

  close(): void {
    if (!this.#over) this.#end();
  }

  #transmit(bytes: Uint8Array, to: Address): void {
    // A failure (too long, no route, no buffers) is a lost datagram; without a callback it would be an error event.
    if (!this.#over) this.#socket.send(bytes, to.port, to.host, () => undefined);
  }

  #end(): void {
    this.#over = true;
    this.#early = undefined;
    try {
      this.#socket.close();
    } catch {
      // A socket that failed to bind may have closed itself.
    }
  }
}
