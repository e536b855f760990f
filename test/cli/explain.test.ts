/** `explain`, `export` and `report` as a user has them: on the folder of a run, and where something is wrong with it. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { CHECKSUM_BYTES, checksum } from '../../src/trace/file-format.ts';
import { crowdText, expectRefused, swarmlab } from './support.ts';

async function refuses(args: readonly string[], says: RegExp): Promise<void> {
  expectRefused(await swarmlab(args), 2, says);
}

let folder = '';
let run = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'swarmlab-explain-'));
  writeFileSync(join(folder, 'told.yaml'), crowdText({ name: 'told', crowd: 6 }));
  const ended = await swarmlab(['run', join(folder, 'told.yaml'), '--out', folder], { deadlineMs: 60_000 });
  expect(ended.code, ended.stderr).toBe(0);
  run = join(folder, 'told-3');
  return () => rmSync(folder, { recursive: true, force: true });
}, 90_000);

describe('swarmlab explain', () => {
  test('says why a piece was chosen and how it came', async () => {
    const { code, stdout } = await swarmlab(['explain', run, '--peer', 'crowd-2', '--piece', '5']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Piece 5 and crowd-2\n {2}crowd-2 chose piece 5 at /);
    expect(stdout).toMatch(/The way of piece 5: crowd-2 had it at .*; origin-1 came with it\.\n$/);
  });

  test('answers as JSON too', async () => {
    const { code, stdout } = await swarmlab([
      ...['explain', run, '--peer', 'crowd-2', '--at', '2s', '--remote', 'origin-1', '--json'],
    ]);
    expect(code).toBe(0);
    const answer = JSON.parse(stdout) as {
      question: unknown;
      parts: { title: string; sentences: string[] }[];
    };
    expect(answer.question).toEqual({ peer: 'crowd-2', piece: null, atUs: 2_000_000, remote: 'origin-1' });
    expect(answer.parts.map(({ title }) => title)).toContain('Whether origin-1 served crowd-2');
    for (const { sentences } of answer.parts) expect(sentences.length).toBeGreaterThan(0);
  });

  test.each([
    [['--peer', 'crwod-2'], /no such peer in this run\n {2}did you mean crowd-2\?/],
    [['--peer', 'zebra'], /there is no such peer.*\n {2}the 7 peers are called origin-1, crowd-1/],
    [['--peer', 'crowd-2', '--remote', 'orign-1'], /--remote orign-1.*\n {2}did you mean origin-1\?/],
    [['--peer', 'crowd-2', '--remote', 'crowd-2'], /name another one/],
    [['--peer', 'crowd-2', '--piece', '32'], /expected a number from 0 to 31/],
    [['--peer', 'crowd-2', '--at', 'noon'], /expected a time of the run, such as 5m10s/],
    [['--peer', 'crowd-2', '--at', '9m'], /after the end of the run/],
  ] as const)('refuses %j', async (args, message) => {
    await refuses(['explain', run, ...args], message);
  });

  test('refuses what is no folder of a run, and says what there is', async () => {
    await refuses(
      ['explain', join(folder, 'tolt-3'), '--peer', 'a'],
      /does not exist\n {2}did you mean .*told-3\?/,
    );
    await refuses(['explain', folder, '--peer', 'a'], /is not the folder of a run/);
  });

  test('reads a trace of the version before, and says what it lacks; refuses a later one with the command', async () => {
    const bytes = readFileSync(join(run, 'trace.swarmtrace'));
    const other = join(folder, 'other');
    cpSync(run, other, { recursive: true });
    const later = Uint8Array.from(bytes);
    later[8] = 4;
    const body = later.subarray(0, -CHECKSUM_BYTES);
    later.set(checksum(body), body.length);
    writeFileSync(join(other, 'trace.swarmtrace'), later);
    await refuses(
      ['explain', other, '--peer', 'crowd-2'],
      /is from another version \(swarmlab .*\): trace format version 4 is not supported\n {2}run it again: npx swarmlab run/,
    );
    writeFileSync(join(other, 'trace.swarmtrace'), bytes.subarray(0, 5000));
    await refuses(['explain', other, '--peer', 'crowd-2'], /cannot be read: the trace is damaged/);
  });
});

describe('swarmlab export', () => {
  test('prints the same rows as CSV and as JSON', async () => {
    for (const table of ['transfers', 'judgements', 'peers', 'events']) {
      const csv = await swarmlab(['export', run, '--table', table]);
      const json = await swarmlab(['export', run, '--table', table, '--format', 'ndjson']);
      expect([csv.code, json.code]).toEqual([0, 0]);
      const [head = '', ...rows] = csv.stdout.trimEnd().split('\n');
      const objects = json.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, string | number | null>);
      expect(rows.length, table).toBeGreaterThan(5);
      expect(objects.length, table).toBe(rows.length);
      const columns = head.split(',');
      for (const [index, row] of objects.entries()) {
        expect(Object.keys(row)).toEqual(columns);
        const cells = Object.values(row).map((cell) => (cell === null ? '' : String(cell)));
        if (!rows[index]?.includes('"')) expect(cells.join(',')).toBe(rows[index]);
      }
    }
  });

  test('has every wanted byte of every peer among the transfers', async () => {
    const { stdout } = await swarmlab(['export', run, '--format', 'ndjson']);
    const got = new Map<string, number>();
    for (const line of stdout.trimEnd().split('\n')) {
      const { downloader, bytes } = JSON.parse(line) as { downloader: string; bytes: number };
      got.set(downloader, (got.get(downloader) ?? 0) + bytes);
    }
    expect([...got.values()]).toEqual(Array(6).fill(2 * 2 ** 20));
  });

  test('refuses an unknown table, and lists them', async () => {
    await refuses(
      ['export', run, '--table', 'transfer'],
      /did you mean transfers\?\nthere are:\n {2}transfers /,
    );
  });
});

describe('swarmlab report', () => {
  test('draws the same page as the run', async () => {
    const page = readFileSync(join(run, 'report.html'));
    const other = join(folder, 'page.html');
    const elsewhere = await swarmlab(['report', run, '--out', other]);
    expect([elsewhere.code, elsewhere.stdout]).toEqual([0, `${other}\n`]);
    expect(readFileSync(other).equals(page)).toBe(true);
    const copy = join(folder, 'copy');
    cpSync(run, copy, { recursive: true });
    rmSync(join(copy, 'report.html'));
    expect((await swarmlab(['report', copy])).code).toBe(0);
    expect(readFileSync(join(copy, 'report.html')).equals(page)).toBe(true);
  });

  test('refuses a folder whose run.json lacks what the page shows', async () => {
    const copy = join(folder, 'lacking');
    cpSync(run, copy, { recursive: true });
    writeFileSync(join(copy, 'run.json'), '{"replay":"npx swarmlab run told.yaml"}');
    rmSync(join(copy, 'report.html'));
    await refuses(
      ['report', copy],
      /lacks what the page shows\n {2}run it again: npx swarmlab run told\.yaml/,
    );
    expect(existsSync(join(copy, 'report.html'))).toBe(false);
  });
});
