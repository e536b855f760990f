/** `swarmlab run --watch`: again after every change of what is read, until it is interrupted. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { endProcesses, type RunningProcess, startProcess } from '../support/processes.ts';
import { SWARMLAB } from '../support/swarmlab-cli.ts';
import { PROGRAM, scenarioText, temporaryFolder } from './support.ts';

const DEADLINE_MS = 40_000;
const PICKER =
  "import { first } from './rule.ts';\nexport default () => ({ name: 'mine', pick: (view) => first(view) });\n";
const RULE = `export function first(view) {
  for (let piece = 0; piece < view.pieceCount; piece++) {
    if (view.isCandidate(piece) && view.remoteHas(piece)) return { piece, rule: 'mine' };
  }
}
`;

function watching(folder: string, ...args: string[]): RunningProcess {
  const command = [PROGRAM, 'run', 'child.yaml', '--watch', '--reporter', 'line', ...args];
  return startProcess(process.execPath, command, { cwd: folder, env: { NO_COLOR: '1' } });
}

/** Lines so far that match. */
const count = (child: RunningProcess, pattern: RegExp): number =>
  child.lines.filter((line) => pattern.test(line)).length;

/** Waits for one more line like this than there were when `change` was made. */
async function another(child: RunningProcess, pattern: RegExp, change: () => void): Promise<void> {
  const before = count(child, pattern);
  change();
  await child.line(pattern, DEADLINE_MS, before + 1);
}

describe.skipIf(!SWARMLAB)('swarmlab run --watch', () => {
  afterEach(endProcesses);

  test('runs again when the scenario, its base, or its strategy changes, and ends cleanly', async () => {
    const folder = temporaryFolder();
    const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
    write('small.yaml', scenarioText());
    mkdirSync(join(folder, 'mine'));
    write('mine/picker.ts', PICKER);
    write('mine/rule.ts', RULE);
    const child = 'extends: ./small.yaml\nname: child\n';
    write('child.yaml', child);
    const watcher = watching(folder, '--set', 'peers.crowd.engine.picker=./mine/picker.ts', '--out', 'out');
    await watcher.line(/^watching 5 files/, DEADLINE_MS);
    expect(count(watcher, /^✓ child seed 4/)).toBe(1);
    const waits = /^watching \d+ files/;
    await another(watcher, waits, () => write('child.yaml', `${child}seed: 5\n`));
    expect(count(watcher, /^child\.yaml has changed, running again/)).toBe(1);
    expect(count(watcher, /^✓ child seed 5/)).toBe(1);
    await another(watcher, waits, () => write('small.yaml', scenarioText({ leechers: 2 })));
    expect(count(watcher, /^✓ child seed 5/)).toBe(2);
    await another(watcher, waits, () => write('mine/rule.ts', RULE.replace("'mine'", "'other'")));
    expect(count(watcher, /^mine\/rule\.ts has changed/)).toBe(1);
    await another(watcher, waits, () => write('small.yaml', scenarioText().replace('size:', 'siez:')));
    expect(count(watcher, /unknown key "siez"/)).toBe(1);
    await another(watcher, waits, () => write('small.yaml', scenarioText()));
    expect(count(watcher, /^✓ child seed 5/)).toBe(4);
    watcher.kill('SIGINT');
    expect(await watcher.ended(DEADLINE_MS), watcher.transcript()).toEqual({ code: 0, signal: null });
  });

  test('a change under way ends the run, and so does Ctrl-C', async () => {
    const folder = temporaryFolder();
    const line = '{ down: 8 kbit/s, up: 8 kbit/s, latency: 1ms }';
    writeFileSync(join(folder, 'child.yaml'), scenarioText({ line }));
    const watcher = watching(folder, '--net', 'sockets', '--reporter', 'ndjson');
    await watcher.line(/"event":"started"/, DEADLINE_MS);
    writeFileSync(join(folder, 'child.yaml'), scenarioText({ line, name: 'second' }));
    await watcher.line(/"event":"started","scenario":"second"/, DEADLINE_MS);
    expect(count(watcher, /"scenario":"small".*"stoppedBy":"interrupted"/)).toBe(1);
    watcher.kill('SIGTERM');
    expect(await watcher.ended(DEADLINE_MS), watcher.transcript()).toEqual({ code: 0, signal: null });
    expect(count(watcher, /"scenario":"second".*"stoppedBy":"interrupted"/)).toBe(1);
  });
});
