/** Bencode: the one encoding of torrent files, trackers, extension messages and the DHT. */
export {
  DEPTH_LIMIT,
  type DecodedPrefix,
  type DecodeOptions,
  decodeBencode,
  decodeBencodeDict,
  decodeBencodePrefix,
  TOKEN_LIMIT,
} from './decode.ts';
export { type Encodable, encodeBencode } from './encode.ts';
export { BencodeDict, type BencodeValue, type ByteRange, isList } from './value.ts';
