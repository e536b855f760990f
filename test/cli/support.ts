/** What the tests of the command line share: the built program run to its end, folders that go away, small inputs. */
import { type ChildProcess, execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { concatBytes } from '../../src/core/bytes.ts';
import { encodeTorrentFile } from '../../src/core/metainfo/index.ts';
import { runInProcess } from '../support/command-line.ts';
import { nodeHasher } from '../support/fake-world.ts';

export const PROGRAM = fileURLToPath(new URL('../../dist/swarmlab.js', import.meta.url));
const DEADLINE_MS = 25_000;
/** What a client remembers between its runs: each of these remembers nothing. No other module has folders of these names. */
const STATE_HOME = join(tmpdir(), `swarmlab-state-ended-${process.pid}`);
let started = 0;
const running = new Set<ChildProcess>();

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(STATE_HOME, { recursive: true, force: true });
});

export interface Ended {
  /** Null when it was killed by a signal. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** After this it is killed, which fails the test. */
  readonly deadlineMs?: number;
  /** Whether a sweep has threads of its own, or its runs are done in the process of the test. */
  readonly threads?: boolean;
}

export interface ProgramSurroundings extends Surroundings {
  /** Path of the node that runs it; the one that runs the tests where absent. */
  readonly node?: string;
}

/** Commands that have sockets, wait for others and end when they are told to: these are programs of their own. */
const CLIENTS = ['get', 'seed', 'tracker'];

/** Runs `swarmlab` to its end, in the process of the test, which takes a tenth of the time, unless it is a client. */
export async function swarmlab(args: readonly string[], surroundings: Surroundings = {}): Promise<Ended> {
  const run = CLIENTS.includes(args[0] ?? '') ? swarmlabProgram : swarmlabHere;
  return await run(args, surroundings);
}

/** Runs `swarmlab` in the process of the test. A client has to be one that is refused before it opens anything. */
export async function swarmlabHere(args: readonly string[], surroundings: Surroundings = {}): Promise<Ended> {
  const { cwd, env = {}, deadlineMs = DEADLINE_MS, threads = false } = surroundings;
  const whole = { ...surroundingsOfProgram(), ...env };
  return await runInProcess({ args: alone(args), program: PROGRAM, cwd, env: whole, deadlineMs, threads });
}

/** The torrents of other tests have the same names: nobody is looked for on the local network. */
function alone(args: readonly string[]): readonly string[] {
  const isClient = args[0] === 'get' || args[0] === 'seed';
  return isClient && !args.includes('--no-lsd') ? [...args, '--no-lsd'] : args;
}

/** What surrounds the program: not what the service says that runs these tests, which makes it behave otherwise. */
function surroundingsOfProgram(): Record<string, string | undefined> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(?:NO_COLOR|FORCE_COLOR|GITHUB_.*)$/.test(name),
  );
  return { ...Object.fromEntries(inherited), XDG_STATE_HOME: join(STATE_HOME, String(started++)) };
}

/** Starts `swarmlab` as a user does, and waits for its end. */
export function swarmlabProgram(
  args: readonly string[],
  surroundings: ProgramSurroundings = {},
): Promise<Ended> {
  const { cwd, env = {}, deadlineMs = DEADLINE_MS, node = process.execPath } = surroundings;
  return new Promise((resolve) => {
    const options = {
      cwd,
      env: { ...surroundingsOfProgram(), ...env },
      timeout: deadlineMs,
      killSignal: 'SIGKILL' as const,
      maxBuffer: 2 ** 24,
    };
    const child = execFile(node, [PROGRAM, ...alone(args)], options, (_error, stdout, stderr) => {
      running.delete(child);
      resolve({ code: child.exitCode, stdout, stderr });
    });
    running.add(child);
  });
}

/** Ended with this code, said why on stderr alone, in words and not with a stack trace. */
export function expectRefused(ended: Ended, code: number, ...says: readonly (string | RegExp)[]): void {
  expect(ended, ended.stderr).toMatchObject({ code, stdout: '' });
  expectNoStackTrace(ended.stderr);
  for (const each of says) expect(ended.stderr).toMatch(each);
}

export function expectNoStackTrace(text: string): void {
  expect(text).not.toMatch(/^\s+at .*:\d+|\bnode:internal\b|This is a bug/m);
}

