/**
 * Where what is in a row of the `LinkTable`: offsets of its fields, a bit of its flags, and what stands in place of a value.
 *
 * Constants and nothing else, plain numbers first: so the bundler writes them out wherever they are used.
 */

/**
 * Numbers of a row. They begin 48 bytes in: a large array begins 16 bytes behind a cache line, and so a row is one line
 * and not parts of two.
 *
 * Bytes per second that flows share.
 */
export const CAPACITY = 6;
/** What they share of it now, in bytes per second. */
export const LOAD = 7;
/** Bytes of small messages that were not paid for by `DEBT_AT_US`. */
export const DEBT_BYTES = 8;
export const DEBT_AT_US = 9;
/** Bytes of segments, messages and datagrams that have passed, in all. */
export const CARRIED_BYTES = 10;
/** Bytes in the queue in front, as of the last sharing; or `UNKNOWN`. */
export const STANDING_BYTES = 11;
/** The most that stands in the queue in front, in bytes; 0 where nothing queues. */
export const QUEUE_BYTES = 12;
/** Integers of a row, behind its numbers. */
export const LINK_FLAGS = 26;

/** There is a `LinkMeter`. */
export const METERED = 0x1;

/** Where a row begins in each of the arrays: so many times its number. */
export const LINK_NUMBERS = 8;
export const LINK_INTEGERS = 16;
/** Where the first field of the first row is, in numbers. */
export const LINKS_AT = 6;

/** What stands in the queue has to be looked at again. */
export const UNKNOWN = -1;
/** In place of a delay: it may not pass at once. */
export const REFUSED = -1;
