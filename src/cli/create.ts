/**
 * `swarmlab create`: makes a torrent file of a file or a folder. The same content and options make the same bytes: the
 * order of files is fixed, and with `--no-date` so is the rest. The file appears whole or not at all.
 */
import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { isTorrentName, makeTorrent, wrongPieceLength } from '../client/create-torrent.ts';
import { SwarmlabError } from '../client/errors.ts';
import type { CreateTorrentOptions } from '../client/torrent-types.ts';
import { encodeUtf8, toHex } from '../core/bytes.ts';
import { foldedName, safeFileName } from '../core/metainfo/file-name.ts';
import { choosePieceLength, magnetLink } from '../core/metainfo/index.ts';
import { replaceFile } from '../host/replace-file.ts';
import { listSourceFiles, type SourceContent } from '../host/source-files.ts';
import { formatDuration, formatPercentage, formatSize } from '../scenarios/unit-text.ts';
import { parseSize } from '../scenarios/units.ts';
import { CommandError, ExitCode, errorCode } from './exit-codes.ts';
import { Interruption } from './interruption.ts';
import { printable } from './output/printable.ts';
import { Terminal } from './output/terminal.ts';
import { VERSION } from './version.ts';

export interface CreateArguments {
  readonly out?: string;
  readonly name?: string;
  readonly tracker?: readonly string[];
  readonly webSeed?: readonly string[];
  readonly pieceLength?: string;
  readonly private?: boolean;
  readonly source?: string;
  readonly comment?: string;
  /** False: no creation date. */
  readonly date: boolean;
  readonly pad?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

export async function create(path: string, args: CreateArguments): Promise<ExitCode> {
  const terminal = new Terminal(process.stderr, process.env);
  const trackers = (args.tracker ?? []).map(readTier);
  const webSeeds = (args.webSeed ?? []).map((url) => checkUrl('--web-seed', url, /^https?:\/\//i));
  const listed = listSourceFiles(path);
  if (!listed.ok) throw new CommandError(printable(listed.error.message), ExitCode.usage);
  const content = listed.value;
  const name = args.name ?? content.name;
  if (!isTorrentName(name)) {
    throw new CommandError(`"${printable(name)}" cannot be the name of a torrent`, ExitCode.usage);
  }
  const pieceLength = readPieceLength(args.pieceLength, content.totalLength);
  const out = resolve(args.out ?? `${name}.torrent`);
  refuseOutput(out, path, content, args.force === true);
  warnOfNames(terminal, name, content);

  const startMs = Date.now();
  const made = await make(terminal, content, {
    name,
    trackers,
    webSeeds,
    pieceLength,
    private: args.private === true,
    pad: args.pad === true,
    ...(args.source === undefined ? {} : { source: args.source }),
    ...(args.comment === undefined ? {} : { comment: args.comment }),
    ...(args.date ? {} : { created: null }),
  });
  if (made === undefined) {
    terminal.print('interrupted; nothing was written');
    return ExitCode.interrupted;
  }
  const { bytes, metainfo } = made;
  try {
    replaceFile(out, bytes);
  } catch (error) {
    throw new CommandError(`cannot write ${out} (${errorCode(error)})`, ExitCode.unavailable);
  }
  const seconds = (Date.now() - startMs) / 1000;
  const { infoHash, pieceCount, totalLength } = metainfo;
  const magnet = magnetLink(metainfo);
  if (args.json === true) {
    const result = {
      path: out,
      name,
      infoHash: toHex(infoHash),
      magnet,
      totalLength,
      pieceLength,
      pieceCount,
    };
    process.stdout.write(`${JSON.stringify({ ...result, files: content.files.length, seconds })}\n`);
    return ExitCode.held;
  }
  const results = new Terminal(process.stdout, process.env);
  const count = content.files.length === 1 ? '1 file' : `${content.files.length} files`;
  const pieces = `${pieceCount} ${pieceCount === 1 ? 'piece' : 'pieces'} of ${formatSize(pieceLength)}`;
  results.print(`${out}`);
  results.print(
    `${count}, ${formatSize(totalLength)}, ${pieces}, in ${formatDuration(Math.round(seconds * 1e6))}`,
  );
  results.print(`info-hash ${toHex(infoHash)}`);
  results.print(magnet);
  return ExitCode.held;
}

async function make(
  terminal: Terminal,
  content: SourceContent,
  options: CreateTorrentOptions,
): ReturnType<typeof makeTorrent> {
  const interruption = new Interruption();
  const startMs = Date.now();
  const onProgress = (done: number, total: number): void =>
    terminal.progress(() => {
      const rate = done / Math.max(0.001, (Date.now() - startMs) / 1000);
      const left = formatDuration(Math.round(((total - done) / rate) * 1e6));
      return `hashing ${formatPercentage(done / total).padStart(6)}  ${formatSize(rate)}/s  ${left} left`;
    });
  const { signal } = interruption;
  try {
    return await makeTorrent(content, { ...options, signal, onProgress }, `swarmlab ${VERSION}`);
  } catch (error) {
    if (error instanceof SwarmlabError)
      throw new CommandError(printable(error.message), ExitCode.unavailable);
    throw error;
  } finally {
    interruption.dispose();
    terminal.clear();
  }
}

function readPieceLength(text: string | undefined, totalLength: number): number {
  if (text === undefined) return choosePieceLength(totalLength);
  const size = parseSize(text);
  const value = size.ok ? size.value : 0;
  const wrong = wrongPieceLength(value, totalLength);
  if (wrong !== undefined) throw new CommandError(`--piece-length ${text} ${wrong}`, ExitCode.usage);
  return value;
}

/** One option is one tier; trackers of a tier are separated by commas. */
function readTier(text: string): string[] {
  return text.split(',').map((url) => checkUrl('--tracker', url.trim(), /^(?:https?|udp):\/\//i));
}

function checkUrl(option: string, url: string, scheme: RegExp): string {
  if (scheme.test(url) && URL.canParse(url)) return url;
  const expected =
    option === '--tracker'
      ? 'an http, https or udp URL, such as udp://tracker.example:6969/announce'
      : 'an http or https URL, such as https://files.example/name';
  throw new CommandError(`${option} ${printable(url)} is not valid\n  expected ${expected}`, ExitCode.usage);
}

function refuseOutput(out: string, path: string, content: SourceContent, force: boolean): void {
  const inside = relative(resolve(path), out);
  if (content.isFolder && !inside.startsWith('..') && inside !== '' && resolve(inside) !== inside) {
    throw new CommandError(
      `${out} would lie in the folder that it describes\n  name another place with --out`,
      ExitCode.usage,
    );
  }
  if (out === resolve(path)) {
    throw new CommandError(`${out} is the file to share itself\n  name another with --out`, ExitCode.usage);
  }
  if (force || !existsSync(out)) return;
  throw new CommandError(
    `${out} exists\n  name another with --out, or replace it with --force`,
    ExitCode.usage,
  );
}

/** Names that some systems cannot take are stored there under others: that is worth knowing before sharing. */
function warnOfNames(terminal: Terminal, name: string, content: SourceContent): void {
  const paths = content.files.map(({ path }) => (content.isFolder ? [name, ...path] : [name]));
  const odd = paths.filter((path) => path.some((part) => safeFileName(encodeUtf8(part)) !== part));
  if (odd[0] !== undefined) {
    terminal.print(
      `warning: ${odd.length === 1 ? 'a name' : `${odd.length} names`} cannot be kept on every system, such as ${printable(join(...odd[0]))}`,
    );
  }
  const seen = new Map<string, readonly string[]>();
  for (const path of paths) {
    const key = path.map(foldedName).join('/');
    const other = seen.get(key);
    if (other !== undefined) {
      terminal.print(
        `warning: ${printable(join(...other))} and ${printable(join(...path))} are the same name on some systems`,
      );
      break;
    }
    seen.set(key, path);
  }
}
