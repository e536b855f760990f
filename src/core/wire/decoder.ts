/**
 * The incremental decoder of a peer's stream: bytes in any portions go in, calls of a `WireHandler` come out. The same
 * bytes give the same calls however they are cut. It knows framing and layouts only; whether a message is allowed now
 * is the handler's business. Memory is bounded by the longest message that the torrent can need, and grows only as
 * bytes really arrive; bodies of blocks go straight into buffers of the handler's choice.
 */
import type { Payload } from '../ports.ts';
import { decodeHandshake, findProtocolMismatch, type Handshake } from './handshake.ts';
import {
  BLOCK_LENGTH_MAX,
  CONTROL_LENGTH_MAX,
  HANDSHAKE_LENGTH,
  MessageId,
  PIECE_HEADER_LENGTH,
} from './protocol.ts';

export interface WireHandler {
  onHandshake(handshake: Handshake): void;
  onKeepAlive(): void;
  /** choke, unchoke, interested, not interested, have all or have none. */
  onBare(id: number): void;
  /** have, suggest or allowed fast. */
  onIndexed(id: number, piece: number): void;
  /** `bytes` is valid only during the call. */
  onBitfield(bytes: Uint8Array): void;
  /** request, cancel or reject. */
  onBlockNamed(id: number, piece: number, begin: number, length: number): void;
  /**
   * The header of a block of `length` bytes. The body follows: into the returned buffer of exactly that length, or
   * nowhere when undefined is returned.
   */
  onPieceHeader(piece: number, begin: number, length: number): Uint8Array | undefined;
  /** The body announced by the last header is complete; `payload` is undefined when it was thrown away. */
  onPieceBody(piece: number, begin: number, length: number, payload: Payload | undefined): void;
  /** An extended message (BEP 10); `body` is valid only during the call. */
  onExtended(extensionId: number, body: Uint8Array): void;
  onPort(port: number): void;
  /** A message id that we do not know, of `length` bytes; a wrong length for a known id is an error below. */
  onUnknown(id: number, length: number): void;
  /** The bytes are not the protocol. Nothing more will be decoded. */
  onWireError(message: string): void;
}

export class WireDecoder {
  readonly #handler: WireHandler;
  #controlLengthMax = CONTROL_LENGTH_MAX;
  #handshakeDone = false;
  #stopped = false;
  /** Bytes of a message that is not complete yet; the array may be longer than what is used. */
  #partial: Uint8Array = EMPTY;
  #partialLength = 0;
  #inBody = false;
  #bodyPiece = 0;
  #bodyBegin = 0;
  #bodyLength = 0;
  #bodyReceived = 0;
  #body: Uint8Array | undefined;

  constructor(handler: WireHandler) {
    this.#handler = handler;
  }

  /** Raises the bound for control messages to what a bitfield of `pieceCount` pieces needs. */
  allowBitfield(pieceCount: number): void {
    this.#controlLengthMax = Math.max(CONTROL_LENGTH_MAX, 1 + ((pieceCount + 7) >> 3));
  }

  /** Decodes nothing more; called by the handler when it gives up on the peer. */
  stop(): void {
    this.#stopped = true;
  }

  /** The buffer of a block whose body is still arriving, so that its owner can have it back. */
  takeUnfinishedBody(): Uint8Array | undefined {
    const body = this.#body;
    this.#body = undefined;
    return body;
  }

