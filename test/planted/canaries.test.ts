/** What loses determinism is caught by the command that is there for it, and the first difference is named. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROGRAM, writeScenario } from '../cli/support.ts';
import { SWARMLAB } from '../support/swarmlab-cli.ts';
import { bundle } from './bundle.ts';
import { canaries, REPEAT, VERIFY } from './canaries.ts';
import type { Planting } from './planting.ts';

const DEADLINE_MS = 100_000;
/** A peer, a kind of event or of bytes, and when: "event 31: crowd-2 piecePicked (0, 7, 1) at 1.2s in the first run". */
const NAMED =
  /not deterministic: (?:event \d+: [\w-]+ \w+ \([-\d, ]+\) at [\d.]+\w+|blocks: [\w-]+ (?:received|sent) \d+ bytes between [\d.]+\w+ and [\d.]+\w+) in the first run/;

const folder = mkdtempSync(join(tmpdir(), 'swarmlab-canaries-'));
let scenario = '';
beforeAll(() => {
  scenario = writeScenario(folder, { leechers: 12, size: '2 MiB', line: '{ down: 8 Mbit/s, up: 2 Mbit/s }' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly said: string;
}

/** The program with a bug in it. */
async function programWith(bug: Planting): Promise<string> {
  const home = join(folder, bug.name);
  mkdirSync(home);
  // The page of a report is no part of what is shown here.
  writeFileSync(join(home, 'report.js'), '');
  const program = join(home, 'swarmlab.mjs');
  await bundle("import './src/cli/main.ts';", program, bug);
  return program;
}

function run(program: string, command: readonly string[]): Promise<Ended> {
  const out = mkdtempSync(join(folder, 'out-'));
  const given = command.map((word) => (word === 'SCENARIO' ? scenario : word === 'FOLDER' ? out : word));
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [program, ...given],
      { timeout: DEADLINE_MS, killSignal: 'SIGKILL' },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, said: stdout + stderr }),
    );
  });
}

describe('determinism', () => {
  it.each(canaries.map((canary) => [canary.name, canary] as const))(
    'is lost by %s, and that is noticed',
    async (_, canary) => {
      const { code, said } = await run(await programWith(canary), canary.command);
      expect(said).toMatch(NAMED);
      expect(code).toBe(canary.exitCode);
    },
    DEADLINE_MS,
  );

  it.skipIf(!SWARMLAB).each([
    ['run --verify-determinism', VERIFY],
    ['explore', REPEAT],
  ])(
    'is there where nothing is planted: %s',
    async (_, command) => {
      const { code, said } = await run(PROGRAM, command);
      expect({ code, said }).toMatchObject({ code: 0, said: expect.not.stringContaining('not determ') });
    },
    DEADLINE_MS,
  );
});
