/**
 * Fetches metadata from several peers at a time (BEP 9) and finds out who lied when its hash is wrong. At first all who
 * name the same length share an attempt. When that fails and one peer gave all of it, that peer lied. When several did,
 * nobody knows who, so from then on each attempt of that length takes pieces from one peer alone; once one succeeds, the
 * pieces of all that failed are compared with the truth. Invariant: only who gave a wrong piece is called a liar.
 */
import { equalBytes } from '../bytes.ts';
import type { Clock, Hasher, Microseconds } from '../ports.ts';
import { type GivenPiece, liarsAmong, MetadataAttempt } from './metadata-attempt.ts';
import { METADATA_BYTES_MAX } from './metadata-messages.ts';

/** Requests on their way to one peer. */
export const REQUESTS_MAX = 2;
/** A request without an answer for so long is made to another peer, and this one is left alone for a while. */
export const ANSWER_US: Microseconds = 10_000_000;
/** For how long a peer is left alone that refused a piece or did not answer. */
export const REST_US: Microseconds = 60_000_000;
/** Attempts at a time: peers may disagree about the length, and liars may be many. */
export const ATTEMPTS_MAX = 8;
/** An attempt to which nothing was added for so long makes room for another. */
const STALE_US: Microseconds = 30_000_000;
/** Pieces of failed attempts that are remembered. */
const GIVEN_MAX = 8192;

export interface MetadataFetcherHandler<Source> {
  request(source: Source, piece: number): void;
  /** It gave a wrong piece. Not asked again. */
  onLiar(source: Source): void;
  /** Its hash is right. Called once, as the last call. */
  onMetadata(metadata: Uint8Array): void;
}

interface Peer<Source> {
  readonly source: Source;
  readonly totalBytes: number;
  attempt: MetadataAttempt<Source> | undefined;
  /** When each piece was asked for. */
  readonly asked: Map<number, Microseconds>;
  restsUntilUs: Microseconds;
}

export class MetadataFetcher<Source extends object> {
  readonly #clock: Clock;
  readonly #hasher: Hasher;
  readonly #infoHash: Uint8Array;
  readonly #handler: MetadataFetcherHandler<Source>;
  readonly #peers = new Map<Source, Peer<Source>>();
  /** With when something was last added. */
  readonly #attempts = new Map<MetadataAttempt<Source>, Microseconds>();
  /** Lengths of which an attempt by several peers has failed. */
  readonly #doubtful = new Set<number>();
  #given: GivenPiece<Source>[] = [];
  readonly #liars = new WeakSet<Source>();
  #done = false;

  constructor(
    ports: { readonly clock: Clock; readonly hasher: Hasher },
    infoHash: Uint8Array,
    handler: MetadataFetcherHandler<Source>,
  ) {
    this.#clock = ports.clock;
    this.#hasher = ports.hasher;
    this.#infoHash = infoHash;
    this.#handler = handler;
  }

  /** What has arrived of the attempt that is furthest, for a progress line. */
  get progress(): { readonly receivedBytes: number; readonly totalBytes: number } {
    let best = { receivedBytes: 0, totalBytes: 0 };
    for (const attempt of this.#attempts.keys()) {
      const { receivedBytes, totalBytes } = attempt;
      if (receivedBytes >= best.receivedBytes) best = { receivedBytes, totalBytes };
    }
    return best;
  }

