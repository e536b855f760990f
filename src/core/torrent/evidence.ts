/**
 * Who is to blame for a piece that fails its check: the remote that sent it, or our own disk. Of every block that is
 * given to the disk a mark is kept, in memory, until its piece is verified. When a piece fails, its blocks are read
 * back: if all still have their marks, they are what was sent; if one has not, the disk has changed it.
 */
import { BLOCK_LENGTH, type PieceGeometry } from '../metainfo/piece-geometry.ts';
import type { Disk, Payload } from '../ports.ts';

interface Examination {
  readonly stretch: number;
  /** The block that is being read. */
  block: number;
  readonly onVerdict: (asSent: boolean) => void;
}

const FIRST_STRETCHES = 4;

export class Evidence {
  readonly #disk: Disk;
  readonly #geometry: PieceGeometry;
  /** Marks of the pieces under way, a stretch for each, with room for the blocks of the longest. */
  #marks: Int32Array;
  readonly #stretchLength: number;
  readonly #examinations = new Map<number, Examination>();

  constructor(disk: Disk, geometry: PieceGeometry) {
    this.#disk = disk;
    this.#geometry = geometry;
    this.#stretchLength = geometry.blocksIn(0);
    this.#marks = new Int32Array(FIRST_STRETCHES * this.#stretchLength);
  }

  /**
   * To be called before a block of a piece under way is given to the disk. `stretch` is a small number that no other piece
   * under way has.
   */
  note(stretch: number, begin: number, payload: Payload): void {
    const place = stretch * this.#stretchLength + begin / BLOCK_LENGTH;
    if (place >= this.#marks.length) {
      const grown = new Int32Array(Math.max(2 * this.#marks.length, (stretch + 1) * this.#stretchLength));
      grown.set(this.#marks);
      this.#marks = grown;
    }
    this.#marks[place] = markOf(payload);
  }

  /**
   * Reads back a piece whose blocks were all noted, and tells later whether they are what was sent. Until then nothing
   * may be written to it. A block that cannot be read proves nothing against anybody but the disk.
   */
  examine(piece: number, stretch: number, onVerdict: (asSent: boolean) => void): void {
    this.#examinations.set(piece, { stretch, block: 0, onVerdict });
    this.#readNext(piece, 0);
  }

  /** The answer to a read of ours. */
  onRead(token: number, payload: Payload | undefined): void {
    const piece = token - 1;
    const examination = this.#examinations.get(piece);
    if (examination === undefined) return;
    const mark = this.#marks[examination.stretch * this.#stretchLength + examination.block];
    const asSent = payload !== undefined && markOf(payload) === mark;
    examination.block++;
    if (asSent && examination.block < this.#geometry.blocksIn(piece)) {
      this.#readNext(piece, examination.block);
      return;
    }
    this.#examinations.delete(piece);
    examination.onVerdict(asSent);
  }

  /** With a token that is not the one of reads for upload. */
  #readNext(piece: number, block: number): void {
    const length = this.#geometry.blockLength(piece, block);
    this.#disk.read(piece, block * BLOCK_LENGTH, length, piece + 1);
  }
}

/**
 * A number that shows an accidental change, not one made on purpose: whoever compares has seen both. A single flipped
 * bit always shows. Cheap, for it is made of every block: a third of what its SHA-1 costs.
 */
export function markOf(payload: Payload): number {
  const { bytes, reference } = payload;
  if (bytes !== undefined) return markOfBytes(bytes);
  if (reference === undefined) return 0;
  const { content, piece, begin, corrupted } = reference;
  const place = Math.imul(content, 0x9e3779b1) ^ Math.imul(piece, 0x85ebca77) ^ Math.imul(begin, 0xc2b2ae3d);
  return corrupted ? ~place : place;
}

function markOfBytes(given: Uint8Array): number {
  // Words must begin at a multiple of four in memory.
  const bytes = given.byteOffset % 4 === 0 ? given : given.slice();
  const wordCount = (bytes.length >> 4) * 4;
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, wordCount);
  let sum = 0;
  let parity = 0;
  let otherSum = 0;
  let otherParity = 0;
  // Four independent strands, so that the processor works on them at the same time.
  for (let index = 0; index < wordCount; index += 4) {
    sum = (sum + (words[index] as number)) | 0;
    parity ^= words[index + 1] as number;
    otherSum = (otherSum + (words[index + 2] as number)) | 0;
    otherParity ^= words[index + 3] as number;
  }
  let rest = bytes.length;
  for (let index = wordCount * 4; index < bytes.length; index++) {
    rest = (Math.imul(rest, 31) + (bytes[index] as number)) | 0;
  }
  const strands = sum ^ Math.imul(parity, 3) ^ Math.imul(otherSum, 5) ^ Math.imul(otherParity, 7);
  return strands ^ Math.imul(rest, 9);
}
