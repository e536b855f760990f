/** Exploration finds bugs of the engine among a stated number of worlds, and makes each a scenario of a few peers. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { peerCount } from '../../src/scenarios/explore/draft.ts';
import type * as Explore from '../../src/scenarios/explore/explore.ts';
import * as sound from '../../src/scenarios/explore/try-draft.ts';
import { nodeHasher } from '../support/fake-world.ts';
import { bundle } from './bundle.ts';
import { engineBugs } from './engine-bugs.ts';
import type { Planting } from './planting.ts';

const SEED = 1;
/** The default of the command. */
const SHRINK_RUNS = 300;
const PEERS_MAX = 4;
const SOURCE = `
export * from './src/scenarios/explore/explore.ts';
export * from './src/scenarios/explore/try-draft.ts';
`;
type Exploration = typeof Explore & typeof sound;

const folder = mkdtempSync(join(tmpdir(), 'swarmlab-planted-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function explorationWith(bug: Planting): Promise<Exploration> {
  const file = join(folder, `${bug.name}.mjs`);
  await bundle(SOURCE, file, bug);
  return (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Exploration;
}

/** The first world that fails, and how. */
function firstFailure({ exploreWorld }: Exploration, within: number) {
  for (let number = 1; number <= within; number++) {
    const { draft, failure } = exploreWorld(SEED, number, nodeHasher);
    if (failure !== undefined) return { draft, failure };
  }
  throw new Error(`none of ${within} worlds fails`);
}

describe('exploration finds and shrinks', () => {
  it.each(engineBugs.map((bug) => [bug.name, bug] as const))(
    '%s',
    async (_, bug) => {
      const planted = await explorationWith(bug);
      const { draft, failure } = firstFailure(planted, bug.within);
      expect(failure.identity).toMatch(bug.failure);
      const shrunk = planted.shrinkFailure(draft, failure, nodeHasher, SHRINK_RUNS);
      expect(shrunk.failure.identity).toBe(failure.identity);
      expect(peerCount(shrunk.draft)).toBeLessThanOrEqual(PEERS_MAX);

      // It is the bug that fails the small scenario, and nothing else.
      expect(planted.tryDraft(shrunk.draft, nodeHasher).failure).toBeDefined();
      expect(sound.tryDraft(shrunk.draft, nodeHasher).failure).toBeUndefined();
    },
    120_000,
  );
});
