import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromLatin1 } from '../../src/core/bytes.ts';
import { decodeTrace, encodeTrace } from '../../src/trace/file-format.ts';
import type { Trace } from '../../src/trace/trace.ts';
import { syntheticTrace } from '../support/synthetic-trace.ts';

const trace = syntheticTrace({ peers: 6, pieces: 8, staySec: 5 });
const file = encodeTrace(trace);

/** A file whose content was changed after the checksum was lifted: as a hostile author would write it. */
function forged(change: (trace: Trace) => unknown): Uint8Array {
  return encodeTrace(change(structuredClone(trace)) as Trace);
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
    };
    expect(decodeTrace(encodeTrace(empty))).toEqual({ ok: true, value: empty });
  });

  describe('that is damaged or hostile', () => {
    it('is told from other files', () => {
      expect(problemOf(new Uint8Array())).toBe('not a swarmlab trace');
      expect(problemOf(fromLatin1('PK\x03\x04'.repeat(20)))).toBe('not a swarmlab trace');
    });

    it('notices a later version before anything else', () => {
      const later = file.slice();
      later[8] = 3;
      expect(problemOf(later)).toBe('trace format version 3 is not supported');
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
      ['the samples are cut off', (t) => ({ ...t, samples: { ...t.samples, rows: t.samples.rows + 3 } })],
      ['too many samples', (t) => ({ ...t, samples: { ...t.samples, rows: 2 ** 40 } })],
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
