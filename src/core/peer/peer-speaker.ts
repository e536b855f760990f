/**
 * What we say to one connected peer: every message that the torrent has sent to it, and the end of the connection. What
 * is sent is noted here and nowhere else, so that keep-alives and meters are right.
 */
import type { Bitfield } from '../bitfield.ts';
import type { Blame } from '../observer.ts';
import type { Address, Payload, Stream } from '../ports.ts';
import { ExtensionId } from '../wire/extension-handshake.ts';
import { encodeHandshake } from '../wire/handshake.ts';
import { MessageId } from '../wire/protocol.ts';
import type { ConnectionOwner } from './connection-owner.ts';
import { PeerState } from './peer-state.ts';

/** Pieces that a remote may fetch while it is choked, and has not got: what we remember of its own grants. */
export const GRANTS_MAX = 32;

/** Its methods are private to the compiler alone, as those of `WireDecoder` are. */
export abstract class PeerSpeaker extends PeerState {
  /** Gives the connection its stream, right after it was dialled or accepted. */
  attach(stream: Stream): void {
    this.stream = stream;
  }

  /** The remote's transport address; for an accepted stream the port is not the one on which it listens. */
  get address(): Address {
    return (this.stream as Stream).remote;
  }

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
    this.noteClaims(have.count);
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
    const { pex, metadata, dontHave } = this.remoteExtensions;
    const theirId =
      id === ExtensionId.pex
        ? pex
        : id === ExtensionId.metadata
          ? metadata
          : id === ExtensionId.dontHave
            ? dontHave
            : 0;
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
    this.noteClaims(1);
    this.indexed(MessageId.have, piece);
  }

  /** Announces `log[from, to)`, pieces that we have got. */
  announcePieces(log: ArrayLike<number>, from: number, to: number): void {
    this.noteClaims(to - from);
    this.touch();
    this.context.encoder.haves(this.stream as Stream, log, from, to);
  }

  /** Lets the remote fetch the piece though it be choked (BEP 6), while it has not been granted too many. */
  grantFast(piece: number): void {
    const grantedFast = this.pieceList('grantedFast');
    if (grantedFast.includes(piece) || grantedFast.length >= GRANTS_MAX) return;
    grantedFast.push(piece);
    this.indexed(MessageId.allowedFast, piece);
  }

  /** The remote has the piece and needs no grant for it. */
  endGrant(piece: number): void {
    const at = this.grantedFast.indexOf(piece);
    if (at >= 0) this.pieceList('grantedFast').splice(at, 1);
  }

  suggest(piece: number): void {
    this.indexed(MessageId.suggest, piece);
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

  protected sendHandshake(owner: ConnectionOwner): void {
    this.sentHandshake = true;
    this.touch();
    const bytes = encodeHandshake({
      infoHash: owner.infoHash,
      peerId: this.context.peerId,
      extensionProtocol: true,
      fastExtension: true,
      dht: owner.dhtPort !== 0,
    });
    if (this.stream !== undefined) this.context.encoder.handshake(this.stream, bytes);
  }

  protected touch(): void {
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
