/** The wire codec by vectors (BEP 3, 6, 10): layouts, wrong lengths, bounds, and bodies that travel by reference. */
import { describe, expect, it } from 'vitest';
import { concatBytes, toHex } from '../../../src/core/bytes.ts';
import type { Payload } from '../../../src/core/ports.ts';
import { WireEncoder } from '../../../src/core/wire/encoder.ts';
import { decodeHandshake, encodeHandshake } from '../../../src/core/wire/handshake.ts';
import { CONTROL_LENGTH_MAX, MessageId } from '../../../src/core/wire/protocol.ts';
import { DecoderFor } from '../../support/decoding.ts';
import { ByteSink, decodeAll, WireLog } from '../../support/wire-log.ts';

const handshake = {
  infoHash: new Uint8Array(20).fill(0xaa),
  peerId: new Uint8Array(20).fill(0xbb),
  extensionProtocol: true,
  fastExtension: true,
  dht: false,
};
const HANDSHAKE = encodeHandshake(handshake);
/** Lines after the handshake. */
const read = (...parts: readonly (Uint8Array | readonly number[])[]): string[] =>
  decodeAll(concatBytes(HANDSHAKE, ...parts.map((part) => Uint8Array.from(part)))).lines.slice(1);

describe('the handshake', () => {
  it('is 68 bytes in the order of BEP 3', () => {
    expect(toHex(HANDSHAKE)).toBe(
      `13426974546f7272656e742070726f746f636f6c0000000000100004${'aa'.repeat(20)}${'bb'.repeat(20)}`,
    );
    expect(decodeHandshake(HANDSHAKE, 0)).toEqual({ ok: true, value: handshake });
  });

  it('is read from any place, and keeps nothing of the bytes', () => {
    const bytes = concatBytes(Uint8Array.of(1, 2, 3), HANDSHAKE);
    const result = decodeHandshake(bytes, 3);
    bytes.fill(0);
    expect(result).toEqual({ ok: true, value: handshake });
  });

  it('is wrong from its first wrong byte on', () => {
    for (let index = 0; index < 20; index++) {
      const bytes = HANDSHAKE.slice(0, index + 1);
      bytes[index] = (bytes[index] as number) ^ 1;
      const { lines } = decodeAll(bytes);
      expect(lines).toEqual([`error not a BitTorrent handshake (byte ${index})`]);
    }
  });

  it('knows exactly its own reserved bits', () => {
    for (let bit = 0; bit < 64; bit++) {
      const bytes = encodeHandshake({ ...handshake, extensionProtocol: false, fastExtension: false });
      bytes[20 + (bit >> 3)] = 0x80 >> (bit & 7);
      const result = decodeHandshake(bytes, 0);
      const { extensionProtocol, fastExtension, dht } = result.ok ? result.value : handshake;
      expect([extensionProtocol, fastExtension, dht]).toEqual([bit === 43, bit === 61, bit === 63]);
    }
  });
});

