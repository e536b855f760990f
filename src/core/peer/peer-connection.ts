/**
 * One connection to one peer, at the side that hears: what arrives, and whether the remote may send it now. It knows
 * nothing of which pieces are wanted, nor of other peers: it tells its owner (the torrent) what happened. Every fault
 * of the remote ends the connection with a reason; nothing that it sends throws.
 */
import { Bitfield } from '../bitfield.ts';
import { equalBytes } from '../bytes.ts';
import type { Payload, Stream, StreamEnd, StreamHandler } from '../ports.ts';
import {
  decodeExtensionHandshake,
  type ExtensionHandshake,
  ExtensionId,
} from '../wire/extension-handshake.ts';
import type { Handshake } from '../wire/handshake.ts';
import { BLOCK_LENGTH_MAX, MessageId } from '../wire/protocol.ts';
import type { ConnectionContext, ConnectionOwner } from './connection-owner.ts';
import { PeerSpeaker } from './peer-speaker.ts';

/** Bound of the allowed-fast pieces that we remember: three sets of the usual size (BEP 6). */
const ADVICE_MAX = 32;
/** Bound of the suggestions that we remember, as libtorrent's. */
export const SUGGESTIONS_MAX = 16;
/** Bytes of a message of no use that weigh as much as one more such message. */
const USELESS_BYTES = 64;

/** Its methods are private to the compiler alone, as those of `WireDecoder` are. */
export class PeerConnection extends PeerSpeaker implements StreamHandler {
  /**
   * `owner` is known for connections that we dial, and found by the info-hash for those that we accept. A stream has to
   * be attached before anything else.
   */
  constructor(context: ConnectionContext, owner: ConnectionOwner | undefined) {
    super(context, owner);
  }

  get pieceCount(): number {
    return this.owner?.pieceCount ?? 0;
  }

  /** Refuses what the remote should not have asked for. */
  refuse(piece: number, begin: number, length: number): void {
    this.reject(piece, begin, length);
    this.annoy();
  }

  /** The remote has sent something of no use, of so many bytes. Ends the connection when it does so all the time. */
  annoy(bytes = 0): void {
    const messages = 1 + Math.floor(bytes / USELESS_BYTES);
    if (!this.bears(messages)) this.fault('flood of useless messages');
  }

  // The stream's side.

  onOpen(): void {
    if (this.closed || this.owner === undefined) return;
    this.sendHandshake(this.owner);
  }

  onBytes(bytes: Uint8Array, start: number, end: number): void {
    this.noteReceived(this.context.clock.now());
    this.push(bytes, start, end);
  }

  onPayload(payload: Payload): void {
    this.pushPayload(payload);
  }

  onWritable(): void {
    if (!this.closed) this.owner?.onWritable(this);
  }

  onClose(end: StreamEnd): void {
    if (!this.closed) {
      this.closed = true;
      this.stopDecoding();
    }
    const { reason, blame } = this.ending ?? { reason: STREAM_END_REASONS[end], blame: 'none' as const };
    this.context.onConnectionEnded(this);
    this.owner?.onConnectionClosed(this, reason, blame);
    this.endTransfers();
  }

  // The decoder's side.

  onHandshake(handshake: Handshake): void {
    const owner = this.owner ?? this.context.findTorrent(handshake.infoHash);
    if (owner === undefined) {
      this.fault('handshake for a torrent that we do not have');
      return;
    }
    if (this.outgoing && !equalBytes(handshake.infoHash, owner.infoHash)) {
      this.fault('handshake for another torrent');
      return;
    }
    this.fast = handshake.fastExtension;
    this.extensionProtocol = handshake.extensionProtocol;
    if (!this.sentHandshake) this.sendHandshake(owner);
    this.owner = owner;
    this.ready = true;
    this.context.onHandshakeDone(this);
    owner.onReady(this, handshake.peerId);
    if (handshake.dht && owner.dhtPort !== 0 && !this.closed) {
      this.touch();
      this.context.encoder.port(this.stream as Stream, owner.dhtPort);
    }
  }

  onKeepAlive(): void {
    // Only says that the remote is alive, which `onBytes` has noted.
    this.annoy();
  }

  onBare(id: number): void {
    const owner = this.owner as ConnectionOwner;
    switch (id) {
      case MessageId.choke:
        this.annoy();
        if (this.remoteChoking || this.closed) break;
        this.remoteChoking = true;
        // What it has given least will be something else when it serves us again.
        if (this.suggested.length > 0) this.pieceList('suggested').length = 0;
        owner.onChoked(this);
        break;
      case MessageId.unchoke:
        this.annoy();
        if (!this.remoteChoking || this.closed) break;
        this.remoteChoking = false;
        owner.onUnchoked(this);
        break;
      case MessageId.interested:
      case MessageId.notInterested:
        this.changeInterest(owner, id === MessageId.interested);
        break;
      case MessageId.haveAll:
      case MessageId.haveNone:
        if (!this.fast) this.fault(`message ${id} without the fast extension`);
        else if (owner.onEarlyHaveSet !== undefined) {
          this.described = true;
          owner.onEarlyHaveSet(this, id === MessageId.haveAll ? 'everything' : 'nothing');
        } else
          this.describeHave(owner, id === MessageId.haveAll ? Bitfield.full(owner.pieceCount) : undefined);
        break;
    }
  }

  onIndexed(id: number, piece: number): void {
    const owner = this.owner as ConnectionOwner;
    if (piece >= owner.pieceCount) this.fault(`piece ${piece} of ${owner.pieceCount} in message ${id}`);
    else if (id === MessageId.have) {
      if (!owner.onHave(this, piece)) this.annoy();
    } else if (!this.fast) this.fault(`message ${id} without the fast extension`);
    else if (id === MessageId.allowedFast) this.noteAllowedFast(owner, piece);
    else if (id === MessageId.suggest) this.noteSuggestion(owner, piece);
    else this.annoy();
  }

