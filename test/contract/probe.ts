/** A stream handler that remembers everything, and the way to a pair of connected ones. */
import type { Address, Network, Payload, Stream, StreamEnd, StreamHandler } from '../../src/core/ports.ts';
import type { World } from './world.ts';

export class Probe implements StreamHandler {
  stream: Stream | undefined;
  opened = 0;
  writable = 0;
  receivedBytes = 0;
  readonly ends: StreamEnd[] = [];
  /** Bytes (copied) and payloads in order of arrival. */
  readonly arrivals: (Uint8Array | Payload)[] = [];
  /** Extra reactions of a test. */
  readonly on: { -readonly [K in keyof StreamHandler]?: StreamHandler[K] };

  constructor(on: Partial<StreamHandler> = {}) {
    this.on = on;
  }

  onOpen(): void {
    this.opened++;
    this.on.onOpen?.();
  }

  onBytes(bytes: Uint8Array, start: number, end: number): void {
    this.receivedBytes += end - start;
    this.arrivals.push(bytes.slice(start, end));
    this.on.onBytes?.(bytes, start, end);
  }

  onPayload(payload: Payload): void {
    this.receivedBytes += payload.length;
    this.arrivals.push(payload);
    this.on.onPayload?.(payload);
  }

  onWritable(): void {
    this.writable++;
    this.on.onWritable?.();
  }

  onClose(end: StreamEnd): void {
    this.ends.push(end);
    this.on.onClose?.(end);
  }

  /** Everything received, as one array; payloads by reference are not allowed here. */
  bytes(): Uint8Array {
    const all = new Uint8Array(this.receivedBytes);
    let offset = 0;
    for (const arrival of this.arrivals) {
      const bytes = arrival instanceof Uint8Array ? arrival : arrival.bytes;
      if (bytes === undefined) throw new Error('a payload without bytes arrived');
      all.set(bytes, offset);
      offset += bytes.length;
    }
    return all;
  }
}

export interface Pair {
  /** The dialling end. */
  readonly left: Stream;
  readonly leftProbe: Probe;
  /** The accepted end. */
  readonly right: Stream;
  readonly rightProbe: Probe;
}

export interface Listening {
  readonly address: Address;
  close(): void;
}

/** Listens on a free port and waits until it does. `accept` decides about every stream that comes in. */
export async function listenOn(
  network: Network,
  world: World,
  accept: (stream: Stream) => StreamHandler | undefined,
  port = 0,
): Promise<Listening> {
  let address: Address | undefined;
  let message: string | undefined;
  const listener = network.listen(port, {
    onListening(bound) {
      address = bound;
    },
    onAccept: accept,
    onListenError(text) {
      message = text;
    },
  });
  await world.until(() => address !== undefined || message !== undefined);
  if (address === undefined) throw new Error(`cannot listen: ${message}`);
  return { address, close: () => listener.close() };
}

/** A stream from `dialling` to `accepting`, open at both ends. */
export async function connectPair(
  dialling: Network,
  accepting: Network,
  world: World,
  left: Partial<StreamHandler> = {},
  right: Partial<StreamHandler> = {},
): Promise<Pair> {
  const leftProbe = new Probe(left);
  const rightProbe = new Probe(right);
  const listening = await listenOn(accepting, world, (stream) => {
    rightProbe.stream = stream;
    return rightProbe;
  });
  leftProbe.stream = dialling.dial(listening.address, leftProbe);
  await world.until(() => leftProbe.opened > 0 && rightProbe.stream !== undefined);
  listening.close();
  return { left: leftProbe.stream, leftProbe, right: rightProbe.stream as Stream, rightProbe };
}
