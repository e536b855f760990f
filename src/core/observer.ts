/**
 * What the engine tells whoever watches it: the raw material of the trace. The engine reports facts as they happen and
 * never reads them back. Remote peers are named by the number that `connected` returned, so that the hot calls carry
 * no objects. Every method must be cheap and must not call into the engine.
 */
import type { DecisionObserver } from './decisions.ts';
import type { Address } from './ports.ts';

/** Why a peer is unchoked: by the ordinary ranking, as the optimistic choice, or by a seed's rotation. */
export type UnchokeReason = 'regular' | 'optimistic' | 'seed';

/** Whose fault an ended connection was, or `none` when it just ended. */
export type Blame = 'none' | 'remote' | 'local';

export type AnnounceEvent = 'none' | 'started' | 'completed' | 'stopped';

export interface TorrentObserver {
  /** Who hears the reasons for what is decided; undefined: nobody. The same for as long as the torrent lives. */
  readonly decisions?: DecisionObserver | undefined;
  /** Handshakes were exchanged. Returns the number by which the remote peer is named from now on. */
  connected(remote: Address, peerId: Uint8Array, outgoing: boolean): number;
  disconnected(remote: number, reason: string, blame: Blame): void;
  /** We choke or unchoke the remote. */
  unchoked(remote: number, reason: UnchokeReason): void;
  choked(remote: number): void;
  /** Our interest in the remote changed. */
  interestChanged(remote: number, interested: boolean): void;
  /** A piece was chosen for download from `remote`; `rule` names why ("rarest-first", "random-first", …). */
  piecePicked(remote: number, piece: number, rule: string): void;
  /** A wanted block arrived. `begin` and `length` in bytes. */
  blockReceived(remote: number, piece: number, begin: number, length: number): void;
  /** Bytes arrived that were of no use: a duplicate, a late or an unasked block. */
  blockWasted(remote: number, piece: number, begin: number, length: number): void;
  /** A block's last byte was given to the stream. */
  blockSent(remote: number, piece: number, begin: number, length: number): void;
  /** A piece passed its hash check and may be announced. `remote` gave its last block, -1 when found on disk. */
  pieceVerified(piece: number, remote: number): void;
  pieceFailed(piece: number): void;
  snubbed(remote: number): void;
  /** Every missing block is requested; blocks are now asked of several peers. */
  endgameEntered(): void;
  /** Every piece is verified. */
  completed(): void;
  announced(url: string, event: AnnounceEvent, peerCount: number): void;
  announceFailed(url: string, event: AnnounceEvent, message: string): void;
  /** A tracker answered, with a remark for people. */
  trackerWarned?(url: string, message: string): void;
  /** A verified piece is not on the disk any more. */
  pieceLost?(piece: number): void;
  /** Storage failed; the torrent is paused. */
  storageFailed(message: string): void;
}
