/** Faults of a simulated disk, laid and lifted while it runs. */
import { describe, expect, it } from 'vitest';
import { BLOCK, content, FORMS, type Rig, rig, storedBlocks, writeBlocks } from './disk-world.ts';

const kinds = ({ answers }: Rig): (string | undefined)[] => answers.map(({ error }) => error?.kind);

describe.each(FORMS)('a disk of %s', (payload) => {
  it('that is full stores nothing new, overwrites what is there, and has room again when lifted', () => {
    const world = rig({ payload, have: (piece) => piece === 0 });
    const port = world.open();
    const lift = world.storage.lay({ kind: 'full' });
    writeBlocks(port, 3, 5);
    world.until(1);
    expect(kinds(world)).toEqual([undefined, 'full']);
    lift();
    writeBlocks(port, 5, 6);
    world.until(2);
    expect(kinds(world)).toEqual([undefined, 'full', undefined]);
    port.close(() => undefined);
    world.until(3);
    expect(storedBlocks(world)).toBe('oooo.o......');
  });

  it('with so much room takes so much, to the byte, and writing again needs none', () => {
    const world = rig({ payload, roomBytes: BLOCK + 776 });
    const port = world.open();
    writeBlocks(port, 0, 1);
    writeBlocks(port, 11, 12);
    writeBlocks(port, 0, 1);
    world.storage.setRoom(777);
    writeBlocks(port, 11, 12);
    writeBlocks(port, 1, 2);
    world.until(1);
    expect(kinds(world)).toEqual([undefined, 'full', undefined, undefined, 'full']);
  });

  it.each([
    ['reads' as const, ['failed', undefined, 'failed']],
    ['writes' as const, [undefined, 'failed', undefined]],
    ['both' as const, ['failed', 'failed', 'failed']],
    [undefined, ['failed', 'failed', 'failed']],
  ])('that fails at %s does so until it is lifted', (what, outcome) => {
    const world = rig({ payload, have: 'all' });
    const port = world.open();
    const all = (): void => {
      port.read(0, 0, BLOCK, 0);
      writeBlocks(port, 1, 2, true);
      port.hash(2, 2);
    };
    const lift = world.storage.lay({ kind: 'failing', ...(what === undefined ? {} : { what }) });
    all();
    world.until(1);
    expect(kinds(world)).toEqual(outcome);
    expect(world.storage.holds(0)).toBe(outcome[1] === 'failed');
    expect(world.answers.map((answer) => (answer.payload ?? answer.digest) !== undefined)).toEqual([
      outcome[0] === undefined,
      false,
      outcome[2] === undefined,
    ]);
    lift();
    all();
    world.until(2);
    expect(kinds(world).slice(3)).toEqual([undefined, undefined, undefined]);
  });

  it('meets a fault that is laid while it works, at the end of the operation', () => {
    const world = rig({ payload, accessUs: 10 });
    writeBlocks(world.open(), 0, 3);
    world.until(15);
    const lift = world.storage.lay({ kind: 'failing' });
    world.until(25);
    lift();
    world.simulation.runUntilIdle();
    expect(kinds(world)).toEqual([undefined, 'failed', undefined]);
  });

  it('that corrupts is found out by the hash, and by whoever reads', () => {
    const world = rig({ payload });
    const port = world.open();
    const lift = world.storage.lay({ kind: 'corrupting', perMillion: 1_000_000 });
    writeBlocks(port, 0, 1);
    lift();
    writeBlocks(port, 1, 4);
    port.hash(0, 100);
    writeBlocks(port, 0, 1);
    port.hash(0, 101);
    world.until(1);
    const digests = world.answers.filter(({ kind }) => kind === 'hashed').map(({ digest }) => digest);
    expect(digests[0]).not.toEqual(content.digest(0));
    expect(digests[1]).toEqual(content.digest(0));
  });

  it('corrupts no block back into the right one', () => {
    const world = rig({ payload, corruptPerMillion: 1_000_000 });
    writeBlocks(world.open(), 0, 6, true);
    world.until(10_000_000);
    world.storage.crash();
    expect(storedBlocks(world)).toBe('xxxxxx......');
  });
});

describe('the draws of a corrupting disk', () => {
  function corrupted(perMillion: number, name: string, seed = 1): number[] {
    const world = rig({ corruptPerMillion: perMillion, name, unsyncedUs: 0 }, seed);
    const port = world.open();
    const wrong: number[] = [];
    for (let round = 0; round < 20_000; round++) {
      writeBlocks(port, 0, 1);
      port.read(0, 0, BLOCK, round);
    }
    world.until(1);
    for (const { token, payload } of world.answers) {
      if (payload?.reference?.corrupted === true) wrong.push(token);
    }
    return wrong;
  }

  it('hit as many writes as asked for', () => {
    expect(corrupted(0, 'a')).toEqual([]);
    // 20,000 draws of 5 %: a standard deviation of 31.
    expect(Math.abs(corrupted(50_000, 'a').length - 1_000)).toBeLessThan(125);
    expect(corrupted(1_000_000, 'a')).toHaveLength(20_000);
  });

  it('are the same for the same seed and name, and others for another', () => {
    const some = corrupted(50_000, 'a');
    expect(corrupted(50_000, 'a')).toEqual(some);
    expect(corrupted(50_000, 'b')).not.toEqual(some);
    expect(corrupted(50_000, 'a', 2)).not.toEqual(some);
  });

  it('hit the same writes in both forms, so that the trace is the same', () => {
    const outcomes = FORMS.map((payload) => {
      const world = rig({ payload, corruptPerMillion: 300_000, name: 'a' });
      const port = world.open();
      writeBlocks(port, 0, 12);
      port.close(() => undefined);
      world.until(1);
      return storedBlocks(world);
    });
    expect(outcomes[0]).toBe(outcomes[1]);
    expect(outcomes[0]).toMatch(/^[xo]{12}$/);
    expect(outcomes[0]).toMatch(/xo|ox/);
  });
});

describe('faults of one kind', () => {
  it('hold as long as any of them is laid, the worst of them', () => {
    const world = rig();
    const port = world.open();
    const fault = { kind: 'full' } as const;
    const lifts = [world.storage.lay(fault), world.storage.lay(fault)];
    const attempt = (block: number): string | undefined => {
      writeBlocks(port, block, block + 1);
      world.simulation.runUntilIdle();
      return kinds(world).at(-1);
    };
    expect(attempt(0)).toBe('full');
    lifts[0]?.();
    lifts[0]?.();
    expect(attempt(0)).toBe('full');
    lifts[1]?.();
    expect(attempt(0)).toBeUndefined();
  });

  it('outlast a crash', () => {
    const world = rig();
    world.storage.lay({ kind: 'failing' });
    world.open();
    world.storage.crash();
    world.open().hash(0, 0);
    world.simulation.runUntilIdle();
    expect(kinds(world)).toEqual(['failed']);
  });

  it('cannot stop a disk altogether', () => {
    expect(() => rig().storage.lay({ kind: 'slow', bytesPerSec: 0 })).toThrow('a byte per second');
  });
});
