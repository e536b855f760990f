/** What tasks measure, in worlds so small that they take no time: that the figures are of what they claim to be of. */
import { describe, expect, test } from 'vitest';
import { measureIdle } from '../../bench/measure/idle.ts';
import { measureMemory } from '../../bench/measure/memory.ts';
import { measureToolsSwarm } from '../../bench/measure/peers-tools.ts';
import { measureStart } from '../../bench/measure/start.ts';
import { measurePlan, measureSwarm, planOf, swarmScenario } from '../../bench/measure/swarm.ts';
import { measureSweep, type RunAll } from '../../bench/measure/sweep.ts';
import { type RunId, type RunRow, rowWithoutFigures } from '../../src/scenarios/sweep/run-row.ts';

describe('a swarm', () => {
  test('has what every revision prints for --one', () => {
    const measured = measureSwarm({ peers: 2, contentMiB: 1 });
    const common =
      'peers contentMiB blocks wallSeconds startSeconds events virtualSeconds digest memoryBytes';
    expect(Object.keys(measured)).toEqual(expect.arrayContaining(common.split(' ')));
    expect(measured).toMatchObject({ peers: 2, contentMiB: 1, blocks: 128 });
  });

  test('in which somebody does not complete gives no figure', () => {
    const size = { peers: 2, contentMiB: 64 };
    const plan = { ...planOf(swarmScenario(size)), endUs: 20_000_000 };
    expect(() => measurePlan(plan, size)).toThrow('only 1 of 3 peers are complete');
  });

  test('with other pieces or another seed is another run', () => {
    const size = { peers: 2, contentMiB: 1 };
    const digests = [{}, { pieceKiB: 512 }, { seed: 2 }].map(
      (said) => measureSwarm({ ...size, ...said }).digest,
    );
    expect(new Set(digests).size).toBe(3);
  });

  test('like the other simulators counts its seed among the nodes', () => {
    expect(measureToolsSwarm(3)).toMatchObject({ peers: 2, contentMiB: 16, blocks: 2048 });
  });
});

describe('an idle day', () => {
  test('of seeds has no connections', () => {
    expect(measureIdle('seeds', 4)).toMatchObject({ endsBefore: 0, endsAfter: 0, opened: 0 });
  });

  test('of peers that lack the same keeps everybody connected', () => {
    const { endsBefore, endsAfter, events } = measureIdle('partial', 4);
    expect([endsBefore, endsAfter]).toEqual([12, 12]);
    // A keep-alive every two minutes or less on each of them.
    expect(events).toBeGreaterThan(12 * 12 * 60);
  });
});

test('a start builds the world of its scenario', () => {
  const { peers, ...seconds } = measureStart(5);
  expect(peers).toBe(5);
  expect(Object.keys(seconds)).toEqual(['readSeconds', 'expandSeconds', 'buildSeconds', 'memoryBytes']);
  expect(seconds.readSeconds * seconds.expandSeconds * seconds.buildSeconds).toBeGreaterThan(0);
});

test('memory refuses to measure what was not collected', () => {
  expect(() => measureMemory(2, 2)).toThrow('--expose-gc');
});

describe('a sweep', () => {
  /** Every seed's digest is its own number. */
  const rowOf = (id: RunId): RunRow => ({
    ...rowWithoutFigures(id, 'failed', ''),
    status: 'done',
    digest: String(id.seed),
  });
  const backwards: RunAll = async (runs, _, onRow) => {
    for (const run of [...runs].reverse()) onRow(rowOf(run));
  };

  test('has one digest, whoever does which runs', async () => {
    const forwards: RunAll = async (runs, _, onRow) => {
      for (const run of runs) onRow(rowOf(run));
    };
    const one = await measureSweep(1, forwards);
    const two = await measureSweep(2, backwards);
    expect(one).toMatchObject({ jobs: 1, runs: 32 });
    expect(two.digest).toBe(one.digest);
  });

  test('says which run is missing, and which failed', async () => {
    const without =
      (seed: number): RunAll =>
      async (runs, jobs, onRow) =>
        backwards(
          runs.filter((run) => run.seed !== seed),
          jobs,
          onRow,
        );
    await expect(measureSweep(3, without(7))).rejects.toThrow('seed 7');
    await expect(measureSweep(3, without(32))).rejects.toThrow('seed 32');
    const failing: RunAll = async (runs, _, onRow) => {
      for (const run of runs) onRow(run.seed === 5 ? rowWithoutFigures(run, 'failed', 'broken') : rowOf(run));
    };
    await expect(measureSweep(2, failing)).rejects.toThrow('seed 5 failed: broken');
  });
});
