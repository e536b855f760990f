/**
 * Who sent the blocks of the pieces under way: two bytes a block, because each peer keeps hundreds of them. A sender has a
 * number while it has sent one of these blocks, and is remembered so long, also when its connection is over.
 *
 * Invariant: the uses of a number are the places that have it.
 */
import type { PeerConnection } from '../peer/peer-connection.ts';

/** Where nobody is known. Numbers begin above. */
const NOBODY = 0;
/** More senders than there are numbers for are not remembered. */
const NUMBERS_END = 65_536;

export class BlockSenders {
  /** By place: the number of the sender. */
  #numbers: Uint16Array;
  /** By number. */
  readonly #senders: (PeerConnection | undefined)[] = [undefined];
  readonly #uses: number[] = [0];
  readonly #free: number[] = [];

  constructor(places: number) {
    this.#numbers = new Uint16Array(places);
  }

  /** Room for so many places, more than before. */
  grow(places: number): void {
    const numbers = new Uint16Array(places);
    numbers.set(this.#numbers);
    this.#numbers = numbers;
  }

  at(place: number): PeerConnection | undefined {
    return this.#senders[this.#numbers[place] as number];
  }

  note(place: number, sender: PeerConnection): void {
    let number = sender.senderNumber;
    if (this.#senders[number] !== sender) number = this.#enrol(sender);
    const before = this.#numbers[place] as number;
    if (before === number) return;
    this.#numbers[place] = number;
    (this.#uses[number] as number)++;
    this.#release(before);
  }

  /** Forgets who sent the blocks of these places. */
  clear(from: number, to: number): void {
    for (let place = from; place < to; place++) this.#release(this.#numbers[place] as number);
    this.#numbers.fill(NOBODY, from, to);
  }

  #enrol(sender: PeerConnection): number {
    const number = this.#free.pop() ?? this.#senders.length;
    if (number === NUMBERS_END) return NOBODY;
    this.#senders[number] = sender;
    this.#uses[number] = 0;
    sender.senderNumber = number;
    return number;
  }

  #release(number: number): void {
    if (number === NOBODY) return;
    const left = (this.#uses[number] as number) - 1;
    this.#uses[number] = left;
    if (left > 0) return;
    this.#senders[number] = undefined;
    this.#free.push(number);
  }
}
