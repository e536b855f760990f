/**
 * The bytes of a simulated torrent: a function of a seed and a position, so that any range can be made or checked
 * without storing anything. Words of four bytes, little-endian, each a mixed counter.
 */
import type { Hasher, Payload, PayloadReference } from '../core/ports.ts';
import { invariant } from '../core/result.ts';

export const BLOCK_BYTES = 16384;
/**
 * Pieces have bytes of their own up to here; those beyond repeat them, piece by piece, so that a torrent of any size
 * starts as fast as one of this size. References tell repeated pieces apart all the same.
 */
export const OWN_BYTES = 2 ** 30;
const WORD_SPAN = 2 ** 32;

export interface ContentGeometry {
  readonly pieceLengthBytes: number;
  readonly totalBytes: number;
  /** Default `OWN_BYTES`. */
  readonly ownBytes?: number;
}

/** Fills `target` with the content from byte `position` on. */
export function fillContent(seed: number, position: number, target: Uint8Array): void {
  // The words of the content and those of the memory may be out of step: then it is done byte by byte.
  const lead = (4 - (target.byteOffset % 4)) % 4;
  const inStep = (position + lead) % 4 === 0;
  const wordCount = inStep ? Math.max(0, target.length - lead) >> 2 : 0;
  if (wordCount === 0) {
    fillBytes(seed, position, target, 0, target.length);
    return;
  }
  fillBytes(seed, position, target, 0, lead);
  const words = new Uint32Array(target.buffer, target.byteOffset + lead, wordCount);
  fillWords(seed, (position + lead) / 4, words);
  fillBytes(seed, position, target, lead + wordCount * 4, target.length);
}

function fillWords(seed: number, firstCounter: number, words: Uint32Array): void {
  let counter = firstCounter;
  for (let word = 0; word < words.length; ) {
    const low = counter % WORD_SPAN;
    const key = keyOf(seed, counter);
    const end = Math.min(words.length, word + WORD_SPAN - low);
    counter += end - word;
    for (let at = low | 0; word < end; at = (at + 1) | 0) words[word++] = mix(at ^ key);
  }
}

function fillBytes(seed: number, position: number, target: Uint8Array, start: number, end: number): void {
  for (let index = start; index < end; index++) {
    const at = position + index;
    const counter = Math.floor(at / 4);
    const word = mix(((counter % WORD_SPAN) | 0) ^ keyOf(seed, counter));
    target[index] = word >>> ((at % 4) * 8);
  }
}

/** The part of the counter above 32 bits goes into the key, so that long contents do not repeat. */
function keyOf(seed: number, counter: number): number {
  return mix((seed | 0) ^ Math.imul(Math.floor(counter / WORD_SPAN) + 1, 0x9e3779b9));
}

/** A bijection of 32-bit words whose output bits each depend on all input bits. */
function mix(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x21f0aaad);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x735a2d97);
  return mixed ^ (mixed >>> 15);
}

/** How many pieces have bytes of their own: piece `p` has those of piece `p` modulo this. */
function ownPieces({ pieceLengthBytes, ownBytes = OWN_BYTES }: ContentGeometry): number {
  return Math.max(1, Math.floor(ownBytes / pieceLengthBytes));
}

/** The SHA-1 digests of all pieces, 20 bytes each. */
export function contentHashes(geometry: ContentGeometry, seed: number, hasher: Hasher): Uint8Array {
  const { pieceLengthBytes, totalBytes } = geometry;
  const pieceCount = Math.ceil(totalBytes / pieceLengthBytes);
  const own = ownPieces(geometry);
  const hashes = new Uint8Array(pieceCount * 20);
  const buffer = new Uint8Array(pieceLengthBytes);
  for (let piece = 0; piece < pieceCount; piece++) {
    const length = Math.min(pieceLengthBytes, totalBytes - piece * pieceLengthBytes);
    const source = piece % own;
    if (source !== piece && length === pieceLengthBytes) {
      hashes.copyWithin(piece * 20, source * 20, source * 20 + 20);
      continue;
    }
    const bytes = buffer.subarray(0, length);
    fillContent(seed, source * pieceLengthBytes, bytes);
    hashes.set(hasher.sha1(bytes), piece * 20);
  }
  return hashes;
}

