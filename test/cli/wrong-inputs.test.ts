/** Wrong command lines, files and folders: a message for people, the right exit code, and nothing left behind. */
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SWARMLAB } from '../support/swarmlab-cli.ts';
import { expectRefused, scenarioText, swarmlab, temporaryFolder, writeScenario } from './support.ts';

describe.skipIf(!SWARMLAB)('a wrong scenario', () => {
  test.each([
    [
      'broken YAML',
      (text: string) => text.replace('peers:', 'peers: ['),
      /^wrong\.yaml:\d+:\d+: not valid YAML/m,
    ],
    [
      'an unknown key',
      (text: string) => text.replace('torrent: { size', 'torrent: { siez'),
      /^wrong\.yaml:6:\d+: unknown key "siez"[\s\S]*did you mean "size"\?/m,
    ],
    [
      'a missing unit',
      (text: string) => text.replace('512 KiB', '512'),
      /^wrong\.yaml:6:\d+: .*unit[\s\S]*> 6 \| torrent[\s\S]*\^\^\^/m,
    ],
    [
      'an unknown metric',
      (text: string) => text.replace('peer.complete', 'peer.complet'),
      /^wrong\.yaml:11:\d+: [\s\S]*did you mean "peer\.complete"\?/m,
    ],
    ['no text at all', () => '', /^wrong\.yaml:1:1: /m],
    ['bytes that are no text', () => '\u0000\u0001\u001b[31m', /^wrong\.yaml:1:1: /m],
  ])('with %s is refused with its place, and nothing is run', async (_, change, message) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'wrong.yaml'), change(scenarioText()));
    writeScenario(folder);
    const ended = await swarmlab(['run', 'small.yaml', 'wrong.yaml'], { cwd: folder });
    expectRefused(ended, 2, message, /\d+ problems?; nothing was run/);
    expect(ended.stderr).not.toContain('\u001b');
    expect(readdirSync(folder).sort()).toEqual(['small.yaml', 'wrong.yaml']);
  });

  test.each([
    ['a missing file', 'missing.yaml', 'missing.yaml: there is no such file'],
    ['a folder', '.', 'this is a folder'],
    [
      'an unknown name',
      'flash-crwd',
      /not in the library; did you mean "flash-crowd"\?[\s\S]*\.\/flash-crwd\.yaml/,
    ],
  ])('%s is refused', async (_, reference, message) => {
    const folder = temporaryFolder();
    expectRefused(await swarmlab(['run', reference], { cwd: folder }), 2, /^error: /, message);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe.skipIf(!SWARMLAB)('a wrong command line', () => {
  test.each([
    [['bogus'], "unknown command 'bogus'"],
    [['run'], "missing required argument 'scenario'"],
    [['run', 'flash-crowd', '--sed', '3'], /unknown option '--sed'[\s\S]*--seed/],
    [['run', 'flash-crowd', '--seed', 'x'], 'It must be a whole number'],
    [['run', 'flash-crowd', '--seed', '-1'], 'It must be a whole number'],
    [['run', 'flash-crowd', '--seed', '9007199254740993'], 'It must be a whole number'],
    [['run', 'flash-crowd', '--net', 'moon'], 'Allowed choices are sim, sockets'],
    [['run', 'flash-crowd', '--payload', 'air'], 'Allowed choices are reference, bytes'],
    [['get'], "missing required argument 'torrent'"],
    [['get', 'x.torrent', '--port', '65536'], 'A port is at most 65535'],
    [['seed', 'x.torrent'], "required option '--data <folder>' not specified"],
  ])('%j', async (args, message) => {
    const folder = temporaryFolder();
    const ended = await swarmlab(args, { cwd: folder });
    expectRefused(ended, 2, /^error: /, message, /swarmlab( \w+)? --help shows/);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('without any command the help is shown', async () => {
    expectRefused(await swarmlab([]), 2, 'Usage: swarmlab', 'Exit codes:');
  });
});

describe.skipIf(!SWARMLAB)('an output folder that cannot be written', () => {
  test('because a file is in the way', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    const args = ['run', writeScenario(folder), '--out', join(folder, 'file', 'below')];
    expectRefused(await swarmlab(args), 2, 'cannot write to the folder', 'ENOTDIR', 'nothing was started');
  });

  test.skipIf(!existsSync('/proc/self'))('because the file system refuses', async () => {
    const folder = temporaryFolder();
    const ended = await swarmlab(['run', writeScenario(folder), '--out', '/proc/x/y']);
    expectRefused(ended, 2, 'cannot write to the folder /proc/x/y');
  });

  // The superuser may write anywhere.
  test.skipIf(process.getuid?.() === 0)('because of its permissions', async () => {
    const folder = temporaryFolder();
    const sealed = join(folder, 'sealed');
    mkdirSync(sealed);
    chmodSync(sealed, 0o500);
    expectRefused(await swarmlab(['run', writeScenario(folder), '--out', sealed]), 2, 'EACCES');
  });

  test.each([
    ['a file', (path: string) => writeFileSync(path, 'not ours')],
    [
      'a folder that is not of a run',
      (path: string) => mkdirSync(join(path, 'not ours'), { recursive: true }),
    ],
  ])('because %s has the name of the run', async (_, occupy) => {
    const folder = temporaryFolder();
    const out = join(folder, 'out');
    mkdirSync(out);
    occupy(join(out, 'small-4'));
    const ended = await swarmlab(['run', writeScenario(folder), '--out', out]);
    expectRefused(ended, 2, 'small-4 is there already and is not a run folder', 'nothing was started');
    expect(readdirSync(out)).toEqual(['small-4']);
    expect(readdirSync(join(out, 'small-4', '..'), { recursive: true })).not.toContain('small-4/run.json');
  });
});
