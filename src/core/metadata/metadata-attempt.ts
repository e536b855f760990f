/**
 * One attempt at putting metadata together: pieces of one total length, each with whom it came from. Invariant: nothing is
 * allocated on a peer's word: memory grows with the bytes that have arrived.
 */
import { concatBytes, equalBytes } from '../bytes.ts';
import { metadataPieceBytes, metadataPieceCount } from './metadata-messages.ts';

/** A piece that was given for metadata that turned out wrong. */
export interface GivenPiece<Source> {
  readonly source: Source;
  readonly piece: number;
  readonly totalBytes: number;
  readonly digest: Uint8Array;
}

export class MetadataAttempt<Source> {
  readonly totalBytes: number;
  readonly pieceCount: number;
  /** The only one that it takes pieces from; undefined: anybody. */
  readonly soloist: Source | undefined;
  readonly #pieces = new Map<number, { readonly bytes: Uint8Array; readonly source: Source }>();

  constructor(totalBytes: number, soloist: Source | undefined) {
    this.totalBytes = totalBytes;
    this.pieceCount = metadataPieceCount(totalBytes);
    this.soloist = soloist;
  }

  has(piece: number): boolean {
    return this.#pieces.has(piece);
  }

  get isComplete(): boolean {
    return this.#pieces.size === this.pieceCount;
  }

  /** Bytes that have arrived. */
  get receivedBytes(): number {
    let sum = 0;
    for (const { bytes } of this.#pieces.values()) sum += bytes.length;
    return sum;
  }

  fits(piece: number, length: number): boolean {
    return piece < this.pieceCount && length === metadataPieceBytes(this.totalBytes, piece);
  }

  /** Keeps a piece; `bytes` must not change afterwards. */
  add(piece: number, bytes: Uint8Array, source: Source): void {
    this.#pieces.set(piece, { bytes, source });
  }

  /** The whole metadata; only once it is complete. */
  join(): Uint8Array {
    const parts: Uint8Array[] = [];
    for (let piece = 0; piece < this.pieceCount; piece++) {
      const part = this.#pieces.get(piece);
      if (part !== undefined) parts.push(part.bytes);
    }
    return concatBytes(...parts);
  }

  /** Everybody who gave a piece. */
  get sources(): Source[] {
    return [...new Set([...this.#pieces.values()].map(({ source }) => source))];
  }

  /** What was given, by digest instead of bytes: what remains of an attempt that failed. */
  given(digestOf: (bytes: Uint8Array) => Uint8Array): GivenPiece<Source>[] {
    const { totalBytes } = this;
    return [...this.#pieces].map(([piece, { bytes, source }]) => ({
      source,
      piece,
      totalBytes,
      digest: digestOf(bytes),
    }));
  }
}

/** Those who gave a piece that is not what the true metadata has in its place. */
export function liarsAmong<Source>(
  given: readonly GivenPiece<Source>[],
  metadata: Uint8Array,
  digestOf: (bytes: Uint8Array) => Uint8Array,
): Source[] {
  const truth = new MetadataAttempt<undefined>(metadata.length, undefined);
  const digests: Uint8Array[] = [];
  for (let piece = 0; piece < truth.pieceCount; piece++) {
    const start = piece * metadataPieceBytes(metadata.length, 0);
    const length = metadataPieceBytes(metadata.length, piece);
    digests.push(digestOf(metadata.subarray(start, start + length)));
  }
  const liars = given.filter(({ piece, totalBytes, digest }) => {
    const right = digests[piece];
    return totalBytes !== metadata.length || right === undefined || !equalBytes(digest, right);
  });
  return [...new Set(liars.map(({ source }) => source))];
}
