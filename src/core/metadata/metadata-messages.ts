/**
 * The messages of the metadata extension (BEP 9): a dictionary, and behind it, in a `data` message, the bytes of a piece.
 * Numbers that no honest message has make it malformed; a type that is not known is to be ignored, as the BEP asks.
 */
import { BencodeDict, decodeBencodePrefix, encodeBencode } from '../bencode/index.ts';
import { concatBytes } from '../bytes.ts';
import { failure, type Result, success } from '../result.ts';

/** Bytes of a piece of metadata; the last one may be shorter. */
export const METADATA_PIECE_BYTES = 16_384;
/** Longest metadata that is fetched, in bytes (the largest seen in the field: 14 MB). */
export const METADATA_BYTES_MAX = 32 * 1024 * 1024;

export type MetadataMessage =
  | { readonly kind: 'request' | 'reject'; readonly piece: number }
  /** `bytes`: a view of what was decoded. `totalBytes`: length of the whole metadata; undefined when not said. */
  | {
      readonly kind: 'data';
      readonly piece: number;
      readonly totalBytes: number | undefined;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: 'unknown' };

const REQUEST = 0;
const DATA = 1;
const REJECT = 2;
const PIECE_MAX = METADATA_BYTES_MAX / METADATA_PIECE_BYTES;

export function metadataPieceCount(totalBytes: number): number {
  return Math.ceil(totalBytes / METADATA_PIECE_BYTES);
}

/** Length of one piece of metadata of `totalBytes`. */
export function metadataPieceBytes(totalBytes: number, piece: number): number {
  return Math.min(METADATA_PIECE_BYTES, totalBytes - piece * METADATA_PIECE_BYTES);
}

export function encodeMetadataRequest(piece: number): Uint8Array {
  return encodeBencode({ msg_type: REQUEST, piece });
}

export function encodeMetadataReject(piece: number): Uint8Array {
  return encodeBencode({ msg_type: REJECT, piece });
}

export function encodeMetadataData(metadata: Uint8Array, piece: number): Uint8Array {
  const start = piece * METADATA_PIECE_BYTES;
  const bytes = metadata.subarray(start, start + metadataPieceBytes(metadata.length, piece));
  return concatBytes(encodeBencode({ msg_type: DATA, piece, total_size: metadata.length }), bytes);
}

export function decodeMetadataMessage(body: Uint8Array): Result<MetadataMessage> {
  const decoded = decodeBencodePrefix(body, 0, { order: 'any', depthLimit: 8, tokenLimit: 256 });
  if (!decoded.ok) return decoded;
  const { value: fields, end } = decoded.value;
  if (!(fields instanceof BencodeDict)) return failure('not a dictionary', 0);
  const type = fields.getInteger('msg_type');
  if (type !== REQUEST && type !== DATA && type !== REJECT) return success({ kind: 'unknown' });
  const piece = fields.getInteger('piece');
  if (piece === undefined || piece < 0) return failure('no number of a piece', 0);
  if (type === REQUEST) return success({ kind: 'request', piece });
  if (type === REJECT) return success({ kind: 'reject', piece });
  if (piece >= PIECE_MAX) return failure(`piece ${piece} of metadata, more than any has`, 0);
  return success({
    kind: 'data',
    piece,
    totalBytes: fields.getInteger('total_size'),
    bytes: body.subarray(end),
  });
}
