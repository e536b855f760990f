/**
 * How long we put up with messages of no use: repeated haves, changes of mind, requests that must be refused, answers to
 * nothing. A few are normal, because messages cross on their way; a flood of them costs us time, and an uplink where each
 * wants an answer. A bucket that leaks slowly: what an honest client sends never fills it. Of the bucket one number is
 * kept: the instant at which it will be empty.
 */
import type { Microseconds } from '../ports.ts';

/** Messages of no use in a row; more than any client has on the way at a time. */
export const USELESS_MAX = 10_000;
/** Messages of no use that are forgotten each second. */
export const USELESS_PER_SEC = 50;

const FORGOTTEN_US: Microseconds = 1_000_000 / USELESS_PER_SEC;
const FULL_US: Microseconds = USELESS_MAX * FORGOTTEN_US;

/** Something of no use came, worth `messages` messages: when all is forgotten, given when that was before. */
export function forgottenAtUs(beforeUs: Microseconds, messages: number, nowUs: Microseconds): Microseconds {
  return Math.max(beforeUs, nowUs) + messages * FORGOTTEN_US;
}

/** Whether that was one too many. */
export function isTooMuch(allForgottenAtUs: Microseconds, nowUs: Microseconds): boolean {
  return allForgottenAtUs - nowUs > FULL_US;
}
