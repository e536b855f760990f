/** The wire codec: what is encoded is decoded, however the bytes are cut, and no bytes at all make it throw. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, toHex } from '../../src/core/bytes.ts';
import { WireEncoder } from '../../src/core/wire/encoder.ts';
import {
  decodeExtensionHandshake,
  encodeExtensionHandshake,
} from '../../src/core/wire/extension-handshake.ts';
import { encodeHandshake } from '../../src/core/wire/handshake.ts';
import { CONTROL_LENGTH_MAX } from '../../src/core/wire/protocol.ts';
import { UnfinishedMessages } from '../../src/core/wire/unfinished-messages.ts';
import { SeededRandom } from '../../src/sim/random.ts';
import { DecoderFor } from '../support/decoding.ts';
import { ByteSink, decodeAll, WireLog } from '../support/wire-log.ts';

const uint32 = fc.integer({ min: 0, max: 0xffffffff });
const body = fc.uint8Array({ maxLength: 40 });

/** How to write a message, and the lines that it must give. */
interface Written {
  readonly write: (encoder: WireEncoder, sink: ByteSink) => void;
  readonly lines: readonly string[];
}

const message: fc.Arbitrary<Written> = fc.oneof(
  fc.constant({
    write: (encoder: WireEncoder, sink: ByteSink) => encoder.keepAlive(sink),
    lines: ['keep-alive'],
  }),
  fc.constantFrom(0, 1, 2, 3, 14, 15).map((id) => ({
    write: (encoder: WireEncoder, sink: ByteSink) => encoder.bare(sink, id),
    lines: [`bare ${id}`],
  })),
  fc.tuple(fc.constantFrom(4, 13, 17), uint32).map(([id, piece]) => ({
    write: (encoder: WireEncoder, sink: ByteSink) => encoder.indexed(sink, id, piece),
    lines: [`indexed ${id} ${piece}`],
  })),
  fc.tuple(fc.constantFrom(6, 8, 16), uint32, uint32, uint32).map(([id, piece, begin, length]) => ({
    write: (encoder: WireEncoder, sink: ByteSink) => encoder.block(sink, id, piece, begin, length),
    lines: [`block ${id} ${piece} ${begin} ${length}`],
  })),
  fc.tuple(uint32, uint32, body).map(([piece, begin, bytes]) => ({
    write: (encoder: WireEncoder, sink: ByteSink) => {
      encoder.piece(sink, piece, begin, { length: bytes.length, bytes, reference: undefined });
    },
    lines: [
      `header ${piece} ${begin} ${bytes.length}`,
      `body ${piece} ${begin} ${bytes.length} ${toHex(bytes)}`,
    ],
  })),
  body.map((bytes) => ({
    write: (encoder: WireEncoder, sink: ByteSink) => encoder.bitfield(sink, bytes),
    lines: [`bitfield ${toHex(bytes)}`],
  })),
  fc.tuple(fc.integer({ min: 0, max: 255 }), body).map(([id, bytes]) => ({
    write: (encoder: WireEncoder, sink: ByteSink) => encoder.extended(sink, id, bytes),
    lines: [`extended ${id} ${toHex(bytes)}`],
  })),
);

const HANDSHAKE = encodeHandshake({
  infoHash: new Uint8Array(20).fill(1),
  peerId: new Uint8Array(20).fill(2),
  extensionProtocol: true,
  fastExtension: true,
  dht: true,
});

function encode(messages: readonly Written[]): Uint8Array {
  const encoder = new WireEncoder();
  const sink = new ByteSink();
  for (const { write } of messages) write(encoder, sink);
  return concatBytes(HANDSHAKE, sink.take());
}

