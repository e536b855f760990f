/**
 * The `Random` port: named streams of numbers from the alea generator (its siblings in the same package give
 * correlated streams for neighbouring seeds). The name alone seeds a stream, so one more peer or one more draw shifts
 * nothing elsewhere. A name is a path: `fork('a').fork('b')` and `fork('a/b')` are the same stream.
 */
import alea from 'seedrandom/lib/alea.js';
import type { Random } from '../core/ports.ts';
import { invariant } from '../core/result.ts';

// A step of alea: multiply with carry, by factors of its author.
const FACTOR = 2091639;
const TO_FRACTION = 2.3283064365386963e-10;

export class SeededRandom implements Random {
  readonly name: string;
  // The generator's state. It is here, and not in a generator of the package, because a run has many thousands of them.
  #s0 = 0.5;
  #s1 = 0.5;
  #s2 = 0.5;
  #carry = 1;
  /** Seeded with the first draw: many streams only name others, or are there for what never happens. */
  #seeded = false;

  private constructor(name: string) {
    this.name = name;
  }

  /** The root stream of a run; every other is forked from it. */
  static ofRun(seed: number): SeededRandom {
    invariant(Number.isSafeInteger(seed), 'a run seed is an integer');
    return new SeededRandom(String(seed));
  }

  /** The stream with this name, as written: "7/crowd-3/choker". */
  static named(name: string): SeededRandom {
    return new SeededRandom(name.normalize('NFC'));
  }

  uint32(): number {
    if (!this.#seeded) this.#seed();
    const next = FACTOR * this.#s0 + this.#carry * TO_FRACTION;
    this.#s0 = this.#s1;
    this.#s1 = this.#s2;
    this.#carry = next | 0;
    this.#s2 = next - this.#carry;
    return (this.#s2 * 0x1_0000_0000) >>> 0;
  }

  below(limit: number): number {
    invariant(Number.isInteger(limit) && limit >= 1 && limit <= 2 ** 32, 'below() takes 1 to 2^32');
    // Values from the last, incomplete run of `limit` numbers would favour small results: draw again.
    const bound = 2 ** 32 - (2 ** 32 % limit);
    let value = this.uint32();
    while (value >= bound) value = this.uint32();
    return value % limit;
  }

  #seed(): void {
    const { s0, s1, s2, c } = alea(this.name, { state: true }).state();
    this.#s0 = s0;
    this.#s1 = s1;
    this.#s2 = s2;
    this.#carry = c;
    this.#seeded = true;
  }

  fork(name: string): SeededRandom {
    return SeededRandom.named(`${this.name}/${name}`);
  }
}
