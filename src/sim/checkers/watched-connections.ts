/**
 * The connections of all watched engines, from `connected` on, by the number that the engine was given for each. Numbers
 * are not given out again: an engine may name the source of a piece after its connection has ended. Four small integers a
 * connection side by side, because every block looks at them.
 */

const STRIDE = 4;
const REMOTE = 0;
const UNCHOKED = 1;
const OUT = 2;
const IN = 3;

/** Lanes of a connection that has ended. */
const ENDED = -2;

export class WatchedConnections {
  #cells = new Int32Array(STRIDE * 64);
  #count = 0;

  /** `remote`: its index among the peers, -1 for an outsider. Lanes are `NO_LANE` when the remote is not watched. */
  add(remote: number, toRemote: number, fromRemote: number): number {
    const number = this.#count++;
    const at = number * STRIDE;
    if (at === this.#cells.length) {
      const grown = new Int32Array(at * 2);
      grown.set(this.#cells);
      this.#cells = grown;
    }
    this.#cells[at + REMOTE] = remote;
    this.#cells[at + UNCHOKED] = 0;
    this.#cells[at + OUT] = toRemote;
    this.#cells[at + IN] = fromRemote;
    return number;
  }

  remote(number: number): number {
    return this.#cells[number * STRIDE + REMOTE] as number;
  }

  isUnchoked(number: number): boolean {
    return this.#cells[number * STRIDE + UNCHOKED] === 1;
  }

  /** False when it is so already. */
  setUnchoked(number: number, unchoked: boolean): boolean {
    const before = this.isUnchoked(number);
    this.#cells[number * STRIDE + UNCHOKED] = unchoked ? 1 : 0;
    return before !== unchoked;
  }

  /** The lane of the blocks to the remote; below 0 when there is none. */
  toRemote(number: number): number {
    return this.#cells[number * STRIDE + OUT] as number;
  }

  /** The lane of the blocks from the remote; below 0 when there is none. */
  fromRemote(number: number): number {
    return this.#cells[number * STRIDE + IN] as number;
  }

  hasEnded(number: number): boolean {
    return this.toRemote(number) === ENDED;
  }

  end(number: number): void {
    this.#cells[number * STRIDE + OUT] = ENDED;
    this.#cells[number * STRIDE + IN] = ENDED;
  }
}
