/** Hears everything and keeps nothing; the base of observers that care about a few things only. */
import type { AnnounceEvent, Blame, TorrentObserver, UnchokeReason } from './observer.ts';
import type { Address } from './ports.ts';

export class SilentObserver implements TorrentObserver {
  connected(_remote: Address, _peerId: Uint8Array, _outgoing: boolean): number {
    return -1;
  }
  disconnected(_remote: number, _reason: string, _blame: Blame): void {}
  unchoked(_remote: number, _reason: UnchokeReason): void {}
  choked(_remote: number): void {}
  interestChanged(_remote: number, _interested: boolean): void {}
  piecePicked(_remote: number, _piece: number, _rule: string): void {}
  blockReceived(_remote: number, _piece: number, _begin: number, _length: number): void {}
  blockWasted(_remote: number, _piece: number, _begin: number, _length: number): void {}
  blockSent(_remote: number, _piece: number, _begin: number, _length: number): void {}
  pieceVerified(_piece: number, _remote: number): void {}
  pieceFailed(_piece: number): void {}
  snubbed(_remote: number): void {}
  endgameEntered(): void {}
  completed(): void {}
  announced(_url: string, _event: AnnounceEvent, _peerCount: number): void {}
  announceFailed(_url: string, _event: AnnounceEvent, _message: string): void {}
  trackerWarned(_url: string, _message: string): void {}
  pieceLost(_piece: number): void {}
  storageFailed(_message: string): void {}
}
