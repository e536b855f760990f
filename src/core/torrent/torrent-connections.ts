/**
 * What a torrent does when one of its connections reports something: each report goes to those parts that it concerns.
 */
import type { Bitfield } from '../bitfield.ts';
import type { Blame } from '../observer.ts';
import { grantAllowedFast } from '../peer/allowed-fast.ts';
import type { PeerConnection } from '../peer/peer-connection.ts';
import type { Payload } from '../ports.ts';
import type { Choker } from '../strategies/choker.ts';
import type { AnnounceProgress } from '../tracker/announcer.ts';
import type { ExtensionHandshake } from '../wire/extension-handshake.ts';
import { TorrentParts } from './torrent-parts.ts';
import type { PeersOwner } from './torrent-peers.ts';

export abstract class TorrentConnections extends TorrentParts implements PeersOwner {
  /** Whether it takes connections now. */
  protected abstract get isOnline(): boolean;

  /** Byte counts of this session, as trackers are told. */
  progress(): AnnounceProgress {
    return {
      uploaded: this.uploader.sentBytes,
      downloaded: this.downloader.receivedBytes,
      left: this.table.missingBytes,
      isPartialSeed: this.isPartialSeed,
    };
  }

  /** Whether we hold a verified copy of `piece`. */
  hasPiece(piece: number): boolean {
    return this.table.have.has(piece);
  }

  isInside(piece: number, begin: number, length: number): boolean {
    return piece < this.pieceCount && begin + length <= this.table.geometry.pieceLengthOf(piece);
  }

  onReady(connection: PeerConnection, remoteId: Uint8Array): void {
    if (!this.peers.admit(connection, remoteId, this.isOnline)) return;
    this.care.wake();
    const hides = this.table.isComplete && this.superSeeding?.isOver === false;
    this.haves.introduce(connection, hides);
    this.peers.extensions.greet(connection);
    if (hides) {
      this.superSeeding?.welcome(connection);
      return;
    }
    const fastCount = this.options.allowedFastCount ?? 0;
    grantAllowedFast(connection, this.infoHash, this.pieceCount, this.ports.hasher, fastCount);
  }

  onExtensionHandshake(connection: PeerConnection, handshake: ExtensionHandshake): void {
    this.peers.onExtensionHandshake(connection, handshake);
    if (connection.uploadOnly) this.haves.remoteWantsNothing(connection);
  }

  onExtended(connection: PeerConnection, id: number, body: Uint8Array): boolean {
    return this.peers.extensions.onMessage(connection, id, body);
  }

  get isPartialSeed(): boolean {
    return this.table.isFinished && !this.table.isComplete;
  }

  onDontHave(connection: PeerConnection, piece: number): boolean {
    this.haves.remoteLost(connection, piece);
    // Who loses and gets the same piece in turn says nothing of use.
    return false;
  }

  isSeed(connection: PeerConnection): boolean {
    return this.table.holdings.isComplete(connection.slot);
  }

  /** Port of our DHT node; 0 where there is none, and for a private torrent, which keeps to its trackers (BEP 27). */
  get dhtPort(): number {
    return this.peers.dhtPort;
  }

  onDhtPort(connection: PeerConnection, port: number): void {
    this.peers.onDhtPort(connection, port);
  }

  countPiecesOf(slot: number): number {
    return slot < 0 ? 0 : this.table.holdings.count(slot);
  }

  countClaimsTo(slot: number): number {
    return slot < 0 ? 0 : this.table.holdings.claims(slot);
  }

  noteClaims(slot: number, count: number): void {
    this.table.holdings.noteClaims(slot, count);
  }

  onHave(connection: PeerConnection, piece: number): boolean {
    const isNews = this.haves.remoteGot(connection, piece);
    this.superSeeding?.remoteGot(connection, piece);
    if (this.suggestions.haveBegun) this.suggestions.remoteGot(connection, piece);
    return isNews;
  }

  onHaveSet(connection: PeerConnection, have: Bitfield | undefined, first: boolean): boolean {
    const isNews = this.haves.remoteHas(connection, have, first);
    this.superSeeding?.remoteHas(connection, have);
    if (this.suggestions.haveBegun) this.suggestions.remoteHas(connection);
    return isNews;
  }

