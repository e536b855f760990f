/**
 * Draws that need no state but a count: the n-th draw of a purpose is a hash of (key, n). For what is drawn once for
 * each pair of hosts or each packet, where a generator of its own would cost more than the thing itself. Only integer
 * operations that are the same on every engine; the mixing is that of MurmurHash3.
 */

/** A 32-bit key for a name such as "7/crowd-3>origin-1/jitter": names that differ give keys that differ, but for chance. */
export function keyOf(name: string): number {
  let h = name.length;
  for (let index = 0; index < name.length; index++) h = step(h, name.charCodeAt(index));
  return finish(h);
}

/** The key of a thing within the thing that `key` names. */
export function subKey(key: number, index: number): number {
  return finish(step(step(0x9747b28c, key), index));
}

/** The `count`-th draw under `key`: a uniform integer in [0, 2^32). */
export function drawUint32(key: number, count: number): number {
  return finish(step(step(key, count), 0x5bd1e995)) >>> 0;
}

/** The `count`-th draw under `key`: a uniform integer in [0, limit). Biased by less than limit / 2^32; limit up to 2^32. */
export function drawBelow(key: number, count: number, limit: number): number {
  return Math.floor((drawUint32(key, count) / 2 ** 32) * limit);
}

function step(h: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51 | 0);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const mixed = h ^ k;
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

function finish(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b | 0);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35 | 0);
  return h ^ (h >>> 16);
}
