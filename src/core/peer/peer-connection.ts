/**
 * One connection to one peer: handshake, framing, the four choke and interest flags, what the remote has, and whether
 * what it sends is allowed now. It knows nothing of which pieces are wanted, nor of other peers: it tells its owner
 * (the torrent) what happened and does what it is told. Every fault of the remote ends the connection with a reason;
 * nothing that it sends throws.
 */
import { Bitfield } from '../bitfield.ts';
import { equalBytes } from '../bytes.ts';
import type { Blame } from '../observer.ts';
import type { Address, Payload, Stream, StreamEnd, StreamHandler } from '../ports.ts';
import {
  decodeExtensionHandshake,
  type ExtensionHandshake,
  ExtensionId,
} from '../wire/extension-handshake.ts';
import { encodeHandshake, type Handshake } from '../wire/handshake.ts';
import { BLOCK_LENGTH_MAX, MessageId } from '../wire/protocol.ts';
import type { ConnectionContext, ConnectionOwner } from './connection-owner.ts';
import { PeerState } from './peer-state.ts';

/** Bound of the allowed-fast pieces that we remember: three sets of the usual size (BEP 6). */
const ADVICE_MAX = 32;
/** Bound of the suggestions that we remember, as libtorrent's. */
export const SUGGESTIONS_MAX = 16;
/** Bytes of a message of no use that weigh as much as one more such message. */
const USELESS_BYTES = 64;

/** Its methods are private to the compiler alone, as those of `WireDecoder` are. */
export class PeerConnection extends PeerState implements StreamHandler {
  /** What we had announced to the remote when it became interested. */
  #interestedIn = -1;

  /**
   * `owner` is known for connections that we dial, and found by the info-hash for those that we accept. A stream has to
   * be attached before anything else.
   */
  constructor(context: ConnectionContext, owner: ConnectionOwner | undefined) {
    super(context, owner);
  }

  /** Gives the connection its stream, right after it was dialled or accepted. */
  attach(stream: Stream): void {
    this.stream = stream;
  }

  /** The remote's transport address; for an accepted stream the port is not the one on which it listens. */
  get address(): Address {
    return (this.stream as Stream).remote;
  }

  get pieceCount(): number {
    return this.owner?.pieceCount ?? 0;
  }

  // What the torrent tells the connection to do.

  /**
   * Ends the connection. `blame` says whose fault it was; the owner hears of it through `onConnectionClosed`. What is
   * still unsent is sent first, unless somebody is to blame or it is to be `abrupt`.
   */
  close(reason: string, blame: Blame = 'none', abrupt = blame !== 'none'): void {
    if (this.closed) return;
    this.closed = true;
    this.ending = { reason, blame };
    this.stopDecoding();
    if (abrupt) this.stream?.reset();
    else this.stream?.close();
  }

  /** The first message after the handshake: what we have, in the shortest form that the remote understands. */
  sendHave(have: Bitfield): void {
    this.claims += have.count;
    if (this.fast && have.isComplete && have.length > 0) this.bare(MessageId.haveAll);
    else if (this.fast && have.count === 0) this.bare(MessageId.haveNone);
    else if (have.count > 0) {
      this.touch();
      this.context.encoder.bitfield(this.stream as Stream, have.bytes);
    }
  }

  /** Default: what is the same for everybody. */
  sendExtensionHandshake(body = this.context.extensionHandshake): void {
    if (this.extensionProtocol) this.extended(ExtensionId.handshake, body);
  }

  /** Sends a message of an extension that the remote understands; to one that does not, nothing. */
  sendExtended(id: number, body: Uint8Array): void {
    const { pex, metadata } = this.remoteExtensions;
    const theirId = id === ExtensionId.pex ? pex : id === ExtensionId.metadata ? metadata : 0;
    if (theirId !== 0 && !this.closed) this.extended(theirId, body);
  }

  /** Belongs to another from now on, whose torrent is the same. */
  handOver(owner: ConnectionOwner): void {
    this.owner = owner;
  }

  sendKeepAlive(): void {
    this.touch();
    this.context.encoder.keepAlive(this.stream as Stream);
  }

  choke(): void {
    this.amChoking = true;
    this.bare(MessageId.choke);
  }

  unchoke(): void {
    this.amChoking = false;
    this.startUploads().unchokedAtUs = this.context.clock.now();
    this.bare(MessageId.unchoke);
  }

