/**
 * Random bytes, and good bytes with something wrong in them, many and fast: a tenth of a millisecond each would be ten
 * seconds for every decoder. Deterministic: a case that fails fails again.
 */

const DIGITS = ['-0', '00', '-1', '4294967295', '2147483648', '9007199254740993', '18446744073709551616', ''];

export class Mutations {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  below(limit: number): number {
    // Mulberry32.
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * limit);
  }

  random(lengthMax = 200): Uint8Array {
    const bytes = new Uint8Array(this.below(lengthMax));
    for (let index = 0; index < bytes.length; index++) bytes[index] = this.below(256);
    return bytes;
  }

  /** One of `good` with one to four things wrong in it. */
  mutated(good: readonly Uint8Array[]): Uint8Array {
    let bytes: Uint8Array = (good[this.below(good.length)] as Uint8Array).slice();
    for (let times = 1 + this.below(4); times > 0; times--) bytes = this.#mutate(bytes, good);
    return bytes;
  }

  #mutate(bytes: Uint8Array, good: readonly Uint8Array[]): Uint8Array {
    const at = this.below(bytes.length + 1);
    const to = Math.min(bytes.length, at + this.below(12));
    switch (this.below(7)) {
      case 0:
        return bytes.slice(0, at);
      case 1:
        return join(bytes.subarray(0, at), bytes.subarray(to));
      case 2:
        return join(bytes.subarray(0, at), this.random(8), bytes.subarray(at));
      case 3:
        return join(bytes.subarray(0, to), bytes.subarray(at));
      case 4: {
        const digits = DIGITS[this.below(DIGITS.length)] as string;
        return join(
          bytes.subarray(0, at),
          Uint8Array.from(digits, (digit) => digit.charCodeAt(0)),
          bytes.subarray(to),
        );
      }
      case 5: {
        const other = good[this.below(good.length)] as Uint8Array;
        return join(bytes.subarray(0, at), other.subarray(this.below(other.length)));
      }
      default:
        if (at < bytes.length) bytes[at] = [0, 0xff, 0x7f, 0x80, this.below(256)][this.below(5)] as number;
        return bytes;
    }
  }
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
