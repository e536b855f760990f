/** Segments as rows: control bytes in the row or in a slab, what may be added to one, and that nothing is lost or kept. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Mark, NO_SEGMENT, SEGMENT_BYTES } from '../../src/sim/segment-fields.ts';
import { SegmentTable } from '../../src/sim/segment-table.ts';

function bytesOf(segments: SegmentTable, segment: number): number[] {
  const offset = segments.controlOffset(segment);
  return [...segments.controlIn(segment).slice(offset, offset + segments.controlBytes(segment))];
}

const reference = { content: 1, piece: 0, begin: 0, corrupted: false };

describe('a table of segments', () => {
  it('gives back what was written and added, however long, however many there are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 5 }), {
          maxLength: 400,
        }),
        (plan) => {
          const segments = new SegmentTable();
          const expected = new Map<number, number[]>();
          let next = 0;
          for (const lengths of plan) {
            const segment = segments.take(Mark.data, 100, 0);
            const written: number[] = [];
            for (const [index, length] of lengths.entries()) {
              const bytes = Uint8Array.from({ length }, () => next++ & 0xff);
              if (index === 0) segments.write(segment, bytes, 0, length);
              else if (!segments.extend(segment, bytes, 0, length, 0)) break;
              written.push(...bytes);
            }
            expect(segments.end(segment)).toBe(100 + written.length);
            expect(segments.start(segment)).toBe(100);
            expected.set(segment, written);
            // Some go before others come.
            if (next % 3 === 0) {
              segments.free(segment);
              expected.delete(segment);
            }
          }
          for (const [segment, written] of expected) expect(bytesOf(segments, segment)).toEqual(written);
          expect(segments.usedCount).toBe(expected.size);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('keeps a have, a request and the header of a block in the row, without a slab', () => {
    const segments = new SegmentTable();
    for (const length of [4, 5, 9, 13, 17, 24]) {
      segments.write(segments.take(Mark.data, 0, 0), new Uint8Array(length), 0, length);
    }
    expect(segments.slabCount).toBe(0);
    segments.write(segments.take(Mark.data, 0, 0), new Uint8Array(25), 0, 25);
    expect(segments.slabCount).toBe(1);
  });

  it('adds to a segment of the same instant only, whatever else was written, up to a full one, and to none with a body', () => {
    const segments = new SegmentTable();
    const bytes = new Uint8Array(SEGMENT_BYTES);
    const [one, other] = [segments.take(Mark.data, 0, 5), segments.take(Mark.data, 0, 5)];
    segments.write(one, bytes, 0, 9);
    segments.write(other, bytes, 0, 9);
    expect(segments.extend(one, bytes, 0, 9, 5)).toBe(true);
    expect(segments.extend(one, bytes, 0, 9, 6)).toBe(false);
    expect(segments.extend(other, bytes, 0, SEGMENT_BYTES - 8, 5)).toBe(false);
    expect(segments.extend(other, bytes, 0, SEGMENT_BYTES - 9, 5)).toBe(true);
    expect([segments.length(one), segments.length(other)]).toEqual([18, SEGMENT_BYTES]);
    const header = segments.take(Mark.data, 0, 0);
    segments.write(header, bytes, 0, 13);
    const payload = { length: 16_384, bytes: undefined, reference };
    segments.setPayload(header, payload);
    expect(segments.extend(header, bytes, 0, 9, 0)).toBe(false);
    expect([segments.length(header), segments.end(header), segments.payload(header)]).toEqual([
      16_397,
      16_397,
      payload,
    ]);
  });

  it('forgets the body of a segment that is freed, and gives its row out again', () => {
    const segments = new SegmentTable();
    const segment = segments.take(Mark.data, 0, 0);
    segments.setPayload(segment, { length: 5, bytes: undefined, reference });
    segments.free(segment);
    expect(segments.usedCount).toBe(0);
    expect(segments.take(Mark.finish, 7, 3)).toBe(segment);
    expect([segments.payload(segment), segments.length(segment), segments.mark(segment)]).toEqual([
      undefined,
      0,
      Mark.finish,
    ]);
    expect([segments.next(segment), segments.atUs(segment), segments.end(segment)]).toEqual([
      NO_SEGMENT,
      3,
      7,
    ]);
  });
});
