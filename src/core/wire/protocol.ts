/** Numbers of the peer wire protocol: BEP 3, BEP 6 (fast extension), BEP 10 (extension protocol). */

export const MessageId = {
  choke: 0,
  unchoke: 1,
  interested: 2,
  notInterested: 3,
  have: 4,
  bitfield: 5,
  request: 6,
  piece: 7,
  cancel: 8,
  port: 9,
  suggest: 13,
  haveAll: 14,
  haveNone: 15,
  reject: 16,
  allowedFast: 17,
  extended: 20,
} as const;

/**
 * Numbers under which bytes that are not payload are counted: those of the messages, and two for what has no number. A
 * piece message counts without its block.
 */
export const ControlKind = { keepAlive: 21, handshake: 22 } as const;
export const CONTROL_KINDS = 23;

export const HANDSHAKE_LENGTH = 68;
export const INFO_HASH_LENGTH = 20;
export const PEER_ID_LENGTH = 20;

/** Bytes of a piece message before the block: length prefix, id, index, begin. */
export const PIECE_HEADER_LENGTH = 13;

/** Longest block that we accept or serve: everybody asks for 16 KiB (BEP 3, section 4 of docs/LIMITS.md). */
export const BLOCK_LENGTH_MAX = 16384;

/**
 * Longest message that is not a block, unless the torrent's own bitfield is longer. Extended messages and, in other
 * clients, allowed-fast bursts stay far below.
 */
export const CONTROL_LENGTH_MAX = 65536;
