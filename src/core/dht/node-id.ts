/**
 * Ids of DHT nodes and their distances (BEP 5): 160 bits, compared by XOR as unsigned integers. Info-hashes live in the
 * same space.
 */
import type { Random } from '../ports.ts';

export const ID_LENGTH = 20;
export const ID_BITS = 160;

export function drawNodeId(random: Random): Uint8Array {
  const id = new Uint8Array(ID_LENGTH);
  for (let offset = 0; offset < ID_LENGTH; offset += 4) {
    const word = random.uint32();
    id[offset] = word >>> 24;
    id[offset + 1] = word >>> 16;
    id[offset + 2] = word >>> 8;
    id[offset + 3] = word;
  }
  return id;
}

/** How many leading bits two ids share, 0 to 160. */
export function sharedBits(a: Uint8Array, b: Uint8Array): number {
  for (let index = 0; index < ID_LENGTH; index++) {
    const difference = (a[index] as number) ^ (b[index] as number);
    if (difference !== 0) return index * 8 + Math.clz32(difference) - 24;
  }
  return ID_BITS;
}

/** Negative when `a` is closer to `target` than `b`, positive when it is farther, 0 when they are the same id. */
export function compareDistance(target: Uint8Array, a: Uint8Array, b: Uint8Array): number {
  for (let index = 0; index < ID_LENGTH; index++) {
    const aim = target[index] as number;
    const difference = ((a[index] as number) ^ aim) - ((b[index] as number) ^ aim);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** A random id that shares `bits` leading bits with `own` and, below 160, not the next one. */
export function drawIdSharing(own: Uint8Array, bits: number, random: Random): Uint8Array {
  const id = drawNodeId(random);
  for (let bit = 0; bit <= bits && bit < ID_BITS; bit++) {
    const mask = 0x80 >> (bit & 7);
    const ownBit = (own[bit >> 3] as number) & mask;
    const wanted = bit < bits ? ownBit : ownBit ^ mask;
    id[bit >> 3] = ((id[bit >> 3] as number) & ~mask) | wanted;
  }
  return id;
}
