/** A decoder whose calls go to somebody else: for those who are not a decoder themselves. */
import type { Payload } from '../../src/core/ports.ts';
import { WireDecoder, type WireHandler } from '../../src/core/wire/decoder.ts';
import type { Handshake } from '../../src/core/wire/handshake.ts';
import { UnfinishedMessages } from '../../src/core/wire/unfinished-messages.ts';

export class DecoderFor extends WireDecoder {
  pieceCount = 0;
  protected readonly unfinishedMessages: UnfinishedMessages;
  readonly #handler: WireHandler;

  constructor(handler: WireHandler, unfinishedMessages = new UnfinishedMessages()) {
    super();
    this.#handler = handler;
    this.unfinishedMessages = unfinishedMessages;
  }

  onHandshake(handshake: Handshake): void {
    this.#handler.onHandshake(handshake);
  }
  onKeepAlive(): void {
    this.#handler.onKeepAlive();
  }
  onBare(id: number): void {
    this.#handler.onBare(id);
  }
  onIndexed(id: number, piece: number): void {
    this.#handler.onIndexed(id, piece);
  }
  onBitfield(bytes: Uint8Array): void {
    this.#handler.onBitfield(bytes);
  }
  onBlockNamed(id: number, piece: number, begin: number, length: number): void {
    this.#handler.onBlockNamed(id, piece, begin, length);
  }
  onPieceHeader(piece: number, begin: number, length: number): Uint8Array | undefined {
    return this.#handler.onPieceHeader(piece, begin, length);
  }
  onPieceBody(piece: number, begin: number, length: number, payload: Payload | undefined): void {
    this.#handler.onPieceBody(piece, begin, length, payload);
  }
  onExtended(extensionId: number, body: Uint8Array): void {
    this.#handler.onExtended(extensionId, body);
  }
  onPort(port: number): void {
    this.#handler.onPort(port);
  }
  onUnknown(id: number, length: number): void {
    this.#handler.onUnknown(id, length);
  }
  onWireError(message: string): void {
    this.#handler.onWireError(message);
  }
}
