/** Wire messages as plain values: a stream that keeps what is written, and a handler that lists what is decoded. */
import { toHex } from '../../src/core/bytes.ts';
import type { Payload, Stream } from '../../src/core/ports.ts';
import type { WireHandler } from '../../src/core/wire/decoder.ts';
import type { Handshake } from '../../src/core/wire/handshake.ts';
import { DecoderFor } from './decoding.ts';

/** Keeps the bytes written to it; payloads must be bytes. */
export class ByteSink implements Stream {
  readonly remote = { host: '10.0.0.1', port: 1 };
  #bytes: number[] = [];

  take(): Uint8Array {
    const bytes = Uint8Array.from(this.#bytes);
    this.#bytes = [];
    return bytes;
  }

  write(bytes: Uint8Array, start: number, end: number): void {
    for (let index = start; index < end; index++) this.#bytes.push(bytes[index] as number);
  }

  writePayload(payload: Payload): void {
    this.#bytes.push(...(payload.bytes as Uint8Array));
  }

  unsentBytes(): number {
    return 0;
  }

  notifyWhenWritable(): void {}
  pause(): void {}
  resume(): void {}
  close(): void {}
  reset(): void {}
}

/** One line for each call of the decoder. */
export class WireLog implements WireHandler {
  readonly lines: string[] = [];
  /** Answers whether a block is wanted. */
  wanted: (length: number) => boolean = () => true;

  onHandshake(handshake: Handshake): void {
    const { infoHash, peerId, extensionProtocol, fastExtension, dht } = handshake;
    const bits = [extensionProtocol, fastExtension, dht].map(Number).join('');
    this.lines.push(`handshake ${toHex(infoHash)} ${toHex(peerId)} ${bits}`);
  }
  onKeepAlive(): void {
    this.lines.push('keep-alive');
  }
  onBare(id: number): void {
    this.lines.push(`bare ${id}`);
  }
  onIndexed(id: number, piece: number): void {
    this.lines.push(`indexed ${id} ${piece}`);
  }
  onBitfield(bytes: Uint8Array): void {
    this.lines.push(`bitfield ${toHex(bytes)}`);
  }
  onBlockNamed(id: number, piece: number, begin: number, length: number): void {
    this.lines.push(`block ${id} ${piece} ${begin} ${length}`);
  }
  onPieceHeader(piece: number, begin: number, length: number): Uint8Array | undefined {
    this.lines.push(`header ${piece} ${begin} ${length}`);
    return this.wanted(length) ? new Uint8Array(length) : undefined;
  }
  onPieceBody(piece: number, begin: number, length: number, payload: Payload | undefined): void {
    const body = payload?.bytes === undefined ? payload?.reference?.piece : toHex(payload.bytes);
    this.lines.push(`body ${piece} ${begin} ${length} ${body}`);
  }
  onExtended(extensionId: number, body: Uint8Array): void {
    this.lines.push(`extended ${extensionId} ${toHex(body)}`);
  }
  onPort(port: number): void {
    this.lines.push(`port ${port}`);
  }
  onUnknown(id: number): void {
    this.lines.push(`unknown ${id}`);
  }
  onWireError(message: string): void {
    this.lines.push(`error ${message}`);
  }
}

/** What the decoder makes of `bytes`, cut into pieces of the given lengths; the rest comes in one. */
export function decodeAll(bytes: Uint8Array, cuts: readonly number[] = [], log = new WireLog()): WireLog {
  const decoder = new DecoderFor(log);
  let start = 0;
  for (const cut of cuts) {
    const end = Math.min(bytes.length, start + cut);
    decoder.push(bytes, start, end);
    start = end;
  }
  decoder.push(bytes, start, bytes.length);
  return log;
}
