/**
 * Where what is in a row of the `SegmentTable`, and what a segment may mean.
 *
 * Constants and nothing else, plain numbers first: so the bundler writes them out wherever they are used.
 */

/** Control bytes gather in one segment up to this size. */
export const SEGMENT_BYTES = 1460;

/**
 * Bytes of a row, where the first one begins (a large array begins 16 bytes behind a cache line, and so a row is one line
 * and not parts of two), and where control bytes may lie.
 */
export const ROW_BYTES = 64;
export const ROWS_AT_BYTE = 48;
export const INLINE_AT = 88;
export const INLINE_BYTES = ROWS_AT_BYTE + ROW_BYTES - INLINE_AT;

/** Doubles of a row. */
export const STRIDE = ROW_BYTES / 8;
export const END = 6;
export const AT_US = 7;
/** Integers of a row, behind its doubles. */
export const INTEGERS = ROW_BYTES / 4;
export const NEXT = 16;
export const MARK = 17;
export const CONTROL_BYTES = 18;
export const PAYLOAD_BYTES = 19;
export const SLAB = 20;
export const OFFSET = 21;
/** In place of a slab. */
export const INLINE = -1;
export const NO_SEGMENT = -1;

/** What a segment means besides its bytes. */
export const Mark = { data: 0, open: 1, finish: 2, reset: 3 } as const;
