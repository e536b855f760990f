/**
 * Who is to blame for a piece that fails its check: a remote that sent bad blocks, or our own disk. Of every block that
 * is given to the disk a mark and its sender are kept, in memory, until its piece is verified. A block proves something
 * against its sender only when the disk still has it as it was sent.
 *
 * A piece that one remote sent alone is proof at once. Of one with several senders a record is kept of what each block
 * was; when the piece has been fetched again and is right, whoever sent a block that differs from the right one is a
 * proven liar, and all others are cleared.
 */
import { toHex } from '../bytes.ts';
import { BLOCK_LENGTH, type PieceGeometry } from '../metainfo/piece-geometry.ts';
import type { PeerConnection } from '../peer/peer-connection.ts';
import type { Disk, Hasher, Payload } from '../ports.ts';
import { BlockSenders } from './block-senders.ts';

/** A piece that is being read back, block by block. */
interface Reading {
  /** The block that is being read. */
  block: number;
  /** Looks at a block; false ends the reading. */
  readonly look: (block: number, payload: Payload | undefined) => boolean;
  readonly onEnd: () => void;
}

/** A block of a failed piece as its sender sent it. */
interface Testimony {
  readonly block: number;
  readonly sender: PeerConnection;
  readonly identity: string | number;
}

const FIRST_STRETCHES = 4;
const MORE_STRETCHES = 2;
/** Failed pieces of which there are records; the oldest goes. */
const RECORDS_MAX = 64;
/** Testimonies about one piece; those beyond are not kept. */
const TESTIMONIES_MAX = 65_536;

export class Evidence {
  readonly #disk: Disk;
  readonly #geometry: PieceGeometry;
  readonly #hasher: Hasher;
  /** Marks of the pieces under way, a stretch for each, with room for the blocks of the longest. */
  #marks: Int32Array;
  /** The senders of the blocks, at the same places. */
  readonly #senders: BlockSenders;
  /** By stretch: the piece that it is of, plus 1; it is used for one piece after the other. */
  #pieces: Int32Array;
  readonly #stretchLength: number;
  readonly #readings = new Map<number, Reading>();
  readonly #records = new Map<number, Testimony[]>();

  constructor(disk: Disk, geometry: PieceGeometry, hasher: Hasher) {
    this.#disk = disk;
    this.#geometry = geometry;
    this.#hasher = hasher;
    this.#stretchLength = geometry.blocksIn(0);
    this.#marks = new Int32Array(FIRST_STRETCHES * this.#stretchLength);
    this.#senders = new BlockSenders(FIRST_STRETCHES * this.#stretchLength);
    this.#pieces = new Int32Array(FIRST_STRETCHES);
  }

  /**
   * To be called before a block of a piece under way is given to the disk. `stretch` is a small number that no other piece
   * under way has.
   */
  note(stretch: number, piece: number, begin: number, payload: Payload, sender: PeerConnection): void {
    const first = stretch * this.#stretchLength;
    if (stretch >= this.#pieces.length) this.#grow(stretch);
    if (this.#pieces[stretch] !== piece + 1) {
      this.#pieces[stretch] = piece + 1;
      this.#senders.clear(first, first + this.#stretchLength);
    }
    const place = first + begin / BLOCK_LENGTH;
    this.#marks[place] = markOf(payload);
    this.#senders.note(place, sender);
  }

  /**
   * Reads back a piece whose blocks were all noted, and tells later whether they are what was sent. Until then nothing
   * may be written to it. A block that cannot be read proves nothing against anybody but the disk.
   */
  examine(piece: number, stretch: number, onVerdict: (asSent: boolean) => void): void {
    let asSent = false;
    this.#readBack(piece, {
      block: 0,
      look: (block, payload) => {
        asSent = this.#isAsSent(stretch, block, payload);
        return asSent;
      },
      onEnd: () => onVerdict(asSent),
    });
  }

  /**
   * Keeps a record of a failed piece that several remotes sent, until it is right. Until `onKept` nothing may be written to
   * it. Blocks that the disk has changed are no testimony.
   */
  keep(piece: number, stretch: number, onKept: () => void): void {
    const testimonies = this.#records.get(piece) ?? [];
    this.#records.delete(piece);
    this.#records.set(piece, testimonies);
    for (const oldest of this.#records.keys()) {
      if (this.#records.size <= RECORDS_MAX) break;
      this.#records.delete(oldest);
    }
    this.#readBack(piece, {
      block: 0,
      look: (block, payload) => {
        const place = stretch * this.#stretchLength + block;
        const sender = this.#pieces[stretch] === piece + 1 ? this.#senders.at(place) : undefined;
        const isTestimony = sender !== undefined && this.#isAsSent(stretch, block, payload);
        if (isTestimony && payload !== undefined && testimonies.length < TESTIMONIES_MAX) {
          testimonies.push({ block, sender, identity: this.#identityOf(payload) });
        }
        return true;
      },
      onEnd: onKept,
    });
  }

  /** The piece is right now: names, later, everybody who is on record with another block than the right one, each once. */
  judge(piece: number, onLiar: (sender: PeerConnection) => void): void {
    const testimonies = this.#records.get(piece);
    if (testimonies === undefined) return;
    this.#records.delete(piece);
    const liars = new Set<PeerConnection>();
    this.#readBack(piece, {
      block: 0,
      look: (block, payload) => {
        // A block that cannot be read clears everybody.
        if (payload === undefined) return true;
        const identity = this.#identityOf(payload);
        for (const testimony of testimonies) {
          if (testimony.block === block && testimony.identity !== identity) liars.add(testimony.sender);
        }
        return true;
      },
      onEnd: () => {
        for (const liar of liars) onLiar(liar);
      },
    });
  }

  /** The answer to a read of ours. */
  onRead(token: number, payload: Payload | undefined): void {
    const piece = token - 1;
    const reading = this.#readings.get(piece);
    if (reading === undefined) return;
    const goesOn = reading.look(reading.block, payload);
    reading.block++;
    if (goesOn && reading.block < this.#geometry.blocksIn(piece)) {
      this.#readNext(piece, reading.block);
      return;
    }
    this.#readings.delete(piece);
    reading.onEnd();
  }

  #readBack(piece: number, reading: Reading): void {
    this.#readings.set(piece, reading);
    this.#readNext(piece, 0);
  }

  /** With a token that is not the one of reads for upload. */
  #readNext(piece: number, block: number): void {
    const length = this.#geometry.blockLength(piece, block);
    this.#disk.read(piece, block * BLOCK_LENGTH, length, piece + 1);
  }

  #isAsSent(stretch: number, block: number, payload: Payload | undefined): boolean {
    return payload !== undefined && markOf(payload) === this.#marks[stretch * this.#stretchLength + block];
  }

  /** What nobody can make another block have: a mark would be easy to forge. */
  #identityOf(payload: Payload): string | number {
    return payload.bytes === undefined ? markOf(payload) : toHex(this.#hasher.sha1(payload.bytes));
  }

  #grow(stretch: number): void {
    const stretches = stretch + 1 + Math.max(MORE_STRETCHES, stretch >> 3);
    const pieces = new Int32Array(stretches);
    pieces.set(this.#pieces);
    this.#pieces = pieces;
    const marks = new Int32Array(stretches * this.#stretchLength);
    marks.set(this.#marks);
    this.#marks = marks;
    this.#senders.grow(marks.length);
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