  onChoked(connection: PeerConnection): void {
    // With the fast extension every request is answered, by a block or a reject; without it a choke drops them all.
    if (!connection.fast) this.scheduler.releaseAll(connection);
  }

  onUnchoked(connection: PeerConnection): void {
    this.scheduler.fill(connection);
  }

  onAllowedFast(connection: PeerConnection): void {
    this.scheduler.fill(connection);
  }

  onInterestChanged(connection: PeerConnection): void {
    this.haves.standingChanged(connection);
    this.choking.interestChanged(connection);
  }

  onRequested(connection: PeerConnection, piece: number, begin: number, length: number): void {
    const allowed = !connection.amChoking || connection.grantedFast.includes(piece);
    const isThere = this.table.have.has(piece) && (this.superSeeding?.mayServe(connection, piece) ?? true);
    const queued = allowed && isThere && connection.startUploads().push(piece, begin, length);
    if (queued) {
      if (this.suggestions.haveBegun) this.suggestions.remoteAsked(connection, piece);
      this.uploader.pump(connection);
      return;
    }
    connection.refuse(piece, begin, length);
    this.suggestions.weRefused(connection, piece);
  }

  onCancelled(connection: PeerConnection, piece: number, begin: number, length: number): void {
    // Every request gets a block or a reject, a cancelled one too (BEP 6). One that is being sent gets its block.
    if (connection.uploads.cancel(piece, begin, length)) connection.refuse(piece, begin, length);
    else connection.annoy();
  }

  onRejected(connection: PeerConnection, piece: number, begin: number, length: number): void {
    const block = this.table.findBlock(piece, begin, length);
    const asked = block >= 0 && this.scheduler.rejected(connection, this.table.blockId(piece, block));
    if (!asked) connection.annoy();
  }

  onBlockComing(from: PeerConnection, piece: number, begin: number, length: number): Uint8Array | undefined {
    return this.downloader.blockComing(from, piece, begin, length);
  }

  onBlock(
    connection: PeerConnection,
    piece: number,
    begin: number,
    length: number,
    payload: Payload | undefined,
  ): void {
    this.downloader.blockArrived(connection, piece, begin, length, payload);
    // It has given something: if it was held back for that, it goes on.
    if (this.uploader.holdsBack !== undefined) this.uploader.pump(connection);
  }

  onWritable(connection: PeerConnection): void {
    this.uploader.onWritable(connection);
  }

  onConnectionClosed(connection: PeerConnection, reason: string, blame: Blame): void {
    const body = connection.takeUnfinishedBody();
    if (body !== undefined) this.ports.disk.release(body);
    if (this.peers.connections.remove(connection)) {
      this.choking.connectionClosed(connection);
      this.scheduler.forget(connection);
      this.suggestions.forget(connection);
      this.superSeeding?.forget(connection);
      this.haves.forget(connection);
      this.ports.observer.disconnected(connection.label, reason, blame);
    }
    this.peers.ended(connection);
  }

  protected holdBackAs(choker: Choker): void {
    this.uploader.holdsBack =
      choker.holdsBack === undefined
        ? undefined
        : (connection) => choker.holdsBack?.(connection, this.table.isFinished) ?? false;
    this.uploader.onTurn =
      choker.isTurnOver === undefined ? undefined : (connection) => this.choking.blockSent(connection);
    this.letGo();
  }

  /** Nobody is held back any more, or others are. */
  protected letGo(): void {
    for (const connection of this.peers.connections.ready) this.uploader.pump(connection);
  }

  /** Two that have everything have nothing to say to each other. */
  protected override partFrom(connection: PeerConnection): void {
    const { dialAddress } = connection;
    if (dialAddress !== undefined) this.peers.dialer.markSeed(dialAddress);
    connection.close('both are seeds');
  }

  /** We choked the peer: what waits for it is dropped, but for the pieces that it may have all the same. */
  protected override dropRequests(connection: PeerConnection): void {
    connection.uploads.drop(
      (piece) => connection.grantedFast.includes(piece),
      (piece, begin, length) => {
        connection.reject(piece, begin, length);
        this.suggestions.weRefused(connection, piece);
      },
    );
  }

  protected override onLiar(connection: PeerConnection, piece: number): void {
    this.peers.dialer.ban(connection.address.host);
    connection.close(`sent a corrupt piece ${piece}`, 'remote');
  }

  protected override asOwner(): PeersOwner {
    return this;
  }
}
