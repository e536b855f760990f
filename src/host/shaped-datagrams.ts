/**
 * Datagrams on a shaped line: they leave at the uplink's rate, arrive after the latency at the downlink's rate, and are
 * lost when more than the queue holds waits in front of either.
 */
import type { Address, DatagramHandler, DatagramSocket, Network } from '../core/ports.ts';
import type { Flow } from './fair-line.ts';
import { plainCopy } from './plain-bytes.ts';
import type { ShapedLine } from './shaped-stream.ts';

interface Datagram {
  readonly bytes: Uint8Array;
  /** To whom, or from whom. */
  readonly address: Address;
}

/** A queue in front of one direction, bounded in bytes. */
class DatagramFlow implements Flow {
  readonly #queueBytes: number;
  readonly #deliver: (datagram: Datagram) => void;
  readonly #queue: Datagram[] = [];
  #bytes = 0;

  constructor(queueBytes: number, deliver: (datagram: Datagram) => void) {
    this.#queueBytes = queueBytes;
    this.#deliver = deliver;
  }

  /** False: no room, the datagram is lost. */
  push(datagram: Datagram): boolean {
    if (this.#bytes + datagram.bytes.length > this.#queueBytes) return false;
    this.#queue.push(datagram);
    this.#bytes += datagram.bytes.length;
    return true;
  }

  pass(): number {
    const datagram = this.#queue.shift();
    if (datagram === undefined) return 0;
    this.#bytes -= datagram.bytes.length;
    this.#deliver(datagram);
    return Math.max(1, datagram.bytes.length);
  }
}

/** Datagrams that wait for a held way; further ones are lost. */
const HELD_MAX = 4096;

export interface ShapedDatagramSocket extends DatagramSocket {
  /** Passages are other ones: what was held may arrive. */
  waysChanged(): void;
}

export function bindShapedDatagrams(
  inner: Network,
  line: ShapedLine,
  queueBytes: number,
  port: number,
  handler: DatagramHandler,
): ShapedDatagramSocket {
  let closed = false;
  const incoming = new DatagramFlow(queueBytes, ({ bytes, address }) => {
    if (!closed) handler.onDatagram(bytes, address);
  });
  const outgoing = new DatagramFlow(queueBytes, ({ bytes, address }) => {
    if (!closed) socket.send(bytes, address);
  });
  const socket = inner.bindDatagrams(port, {
    onBound: (address) => handler.onBound(address),
    onDatagram(received, address) {
      const bytes = plainCopy(received);
      const { ways, draw, clock } = line;
      const jitterUs = ways.jitterUs?.(address.host) ?? 0;
      const delayUs = ways.latencyUs(address.host) + Math.round(draw() * jitterUs);
      clock.schedule(clock.now() + delayUs, () => arrive({ bytes, address }));
    },
    onDatagramError(message) {
      closed = true;
      handler.onDatagramError(message);
    },
  });
  const held: Datagram[] = [];
  const arrive = (datagram: Datagram): void => {
    if (closed) return;
    const passage = line.ways.passageFrom?.(datagram.address.host) ?? 'open';
    if (passage === 'held' && held.length < HELD_MAX) held.push(datagram);
    if (passage === 'open' && incoming.push(datagram)) line.down.join(incoming);
  };
  return {
    waysChanged() {
      for (const datagram of held.splice(0)) arrive(datagram);
    },
    send(bytes, address) {
      if (!closed && outgoing.push({ bytes: plainCopy(bytes), address })) line.up.join(outgoing);
    },
    close() {
      closed = true;
      socket.close();
    },
  };
}
