/**
 * Every scenario of the library holds what it claims, and goes alike in every process: twice in fresh ones, and once on
 * a newer version of node.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { NEWER_NODE } from '../support/newer-node.ts';
import { SWARMLAB } from '../support/swarmlab-cli.ts';
import { swarmlab, temporaryFolder } from './support.ts';

const LIBRARY = fileURLToPath(new URL('../../src/scenarios/library', import.meta.url));
const scenarios = readdirSync(LIBRARY)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.slice(0, -'.yaml'.length));
const DEADLINE_MS = 240_000;

describe.skipIf(!SWARMLAB)('a scenario of the library', () => {
  test.each(scenarios)(
    '%s holds what it claims, twice alike',
    async (name) => {
      const folder = temporaryFolder();
      const [first, second] = await Promise.all([
        digestOf(process.execPath, name, join(folder, 'a')),
        digestOf(process.execPath, name, join(folder, 'b')),
      ]);
      expect(second).toBe(first);
      digests.set(name, first);
    },
    DEADLINE_MS,
  );

  test.skipIf(NEWER_NODE === undefined).each(scenarios)(
    '%s goes alike on a newer node',
    async (name) => {
      const newer = await digestOf(NEWER_NODE as string, name, temporaryFolder());
      expect(newer).toBe(digests.get(name));
    },
    DEADLINE_MS,
  );
});

const digests = new Map<string, string>();

async function digestOf(node: string, scenario: string, out: string): Promise<string> {
  const ended = await swarmlab(['run', scenario, '--out', out, '--json'], { deadlineMs: DEADLINE_MS, node });
  expect(ended, `${ended.stdout}${ended.stderr}`).toMatchObject({ code: 0 });
  const [run] = JSON.parse(ended.stdout) as [{ digest: string }];
  return run.digest;
}
