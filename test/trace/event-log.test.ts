/** The log of events, against plain rows. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT_BYTES, EventLog } from '../../src/trace/event-log.ts';
import type { EventColumns } from '../../src/trace/trace.ts';

function rowsOf({ count, timeUs, kind, peer, a, b, c }: EventColumns): number[][] {
  return Array.from({ length: count }, (_, row) =>
    [timeUs, kind, peer, a, b, c].map((column) => column[row] as number),
  );
}

describe('EventLog', () => {
  it('gives back what was appended, however long nothing happens in between', () => {
    const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    const sinceUs = fc.oneof(
      fc.nat(3),
      fc.nat(2 ** 25),
      fc.constantFrom(2 ** 24 - 1, 2 ** 24, 2 ** 32, 2 ** 45),
    );
    const row = fc.tuple(sinceUs, fc.integer({ min: 1, max: 127 }), int32, int32, int32, int32);
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), (steps) => {
        const log = new EventLog();
        let timeUs = 0;
        const expected = steps.map(([since, kind, peer, a, b, c]) => {
          timeUs += since;
          log.append(timeUs, kind, peer, a, b, c);
          return [timeUs, kind, peer, a, b, c];
        });
        expect(log.count).toBe(steps.length);
        expect(rowsOf(log.finish())).toEqual(expected);
        expect(log.finish().count).toBe(steps.length);
      }),
    );
  });

  it('takes 20 bytes an event and at most a chunk besides', () => {
    const log = new EventLog();
    const empty = log.byteLength;
    for (let index = 0; index < 100_000; index++) log.append(index * 1000, 8, index % 100, 1, index, 2);
    expect(EVENT_BYTES).toBe(20);
    expect(log.byteLength).toBeLessThanOrEqual(100_000 * 20 + empty);
    const { timeUs, b } = log.finish();
    expect([timeUs[99_999], b[99_999]]).toEqual([99_999_000, 99_999]);
  });
});
