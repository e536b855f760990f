import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_SAMPLE_CELLS, SampleGrid } from '../../src/trace/sample-grid.ts';

describe('SampleGrid', () => {
  it('puts an instant on a boundary into the row that ends there', () => {
    const grid = new SampleGrid(1, 10);
    for (const timeUs of [0, 10, 11, 20, 21]) grid.addReceived(timeUs, 0, 1);
    expect([...grid.finish(30).received]).toEqual([2, 2, 1]);
  });

  it('doubles the interval instead of exceeding its rows', () => {
    const grid = new SampleGrid(2, 10, 4);
    for (let row = 0; row < 8; row++) grid.addSent(row * 10 + 5, row % 2, row + 1);
    const samples = grid.finish(80);
    expect(samples.intervalUs).toBe(20);
    expect(samples.rows).toBe(4);
    expect([...samples.sent]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('doubles as often as a long silence takes', () => {
    const grid = new SampleGrid(1, 10, 4);
    grid.addReceived(1, 0, 5);
    grid.addReceived(100_000, 0, 7);
    const samples = grid.finish(100_000);
    expect(samples.rows).toBeLessThanOrEqual(4);
    expect(samples.received[0]).toBe(5);
    expect(samples.received[samples.rows - 1]).toBe(7);
  });

  it('bounds its cells for very many peers', () => {
    const peers = MAX_SAMPLE_CELLS / 8;
    const grid = new SampleGrid(peers, 1);
    grid.addReceived(1000, peers - 1, 1);
    const samples = grid.finish(1000);
    expect(samples.received.length).toBeLessThanOrEqual(MAX_SAMPLE_CELLS);
    expect(samples.received[samples.received.length - 1]).toBe(1);
  });

  it('loses no byte and puts each into the row of its instant, however often it merges', () => {
    const entry = fc.tuple(fc.nat(5000), fc.nat(2), fc.integer({ min: 1, max: 100 }));
    fc.assert(
      fc.property(fc.array(entry), fc.integer({ min: 2, max: 9 }), (entries, maxRows) => {
        const ordered = entries.toSorted((a, b) => a[0] - b[0]);
        const grid = new SampleGrid(3, 7, maxRows);
        for (const [timeUs, peer, bytes] of ordered) grid.addReceived(timeUs, peer, bytes);
        const samples = grid.finish(5000);
        const expected = new Float64Array(samples.rows * 3);
        for (const [timeUs, peer, bytes] of ordered) {
          const row = Math.max(0, Math.ceil(timeUs / samples.intervalUs) - 1);
          expected[row * 3 + peer] = (expected[row * 3 + peer] as number) + bytes;
        }
        expect(samples.rows).toBeLessThanOrEqual(maxRows);
        expect([...samples.received]).toEqual([...expected]);
      }),
    );
  });
});
