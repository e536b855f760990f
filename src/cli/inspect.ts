/**
 * `swarmlab inspect`: all that a torrent file says, for people or as JSON. Nothing is written, and nobody is asked but its
 * trackers where that is wanted.
 */
import { scrapeTrackers } from '../client/scrape-trackers.ts';
import { torrentInfo } from '../client/torrent-info.ts';
import type { TorrentFileInfo, TorrentInfo } from '../client/torrent-types.ts';
import type { SwarmCounts } from '../client/tracker-types.ts';
import { parseTorrentFile } from '../core/metainfo/index.ts';
import { describeError } from '../core/result.ts';
import { NodeHasher } from '../host/node-hasher.ts';
import { formatSize } from '../scenarios/unit-text.ts';
import { parseDuration } from '../scenarios/units.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import { printable } from './output/printable.ts';
import { readTorrentBytes } from './read-torrent-file.ts';

export interface InspectArguments {
  readonly json?: boolean;
  /** Asks the trackers for the numbers of the swarm. */
  readonly scrape?: boolean;
  /** How long they are waited for. */
  readonly timeout: string;
}

const LONGEST_TIMEOUT_US = 600_000_000;

export async function inspect(path: string, args: InspectArguments): Promise<ExitCode> {
  const timeoutSeconds = readTimeout(args.timeout);
  const bytes = readTorrentBytes(path);
  const parsed = parseTorrentFile(bytes, new NodeHasher());
  const shown = path === '-' ? 'what came on standard input' : path;
  if (!parsed.ok) {
    throw new CommandError(`${shown} is not a torrent file: ${describeError(parsed.error)}`, ExitCode.usage);
  }
  const info = torrentInfo(parsed.value, bytes);
  if (args.scrape === true && info.trackers.length === 0) {
    throw new CommandError(`${shown} names no tracker that could be asked`, ExitCode.usage);
  }
  const swarms = args.scrape === true ? await scrapeTrackers(info, { timeoutSeconds }) : undefined;
  const text =
    args.json === true
      ? JSON.stringify(swarms === undefined ? info : { ...info, swarms })
      : describe(info, swarms);
  process.stdout.write(`${text}\n`);
  const isAnswered = swarms?.some((swarm) => 'seeds' in swarm) ?? true;
  return isAnswered ? ExitCode.held : ExitCode.unavailable;
}

/** In seconds. */
function readTimeout(text: string): number {
  const duration = parseDuration(text);
  if (duration.ok && duration.value > 0 && duration.value <= LONGEST_TIMEOUT_US) return duration.value / 1e6;
  throw new CommandError(
    `--timeout ${text} is not valid\n  expected a time of at most 10m, such as 20s`,
    ExitCode.usage,
  );
}

function describeSwarm(swarm: SwarmCounts): string {
  if ('error' in swarm) return `${swarm.error}  (${swarm.url})`;
  const { seeds, leechers, downloads, url } = swarm;
  return `${count(seeds, 'seed')}, ${count(leechers, 'leecher')}, ${count(downloads, 'download')}  (${url})`;
}

function describe(info: TorrentInfo, swarms: readonly SwarmCounts[] = []): string {
  const stored = info.files.filter((file) => file.pad !== true);
  const rows: (readonly [string, string])[] = [
    ['name', info.name],
    ['info-hash', info.infoHash],
    [
      'content',
      `${formatSize(info.totalLength)} (${info.totalLength} bytes) in ${count(stored.length, 'file')}`,
    ],
    ['pieces', `${info.pieceCount} of ${formatSize(info.pieceLength)}`],
    ['private', info.private ? 'yes: peers come from its trackers alone' : 'no'],
  ];
  if (info.source !== null) rows.push(['source', info.source]);
  if (info.comment !== null) rows.push(['comment', info.comment]);
  const created = [
    info.created ?? '',
    info.createdBy === null ? '' : info.createdBy && `by ${info.createdBy}`,
  ];
  const creation = created.filter((part) => part !== '').join(' ');
  if (creation !== '') rows.push(['created', creation]);
  for (const [index, tier] of info.trackers.entries()) {
    rows.push([info.trackers.length === 1 ? 'tracker' : `tier ${index + 1}`, tier.join('  ')]);
  }
  for (const swarm of swarms) rows.push(['swarm', describeSwarm(swarm)]);
  for (const url of info.webSeeds) rows.push(['web seed', url]);
  if (info.otherKeys.length > 0) rows.push(['also has', info.otherKeys.join(', ')]);
  rows.push(['magnet', info.magnet]);
  const head = rows.map(([key, value]) => `${`${key}:`.padEnd(11)}${printable(value)}`);
  const digits = String(info.files.length).length;
  const sizes = info.files.map((file) => formatSize(file.length));
  const width = Math.max(...sizes.map((size) => size.length));
  const lines = info.files.flatMap((file, index) => {
    if (file.pad === true) return [];
    const notes = notesOn(file);
    const size = (sizes[index] as string).padStart(width);
    return [`${String(index + 1).padStart(digits + 2)}  ${size}  ${printable(file.path)}${notes}`];
  });
  const pads = info.files.length - stored.length;
  if (pads > 0)
    lines.push(`  and ${count(pads, 'pad file')}, which ${pads === 1 ? 'is' : 'are'} never stored`);
  return [...head, 'files:', ...lines].join('\n');
}

function notesOn(file: TorrentFileInfo): string {
  const notes: string[] = [];
  if (file.executable === true) notes.push('executable');
  if (file.hidden === true) notes.push('hidden');
  if (file.linkTo !== undefined) notes.push(`link to ${file.linkTo}`);
  if (file.originalPath !== undefined) notes.push(`in the torrent file: ${file.originalPath}`);
  return notes.length === 0 ? '' : printable(`  (${notes.join(', ')})`);
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
