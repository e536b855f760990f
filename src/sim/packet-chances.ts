/**
 * What chance does to the packets of one direction of a stream. Draws are keyed by the direction and counted for each
 * purpose apart, so that jitter does not shift loss, nor one stream another.
 */
import { drawBelow, drawUint32, subKey } from './keyed-draws.ts';

/** However bad the luck, a packet passes after so many losses: the sender would give up about then. */
const MOST_LOSSES = 15;

export class PacketChances {
  readonly #jitterKey: number;
  readonly #lossKey: number;
  #jitters = 0;
  #losses = 0;

  constructor(key: number) {
    this.#jitterKey = subKey(key, 0);
    this.#lossKey = subKey(key, 1);
  }

  /** A whole number of microseconds from 0 to `mostUs`. */
  jitterUs(mostUs: number): number {
    return drawBelow(this.#jitterKey, this.#jitters++, mostUs + 1);
  }

  /** Whether a packet is lost, where the share `share` of all packets is. */
  loses(share: number): boolean {
    return drawUint32(this.#lossKey, this.#losses++) < share * 2 ** 32;
  }

  /** How many times a packet is lost before it passes. */
  lossesInARow(share: number): number {
    let count = 0;
    while (count < MOST_LOSSES && this.loses(share)) count++;
    return count;
  }
}
