/** `swarmlab check-strategy`: what it says of strategies of a user's own, and how it ends. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SWARMLAB } from '../support/swarmlab-cli.ts';
import { expectRefused, swarmlab, temporaryFolder } from './support.ts';

/** A picker with an option, and a choker, in one file of TypeScript. */
const BOTH = `interface Options { readonly from?: 'front' | 'back' }
export const picker = ({ from = 'front' }: Options) => ({
  name: 'by-place',
  pick(view: { candidateCount: number; firstOfRemote(a: number, b: number): number; candidateAt(rank: number): number }) {
    if (from === 'back') return 'back';
    const rank = view.firstOfRemote(0, view.candidateCount);
    return rank < 0 ? undefined : view.candidateAt(rank);
  },
});
export const choker = {
  name: 'first-come',
  decide(candidates: readonly { interested: boolean }[], round: { slots: number }, _random: unknown, unchoke: (index: number) => void) {
    let served = 0;
    candidates.forEach(({ interested }, index) => {
      if (!interested || served === round.slots) return;
      served++;
      unchoke(index);
    });
  },
};
`;

function writeModule(text = BOTH): string {
  const file = join(temporaryFolder(), 'both.ts');
  writeFileSync(file, text);
  return file;
}

describe.skipIf(!SWARMLAB)('swarmlab check-strategy', () => {
  test('says what holds, and ends well when all of it does', async () => {
    const ended = await swarmlab(['check-strategy', writeModule(), '--role', 'picker']);
    expect(ended.code, ended.stdout).toBe(0);
    expect(ended.stdout).toMatch(/^the picker by-place /);
    expect(ended.stdout).toMatch(
      /^ {2}✓ lets a small swarm complete: last after \S+, with rarest-first after \S+$/m,
    );
    expect(ended.stdout).not.toContain('✗');
  });

  test('looks at the choker when it is told to, and prints findings as data', async () => {
    const ended = await swarmlab(['check-strategy', writeModule(), '--role', 'choker', '--json']);
    expect(ended.code, ended.stdout).toBe(0);
    expect(JSON.stringify(JSON.parse(ended.stdout))).toContain('first-come');
  });

  test('gives it options; what does not hold is shown at its line, and fails', async () => {
    const args = ['--role', 'picker', '--option', 'from=back'];
    const ended = await swarmlab(['check-strategy', writeModule(), ...args]);
    expect(ended.code, ended.stdout).toBe(1);
    expect(ended.stdout).toMatch(/✗ /);
    expect(ended.stdout).toMatch(/both\.ts:\d+:\d+: /);
  });

  test('refuses what is no strategy', async () => {
    const nothing = await swarmlab(['check-strategy', writeModule('export const other = 1;\n')]);
    expectRefused(nothing, 2, /picker/);
    expectRefused(await swarmlab(['check-strategy', join(temporaryFolder(), 'none.ts')]), 2, /none\.ts/);
  });
});
