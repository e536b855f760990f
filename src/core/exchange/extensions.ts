/**
 * The extensions of one torrent (BEP 10): says to each peer which of them we understand, and brings their messages to
 * whoever handles them. Invariant: a message under a number that we did not offer reaches nobody.
 */
import { parseIp } from '../address.ts';
import { decodeMetadataMessage, type MetadataMessage } from '../metadata/metadata-messages.ts';
import type { ConnectionContext } from '../peer/connection-owner.ts';
import type { PeerConnection } from '../peer/peer-connection.ts';
import {
  type ExtensionHandshake,
  ExtensionId,
  ExtensionName,
  encodeExtensionHandshake,
} from '../wire/extension-handshake.ts';
import type { PeerExchange } from './peer-exchange.ts';

/** Our end of the metadata extension: it fetches or it serves. */
export interface MetadataEnd {
  /** Length of the metadata that we have; undefined while we have none. */
  readonly totalBytes: number | undefined;
  /** The remote has said whether it has metadata, and how much. */
  onOffer?(connection: PeerConnection, totalBytes: number): void;
  /** False when the message is of no use. */
  onMessage(connection: PeerConnection, message: MetadataMessage): boolean;
  forget(connection: PeerConnection): void;
}

/** What the extensions have to know of the torrent, and what they tell it. */
export interface ExtensionsSubject {
  /** All that we wanted is there, which is not everything (BEP 21). */
  readonly isPartialSeed: boolean;
  /** The remote has lost a piece (BEP 54). False when that is of no use. */
  onDontHave(connection: PeerConnection, piece: number): boolean;
}

export class Extensions {
  readonly #context: ConnectionContext;
  readonly #subject: () => ExtensionsSubject;
  #pex: PeerExchange | undefined;
  #metadata: MetadataEnd | undefined;

  /** Without either the handshake says no more than where we listen and how much we queue. */
  constructor(
    context: ConnectionContext,
    subject: () => ExtensionsSubject,
    pex: PeerExchange | undefined,
    metadata: MetadataEnd | undefined,
  ) {
    this.#subject = subject;
    this.#context = context;
    this.#pex = pex;
    this.#metadata = metadata;
  }

  /** The metadata is known: those who are connected are told so. */
  serveMetadata(metadata: MetadataEnd, connections: Iterable<PeerConnection>): void {
    this.#metadata = metadata;
    for (const connection of connections) this.greet(connection);
  }

  /** The torrent is private (BEP 27): there is no peer exchange, and those who are connected are told so. */
  endPeerExchange(connections: Iterable<PeerConnection>): void {
    if (this.#pex === undefined) return;
    this.#pex.stop();
    this.#pex = undefined;
    const extensions = new Map([[ExtensionName.pex, 0]]);
    const body = encodeExtensionHandshake({ ...this.#context.introduction, extensions });
    for (const connection of connections) connection.sendExtensionHandshake(body);
  }

  /** Sends the handshake of the extension protocol. `wasPartialSeed`: the remote was told so before (BEP 21). */
  greet(connection: PeerConnection, wasPartialSeed = false): void {
    const { isPartialSeed } = this.#subject();
    const uploadOnly = isPartialSeed || wasPartialSeed ? isPartialSeed : undefined;
    if (this.#pex === undefined && this.#metadata === undefined && uploadOnly === undefined) {
      connection.sendExtensionHandshake();
      return;
    }
    const extensions = new Map<string, number>([[ExtensionName.dontHave, ExtensionId.dontHave]]);
    if (this.#metadata !== undefined) extensions.set(ExtensionName.metadata, ExtensionId.metadata);
    if (this.#pex !== undefined) extensions.set(ExtensionName.pex, ExtensionId.pex);
    connection.sendExtensionHandshake(
      encodeExtensionHandshake({
        ...this.#context.introduction,
        extensions,
        metadataBytes: this.#metadata?.totalBytes,
        yourIp: parseIp(connection.address.host),
        uploadOnly,
      }),
    );
  }

  onHandshake(connection: PeerConnection, handshake: ExtensionHandshake): void {
    const { metadataBytes, yourIp } = handshake;
    if (yourIp !== undefined) {
      const { ownAddresses, clock } = this.#context;
      ownAddresses?.vote(connection.address, yourIp, clock.now());
    }
    if (metadataBytes !== undefined && connection.remoteExtensions.metadata !== 0) {
      this.#metadata?.onOffer?.(connection, metadataBytes);
    }
    this.#pex?.remoteSpoke(connection);
  }

  /** False when the message is of no use. */
  onMessage(connection: PeerConnection, id: number, body: Uint8Array): boolean {
    if (id === ExtensionId.pex) return this.#pex?.onMessage(connection, body) ?? false;
    if (id === ExtensionId.dontHave) {
      return (
        body.length === 4 &&
        this.#subject().onDontHave(connection, new DataView(body.buffer, body.byteOffset, 4).getUint32(0))
      );
    }
    if (id !== ExtensionId.metadata || this.#metadata === undefined) return false;
    const message = decodeMetadataMessage(body);
    return message.ok && this.#metadata.onMessage(connection, message.value);
  }

  forget(connection: PeerConnection): void {
    this.#pex?.forget(connection);
    this.#metadata?.forget(connection);
  }

  stop(): void {
    this.#pex?.stop();
  }
}
