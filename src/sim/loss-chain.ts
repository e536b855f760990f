/**
 * Loss in bursts on one direction of a line: the chain of Gilbert (1960), whose two states are "passes" and "is lost".
 * With loss p and bursts of B packets on average it leaves the bad state with 1 / B and enters it with
 * p / (B (1 - p)), so that in the long run a share of p is lost. Bursts are never shorter than chance alone makes them,
 * 1 / (1 - p): there the chain is a coin without memory.
 */
import { drawUint32, keyOf } from './keyed-draws.ts';

const MILLION = 1_000_000;
const WORD_SPAN = 2 ** 32;
/** A line that was silent for so long has forgotten what it was at: bursts are a matter of moments. */
export const MEMORY_US = 1_000_000;

export class LossChain {
  readonly #key: number;
  #count = 0;
  #perMillion = 0;
  #burst = 1;
  /** Of 2^32 draws, those that lead from one state to the other. */
  #enters = 0;
  #leaves = WORD_SPAN;
  #bad = false;
  #lastUs = Number.NEGATIVE_INFINITY;

  /** The name of the line's direction within the run: chains with different names are independent. */
  constructor(name: string) {
    this.#key = keyOf(name);
  }

  /**
   * Whether the next packet is lost, on a line that loses `perMillion` packets in a million (0 to 1,000,000), `burst` in
   * a row on average (1 or more). Both may be others than the last time.
   */
  loses(perMillion: number, burst: number, nowUs: number): boolean {
    if (perMillion !== this.#perMillion || burst !== this.#burst) this.#tune(perMillion, burst);
    const draw = drawUint32(this.#key, this.#count++);
    if (nowUs - this.#lastUs >= MEMORY_US) this.#bad = draw < (perMillion / MILLION) * WORD_SPAN;
    else if (this.#bad) this.#bad = draw >= this.#leaves;
    else this.#bad = draw < this.#enters;
    this.#lastUs = nowUs;
    return this.#bad;
  }

  #tune(perMillion: number, burst: number): void {
    this.#perMillion = perMillion;
    this.#burst = burst;
    const passing = (MILLION - perMillion) / MILLION;
    const leaves = Math.min(1 / burst, passing);
    this.#leaves = Math.round(leaves * WORD_SPAN);
    this.#enters = passing === 0 ? WORD_SPAN : Math.round(((leaves * (1 - passing)) / passing) * WORD_SPAN);
  }
}
