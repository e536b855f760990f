/**
 * The blocks that peers have given to their streams and that have not arrived, one lane for each directed pair of peers
 * that are connected: the offsets of its blocks, in the order of sending. Blocks of one stream arrive in that order, so
 * the next to arrive is nearly always the first; while a pair has a second stream (both dialled, or one side has not
 * noticed the end of the first), any order goes. A lane is forgotten when neither side has a connection to the other.
 *
 * A lane is one line of memory and no object, because every block of a run passes through here twice: what matters is how
 * many places are touched. More blocks than fit wait behind it, in a list of their own.
 */

export type LaneSide = 'sender' | 'receiver';

/** The lane of a pair that is not looked at. */
export const NO_LANE = -1;

/** Numbers of eight bytes a lane: the first is its state, then a ring of offsets. */
const STRIDE = 8;
const RING = STRIDE - 1;
/** In the state: where the ring begins, times this, and how many are in it. */
const LENGTH_RANGE = 8;

interface LaneBook {
  key: number;
  senders: number;
  receivers: number;
  /** More than one connection has fed it, so that an entry cannot be told to be of the present one. */
  mixed: boolean;
  /** What did not fit into the ring, in order. */
  readonly overflow: number[];
}

export class BlocksUnderWay {
  #cells = new Float64Array(STRIDE * 64);
  readonly #books: LaneBook[] = [];
  readonly #lanes = new Map<number, number>();
  readonly #free: number[] = [];

  /** Directed pairs with a connection on either side. */
  get pairs(): number {
    return this.#lanes.size;
  }

  /** One side of the pair named by `key` has one more connection to the other. Returns the lane of the pair. */
  attach(key: number, side: LaneSide): number {
    const lane = this.#lanes.get(key) ?? this.#add(key);
    const book = this.#books[lane] as LaneBook;
    const before = side === 'sender' ? book.senders++ : book.receivers++;
    if (before > 0 || this.length(lane) > 0) book.mixed = true;
    return lane;
  }

  /** One less; with the last of both sides the lane is over, because no block can arrive any more. */
  detach(lane: number, side: LaneSide): void {
    const book = this.#books[lane] as LaneBook;
    if (side === 'sender') book.senders--;
    else book.receivers--;
    if (book.senders + book.receivers > 0) return;
    this.#lanes.delete(book.key);
    this.#free.push(lane);
  }

  isMixed(lane: number): boolean {
    return (this.#books[lane] as LaneBook).mixed;
  }

  length(lane: number): number {
    const inRing = (this.#cells[lane * STRIDE] as number) % LENGTH_RANGE;
    return inRing < RING ? inRing : RING + (this.#books[lane] as LaneBook).overflow.length;
  }

  /** Block number `index` of those under way, 0 being the oldest: its offset. */
  at(lane: number, index: number): number {
    const state = this.#cells[lane * STRIDE] as number;
    if (index >= RING) return (this.#books[lane] as LaneBook).overflow[index - RING] as number;
    return this.#cells[this.#place(lane, state, index)] as number;
  }

  /** A block was sent. `offset` is its place in the torrent in bytes. */
  push(lane: number, offset: number): void {
    const cells = this.#cells;
    const state = cells[lane * STRIDE] as number;
    const length = state % LENGTH_RANGE;
    if (length === RING) {
      (this.#books[lane] as LaneBook).overflow.push(offset);
      return;
    }
    cells[this.#place(lane, state, length)] = offset;
    cells[lane * STRIDE] = state + 1;
  }

  /** The block has arrived; false when it is not under way. */
  take(lane: number, offset: number): boolean {
    const cells = this.#cells;
    const state = cells[lane * STRIDE] as number;
    const length = state % LENGTH_RANGE;
    for (let index = 0; index < length; index++) {
      if (cells[this.#place(lane, state, index)] !== offset) continue;
      for (let move = index; move > 0; move--) {
        cells[this.#place(lane, state, move)] = cells[this.#place(lane, state, move - 1)] as number;
      }
      this.#dropFirst(lane, state, length);
      return true;
    }
    return length === RING && this.#takeOverflow(lane, offset);
  }

  #place(lane: number, state: number, index: number): number {
    const slot = Math.floor(state / LENGTH_RANGE) + index;
    return lane * STRIDE + 1 + (slot < RING ? slot : slot - RING);
  }

  #dropFirst(lane: number, state: number, length: number): void {
    const head = Math.floor(state / LENGTH_RANGE) + 1;
    const begin = (head < RING ? head : 0) * LENGTH_RANGE;
    this.#cells[lane * STRIDE] = begin + length - 1;
    if (length < RING) return;
    const next = (this.#books[lane] as LaneBook).overflow.shift();
    if (next !== undefined) this.push(lane, next);
  }

  #takeOverflow(lane: number, offset: number): boolean {
    const { overflow } = this.#books[lane] as LaneBook;
    const index = overflow.indexOf(offset);
    if (index < 0) return false;
    overflow.splice(index, 1);
    return true;
  }

  #add(key: number): number {
    const lane = this.#free.pop() ?? this.#books.length;
    this.#books[lane] = { key, senders: 0, receivers: 0, mixed: false, overflow: [] };
    if ((lane + 1) * STRIDE > this.#cells.length) {
      const grown = new Float64Array(this.#cells.length * 2);
      grown.set(this.#cells);
      this.#cells = grown;
    }
    this.#cells[lane * STRIDE] = 0;
    this.#lanes.set(key, lane);
    return lane;
  }
}
