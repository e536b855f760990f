/** Counting messages by their number, whatever the portions in which they pass. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes } from '../../../src/core/bytes.ts';
import type { Network, Stream, StreamHandler } from '../../../src/core/ports.ts';
import { WireEncoder } from '../../../src/core/wire/encoder.ts';
import { encodeHandshake } from '../../../src/core/wire/handshake.ts';
import { MessageId } from '../../../src/core/wire/protocol.ts';
import { MessageTally } from '../../../src/scenarios/run/message-tally.ts';
import { ByteSink } from '../../support/wire-log.ts';

const HANDSHAKE = encodeHandshake({
  infoHash: new Uint8Array(20),
  peerId: new Uint8Array(20),
  extensionProtocol: true,
  fastExtension: true,
  dht: false,
});
const encoder = new WireEncoder();
const payload = { length: 5, bytes: Uint8Array.of(0, 0, 0, 0, 0), reference: undefined };

/** One message of each layout, and its name. */
const WRITERS: readonly (readonly [string, (stream: Stream) => void])[] = [
  ['keep-alive', (stream) => encoder.keepAlive(stream)],
  ['choke', (stream) => encoder.bare(stream, MessageId.choke)],
  ['not interested', (stream) => encoder.bare(stream, MessageId.notInterested)],
  ['have', (stream) => encoder.indexed(stream, MessageId.have, 7)],
  ['request', (stream) => encoder.block(stream, MessageId.request, 1, 2, 3)],
  ['bitfield', (stream) => encoder.bitfield(stream, Uint8Array.of(0, 0, 0, 255))],
  ['piece', (stream) => encoder.piece(stream, 1, 0, payload)],
  ['extended', (stream) => encoder.extended(stream, 0, new Uint8Array(9))],
];

class Nowhere extends ByteSink {
  override writePayload(): void {}
}

/** A network of one stream: what is written goes nowhere, and `handler` can be fed. */
function oneStream() {
  const written = new Nowhere();
  const held: { handler?: StreamHandler } = {};
  const network: Network = {
    dial: (_, handler) => {
      held.handler = handler;
      return written;
    },
    listen: () => ({ close: () => {} }),
    bindDatagrams: (_, handler) => {
      handler.onDatagram(Uint8Array.of(1), { host: '10.0.0.1', port: 1 });
      return { send: () => {}, close: () => {} };
    },
  };
  return { network, held };
}

const SILENT: StreamHandler = {
  onOpen() {},
  onBytes() {},
  onPayload() {},
  onWritable() {},
  onClose() {},
};
const TO = { host: '10.0.0.2', port: 6881 };

describe('the tally of messages', () => {
  test('counts what is sent and what is received, however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(WRITERS.length - 1), { maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        (chosen, cuts) => {
          const sink = new ByteSink();
          for (const index of chosen) WRITERS[index]?.[1](sink);
          const bytes = concatBytes(HANDSHAKE, sink.take());
          const tally = new MessageTally();
          const { network, held } = oneStream();
          const stream = tally.watch(network).dial(TO, SILENT);
          let start = 0;
          for (let cut = 0; start < bytes.length; cut++) {
            const end = Math.min(bytes.length, start + (cuts[cut % cuts.length] as number));
            stream.write(bytes, start, end);
            held.handler?.onBytes(bytes, start, end);
            start = end;
          }
          const expected = new Map([['handshake', 1]]);
          for (const index of chosen) {
            const name = WRITERS[index]?.[0] as string;
            expected.set(name, (expected.get(name) ?? 0) + 1);
          }
          const { counts } = tally;
          expect(new Map(counts.map(({ message, sent }) => [message, sent]))).toEqual(expected);
          expect(new Map(counts.map(({ message, received }) => [message, received]))).toEqual(expected);
          expect(counts.reduce((sum, { sentBytes }) => sum + sentBytes, 0)).toBe(bytes.length);
        },
      ),
    );
  });

  test('a body that travels by reference belongs to its piece message', () => {
    const tally = new MessageTally();
    const { network, held } = oneStream();
    const stream = tally.watch(network).dial(TO, SILENT);
    stream.write(HANDSHAKE, 0, HANDSHAKE.length);
    const reference = { content: 1, piece: 0, begin: 0, corrupted: false };
    const body = { length: 16384, bytes: undefined, reference };
    encoder.piece(stream, 0, 0, body);
    encoder.indexed(stream, MessageId.have, 3);
    held.handler?.onBytes(HANDSHAKE, 0, HANDSHAKE.length);
    held.handler?.onBytes(Uint8Array.of(0, 0, 64, 9, 7, 0, 0, 0, 0, 0, 0, 0, 0), 0, 13);
    held.handler?.onPayload(body);
    held.handler?.onBytes(Uint8Array.of(0, 0, 0, 1, 0), 0, 5);
    expect(tally.blocks).toBe(1);
    expect(new Map(tally.counts.map(({ message, sent, received }) => [message, [sent, received]]))).toEqual(
      new Map([
        ['handshake', [1, 1]],
        ['have', [1, 0]],
        ['piece', [1, 1]],
        ['choke', [0, 1]],
      ]),
    );
    expect(tally.counts.find(({ message }) => message === 'piece')?.sentBytes).toBe(13 + 16384);
  });

  test('streams that do not begin like a peer count as one thing, datagrams apart', () => {
    const tally = new MessageTally();
    const network = tally.watch(oneStream().network);
    const text = new TextEncoder().encode('GET /announce HTTP/1.1\r\n\r\n');
    network.dial(TO, SILENT).write(text, 0, text.length);
    const socket = network.bindDatagrams(0, { onBound() {}, onDatagram() {}, onDatagramError() {} });
    socket.send(new Uint8Array(98), TO);
    expect(tally.counts).toEqual([
      { message: '(datagram)', id: undefined, sent: 1, received: 1, sentBytes: 98 },
      { message: '(stream of HTTP)', id: undefined, sent: 1, received: 0, sentBytes: text.length },
    ]);
  });
});
