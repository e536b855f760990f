/** Records of pairs, against a map. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PairRecords, RECORD_WORDS } from '../../../src/sim/checkers/pair-records.ts';

it('finds every record that was added and not removed, and no other', () => {
  const step = fc.record({ low: fc.nat(12), apart: fc.integer({ min: 1, max: 12 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const records = new PairRecords();
      const known = new Map<string, number>();
      for (const { low, apart } of steps) {
        const high = low + apart;
        const name = `${low} ${high}`;
        const record = records.find(low, high);
        expect(record).toBe(known.get(name) ?? -1);
        if (record < 0) {
          const added = records.add(low, high);
          const at = added * RECORD_WORDS;
          expect([...records.cells.subarray(at, at + 4)]).toEqual([low, high, 0, 0]);
          records.cells[at + 2] = low * 100 + high;
          known.set(name, added);
        } else {
          expect(records.cells[record * RECORD_WORDS + 2]).toBe(low * 100 + high);
          records.remove(record);
          known.delete(name);
        }
        expect(records.count).toBe(known.size);
      }
      for (const [name, record] of known) {
        const [low, high] = name.split(' ').map(Number) as [number, number];
        expect(records.find(low, high)).toBe(record);
      }
    }),
  );
});

it('gives the records of pairs that are gone to others', () => {
  const records = new PairRecords();
  for (let pair = 1; pair <= 1000; pair++) records.remove(records.add(0, pair));
  expect(records.byteLength).toBeLessThan(10_000);
});
