/**
 * The tutorial on comparing strategies, as a reader follows it: its files are written under the names that it gives them,
 * its commands are run one after another, and what it shows of their output is what they say.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { swarmlab, temporaryFolder } from './support.ts';

const TUTORIAL = new URL('../../docs/tutorials/compare-strategies.md', import.meta.url);
const DEADLINE_MS = 300_000;

interface Block {
  readonly kind: string;
  /** Of a block that is a file. */
  readonly file: string | undefined;
  readonly text: string;
}

/** A file follows a line that ends in its name: "`pickers.yaml`:". */
function blocksOf(markdown: string): Block[] {
  const pattern = /(?:`([\w.-]+)`:\n\n)?```(\w+)\n([\s\S]*?)```/g;
  return [...markdown.matchAll(pattern)].map(([, file, kind = '', text = '']) => ({ kind, file, text }));
}

test('the tutorial says what its commands do', { timeout: DEADLINE_MS }, async () => {
  const folder = temporaryFolder();
  const blocks = blocksOf(readFileSync(TUTORIAL, 'utf8'));
  const said: string[] = [];
  let commands = 0;
  for (const { kind, file, text } of blocks) {
    if (file !== undefined) writeFileSync(join(folder, file), text);
    else if (kind === 'sh') {
      for (const command of text.trim().split('\n')) {
        const [, args = ''] = /^npx swarmlab (.+)$/.exec(command) ?? [];
        const ended = await swarmlab(args.split(' '), { cwd: folder, deadlineMs: DEADLINE_MS });
        expect(ended.code, `${command}\n${ended.stderr}`).toBe(0);
        said.push(...ended.stdout.split('\n').map((line) => line.trim()));
        commands++;
      }
    } else if (kind === 'text') {
      for (const line of text.trim().split('\n')) {
        if (line.trim() !== '…') expect(said).toContain(line.trim());
      }
    }
  }
  expect(commands).toBeGreaterThanOrEqual(4);
  expect(
    readFileSync(join(folder, 'reports', 'pickers-sweep', 'runs.csv'), 'utf8')
      .trim()
      .split('\n'),
  ).toHaveLength(1 + 90);
  expect(existsSync(join(folder, 'reports', 'pickers-sweep', 'sweep.html'))).toBe(true);
});
