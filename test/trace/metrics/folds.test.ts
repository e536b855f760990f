import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldAvailability } from '../../../src/trace/metrics/availability.ts';
import { foldCopiesGrid } from '../../../src/trace/metrics/copies-grid.ts';
import { Holdings } from '../../../src/trace/metrics/holdings.ts';
import { foldPeerTimes, sortedPresent } from '../../../src/trace/metrics/peer-times.ts';
import { foldPieceOrigins } from '../../../src/trace/metrics/piece-origins.ts';
import { foldPopulation } from '../../../src/trace/metrics/population.ts';
import {
  foldGroupTotals,
  seedCopies,
  shareRatio,
  uploadFairness,
} from '../../../src/trace/metrics/totals.ts';
import { foldUtilisation, utilisationAt } from '../../../src/trace/metrics/utilisation.ts';
import { syntheticTrace } from '../../support/synthetic-trace.ts';
import { smallTrace } from './small-trace.ts';

const trace = smallTrace();
const seconds = (column: Float64Array): number[] => Array.from(column, (us) => us / 1e6);

describe('peer times', () => {
  const times = foldPeerTimes(trace);

  it('names each instant of each peer', () => {
    expect(seconds(times.joinedUs)).toEqual([0, 0, 2, NaN]);
    expect(seconds(times.firstPieceUs)).toEqual([NaN, 1, 4, NaN]);
    expect(seconds(times.completedUs)).toEqual([NaN, 2, 6, NaN]);
    expect(seconds(times.downloadUs)).toEqual([NaN, 2, 4, NaN]);
    expect([...times.complete]).toEqual([1, 1, 1, 0]);
  });

  it('does not take the end of the run for a departure', () => {
    expect(seconds(times.leftUs)).toEqual([4, 8, NaN, NaN]);
  });

  it('sorts by number and drops what never came', () => {
    expect([...sortedPresent(Float64Array.of(10, NaN, 9, 100))]).toEqual([9, 10, 100]);
  });
});

describe('availability', () => {
  const series = foldAvailability(trace);

  it('counts copies among present peers, one row an instant', () => {
    expect(seconds(series.timeUs)).toEqual([0, 1, 2, 4, 6, 8]);
    expect([...series.min]).toEqual([1, 1, 2, 1, 2, 1]);
    expect([...series.max]).toEqual([1, 2, 2, 2, 2, 1]);
    expect([...series.mean]).toEqual([1, 1.5, 2, 1.5, 2, 1]);
    expect([...series.rarestCount]).toEqual([2, 1, 2, 1, 2, 2]);
  });

  it('is needed until the last peer that came is complete', () => {
    expect(series.neededUntilUs).toBe(6e6);
    const cutOff = foldAvailability(syntheticTrace({ peers: 5, pieces: 16, untilSec: 20 }));
    expect(cutOff.neededUntilUs).toBe(20e6);
  });

  it('is right about extremes at every event', () => {
    const busy = syntheticTrace({ peers: 12, pieces: 10, staySec: 2 });
    const holdings = new Holdings(busy);
    for (let row = 0; row < busy.events.count; row++) {
      holdings.apply(row);
      const copies = [...holdings.copies];
      const min = Math.min(...copies);
      expect(holdings.min).toBe(min);
      expect(holdings.max).toBe(Math.max(...copies));
      expect(holdings.rarestCount).toBe(copies.filter((count) => count === min).length);
      expect(holdings.mean).toBeCloseTo(copies.reduce((sum, count) => sum + count, 0) / copies.length, 9);
    }
  });

  it('equals the sum of what present peers hold', () => {
    const busy = syntheticTrace({ peers: 12, pieces: 10, staySec: 2 });
    fc.assert(
      fc.property(fc.nat(busy.events.count), (rows) => {
        const holdings = new Holdings(busy);
        for (let row = 0; row < rows; row++) holdings.apply(row);
        for (let piece = 0; piece < 10; piece++) {
          const held = busy.header.peers.filter(
            (_, peer) => holdings.present[peer] === 1 && holdings.has(peer, piece),
          );
          expect(holdings.copies[piece]).toBe(held.length);
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('copies grid', () => {
  it('shows the copies at the end of each slice', () => {
    const grid = foldCopiesGrid(trace, 5, 100);
    expect(grid).toMatchObject({ rows: 2, slices: 5, piecesPerRow: 1, sliceUs: 2e6 });
    expect([...grid.copies]).toEqual([2, 1, 2, 1, 1, 2, 2, 2, 1, 1]);
  });

  it('folds neighbouring pieces to the rarest of them', () => {
    const grid = foldCopiesGrid(trace, 5, 1);
    expect(grid).toMatchObject({ rows: 1, piecesPerRow: 2 });
    expect([...grid.copies]).toEqual([2, 1, 2, 1, 1]);
  });
});

describe('piece origins', () => {
  it('says when a piece came and from whom', () => {
    const origins = foldPieceOrigins(trace, [2, 0]);
    expect([...origins.verifiedUs]).toEqual([6e6, 4e6, -1, -1]);
    expect([...origins.from]).toEqual([1, 1, -1, -1]);
  });
});

describe('population', () => {
  it('counts who is there, by what they hold', () => {
    const series = foldPopulation(trace);
    expect(seconds(series.timeUs)).toEqual([0, 2, 4, 6, 8]);
    expect([...series.seeds]).toEqual([1, 2, 1, 2, 1]);
    expect([...series.leechers]).toEqual([1, 1, 1, 0, 0]);
  });
});

describe('utilisation', () => {
  it('compares what was sent with what the lines of those present could carry', () => {
    const series = foldUtilisation(trace);
    const used = (group: number): number[] =>
      Array.from({ length: series.rows }, (_, row) => utilisationAt(series, row, group));
    expect(used(0)).toEqual([1, 1, 0, 0, NaN, NaN, NaN, NaN, NaN, NaN]);
    expect(used(1)).toEqual([0, 0, 0, 1, 0, 1, 0, 0, 0, 0]);
  });

  it('counts a peer for the part of an interval in which it was there', () => {
    const series = foldUtilisation(trace, 4);
    expect(series).toMatchObject({ rows: 3, intervalUs: 4e6 });
    // a: 4 s, b: 2 s of the first four; both in the next; b for the two seconds that are left.
    expect([0, 1, 2].map((row) => series.capacityBytes[row * 2 + 1])).toEqual([300, 400, 100]);
  });
});

describe('totals', () => {
  it('adds up by group', () => {
    expect(foldGroupTotals(trace)).toEqual([
      { group: 'origin', peers: 1, sentBytes: 200, receivedBytes: 0, wastedBytes: 0 },
      { group: 'crowd', peers: 3, sentBytes: 200, receivedBytes: 400, wastedBytes: 30 },
    ]);
  });

  it('gives the ratios that papers quote', () => {
    expect(seedCopies(trace)).toBe(1);
    expect(shareRatio(trace, 1)).toBe(1);
    expect(shareRatio(trace, 2)).toBe(0);
    expect(shareRatio(trace, 0)).toBe(1);
    // Of two that downloaded one sent everything; the one that never came does not count.
    expect(uploadFairness(trace)).toBe(0.5);
  });
});
