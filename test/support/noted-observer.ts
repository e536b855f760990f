/** An observer that notes everything it is told, with the time, as short lines that tests can read and count. */
import { toLatin1 } from '../../src/core/bytes.ts';
import type { AnnounceEvent, Blame, TorrentObserver, UnchokeReason } from '../../src/core/observer.ts';
import type { Address } from '../../src/core/ports.ts';
import { NotedDecisions } from './noted-decisions.ts';

export interface Note {
  readonly atUs: number;
  readonly kind: keyof TorrentObserver;
  /** The remote that it is about, by its label; -1 for none. */
  readonly remote: number;
  /** What else was said, in order. */
  readonly details: readonly (string | number | boolean)[];
}

export class NotedObserver implements TorrentObserver {
  readonly notes: Note[] = [];
  readonly decisions: NotedDecisions;
  /** Addresses by label. */
  readonly remotes: Address[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
    this.decisions = new NotedDecisions(now);
  }

  of(kind: Note['kind']): Note[] {
    return this.notes.filter((note) => note.kind === kind);
  }

  /** Why connections ended, in order. */
  get reasons(): string[] {
    return this.of('disconnected').map((note) => String(note.details[0]));
  }

  /** Pieces that were announced as verified, in order. */
  get verified(): number[] {
    return this.of('pieceVerified').map((note) => note.details[0] as number);
  }

  /** Bytes of all notes of a kind that is about blocks. */
  bytes(kind: 'blockReceived' | 'blockWasted' | 'blockSent'): number {
    return this.of(kind).reduce((sum, note) => sum + (note.details[2] as number), 0);
  }

  connected(remote: Address, peerId: Uint8Array, outgoing: boolean): number {
    const label = this.remotes.push(remote) - 1;
    this.#note('connected', label, remote.host, toLatin1(peerId), outgoing);
    return label;
  }

  disconnected(remote: number, reason: string, blame: Blame): void {
    this.#note('disconnected', remote, reason, blame);
  }

  unchoked(remote: number, reason: UnchokeReason): void {
    this.#note('unchoked', remote, reason);
  }

  choked(remote: number): void {
    this.#note('choked', remote);
  }

  interestChanged(remote: number, interested: boolean): void {
    this.#note('interestChanged', remote, interested);
  }

  piecePicked(remote: number, piece: number, rule: string): void {
    this.#note('piecePicked', remote, piece, rule);
  }

  blockReceived(remote: number, piece: number, begin: number, length: number): void {
    this.#note('blockReceived', remote, piece, begin, length);
  }

  blockWasted(remote: number, piece: number, begin: number, length: number): void {
    this.#note('blockWasted', remote, piece, begin, length);
  }

  blockSent(remote: number, piece: number, begin: number, length: number): void {
    this.#note('blockSent', remote, piece, begin, length);
  }

  pieceVerified(piece: number, remote: number): void {
    this.#note('pieceVerified', remote, piece);
  }

  pieceLost(piece: number): void {
    this.#note('pieceLost', -1, piece);
  }

  pieceFailed(piece: number): void {
    this.#note('pieceFailed', -1, piece);
  }

  snubbed(remote: number): void {
    this.#note('snubbed', remote);
  }

  endgameEntered(): void {
    this.#note('endgameEntered', -1);
  }

  completed(): void {
    this.#note('completed', -1);
  }

  announced(_url: string, event: AnnounceEvent, peerCount: number): void {
    this.#note('announced', -1, event, peerCount);
  }

  announceFailed(_url: string, event: AnnounceEvent, message: string): void {
    this.#note('announceFailed', -1, event, message);
  }

  storageFailed(message: string): void {
    this.#note('storageFailed', -1, message);
  }

  #note(kind: Note['kind'], remote: number, ...details: (string | number | boolean)[]): void {
    this.notes.push({ atUs: this.#now(), kind, remote, details });
  }
}
