/** Histories: what is done at the front carries on, what is done in the past makes another one, and none is lost. */
import { describe, expect, test } from 'vitest';
import { BRANCHES_MAX, Branches, INTERVENTIONS_MAX } from '../../../viz/play/branches.ts';
import type { Deed } from '../../../viz/play/intervention.ts';

const SECOND = 1_000_000;
const leave = (peer: string): Deed => ({ kind: 'remove', peer });
const TEXT = 'version: 1\npeers:\n  - { group: homes, count: 3 }\n';

function begun(): Branches {
  const branches = new Branches();
  branches.begin(TEXT, 'three homes');
  return branches;
}

describe('histories', () => {
  test('at the front, a deed carries on with the same history', () => {
    const branches = begun();
    const { id } = branches.current;
    branches.seen(5 * SECOND);
    expect(branches.intervene(5 * SECOND, leave('homes-1'))?.id).toBe(id);
    branches.seen(7 * SECOND);
    expect(branches.intervene(8 * SECOND, leave('homes-2'))?.id).toBe(id);
    expect(branches.all).toHaveLength(1);
    expect(branches.textOf(branches.current)).toContain('- { at: 8s, leave: { peer: homes-2 } }');
  });

  test('in the past, it parts: what came later is the old history alone', () => {
    const branches = begun();
    const root = branches.current.id;
    branches.seen(5 * SECOND);
    branches.intervene(5 * SECOND, leave('homes-1'));
    branches.seen(20 * SECOND);
    const forked = branches.intervene(3 * SECOND, leave('homes-3'));
    expect(forked).toMatchObject({ parent: root, fromUs: 3 * SECOND, name: 'homes-3 leaves' });
    expect(branches.textOf(branches.current)).not.toContain('homes-1');
    expect(branches.depthOf(branches.current)).toBe(1);
    const back = branches.choose(root);
    expect(back && branches.textOf(back)).toContain('homes-1');
    expect(branches.choose(99)).toBeUndefined();
  });

  test('before another deed it parts, even where nobody has looked yet', () => {
    const branches = begun();
    branches.intervene(9 * SECOND, leave('homes-1'));
    expect(branches.intervene(4 * SECOND, leave('homes-2'))?.parent).toBeDefined();
    expect(branches.all).toHaveLength(2);
  });

  test('a set-up to which nothing was done is replaced by the next one', () => {
    const branches = begun();
    branches.begin(`${TEXT}# another\n`, 'another');
    expect(branches.all.map(({ name }) => name)).toEqual(['another']);
    branches.intervene(0, leave('homes-1'));
    branches.begin(TEXT, 'third');
    expect(branches.all).toHaveLength(2);
  });

  test('are bounded, and those that others hang on stay', () => {
    const branches = begun();
    const root = branches.current.id;
    branches.seen(100 * SECOND);
    for (let number = 0; number < 3 * BRANCHES_MAX; number++) {
      branches.choose(root);
      branches.intervene(number * SECOND, leave(`homes-${number % 3}`));
    }
    expect(branches.all).toHaveLength(BRANCHES_MAX);
    expect(branches.all.some(({ id }) => id === root)).toBe(true);
  });

  test('take no more deeds than the language', () => {
    const branches = begun();
    for (let number = 0; number < INTERVENTIONS_MAX; number++) branches.intervene(number, leave('homes-1'));
    expect(branches.current.interventions).toHaveLength(INTERVENTIONS_MAX);
    expect(branches.intervene(INTERVENTIONS_MAX, leave('homes-1'))).toBeUndefined();
  });
});