  setInterested(interested: boolean): void {
    this.amInterested = interested;
    this.bare(interested ? MessageId.interested : MessageId.notInterested);
  }

  announcePiece(piece: number): void {
    this.claims++;
    this.indexed(MessageId.have, piece);
  }

  /** Announces `log[from, to)`, pieces that we have got. */
  announcePieces(log: readonly number[], from: number, to: number): void {
    this.claims += to - from;
    this.touch();
    this.context.encoder.haves(this.stream as Stream, log, from, to);
  }

  grantFast(piece: number): void {
    this.rarities().grantedFast.push(piece);
    this.indexed(MessageId.allowedFast, piece);
  }

  suggest(piece: number): void {
    this.rarities().suggestedByUs.push(piece);
    this.indexed(MessageId.suggest, piece);
  }

  /** The remote has got a piece that we suggested, or will not. */
  takeBackSuggestion(piece: number): void {
    const { suggestedByUs } = this.rarities();
    suggestedByUs.splice(suggestedByUs.indexOf(piece), 1);
  }

  request(piece: number, begin: number, length: number): void {
    this.block(MessageId.request, piece, begin, length);
  }

  cancel(piece: number, begin: number, length: number): void {
    this.block(MessageId.cancel, piece, begin, length);
  }

  /** Refuses a request; peers without the fast extension get no answer, as BEP 3 has it. */
  reject(piece: number, begin: number, length: number): void {
    if (this.fast) this.block(MessageId.reject, piece, begin, length);
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

  sendBlock(piece: number, begin: number, payload: Payload): void {
    const now = this.context.clock.now();
    this.noteSent(now);
    this.startUploads().blockSent(payload.length, now);
    this.context.encoder.piece(this.stream as Stream, piece, begin, payload);
  }

  unsentBytes(): number {
    return this.stream?.unsentBytes() ?? 0;
  }

  notifyWhenWritable(lowWaterBytes: number): void {
    this.stream?.notifyWhenWritable(lowWaterBytes);
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
    else if (
      id === MessageId.allowedFast &&
      this.allowedFast.length < ADVICE_MAX &&
      !this.allowedFast.includes(piece)
    ) {
      this.rarities().allowedFast.push(piece);
      owner.onAllowedFast(this, piece);
    } else if (id === MessageId.suggest) this.noteSuggestion(owner, piece);
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

  /** A suggestion of something that we lack is remembered; when there are too many, the oldest is forgotten. */
  private noteSuggestion(owner: ConnectionOwner, piece: number): void {
    if (owner.hasPiece(piece) || this.suggested.includes(piece)) {
      this.annoy();
      return;
    }
    const { suggested } = this.rarities();
    suggested.push(piece);
    if (suggested.length <= SUGGESTIONS_MAX) return;
    const fetched = suggested.findIndex((one) => owner.hasPiece(one));
    if (fetched < 0) this.annoy();
    suggested.splice(Math.max(0, fetched), 1);
  }

  private changeInterest(owner: ConnectionOwner, interested: boolean): void {
    // To want something anew it must have been told of something new.
    if (this.remoteInterested === interested || (interested && this.#interestedIn === this.claims)) {
      this.annoy();
    }
    if (this.remoteInterested === interested || this.closed) return;
    if (interested) this.#interestedIn = this.claims;
    this.remoteInterested = interested;
    owner.onInterestChanged(this);
  }

  private sendHandshake(owner: ConnectionOwner): void {
    this.sentHandshake = true;
    this.touch();
    const bytes = encodeHandshake({
      infoHash: owner.infoHash,
      peerId: this.context.peerId,
      extensionProtocol: true,
      fastExtension: true,
      dht: owner.dhtPort !== 0,
    });
    this.stream?.write(bytes, 0, bytes.length);
  }

  private fault(reason: string): void {
    this.close(reason, 'remote');
  }

  private touch(): void {
    this.noteSent(this.context.clock.now());
  }

  private extended(id: number, body: Uint8Array): void {
    this.touch();
    this.context.encoder.extended(this.stream as Stream, id, body);
  }

  private bare(id: number): void {
    this.touch();
    this.context.encoder.bare(this.stream as Stream, id);
  }

  private indexed(id: number, piece: number): void {
    this.touch();
    this.context.encoder.indexed(this.stream as Stream, id, piece);
  }

  private block(id: number, piece: number, begin: number, length: number): void {
    this.touch();
    this.context.encoder.block(this.stream as Stream, id, piece, begin, length);
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
