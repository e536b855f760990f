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
import type { UnfinishedMessage, UnfinishedMessages } from './unfinished-messages.ts';

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

/** What comes next. */
const HANDSHAKE = 0;
const MESSAGE = 1;
const BODY = 2;
const NOTHING = 3;
/** The two bits of the flags that say it, and that of a message that comes in parts, or whose body is on its way. */
const STATE_MASK = 3;
const UNFINISHED = 4;

/**
 * Who reads a stream is a decoder of it: so a connection is one object. Its methods are private to the compiler alone,
 * because a class with #methods costs each of its objects another field.
 */
export abstract class WireDecoder implements WireHandler {
  /** The bits above the lowest three are for whoever extends a decoder. */
  protected flags = HANDSHAKE;

  private get state(): number {
    return this.flags & STATE_MASK;
  }

  private set state(state: number) {
    this.flags = (this.flags & ~STATE_MASK) | state;
  }

  abstract onHandshake(handshake: Handshake): void;
  abstract onKeepAlive(): void;
  abstract onBare(id: number): void;
  abstract onIndexed(id: number, piece: number): void;
  abstract onBitfield(bytes: Uint8Array): void;
  abstract onBlockNamed(id: number, piece: number, begin: number, length: number): void;
  abstract onPieceHeader(piece: number, begin: number, length: number): Uint8Array | undefined;
  abstract onPieceBody(piece: number, begin: number, length: number, payload: Payload | undefined): void;
  abstract onExtended(extensionId: number, body: Uint8Array): void;
  abstract onPort(port: number): void;
  abstract onUnknown(id: number, length: number): void;
  abstract onWireError(message: string): void;

  /** Pieces of the torrent, as soon as the handshake has named it: its bitfield may be longer than other messages. */
  abstract get pieceCount(): number;

  /** Where messages that come in parts are kept meanwhile. */
  protected abstract get unfinishedMessages(): UnfinishedMessages;

  /** Decodes nothing more; to be called when the peer is given up. */
  stopDecoding(): void {
    this.state = NOTHING;
  }

  /** The buffer of a block whose body is still arriving, so that its owner can have it back. */
  takeUnfinishedBody(): Uint8Array | undefined {
    const unfinished = this.unfinished;
    const body = unfinished?.body;
    if (unfinished !== undefined) unfinished.body = undefined;
    return body;
  }

  push(bytes: Uint8Array, start: number, end: number): void {
    let offset = start;
    while (offset < end && this.state !== NOTHING) {
      const { unfinished } = this;
      if (unfinished === undefined) offset = this.pushWhole(bytes, offset, end);
      else if (this.state === BODY) offset = this.pushBody(unfinished, bytes, offset, end);
      else offset = this.pushPart(unfinished, bytes, offset, end);
    }
  }

  /** A body that travelled by reference: valid only where a whole body of that length is due. */
  pushPayload(payload: Payload): void {
    if (this.state === NOTHING) return;
    const { unfinished } = this;
    const isDue = this.state === BODY && unfinished?.bodyReceived === 0;
    if (!isDue || payload.length !== unfinished.bodyLength) {
      this.fail('a block body where none of its length is due');
      return;
    }
    const { piece, begin, body } = unfinished;
    this.endUnfinished();
    this.state = MESSAGE;
    this.onPieceBody(piece, begin, payload.length, body === undefined ? undefined : payload);
  }

  /** Nothing is pending: decodes in place as long as whole messages are there, keeps the rest. */
  private pushWhole(bytes: Uint8Array, start: number, end: number): number {
    const needed = this.neededLength(bytes, start, end);
    if (this.state === NOTHING) return end;
    if (end - start < needed) {
      keep(this.beginUnfinished(), bytes, start, end);
      return end;
    }
    this.decode(bytes, start, needed);
    return start + needed;
  }

  /** Completes the pending message first. */
  private pushPart(unfinished: UnfinishedMessage, bytes: Uint8Array, start: number, end: number): number {
    const needed = this.neededLength(unfinished.bytes, 0, unfinished.length);
    if (this.state === NOTHING) return end;
    const missing = needed - unfinished.length;
    const taken = Math.min(missing, end - start);
    keep(unfinished, bytes, start, start + taken);
    const neededNow = this.neededLength(unfinished.bytes, 0, unfinished.length);
    if (this.state === NOTHING || unfinished.length < neededNow) return start + taken;
    unfinished.length = 0;
    this.decode(unfinished.bytes, 0, neededNow);
    // If it was the header of a block, the body is still to come.
    if (this.state === MESSAGE) this.endUnfinished();
    return start + taken;
  }

  /** How many bytes from `start` must be there before anything can be decoded. Fails early on what can never be. */
  private neededLength(bytes: Uint8Array, start: number, end: number): number {
    if (this.state === HANDSHAKE) {
      const mismatch = findProtocolMismatch(bytes, start, end);
      if (mismatch >= 0) this.fail(`not a BitTorrent handshake (byte ${mismatch})`);
      return HANDSHAKE_LENGTH;
    }
    const available = end - start;
    if (available < 4) return 4;
    const length = readUint32(bytes, start);
    if (length === 0) return 4;
    if (length > CONTROL_LENGTH_MAX && length > 1 + ((this.pieceCount + 7) >> 3)) {
      this.fail(`message of ${length} bytes, more than any message can have here`);
      return 4;
    }
    if (available < 5) return 5;
    if (bytes[start + 4] === MessageId.piece) {
      if (length < 9) this.fail(`piece message of ${length} bytes`);
      else if (length > 9 + BLOCK_LENGTH_MAX) this.fail(`block of ${length - 9} bytes, never asked for`);
      return PIECE_HEADER_LENGTH;
    }
    return 4 + length;
  }

