/**
 * What is known of one connected peer: the four choke and interest flags, what it has, what was asked of it and by it,
 * and how fast it is. The connection keeps it true; the torrent's parts read it, and chokers see the part of it that
 * concerns them.
 *
 * There are tens of thousands of these in a large run, nearly all of them idle, so what only a busy connection needs is made
 * when it is first needed, and what every message touches comes first.
 */
import type { Address, Microseconds, Stream } from '../ports.ts';
import type { ChokeCandidate } from '../strategies/choker.ts';
import type { UnfinishedMessages } from '../wire/unfinished-messages.ts';
import { ConnectionFlags } from './connection-flags.ts';
import type { ConnectionContext, ConnectionOwner } from './connection-owner.ts';
import { forgottenAtUs, isTooMuch } from './patience.ts';
import {
  createRarities,
  type Ending,
  NO_EXTENSIONS,
  type PieceListName,
  type Rarities,
  type RemoteExtensions,
  withNamed,
} from './rarities.ts';
import { clampedRequestQueue, NO_REQUESTS, REQUEST_QUEUE_DEFAULT, RequestWindow } from './request-window.ts';
import { NO_UPLOADS, UploadQueue } from './upload-queue.ts';
import { Uptake } from './uptake.ts';

const NO_PIECES: readonly number[] = [];

export abstract class PeerState extends ConnectionFlags implements ChokeCandidate {
  /**
   * The last 32 bits of when something was last received and sent. Whoever compares them looks again within minutes; after
   * half an hour without a look a difference means nothing.
   */
  #receivedAt = 0;
  #sentAt = 0;
  readonly context: ConnectionContext;
  /** The torrent, as soon as it is known. */
  protected owner: ConnectionOwner | undefined;
  protected stream: Stream | undefined = undefined;
  /** Two numbers of 16 bits: the slot, one more than it is, and the port. */
  #slotAndPort = 0;
  #requests: RequestWindow | undefined = undefined;
  #uploads: UploadQueue | undefined = undefined;
  /** The number by which the observer knows the remote. */
  label = -1;
  /** When all that it sent of no use is forgotten. */
  #forgottenAtUs: Microseconds = 0;
  readonly connectedAtUs: Microseconds;
  #rarities: Rarities | undefined = undefined;

  /** `owner`: known from the start when we have dialled. */
  constructor(context: ConnectionContext, owner: ConnectionOwner | undefined) {
    super(owner !== undefined, REQUEST_QUEUE_DEFAULT);
    const now = context.clock.now();
    this.#receivedAt = now | 0;
    this.#sentAt = now | 0;
    this.context = context;
    this.owner = owner;
    this.connectedAtUs = now;
  }

  /** The remote's transport address; for an accepted stream the port is not the one on which it listens. */
  abstract get address(): Address;

  /** Where the remote accepts connections, as far as the dialer was told of it. */
  get dialAddress(): Address | undefined {
    if (this.outgoing) return this.address;
    return this.listenPort === 0 ? undefined : { host: this.address.host, port: this.listenPort };
  }