/** A new folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'swarmlab-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface ScenarioChanges {
  readonly name?: string;
  readonly size?: string;
  readonly leechers?: number;
  readonly line?: string;
  readonly until?: string;
  readonly expectation?: string;
}

/** Four peers and half a MiB: a run of a few milliseconds whose only expectation holds. */
export function scenarioText(changes: ScenarioChanges = {}): string {
  const {
    name = 'small',
    size = '512 KiB',
    leechers = 3,
    line = '{ down: 20 Mbit/s, up: 10 Mbit/s, latency: 5ms }',
    until = '10m',
    expectation = 'fraction(peer.complete) == 1',
  } = changes;
  return `version: 1
name: ${name}
description: a few peers
seed: 4
time: { until: ${until}, sample: 100ms }
torrent: { size: ${size}, piece: 32 KiB }
peers:
  - { group: origin, have: all, link: ${line} }
  - { group: crowd, count: ${leechers}, link: ${line} }
expect:
  - { name: all of it, that: "${expectation}" }
`;
}

const HOME_LINE = '{ down: 20 Mbit/s, up: 4 Mbit/s, latency: 5ms..20ms }';

export interface CrowdChanges {
  readonly name: string;
  readonly crowd: number;
  /** What the one that has everything sends; 4 Mbit/s, as the others, where absent. */
  readonly originUp?: string;
  /** What follows, such as a sweep. */
  readonly more?: string;
}

/** One seed and a crowd at home that fetches 2 MiB, seed 3: a run of some 50 ms, in which pieces are chosen and exchanged. */
export function crowdText({ name, crowd, originUp = '4 Mbit/s', more = '' }: CrowdChanges): string {
  return `version: 1
name: ${name}
seed: 3
time: { until: 10m }
torrent: { size: 2 MiB, piece: 64 KiB }
peers:
  - { group: origin, have: all, link: ${HOME_LINE.replace('4 Mbit/s', originUp)} }
  - { group: crowd, count: ${crowd}, link: ${HOME_LINE} }
expect:
  - { name: all of it, that: "fraction(peer.complete) == 1" }
${more}`;
}

/** Writes a scenario into `folder` and returns its path. */
export function writeScenario(folder: string, changes: ScenarioChanges = {}): string {
  const path = join(folder, `${changes.name ?? 'small'}.yaml`);
  writeFileSync(path, scenarioText(changes));
  return path;
}

export const PIECE_BYTES = 16_384;

export interface LocalTorrent {
  readonly torrentFile: string;
  /** Holds the torrent's file or folder, complete. */
  readonly data: string;
  /** Its name: that of the folder or file. */
  readonly name: string;
  readonly infoHash: Uint8Array;
  readonly content: Uint8Array;
}

export interface TorrentShape {
  /** Paths and sizes in bytes; one path of one component makes a single-file torrent. */
  readonly files?: readonly (readonly [string, number])[];
  readonly trackers?: readonly string[];
}

const SEVERAL_FILES = [
  ['a note.txt', 5],
  ['nothing.empty', 0],
  ['deep/er/first.bin', 150_001],
  ['deep/second.bin', 60_000],
] as const;

/** Makes files and their torrent file below `folder`. */
export function makeLocalTorrent(folder: string, shape: TorrentShape = {}): LocalTorrent {
  const { files = SEVERAL_FILES, trackers = [] } = shape;
  const data = join(folder, 'originals');
  const singleFile = files.length === 1;
  const name = singleFile ? (files[0]?.[0] as string) : 'several files';
  const contents = files.map(([, length], index) => pseudoRandomBytes(length, index + 1));
  for (const [index, [path]] of files.entries()) {
    const target = singleFile ? join(data, path) : join(data, name, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, contents[index] as Uint8Array);
  }
  const content = concatBytes(...contents);
  const hashes: Uint8Array[] = [];
  for (let start = 0; start < content.length; start += PIECE_BYTES) {
    hashes.push(nodeHasher.sha1(content.subarray(start, start + PIECE_BYTES)));
  }
  const torrentFile = join(folder, 'made.torrent');
  const encoded = encodeTorrentFile({
    name,
    files: files.map(([path, length]) => ({ path: path.split('/'), length })),
    pieceLength: PIECE_BYTES,
    pieceHashes: concatBytes(...hashes),
    ...(trackers.length === 0 ? {} : { trackers: [trackers] }),
  });
  writeFileSync(torrentFile, encoded);
  const infoStart = Buffer.from(encoded).indexOf('4:info') + 6;
  const infoHash = nodeHasher.sha1(encoded.subarray(infoStart, encoded.length - 1));
  return { torrentFile, data, name, infoHash, content };
}

function pseudoRandomBytes(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = Math.imul(seed, 2_654_435_761);
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}
