/** What is decided about a run's memory before it begins, and what is said. */
import { describe, expect, test } from 'vitest';
import { estimateMemory } from '../../../src/cli/memory/estimate.ts';
import type { MachineMemory } from '../../../src/cli/memory/machine-memory.ts';
import { decideMemory, type PlannedRun } from '../../../src/cli/memory/memory-room.ts';
import type { RunShape } from '../../../src/cli/memory/run-shape.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const MACHINE: MachineMemory = {
  totalBytes: 24 * GIB,
  availableBytes: 23 * GIB,
  heapLimitBytes: 4144 * MIB,
  heapLimitChosenBy: undefined,
};
const SMALL: PlannedRun = {
  name: 'small',
  shape: {
    seeds: 1,
    leechers: 60,
    connectionsMax: 50,
    swarm: true,
    contentBytes: 64 * MIB,
    pieceLengthBytes: MIB / 4,
    sampleRows: 600,
    keepsBytes: 'nobody',
  },
};

/** A run whose process would need about so much, by its number of peers; most of it on the heap. */
function runOf(processBytes: number, changes: Partial<RunShape> = {}): PlannedRun {
  let leechers = 100;
  const at = (count: number): RunShape => ({ ...SMALL.shape, ...changes, leechers: count });
  while (estimateMemory(at(leechers)).processBytes < processBytes) leechers += 100;
  return { name: 'big.yaml', shape: at(leechers) };
}

const BY_CONNECTIONS = { connectionsMax: 200, contentBytes: MIB };

describe('a run that fits', () => {
  test('goes on without a word when it is small', () => {
    expect(decideMemory([SMALL], MACHINE, undefined)).toEqual({ kind: 'go', note: undefined });
    expect(decideMemory([], MACHINE, undefined)).toEqual({ kind: 'go', note: undefined });
  });

  test('says what it needs when that is more than 1 GiB', () => {
    const decision = decideMemory([SMALL, runOf(1.2 * GIB)], MACHINE, undefined);
    expect(decision.kind).toBe('go');
    expect(decision).toHaveProperty(
      'note',
      expect.stringMatching(/^big\.yaml needs about 1\.2\d? GiB of memory; this machine has 24 GiB$/),
    );
  });

  test('says what is free where much is taken', () => {
    const machine = { ...MACHINE, availableBytes: 6 * GIB };
    expect(decideMemory([runOf(1.2 * GIB)], machine, undefined)).toHaveProperty(
      'note',
      expect.stringMatching(/of memory; of the 24 GiB of this machine 6 GiB are free$/),
    );
  });

  test('gets a heap that it fits into, with room for an error, and no more than there is', () => {
    const run = runOf(10 * GIB, BY_CONNECTIONS);
    const { heapLimitBytes, processBytes } = estimateMemory(run.shape);
    const roomy = decideMemory([run], MACHINE, undefined);
    expect(roomy).toMatchObject({ kind: 'larger heap', heapMiB: Math.ceil((heapLimitBytes * 1.5) / MIB) });
    const tight = { ...MACHINE, availableBytes: processBytes + GIB };
    expect(decideMemory([run], tight, undefined)).toMatchObject({
      kind: 'larger heap',
      heapMiB: Math.ceil((heapLimitBytes + GIB) / MIB),
    });
  });

  test('gets all that --memory allows, whatever the machine has', () => {
    const decision = decideMemory([SMALL], { ...MACHINE, availableBytes: GIB }, 40 * GIB);
    expect(decision).toMatchObject({ kind: 'larger heap', note: undefined });
    expect((decision as { heapMiB: number }).heapMiB).toBeGreaterThan(39 * 1024);
    expect((decision as { heapMiB: number }).heapMiB).toBeLessThan(40 * 1024);
  });
});

describe('a run that cannot fit', () => {
  const run = runOf(40 * GIB, { pieceLengthBytes: 16384, contentBytes: 64 * MIB });
  const refusal = (machine: MachineMemory, allowedBytes?: number, which = run): string[] => {
    const decision = decideMemory([SMALL, which], machine, allowedBytes);
    expect(decision.kind).toBe('refuse');
    return (decision as { message: string }).message.split('\n');
  };

  test('is refused with the reason, what would make it fit, and how to try all the same', () => {
    const [first, reason, remedy, anyway] = refusal(MACHINE);
    expect(first).toMatch(
      /^big\.yaml: this run would need about 4\d(\.\d)? GiB of memory, and this machine has 24 GiB; nothing was run$/,
    );
    expect(reason).toMatch(/^ {2}what takes it: [\d,]+ peers × 4,096 pieces, [\d.]+ GiB/);
    expect(remedy).toMatch(/^ {2}it would fit with at most [\d,]+ peers, or pieces of \d+ KiB/);
    expect(anyway).toMatch(/^ {2}to try all the same: --memory 4\dGiB$/);
  });

  test('does fit once one of the remedies is taken', () => {
    const [, , remedy = ''] = refusal(MACHINE);
    const peers = Number(/at most ([\d,]+) peers/.exec(remedy)?.[1]?.replaceAll(',', ''));
    const pieceLengthBytes = Number(/pieces of (\d+) KiB/.exec(remedy)?.[1]) * 1024;
    for (const changes of [{ leechers: peers - 1 }, { pieceLengthBytes }]) {
      const changed = { ...run, shape: { ...run.shape, ...changes } };
      expect(decideMemory([changed], MACHINE, undefined).kind).not.toBe('refuse');
    }
    // Not much below what there is room for.
    const more = { ...run, shape: { ...run.shape, leechers: Math.ceil(peers * 1.2) } };
    expect(decideMemory([more], MACHINE, undefined).kind).toBe('refuse');
  });

  test('is told what is free, or what --memory says', () => {
    expect(refusal({ ...MACHINE, availableBytes: 2 * GIB })[0]).toContain(
      'of memory, and of the 24 GiB of this machine 2 GiB are free; nothing was run',
    );
    expect(refusal(MACHINE, undefined, runOf(23.2 * GIB))[0]).toContain(
      'of memory, and of the 24 GiB of this machine 23 GiB are free; nothing was run',
    );
    expect(refusal(MACHINE, 30 * GIB)[0]).toContain('of memory, and --memory allows 30 GiB; nothing was run');
  });

  test('names content that is kept as bytes', () => {
    const keeping = {
      name: 'bytes',
      shape: { ...SMALL.shape, leechers: 900, keepsBytes: 'everybody' },
    } as const;
    const [, reason, remedy] = refusal(MACHINE, undefined, keeping);
    expect(reason).toContain('64 MiB of content kept by 901 peers, 56.3 GiB');
    expect(remedy).toMatch(/or payload: reference$/);
  });

  test.each([
    ['NODE_OPTIONS', 'NODE_OPTIONS allows 2 GiB'],
    ['node', 'the command line of node allows 2 GiB'],
  ] as const)('is refused when %s gives it less than it needs', (heapLimitChosenBy, says) => {
    const machine = { ...MACHINE, heapLimitBytes: 2 * GIB, heapLimitChosenBy };
    const large = runOf(8 * GIB, BY_CONNECTIONS);
    const [first, second] = refusal(machine, undefined, large);
    expect(first).toContain(says);
    const enough = Number(/or set it to (\d+)$/.exec(second ?? '')?.[1]);
    expect(enough * MIB).toBeGreaterThan(estimateMemory(large.shape).heapLimitBytes);
    expect(decideMemory([SMALL], machine, undefined)).toEqual({ kind: 'go', note: undefined });
  });
});
