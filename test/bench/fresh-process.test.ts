/** Tasks in processes of their own, done here by small scripts that stand for a build. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Build, knowsTask, measureInFreshProcess } from '../../bench/fresh-process.ts';

const never = new AbortController().signal;
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'swarmlab-bench-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function buildOf(name: string, script: string): Build {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, script);
  return { label: name, script: path };
}

test('what it measured is its last line; it is told the task and given the options of node for it', async () => {
  const build = buildOf(
    'honest',
    `console.log('a remark');
     console.log(JSON.stringify({ args: process.argv.slice(2).join(' '), gc: typeof globalThis.gc }));`,
  );
  expect(await measureInFreshProcess(build, '3x4', never)).toEqual({ args: '--one 3x4', gc: 'undefined' });
  expect(await measureInFreshProcess(build, 'memory:5:5', never)).toMatchObject({ gc: 'function' });
});

test('a process that fails, or says nothing that is a result, is an error that names both', async () => {
  const failing = buildOf('failing', 'process.exit(3);');
  await expect(measureInFreshProcess(failing, '3x4', never)).rejects.toThrow(
    '3x4 of failing has ended with exit code 3',
  );
  const chatty = buildOf('chatty', `console.log('done');`);
  await expect(measureInFreshProcess(chatty, '3x4', never)).rejects.toThrow(
    '3x4 of chatty printed no result but: done',
  );
});

test('a build that does not understand the question knows nothing', async () => {
  const asked = buildOf('asked', `process.exit(process.argv.slice(2).join(' ') === '--knows raw' ? 0 : 2);`);
  expect(await knowsTask(asked, 'raw', never)).toBe(true);
  expect(await knowsTask(asked, 'sweep:1', never)).toBe(false);
});

test('an interruption ends the process', async () => {
  const interruption = new AbortController();
  const hanging = buildOf('hanging', 'setInterval(() => {}, 1000);');
  const measuring = measureInFreshProcess(hanging, '3x4', interruption.signal);
  interruption.abort();
  // It rejects only once the process is gone.
  await expect(measuring).rejects.toThrow(/abort/);
  await expect(measureInFreshProcess(hanging, '3x4', interruption.signal)).rejects.toThrow(/abort/);
});