describe('messages', () => {
  const encoder = new WireEncoder();
  const sink = new ByteSink();
  const written = (write: () => void): string => {
    write();
    return toHex(sink.take());
  };

  it('are laid out as in BEP 3, 6 and 10', () => {
    expect(written(() => encoder.keepAlive(sink))).toBe('00000000');
    expect(written(() => encoder.bare(sink, MessageId.haveAll))).toBe('000000010e');
    expect(written(() => encoder.indexed(sink, MessageId.have, 0xfffffffe))).toBe('0000000504fffffffe');
    expect(written(() => encoder.block(sink, MessageId.request, 1, 0x4000, 0x4000))).toBe(
      '0000000d06000000010000400000004000',
    );
    const body: Payload = { length: 3, bytes: Uint8Array.of(7, 8, 9), reference: undefined };
    expect(written(() => encoder.piece(sink, 2, 16384, body))).toBe('0000000c07000000020000400007' + '0809');
    expect(written(() => encoder.bitfield(sink, Uint8Array.of(0x80, 0x40)))).toBe('00000003058040');
    expect(written(() => encoder.extended(sink, 3, Uint8Array.of(0x64, 0x65)))).toBe('0000000414036465');
  });

  it('come back as what they were', () => {
    expect(read([0, 0, 0, 0], [0, 0, 0, 3, 9, 0x1a, 0xe1], [0, 0, 0, 2, 99, 1])).toEqual([
      'keep-alive',
      'port 6881',
      'unknown 99',
    ]);
  });

  const sizes: [id: number, length: number][] = [
    ...[0, 1, 2, 3, 14, 15].map((id): [number, number] => [id, 1]),
    ...[4, 13, 17].map((id): [number, number] => [id, 5]),
    ...[6, 8, 16].map((id): [number, number] => [id, 13]),
    [9, 3],
  ];

  it.each(sizes)('with id %i must have length %i', (id, length) => {
    const message = (size: number): number[] => [0, 0, 0, size, id, ...Array(size - 1).fill(0)];
    expect(read(message(length))[0]).not.toMatch(/^error/);
    for (const wrong of [length - 1, length + 1].filter((size) => size > 0)) {
      expect(read(message(wrong), [0, 0, 0, 0])).toEqual([`error message ${id} with a length of ${wrong}`]);
    }
  });

  it('of the extension protocol have at least their own number', () => {
    expect(read([0, 0, 0, 1, 20])).toEqual(['error message 20 with a length of 1']);
    expect(read([0, 0, 0, 2, 20, 5])).toEqual(['extended 5 ']);
  });

  it.each([0x7fffffff, 0xffffffff, 0x40000000, CONTROL_LENGTH_MAX + 1])(
    'of %i bytes are refused at the fourth byte, keeping nothing',
    (length) => {
      const view = new DataView(new ArrayBuffer(4));
      view.setUint32(0, length);
      const prefix = new Uint8Array(view.buffer);
      expect(read(prefix.subarray(0, 3))).toEqual([]);
      expect(read(prefix)).toHaveLength(1);
      expect(read(prefix, [7, 7, 7])).toEqual([
        `error message of ${length} bytes, more than any message can have here`,
      ]);
    },
  );

  it('may be as long as the torrent needs for its bitfield, and no longer', () => {
    const pieces = 8 * CONTROL_LENGTH_MAX + 8;
    const log = new WireLog();
    const decoder = new DecoderFor(log);
    decoder.push(HANDSHAKE, 0, 68);
    decoder.pieceCount = pieces;
    const length = 1 + pieces / 8;
    const bytes = new Uint8Array(4 + length);
    new DataView(bytes.buffer).setUint32(0, length);
    bytes[4] = 5;
    decoder.push(bytes, 0, bytes.length);
    expect(log.lines).toHaveLength(2);
    new DataView(bytes.buffer).setUint32(0, length + 1);
    decoder.push(bytes, 0, 4);
    expect(log.lines[2]).toMatch(/^error/);
  });

  it('with a body longer than any request are refused at the fifth byte', () => {
    expect(read([0, 0, 0x40, 9, 7])).toEqual([]);
    expect(read([0, 0, 0x40, 10, 7])).toEqual(['error block of 16385 bytes, never asked for']);
    expect(read([0, 0, 0, 8, 7])).toEqual(['error piece message of 8 bytes']);
  });

  it('are not decoded after an error', () => {
    expect(read([0, 0, 0, 2, 0, 0], [0, 0, 0, 1, 1])).toEqual(['error message 0 with a length of 2']);
  });
});

describe('a body', () => {
  const header = [0, 0, 0, 12, 7, 0, 0, 0, 1, 0, 0, 0, 0];
  const reference = (length: number): Payload => ({
    length,
    bytes: undefined,
    reference: { content: 0, piece: 1, begin: 0, corrupted: false },
  });
  /** A decoder that has read `bytes` after the handshake. */
  const readingAfter = (bytes: readonly number[]): [DecoderFor, WireLog] => {
    const log = new WireLog();
    const decoder = new DecoderFor(log);
    const all = concatBytes(HANDSHAKE, Uint8Array.from(bytes));
    decoder.push(all, 0, all.length);
    log.lines.length = 0;
    return [decoder, log];
  };

  it('is thrown away where it is not wanted, and the next message is read', () => {
    const log = new WireLog();
    log.wanted = () => false;
    decodeAll(concatBytes(HANDSHAKE, Uint8Array.from([...header, 1, 2, 3, 0, 0, 0, 1, 0])), [], log);
    expect(log.lines.slice(1)).toEqual(['header 1 0 3', 'body 1 0 3 undefined', 'bare 0']);
  });

  it('may travel by reference where a whole body of its length is due', () => {
    const [decoder, log] = readingAfter(header);
    decoder.pushPayload(reference(3));
    decoder.push(Uint8Array.of(0, 0, 0, 0), 0, 4);
    expect(log.lines).toEqual(['body 1 0 3 1', 'keep-alive']);
  });

  it.each([
    ['of another length', header, 4],
    ['between messages', [], 3],
    ['in the middle of a body', [...header, 1], 2],
    ['in the middle of a header', header.slice(0, 9), 3],
  ])('may not travel by reference %s', (_name, bytes, length) => {
    const [decoder, log] = readingAfter(bytes);
    decoder.pushPayload(reference(length));
    expect(log.lines).toEqual(['error a block body where none of its length is due']);
  });

  it('may not travel by reference before the handshake', () => {
    const log = new WireLog();
    new DecoderFor(log).pushPayload(reference(3));
    expect(log.lines).toEqual(['error a block body where none of its length is due']);
  });

  it('that was cut off gives its buffer back once', () => {
    const [decoder] = readingAfter([...header, 5]);
    expect(decoder.takeUnfinishedBody()).toEqual(Uint8Array.of(5, 0, 0));
    expect(decoder.takeUnfinishedBody()).toBeUndefined();
    expect(readingAfter([...header, 5, 6, 7])[0].takeUnfinishedBody()).toBeUndefined();
  });
});
