/**
 * Counts what passes between simulated machines, by the message's number on the wire (BEP 3, 6, 10): framing alone is
 * looked at, on its way into a stream and out of it. It stands in front of the network port of a machine, so the engine
 * knows nothing of it, and runs without it have none of its cost.
 */
import type {
  Address,
  DatagramHandler,
  DatagramSocket,
  Listener,
  ListenHandler,
  Network,
  Payload,
  Stream,
  StreamEnd,
  StreamHandler,
} from '../../core/ports.ts';
import { HANDSHAKE_LENGTH, MessageId } from '../../core/wire/protocol.ts';

export interface MessageCount {
  /** The BEPs' name. */
  readonly message: string;
  /** The number on the wire; undefined for what is no message of a peer. */
  readonly id: number | undefined;
  readonly sent: number;
  readonly received: number;
  /** Length prefixes and bodies of blocks included. */
  readonly sentBytes: number;
}

/** Below these, the message ids. */
const IDS = 256;
const KEEP_ALIVE = IDS;
const HANDSHAKE = IDS + 1;
const DATAGRAM = IDS + 2;
/** Streams that carry something else: HTTP. */
const OTHER_STREAM = IDS + 3;
const OTHERS: readonly string[] = ['keep-alive', 'handshake', '(datagram)', '(stream of HTTP)'];
/** The first byte of a handshake: the length of "BitTorrent protocol". */
const FIRST_BYTE = 19;

export class MessageTally {
  readonly sent = new Float64Array(IDS + OTHERS.length);
  readonly received = new Float64Array(IDS + OTHERS.length);
  readonly sentBytes = new Float64Array(IDS + OTHERS.length);

  /** The same port, with somebody who counts in front. */
  watch(network: Network): Network {
    return new TalliedNetwork(network, this);
  }

  /** Blocks that arrived. */
  get blocks(): number {
    return this.received[MessageId.piece] as number;
  }

  /** What was counted, the most frequent first. */
  get counts(): MessageCount[] {
    const names = new Map<number, string>(
      Object.entries(MessageId).map(([name, id]) => [
        id,
        name.replace(/[A-Z]/g, (at) => ` ${at.toLowerCase()}`),
      ]),
    );
    for (const [index, name] of OTHERS.entries()) names.set(IDS + index, name);
    const counts: MessageCount[] = [];
    for (let at = 0; at < this.sent.length; at++) {
      const [sent, received, sentBytes] = [this.sent[at], this.received[at], this.sentBytes[at]] as [
        number,
        number,
        number,
      ];
      if (sent + received === 0) continue;
      const message = names.get(at) ?? `unknown (${at})`;
      counts.push({ message, id: at < IDS ? at : undefined, sent, received, sentBytes });
    }
    return counts.sort((left, right) => right.sent - left.sent);
  }
}

/** Finds the messages in one direction of a stream, whatever the portions. */
class Frames {
  readonly #counts: Float64Array;
  readonly #bytes: Float64Array | undefined;
  #kind: 'new' | 'peer' | 'other' = 'new';
  #skip = 0;
  /** Bytes of the length prefix that are there, and their value. */
  #gathered = 0;
  #length = 0;

  constructor(counts: Float64Array, bytes: Float64Array | undefined) {
    this.#counts = counts;
    this.#bytes = bytes;
  }

