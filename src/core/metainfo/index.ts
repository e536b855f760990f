/** Torrent files: reading, making, and the arithmetic of pieces, blocks and files. */
export {
  type DescribedFile,
  encodeTorrentFile,
  type TorrentFileDescription,
  wrapInfo,
} from './encode-torrent-file.ts';
export { type FileExtent, FileLayout, type FileSegment, type PieceRange } from './file-layout.ts';
export {
  matchFiles,
  PRIORITY_DEFAULT,
  PRIORITY_MAX,
  parseFileChoice,
  piecePriorities,
  wantsAnything,
} from './file-selection.ts';
export * from './limits.ts';
export {
  type FileRange,
  formatMagnetLink,
  isSelected,
  MAGNET_ENTRIES_MAX,
  MAGNET_LENGTH_MAX,
  type MagnetLink,
  parseMagnetLink,
} from './magnet.ts';
export { magnetLink } from './magnet-link.ts';
export { HASH_LENGTH, Metainfo, type OuterFields, type TorrentFile } from './metainfo.ts';
export { withPadding } from './padding.ts';
export { parseInfo, parseTorrentFile } from './parse.ts';
export { BLOCK_LENGTH, PieceGeometry } from './piece-geometry.ts';
export { CHOSEN_PIECE_LENGTH_MAX, choosePieceLength } from './piece-length.ts';
