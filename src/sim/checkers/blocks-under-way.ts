/**
 * The blocks that peers have given to their streams and that have not arrived: for each pair of peers that are connected a
 * lane in each direction, with the numbers of its blocks in the order of sending. Blocks of one stream arrive in that
 * order, so the next to arrive is nearly always the first; while a pair has a second stream (both dialled, or one side
 * has not noticed the end of the first), any order goes. Both lanes are forgotten when neither side has a connection.
 *
 * The lanes of a pair are a few words and no object, because every block of a run passes through here twice: what matters
 * is how many places are touched. A lane has a ring while there is a block in it: most pairs have none most of the time,
 * and so the rings that are used are always the same few. More blocks than fit wait behind it, in a list of their own.
 */
import { LinkedRows } from '../../core/peer/linked-rows.ts';
import { PairRecords, RECORD_WORDS } from './pair-records.ts';

/** The lane of a pair that is not looked at. */
export const NO_LANE = -1;

/** In a record, behind the two indices: the states of both lanes, then where their rings are. */
const STATES = 2;
const RINGS = 4;
/** Blocks in a ring. */
const RING = 6;

/** In a state, from the lowest bit on: how many are in the ring, where it begins, whether it is mixed, connections. */
const LENGTH_MASK = 7;
const HEAD_SHIFT = 3;
const HEAD_MASK = 7;
/** More than one connection has fed the lane, so that an entry cannot be told to be of the present one. */
const MIXED = 1 << 6;
/** Those that the sending side of the lane has. */
const CONNECTION = 1 << 7;

/** The lane in the other direction. */
export function opposite(lane: number): number {
  return lane ^ 1;
}

export class BlocksUnderWay {
  readonly #records = new PairRecords();
  /** As long as it is taken, all of a row is a ring. */
  readonly #rings = new LinkedRows(RING);
  /** By lane: what did not fit into the ring, in order. */
  readonly #overflows = new Map<number, number[]>();

  /** Pairs with a connection on either side. */
  get pairs(): number {
    return this.#records.count;
  }

  /** Bytes that all lanes take. */
  get byteLength(): number {
    return this.#records.byteLength + this.#rings.cells.byteLength;
  }

  /** `from` has one more connection with `to`, another peer. Returns the lane from it to the other. */
  attach(from: number, to: number): number {
    const low = Math.min(from, to);
    const high = Math.max(from, to);
    const known = this.#records.find(low, high);
    const lane = (known < 0 ? this.#records.add(low, high) : known) * 2 + (from === low ? 0 : 1);
    const { cells } = this.#records;
    const again = this.#state(lane) >= CONNECTION;
    const back = opposite(lane);
    if (again || this.length(lane) > 0) cells[stateAt(lane)] = this.#state(lane) | MIXED;
    if (again || this.length(back) > 0) cells[stateAt(back)] = this.#state(back) | MIXED;
    cells[stateAt(lane)] = this.#state(lane) + CONNECTION;
    return lane;
  }

  /** The sender of the lane has one connection less; with the last of both the lanes are over: no block can arrive. */
  detach(lane: number): void {
    const left = this.#state(lane) - CONNECTION;
    this.#records.cells[stateAt(lane)] = left;
    if (left >= CONNECTION || this.#state(opposite(lane)) >= CONNECTION) return;
    for (const each of [lane, opposite(lane)]) {
      if ((this.#state(each) & LENGTH_MASK) > 0) this.#rings.give(this.#ring(each));
      this.#overflows.delete(each);
    }
    this.#records.remove(lane >> 1);
  }

  isMixed(lane: number): boolean {
    return (this.#state(lane) & MIXED) !== 0;
  }

  length(lane: number): number {
    const inRing = this.#state(lane) & LENGTH_MASK;
    return inRing < RING ? inRing : RING + (this.#overflows.get(lane)?.length ?? 0);
  }

  /** The number of a block under way, `index` 0 being the oldest. */
  at(lane: number, index: number): number {
    if (index >= RING) return this.#overflows.get(lane)?.[index - RING] as number;
    return this.#rings.cells[this.#ring(lane) + slotOf(this.#state(lane), index)] as number;
  }

  /** A block was sent. `block` is an int32 that names it in the torrent. */
  push(lane: number, block: number): void {
    const { cells } = this.#records;
    const state = this.#state(lane);
    const length = state & LENGTH_MASK;
    if (length < RING) {
      if (length === 0) cells[stateAt(lane) + RINGS - STATES] = this.#rings.take();
      this.#rings.cells[this.#ring(lane) + slotOf(state, length)] = block;
      cells[stateAt(lane)] = state + 1;
      return;
    }
    const overflow = this.#overflows.get(lane);
    if (overflow === undefined) this.#overflows.set(lane, [block]);
    else overflow.push(block);
  }

  /** The block has arrived; false when it is not under way. */
  take(lane: number, block: number): boolean {
    const { cells } = this.#rings;
    const ring = this.#ring(lane);
    const state = this.#state(lane);
    const length = state & LENGTH_MASK;
    for (let index = 0; index < length; index++) {
      if (cells[ring + slotOf(state, index)] !== block) continue;
      for (let move = index; move > 0; move--) {
        cells[ring + slotOf(state, move)] = cells[ring + slotOf(state, move - 1)] as number;
      }
      this.#dropFirst(lane, state);
      return true;
    }
    return length === RING && this.#takeOverflow(lane, block);
  }

  #state(lane: number): number {
    return this.#records.cells[stateAt(lane)] as number;
  }

  /** Where the ring of a lane is; only while there is something in it. */
  #ring(lane: number): number {
    return this.#records.cells[stateAt(lane) + RINGS - STATES] as number;
  }

  #dropFirst(lane: number, state: number): void {
    if ((state & LENGTH_MASK) === 1) {
      this.#rings.give(this.#ring(lane));
      this.#records.cells[stateAt(lane)] = state & ~(LENGTH_MASK | (HEAD_MASK << HEAD_SHIFT));
      return;
    }
    const head = headOf(state);
    const moved = head + 1 < RING ? 1 : -head;
    this.#records.cells[stateAt(lane)] = state + moved * (1 << HEAD_SHIFT) - 1;
    if ((state & LENGTH_MASK) < RING) return;
    const next = this.#overflows.get(lane)?.shift();
    if (next !== undefined) this.push(lane, next);
  }

  #takeOverflow(lane: number, block: number): boolean {
    const overflow = this.#overflows.get(lane) ?? [];
    const index = overflow.indexOf(block);
    if (index < 0) return false;
    overflow.splice(index, 1);
    return true;
  }
}

function stateAt(lane: number): number {
  return (lane >> 1) * RECORD_WORDS + STATES + (lane & 1);
}

function headOf(state: number): number {
  return (state >> HEAD_SHIFT) & HEAD_MASK;
}

/** Which place of its ring the block number `index` of a lane has. */
function slotOf(state: number, index: number): number {
  const slot = headOf(state) + index;
  return slot < RING ? slot : slot - RING;
}
