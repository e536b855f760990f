/**
 * When TCP sends again what was not answered (RFC 6298): after one timeout, then after twice as long each time, up to a
 * minute. The first timeout is a second, or a round trip where that is longer. With a round trip below a second the
 * instants are 1, 3, 7, 15, 31, 63, 123, 183, ... seconds after the first sending.
 */

const LEAST_TIMEOUT_US = 1_000_000;
const LONGEST_TIMEOUT_US = 60_000_000;
/** A sender that has had no answer for so long gives up: about what Linux does after 15 retransmissions. */
export const UNANSWERED_US = 900_000_000;

/** How long after the first sending the `count`-th retransmission is sent. */
export function backoffUs(count: number, roundTripUs: number): number {
  let timeoutUs = Math.max(LEAST_TIMEOUT_US, roundTripUs);
  let sumUs = 0;
  for (let done = 0; done < count; done++) {
    sumUs += timeoutUs;
    timeoutUs = Math.min(2 * timeoutUs, Math.max(LONGEST_TIMEOUT_US, roundTripUs));
  }
  return sumUs;
}

/** The first retransmission at `atUs` or later of what was first sent at `sinceUs`. */
export function nextRetransmissionUs(sinceUs: number, atUs: number, roundTripUs: number): number {
  let count = 1;
  while (sinceUs + backoffUs(count, roundTripUs) < atUs) count++;
  return sinceUs + backoffUs(count, roundTripUs);
}
