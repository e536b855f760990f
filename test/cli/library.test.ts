/**
 * Every scenario of the library holds what it claims, and goes as it did in the process that wrote the snapshot, to the
 * last block; every other one with a newer version of node where there is one. Its picture in the documentation is that
 * of this run, byte for byte, and those that have a sweep hold in all its cells.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { PICTURE_FOLDER, pictureOf } from '../../scripts/pictures/library.ts';
import { decodeTrace } from '../../src/trace/file-format.ts';
import { NEWER_NODE } from '../support/newer-node.ts';
import { SWARMLAB } from '../support/swarmlab-cli.ts';
import { swarmlab, swarmlabProgram, temporaryFolder } from './support.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LIBRARY = join(ROOT, 'src/scenarios/library');
const scenarios = readdirSync(LIBRARY)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.slice(0, -'.yaml'.length));
const swept = scenarios.filter((name) =>
  /^sweep:/m.test(readFileSync(join(LIBRARY, `${name}.yaml`), 'utf8')),
);
const NODES = [process.execPath, NEWER_NODE ?? process.execPath];
const DEADLINE_MS = 240_000;

describe.skipIf(!SWARMLAB)('a scenario of the library', () => {
  test.each(scenarios.map((name, index) => ({ name, node: NODES[index % NODES.length] as string })))(
    '$name holds what it claims, as ever',
    async ({ name, node }) => {
      const folder = temporaryFolder();
      expect(await digestOf(node, name, folder)).toMatchSnapshot();
      const trace = decodeTrace(readFileSync(join(folder, `${name}-1`, 'trace.swarmtrace')));
      if (!trace.ok) throw new Error(trace.error.message);
      const picture = readFileSync(join(ROOT, PICTURE_FOLDER, `${name}.svg`), 'utf8');
      expect(picture === pictureOf(name, ROOT, trace.value), 'npm run pictures makes another picture').toBe(
        true,
      );
    },
    DEADLINE_MS,
  );

  test.each(swept)('%s holds what it claims in every cell of its sweep', async (name) => {
    const out = temporaryFolder();
    const ended = await swarmlab(['sweep', name, '--out', out], { deadlineMs: DEADLINE_MS });
    expect(ended, `${ended.stdout}${ended.stderr}`).toMatchObject({ code: 0 });
  });
});

async function digestOf(node: string, scenario: string, out: string): Promise<string> {
  const ended = await swarmlabProgram(['run', scenario, '--out', out, '--json'], {
    deadlineMs: DEADLINE_MS,
    node,
  });
  expect(ended, `${ended.stdout}${ended.stderr}`).toMatchObject({ code: 0 });
  const [run] = JSON.parse(ended.stdout) as [{ digest: string }];
  return run.digest;
}
