/**
 * The connections of all watched engines, from `connected` on, by the number that the engine was given for each. Numbers
 * are not given out again: an engine may name the source of a piece after its connection has ended. Three integers a
 * connection side by side, because every block looks at them.
 */
import { opposite } from './blocks-under-way.ts';
import { grown } from './pair-records.ts';

const STRIDE = 3;
/** Twice the index of the remote, and one more while it is unchoked. */
const REMOTE = 0;
const LANE = 1;
const PREVIOUS = 2;

/** The lane of a connection that has ended. */
const ENDED = -2;

export class WatchedConnections {
  #cells = new Int32Array(STRIDE * 64);
  #count = 0;
  #open = 0;

  /** Connections that have not ended, each end counted for itself. */
  get open(): number {
    return this.#open;
  }

  /** Bytes that all connections take. */
  get byteLength(): number {
    return this.#cells.byteLength;
  }

  /**
   * `remote`: its index among the peers, -1 for an outsider. `lane`: of blocks to it, `NO_LANE` when it is not watched.
   * `previous`: the number of the engine's connection before this one, -1 for its first.
   */
  add(remote: number, lane: number, previous: number): number {
    const number = this.#count++;
    this.#open++;
    const at = number * STRIDE;
    if (at + STRIDE > this.#cells.length) this.#cells = grown(this.#cells);
    this.#cells[at + REMOTE] = remote * 2;
    this.#cells[at + LANE] = lane;
    this.#cells[at + PREVIOUS] = previous;
    return number;
  }

  remote(number: number): number {
    return (this.#cells[number * STRIDE + REMOTE] as number) >> 1;
  }

  /** The connection that its engine had before; -1 for none. */
  previous(number: number): number {
    return this.#cells[number * STRIDE + PREVIOUS] as number;
  }

  isUnchoked(number: number): boolean {
    return ((this.#cells[number * STRIDE + REMOTE] as number) & 1) === 1;
  }

  /** False when it is so already. */
  setUnchoked(number: number, unchoked: boolean): boolean {
    if (this.isUnchoked(number) === unchoked) return false;
    this.#cells[number * STRIDE + REMOTE] = (this.#cells[number * STRIDE + REMOTE] as number) ^ 1;
    return true;
  }

  /** The lane of the blocks to the remote; below 0 when there is none. */
  toRemote(number: number): number {
    return this.#cells[number * STRIDE + LANE] as number;
  }

  /** The lane of the blocks from the remote; below 0 when there is none. */
  fromRemote(number: number): number {
    const lane = this.toRemote(number);
    return lane < 0 ? lane : opposite(lane);
  }

  hasEnded(number: number): boolean {
    return this.toRemote(number) === ENDED;
  }

  /** To be called once. */
  end(number: number): void {
    this.#open--;
    this.#cells[number * STRIDE + LANE] = ENDED;
  }
}
