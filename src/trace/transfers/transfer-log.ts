/**
 * Who gives which piece to whom, while a run goes on. It hears the same single blocks as the digest and adds them up: a row
 * for each piece over each connection. A block costs a look into a hash table at either end. Memory is bounded by
 * `MAX_TRANSFERS` and `MAX_PAIRS`: a run with more keeps the rows of fewer downloaders, always the same ones for the same run.
 *
 * Blocks of a stream arrive in the order in which they were given to it. So the row that a block belongs to is the oldest of
 * its pair of which something is under way, and nearly always the first that is looked at.
 */
import { PairIndex } from './pair-index.ts';
import { addTransfers, PairTotals, pairsOf } from './pair-totals.ts';
import { MAX_PAIRS, MAX_TRANSFERS, type PairColumns, type TransferColumns } from './transfer-columns.ts';
import { TransferRows, Word } from './transfer-rows.ts';

/** Rows that are looked through for a piece before there is a new one: pieces that lie in a stream at a time. */
const LOOKS = 64;
/** When only the rows of the first peer of so many would stay, none do. */
const MOST_PEERS = 2 ** 24;

export interface KeptTransfers {
  readonly transfers: TransferColumns;
  readonly pairs: PairColumns;
}

export interface TransferLimits {
  readonly rows: number;
  readonly pairs: number;
}

export class TransferLog {
  readonly #limits: TransferLimits;
  readonly #rows = new TransferRows();
  /** The two numbers of a pair are its oldest row with something under way, and its latest. */
  #pairs = new PairIndex();
  readonly #totals = new PairTotals();
  /** Of which downloaders rows and pairs are kept; 0: of none. */
  #rowsNth = 1;
  #pairsNth = 1;
  /** When a piece last failed its check, by downloader and piece, until it is right. */
  readonly #failed = new Map<string, number>();

  #finished: KeptTransfers | undefined = undefined;

  constructor(limits: TransferLimits = { rows: MAX_TRANSFERS, pairs: MAX_PAIRS }) {
    this.#limits = limits;
  }

  get byteLength(): number {
    return this.#rows.byteLength + this.#pairs.byteLength + this.#totals.byteLength;
  }

