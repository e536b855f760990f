/**
 * The bytes of a simulated torrent: a function of a seed and a position, so that any range can be made or checked
 * without storing anything. Words of four bytes, little-endian, each a mixed counter.
 */
import type { Hasher, Payload } from '../core/ports.ts';
import { invariant } from '../core/result.ts';

export const BLOCK_BYTES = 16384;

export interface ContentGeometry {
  readonly pieceLengthBytes: number;
  readonly totalBytes: number;
}

/** Fills `target` with the content from byte `position` on. */
export function fillContent(seed: number, position: number, target: Uint8Array): void {
  const length = target.length;
  let index = 0;
  while (index < length && ((position + index) % 4 !== 0 || (target.byteOffset + index) % 4 !== 0)) {
    target[index] = byteAt(seed, position + index);
    // A target that is never aligned with the words is filled byte by byte.
    index++;
  }
  const words = new Uint32Array(target.buffer, target.byteOffset + index, (length - index) >> 2);
  let counter = (position + index) / 4;
  for (let word = 0; word < words.length; ) {
    // The part of the counter above 32 bits goes into the key, so that long contents do not repeat.
    const high = Math.floor(counter / 2 ** 32);
    const low = counter - high * 2 ** 32;
    const key = mix((seed | 0) ^ Math.imul(high + 1, 0x9e3779b9));
    const end = Math.min(words.length, word + 2 ** 32 - low);
    for (let at = low | 0; word < end; at = (at + 1) | 0) words[word++] = mix(at ^ key);
    counter = (high + 1) * 2 ** 32;
  }
  for (index += words.length * 4; index < length; index++) target[index] = byteAt(seed, position + index);
}

function byteAt(seed: number, position: number): number {
  const counter = Math.floor(position / 4);
  const high = Math.floor(counter / 2 ** 32);
  const key = mix((seed | 0) ^ Math.imul(high + 1, 0x9e3779b9));
  return (mix(((counter - high * 2 ** 32) | 0) ^ key) >>> ((position % 4) * 8)) & 0xff;
}

/** A bijection of 32-bit words whose output bits each depend on all input bits. */
function mix(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x21f0aaad);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x735a2d97);
  return mixed ^ (mixed >>> 15);
}

/** The SHA-1 digests of all pieces, 20 bytes each. */
export function contentHashes(geometry: ContentGeometry, seed: number, hasher: Hasher): Uint8Array {
  const pieceCount = Math.ceil(geometry.totalBytes / geometry.pieceLengthBytes);
  const hashes = new Uint8Array(pieceCount * 20);
  const buffer = new Uint8Array(geometry.pieceLengthBytes);
  for (let piece = 0; piece < pieceCount; piece++) {
    const start = piece * geometry.pieceLengthBytes;
    const bytes = buffer.subarray(0, Math.min(geometry.pieceLengthBytes, geometry.totalBytes - start));
    fillContent(seed, start, bytes);
    hashes.set(hasher.sha1(bytes), piece * 20);
  }
  return hashes;
}

/** One torrent's content in the simulated world, shared by the disks of all its peers. */
export class SimulatedContent implements ContentGeometry {
  /** Names this content in payload references. */
  readonly id: number;
  readonly seed: number;
  readonly pieceLengthBytes: number;
  readonly totalBytes: number;
  readonly pieceCount: number;
  readonly hashes: Uint8Array;
  readonly #references: (Payload | undefined)[] = [];
  readonly #blocksPerPiece: number;

  /** `hashes`: what `contentHashes` gives for the same geometry and seed. */
  constructor(id: number, geometry: ContentGeometry, seed: number, hashes: Uint8Array) {
    this.id = id;
    this.seed = seed;
    this.pieceLengthBytes = geometry.pieceLengthBytes;
    this.totalBytes = geometry.totalBytes;
    this.pieceCount = Math.ceil(geometry.totalBytes / geometry.pieceLengthBytes);
    this.hashes = hashes;
    this.#blocksPerPiece = Math.ceil(geometry.pieceLengthBytes / BLOCK_BYTES);
    invariant(hashes.length === this.pieceCount * 20, 'one digest of 20 bytes for every piece');
  }

  pieceLength(piece: number): number {
    return Math.min(this.pieceLengthBytes, this.totalBytes - piece * this.pieceLengthBytes);
  }

  contains(piece: number, begin: number, length: number): boolean {
    const inside = Number.isInteger(piece) && piece >= 0 && piece < this.pieceCount;
    return inside && begin >= 0 && length > 0 && begin + length <= this.pieceLength(piece);
  }

  /** The true digest of a piece. */
  digest(piece: number): Uint8Array {
    return this.hashes.subarray(piece * 20, piece * 20 + 20);
  }

  fill(piece: number, begin: number, target: Uint8Array): void {
    fillContent(this.seed, piece * this.pieceLengthBytes + begin, target);
  }

  /** A reference to a range. Those of whole blocks are made once and shared by everybody. */
  reference(piece: number, begin: number, length: number, corrupted: boolean): Payload {
    const whole = !corrupted && begin % BLOCK_BYTES === 0;
    const index = piece * this.#blocksPerPiece + begin / BLOCK_BYTES;
    const known = whole ? this.#references[index] : undefined;
    if (known !== undefined && known.length === length) return known;
    const payload = { length, bytes: undefined, reference: { content: this.id, piece, begin, corrupted } };
    if (whole && known === undefined) this.#references[index] = payload;
    return payload;
  }
}