  push(bytes: Uint8Array, start: number, end: number): void {
    let offset = start;
    while (offset < end && !this.#stopped) {
      if (this.#inBody) offset = this.#pushBody(bytes, offset, end);
      else if (this.#partialLength > 0) offset = this.#pushPartial(bytes, offset, end);
      else offset = this.#pushWhole(bytes, offset, end);
    }
  }

  /** A body that travelled by reference: valid only where a whole body of that length is due. */
  pushPayload(payload: Payload): void {
    if (this.#stopped) return;
    if (!this.#inBody || this.#bodyReceived !== 0 || payload.length !== this.#bodyLength) {
      this.#fail('a block body where none of its length is due');
      return;
    }
    this.#inBody = false;
    const wanted = this.#body !== undefined;
    this.#body = undefined;
    this.#handler.onPieceBody(
      this.#bodyPiece,
      this.#bodyBegin,
      this.#bodyLength,
      wanted ? payload : undefined,
    );
  }

  /** Nothing is pending: decodes in place as long as whole messages are there, keeps the rest. */
  #pushWhole(bytes: Uint8Array, start: number, end: number): number {
    const needed = this.#neededLength(bytes, start, end);
    if (this.#stopped) return end;
    if (end - start < needed) {
      this.#keep(bytes, start, end);
      return end;
    }
    this.#decode(bytes, start, needed);
    return start + needed;
  }

  /** Completes the pending message first. */
  #pushPartial(bytes: Uint8Array, start: number, end: number): number {
    const needed = this.#neededLength(this.#partial, 0, this.#partialLength);
    if (this.#stopped) return end;
    const missing = needed - this.#partialLength;
    const taken = Math.min(missing, end - start);
    this.#keep(bytes, start, start + taken);
    const neededNow = this.#neededLength(this.#partial, 0, this.#partialLength);
    if (this.#stopped || this.#partialLength < neededNow) return start + taken;
    this.#partialLength = 0;
    this.#decode(this.#partial, 0, neededNow);
    if (this.#partial.length > 1024) this.#partial = EMPTY;
    return start + taken;
  }

  /** How many bytes from `start` must be there before anything can be decoded. Fails early on what can never be. */
  #neededLength(bytes: Uint8Array, start: number, end: number): number {
    if (!this.#handshakeDone) {
      const mismatch = findProtocolMismatch(bytes, start, end);
      if (mismatch >= 0) this.#fail(`not a BitTorrent handshake (byte ${mismatch})`);
      return HANDSHAKE_LENGTH;
    }
    const available = end - start;
    if (available < 4) return 4;
    const length = readUint32(bytes, start);
    if (length === 0) return 4;
    if (length > this.#controlLengthMax) {
      this.#fail(`message of ${length} bytes, more than any message can have here`);
      return 4;
    }
    if (available < 5) return 5;
    if (bytes[start + 4] === MessageId.piece) {
      if (length < 9) this.#fail(`piece message of ${length} bytes`);
      else if (length > 9 + BLOCK_LENGTH_MAX) this.#fail(`block of ${length - 9} bytes, never asked for`);
      return PIECE_HEADER_LENGTH;
    }
    return 4 + length;
  }

  #keep(bytes: Uint8Array, start: number, end: number): void {
    const length = this.#partialLength + end - start;
    if (length > this.#partial.length) {
      const grown = new Uint8Array(Math.max(128, length, this.#partial.length * 2));
      grown.set(this.#partial.subarray(0, this.#partialLength));
      this.#partial = grown;
    }
    this.#partial.set(bytes.subarray(start, end), this.#partialLength);
    this.#partialLength = length;
  }

  /** Decodes one complete unit: the handshake, a message, or the header of a piece message. */
  #decode(bytes: Uint8Array, start: number, total: number): void {
    if (!this.#handshakeDone) {
      const handshake = decodeHandshake(bytes, start);
      if (!handshake.ok) {
        this.#fail(handshake.error.message);
        return;
      }
      this.#handshakeDone = true;
      this.#handler.onHandshake(handshake.value);
      return;
    }
    if (total === 4) {
      this.#handler.onKeepAlive();
      return;
    }
    this.#decodeMessage(bytes, start, bytes[start + 4] as number, readUint32(bytes, start));
  }

  #decodeMessage(bytes: Uint8Array, start: number, id: number, length: number): void {
    const handler = this.#handler;
    switch (id) {
      case MessageId.have:
      case MessageId.suggest:
      case MessageId.allowedFast:
        if (length === 5) handler.onIndexed(id, readUint32(bytes, start + 5));
        else this.#failLength(id, length);
        return;
      case MessageId.request:
      case MessageId.cancel:
      case MessageId.reject:
        if (length === 13) {
          const piece = readUint32(bytes, start + 5);
          handler.onBlockNamed(id, piece, readUint32(bytes, start + 9), readUint32(bytes, start + 13));
        } else this.#failLength(id, length);
        return;
      case MessageId.piece:
        this.#beginBody(readUint32(bytes, start + 5), readUint32(bytes, start + 9), length - 9);
        return;
      case MessageId.choke:
      case MessageId.unchoke:
      case MessageId.interested:
      case MessageId.notInterested:
      case MessageId.haveAll:
      case MessageId.haveNone:
        if (length === 1) handler.onBare(id);
        else this.#failLength(id, length);
        return;
      case MessageId.bitfield:
        handler.onBitfield(bytes.subarray(start + 5, start + 4 + length));
        return;
      case MessageId.port:
        if (length === 3) handler.onPort(((bytes[start + 5] as number) << 8) | (bytes[start + 6] as number));
        else this.#failLength(id, length);
        return;
      case MessageId.extended:
        if (length >= 2) {
          handler.onExtended(bytes[start + 5] as number, bytes.subarray(start + 6, start + 4 + length));
        } else this.#failLength(id, length);
        return;
      default:
        handler.onUnknown(id, length);
    }
  }

  #beginBody(piece: number, begin: number, length: number): void {
    this.#bodyPiece = piece;
    this.#bodyBegin = begin;
    this.#bodyLength = length;
    this.#bodyReceived = 0;
    this.#body = this.#handler.onPieceHeader(piece, begin, length);
    if (this.#stopped) return;
    this.#inBody = true;
    if (length === 0) this.#endBody();
  }

  #pushBody(bytes: Uint8Array, start: number, end: number): number {
    const taken = Math.min(this.#bodyLength - this.#bodyReceived, end - start);
    if (this.#body !== undefined) this.#body.set(bytes.subarray(start, start + taken), this.#bodyReceived);
    this.#bodyReceived += taken;
    if (this.#bodyReceived === this.#bodyLength) this.#endBody();
    return start + taken;
  }

  #endBody(): void {
    const bytes = this.#body;
    this.#body = undefined;
    this.#inBody = false;
    const payload = bytes === undefined ? undefined : { length: bytes.length, bytes, reference: undefined };
    this.#handler.onPieceBody(this.#bodyPiece, this.#bodyBegin, this.#bodyLength, payload);
  }

  #failLength(id: number, length: number): void {
    this.#fail(`message ${id} with a length of ${length}`);
  }

  #fail(message: string): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#handler.onWireError(message);
  }
}

const EMPTY = new Uint8Array(0);

function readUint32(bytes: Uint8Array, offset: number): number {
  return (
    (bytes[offset] as number) * 0x1000000 +
    (((bytes[offset + 1] as number) << 16) |
      ((bytes[offset + 2] as number) << 8) |
      (bytes[offset + 3] as number))
  );
}
