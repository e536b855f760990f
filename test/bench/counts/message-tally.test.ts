/** Messages are counted right however the bytes are cut: the tally follows the same stream as the engine's decoder. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MessageTally } from '../../../bench/counts/message-tally.ts';

const HANDSHAKE = new Array<number>(68).fill(19);
const KEEP_ALIVE = [0, 0, 0, 0];
const CHOKE = [0, 0, 0, 1, 0];
const HAVE = [0, 0, 0, 5, 4, 7, 7, 7, 7];
/** Piece 7 at 7, five bytes that look like a piece message themselves. */
const HEADER = [0, 0, 0, 14, 7, 0, 0, 0, 7, 0, 0, 0, 7];
const BODY = [0, 0, 0, 14, 7];

const MESSAGES = [KEEP_ALIVE, CHOKE, HAVE, [...HEADER, ...BODY]];

describe('MessageTally', () => {
  test('counts messages in any order and in any portions', () => {
    const order = fc.array(fc.nat(MESSAGES.length - 1), { maxLength: 12 });
    fc.assert(
      fc.property(order, fc.integer({ min: 1, max: 40 }), (indices, portion) => {
        const bytes = Uint8Array.from([...HANDSHAKE, ...indices.flatMap((index) => MESSAGES[index] ?? [])]);
        const tally = new MessageTally();
        for (let start = 0; start < bytes.length; start += portion) {
          tally.bytes(bytes, start, Math.min(bytes.length, start + portion));
        }
        const blocks = indices.filter((index) => index === 3).length;
        expect([tally.small, tally.blocks]).toEqual([indices.length - blocks, blocks]);
      }),
    );
  });

  test('counts on after a body that came by reference', () => {
    const tally = new MessageTally();
    const feed = (...parts: number[][]): void => {
      const bytes = Uint8Array.from(parts.flat());
      tally.bytes(bytes, 0, bytes.length);
    };
    feed(HANDSHAKE, CHOKE, HEADER);
    tally.reference();
    feed(HAVE, HEADER);
    tally.reference();
    feed(KEEP_ALIVE);
    expect([tally.small, tally.blocks]).toEqual([3, 2]);
  });
});
