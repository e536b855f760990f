/** `swarmlab run --profile` as a user meets it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatCount } from '../../../src/scenarios/unit-text.ts';
import { SWARMLAB } from '../../support/swarmlab-cli.ts';
import { expectRefused, swarmlab, swarmlabProgram, temporaryFolder, writeScenario } from '../support.ts';

const OF_THE_PROFILE = ['profile.cpuprofile', 'profile.json', 'profile.txt'];

interface Written {
  readonly blocks: number;
  readonly events: readonly { readonly kind: string; readonly count: number; readonly ns: number }[];
  readonly messages: readonly {
    readonly message: string;
    readonly id?: number;
    readonly sent: number;
    readonly received: number;
  }[];
  readonly areas: readonly { readonly area: string; readonly us: number }[];
  readonly functions: readonly { readonly source: string }[];
}

describe.skipIf(!SWARMLAB)('swarmlab run --profile', () => {
  test('writes a profile beside a run that is the same as without', async () => {
    const folder = temporaryFolder();
    const scenario = writeScenario(folder, { leechers: 12, size: '4 MiB' });
    const plain = await swarmlab(['run', scenario, '--out', join(folder, 'a')]);
    const profiled = await swarmlabProgram(['run', scenario, '--out', join(folder, 'b'), '--profile']);
    expect(plain.code).toBe(0);
    expect(profiled, profiled.stderr).toMatchObject({ code: 0 });
    const [a, b] = ['a', 'b'].map((out) => join(folder, out, 'small-4')) as [string, string];
    const files = readdirSync(a);
    expect(readdirSync(b).sort()).toEqual([...files, ...OF_THE_PROFILE].sort());
    for (const file of files.filter((name) => name !== 'run.json')) {
      expect(readFileSync(join(b, file)).equals(readFileSync(join(a, file))), file).toBe(true);
    }
    const written = JSON.parse(readFileSync(join(b, 'profile.json'), 'utf8')) as Written;
    expectWholeTables(written, 12 * 256);
    const cpu = JSON.parse(readFileSync(join(b, 'profile.cpuprofile'), 'utf8')) as Record<string, unknown>;
    expect(cpu).toMatchObject({
      nodes: expect.any(Array),
      samples: expect.any(Array),
      timeDeltas: expect.any(Array),
    });
    expectReadable(profiled.stdout, written);
    const text = readFileSync(join(b, 'profile.txt'), 'utf8');
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(text).toContain('Functions with most time of their own');
  });

  test('--json has the profile, too', async () => {
    const folder = temporaryFolder();
    const ended = await swarmlabProgram([
      ...['run', writeScenario(folder), '--out', folder, '--profile', '--json'],
    ]);
    const [summary] = JSON.parse(ended.stdout) as { profile: Written }[];
    expect(summary?.profile.blocks).toBeGreaterThanOrEqual(3 * 32);
  });

  test('is refused on real sockets', async () => {
    const folder = temporaryFolder();
    const args = ['run', writeScenario(folder), '--net', 'sockets', '--profile'];
    expectRefused(await swarmlab(args), 2, '--profile is for simulated runs only');
  });
});

function expectWholeTables(
  { blocks, events, messages, areas, functions }: Written,
  leastBlocks: number,
): void {
  expect(blocks).toBeGreaterThanOrEqual(leastBlocks);
  const ns = events.map((event) => event.ns);
  expect(ns).toEqual(ns.toSorted((left, right) => right - left));
  expect(events.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['stream: bytes on the way', 'timer', 'disk: read', 'datagram: arrival', 'dial']),
  );
  const piece = messages.find(({ message }) => message === 'piece');
  expect(piece).toMatchObject({ id: 7, received: blocks });
  // Nobody is cut off in this run: all that was sent has arrived, but for what was under way at its end.
  for (const { message, sent, received } of messages) {
    expect(received, message).toBeLessThanOrEqual(sent);
    expect(received, message).toBeGreaterThan(sent * 0.75);
  }
  // The program is several bundles: time in each of them is put down to the part that it is of.
  expect(areas.map(({ area }) => area)).toEqual(
    expect.arrayContaining(['streams', 'engine: connections', 'engine: the torrent']),
  );
  for (const part of ['src/sim/', 'src/core/']) {
    expect(
      functions.some(({ source }) => source.startsWith(part)),
      part,
    ).toBe(true);
  }
}

/** What is printed has a total under each table, fits 80 columns, and says what the file says. */
function expectReadable(stdout: string, { events, messages }: Written): void {
  const lines = stdout.split('\n');
  const first = lines.findIndex((line) => line.startsWith('  Events, by what they are for'));
  const last = lines.findIndex((line) => line.startsWith('  report '));
  const tables = lines.slice(first, last);
  expect(first).toBeGreaterThan(0);
  expect(tables.filter((line) => line.length > 80)).toEqual([]);
  const totals = tables.filter((line) => line.startsWith('  all '));
  expect(totals).toHaveLength(3);
  expect(totals[0]).toContain(` ${formatCount(events.reduce((sum, { count }) => sum + count, 0))} `);
  expect(totals[0]).toContain('100.0 %');
  expect(totals[1]).toContain(` ${formatCount(messages.reduce((sum, { sent }) => sum + sent, 0))} `);
}
