/**
 * Where what is in a row of the `DirectionTable`: offsets of its fields and bits of its flags. Who keeps a field says what
 * it means.
 *
 * Constants and nothing else, plain numbers first: so the bundler writes them out wherever they are used.
 */

/**
 * Numbers of a row. They begin 48 bytes in: a large array begins 16 bytes behind a cache line, and so a row is one line
 * and not parts of two.
 *
 * All bytes ever accepted.
 */
export const QUEUED_BYTES = 6;
/** Bytes that the receiver has taken, and those that were dropped. */
export const TAKEN_BYTES = 7;
/** When what left last arrives; Infinity while that is held. */
export const LAST_ARRIVAL_US = 8;
/** What the next segment that leaves takes to arrive: known ahead, because its event is set before it leaves. */
export const TRANSIT_US = 9;

/** Integers of a row, behind its numbers. The oldest segment in flight, or pending when none is in flight. */
export const HEAD = 20;
export const FIRST_PENDING = 21;
export const TAIL = 22;
/** The event of the direction, while something is due in it. */
export const HANDLE = 23;
export const FLAGS = 24;
/** Which flow it is in the `FlowTable`, while it flows and until the end of the instant in which it stops. */
export const FLOW = 25;
/** The rows in the `LinkTable` of the links that it crosses: the first says whose end it is, the other its way. */
export const UPLINK = 26;
export const DOWNLINK = 27;

/** Numbers that a message does not read. When something was last sent, at once or as a flow. */
export const USED_AT_US = 2;
/** Integers that a message does not read. The window of the sender in bytes; `ELSEWHERE` where that is no integer. */
export const WINDOW_BYTES = 6;
/** `ELSEWHERE` where that is no integer, or half an hour. */
export const ROUND_TRIP_US = 7;
/** What `notifyWhenWritable` has asked for, with the flag `ASKED`. */
export const LOW_WATER_BYTES = 8;
/** Names the draws of the direction. */
export const KEY = 9;
/** The ends before and after it in the list of its machine, while it has the flag `LISTED`. */
export const PREVIOUS_END = 10;
export const NEXT_END = 11;

/** The way is known. */
export const ESTABLISHED = 0x1;
/** What was written may leave. */
export const OPEN = 0x2;
/** The direction has ended. */
export const DONE = 0x4;
/** `flush` is due at the end of this instant. */
export const DIRTY = 0x8;
/** Its event is being handled: it sets the next one at the end of that. */
export const FIRING = 0x10;
/** It takes part in the sharing of the links. */
export const FLOWING = 0x20;
/** The sender has asked for `onWritable`. */
export const ASKED = 0x40;
/** The receiver takes nothing now. */
export const PAUSED = 0x80;
/** The receiver's buffer is full and the sender has stopped. */
export const BLOCKED = 0x100;
/** The receiver has ended and drops what comes. */
export const DISCARDING = 0x200;
/** The receiver's machine knows nothing of the stream. */
export const REFUSING = 0x400;
/** What left last is a reset. */
export const RESETTING = 0x800;
/** The sender's machine has forgotten the stream. */
export const ABANDONED = 0x1000;
/** It cannot send: there is a `Stall`. */
export const STALLED = 0x2000;
/** There is a `RoughWay`. */
export const ROUGH = 0x4000;
/** The way delays each packet by a draw. */
export const JITTERY = 0x8000;
/** A packet that leaves now may be lost or held. */
export const TROUBLED = 0x10000;
/** Of the sending end: it is open. */
export const END_OPEN = 0x20000;
/** It has paused. */
export const END_PAUSED = 0x40000;
/** Its handler hears nothing any more but perhaps of the end. */
export const ENDED = 0x80000;
/** Its machine has forgotten the stream. */
export const GONE = 0x100000;
/** It is in the list of its machine. */
export const LISTED = 0x200000;

/** The row of whoever is over: nothing of it changes any more. */
export const OVER_ROW = 0;

/** Where a row begins in each of the arrays: so many times its number. */
export const ROW_NUMBERS = 8;
export const ROW_INTEGERS = 16;
export const COLD_NUMBERS = 4;
export const COLD_INTEGERS = 8;
/** Where the first field of the first row is, in numbers. */
export const ROWS_AT = 6;
export const COLD_ROWS_AT = 2;

/** In place of a row, a segment, an event or a flow. */
export const NOTHING = -1;
/** In place of a window or a round trip that its `RoughWay` keeps. */
export const ELSEWHERE = -1;
