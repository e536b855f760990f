/** UDP of the real machine as the engine's `DatagramSocket`: whatever cannot be sent is lost, as datagrams may be. */
import { createSocket, type Socket } from 'node:dgram';
import type { Address, DatagramHandler, DatagramSocket } from '../core/ports.ts';
import { canonicalAddress, errorCode, isDialable } from './node-address.ts';
import { plainCopy, plainView } from './plain-bytes.ts';

/** Datagrams held while the socket is being bound; more are lost. */
const EARLY_MAX = 64;

/** Makes a socket that is bound, or says why there is none. Each is called at most once, and not inside the call. */
export type BindSocket = (bound: (socket: Socket) => void, failed: (code: string) => void) => void;

export class NodeDatagrams implements DatagramSocket {
  #socket: Socket | undefined;
  readonly #ipv6: boolean;
  #early: { bytes: Uint8Array; to: Address }[] | undefined = [];
  #over = false;

  /** `bind`: who makes the socket; default: this process. */
  constructor(
    localHost: string | undefined,
    port: number,
    handler: DatagramHandler,
    bind: BindSocket = bindHere(localHost, port),
  ) {
    this.#ipv6 = localHost?.includes(':') ?? false;
    const failed = (code: string): void => {
      if (this.#over) return;
      this.#end();
      handler.onDatagramError(`cannot use datagram port ${port}: ${code}`);
    };
    bind((socket) => {
      this.#socket = socket;
      if (this.#over) {
        this.#end();
        return;
      }
      socket.on('error', (error) => failed(errorCode(error)));
      socket.on('message', (bytes, from) => {
        if (!this.#over) handler.onDatagram(plainView(bytes), canonicalAddress(from.address, from.port));
      });
      const bound = socket.address();
      const early = this.#early ?? [];
      this.#early = undefined;
      handler.onBound(canonicalAddress(bound.address, bound.port));
      for (const { bytes, to } of early) this.#transmit(bytes, to);
    }, failed);
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
    if (!this.#over) this.#socket?.send(bytes, to.port, to.host, () => undefined);
  }

  #end(): void {
    this.#over = true;
    this.#early = undefined;
    try {
      this.#socket?.close();
    } catch {
      // A socket that failed to bind may have closed itself.
    }
  }
}

function bindHere(localHost: string | undefined, port: number): BindSocket {
  return (bound, failed) => {
    const ipv6 = localHost?.includes(':') ?? false;
    const socket = createSocket(ipv6 ? { type: 'udp6', ipv6Only: true } : { type: 'udp4' });
    const refused = (error: Error): void => {
      socket.close();
      failed(errorCode(error));
    };
    socket.once('error', refused);
    socket.bind({ port, ...(localHost === undefined ? {} : { address: localHost }) }, () => {
      socket.off('error', refused);
      bound(socket);
    });
  };
}
