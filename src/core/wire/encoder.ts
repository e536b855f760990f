/**
 * Encodes peer wire messages straight into a stream. Every method is total; the scratch array is safe to share because
 * streams copy what they are given before they return (ports.ts).
 */
import type { Payload, Stream } from '../ports.ts';
import { CONTROL_KINDS, ControlKind, MessageId, PIECE_HEADER_LENGTH } from './protocol.ts';

/** Haves that are written in one go: what fits into a TCP segment. */
const HAVES_MAX = 160;
/** Bytes of a have. */
const HAVE_LENGTH = 9;

export class WireEncoder {
  /** Bytes given to streams so far that are no payload, by message id and `ControlKind`. */
  readonly controlBytes = new Float64Array(CONTROL_KINDS);
  readonly #scratch = new Uint8Array(17);
  readonly #haves = new Uint8Array(HAVES_MAX * HAVE_LENGTH);

  /** The 68 bytes of our handshake. */
  handshake(stream: Stream, bytes: Uint8Array): void {
    this.#count(ControlKind.handshake, bytes.length);
    stream.write(bytes, 0, bytes.length);
  }

  keepAlive(stream: Stream): void {
    this.#count(ControlKind.keepAlive, 4);
    this.#scratch.fill(0, 0, 4);
    stream.write(this.#scratch, 0, 4);
  }

  /** A message without a body: choke, unchoke, interested, not interested, have all, have none. */
  bare(stream: Stream, id: number): void {
    this.#header(1, id);
    this.#count(id, 5);
    stream.write(this.#scratch, 0, 5);
  }

  /** A message whose body is one piece index: have, suggest, allowed fast. */
  indexed(stream: Stream, id: number, piece: number): void {
    this.#header(5, id);
    this.#count(id, 9);
    this.#uint32(5, piece);
    stream.write(this.#scratch, 0, 9);
  }

  /** A have for each of `pieces[from, to)`, in one go. */
  haves(stream: Stream, pieces: ArrayLike<number>, from: number, to: number): void {
    const bytes = this.#haves;
    for (let first = from; first < to; first += HAVES_MAX) {
      const end = Math.min(to, first + HAVES_MAX);
      let at = 0;
      for (let index = first; index < end; index++, at += HAVE_LENGTH) {
        writeUint32(bytes, at, HAVE_LENGTH - 4);
        bytes[at + 4] = MessageId.have;
        writeUint32(bytes, at + 5, pieces[index] as number);
      }
      this.#count(MessageId.have, at);
      stream.write(bytes, 0, at);
    }
  }

  /** A message whose body names a block: request, cancel, reject. */
  block(stream: Stream, id: number, piece: number, begin: number, length: number): void {
    this.#header(13, id);
    this.#count(id, 17);
    this.#uint32(5, piece);
    this.#uint32(9, begin);
    this.#uint32(13, length);
    stream.write(this.#scratch, 0, 17);
  }

  piece(stream: Stream, piece: number, begin: number, payload: Payload): void {
    this.#header(9 + payload.length, MessageId.piece);
    this.#count(MessageId.piece, PIECE_HEADER_LENGTH);
    this.#uint32(5, piece);
    this.#uint32(9, begin);
    stream.write(this.#scratch, 0, PIECE_HEADER_LENGTH);
    stream.writePayload(payload);
  }

  bitfield(stream: Stream, bytes: Uint8Array): void {
    this.#header(1 + bytes.length, MessageId.bitfield);
    this.#count(MessageId.bitfield, 5 + bytes.length);
    stream.write(this.#scratch, 0, 5);
    stream.write(bytes, 0, bytes.length);
  }

  /** An extension protocol message (BEP 10); `extensionId` is the receiver's number, 0 for the handshake. */
  extended(stream: Stream, extensionId: number, body: Uint8Array): void {
    this.#header(2 + body.length, MessageId.extended);
    this.#count(MessageId.extended, 6 + body.length);
    this.#scratch[5] = extensionId;
    stream.write(this.#scratch, 0, 6);
    stream.write(body, 0, body.length);
  }

  /** Our DHT node is on this UDP port (BEP 5). */
  port(stream: Stream, port: number): void {
    this.#header(3, MessageId.port);
    this.#count(MessageId.port, 7);
    this.#scratch[5] = port >> 8;
    this.#scratch[6] = port & 0xff;
    stream.write(this.#scratch, 0, 7);
  }

  #count(kind: number, bytes: number): void {
    this.controlBytes[kind] = (this.controlBytes[kind] as number) + bytes;
  }

  #header(length: number, id: number): void {
    this.#uint32(0, length);
    this.#scratch[4] = id;
  }

  #uint32(offset: number, value: number): void {
    writeUint32(this.#scratch, offset, value);
  }
}

function writeUint32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 24;
  bytes[offset + 1] = (value >>> 16) & 0xff;
  bytes[offset + 2] = (value >>> 8) & 0xff;
  bytes[offset + 3] = value & 0xff;
}
