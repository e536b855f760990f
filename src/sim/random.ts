/**
 * The `Random` port: named streams of numbers from the alea generator (its siblings in the same package give
 * correlated streams for neighbouring seeds). The name alone seeds a stream, so one more peer or one more draw shifts
 * nothing elsewhere. A name is a path: `fork('a').fork('b')` and `fork('a/b')` are the same stream.
 */
import alea from 'seedrandom/lib/alea.js';
import type { Random } from '../core/ports.ts';
import { invariant } from '../core/result.ts';

export class SeededRandom implements Random {
  readonly name: string;
  /** Made with the first draw: many streams only name others, or are there for what never happens. */
  #int32: (() => number) | undefined = undefined;

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
    this.#int32 ??= alea(this.name).int32;
    return this.#int32() >>> 0;
  }

  below(limit: number): number {
    invariant(Number.isInteger(limit) && limit >= 1 && limit <= 2 ** 32, 'below() takes 1 to 2^32');
    // Values from the last, incomplete run of `limit` numbers would favour small results: draw again.
    const bound = 2 ** 32 - (2 ** 32 % limit);
    let value = this.uint32();
    while (value >= bound) value = this.uint32();
    return value % limit;
  }

  fork(name: string): SeededRandom {
    return SeededRandom.named(`${this.name}/${name}`);
  }
}