/**
 * A body by reference, and the reference: one object of one cache line, because every block that is under way has one.
 */
class BlockReference implements Payload, PayloadReference {
  readonly length: number;
  readonly content: number;
  readonly piece: number;
  readonly begin: number;
  readonly corrupted: boolean;

  constructor(content: number, piece: number, begin: number, length: number, corrupted: boolean) {
    this.length = length;
    this.content = content;
    this.piece = piece;
    this.begin = begin;
    this.corrupted = corrupted;
  }

  get bytes(): undefined {
    return undefined;
  }

  get reference(): PayloadReference {
    return this;
  }
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
  /** Those of whole blocks, made for a piece at a time. */
  readonly #references: (BlockReference | undefined)[];
  readonly #blocksPerPiece: number;
  readonly #lastPieceBytes: number;
  readonly #ownPieces: number;

  /** `hashes`: what `contentHashes` gives for the same geometry and seed. */
  constructor(id: number, geometry: ContentGeometry, seed: number, hashes: Uint8Array) {
    this.id = id;
    this.seed = seed;
    this.pieceLengthBytes = geometry.pieceLengthBytes;
    this.totalBytes = geometry.totalBytes;
    this.pieceCount = Math.ceil(geometry.totalBytes / geometry.pieceLengthBytes);
    this.hashes = hashes;
    this.#blocksPerPiece = Math.ceil(geometry.pieceLengthBytes / BLOCK_BYTES);
    this.#references = Array.from({ length: this.pieceCount * this.#blocksPerPiece }, () => undefined);
    this.#lastPieceBytes = geometry.totalBytes - (this.pieceCount - 1) * geometry.pieceLengthBytes;
    this.#ownPieces = ownPieces(geometry);
    invariant(hashes.length === this.pieceCount * 20, 'one digest of 20 bytes for every piece');
  }

  pieceLength(piece: number): number {
    return piece === this.pieceCount - 1 ? this.#lastPieceBytes : this.pieceLengthBytes;
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
    fillContent(this.seed, (piece % this.#ownPieces) * this.pieceLengthBytes + begin, target);
  }

  /** The number of a whole block in the content; -1 for a range that is none. */
  blockNumber(piece: number, begin: number, length: number): number {
    if (begin % BLOCK_BYTES !== 0) return -1;
    const whole = length === BLOCK_BYTES || begin + length === this.pieceLength(piece);
    return whole && length <= BLOCK_BYTES ? piece * this.#blocksPerPiece + begin / BLOCK_BYTES : -1;
  }

  /** The reference to a whole block by its number, the same for everybody. */
  blockReference(number: number): Payload {
    return this.#references[number] ?? this.#refer(Math.floor(number / this.#blocksPerPiece), number);
  }

  /** A reference to a range. Those of whole blocks are made once and shared by everybody. */
  reference(piece: number, begin: number, length: number, corrupted: boolean): Payload {
    const number = corrupted ? -1 : this.blockNumber(piece, begin, length);
    if (number >= 0) return this.blockReference(number);
    return new BlockReference(this.id, piece, begin, length, corrupted);
  }

  /** Makes the references of a piece, side by side in memory. Returns the one with that index. */
  #refer(piece: number, index: number): BlockReference {
    const pieceBytes = this.pieceLength(piece);
    const first = piece * this.#blocksPerPiece;
    for (let begin = 0; begin < pieceBytes; begin += BLOCK_BYTES) {
      const length = Math.min(BLOCK_BYTES, pieceBytes - begin);
      this.#references[first + begin / BLOCK_BYTES] = new BlockReference(
        this.id,
        piece,
        begin,
        length,
        false,
      );
    }
    return this.#references[index] as BlockReference;
  }
}
