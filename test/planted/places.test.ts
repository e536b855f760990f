/** Every bug that is planted has its place: what changes a source so that one has none any more changes the bug too. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canaries } from './canaries.ts';
import { engineBugs } from './engine-bugs.ts';
import { networkBugs } from './network-bugs.ts';
import { type Planting, plantedText, ROOT, withBug } from './planting.ts';
import { regressions } from './regressions.ts';

const BUG: Planting = { name: 'a bug', what: '', file: 'a.ts', of: 'the text', instead: 'a $& bug' };

const all: readonly Planting[] = [...networkBugs, ...engineBugs, ...canaries, ...regressions];

describe('planted bugs', () => {
  it.each(all.map((bug) => [bug.name, bug] as const))('%s has exactly one place', (_, bug) => {
    expect(plantedText(bug)).toContain(bug.instead);
  });

  it('have names of their own', () => {
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  });

  it.each(networkBugs.map((bug) => [bug.name, bug] as const))('%s names a test that there is', (_, bug) => {
    expect(existsSync(join(ROOT, bug.caughtBy.test))).toBe(true);
  });

  it.each([
    ['none', 'another text'],
    ['two', 'the text, and the text again'],
  ])('are refused where there is %s', (_, source) => {
    expect(() => withBug(source, BUG)).toThrow('it needs exactly one');
  });

  it('change their place and nothing else', () => {
    expect(withBug('here is the text, once', BUG)).toBe('here is a $& bug, once');
  });
});
