/**
 * `swarmlab explore`: two hundred random worlds without a failure; what it says when there is one. The whole check (.ci/run)
 * runs five hundred.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SWARMLAB } from '../support/swarmlab-cli.ts';
import { expectRefused, swarmlab, temporaryFolder } from './support.ts';

const DEADLINE_MS = 600_000;

describe.skipIf(!SWARMLAB)('swarmlab explore', () => {
  test(
    'runs two hundred worlds, every law is looked at, and none is broken',
    async () => {
      const folder = temporaryFolder();
      const args = ['explore', '--runs', '200', '--jobs', '2', '--out', folder, '--json'];
      const ended = await swarmlab(args, { deadlineMs: DEADLINE_MS });
      expect(ended.code, ended.stderr).toBe(0);
      const { worlds, failures, checks } = JSON.parse(ended.stdout) as {
        worlds: number;
        failures: unknown[];
        checks: { name: string; evaluations: number }[];
      };
      expect([worlds, failures]).toEqual([200, []]);
      expect(checks).toHaveLength(14);
      for (const { name, evaluations } of checks) expect([name, evaluations > 1000]).toEqual([name, true]);
    },
    DEADLINE_MS,
  );

  test('runs the same worlds whoever runs them', async () => {
    const folder = temporaryFolder();
    const report = async (...args: string[]): Promise<unknown> => {
      const ended = await swarmlab([
        'explore',
        '--runs',
        '6',
        '--seed',
        '9',
        '--out',
        folder,
        '--json',
        ...args,
      ]);
      expect(ended.code, ended.stderr).toBe(0);
      return JSON.parse(ended.stdout);
    };
    expect(await report('--jobs', '1')).toEqual(await report('--jobs', '2'));
  });

  test('begins where it is told to, and takes no more than whole numbers for the runs of a shrinking', async () => {
    const folder = temporaryFolder();
    const args = ['explore', '--runs', '2', '--from', '41', '--shrink-runs', '0', '--out', folder];
    const ended = await swarmlab([...args, '--json']);
    expect(ended.code, ended.stderr).toBe(0);
    expect(JSON.parse(ended.stdout)).toMatchObject({ worlds: 2, failures: [] });
    const whole = await swarmlab(['explore', '--runs', '2', '--from', '1', '--out', folder, '--json']);
    expect(JSON.parse(whole.stdout).checks).not.toEqual(JSON.parse(ended.stdout).checks);
    expectRefused(await swarmlab(['explore', '--shrink-runs', 'many']), 2, 'It must be a whole number');
  });

  test('leaves nothing behind when nothing fails', async () => {
    const folder = join(temporaryFolder(), 'none');
    const ended = await swarmlab(['explore', '--runs', '2', '--out', folder]);
    expect(ended.stdout).toContain('2 worlds of seed 1, 0 failed');
    expect(existsSync(folder)).toBe(false);
  });

  test('refuses a part that does not exist', async () => {
    expectRefused(
      await swarmlab(['explore', '--shard', '3/2']),
      2,
      /--shard 3\/2: a part and a number of parts/,
    );
    expectRefused(await swarmlab(['explore', '--runs', 'many']), 2, /whole number/);
    expectRefused(await swarmlab(['explore', '--runs', '0']), 2, /--runs and --jobs are at least 1/);
  });
});
