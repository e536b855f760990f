/** `swarmlab create` and `swarmlab inspect`. */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { encodeBencode } from '../../src/core/bencode/index.ts';
import { parseTorrentFile } from '../../src/core/metainfo/index.ts';
import { nodeHasher } from '../support/fake-world.ts';
import { SWARMLAB } from '../support/swarmlab-cli.ts';
import { expectRefused, makeLocalTorrent, swarmlab, temporaryFolder } from './support.ts';

interface Created {
  readonly path: string;
  readonly infoHash: string;
  readonly magnet: string;
  readonly pieceCount: number;
}

function content(): { folder: string; data: string } {
  const folder = temporaryFolder();
  return { folder, data: join(makeLocalTorrent(folder).data, 'several files') };
}

async function create(cwd: string, ...args: readonly string[]): Promise<Created> {
  const ended = await swarmlab(['create', ...args, '--json'], { cwd });
  expect(ended, ended.stderr).toMatchObject({ code: 0 });
  return JSON.parse(ended.stdout) as Created;
}

function load(path: string) {
  const parsed = parseTorrentFile(readFileSync(path), nodeHasher);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

describe.skipIf(!SWARMLAB)('create', () => {
  test('makes the torrent that the content has', async () => {
    const folder = temporaryFolder();
    const original = makeLocalTorrent(folder);
    const cwd = temporaryFolder();
    const made = await create(cwd, join(original.data, original.name), '--piece-length', '16 KiB');
    const metainfo = load(join(cwd, 'several files.torrent'));
    expect(made).toMatchObject({ path: join(cwd, 'several files.torrent'), pieceCount: metainfo.pieceCount });
    expect(made.infoHash).toBe(Buffer.from(metainfo.infoHash).toString('hex'));
    expect(made.magnet).toContain(made.infoHash);
    expect(metainfo.files.map(({ path }) => path.slice(1).join('/'))).toEqual([
      ...['a note.txt', 'deep/er/first.bin', 'deep/second.bin', 'nothing.empty'],
    ]);
    // `inspect` reads the same from it, and a seed finds every piece good.
    const ended = await swarmlab(['inspect', '--json', made.path]);
    expect(JSON.parse(ended.stdout)).toMatchObject({ infoHash: made.infoHash, magnet: made.magnet });
    expect(readdirSync(cwd)).toEqual(['several files.torrent']);
  });

  test('writes what it is told: trackers in tiers, web seeds, private, source, comment, pads', async () => {
    const { folder, data } = content();
    const made = await create(
      folder,
      ...[data, '--out', 'x.torrent', '--name', 'other', '--private', '--source', 'here', '--pad'],
      ...['--tracker', 'http://a.example/announce,udp://b.example:1', '--tracker', 'https://c.example/a'],
      ...['--web-seed', 'https://d.example/', '--comment', 'a word', '--piece-length', '32 KiB'],
    );
    expect(load(made.path)).toMatchObject({
      name: 'other',
      isPrivate: true,
      source: 'here',
      comment: 'a word',
      trackers: [['http://a.example/announce', 'udp://b.example:1'], ['https://c.example/a']],
      webSeeds: ['https://d.example/'],
      pieceLength: 32_768,
    });
    expect(load(made.path).files.filter(({ pad }) => pad)).toHaveLength(2);
    for (const file of load(made.path).files)
      if (!file.pad && file.length > 0) expect(file.offset % 32_768).toBe(0);
  });

  test('makes the same bytes again without a date, and says when it was with one', async () => {
    const { folder, data } = content();
    const [a, b] = await Promise.all(
      ['a', 'b'].map((name) => create(folder, data, '--no-date', '--out', name)),
    );
    expect(readFileSync(a?.path as string).equals(readFileSync(b?.path as string))).toBe(true);
    expect(load(a?.path as string).creationDate).toBeUndefined();
    const dated = await create(folder, data);
    expect(load(dated.path).creationDate).toBeGreaterThan(1_600_000_000);
    expect(dated.infoHash).toBe(a?.infoHash);
  });

  test('refuses to replace a file, unless told to', async () => {
    const { folder, data } = content();
    writeFileSync(join(folder, 'x.torrent'), 'mine');
    const args = ['create', data, '--out', 'x.torrent'];
    expectRefused(await swarmlab(args, { cwd: folder }), 2, /x\.torrent exists/);
    expect(readFileSync(join(folder, 'x.torrent'), 'utf8')).toBe('mine');
    await create(folder, data, '--out', 'x.torrent', '--force');
    expect(load(join(folder, 'x.torrent')).name).toBe('several files');
  });

  test.each([
    ['a link', ['.'], /link is a symbolic link/],
    ['what is not there', ['nothing'], /no such file or folder/],
    ['an output in the folder itself', ['.', '--out', 'in/x.torrent'], /would lie in the folder/],
    ['pieces of odd length', ['.', '--piece-length', '33 KiB'], /expected a power of two from 16 KiB/],
    [
      'a tracker of another kind',
      ['.', '--tracker', 'ftp://a.example'],
      /expected an http, https or udp URL/,
    ],
    ['a web seed of another kind', ['.', '--web-seed', 'a.example'], /expected an http or https URL/],
    ['a name that is a path', ['.', '--name', '../x'], /cannot be the name/],
  ])('refuses %s and writes nothing', async (what, args, message) => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'in'));
    writeFileSync(join(folder, 'in', 'a'), 'abc');
    if (what === 'a link') symlinkSync('a', join(folder, 'in', 'link'));
    const [path = '', ...rest] = args;
    const full = path === '.' ? join(folder, 'in') : path;
    expectRefused(await swarmlab(['create', full, ...rest], { cwd: folder }), 2, message);
    expect(readdirSync(folder)).toEqual(['in']);
    expect(existsSync(join(folder, 'in', 'x.torrent'))).toBe(false);
  });

  test('warns of names that are others elsewhere', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'in'));
    for (const name of ['con.txt', 'A', 'a']) writeFileSync(join(folder, 'in', name), name);
    const ended = await swarmlab(['create', 'in'], { cwd: folder });
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.stderr).toContain('a name cannot be kept on every system, such as in/con.txt');
    expect(ended.stderr).toContain('in/A and in/a are the same name on some systems');
  });
});