  push(bytes: Uint8Array, start: number, end: number): void {
    if (start === end) return;
    if (this.#kind === 'new') this.#begin(bytes[start] as number);
    if (this.#kind === 'other') {
      if (this.#bytes !== undefined)
        this.#bytes[OTHER_STREAM] = (this.#bytes[OTHER_STREAM] as number) + end - start;
      return;
    }
    let at = start;
    while (at < end) {
      if (this.#skip > 0) {
        const passed = Math.min(this.#skip, end - at);
        this.#skip -= passed;
        at += passed;
      } else if (this.#gathered < 4) {
        this.#length = this.#length * 256 + (bytes[at++] as number);
        if (++this.#gathered === 4 && this.#length === 0) this.#count(KEEP_ALIVE, 4, 0);
      } else this.#count(bytes[at++] as number, 4 + this.#length, this.#length - 1);
    }
  }

  /** The body of a block that travels by reference. */
  pushPayload(length: number): void {
    this.#skip -= length;
  }

  #begin(first: number): void {
    this.#kind = first === FIRST_BYTE ? 'peer' : 'other';
    if (this.#kind === 'peer') this.#count(HANDSHAKE, HANDSHAKE_LENGTH, HANDSHAKE_LENGTH);
    else this.#count(OTHER_STREAM, 0, 0);
  }

  #count(what: number, length: number, skip: number): void {
    this.#counts[what] = (this.#counts[what] as number) + 1;
    if (this.#bytes !== undefined) this.#bytes[what] = (this.#bytes[what] as number) + length;
    this.#skip = skip;
    this.#gathered = 0;
    this.#length = 0;
  }
}

class TalliedNetwork implements Network {
  readonly #network: Network;
  readonly #tally: MessageTally;

  constructor(network: Network, tally: MessageTally) {
    this.#network = network;
    this.#tally = tally;
  }

  listen(port: number, handler: ListenHandler): Listener {
    return this.#network.listen(port, {
      onListening: (address) => handler.onListening(address),
      onListenError: (message) => handler.onListenError(message),
      onAccept: (stream) => {
        const inner = handler.onAccept(new TalliedStream(stream, this.#tally));
        return inner === undefined ? undefined : new TalliedHandler(inner, this.#tally);
      },
    });
  }

  dial(to: Address, handler: StreamHandler): Stream {
    return new TalliedStream(this.#network.dial(to, new TalliedHandler(handler, this.#tally)), this.#tally);
  }

  bindDatagrams(port: number, handler: DatagramHandler): DatagramSocket {
    const { sent, sentBytes, received } = this.#tally;
    const socket = this.#network.bindDatagrams(port, {
      onBound: (address) => handler.onBound(address),
      onDatagram: (bytes, from) => {
        received[DATAGRAM] = (received[DATAGRAM] as number) + 1;
        handler.onDatagram(bytes, from);
      },
      onDatagramError: (message) => handler.onDatagramError(message),
    });
    return {
      send: (bytes, to) => {
        sent[DATAGRAM] = (sent[DATAGRAM] as number) + 1;
        sentBytes[DATAGRAM] = (sentBytes[DATAGRAM] as number) + bytes.length;
        socket.send(bytes, to);
      },
      close: () => socket.close(),
    };
  }
}

class TalliedStream implements Stream {
  readonly #stream: Stream;
  readonly #frames: Frames;

  constructor(stream: Stream, tally: MessageTally) {
    this.#stream = stream;
    this.#frames = new Frames(tally.sent, tally.sentBytes);
  }

  get remote(): Address {
    return this.#stream.remote;
  }

  write(bytes: Uint8Array, start: number, end: number): void {
    this.#frames.push(bytes, start, end);
    this.#stream.write(bytes, start, end);
  }

  writePayload(payload: Payload): void {
    this.#frames.pushPayload(payload.length);
    this.#stream.writePayload(payload);
  }

  unsentBytes(): number {
    return this.#stream.unsentBytes();
  }

  notifyWhenWritable(lowWaterBytes: number): void {
    this.#stream.notifyWhenWritable(lowWaterBytes);
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  close(): void {
    this.#stream.close();
  }

  reset(): void {
    this.#stream.reset();
  }
}

class TalliedHandler implements StreamHandler {
  readonly #handler: StreamHandler;
  readonly #frames: Frames;

  constructor(handler: StreamHandler, tally: MessageTally) {
    this.#handler = handler;
    this.#frames = new Frames(tally.received, undefined);
  }

  onOpen(): void {
    this.#handler.onOpen();
  }

  onBytes(bytes: Uint8Array, start: number, end: number): void {
    this.#frames.push(bytes, start, end);
    this.#handler.onBytes(bytes, start, end);
  }

  onPayload(payload: Payload): void {
    this.#frames.pushPayload(payload.length);
    this.#handler.onPayload(payload);
  }

  onWritable(): void {
    this.#handler.onWritable();
  }

  onClose(end: StreamEnd): void {
    this.#handler.onClose(end);
  }
}
