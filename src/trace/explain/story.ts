/**
 * What explanations are told from: a trace, and the indices into it that they share. An index is made when it is first
 * needed; a story may be kept and asked again and again.
 */
import { Decisions } from '../decisions/decisions.ts';
import { type RowsByKey, rowsByKey, rowsOf } from '../rows-by-key.ts';
import { EventKind, type Trace } from '../trace.ts';
import { Transfers } from '../transfers/transfers.ts';
import { ordinal, peerName } from './words.ts';

/** When a peer had a piece for good, and who gave its last block; -1: found on its disk, or from outside the run. */
export interface PieceOrigin {
  readonly timeUs: number;
  readonly giver: number;
}

export class Story {
  readonly trace: Trace;
  readonly transfers: Transfers;
  readonly decisions: Decisions;
  #verified: { readonly events: Int32Array; readonly byPeer: RowsByKey } | undefined = undefined;

  constructor(trace: Trace) {
    this.trace = trace;
    this.transfers = new Transfers(trace);
    this.decisions = new Decisions(trace);
  }

  name(peer: number): string {
    return peerName(this.trace, peer);
  }

  /** How the peer first came to hold the piece; undefined: it never did. One that came with everything had it at its arrival. */
  origin(peer: number, piece: number): PieceOrigin | undefined {
    const { events, header } = this.trace;
    for (const row of this.#checksOf(peer)) {
      if (events.kind[row] !== EventKind.pieceVerified || events.a[row] !== piece) continue;
      return { timeUs: events.timeUs[row] as number, giver: events.b[row] as number };
    }
    return header.peers[peer]?.have === 'all' ? { timeUs: 0, giver: -1 } : undefined;
  }

  /** When its copies of the piece failed their check. */
  failures(peer: number, piece: number): number[] {
    const { events } = this.trace;
    return [...this.#checksOf(peer)]
      .filter((row) => events.kind[row] === EventKind.pieceFailed && events.a[row] === piece)
      .map((row) => events.timeUs[row] as number);
  }

  /** Whoever gave most of what the peer's right copy is made of; the giver of the last block where that is not known. */
  mainGiver(peer: number, piece: number): number {
    const origin = this.origin(peer, piece);
    if (origin === undefined || origin.giver < 0 || !this.transfers.keeps(peer)) return origin?.giver ?? -1;
    const { columns } = this.transfers;
    const failedUs = this.failures(peer, piece).findLast((timeUs) => timeUs <= origin.timeUs) ?? -1;
    const given = new Map<number, number>();
    for (const row of this.transfers.ofPieceTo(piece, peer)) {
      const lastUs = columns.lastUs[row] as number;
      if (lastUs <= failedUs || (columns.firstUs[row] as number) > origin.timeUs) continue;
      const uploader = columns.uploader[row] as number;
      given.set(uploader, (given.get(uploader) ?? 0) + (columns.bytes[row] as number));
    }
    let main = origin.giver;
    for (const [uploader, bytes] of given) if (bytes > (given.get(main) ?? 0)) main = uploader;
    return main;
  }

  /** Whether anything of the piece was downloaded by the peer, from whomever. */
  cameOver(peer: number, piece: number): boolean {
    const origin = this.origin(peer, piece);
    if (origin !== undefined && origin.giver >= 0) return true;
    return this.transfers.keeps(peer) && this.transfers.ofPieceTo(piece, peer).length > 0;
  }

  /** Why there is nothing to say about what a peer got. */
  noTransfers(peer: number): string[] {
    const { everyNth } = this.transfers;
    if (everyNth === 0) {
      return [
        'Who gave which block is not in this trace: it was recorded by an earlier version of swarmlab.',
      ];
    }
    return [
      `Who gave which block to ${this.name(peer)} is not in this trace: a run as large as this one keeps that of every ${ordinal(everyNth)} peer only.`,
    ];
  }

  /** Rows of events in which the peer's pieces passed or failed their check. */
  #checksOf(peer: number): Int32Array {
    if (this.#verified === undefined) {
      const { events, header } = this.trace;
      const rows: number[] = [];
      for (let row = 0; row < events.count; row++) {
        const kind = events.kind[row];
        if (kind === EventKind.pieceVerified || kind === EventKind.pieceFailed) rows.push(row);
      }
      const all = Int32Array.from(rows);
      const peers = all.map((row) => events.peer[row] as number);
      this.#verified = { events: all, byPeer: rowsByKey(peers, header.peers.length) };
    }
    const { events, byPeer } = this.#verified;
    return rowsOf(byPeer, peer).map((index) => events[index] as number);
  }
}