describe.skipIf(!SWARMLAB)('inspect', () => {
  test('shows all that the file says, and what it would be stored as', async () => {
    const folder = temporaryFolder();
    const info = {
      name: 'a\u001b[31m',
      'piece length': 16_384,
      pieces: new Uint8Array(40),
      private: 1,
      source: 'here',
      files: [
        { path: ['..', 'con'], length: 16_384 },
        { path: ['.pad', '1'], length: 1, attr: 'p' },
        { path: ['run'], length: 5, attr: 'x' },
      ],
      odd: 1,
    };
    const torrent = encodeBencode({
      announce: 'http://t.example/announce',
      'url-list': 'http://w.example/',
      'creation date': 86_400,
      'created by': 'somebody',
      comment: 'a\u001b[2Jword',
      nodes: [['h', 1]],
      info,
    });
    const path = join(folder, 'x.torrent');
    writeFileSync(path, torrent);
    const shown = await swarmlab(['inspect', path]);
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).not.toContain('\u001b');
    for (const line of [
      /^private: +yes/m,
      /^source: +here$/m,
      /^created: +1970-01-02T00:00:00Z by somebody$/m,
      /^tracker: +http:\/\/t\.example\/announce$/m,
      /^web seed: +http:\/\/w\.example\/$/m,
      /^also has: +nodes, info\.odd$/m,
      /^magnet: +magnet:\?xt=urn:btih:[0-9a-f]{40}&/m,
      /^ +1 +16 KiB +a_\[31m\/_con {2}\(in the torrent file: .*\/\.\.\/con\)$/m,
      /^ +3 +5 B +a_\[31m\/run {2}\(executable, /m,
      /and 1 pad file, which is never stored/,
    ]) {
      expect(shown.stdout).toMatch(line);
    }
    const asJson = JSON.parse((await swarmlab(['inspect', path, '--json'])).stdout) as object;
    expect(asJson).toMatchObject({
      private: true,
      created: '1970-01-02T00:00:00Z',
      otherKeys: ['nodes', 'info.odd'],
      files: [
        { number: 1, length: 16_384, path: 'a_[31m/_con' },
        { number: 2, pad: true },
        { number: 3, executable: true },
      ],
    });
  });

  test.each([
    ['nothing', new Uint8Array(0), /is empty/],
    ['noise', Buffer.from('hello'), /not a torrent file/],
    [
      'a torrent that is cut off',
      Buffer.from('d4:infod6:lengthi5e'),
      /not a torrent file: .*\(at byte \d+\)|at /,
    ],
    ['a bomb of lists', Buffer.alloc(100_000, 'l'), /not a torrent file/],
    ['too much', Buffer.alloc(64 * 2 ** 20 + 1, 'd'), /larger than/],
  ])('says what is wrong with %s', async (_, bytes, message) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'x.torrent'), bytes);
    expectRefused(await swarmlab(['inspect', 'x.torrent'], { cwd: folder }), 2, message);
  });

  test('says that a file is not there', async () => {
    expectRefused(await swarmlab(['inspect', 'nothing.torrent']), 2, /there is no such file/);
  });
});