  /** Decodes one complete unit: the handshake, a message, or the header of a piece message. */
  private decode(bytes: Uint8Array, start: number, total: number): void {
    if (this.state === HANDSHAKE) {
      const handshake = decodeHandshake(bytes, start);
      if (!handshake.ok) {
        this.fail(handshake.error.message);
        return;
      }
      this.state = MESSAGE;
      this.onHandshake(handshake.value);
      return;
    }
    if (total === 4) {
      this.onKeepAlive();
      return;
    }
    this.decodeMessage(bytes, start, bytes[start + 4] as number, readUint32(bytes, start));
  }

  private decodeMessage(bytes: Uint8Array, start: number, id: number, length: number): void {
    switch (id) {
      case MessageId.have:
      case MessageId.suggest:
      case MessageId.allowedFast:
        if (length === 5) this.onIndexed(id, readUint32(bytes, start + 5));
        else this.failLength(id, length);
        return;
      case MessageId.request:
      case MessageId.cancel:
      case MessageId.reject:
        if (length === 13) {
          const piece = readUint32(bytes, start + 5);
          this.onBlockNamed(id, piece, readUint32(bytes, start + 9), readUint32(bytes, start + 13));
        } else this.failLength(id, length);
        return;
      case MessageId.piece:
        this.beginBody(readUint32(bytes, start + 5), readUint32(bytes, start + 9), length - 9);
        return;
      case MessageId.choke:
      case MessageId.unchoke:
      case MessageId.interested:
      case MessageId.notInterested:
      case MessageId.haveAll:
      case MessageId.haveNone:
        if (length === 1) this.onBare(id);
        else this.failLength(id, length);
        return;
      case MessageId.bitfield:
        this.onBitfield(bytes.subarray(start + 5, start + 4 + length));
        return;
      case MessageId.port:
        if (length === 3) this.onPort(((bytes[start + 5] as number) << 8) | (bytes[start + 6] as number));
        else this.failLength(id, length);
        return;
      case MessageId.extended:
        if (length >= 2) {
          this.onExtended(bytes[start + 5] as number, bytes.subarray(start + 6, start + 4 + length));
        } else this.failLength(id, length);
        return;
      default:
        this.onUnknown(id, length);
    }
  }

  private beginBody(piece: number, begin: number, length: number): void {
    const unfinished = this.unfinished ?? this.beginUnfinished();
    unfinished.piece = piece;
    unfinished.begin = begin;
    unfinished.bodyLength = length;
    unfinished.bodyReceived = 0;
    unfinished.body = this.onPieceHeader(piece, begin, length);
    if (this.state === NOTHING) return;
    this.state = BODY;
    if (length === 0) this.endBody(unfinished);
  }

  private pushBody(unfinished: UnfinishedMessage, bytes: Uint8Array, start: number, end: number): number {
    const { body, bodyReceived } = unfinished;
    const taken = Math.min(unfinished.bodyLength - bodyReceived, end - start);
    if (body !== undefined) body.set(bytes.subarray(start, start + taken), bodyReceived);
    unfinished.bodyReceived = bodyReceived + taken;
    if (unfinished.bodyReceived === unfinished.bodyLength) this.endBody(unfinished);
    return start + taken;
  }

  private endBody(unfinished: UnfinishedMessage): void {
    const { piece, begin, bodyLength, body } = unfinished;
    this.endUnfinished();
    this.state = MESSAGE;
    const payload =
      body === undefined ? undefined : { length: body.length, bytes: body, reference: undefined };
    this.onPieceBody(piece, begin, bodyLength, payload);
  }

  private get unfinished(): UnfinishedMessage | undefined {
    return (this.flags & UNFINISHED) === 0 ? undefined : this.unfinishedMessages.of(this);
  }

  private beginUnfinished(): UnfinishedMessage {
    this.flags |= UNFINISHED;
    return this.unfinishedMessages.begin(this);
  }

  /** Also to be called when the stream has ended. */
  protected endUnfinished(): void {
    if ((this.flags & UNFINISHED) === 0) return;
    this.flags &= ~UNFINISHED;
    this.unfinishedMessages.end(this);
  }

  private failLength(id: number, length: number): void {
    this.fail(`message ${id} with a length of ${length}`);
  }

  private fail(message: string): void {
    if (this.state === NOTHING) return;
    this.state = NOTHING;
    this.onWireError(message);
  }
}

function keep(unfinished: UnfinishedMessage, bytes: Uint8Array, start: number, end: number): void {
  const length = unfinished.length + end - start;
  if (length > unfinished.bytes.length) {
    const grown = new Uint8Array(Math.max(128, length, unfinished.bytes.length * 2));
    grown.set(unfinished.bytes.subarray(0, unfinished.length));
    unfinished.bytes = grown;
  }
  unfinished.bytes.set(bytes.subarray(start, end), unfinished.length);
  unfinished.length = length;
}

function readUint32(bytes: Uint8Array, offset: number): number {
  return (
    (bytes[offset] as number) * 0x1000000 +
    (((bytes[offset + 1] as number) << 16) |
      ((bytes[offset + 2] as number) << 8) |
      (bytes[offset + 3] as number))
  );
}