  onBitfield(bytes: Uint8Array): void {
    const owner = this.owner as ConnectionOwner;
    if (owner.onEarlyHaveSet !== undefined) {
      this.described = true;
      owner.onEarlyHaveSet(this, bytes);
      return;
    }
    const bitfield = Bitfield.fromWire(bytes, owner.pieceCount);
    if (bitfield.ok) this.describeHave(owner, bitfield.value);
    else this.fault(bitfield.error.message);
  }

  onBlockNamed(id: number, piece: number, begin: number, length: number): void {
    const owner = this.owner as ConnectionOwner;
    if (id === MessageId.reject) {
      if (this.fast) owner.onRejected(this, piece, begin, length);
      else this.fault('reject without the fast extension');
    } else if (id === MessageId.cancel) {
      owner.onCancelled(this, piece, begin, length);
    } else if (length === 0 || length > BLOCK_LENGTH_MAX || !owner.isInside(piece, begin, length)) {
      this.fault(`request for ${length} bytes at ${begin} of piece ${piece}, which is not to be had`);
    } else {
      owner.onRequested(this, piece, begin, length);
    }
  }

  onPieceHeader(piece: number, begin: number, length: number): Uint8Array | undefined {
    return (this.owner as ConnectionOwner).onBlockComing(this, piece, begin, length);
  }

  onPieceBody(piece: number, begin: number, length: number, payload: Payload | undefined): void {
    (this.owner as ConnectionOwner).onBlock(this, piece, begin, length, payload);
  }

  onExtended(extensionId: number, body: Uint8Array): void {
    if (extensionId !== ExtensionId.handshake) {
      // Numbers that we did not offer stand for nothing that we could have asked for.
      const owner = this.owner as ConnectionOwner;
      if (!owner.onExtended(this, extensionId, body)) this.annoy(body.length);
      return;
    }
    this.annoy(body.length);
    if (this.closed) return;
    const handshake = decodeExtensionHandshake(body);
    // A malformed one costs the remote its extensions, not the connection.
    if (!handshake.ok) return;
    this.takeExtensionHandshake(handshake.value);
  }

  onPort(port: number): void {
    this.annoy();
    // Once: or a remote could have us send packets to every port of its host.
    if (this.closed || this.namedDhtPort || port === 0) return;
    this.namedDhtPort = true;
    (this.owner as ConnectionOwner).onDhtPort(this, port);
  }

  onUnknown(_id: number, length: number): void {
    // BEP 4 reserves ids for extensions; what we do not know does no harm.
    this.annoy(length);
  }

  onWireError(message: string): void {
    this.fault(message);
  }

  private takeExtensionHandshake(handshake: ExtensionHandshake): void {
    if (handshake.requestQueue !== undefined) this.limitRequests(handshake.requestQueue);
    this.noteExtensions(handshake.extensions);
    if (handshake.uploadOnly !== undefined) this.noteUploadOnly(handshake.uploadOnly);
    this.owner?.onExtensionHandshake(this, handshake);
  }

  /**
   * The remote says what it has in all; undefined: nothing. That belongs right after the handshake (BEP 3, 6), but
   * aria2 repeats its bitfield where that is shorter than many haves: later ones count as the haves they stand for.
   */
  private describeHave(owner: ConnectionOwner, have: Bitfield | undefined): void {
    const first = !this.described;
    this.described = true;
    if (!owner.onHaveSet(this, have, first)) this.annoy(owner.pieceCount);
  }

  /** A grant is remembered; when there are too many, in place of one that has served. */
  private noteAllowedFast(owner: ConnectionOwner, piece: number): void {
    const isFull = this.allowedFast.length >= ADVICE_MAX;
    const served =
      isFull && !owner.hasPiece(piece) ? this.allowedFast.findIndex((one) => owner.hasPiece(one)) : -1;
    if (this.allowedFast.includes(piece) || (isFull && served < 0)) {
      this.annoy();
      return;
    }
    const allowedFast = this.pieceList('allowedFast');
    if (isFull) allowedFast.splice(served, 1);
    allowedFast.push(piece);
    owner.onAllowedFast(this, piece);
  }

  /** A suggestion of something that we lack is remembered; when there are too many, the oldest is forgotten. */
  private noteSuggestion(owner: ConnectionOwner, piece: number): void {
    if (owner.hasPiece(piece) || this.suggested.includes(piece)) {
      this.annoy();
      return;
    }
    const suggested = this.pieceList('suggested');
    suggested.push(piece);
    if (suggested.length <= SUGGESTIONS_MAX) return;
    const fetched = suggested.findIndex((one) => owner.hasPiece(one));
    if (fetched < 0) this.annoy();
    suggested.splice(Math.max(0, fetched), 1);
  }

  private changeInterest(owner: ConnectionOwner, interested: boolean): void {
    // To want something anew it must have been told of something new.
    if (this.remoteInterested === interested || (interested && !this.hasNews)) {
      this.annoy();
    }
    if (this.remoteInterested === interested || this.closed) return;
    if (interested) this.hasNews = false;
    this.remoteInterested = interested;
    owner.onInterestChanged(this);
  }

  private fault(reason: string): void {
    this.close(reason, 'remote');
  }
}

const STREAM_END_REASONS: Readonly<Record<StreamEnd, string>> = {
  finished: 'closed by the remote',
  reset: 'reset by the remote',
  refused: 'refused',
  unreachable: 'unreachable',
  timeout: 'timed out',
  local: 'closed',
};
