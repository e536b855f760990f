/** `swarmlab inspect`: all that a torrent file says, for people or as JSON. Nothing is written and nobody is asked. */
import { BencodeDict, decodeBencodeDict } from '../core/bencode/index.ts';
import { decodeUtf8, toHex } from '../core/bytes.ts';
import { type Metainfo, magnetLink, parseTorrentFile, type TorrentFile } from '../core/metainfo/index.ts';
import { describeError } from '../core/result.ts';
import { NodeHasher } from '../host/node-hasher.ts';
import { formatSize } from '../scenarios/unit-text.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import { printable } from './output/printable.ts';
import { readTorrentBytes } from './read-torrent-file.ts';

export interface InspectArguments {
  readonly json?: boolean;
}

/** What is told in words of its own, or is the content itself. */
const KNOWN_KEYS: ReadonlySet<string> = new Set([
  ...['announce', 'announce-list', 'comment', 'created by', 'creation date', 'encoding', 'info', 'url-list'],
  ...['info.files', 'info.length', 'info.name', 'info.name.utf-8', 'info.piece length', 'info.pieces'],
  ...['info.private', 'info.source', 'comment.utf-8'],
]);

/** Keys beyond these are counted, not named. */
const OTHER_KEYS_MAX = 50;

export function inspect(path: string, args: InspectArguments): ExitCode {
  const bytes = readTorrentBytes(path);
  const parsed = parseTorrentFile(bytes, new NodeHasher());
  const shown = path === '-' ? 'what came on standard input' : path;
  if (!parsed.ok) {
    throw new CommandError(`${shown} is not a torrent file: ${describeError(parsed.error)}`, ExitCode.usage);
  }
  const metainfo = parsed.value;
  const otherKeys = findOtherKeys(bytes);
  const text =
    args.json === true ? JSON.stringify(asJson(metainfo, otherKeys)) : describe(metainfo, otherKeys);
  process.stdout.write(`${text}\n`);
  return ExitCode.held;
}

function asJson(metainfo: Metainfo, otherKeys: readonly string[]): object {
  return {
    name: metainfo.name,
    infoHash: toHex(metainfo.infoHash),
    magnet: magnetLink(metainfo),
    totalLength: metainfo.totalLength,
    pieceLength: metainfo.pieceLength,
    pieceCount: metainfo.pieceCount,
    private: metainfo.isPrivate,
    source: metainfo.source ?? null,
    comment: metainfo.comment ?? null,
    createdBy: metainfo.createdBy ?? null,
    created: creationTime(metainfo) ?? null,
    trackers: metainfo.trackers,
    webSeeds: metainfo.webSeeds,
    otherKeys,
    files: metainfo.files.map((file, index) => ({
      number: index + 1,
      path: file.path.join('/'),
      ...(isRenamed(metainfo, file) ? { originalPath: originalPath(metainfo, file) } : {}),
      length: file.length,
      ...(file.pad ? { pad: true } : {}),
      ...(file.executable ? { executable: true } : {}),
      ...(file.hidden ? { hidden: true } : {}),
      ...(file.linkTarget === undefined ? {} : { linkTo: metainfo.files[file.linkTarget]?.path.join('/') }),
    })),
  };
}

function describe(metainfo: Metainfo, otherKeys: readonly string[]): string {
  const stored = metainfo.files.filter((file) => !file.pad);
  const rows: (readonly [string, string])[] = [
    ['name', metainfo.name],
    ['info-hash', toHex(metainfo.infoHash)],
    [
      'content',
      `${formatSize(metainfo.totalLength)} (${metainfo.totalLength} bytes) in ${count(stored.length, 'file')}`,
    ],
    ['pieces', `${metainfo.pieceCount} of ${formatSize(metainfo.pieceLength)}`],
    ['private', metainfo.isPrivate ? 'yes: peers come from its trackers alone' : 'no'],
  ];
  if (metainfo.source !== undefined) rows.push(['source', metainfo.source]);
  if (metainfo.comment !== undefined) rows.push(['comment', metainfo.comment]);
  const created = [creationTime(metainfo), metainfo.createdBy && `by ${metainfo.createdBy}`];
  const creation = created.filter((part) => part !== undefined && part !== '').join(' ');
  if (creation !== '') rows.push(['created', creation]);
  for (const [index, tier] of metainfo.trackers.entries()) {
    rows.push([metainfo.trackers.length === 1 ? 'tracker' : `tier ${index + 1}`, tier.join('  ')]);
  }
  for (const url of metainfo.webSeeds) rows.push(['web seed', url]);
  if (otherKeys.length > 0) rows.push(['also has', otherKeys.join(', ')]);
  rows.push(['magnet', magnetLink(metainfo)]);
  const head = rows.map(([key, value]) => `${`${key}:`.padEnd(11)}${printable(value)}`);
  const digits = String(metainfo.files.length).length;
  const sizes = metainfo.files.map((file) => formatSize(file.length));
  const width = Math.max(...sizes.map((size) => size.length));
  const lines = metainfo.files.flatMap((file, index) => {
    if (file.pad) return [];
    const notes = notesOn(metainfo, file);
    const size = (sizes[index] as string).padStart(width);
    return [`${String(index + 1).padStart(digits + 2)}  ${size}  ${printable(file.path.join('/'))}${notes}`];
  });
  const pads = metainfo.files.length - stored.length;
  if (pads > 0)
    lines.push(`  and ${count(pads, 'pad file')}, which ${pads === 1 ? 'is' : 'are'} never stored`);
  return [...head, 'files:', ...lines].join('\n');
}

function notesOn(metainfo: Metainfo, file: TorrentFile): string {
  const notes: string[] = [];
  if (file.executable) notes.push('executable');
  if (file.hidden) notes.push('hidden');
  const target = file.linkTarget === undefined ? undefined : metainfo.files[file.linkTarget];
  if (target !== undefined) notes.push(`link to ${target.path.join('/')}`);
  if (isRenamed(metainfo, file)) notes.push(`in the torrent file: ${originalPath(metainfo, file)}`);
  return notes.length === 0 ? '' : printable(`  (${notes.join(', ')})`);
}

function originalPath(metainfo: Metainfo, file: TorrentFile): string {
  const parts = metainfo.isMultiFile ? file.originalPath : file.originalPath.slice(0, 1);
  return parts.map(decodeUtf8).join('/').slice(0, 1000);
}

function isRenamed(metainfo: Metainfo, file: TorrentFile): boolean {
  return !file.pad && originalPath(metainfo, file) !== file.path.join('/');
}

/** As "2026-11-23T10:58:19Z"; undefined where it is none that a calendar has. */
function creationTime({ creationDate }: Metainfo): string | undefined {
  if (creationDate === undefined || Math.abs(creationDate) > 8.64e12) return undefined;
  return new Date(creationDate * 1000).toISOString().replace('.000Z', 'Z');
}

/** Keys that nothing here reads: of newer formats, other programs, or a private tracker. */
function findOtherKeys(bytes: Uint8Array): string[] {
  const root = decodeBencodeDict(bytes);
  if (!root.ok) return [];
  const names = [...root.value.keys()];
  const info = root.value.get('info');
  if (info instanceof BencodeDict) for (const key of info.keys()) names.push(`info.${key}`);
  const others = names.filter((name) => !KNOWN_KEYS.has(name)).map((name) => printable(name.slice(0, 64)));
  const rest = others.length - OTHER_KEYS_MAX;
  return rest > 0 ? [...others.slice(0, OTHER_KEYS_MAX), `${rest} more`] : others;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
