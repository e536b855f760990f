/** The estimate of memory: what it counts, and that it is near what a run really keeps. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { COEFFICIENTS, estimateMemory } from '../../../src/cli/memory/estimate.ts';
import { countsOf, type RunShape, shapeOf } from '../../../src/cli/memory/run-shape.ts';
import { NodeHasher } from '../../../src/host/node-hasher.ts';
import { expand } from '../../../src/scenarios/expand.ts';
import type { Plan } from '../../../src/scenarios/plan.ts';
import { SimulatedRun } from '../../../src/scenarios/run/simulate.ts';
import { parse, small } from '../../scenarios/support.ts';

const MIB = 2 ** 20;
const SHAPE: RunShape = {
  seeds: 1,
  leechers: 1000,
  connectionsMax: 50,
  swarm: true,
  contentBytes: 64 * MIB,
  pieceLengthBytes: MIB / 4,
  sampleRows: 600,
  keepsBytes: 'nobody',
};

describe('what a run is counted as', () => {
  test('everybody has as many connections as allowed, where there are so many others', () => {
    expect(countsOf(SHAPE)).toEqual({
      world: 1,
      peers: 1001,
      ends: 1001 * 50,
      endBytes: 1001 * 50 * 32,
      peerPieces: 1001 * 256,
      peerBlocks: 1001 * 4096,
      sampleCells: 1001 * 600,
      keptBytes: 0,
    });
  });

  test.each<[string, Partial<RunShape>, Partial<ReturnType<typeof countsOf>>]>([
    ['a small swarm has no more connections than pairs', { leechers: 10 }, { ends: 110 }],
    ['seeds have none with each other', { seeds: 20, leechers: 4 }, { ends: 20 * 4 + 4 * 23 }],
    ['where sources alone serve', { swarm: false }, { ends: 50 + 1000 }],
    ['bytes in simulation are kept by all', { keepsBytes: 'everybody' }, { keptBytes: 1001 * 64 * MIB }],
    ['on sockets by those who download', { keepsBytes: 'leechers' }, { keptBytes: 1000 * 64 * MIB }],
    ['samples are bounded', { sampleRows: 1e6 }, { sampleCells: 2096 * 1001 }],
  ])('%s', (_, changes, counts) => {
    expect(countsOf({ ...SHAPE, ...changes })).toMatchObject(counts);
  });

  test('a plan gives its peers, its content and how it travels', () => {
    const plan = planOf('count: 30', 'engine: { connections: 8 }');
    const shape = shapeOf(plan, 'sim');
    expect(shape).toMatchObject({ seeds: 1, leechers: 30, contentBytes: 4 * MIB, keepsBytes: 'nobody' });
    expect(shape.connectionsMax).toBeCloseTo((50 + 30 * 8) / 31);
    expect(shapeOf({ ...plan, payload: 'bytes' }, 'sim').keepsBytes).toBe('everybody');
    expect(shapeOf(plan, 'sockets').keepsBytes).toBe('leechers');
  });
});

describe('the estimate', () => {
  test('is more for more of anything', () => {
    const { processBytes } = estimateMemory(SHAPE);
    const larger: Partial<RunShape>[] = [
      { leechers: 1100 },
      { connectionsMax: 60 },
      { contentBytes: 128 * MIB },
      { pieceLengthBytes: MIB / 8 },
      { keepsBytes: 'leechers' },
    ];
    for (const change of larger) {
      expect(estimateMemory({ ...SHAPE, ...change }).processBytes).toBeGreaterThan(processBytes);
    }
  });

  test('names its parts, the largest first, and they are all of it', () => {
    const { parts, processBytes } = estimateMemory(SHAPE);
    const bytes = parts.map((part) => part.bytes);
    expect(bytes).toEqual(bytes.toSorted((left, right) => right - left));
    expect(bytes.reduce((sum, each) => sum + each, 0)).toBeCloseTo(processBytes, -1);
  });

  /** When this fails, `npm run measure-memory` says what the coefficients should be. */
  test('is between 0.7 and 2.5 times what a run of 150 peers really keeps', () => {
    const plan = planOf('count: 150', 'arrive: { process: flash, within: 10s }');
    const before = aliveBytes();
    const run = new SimulatedRun(plan, new NodeHasher());
    run.advance();
    const trace = run.finish();
    const keptBytes = aliveBytes() - before;
    expect(run.progress.complete).toBeGreaterThanOrEqual(150);
    const { live } = estimateMemory({ ...shapeOf(plan, 'sim'), sampleRows: trace.samples.rows });
    const { heap, external } = COEFFICIENTS.world;
    const estimated = live.heap + live.external - heap - external;
    expect(keptBytes).toBeGreaterThan(MIB);
    expect(estimated / keptBytes).toBeGreaterThan(0.7);
    expect(estimated / keptBytes).toBeLessThan(2.5);
  });
});

/** The small scenario with these keys for its crowd. */
function planOf(...keys: readonly string[]): Plan {
  return expand(parse(small('    count: 3', keys.map((key) => `    ${key}`).join('\n'))), 1);
}

/** On the heap and beside it, after everything that nobody needs has been collected. */
function aliveBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
