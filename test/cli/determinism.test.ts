/** Equal seeds in fresh processes leave equal files, and the payload's form changes nothing: the flagship shows both. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SWARMLAB } from '../support/swarmlab-cli.ts';
import { swarmlab, swarmlabProgram, temporaryFolder, writeScenario } from './support.ts';

/** One run takes seconds, one with real bytes ten times that; a busy machine more. */
const FLAGSHIP_DEADLINE_MS = 240_000;

describe.skipIf(!SWARMLAB)('two fresh processes', () => {
  test('write the same files, byte for byte, but for run.json', async () => {
    const folder = temporaryFolder();
    const scenario = writeScenario(folder, { leechers: 8, size: '2 MiB' });
    const [a, b] = await Promise.all(
      ['a', 'b'].map(async (name) => {
        const out = join(folder, name);
        expect((await swarmlabProgram(['run', scenario, '--out', out])).code).toBe(0);
        return filesIn(join(out, 'small-4'));
      }),
    );
    expect([...(a as Files).keys()]).toEqual([...(b as Files).keys()]);
    const same = [...(a as Files)].filter(([name, bytes]) => bytes.equals(b?.get(name) as Buffer));
    expect(same.map(([name]) => name)).toEqual(
      [...(a as Files).keys()].filter((name) => name !== 'run.json'),
    );
  });

  test('another seed gives another digest', async () => {
    const folder = temporaryFolder();
    const scenario = writeScenario(folder);
    const digests = await Promise.all(['1', '2'].map((seed) => digestOf([scenario, '--seed', seed], folder)));
    expect(new Set(digests).size).toBe(2);
  });

  test(
    'of flash-crowd, with a quarter of its content, end with everyone complete and the same digest, with real bytes too',
    async () => {
      const folder = temporaryFolder();
      // A quarter of its content: real bytes cost by the byte.
      const crowd = ['flash-crowd', '--set', 'torrent.size=16 MiB'];
      const first = await digestOf(crowd, join(folder, 'a'));
      const bytes = await digestOf([...crowd, '--payload', 'bytes'], join(folder, 'b'));
      expect(bytes).toBe(first);
    },
    3 * FLAGSHIP_DEADLINE_MS,
  );
});

type Files = ReadonlyMap<string, Buffer>;

function filesIn(folder: string): Files {
  return new Map(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(join(folder, name))]),
  );
}

async function digestOf(args: readonly string[], out: string): Promise<string> {
  const ended = await swarmlab(['run', ...args, '--out', out, '--json'], {
    deadlineMs: FLAGSHIP_DEADLINE_MS,
  });
  expect(ended, ended.stderr).toMatchObject({ code: 0 });
  const [run] = JSON.parse(ended.stdout) as [{ digest: string; lines: string[] }];
  const [, complete, of] = /^(\d+) of (\d+) peers completed/.exec(run.lines[0] ?? '') ?? [];
  expect(complete).toBe(of);
  return run.digest;
}
