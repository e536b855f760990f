/** `swarmlab/vitest` as a user has it: the packed package in a project of its own, its matchers run and its types checked. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scenarioText } from '../cli/support.ts';
import { installedHere, installPacked, strictProject } from '../support/packed-package.ts';
import { endProcesses, startProcess } from '../support/processes.ts';
import { SWARMLAB } from '../support/swarmlab-cli.ts';

const DEADLINE_MS = 100_000;

const GREEN = `
import { expect, test } from 'vitest';
import { swarm } from 'swarmlab/vitest';

test('a swarm', async () => {
  const crowd = swarm(new URL('./small.yaml', import.meta.url), { seed: 9 });
  await expect(crowd).toHold();
  await expect(crowd).toFinishWithin('5m', { group: 'crowd' });
  await expect(crowd).toMeet('always min(piece.availability) >= 1');
  await expect(crowd).not.toMeet('max(peer.completion_time) < 1ms');
  const { seed, digest, verdicts } = await crowd.run();
  expect([seed, verdicts[0]?.left]).toEqual([9, 1]);
  expect((await swarm('small.yaml', { seed: 9 }).run()).digest).toBe(digest);
});
`;

const RED = `
import { expect, test } from 'vitest';
import { swarm } from 'swarmlab/vitest';

test('holds', async () => {
  await expect(swarm('red.yaml', { seed: 3 })).toHold();
});
test('finishes', async () => {
  await expect(swarm('small.yaml')).toFinishWithin('10ms');
});
test('meets', async () => {
  await expect(swarm('small.yaml')).toMeet('always min(piece.availability) >= 9');
});
test('unknown', async () => {
  await expect(swarm('small.yaml')).toMeet('max(peer.completion_tim) < 1s');
});
test('wrong', async () => {
  await expect(swarm('wrong.yaml')).toHold();
});
test('no swarm', async () => {
  // @ts-expect-error only swarms have these matchers
  await expect(3).toHold();
});
`;

describe.skipIf(!SWARMLAB)('swarmlab/vitest', () => {
  let project = '';

  beforeAll(async () => {
    project = mkdtempSync(join(tmpdir(), 'swarmlab-vitest-'));
    await installPacked(project);
    symlinkSync(installedHere('vitest'), join(project, 'node_modules/vitest'));
    mkdirSync(join(project, 'swarms'));
    writeFileSync(join(project, 'small.yaml'), scenarioText());
    writeFileSync(join(project, 'wrong.yaml'), scenarioText().replace('size:', 'siez:'));
    writeFileSync(
      join(project, 'red.yaml'),
      scenarioText({ name: 'red', expectation: 'max(peer.completion_time) < 1ms' }),
    );
    writeFileSync(join(project, 'green.test.ts'), GREEN);
    writeFileSync(join(project, 'red.test.ts'), RED);
  }, 2 * DEADLINE_MS);

  afterAll(async () => {
    await endProcesses();
    rmSync(project, { recursive: true, force: true });
  });

  const vitest = async (file: string): Promise<{ code: number | null; said: string }> => {
    const program = join(installedHere('vitest'), 'vitest.mjs');
    const child = startProcess(process.execPath, [program, 'run', file, '--reporter', 'verbose'], {
      cwd: project,
      env: { NO_COLOR: '1', VITEST: '', SWARMLAB_PLANTED: '' },
    });
    const { code } = await child.ended(DEADLINE_MS);
    return { code, said: child.lines.join('\n') };
  };

  test('swarms that hold are green', async () => {
    const { code, said } = await vitest('green.test.ts');
    expect(code, said).toBe(0);
    expect(said).toMatch(/Tests {2}1 passed/);
  });

  test('a red one says what broke, when, by how much, and the command that replays it', async () => {
    const { code, said } = await vitest('red.test.ts');
    expect(code, said).toBe(1);
    expect(said).toMatch(/Tests {2}6 failed/);
    expect(said).toMatch(
      /1 of 1 did not hold\n+ *all of it: \S+ \(crowd-\d\), expected less than 1ms \(\S+ too much\)/,
    );
    expect(said).toContain('replay: npx swarmlab run red.yaml --seed 3');
    expect(said).toMatch(/max\(peer\.completion_time\) <= 10ms: \S+ \(crowd-\d\), expected at most 10ms/);
    expect(said).toMatch(/first violated at 0s/);
    expect(said).toContain('did you mean "peer.completion_time"?');
    expect(said).toMatch(/wrong\.yaml:6:\d+: unknown key "siez"/);
    expect(said).toContain('this matcher is for swarms');
  });

  test.each(['bundler', 'nodenext'] as const)(
    'its types are right for a user with module resolution "%s"',
    async (resolution) => {
      const compilerOptions = { ...strictProject(resolution, []), skipLibCheck: true };
      writeFileSync(
        join(project, 'tsconfig.json'),
        JSON.stringify({ compilerOptions, include: ['*.test.ts'] }),
      );
      const tsc = join(installedHere('typescript'), 'bin/tsc');
      const child = startProcess(process.execPath, [tsc, '-p', '.'], { cwd: project });
      const { code } = await child.ended(DEADLINE_MS);
      expect(code, child.transcript()).toBe(0);
      writeFileSync(
        join(project, 'wrong.test.ts'),
        GREEN.replace('{ seed: 9 });\n  await', '{ sede: 9 });\n  await'),
      );
      const wrong = startProcess(process.execPath, [tsc, '-p', '.'], { cwd: project });
      expect((await wrong.ended(DEADLINE_MS)).code).not.toBe(0);
      expect(wrong.transcript()).toContain("'sede' does not exist in type 'SwarmOptions'");
      rmSync(join(project, 'wrong.test.ts'));
    },
  );
});
