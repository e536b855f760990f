/**
 * Who gave which piece to whom, as columns: what the recorder writes, the file keeps and `Transfers` reads. Every table
 * says of whom it was kept (`everyNth`), so that nobody takes a sample for the whole.
 *
 * The law by which large runs keep less is in docs/TRACE.md: more than `MAX_TRANSFERS` rows, and only those of every second
 * downloader stay, then of every fourth, and so on; totals of pairs stay of everybody up to `MAX_PAIRS`.
 */

/** Most rows of transfers that a trace keeps. */
export const MAX_TRANSFERS = 2 ** 21;
/** Most pairs of an uploader and a downloader. */
export const MAX_PAIRS = 2 ** 20;
/** Most peers of which arrivals of blocks are kept. */
export const MAX_ARRIVAL_PEERS = 4096;
/** Blocks at the start of a download, and at its end, of which the arrivals are kept. */
export const KEPT_ARRIVALS = 100;

/**
 * A transfer is what came of one piece over one connection; of a pair that parts and meets again, or that fetches a piece
 * anew, there is another. Rows stand in the order of `firstUs`.
 */
export interface TransferColumns {
  /** 1: of every downloader. n > 1: only of those whose index is a multiple of n. 0: nothing was recorded. */
  readonly everyNth: number;
  readonly count: number;
  /** When the uploader gave the first block to its line; where it does not say so, when that arrived. */
  readonly firstUs: Float64Array;
  /** When the last block arrived. */
  readonly lastUs: Float64Array;
  /** Index of the peer that gave, -1 when it is not part of the run. */
  readonly uploader: Int32Array;
  readonly downloader: Int32Array;
  /** -1: of no piece of this torrent (bytes in vain only). */
  readonly piece: Int32Array;
  /** Payload bytes of wanted blocks, and how many blocks that were. */
  readonly bytes: Uint32Array;
  readonly blocks: Uint32Array;
  /** Payload bytes that came in vain: duplicate, late or unasked. */
  readonly wastedBytes: Uint32Array;
}

/** Totals of each pair that moved something. */
export interface PairColumns {
  /** As of transfers; 1 in all but the largest runs. */
  readonly everyNth: number;
  readonly count: number;
  readonly uploader: Int32Array;
  readonly downloader: Int32Array;
  readonly firstUs: Float64Array;
  readonly lastUs: Float64Array;
  readonly bytes: Float64Array;
  readonly blocks: Float64Array;
  readonly wastedBytes: Float64Array;
}

/** When the first and the last wanted blocks of each peer arrived. */
export interface ArrivalColumns {
  /** As of transfers. */
  readonly everyNth: number;
  /** By peer: wanted blocks in all; of every peer. */
  readonly blocks: Float64Array;
  /**
   * By kept peer, the multiples of `everyNth` in order: the first `KEPT_ARRIVALS`, then the last as many of those that
   * followed. How many that are, `blocks` says.
   */
  readonly timeUs: Float64Array;
}

/** How many instants are kept of a peer that got so many blocks. */
export function keptArrivals(blocks: number): number {
  return Math.min(blocks, 2 * KEPT_ARRIVALS);
}

export function noTransfers(): TransferColumns {
  return emptyTransfers(0, 0);
}

export function emptyTransfers(count: number, everyNth: number): TransferColumns {
  return {
    everyNth,
    count,
    firstUs: new Float64Array(count),
    lastUs: new Float64Array(count),
    uploader: new Int32Array(count),
    downloader: new Int32Array(count),
    piece: new Int32Array(count),
    bytes: new Uint32Array(count),
    blocks: new Uint32Array(count),
    wastedBytes: new Uint32Array(count),
  };
}

export function emptyPairs(count: number, everyNth: number): PairColumns {
  return {
    everyNth,
    count,
    uploader: new Int32Array(count),
    downloader: new Int32Array(count),
    firstUs: new Float64Array(count),
    lastUs: new Float64Array(count),
    bytes: new Float64Array(count),
    blocks: new Float64Array(count),
    wastedBytes: new Float64Array(count),
  };
}

export function noArrivals(): ArrivalColumns {
  return { everyNth: 0, blocks: new Float64Array(0), timeUs: new Float64Array(0) };
}
