/**
 * What the simulator does for each block, in counts that no machine changes: they fail where a change has it do more. A
 * bound is what was counted when it was set, and a tenth more.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COUNT_BOUNDS, type CountName, judgeCount } from '../../../bench/counts/bounds.ts';
import { COUNTED_BLOCKS, countedSwarm } from '../../../bench/counts/counted-swarm.ts';
import { countWire, type WireCounts } from '../../../bench/counts/wire-counts.ts';
import { measureInFreshProcess } from '../../../bench/fresh-process.ts';

const REQUIRE = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;

describe('what a block takes', () => {
  let folder = '';
  let counts: WireCounts;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'swarmlab-counts-'));
    counts = countWire();
  }, 120_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('is counted without changing what happens', () => {
    const run = countedSwarm();
    while (run.advance());
    expect(counts.digest).toBe(run.finish().digest);
    expect(counts.blocks).toBeGreaterThanOrEqual(COUNTED_BLOCKS);
    // Every block was asked for, and has come in a call or two.
    expect(counts.messagesPerBlock).toBeGreaterThan(1);
    expect(counts.deliveriesPerBlock).toBeGreaterThan(1);
  });

  test.each(['eventsPerBlock', 'messagesPerBlock', 'deliveriesPerBlock', 'traceBytesPerPiece'] as const)(
    'is within its bound: %s',
    (name) => {
      expect(judgeCount(name, counts[name])).toBeUndefined();
    },
  );

  test('is within its bound: allocatedBytesPerBlock', async () => {
    const script = join(folder, 'bench.mjs');
    await build({
      entryPoints: ['bench/main.ts'],
      outfile: script,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      banner: { js: REQUIRE },
      logLevel: 'warning',
    });
    const never = new AbortController().signal;
    const measured = await measureInFreshProcess({ label: 'this', script }, 'allocation', never);
    expect(measured.digest).toBe(counts.digest);
    const perBlock = Number(measured.allocatedBytes) / Number(measured.blocks);
    expect(judgeCount('allocatedBytesPerBlock', perBlock)).toBeUndefined();
  });
});

describe('a bound', () => {
  const names = Object.keys(COUNT_BOUNDS) as CountName[];

  test.each(names)('has a tenth of headroom and no more: %s', (name) => {
    const { counted } = COUNT_BOUNDS[name];
    expect(judgeCount(name, counted * 1.09)).toBeUndefined();
    expect(judgeCount(name, counted * 1.11)).toBeDefined();
  });

  test('says by how much it was exceeded and how to look into it', () => {
    const { counted, what, lookInto } = COUNT_BOUNDS.eventsPerBlock;
    const said = judgeCount('eventsPerBlock', counted * 1.5);
    expect(said).toContain(`${what}: 50 % more`);
    expect(said).toContain(lookInto);
  });
});
