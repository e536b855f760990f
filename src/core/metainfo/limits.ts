/** Bounds on what a torrent file may ask for. All are checked before anything is allocated on the file's word. */

/** Longest torrent file, in bytes. The largest permitted number of pieces needs 40 MiB of hashes. */
export const TORRENT_FILE_LIMIT = 64 * 1024 * 1024;

export const PIECE_COUNT_LIMIT = 0x200000;

/** Longest piece in bytes: 32767 blocks, so that a block's number in its piece fits in 15 bits. */
export const PIECE_LENGTH_LIMIT = 32767 * 16384;

/** Most components in the path of one file, as written in the torrent file. */
export const PATH_DEPTH_LIMIT = 100;

/** Longest path component after repair, in UTF-8 bytes. Common file systems stop at 255. */
export const COMPONENT_LENGTH_LIMIT = 240;

/** How many files may need another name because theirs is taken. */
export const RENAME_LIMIT = 500;

/** Most tracker URLs, and most web seed URLs, that are kept. */
export const URL_COUNT_LIMIT = 1000;

/** Longest URL in bytes that is kept. */
export const URL_LENGTH_LIMIT = 4096;
