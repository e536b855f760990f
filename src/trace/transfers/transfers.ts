/**
 * Reads the transfers of a trace: by time, by piece, by peer, by pair. An index is made when it is first asked for, by
 * counting, and holds four bytes a row. Rows are numbers into `columns`; they always come in the order of `firstUs`.
 *
 * A large run keeps the rows of some downloaders only: ask `everyNth`, and say so where it is not 1. Totals of pairs
 * (`trace.pairs`) then still are of everybody.
 */
import { type RowsByKey, rowsByKey, rowsOf } from '../rows-by-key.ts';
import type { Trace } from '../trace.ts';
import type { TransferColumns } from './transfer-columns.ts';

/** Rows of a span; each span remembers when its last transfer ends, so that spans that are over are passed by. */
const SPAN_ROWS = 256;

export class Transfers {
  readonly columns: TransferColumns;
  readonly #peers: number;
  readonly #pieces: number;
  #byPiece: RowsByKey | undefined = undefined;
  #byUploader: RowsByKey | undefined = undefined;
  #byDownloader: RowsByKey | undefined = undefined;
  #spanEndUs: Float64Array | undefined = undefined;

  constructor(trace: Pick<Trace, 'header' | 'transfers'>) {
    this.columns = trace.transfers;
    this.#peers = trace.header.peers.length;
    this.#pieces = trace.header.torrent.pieceCount;
  }

  get count(): number {
    return this.columns.count;
  }

  /** 1: every transfer is there. n: those to every n-th peer. 0: nothing was recorded. */
  get everyNth(): number {
    return this.columns.everyNth;
  }

  /** Whether what this peer downloaded was kept. */
  keeps(downloader: number): boolean {
    return this.everyNth !== 0 && downloader % this.everyNth === 0;
  }

  /** Bytes per second from its first block given to its last block arrived; 0 where that is no time at all. */
  bytesPerSec(row: number): number {
    const { firstUs, lastUs, bytes } = this.columns;
    const tookUs = (lastUs[row] as number) - (firstUs[row] as number);
    return tookUs === 0 ? 0 : ((bytes[row] as number) * 1e6) / tookUs;
  }

  /** Those that are under way at some instant in [fromUs, toUs]. */
  between(fromUs: number, toUs: number): number[] {
    const { firstUs, lastUs, count } = this.columns;
    const endsUs = this.#spanEnds();
    const found: number[] = [];
    for (let span = 0; span < endsUs.length; span++) {
      const start = span * SPAN_ROWS;
      if ((firstUs[start] as number) > toUs) break;
      if ((endsUs[span] as number) < fromUs) continue;
      const end = Math.min(count, start + SPAN_ROWS);
      for (let row = start; row < end && (firstUs[row] as number) <= toUs; row++) {
        if ((lastUs[row] as number) >= fromUs) found.push(row);
      }
    }
    return found;
  }

  /** Those of one piece. */
  ofPiece(piece: number): Int32Array {
    this.#byPiece ??= rowsByKey(this.columns.piece, this.#pieces);
    return rowsOf(this.#byPiece, piece);
  }

  /** What a peer gave. */
  from(uploader: number): Int32Array {
    this.#byUploader ??= rowsByKey(this.columns.uploader, this.#peers);
    return rowsOf(this.#byUploader, uploader);
  }

  /** What a peer got. */
  to(downloader: number): Int32Array {
    this.#byDownloader ??= rowsByKey(this.columns.downloader, this.#peers);
    return rowsOf(this.#byDownloader, downloader);
  }

  /** What one gave to the other; `uploader` -1: those that are not part of the run. */
  ofPair(uploader: number, downloader: number): Int32Array {
    return this.to(downloader).filter((row) => this.columns.uploader[row] === uploader);
  }

  /** How a peer came by a piece: wanted blocks only, failed tries included. */
  ofPieceTo(piece: number, downloader: number): Int32Array {
    const { bytes, piece: pieces } = this.columns;
    return this.to(downloader).filter((row) => pieces[row] === piece && (bytes[row] as number) > 0);
  }

  #spanEnds(): Float64Array {
    if (this.#spanEndUs !== undefined) return this.#spanEndUs;
    const { count, lastUs } = this.columns;
    const ends = new Float64Array(Math.ceil(count / SPAN_ROWS));
    for (let row = 0; row < count; row++) {
      const span = Math.floor(row / SPAN_ROWS);
      ends[span] = Math.max(ends[span] as number, lastUs[row] as number);
    }
    this.#spanEndUs = ends;
    return ends;
  }
}
