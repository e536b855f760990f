/**
 * Bytes that peers sent to each other and that are no payload, by kind of message: the handshakes and every message of the
 * peer wire protocol (BEP 3, 5, 6, 10), a piece message without its block. Trackers, the DHT and whatever lies below the
 * streams do not count. Honest peers, free-riders and those that only cheat with their disk are counted, others are not.
 */

/** By the number under which the engine counts: its message id, and two for what has none; '' where there is none. */
export const CONTROL_KIND_NAMES: readonly string[] = [
  'choke',
  'unchoke',
  'interested',
  'not interested',
  'have',
  'bitfield',
  'request',
  'piece header',
  'cancel',
  'port',
  '',
  '',
  '',
  'suggest',
  'have all',
  'have none',
  'reject',
  'allowed fast',
  '',
  '',
  'extended',
  'keep-alive',
  'handshake',
];

/** A matrix peers × kinds, row by row: peer `p`, kind `k` is at `p * kinds + k`. */
export interface ControlColumns {
  readonly kinds: number;
  readonly sentBytes: Float64Array;
}

export const CONTROL_KINDS = CONTROL_KIND_NAMES.length;
