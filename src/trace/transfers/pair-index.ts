/**
 * Numbers for ordered pairs of peers, in the order in which they were first asked for: a hash table in typed arrays, since
 * it is asked for every block. Open addressing, at most half full, so a look takes two steps or so. With each pair stand two
 * numbers of whoever uses it.
 */

const FIRST_SLOTS = 1024;
/** Words of a pair: uploader, downloader, and the two numbers. */
const WORDS = 4;
const GOLDEN = 0x9e3779b1 | 0;

export class PairIndex {
  #slots = new Int32Array(FIRST_SLOTS);
  #shift = 32 - 10;
  #words = new Int32Array((FIRST_SLOTS / 2) * WORDS);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  get byteLength(): number {
    return this.#slots.byteLength + this.#words.byteLength;
  }

  /** The number of the pair, -1 when it has none. Peers: -1 to 2^24. */
  find(uploader: number, downloader: number): number {
    const words = this.#words;
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = this.#slot(uploader, downloader); ; slot = (slot + 1) & mask) {
      const pair = (slots[slot] as number) - 1;
      if (pair < 0) return -1;
      const at = pair * WORDS;
      if (words[at + 1] === downloader && words[at] === uploader) return pair;
    }
  }

  /** A number for a pair that has none; both of its own numbers are -1. */
  add(uploader: number, downloader: number): number {
    if ((this.#count + 1) * 2 > this.#slots.length) this.#grow();
    const pair = this.#count++;
    const at = pair * WORDS;
    this.#words[at] = uploader;
    this.#words[at + 1] = downloader;
    this.#words[at + 2] = -1;
    this.#words[at + 3] = -1;
    this.#enter(pair);
    return pair;
  }

  uploader(pair: number): number {
    return this.#words[pair * WORDS] as number;
  }

  downloader(pair: number): number {
    return this.#words[pair * WORDS + 1] as number;
  }

  first(pair: number): number {
    return this.#words[pair * WORDS + 2] as number;
  }

  setFirst(pair: number, value: number): void {
    this.#words[pair * WORDS + 2] = value;
  }

  second(pair: number): number {
    return this.#words[pair * WORDS + 3] as number;
  }

  setSecond(pair: number, value: number): void {
    this.#words[pair * WORDS + 3] = value;
  }

  /** Neighbouring pairs fall far apart: the high bits of a product. */
  #slot(uploader: number, downloader: number): number {
    const mixed = Math.imul(downloader, GOLDEN) + uploader;
    return Math.imul(mixed ^ (mixed >>> 15), GOLDEN) >>> this.#shift;
  }

  #enter(pair: number): void {
    const mask = this.#slots.length - 1;
    let slot = this.#slot(this.uploader(pair), this.downloader(pair));
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = pair + 1;
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    this.#shift--;
    const words = new Int32Array(this.#words.length * 2);
    words.set(this.#words);
    this.#words = words;
    for (let pair = 0; pair < this.#count; pair++) this.#enter(pair);
  }
}