describe('whatever is encoded', () => {
  it('is decoded, whether it comes at once, byte by byte, or in any portions', () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 12, size: 'max' }),
        fc.array(fc.integer({ min: 0, max: 90 }), { maxLength: 20, size: 'max' }),
        (messages, cuts) => {
          const bytes = encode(messages);
          const expected = messages.flatMap(({ lines }) => lines);
          expect(decodeAll(bytes).lines.slice(1)).toEqual(expected);
          expect(decodeAll(bytes, cuts).lines.slice(1)).toEqual(expected);
          expect(decodeAll(bytes, Array(bytes.length).fill(1)).lines.slice(1)).toEqual(expected);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('is decoded the same when it comes at an offset of a larger array', () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 6 }),
        fc.integer({ min: 1, max: 50 }),
        (messages, offset) => {
          const bytes = encode(messages);
          const padded = concatBytes(
            new Uint8Array(offset).fill(0xff),
            bytes,
            new Uint8Array(offset).fill(0xff),
          );
          const log = new WireLog();
          new DecoderFor(log).push(padded, offset, offset + bytes.length);
          expect(log.lines).toEqual(decodeAll(bytes).lines);
        },
      ),
    );
  });

  it('is decoded the same on streams that share the room for what is unfinished', () => {
    const streams = fc.array(fc.array(message, { maxLength: 6 }), { minLength: 2, maxLength: 4 });
    const portion = fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 60 }));
    fc.assert(
      fc.property(streams, fc.array(portion, { maxLength: 60, size: 'max' }), (written, portions) => {
        const room = new UnfinishedMessages();
        const readers = written.map((messages) => {
          const log = new WireLog();
          return { bytes: encode(messages), log, decoder: new DecoderFor(log, room), start: 0 };
        });
        const rest = readers.map((_, index): [number, number] => [index, Number.MAX_SAFE_INTEGER]);
        for (const [who, length] of [...portions, ...rest]) {
          const reader = readers[who % readers.length] as (typeof readers)[number];
          const end = Math.min(reader.bytes.length, reader.start + length);
          reader.decoder.push(reader.bytes, reader.start, end);
          reader.start = end;
        }
        for (const { bytes, log } of readers) expect(log.lines).toEqual(decodeAll(bytes).lines);
      }),
      { numRuns: 200 },
    );
  });
});

describe('whatever arrives', () => {
  /** One mutation or another of a sound stream. */
  function spoil(bytes: Uint8Array, random: SeededRandom): Uint8Array {
    const spoiled = bytes.slice();
    const at = random.below(spoiled.length);
    switch (random.below(4)) {
      case 0:
        spoiled[at] = random.below(256);
        return spoiled;
      case 1:
        return spoiled.subarray(0, at);
      case 2:
        return concatBytes(spoiled.subarray(0, at), spoiled.subarray(random.below(spoiled.length)));
      default:
        for (let count = 0; count < 8; count++) spoiled[random.below(spoiled.length)] = random.below(256);
        return spoiled;
    }
  }

  it('decodes sixty thousand spoiled streams without throwing, the same however they are cut', () => {
    const random = SeededRandom.named('spoiled streams');
    const samples = fc.sample(fc.array(message, { minLength: 1, maxLength: 6 }), { numRuns: 200, seed: 1 });
    const streams = samples.map(encode);
    for (let count = 0; count < 60_000; count++) {
      const bytes = spoil(streams[count % streams.length] as Uint8Array, random);
      const whole = decodeAll(bytes).lines;
      if (count % 20 !== 0) continue;
      const cut = decodeAll(bytes, Array(bytes.length).fill(1 + random.below(7))).lines;
      expect(cut).toEqual(whole);
    }
  });

  it('decodes fifty thousand runs of random bytes, with one error at most, as the last line', () => {
    const random = SeededRandom.named('random bytes');
    let errors = 0;
    for (let count = 0; count < 50_000; count++) {
      const tail = Uint8Array.from({ length: random.below(40) }, () =>
        random.below(count % 2 === 0 ? 256 : 8),
      );
      const { lines } = decodeAll(concatBytes(HANDSHAKE, tail));
      const error = lines.findIndex((line) => line.startsWith('error'));
      if (error < 0) continue;
      errors++;
      if (error !== lines.length - 1) expect(lines.slice(error)).toHaveLength(1);
    }
    expect(errors).toBeGreaterThan(1000);
  });

  it('never keeps more than one control message', () => {
    const log = new WireLog();
    const decoder = new DecoderFor(log);
    decoder.push(HANDSHAKE, 0, 68);
    const length = CONTROL_LENGTH_MAX;
    const long = new Uint8Array(4 + length);
    new DataView(long.buffer).setUint32(0, length);
    long[4] = 99;
    for (let round = 0; round < 50; round++) {
      for (let start = 0; start < long.length; start += 997) {
        decoder.push(long, start, Math.min(long.length, start + 997));
      }
    }
    expect(log.lines.slice(1)).toEqual(Array(50).fill('unknown 99'));
  });

  it('decodes ten thousand extension handshakes, sound or spoiled, without throwing', () => {
    const random = SeededRandom.named('extension handshakes');
    const sound = encodeExtensionHandshake({
      extensions: new Map([['ut_pex', 1]]),
      listenPort: 6881,
      requestQueue: 250,
      client: 'someone 1.0',
    });
    for (let count = 0; count < 10_000; count++) {
      const result = decodeExtensionHandshake(spoil(sound, random));
      if (!result.ok) continue;
      const { listenPort, requestQueue } = result.value;
      if (listenPort !== undefined) expect(listenPort > 0 && listenPort < 65536).toBe(true);
      if (requestQueue !== undefined) expect(requestQueue).toBeGreaterThan(0);
    }
  });
});
