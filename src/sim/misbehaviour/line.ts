/**
 * The stream of a hostile client and the connection that speaks on it. It stands between the two, so that a manner hears
 * how much arrives and can pause the stream.
 */
import { Bitfield } from '../../core/bitfield.ts';
import type { PeerConnection } from '../../core/peer/peer-connection.ts';
import type { Payload, Stream, StreamEnd, StreamHandler, Timer } from '../../core/ports.ts';

export class Line implements StreamHandler {
  readonly connection: PeerConnection;
  /** What the remote says that it has. */
  readonly have: Bitfield;
  stream: Stream | undefined;
  /** The remote has said on which port it accepts connections (BEP 10). */
  saidPort = false;
  /** Until when the handshake has to be done. */
  deadline: Timer | undefined;
  readonly #onReceived: ((bytes: number) => void) | undefined;

  constructor(
    connection: PeerConnection,
    pieceCount: number,
    onReceived: ((bytes: number) => void) | undefined,
  ) {
    this.connection = connection;
    this.have = new Bitfield(pieceCount);
    this.#onReceived = onReceived;
  }

  get isOpen(): boolean {
    return this.connection.ready && !this.connection.closed;
  }

  onOpen(): void {
    this.connection.onOpen();
  }

  onBytes(bytes: Uint8Array, start: number, end: number): void {
    this.connection.onBytes(bytes, start, end);
    this.#onReceived?.(end - start);
  }

  onPayload(payload: Payload): void {
    this.connection.onPayload(payload);
    this.#onReceived?.(payload.length);
  }

  onWritable(): void {
    this.connection.onWritable();
  }

  onClose(end: StreamEnd): void {
    this.connection.onClose(end);
  }
}
