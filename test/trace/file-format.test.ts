import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromLatin1 } from '../../src/core/bytes.ts';
import { noDecisions } from '../../src/trace/decisions/decision-columns.ts';
import { CHECKSUM_BYTES, checksum, decodeTrace, encodeTrace } from '../../src/trace/file-format.ts';
import type { Trace } from '../../src/trace/trace.ts';
import {
  emptyPairs,
  emptyTransfers,
  noArrivals,
  noTransfers,
} from '../../src/trace/transfers/transfer-columns.ts';
import { syntheticTrace } from '../support/synthetic-trace.ts';

const trace = syntheticTrace({ peers: 6, pieces: 8, staySec: 5 });
const file = encodeTrace(trace);
/** Transfers of nobody and how many, pairs of nobody and how many, arrivals of nobody, decisions of nobody. */
const EMPTY_TABLES_BYTES = 6;

/** A file whose content was changed after the checksum was lifted: as a hostile author would write it. */
function forged(change: (trace: Trace) => unknown): Uint8Array {
  return encodeTrace(change(structuredClone(trace)) as Trace);
}

/** The bytes with another end or other content, and a checksum that fits. */
function sealed(body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(body.length + CHECKSUM_BYTES);
  bytes.set(body);
  bytes.set(checksum(body), body.length);
  return bytes;
}

/** A file without transfers as version 2 had it: the same up to where the transfers would begin. */
function asVersion2(written: Uint8Array, cutBytes = 0): Uint8Array {
  const body = written.slice(0, -CHECKSUM_BYTES - EMPTY_TABLES_BYTES - cutBytes);
  body[8] = 2;
  return sealed(body);
}

function problemOf(bytes: Uint8Array): string {
  const decoded = decodeTrace(bytes);
  return decoded.ok ? 'no problem' : decoded.error.message;
}

