/** Random and mutated bytes through the decoders of what leads to peers: nothing throws, and what comes out is bounded. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromLatin1, toHex, toLatin1 } from '../../src/core/bytes.ts';
import {
  decodeLocalSearch,
  encodeLocalSearch,
  LOCAL_DISCOVERY_IPV4,
  LOCAL_HASHES_MAX,
} from '../../src/core/discovery/local-messages.ts';
import { decodePexMessage, encodePexMessage, PEX_ENTRIES_MAX } from '../../src/core/exchange/pex-messages.ts';
import { EarlyHoldings } from '../../src/core/metadata/early-holdings.ts';
import {
  decodeMetadataMessage,
  encodeMetadataData,
  encodeMetadataReject,
  encodeMetadataRequest,
  METADATA_BYTES_MAX,
} from '../../src/core/metadata/metadata-messages.ts';
import {
  formatMagnetLink,
  MAGNET_ENTRIES_MAX,
  type MagnetLink,
  parseMagnetLink,
} from '../../src/core/metainfo/index.ts';
import type { Result } from '../../src/core/result.ts';
import { decodeExtensionHandshake } from '../../src/core/wire/extension-handshake.ts';

/** Together with the mutated ones, 10^5 for each decoder. */
const RUNS = 50_000;

const HASH = new Uint8Array(20).fill(0xab);
const GOOD: Readonly<Record<string, readonly Uint8Array[]>> = {
  pex: [
    encodePexMessage({
      added: [
        { address: { host: '192.0.2.1', port: 6881 }, flags: 2 },
        { address: { host: '2001:db8::1', port: 6881 }, flags: 0 },
      ],
      dropped: [{ host: '192.0.2.2', port: 1 }],
    }),
  ],
  metadata: [
    encodeMetadataRequest(3),
    encodeMetadataReject(0),
    encodeMetadataData(new Uint8Array(20_000), 1),
  ],
  local: [encodeLocalSearch({ port: 6881, infoHashes: [HASH, HASH], cookie: 'x' }, LOCAL_DISCOVERY_IPV4)],
  handshake: [fromLatin1('d1:md6:ut_pexi1ee13:metadata_sizei99e1:pi6881e4:reqqi5e6:yourip4:abcde')],
  magnet: [
    fromLatin1(
      `magnet:?xt=urn:btih:${toHex(HASH)}&dn=a+b&tr=http%3A%2F%2Ft%2Fa&x.pe=[::1]:5&x.pe=h.x:6&so=1,3-9&ws=http://w/`,
    ),
  ],
};

const DECODERS: readonly [string, (bytes: Uint8Array) => Result<unknown>, (value: never) => boolean][] = [
  [
    'pex',
    decodePexMessage,
    (value: { added: unknown[]; dropped: unknown[] }) =>
      value.added.length <= PEX_ENTRIES_MAX && value.dropped.length <= PEX_ENTRIES_MAX,
  ],
  [
    'metadata',
    decodeMetadataMessage,
    (value: { kind: string; piece?: number }) =>
      value.kind !== 'data' || (value.piece as number) * 16_384 < METADATA_BYTES_MAX,
  ],
  [
    'local',
    decodeLocalSearch,
    (value: { port: number; infoHashes: Uint8Array[] }) =>
      value.port >= 1 && value.port <= 65535 && value.infoHashes.length <= LOCAL_HASHES_MAX,
  ],
  [
    'handshake',
    decodeExtensionHandshake,
    (value: { listenPort?: number; metadataBytes?: number }) =>
      (value.listenPort ?? 1) > 0 && (value.metadataBytes ?? 1) > 0,
  ],
  [
    'magnet',
    (bytes) => parseMagnetLink(toLatin1(bytes)),
    (value: MagnetLink) => {
      const again = parseMagnetLink(formatMagnetLink(value));
      expect(again).toEqual({ ok: true, value });
      return value.trackers.length + value.peers.length <= 2 * MAGNET_ENTRIES_MAX;
    },
  ],
];

const mutation = fc.record({ at: fc.nat(), byte: fc.nat(255), cut: fc.boolean(), twice: fc.boolean() });

describe.each(DECODERS)('%s', (name, decode, isBounded) => {
  const check = (bytes: Uint8Array): void => {
    const decoded = decode(bytes);
    if (decoded.ok) expect(isBounded(decoded.value as never)).toBe(true);
  };

  test('takes any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), check), { numRuns: RUNS });
  }, 60_000);

  test('takes good messages with faults', () => {
    const good = GOOD[name] as readonly Uint8Array[];
    const faulty = fc.tuple(fc.constantFrom(...good), fc.array(mutation, { minLength: 1, maxLength: 4 }));
    fc.assert(
      fc.property(faulty, ([bytes, mutations]) => {
        let changed: Uint8Array = bytes.slice(0, 400);
        for (const { at, byte, cut, twice } of mutations) {
          const place = changed.length === 0 ? 0 : at % changed.length;
          if (cut && !twice) changed = changed.slice(0, place);
          else if (twice && cut)
            changed = fromLatin1(toLatin1(changed.subarray(0, place)) + toLatin1(changed));
          else if (changed.length > 0) changed[place] = byte;
        }
        check(changed.subarray(0, 2000));
      }),
      { numRuns: RUNS },
    );
  }, 60_000);

  test('knows the good ones', () => {
    for (const bytes of GOOD[name] as readonly Uint8Array[]) expect(decode(bytes).ok).toBe(true);
  });
});

test('what was said about pieces too early is what a bitfield would have said', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 300 }),
      fc.array(fc.nat(320), { maxLength: 40 }),
      (count, pieces) => {
        const early = new EarlyHoldings();
        for (const piece of pieces) early.gain(piece);
        const resolved = early.resolve(count);
        expect(resolved.ok).toBe(pieces.every((piece) => piece < count));
        if (!resolved.ok) return;
        const found = Array.from({ length: count }, (_, piece) => piece).filter(
          (piece) => resolved.value?.has(piece) === true,
        );
        expect(found).toEqual([...new Set(pieces)].sort((a, b) => a - b));
      },
    ),
    { numRuns: 5000 },
  );
});
