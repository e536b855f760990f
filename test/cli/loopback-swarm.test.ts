/**
 * Many processes of ours that serve each other, and a torrent far larger than memory. `npm run bench -- loopback-swarm` runs
 * the swarm with more bytes.
 */
import { randomFillSync } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { resumePath } from '../../src/cli/state-folder.ts';
import { Bitfield } from '../../src/core/bitfield.ts';
import { encodeTorrentFile, HASH_LENGTH, parseTorrentFile } from '../../src/core/metainfo/index.ts';
import { ResumeKeeper } from '../../src/host/resume-keeper.ts';
import { nodeHasher } from '../support/fake-world.ts';
import { endProcesses, freePort, type RunningProcess, startProcess } from '../support/processes.ts';
import { SWARMLAB } from '../support/swarmlab-cli.ts';
import { PROGRAM, swarmlab, temporaryFolder } from './support.ts';

const MIB = 2 ** 20;
const DEADLINE_MS = 120_000;
const TEST_MS = 180_000;
const ALONE = ['--no-dht', '--no-lsd'];

interface Party {
  readonly process: RunningProcess;
  /** The largest resident set that it had, in bytes; once it has ended. */
  peakBytes(): number;
}

/** What the system says of resources counts what the process that started this one had at that time; its status does not. */
const NOTE_PEAK = `
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const status = '/proc/self/status';
process.on('exit', () => {
  const own = existsSync(status) ? /VmHWM:\\s+(\\d+)/.exec(readFileSync(status, 'utf8'))?.[1] : undefined;
  writeFileSync(process.env.PEAK_NOTE, own ?? String(process.resourceUsage().maxRSS));
});
`;

let parties = 0;

/** `swarmlab` as a process that notes at its end how much memory it has had. */
function start(folder: string, args: readonly string[]): Party {
  const note = join(folder, `peak-${parties++}`);
  const script = join(folder, 'note-peak.cjs');
  writeFileSync(script, NOTE_PEAK);
  const state = args.includes('--state') ? [] : ['--state', `${note}-state`];
  const process_ = startProcess(
    process.execPath,
    ['--require', script, PROGRAM, ...args, ...ALONE, ...state],
    {
      env: { NO_COLOR: '1', PEAK_NOTE: note },
    },
  );
  return { process: process_, peakBytes: () => Number(readFileSync(note, 'utf8')) * 1024 };
}

async function startSeed(folder: string, host: string, args: readonly string[]) {
  const port = await freePort(host);
  const party = start(folder, ['seed', ...args, '--host', host, '--port', `${port}`]);
  await party.process.line(/listening on/, DEADLINE_MS);
  return { party, peer: `${host}:${port}` };
}

async function endWell({ process: ended }: Party): Promise<void> {
  expect(await ended.ended(DEADLINE_MS), ended.transcript()).toEqual({ code: 0, signal: null });
}

describe.skipIf(!SWARMLAB)('swarms of processes', () => {
  afterEach(endProcesses);

  test(
    'ten leechers of one seed get the same bytes, and all end well',
    async () => {
      const folder = temporaryFolder();
      const content = randomFillSync(Buffer.alloc(32 * MIB));
      const data = join(folder, 'data');
      mkdirSync(data);
      writeFileSync(join(data, 'content.bin'), content);
      const torrent = join(folder, 'content.torrent');
      const made = await swarmlab([
        'create',
        join(data, 'content.bin'),
        '--piece-length',
        '256 KiB',
        '--out',
        torrent,
      ]);
      expect(made, made.stderr).toMatchObject({ code: 0 });
      const { party: seed, peer } = await startSeed(folder, '127.0.43.1', [torrent, '--data', data]);
      const known = ['--peer', peer];
      const leechers: { party: Party; out: string }[] = [];
      for (let index = 0; index < 10; index++) {
        const host = `127.0.43.${index + 2}`;
        const port = await freePort(host);
        const out = join(folder, `out-${index}`);
        const at = ['--host', host, '--port', `${port}`, '--out', out];
        leechers.push({ party: start(folder, ['get', torrent, ...at, ...known]), out });
        known.push('--peer', `${host}:${port}`);
      }
      for (const { party, out } of leechers) {
        await endWell(party);
        expect(readFileSync(join(out, 'content.bin')).equals(content)).toBe(true);
      }
      seed.process.kill('SIGINT');
      await endWell(seed);
    },
    TEST_MS,
  );

  test(
    'a torrent of 64 GiB takes neither the seed nor the leecher more than 200 MiB',
    async () => {
      const folder = temporaryFolder();
      const pieceLength = MIB;
      const chosen = 128 * MIB;
      const large = 65_536 * MIB - chosen;
      const zeros = nodeHasher.sha1(new Uint8Array(pieceLength));
      const pieceHashes = new Uint8Array(65_536 * HASH_LENGTH);
      for (let at = 0; at < pieceHashes.length; at += HASH_LENGTH) pieceHashes.set(zeros, at);
      const files = [
        { path: ['large'], length: large },
        { path: ['chosen'], length: chosen },
      ];
      const bytes = encodeTorrentFile({ name: 'sparse', files, pieceLength, pieceHashes });
      const torrent = join(folder, 'sparse.torrent');
      writeFileSync(torrent, bytes);
      const data = join(folder, 'data');
      mkdirSync(join(data, 'sparse'), { recursive: true });
      const places = files.map(({ path, length }) => {
        const place = join(data, 'sparse', ...path);
        writeFileSync(place, '');
        truncateSync(place, length);
        return place;
      });
      // That all is there is remembered: to hash it would take minutes, and the check has a bound of its own.
      const parsed = parseTorrentFile(bytes, nodeHasher);
      if (!parsed.ok) throw new Error(parsed.error.message);
      const metainfo = parsed.value;
      const state = join(folder, 'state');
      const keeper = new ResumeKeeper({
        metainfo,
        path: resumePath(state, metainfo, join(data, 'sparse')),
        files: places,
      });
      const all = { verified: Bitfield.full(metainfo.pieceCount), partial: [] };
      keeper.start(
        () => all,
        () => [],
      );
      await keeper.finish(all);

      const where = [torrent, '--data', data, '--state', state];
      const { party: seed, peer } = await startSeed(folder, '127.0.43.21', where);
      const out = join(folder, 'out');
      const at = ['--host', '127.0.43.22', '--out', out, '--peer', peer];
      const leecher = start(folder, ['get', torrent, '--files', '2', ...at]);
      await endWell(leecher);
      expect(statSync(join(out, 'sparse', 'chosen')).size).toBe(chosen);
      seed.process.kill('SIGINT');
      await endWell(seed);
      for (const party of [seed, leecher]) {
        expect(party.peakBytes()).toBeGreaterThan(20 * MIB);
        expect(party.peakBytes()).toBeLessThan(200 * MIB);
      }
    },
    TEST_MS,
  );
});