  /** `timeUs` must not decrease from call to call. */
  sent(uploader: number, downloader: number, piece: number, timeUs: number): void {
    if (downloader < 0 || !keeps(downloader, this.#rowsNth)) return;
    const pair = this.#pairOf(uploader, downloader);
    if (pair < 0) return;
    let row = this.#pairs.second(pair);
    if (row < 0 || this.#rows.get(row, Word.piece) !== piece || this.#isOver(row, downloader)) {
      row = this.#seek(pair, downloader, piece);
      if (row < 0) row = this.#append(pair, downloader, piece, timeUs);
      if (row < 0) return;
    }
    this.#rows.set(row, Word.underWay, this.#rows.get(row, Word.underWay) + 1);
  }

  /** A wanted block; `uploader` -1: not part of the run. */
  received(downloader: number, uploader: number, piece: number, bytes: number, timeUs: number): void {
    const pair = keeps(downloader, this.#pairsNth) ? this.#pairOf(uploader, downloader) : -1;
    if (pair < 0) return;
    const row = this.#rowOf(pair, downloader, piece, timeUs);
    if (row < 0) this.#totals.add(pair, bytes, 1, 0, timeUs, timeUs);
    else if (this.#rows.arrived(row, bytes, timeUs) === 0) this.#goOn(pair);
  }

  /** A block in vain; `piece` -1: of none of this torrent. */
  wasted(downloader: number, uploader: number, piece: number, bytes: number, timeUs: number): void {
    const pair = keeps(downloader, this.#pairsNth) ? this.#pairOf(uploader, downloader) : -1;
    if (pair < 0) return;
    const row = this.#rowOf(pair, downloader, piece, timeUs);
    if (row < 0) this.#totals.add(pair, 0, 0, bytes, timeUs, timeUs);
    else if (this.#rows.wasted(row, bytes, timeUs) === 0) this.#goOn(pair);
  }

  /** A connection between the two begins: what comes over it are other transfers. */
  connected(one: number, other: number): void {
    this.#forget(one, other);
    this.#forget(other, one);
  }

  /** The connection has ended for the downloader. What its remote has given by then may have been under way. */
  disconnected(downloader: number, uploader: number): void {
    this.#forget(uploader, downloader);
  }

  pieceFailed(downloader: number, piece: number, timeUs: number): void {
    this.#failed.set(`${downloader}:${piece}`, timeUs);
  }

  pieceVerified(downloader: number, piece: number): void {
    if (this.#failed.size > 0) this.#failed.delete(`${downloader}:${piece}`);
  }

  /** All that was kept; nothing may be reported any more. */
  finish(): KeptTransfers {
    this.#finished ??= this.#toColumns();
    return this.#finished;
  }

  #toColumns(): KeptTransfers {
    const pairs = this.#pairs;
    const transfers = this.#rows.finish(this.#rowsNth, (pair) => [
      pairs.uploader(pair),
      pairs.downloader(pair),
    ]);
    if (this.#rowsNth === 1) return { transfers, pairs: pairsOf(transfers) };
    addTransfers(this.#totals, pairs, transfers);
    return { transfers, pairs: this.#totals.finish(pairs, this.#pairsNth) };
  }

  /** The number of the pair, -1 where it is not kept (any more). */
  #pairOf(uploader: number, downloader: number): number {
    const pair = this.#pairs.find(uploader, downloader);
    if (pair >= 0) return pair;
    if (this.#pairs.count >= this.#limits.pairs) this.#thinPairs();
    return keeps(downloader, this.#pairsNth) ? this.#pairs.add(uploader, downloader) : -1;
  }

  /** The row for a block that has come, -1 where none is kept. */
  #rowOf(pair: number, downloader: number, piece: number, timeUs: number): number {
    if (!keeps(downloader, this.#rowsNth)) return -1;
    const oldest = this.#pairs.first(pair);
    if (oldest >= 0 && this.#rows.get(oldest, Word.piece) === piece && !this.#isOver(oldest, downloader))
      return oldest;
    const row = this.#seek(pair, downloader, piece);
    return row >= 0 ? row : this.#append(pair, downloader, piece, timeUs);
  }

  #seek(pair: number, downloader: number, piece: number): number {
    const rows = this.#rows;
    let row = this.#pairs.first(pair);
    for (let look = 0; look < LOOKS && row >= 0; look++) {
      if (rows.get(row, Word.piece) === piece && !this.#isOver(row, downloader)) return row;
      row = rows.get(row, Word.next);
    }
    return -1;
  }

  /** What the row has brought has failed its check since: whatever comes now is another try. */
  #isOver(row: number, downloader: number): boolean {
    if (this.#failed.size === 0) return false;
    const failedUs = this.#failed.get(`${downloader}:${this.#rows.get(row, Word.piece)}`);
    return (
      failedUs !== undefined && this.#rows.get(row, Word.blocks) > 0 && this.#rows.lastUs(row) <= failedUs
    );
  }

  #append(pair: number, downloader: number, piece: number, timeUs: number): number {
    if (this.#rows.count >= this.#limits.rows) {
      this.#thinRows(2 * this.#rowsNth);
      if (!keeps(downloader, this.#rowsNth)) return -1;
    }
    const rows = this.#rows;
    const row = rows.append(pair, piece, timeUs);
    const latest = this.#pairs.second(pair);
    if (latest >= 0) rows.set(latest, Word.next, row);
    this.#pairs.setSecond(pair, row);
    if (latest < 0) this.#pairs.setFirst(pair, row);
    else this.#goOn(pair);
    return row;
  }

  /** The oldest row with something under way, or the latest. */
  #goOn(pair: number): void {
    const rows = this.#rows;
    let row = this.#pairs.first(pair);
    while (rows.get(row, Word.underWay) === 0 && rows.get(row, Word.next) >= 0)
      row = rows.get(row, Word.next);
    this.#pairs.setFirst(pair, row);
  }

  #forget(uploader: number, downloader: number): void {
    const pair = this.#pairs.find(uploader, downloader);
    if (pair < 0) return;
    this.#pairs.setFirst(pair, -1);
    this.#pairs.setSecond(pair, -1);
  }

  /** Keeps the rows of every n-th downloader, of fewer still until half are gone, and adds the others to the totals. */
  #thinRows(everyNth: number): void {
    const rows = this.#rows;
    this.#rowsNth = everyNth > MOST_PEERS ? 0 : everyNth;
    const numbers = rows.thin((row) => {
      const pair = rows.get(row, Word.pair);
      if (keeps(this.#pairs.downloader(pair), this.#rowsNth)) return true;
      this.#totals.add(
        pair,
        rows.bytes(row),
        rows.get(row, Word.blocks),
        rows.get(row, Word.wasted),
        rows.firstUs(row),
        rows.lastUs(row),
      );
      return false;
    });
    for (let pair = 0; pair < this.#pairs.count; pair++) {
      const oldest = this.#pairs.first(pair);
      const latest = this.#pairs.second(pair);
      if (oldest >= 0) this.#pairs.setFirst(pair, numbers[oldest] as number);
      if (latest >= 0) this.#pairs.setSecond(pair, numbers[latest] as number);
    }
    if (rows.count > this.#limits.rows / 2 && this.#rowsNth !== 0) this.#thinRows(2 * this.#rowsNth);
  }

  #thinPairs(): void {
    const everyNth = 2 * this.#pairsNth > MOST_PEERS ? 0 : 2 * this.#pairsNth;
    if (this.#rowsNth !== 0 && (everyNth === 0 || this.#rowsNth < everyNth)) this.#thinRows(everyNth);
    this.#pairsNth = everyNth;
    const old = this.#pairs;
    const pairs = new PairIndex();
    const numbers = new Int32Array(old.count).fill(-1);
    for (let pair = 0; pair < old.count; pair++) {
      if (!keeps(old.downloader(pair), everyNth)) continue;
      const number = pairs.add(old.uploader(pair), old.downloader(pair));
      pairs.setFirst(number, old.first(pair));
      pairs.setSecond(number, old.second(pair));
      numbers[pair] = number;
    }
    this.#pairs = pairs;
    this.#totals.renumber(numbers);
    for (let row = 0; row < this.#rows.count; row++) {
      this.#rows.set(row, Word.pair, numbers[this.#rows.get(row, Word.pair)] as number);
    }
    if (pairs.count > this.#limits.pairs / 2 && everyNth !== 0) this.#thinPairs();
  }
}

/** Whether what this peer downloads is kept; `everyNth` 0: nobody's is. */
function keeps(downloader: number, everyNth: number): boolean {
  return everyNth === 1 || downloader % everyNth === 0;
}
