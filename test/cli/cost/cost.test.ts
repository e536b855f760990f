/** What is said of the time that a run will take: near what was measured, and only where somebody has to wait. */
import { describe, expect, it } from 'vitest';
import { costNote } from '../../../src/cli/cost/cost-note.ts';
import { estimateCost } from '../../../src/cli/cost/estimate-cost.ts';
import { expand } from '../../../src/scenarios/expand.ts';
import { parseScenario } from '../../../src/scenarios/parse.ts';
import type { Plan } from '../../../src/scenarios/plan.ts';
import { STRATEGIES } from '../../scenarios/support.ts';

interface Size {
  readonly peers: number;
  readonly mib: number;
  /** More keys of the crowd. */
  readonly crowd?: string;
  readonly more?: string;
}

/** The swarm of the benchmarks. */
function planOf({ peers, mib, crowd = '', more = '' }: Size): Plan {
  const text = `
version: 1
name: bench
time: { until: 12h }
torrent: { size: ${mib} MiB }
${more}
peers:
  - { group: origin, have: all, link: { down: 20 Mbit/s, up: 20 Mbit/s } }
  - { group: crowd, count: ${peers}, link: { down: 16 Mbit/s, up: 4 Mbit/s }, arrive: { process: flash, within: 10s }${crowd} }
`;
  return expand(parseScenario(text, 'bench.yaml', STRATEGIES), 1);
}

describe('the estimate', () => {
  // Measured, from bench/README.md: seconds.
  it.each([
    [100, 64, 3.8],
    [100, 256, 9.2],
    [1000, 256, 215],
    [10_000, 64, 24 * 60],
  ])('is near what %i peers and %i MiB took', (peers, mib, seconds) => {
    const { wallSeconds, blocks } = estimateCost(planOf({ peers, mib }), 'sim');
    expect(wallSeconds / seconds).toBeGreaterThan(0.5);
    expect(wallSeconds / seconds).toBeLessThan(2);
    expect(blocks).toBe(peers * mib * 64);
  });

  it.each([
    ['what they have already', { crowd: ', have: 75%' }, 10 * 4 * 64],
    ['those who take nothing', { crowd: ', behaviour: liar' }, 0],
    ['everything', {}, 10 * 16 * 64],
  ])('counts the blocks but for %s', (_, changes, blocks) => {
    expect(estimateCost(planOf({ peers: 10, mib: 16, ...changes }), 'sim').blocks).toBe(blocks);
  });

  it('is bounded by what the lines can carry until the end', () => {
    const { blocks, runSeconds } = estimateCost(
      planOf({ peers: 10, mib: 100_000, more: 'swarm: off' }),
      'sim',
    );
    expect(runSeconds).toBe(12 * 3600);
    expect(blocks).toBe((2.5e6 * 12 * 3600) / 16_384);
  });

  it('is the time of the run on sockets', () => {
    const { runSeconds, wallSeconds } = estimateCost(planOf({ peers: 10, mib: 64 }), 'sockets');
    expect(wallSeconds).toBe(runSeconds);
    expect(wallSeconds).toBeGreaterThan((64 * 2 ** 20) / 2e6);
  });
});

describe('the note', () => {
  it('is made only where somebody has to wait', () => {
    expect(costNote([planOf({ peers: 10, mib: 16 })], 'sim')).toBeUndefined();
    expect(costNote([], 'sim')).toBeUndefined();
    expect(costNote([planOf({ peers: 10, mib: 64 })], 'sockets')).toMatchInlineSnapshot(
      `"bench: about 41,000 blocks to move, roughly 2 minutes in real time; Ctrl-C ends it and keeps what there is"`,
    );
    expect(costNote([planOf({ peers: 1000, mib: 256 })], 'sim')).toMatchInlineSnapshot(
      `"bench: about 16,000,000 blocks to move, roughly 4 minutes of computing; Ctrl-C ends it and keeps what there is"`,
    );
    expect(costNote([planOf({ peers: 10_000, mib: 1024 })], 'sim')).toMatchInlineSnapshot(
      `"bench: about 660,000,000 blocks to move, roughly 6 hours of computing; Ctrl-C ends it and keeps what there is"`,
    );
    const many = Array.from({ length: 100 }, () => planOf({ peers: 20, mib: 64 }));
    expect(costNote(many, 'sim')).toMatchInlineSnapshot(
      `"100 runs: about 8,200,000 blocks to move, roughly 50 s of computing; Ctrl-C ends it and keeps what there is"`,
    );
  });
});
