/** The 68-byte handshake of BEP 3 with the reserved bits that we know. */
import { failure, type Result, success } from '../result.ts';
import { HANDSHAKE_LENGTH } from './protocol.ts';

export interface Handshake {
  /** 20 bytes. */
  readonly infoHash: Uint8Array;
  /** 20 bytes. */
  readonly peerId: Uint8Array;
  /** BEP 10: bit 0x10 of reserved byte 5. */
  readonly extensionProtocol: boolean;
  /** BEP 6: bit 0x04 of reserved byte 7. */
  readonly fastExtension: boolean;
  /** BEP 5: bit 0x01 of reserved byte 7. */
  readonly dht: boolean;
}

const PROTOCOL = Uint8Array.from('BitTorrent protocol', (character) => character.charCodeAt(0));
const RESERVED_OFFSET = 20;
const INFO_HASH_OFFSET = 28;
const PEER_ID_OFFSET = 48;

export function encodeHandshake(handshake: Handshake): Uint8Array {
  const bytes = new Uint8Array(HANDSHAKE_LENGTH);
  bytes[0] = PROTOCOL.length;
  bytes.set(PROTOCOL, 1);
  if (handshake.extensionProtocol) bytes[RESERVED_OFFSET + 5] = 0x10;
  bytes[RESERVED_OFFSET + 7] = (handshake.fastExtension ? 0x04 : 0) | (handshake.dht ? 0x01 : 0);
  bytes.set(handshake.infoHash, INFO_HASH_OFFSET);
  bytes.set(handshake.peerId, PEER_ID_OFFSET);
  return bytes;
}

/** Decodes `bytes[start, start + 68)`, copying what it keeps. Unknown reserved bits are ignored (BEP 4). */
export function decodeHandshake(bytes: Uint8Array, start: number): Result<Handshake> {
  const mismatch = findProtocolMismatch(bytes, start, start + HANDSHAKE_LENGTH);
  if (mismatch >= 0) return failure('not a BitTorrent handshake', mismatch);
  const extensionByte = bytes[start + RESERVED_OFFSET + 5] as number;
  const lastByte = bytes[start + RESERVED_OFFSET + 7] as number;
  return success({
    infoHash: bytes.slice(start + INFO_HASH_OFFSET, start + PEER_ID_OFFSET),
    peerId: bytes.slice(start + PEER_ID_OFFSET, start + HANDSHAKE_LENGTH),
    extensionProtocol: (extensionByte & 0x10) !== 0,
    fastExtension: (lastByte & 0x04) !== 0,
    dht: (lastByte & 0x01) !== 0,
  });
}

/** Offset (from `start`) of the first byte that no handshake can have there, or -1; judges partial handshakes too. */
export function findProtocolMismatch(bytes: Uint8Array, start: number, end: number): number {
  const known = Math.min(end - start, RESERVED_OFFSET);
  for (let index = 0; index < known; index++) {
    const expected = index === 0 ? PROTOCOL.length : PROTOCOL[index - 1];
    if (bytes[start + index] !== expected) return index;
  }
  return -1;
}
