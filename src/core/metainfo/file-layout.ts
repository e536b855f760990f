/**
 * Where the bytes of pieces lie in files (BEP 3): the content of a torrent is its files end to end, cut into pieces.
 * Invariant: the segments of a range are in order, none is empty, and their lengths add up to that of the range.
 */
import { InvariantError, invariant } from '../result.ts';

export interface FileExtent {
  /** In bytes; may be 0. */
  readonly length: number;
  /** A pad file (BEP 47): its bytes are zeros, and are neither stored nor requested. */
  readonly pad: boolean;
}

/** A run of bytes within one file. */
export interface FileSegment {
  /** Index of the file. */
  readonly file: number;
  /** Offset in the file, in bytes. */
  readonly offset: number;
  /** In bytes, at least 1. */
  readonly length: number;
  readonly pad: boolean;
}

/** Pieces `[first, end)`; empty when `first === end`. */
export interface PieceRange {
  readonly first: number;
  readonly end: number;
}

export class FileLayout {
  /** In bytes, pad files included. */
  readonly totalLength: number;
  readonly #files: readonly FileExtent[];
  readonly #pieceLength: number;
  /** Offset of each file in the content. */
  readonly #offsets: Float64Array;

  constructor(files: readonly FileExtent[], pieceLength: number) {
    this.#files = files;
    this.#pieceLength = pieceLength;
    this.#offsets = new Float64Array(files.length);
    let offset = 0;
    for (const [index, file] of files.entries()) {
      this.#offsets[index] = offset;
      offset += file.length;
    }
    invariant(Number.isSafeInteger(offset), 'the total length is no safe integer');
    this.totalLength = offset;
  }

  /** The segments that hold `length` bytes (0 or more) at `begin` of `piece`; the range must lie in the content. */
  segments(piece: number, begin: number, length: number): FileSegment[] {
    let position = piece * this.#pieceLength + begin;
    const end = position + length;
    if (!(piece >= 0 && begin >= 0 && length >= 0 && end <= this.totalLength)) {
      throw new InvariantError(`no ${length} bytes at ${begin} of piece ${piece}`);
    }
    const segments: FileSegment[] = [];
    for (let file = position < end ? this.#fileAt(position) : 0; position < end; file++) {
      const extent = this.#files[file] as FileExtent;
      const offset = position - (this.#offsets[file] as number);
      const count = Math.min(extent.length - offset, end - position);
      if (count === 0) continue;
      segments.push({ file, offset, length: count, pad: extent.pad });
      position += count;
    }
    return segments;
  }

  /** The pieces with at least one byte of `file`. */
  piecesOf(file: number): PieceRange {
    const extent = this.#files[file];
    if (extent === undefined) throw new InvariantError(`no file ${file}`);
    const start = this.#offsets[file] as number;
    const first = Math.floor(start / this.#pieceLength);
    if (extent.length === 0) return { first, end: first };
    return { first, end: Math.floor((start + extent.length - 1) / this.#pieceLength) + 1 };
  }

  /** The last file that begins at or before `position`: empty files there come earlier and are passed over. */
  #fileAt(position: number): number {
    let low = 0;
    let high = this.#files.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#offsets[middle] as number) <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