  /** A peer has metadata of this length, as it says. Absurd lengths are not believed. */
  offer(source: Source, totalBytes: number): void {
    if (this.#done || totalBytes > METADATA_BYTES_MAX || this.#peers.has(source)) return;
    if (this.#liars.has(source)) return;
    const peer = { source, totalBytes, attempt: undefined, asked: new Map(), restsUntilUs: 0 };
    this.#peers.set(source, peer);
    this.#fill(peer);
  }

  /** A piece has come. False when it was not asked for, or is not what was. `bytes` is copied. */
  onData(source: Source, piece: number, totalBytes: number | undefined, bytes: Uint8Array): boolean {
    const peer = this.#peers.get(source);
    if (this.#done || peer?.attempt === undefined || !peer.asked.delete(piece)) return false;
    const { attempt } = peer;
    if ((totalBytes !== undefined && totalBytes !== peer.totalBytes) || !attempt.fits(piece, bytes.length)) {
      // It contradicts itself: nothing that it says is of use.
      this.#drop(peer);
      return false;
    }
    if (!attempt.has(piece)) {
      attempt.add(piece, bytes.slice(), source);
      this.#attempts.set(attempt, this.#clock.now());
    }
    if (attempt.isComplete) this.#judge(attempt);
    else this.#fill(peer);
    return true;
  }

  /** A peer refuses a piece. False when it was not asked for it. */
  onReject(source: Source, piece: number): boolean {
    const peer = this.#peers.get(source);
    if (peer?.asked.delete(piece) !== true) return false;
    this.#rest(peer);
    return true;
  }

  forget(source: Source): void {
    const peer = this.#peers.get(source);
    if (peer === undefined) return;
    this.#drop(peer);
    this.#fillAll();
  }

  /** To be called every few seconds: what was not answered is asked of others. */
  look(): void {
    const now = this.#clock.now();
    for (const peer of this.#peers.values()) {
      for (const askedAtUs of peer.asked.values()) {
        if (askedAtUs + ANSWER_US > now) continue;
        this.#rest(peer);
        break;
      }
    }
    this.#fillAll();
  }

  /** The peer is left alone for a while, and what it was asked for is free again. */
  #rest(peer: Peer<Source>): void {
    peer.asked.clear();
    peer.restsUntilUs = this.#clock.now() + REST_US;
    if (peer.attempt?.soloist === peer.source) this.#end(peer.attempt);
    this.#fillAll();
  }

  #drop(peer: Peer<Source>): void {
    this.#peers.delete(peer.source);
    const { attempt } = peer;
    if (attempt === undefined) return;
    const isUsed = [...this.#peers.values()].some((other) => other.attempt === attempt);
    // What an attempt of several has is kept for those who come after.
    if (!isUsed && (attempt.soloist !== undefined || attempt.receivedBytes === 0)) this.#end(attempt);
  }

  #fillAll(): void {
    for (const peer of [...this.#peers.values()]) {
      if (this.#done) return;
      this.#fill(peer);
    }
  }

  #fill(peer: Peer<Source>): void {
    if (peer.restsUntilUs > this.#clock.now()) return;
    peer.attempt ??= this.#attemptFor(peer);
    const { attempt } = peer;
    if (attempt === undefined) return;
    for (let piece = 0; piece < attempt.pieceCount && peer.asked.size < REQUESTS_MAX; piece++) {
      if (attempt.has(piece) || this.#isAsked(attempt, piece)) continue;
      peer.asked.set(piece, this.#clock.now());
      this.#handler.request(peer.source, piece);
    }
  }

  #isAsked(attempt: MetadataAttempt<Source>, piece: number): boolean {
    for (const other of this.#peers.values()) {
      if (other.attempt === attempt && other.asked.has(piece)) return true;
    }
    return false;
  }

  #attemptFor(peer: Peer<Source>): MetadataAttempt<Source> | undefined {
    const isDoubtful = this.#doubtful.has(peer.totalBytes);
    if (!isDoubtful) {
      for (const attempt of this.#attempts.keys()) {
        if (attempt.totalBytes === peer.totalBytes && attempt.soloist === undefined) return attempt;
      }
    }
    if (this.#attempts.size >= ATTEMPTS_MAX && !this.#endStale()) return undefined;
    const attempt = new MetadataAttempt(peer.totalBytes, isDoubtful ? peer.source : undefined);
    this.#attempts.set(attempt, this.#clock.now());
    return attempt;
  }

  #endStale(): boolean {
    const now = this.#clock.now();
    for (const [attempt, addedAtUs] of this.#attempts) {
      if (addedAtUs + STALE_US > now) continue;
      for (const peer of this.#peers.values()) {
        if (peer.attempt === attempt) peer.restsUntilUs = Math.max(peer.restsUntilUs, now + REST_US);
      }
      this.#end(attempt);
      return true;
    }
    return false;
  }

  #end(attempt: MetadataAttempt<Source>): void {
    this.#remember(attempt);
    this.#attempts.delete(attempt);
    for (const peer of this.#peers.values()) {
      if (peer.attempt !== attempt) continue;
      peer.attempt = undefined;
      peer.asked.clear();
    }
  }

  #remember(attempt: MetadataAttempt<Source>): void {
    if (this.#given.length < GIVEN_MAX)
      this.#given.push(...attempt.given((bytes) => this.#hasher.sha1(bytes)));
  }

  #judge(attempt: MetadataAttempt<Source>): void {
    const metadata = attempt.join();
    if (equalBytes(this.#hasher.sha1(metadata), this.#infoHash)) {
      this.#succeed(metadata);
      return;
    }
    const { sources, totalBytes } = attempt;
    const [only] = sources;
    if (sources.length > 1) this.#doubtful.add(totalBytes);
    this.#end(attempt);
    if (sources.length === 1 && only !== undefined) this.#blame(only);
    this.#fillAll();
  }

  #succeed(metadata: Uint8Array): void {
    this.#done = true;
    for (const attempt of this.#attempts.keys()) this.#remember(attempt);
    for (const liar of liarsAmong(this.#given, metadata, (bytes) => this.#hasher.sha1(bytes)))
      this.#blame(liar);
    this.#given = [];
    this.#peers.clear();
    this.#attempts.clear();
    this.#handler.onMetadata(metadata);
  }

  #blame(source: Source): void {
    if (this.#liars.has(source)) return;
    this.#liars.add(source);
    const peer = this.#peers.get(source);
    if (peer !== undefined) this.#drop(peer);
    this.#handler.onLiar(source);
  }
}
