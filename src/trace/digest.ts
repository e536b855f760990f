/**
 * The digest of a run: 128 bits over a sequence of 32-bit words, fed as the run goes. Two runs that differ in one word
 * or in the order of words differ in the digest but for chance. It guards against accidents, not against attackers; the
 * mixing is that of MurmurHash3 (x86, 128 bits), whose multiplications are exact in every JavaScript engine.
 */

const C1 = 0x239b961b;
const C2 = 0xab0e9789 | 0;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93 | 0;

export class Digest {
  #h1 = 0;
  #h2 = 0;
  #h3 = 0;
  #h4 = 0;
  #blocks = 0;

  /** Takes in four words (each is read modulo 2^32). */
  add(w1: number, w2: number, w3: number, w4: number): void {
    let k = Math.imul(w1, C1);
    let h = this.#h1 ^ Math.imul((k << 15) | (k >>> 17), C2);
    h = (((h << 19) | (h >>> 13)) + this.#h2) | 0;
    this.#h1 = (Math.imul(h, 5) + 0x561ccd1b) | 0;
    k = Math.imul(w2, C2);
    h = this.#h2 ^ Math.imul((k << 16) | (k >>> 16), C3);
    h = (((h << 17) | (h >>> 15)) + this.#h3) | 0;
    this.#h2 = (Math.imul(h, 5) + 0x0bcaa747) | 0;
    k = Math.imul(w3, C3);
    h = this.#h3 ^ Math.imul((k << 17) | (k >>> 15), C4);
    h = (((h << 15) | (h >>> 17)) + this.#h4) | 0;
    this.#h3 = (Math.imul(h, 5) + 0x96cd1c35) | 0;
    k = Math.imul(w4, C4);
    h = this.#h4 ^ Math.imul((k << 18) | (k >>> 14), C1);
    h = (((h << 13) | (h >>> 19)) + this.#h1) | 0;
    this.#h4 = (Math.imul(h, 5) + 0x32ac3b17) | 0;
    this.#blocks++;
  }

  /** Takes in an event at a non-negative whole `timeUs` below 2^53, with up to six words about it. */
  addEvent(timeUs: number, kind: number, peer: number, a: number, b: number, c: number, d: number): void {
    this.add(timeUs | 0, ((timeUs / 0x1_0000_0000) | 0) ^ (kind << 24), peer, a);
    this.add(b, c, d, kind);
  }

  /** Takes in a text: its length and its UTF-16 units. */
  addText(text: string): void {
    this.add(text.length, 0, 0, 0);
    for (let index = 0; index < text.length; index += 4) {
      this.add(text.charCodeAt(index), unit(text, index + 1), unit(text, index + 2), unit(text, index + 3));
    }
  }

  /** The digest so far, as 32 hex digits. More may be added afterwards. */
  hex(): string {
    let h1 = this.#h1 ^ this.#blocks;
    let h2 = this.#h2 ^ this.#blocks;
    let h3 = this.#h3 ^ this.#blocks;
    let h4 = this.#h4 ^ this.#blocks;
    h1 = (h1 + h2 + h3 + h4) | 0;
    h2 = finalMix((h2 + h1) | 0);
    h3 = finalMix((h3 + h1) | 0);
    h4 = finalMix((h4 + h1) | 0);
    h1 = finalMix(h1);
    h1 = (h1 + h2 + h3 + h4) | 0;
    return [h1, h2 + h1, h3 + h1, h4 + h1].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }
}

function unit(text: string, index: number): number {
  return index < text.length ? text.charCodeAt(index) : 0;
}

function finalMix(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b | 0);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35 | 0);
  return h ^ (h >>> 16);
}
