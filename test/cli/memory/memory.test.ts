/** Memory as a user of the command line meets it: refusals, and a run in a process with a larger heap. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { endProcesses } from '../../support/processes.ts';
import { SWARMLAB, startSwarmlab } from '../../support/swarmlab-cli.ts';
import {
  expectNoStackTrace,
  expectRefused,
  swarmlab,
  swarmlabProgram,
  temporaryFolder,
  writeScenario,
} from '../support.ts';

const DEADLINE_MS = 60_000;
/** More than node gives a heap by itself, so that the run moves to a process of its own. */
const LARGE = ['--memory', '6GiB'];

describe.skipIf(!SWARMLAB)('memory', () => {
  afterEach(endProcesses);

  test.each([
    ['run', []],
    ['fork', ['--at', '1s', '--change', 'leave: { group: crowd }']],
  ])('%s refuses what does not fit, and leaves nothing behind', async (command, options) => {
    const folder = temporaryFolder();
    const out = join(folder, 'out');
    const args = [command, writeScenario(folder), '--out', out, ...options];
    expectRefused(
      await swarmlab([...args, '--memory', '20 MiB']),
      2,
      /^error: \S+: this run would need about [\d.]+ MiB of memory, and --memory allows 20 MiB; nothing was run$/m,
      /^ {2}to try all the same: --memory \d+MiB$/m,
    );
    expect(existsSync(out)).toBe(false);
  });

  test.each([
    ['lots', '--memory: "lots" is not a size'],
    ['0 B', '--memory: "0 B" is no memory at all'],
  ])('--memory %s is refused', async (size, message) => {
    const folder = temporaryFolder();
    expectRefused(await swarmlab(['run', writeScenario(folder), '--memory', size]), 2, message);
  });

  test('a larger heap changes neither what is said nor what is written nor the exit code', async () => {
    const folder = temporaryFolder();
    const good = writeScenario(folder);
    const bad = writeScenario(folder, { name: 'bad', expectation: 'count(peer.sent) == 9' });
    const run = (out: string, ...options: string[]) =>
      swarmlabProgram(['run', good, bad, '--out', join(folder, out), '--json', ...options]);
    const usual = await run('out-a');
    const larger = await run('out-b', ...LARGE);
    expect(larger, larger.stderr).toMatchObject({ code: 1 });
    expect(usual.code).toBe(1);
    const told = (stdout: string, out: string): string => stdout.replaceAll(join(folder, out), 'out');
    expect(told(larger.stdout, 'out-b')).toBe(told(usual.stdout, 'out-a'));
    for (const file of ['summary.json', 'trace.swarmtrace', 'report.html']) {
      const [a, b] = ['out-a', 'out-b'].map((out) => readFileSync(join(folder, out, 'small-4', file)));
      expect(a?.equals(b as Buffer), file).toBe(true);
    }
  });

  test('the second run of --verify-determinism has the larger heap, too', async () => {
    const folder = temporaryFolder();
    const ended = await swarmlabProgram(
      ['run', writeScenario(folder), '--out', folder, '--verify-determinism', ...LARGE],
      { deadlineMs: DEADLINE_MS },
    );
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    expect(ended.stdout).toContain('a second run in a fresh process has the same digest');
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s reaches the run in its larger process, which ends well',
    async (signal) => {
      const folder = temporaryFolder();
      const scenario = writeScenario(folder, { size: '256 MiB', leechers: 60 });
      const child = startSwarmlab(['run', scenario, '--out', join(folder, 'out'), ...LARGE]);
      await child.line(/^small · seed 4/, DEADLINE_MS);
      child.kill(signal);
      expect(await child.ended(DEADLINE_MS), child.transcript()).toEqual({ code: 130, signal: null });
      expectNoStackTrace(child.lines.join('\n'));
      expect(child.lines.join('\n')).toContain('interrupted: the report shows what had happened until then');
      expect(existsSync(join(folder, 'out', 'small-4', 'report.html'))).toBe(true);
    },
  );
});