describe('trace file', () => {
  it('gives back what was written', () => {
    const decoded = decodeTrace(file);
    expect(decoded).toEqual({ ok: true, value: trace });
  });

  it('is a function of the trace', () => {
    expect(encodeTrace(syntheticTrace({ peers: 6, pieces: 8, staySec: 5 }))).toEqual(file);
  });

  it('keeps numbers beyond 32 bits, negative ones, and texts beyond ASCII', () => {
    const changed: Trace = {
      ...trace,
      strings: ['тайм-аут', '𝄞'],
      endUs: 2 ** 50,
      totals: { ...trace.totals, sentBytes: trace.totals.sentBytes.map(() => 2 ** 52 + 1) },
    };
    expect(decodeTrace(encodeTrace(changed))).toEqual({ ok: true, value: changed });
  });

  it('survives a run in which nothing happened', () => {
    const empty: Trace = {
      ...trace,
      header: { ...trace.header, peers: [] },
      events: {
        count: 0,
        timeUs: new Float64Array(),
        kind: new Uint8Array(),
        peer: new Int32Array(),
        a: new Int32Array(),
        b: new Int32Array(),
        c: new Int32Array(),
      },
      samples: { ...trace.samples, rows: 1, received: new Float64Array(), sent: new Float64Array() },
      totals: {
        receivedBytes: new Float64Array(),
        sentBytes: new Float64Array(),
        wastedBytes: new Float64Array(),
      },
      transfers: emptyTransfers(0, 1),
      pairs: emptyPairs(0, 1),
      arrivals: { everyNth: 1, blocks: new Float64Array(), timeUs: new Float64Array() },
      decisions: noDecisions(),
    };
    expect(decodeTrace(encodeTrace(empty))).toEqual({ ok: true, value: empty });
  });

  it('without transfers is read as one of which none were kept', () => {
    const bare: Trace = {
      ...trace,
      transfers: noTransfers(),
      pairs: emptyPairs(0, 0),
      arrivals: noArrivals(),
      decisions: noDecisions(),
    };
    const written = encodeTrace(bare);
    expect(decodeTrace(written)).toEqual({ ok: true, value: bare });
    expect(decodeTrace(asVersion2(written))).toEqual({ ok: true, value: bare });
  });

  it('keeps totals of pairs where transfers are those of a part of the peers', () => {
    const { transfers } = trace;
    const kept: Trace = { ...trace, transfers: { ...emptyTransfers(0, 4096) } };
    expect(transfers.count).toBeGreaterThan(0);
    expect(trace.pairs.count).toBeGreaterThan(0);
    expect(decodeTrace(encodeTrace(kept))).toEqual({ ok: true, value: kept });
  });

  describe('that is damaged or hostile', () => {
    it('is told from other files', () => {
      expect(problemOf(new Uint8Array())).toBe('not a swarmlab trace');
      expect(problemOf(fromLatin1('PK\x03\x04'.repeat(20)))).toBe('not a swarmlab trace');
    });

    it('notices a later version before anything else', () => {
      const later = file.slice();
      later[8] = 4;
      expect(problemOf(later)).toBe('trace format version 4 is not supported');
    });

    it('notices every flipped bit and every cut', () => {
      fc.assert(
        fc.property(fc.nat(file.length * 8 - 1), (bit) => {
          const broken = file.slice();
          broken[bit >> 3] = (broken[bit >> 3] as number) ^ (1 << (bit & 7));
          expect(decodeTrace(broken).ok).toBe(false);
        }),
      );
      fc.assert(
        fc.property(fc.nat(file.length - 1), (length) => {
          expect(decodeTrace(file.subarray(0, length)).ok).toBe(false);
        }),
      );
    });

    it('never throws on arbitrary bytes', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
          expect(decodeTrace(bytes).ok).toBe(false);
        }),
      );
    });

    it('never throws on a file that was changed or cut and has a right checksum', () => {
      const body = file.subarray(0, -CHECKSUM_BYTES);
      const problems = new Set<string>();
      const edits = fc.array(fc.tuple(fc.nat(body.length - 1), fc.nat(255)), { maxLength: 3 });
      fc.assert(
        fc.property(edits, fc.nat(body.length), (changes, cutBytes) => {
          const bytes = body.slice(0, changes.length > 0 ? body.length : cutBytes);
          for (const [at, byte] of changes) bytes[at] = byte;
          const decoded = decodeTrace(sealed(bytes));
          if (!decoded.ok) problems.add(decoded.error.message.replace(/\d+/g, 'N'));
        }),
        { numRuns: 1000 },
      );
      expect(problems.size).toBeGreaterThan(5);
    });

    it('is noticed where the samples are cut off', () => {
      const bare = {
        ...trace,
        transfers: noTransfers(),
        pairs: emptyPairs(0, 0),
        arrivals: noArrivals(),
        decisions: noDecisions(),
      };
      expect(problemOf(asVersion2(encodeTrace(bare), 1))).toBe('the samples are cut off');
    });

    const peer = trace.header.peers[0];
    const torrent = trace.header.torrent;
    const cases: readonly (readonly [string, (trace: Trace) => unknown])[] = [
      ['header is not an object', (t) => ({ ...t, header: 5 })],
      ['header version 9 is not supported', (t) => ({ ...t, header: { ...t.header, version: 9 } })],
      ['header.peers is not a list', (t) => ({ ...t, header: { ...t.header, peers: 'all' } })],
      [
        'header.peers[0]: group is not the index of a group',
        (t) => ({ ...t, header: { ...t.header, peers: [{ ...peer, group: 9 }] } }),
      ],
      [
        'header.torrent.pieceCount does not fit its sizes',
        (t) => ({ ...t, header: { ...t.header, torrent: { ...torrent, pieceCount: 1e9 } } }),
      ],
      [
        'header.torrent has too many pieces',
        (t) => ({
          ...t,
          header: {
            ...t.header,
            torrent: { ...torrent, totalBytes: 1e12, pieceLengthBytes: 1, pieceCount: 1e12 },
          },
        }),
      ],
      ['digest is not 32 hex digits', (t) => ({ ...t, digest: 'none' })],
      ['endUs is not a whole number', (t) => ({ ...t, endUs: -1 })],
      ['an event lies after the end of the run', (t) => ({ ...t, endUs: 1 })],
      [
        'event 0 is of unknown kind 99',
        (t) => ({ ...t, events: { ...t.events, kind: t.events.kind.fill(99) } }),
      ],
      [
        'event 0 names an unknown peer 70',
        (t) => ({ ...t, events: { ...t.events, peer: t.events.peer.fill(70) } }),
      ],
      ['too many samples', (t) => ({ ...t, samples: { ...t.samples, rows: 2 ** 40 } })],
      ['too many transfers', (t) => ({ ...t, transfers: { ...t.transfers, count: 2 ** 30 } })],
      ['the transfers are cut off', (t) => ({ ...t, transfers: { ...t.transfers, count: 2 ** 20 } })],
      ['transfers of nobody', (t) => ({ ...t, transfers: { ...t.transfers, everyNth: 0 } })],
      [
        'transfer 0 names an unknown peer',
        (t) => ({ ...t, transfers: { ...t.transfers, downloader: t.transfers.downloader.fill(70) } }),
      ],
      [
        'transfer 0 names an unknown peer',
        (t) => ({ ...t, transfers: { ...t.transfers, uploader: t.transfers.uploader.fill(-2) } }),
      ],
      [
        'transfer 0 names an unknown piece 8',
        (t) => ({ ...t, transfers: { ...t.transfers, piece: t.transfers.piece.fill(8) } }),
      ],
      [
        'transfer 0 lies after the end of the run',
        (t) => ({ ...t, transfers: { ...t.transfers, lastUs: t.transfers.lastUs.fill(2 ** 51) } }),
      ],
      [
        'pair 0 names an unknown peer',
        (t) => ({ ...t, transfers: emptyTransfers(0, 2), pairs: { ...t.pairs, everyNth: 3 } }),
      ],
      ['pairs of nobody', (t) => ({ ...t, transfers: noTransfers(), pairs: { ...t.pairs, everyNth: 0 } })],
      ['pairs are of fewer peers than transfers', (t) => ({ ...t, pairs: { ...t.pairs, everyNth: 2 } })],
      [
        'a block arrives after the end of the run',
        (t) => ({ ...t, arrivals: { ...t.arrivals, timeUs: t.arrivals.timeUs.fill(2 ** 52 - 1) } }),
      ],
      ['the events are cut off', (t) => ({ ...t, events: { ...t.events, count: 2 ** 40 } })],
    ];
    it.each(cases)('with a right checksum: %s', (problem, change) => {
      expect(problemOf(forged(change))).toBe(problem);
    });

    it('names pieces and texts that do not exist', () => {
      const verified = forged((t) => {
        const row = t.events.kind.indexOf(9);
        t.events.a[row] = 8;
        return t;
      });
      expect(problemOf(verified)).toMatch(/^event \d+ names an unknown piece 8$/);
    });
  });
});
