/** The taste of each choker: who earns a slot, who gets one for nothing, and for how long. */
import { describe, expect, it } from 'vitest';
import { SeedRotation } from '../../../src/core/strategies/seed-rotation.ts';
import { TitForTat } from '../../../src/core/strategies/tit-for-tat.ts';
import { ChokerBench } from '../../contract/choker.ts';

const keys = (named: ReadonlyMap<number, string>, reason: string): number[] =>
  [...named].filter(([, why]) => why === reason).map(([index]) => index);

describe('tit for tat', () => {
  it('gives all slots but one to those who give most, and one for nothing', () => {
    const bench = new ChokerBench(new TitForTat(), 4);
    for (const rate of [500, 100, 900, 0, 700, 300, 0]) bench.add({ downloadRate: rate });
    const named = bench.round();
    expect(keys(named, 'regular')).toEqual([2, 4, 0]);
    expect(keys(named, 'optimistic')).toHaveLength(1);
  });

  it('gives nothing by merit to those who snub us or want nothing', () => {
    const bench = new ChokerBench(new TitForTat(), 3);
    bench.add({ downloadRate: 900, snubbed: true });
    bench.add({ downloadRate: 800, interested: false });
    bench.add({ downloadRate: 100 });
    bench.add({ downloadRate: 50 });
    expect(keys(bench.round(), 'regular')).toEqual([2, 3]);
  });

  it('keeps the optimistic choice for three rounds, then moves it', () => {
    const bench = new ChokerBench(new TitForTat(), 3);
    bench.add({ downloadRate: 1000 });
    bench.add({ downloadRate: 1000 });
    for (let count = 0; count < 20; count++) bench.add({ connectedAtUs: -1e9 });
    const choices = Array.from({ length: 31 }, () => keys(bench.round(), 'optimistic')[0] as number);
    // Rounds 3, 6, 9, ... are those in which it moves.
    for (let round = 3; round <= 29; round += 3) {
      expect(choices.slice(round - 1, round + 2)).toEqual(Array(3).fill(choices[round - 1]));
    }
    expect(new Set(choices).size).toBeGreaterThan(5);
  });

  it('gives those who have just come three times the chance', () => {
    let young = 0;
    const times = 4000;
    for (let count = 0; count < times; count++) {
      const bench = new ChokerBench(new TitForTat(), 1, `draw ${count}`);
      bench.nowUs = 1e9;
      for (let old = 0; old < 3; old++) bench.add({ connectedAtUs: 0 });
      bench.add();
      if (keys(bench.round(), 'optimistic')[0] === 3) young++;
    }
    // Three chances of six.
    expect(young / times).toBeGreaterThan(0.47);
    expect(young / times).toBeLessThan(0.53);
  });

  it('fills the slots that nobody has earned yet', () => {
    const bench = new ChokerBench(new TitForTat(), 4);
    for (let count = 0; count < 6; count++) bench.add();
    expect(keys(bench.round(), 'optimistic')).toHaveLength(4);
  });

  it('gives everybody a start in time', () => {
    const bench = new ChokerBench(new TitForTat(), 4);
    for (let count = 0; count < 3; count++) bench.add({ downloadRate: 1000 });
    for (let count = 0; count < 10; count++) bench.add();
    const served = new Set<number>();
    for (let round = 0; round < 180; round++) for (const index of bench.round().keys()) served.add(index);
    expect(served.size).toBe(13);
  });

  it('rotates when it seeds, whatever comes back', () => {
    const bench = new ChokerBench(new TitForTat(), 2);
    bench.seeding = true;
    for (let count = 0; count < 5; count++) bench.add({ downloadRate: count * 100 });
    expect(new Set(bench.round().values())).toEqual(new Set(['seed']));
  });
});

describe('seed rotation', () => {
  it('lets one newcomer in for two rounds of three, in place of the one served longest', () => {
    const bench = new ChokerBench(new SeedRotation(), 3);
    for (let count = 0; count < 9; count++) bench.add();
    bench.round();
    const before = (): number[] => [...bench.peers.keys()].filter((index) => bench.peers[index]?.unchoked);
    for (let round = 2; round <= 20; round++) {
      const previous = before();
      const oldest = previous.reduce((a, b) => {
        return (bench.peers[a]?.unchokedAtUs ?? 0) <= (bench.peers[b]?.unchokedAtUs ?? 0) ? a : b;
      });
      const now = [...bench.round().keys()].toSorted((a, b) => a - b);
      const dropped = previous.filter((index) => !now.includes(index));
      if (round % 3 === 2) expect(now).toEqual(previous);
      else {
        expect(dropped).toHaveLength(1);
        expect(bench.peers[dropped[0] as number]?.unchokedAtUs).toBe(bench.peers[oldest]?.unchokedAtUs);
      }
    }
  });

  it('is fair: in the long run everybody has about the same share of rounds, fast or slow', () => {
    const bench = new ChokerBench(new SeedRotation(), 4);
    for (let count = 0; count < 12; count++) bench.add({ uploadRate: count * 10_000 });
    const rounds: number[] = Array(12).fill(0);
    for (let round = 0; round < 3000; round++) {
      for (const index of bench.round().keys()) rounds[index] = (rounds[index] as number) + 1;
    }
    for (const share of rounds) expect(Math.abs(share - 1000)).toBeLessThan(150);
  });

  it('chokes nobody while there are slots for all', () => {
    const bench = new ChokerBench(new SeedRotation(), 4);
    for (let count = 0; count < 4; count++) bench.add();
    for (let round = 0; round < 10; round++) expect(bench.round().size).toBe(4);
  });
});