  /** Where the torrent keeps what the remote has, once it is admitted; below 65,535. */
  get slot(): number {
    return (this.#slotAndPort >>> 16) - 1;
  }

  set slot(slot: number) {
    this.#slotAndPort = ((slot + 1) << 16) | this.listenPort;
  }

  /** Port on which a remote that dialled us accepts connections, as far as the dialer was told of it; 0 for none. */
  get listenPort(): number {
    return this.#slotAndPort & 0xffff;
  }

  set listenPort(port: number) {
    this.#slotAndPort = ((this.slot + 1) << 16) | (port & 0xffff);
  }

  /** Pieces that we have said we have, each time counted. */
  get claims(): number {
    return this.owner?.countClaimsTo(this.slot) ?? 0;
  }

  protected noteClaims(count: number): void {
    if (count === 0) return;
    this.owner?.noteClaims(this.slot, count);
    this.hasNews = true;
  }

  // How long nothing came or went.

  noteReceived(nowUs: Microseconds): void {
    this.#receivedAt = nowUs | 0;
  }

  noteSent(nowUs: Microseconds): void {
    this.#sentAt = nowUs | 0;
  }

  /** For how long nothing has come. To be asked every few minutes, as the two that follow. */
  silentUs(nowUs: Microseconds): Microseconds {
    return ((nowUs | 0) - this.#receivedAt) | 0;
  }

  /** For how long nothing was sent. */
  muteUs(nowUs: Microseconds): Microseconds {
    return ((nowUs | 0) - this.#sentAt) | 0;
  }

  /**
   * A look at whether the remote takes what we send it; false when there is no hope. While nothing was sent since the
   * last look, at `lastLookUs`, and nothing waited then, nothing waits now.
   */
  takesWhatWeSend(lastLookUs: Microseconds, nowUs: Microseconds): boolean {
    const wrote = ((this.#sentAt - (lastLookUs | 0)) | 0) >= 0;
    if (!wrote && this.#uploads?.uptake === undefined) return true;
    const unsentBytes = this.unsentBytes();
    if (unsentBytes === 0) {
      if (this.#uploads !== undefined) this.#uploads.uptake = undefined;
      return true;
    }
    const uploads = this.startUploads();
    uploads.uptake ??= new Uptake(nowUs);
    return uploads.uptake.look(this.sentBytes, unsentBytes, nowUs);
  }

  protected override get unfinishedMessages(): UnfinishedMessages {
    return this.context.room.unfinished;
  }

  /** Bytes given to the stream that have not left it. */
  abstract unsentBytes(): number;

  // What we ask of it.

  /** To look at; what is to be changed gives `startRequests`. */
  get requests(): RequestWindow {
    return this.#requests ?? NO_REQUESTS;
  }

  startRequests(): RequestWindow {
    this.#requests ??= new RequestWindow(this.context.room, this.connectedAtUs, this.requestQueue);
    return this.#requests;
  }

  /** The peer said how many requests it queues; nonsense is clamped. */
  limitRequests(requestQueue: number): void {
    const limit = clampedRequestQueue(requestQueue);
    this.requestQueue = limit;
    this.#requests?.limitTo(limit);
  }

  /** The piece that it was last asked for; -1 for none. */
  get currentPiece(): number {
    return this.requests.currentPiece;
  }

  set currentPiece(piece: number) {
    this.startRequests().currentPiece = piece;
  }

  /** Its number among those who sent blocks of pieces under way; see `RequestWindow`. */
  get senderNumber(): number {
    return this.requests.senderNumber;
  }

  set senderNumber(number: number) {
    this.startRequests().senderNumber = number;
  }

  /** When the last block (or our first request) was; for snubbing. */
  get lastBlockAtUs(): Microseconds {
    return this.requests.lastBlockAtUs;
  }

  set lastBlockAtUs(atUs: Microseconds) {
    this.startRequests().lastBlockAtUs = atUs;
  }

  // What it asks of us.

  /** To look at; what is to be changed gives `startUploads`. */
  get uploads(): UploadQueue {
    return this.#uploads ?? NO_UPLOADS;
  }

  startUploads(): UploadQueue {
    this.#uploads ??= new UploadQueue(this.context.room, this.connectedAtUs);
    return this.#uploads;
  }

  /** Nothing of it is looked at any more. */
  protected endTransfers(): void {
    this.endUnfinished();
    this.#requests?.end();
    this.#uploads?.end();
    this.#requests = undefined;
    this.#uploads = undefined;
  }

  // What is of no use, and what is rare.

  /** Something of no use came, worth `messages` messages. False when that was one too many. */
  protected bears(messages: number): boolean {
    const now = this.context.clock.now();
    this.#forgottenAtUs = forgottenAtUs(this.#forgottenAtUs, messages, now);
    this.isPatienceLost = isTooMuch(this.#forgottenAtUs, now);
    return !this.isPatienceLost;
  }

  /** Pieces that the remote lets us fetch while it chokes us. */
  get allowedFast(): readonly number[] {
    return this.#rarities?.allowedFast ?? NO_PIECES;
  }

  /** Pieces that we let the remote fetch while we choke it. */
  get grantedFast(): readonly number[] {
    return this.#rarities?.grantedFast ?? NO_PIECES;
  }

  /** What the remote has said so far about the extensions that we know. */
  get remoteExtensions(): RemoteExtensions {
    return this.#rarities?.extensions ?? NO_EXTENSIONS;
  }

  /** Takes in what a handshake says: what it does not name stays as it was (BEP 10). */
  protected noteExtensions(named: ReadonlyMap<string, number>): void {
    const change = withNamed(this.remoteExtensions, named);
    if (change !== this.remoteExtensions) this.rarities().extensions = change;
  }

  /** The remote wants nothing any more, though it may lack pieces (BEP 21). */
  get uploadOnly(): boolean {
    return this.#rarities?.uploadOnly ?? false;
  }

  protected noteUploadOnly(uploadOnly: boolean): void {
    if (uploadOnly !== this.uploadOnly) this.rarities().uploadOnly = uploadOnly;
  }

  /** Pieces that the remote has suggested (BEP 6) since it last choked us, oldest first. */
  get suggested(): readonly number[] {
    return this.#rarities?.suggested ?? NO_PIECES;
  }

  /** Set when it is closed by us. */
  get ending(): Ending | undefined {
    return this.#rarities?.ending;
  }

  set ending(ending: Ending | undefined) {
    this.rarities().ending = ending;
  }

  /** A list of pieces, to be changed. */
  protected pieceList(name: PieceListName): number[] {
    const rarities = this.rarities();
    rarities[name] ??= [];
    return rarities[name];
  }

  protected rarities(): Rarities {
    this.#rarities ??= createRarities();
    return this.#rarities;
  }

  // What a choker sees.

  get interested(): boolean {
    return this.remoteInterested && this.#uploads?.uptake?.isStuck !== true;
  }

  get unchoked(): boolean {
    return !this.amChoking;
  }

  get unchokesUs(): boolean {
    return !this.remoteChoking;
  }

  get havePieces(): number {
    return this.owner?.countPiecesOf(this.slot) ?? 0;
  }

  get unchokedAtUs(): Microseconds {
    return this.uploads.unchokedAtUs;
  }

  get downloadRate(): number {
    return this.#requests?.rate(this.context.clock.now()) ?? 0;
  }

  get uploadRate(): number {
    return this.#uploads?.rate(this.context.clock.now()) ?? 0;
  }

  get receivedBytes(): number {
    return this.requests.receivedBytes;
  }

  get sentBytes(): number {
    return this.uploads.sentBytes;
  }
}
