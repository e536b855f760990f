/**
 * Gives the metadata of a torrent to peers that have only a magnet link (BEP 9). Invariants: only verified metadata is
 * given; what waits in one stream is bounded, and so is how often one peer may have all of it.
 */
import type { PeerConnection } from '../peer/peer-connection.ts';
import { ExtensionId } from '../wire/extension-handshake.ts';
import {
  encodeMetadataData,
  encodeMetadataReject,
  type MetadataMessage,
  metadataPieceCount,
} from './metadata-messages.ts';

/** A peer whose stream holds more unsent bytes is refused: it asks again when it has read. */
export const UNSENT_BYTES_MAX = 1024 * 1024;
/** How often a peer may have the whole metadata from us; one that fetched it wrongly elsewhere comes again. */
export const COPIES_MAX = 4;

export class MetadataServer {
  readonly #metadata: Uint8Array;
  readonly #served = new Map<PeerConnection, number>();

  /** `metadata`: the info dictionary, which has the torrent's hash. */
  constructor(metadata: Uint8Array) {
    this.#metadata = metadata;
  }

  get totalBytes(): number {
    return this.#metadata.length;
  }

  /** False when the message is of no use, or one too many. */
  onMessage(connection: PeerConnection, message: MetadataMessage): boolean {
    if (message.kind !== 'request') return false;
    const { piece } = message;
    const count = metadataPieceCount(this.totalBytes);
    const served = this.#served.get(connection) ?? 0;
    const isTooMuch = served >= COPIES_MAX * count || connection.unsentBytes() > UNSENT_BYTES_MAX;
    if (piece >= count || isTooMuch) {
      connection.sendExtended(ExtensionId.metadata, encodeMetadataReject(piece));
      return false;
    }
    this.#served.set(connection, served + 1);
    connection.sendExtended(ExtensionId.metadata, encodeMetadataData(this.#metadata, piece));
    return true;
  }

  forget(connection: PeerConnection): void {
    this.#served.delete(connection);
  }
}
