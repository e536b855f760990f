/**
 * Rules between the keys of a scenario, which its form alone does not say. They look at the plain data and take nothing
 * for granted, so that they find their faults even where the form is broken elsewhere.
 */
import { encodeUtf8 } from '../core/bytes.ts';
import { type Complaint, complain, quote } from './complaint.ts';
import type { Path } from './source.ts';
import { parseDuration, parseSize } from './units.ts';

export interface RuleFault {
  readonly path: Path;
  /** Whether the key is at fault, not its value. */
  readonly atKey: boolean;
  readonly complaint: Complaint;
}

/** Bounds of a run, so that a slip of the pen is an error and not an hour of waiting. */
const MAX_PEERS = 100_000;
const MAX_PIECES = 1 << 20;
const MAX_SAMPLES = 1_000_000;

export function checkRules(data: unknown): RuleFault[] {
  const root = asMap(data);
  return [
    ...torrentFaults(root.torrent),
    ...groupFaults(root.peers),
    ...timeFaults(asMap(root.time)),
    ...nameFaults(root.expect),
  ];
}

/** The group names in the data, for expressions that refer to them. */
export function groupNames(data: unknown): string[] {
  return asList(asMap(data).peers)
    .map((group) => asMap(group).group)
    .filter((name) => typeof name === 'string');
}

function torrentFaults(torrent: unknown): RuleFault[] {
  if (!isMap(torrent)) return [];
  const faults: RuleFault[] = [];
  const hasSize = torrent.size !== undefined;
  const hasFiles = torrent.files !== undefined;
  if (!hasSize && !hasFiles) {
    faults.push(
      atKey(
        ['torrent'],
        complain('the torrent has no content', { expected: 'the key "size", or the key "files"' }),
      ),
    );
  }
  if (hasSize && hasFiles) {
    faults.push(
      atKey(
        ['torrent', 'files'],
        complain('the torrent has both "size" and "files"', { expected: 'one of them' }),
      ),
    );
  }
  if (torrent.name !== undefined) {
    const complaint = typeof torrent.name === 'string' ? nameComplaint(torrent.name) : undefined;
    if (complaint !== undefined) faults.push(atValue(['torrent', 'name'], complaint));
  }

  const files = asList(torrent.files);
  faults.push(...fileFaults(files));
  const sizes = hasFiles ? files.map((file) => bytesOf(asMap(file).size)) : [bytesOf(torrent.size)];
  const total = sizes.reduce<number | undefined>(
    (sum, one) => (sum === undefined || one === undefined ? undefined : sum + one),
    0,
  );
  if (total === 0 && hasFiles && files.length > 0) {
    faults.push(
      atKey(
        ['torrent', 'files'],
        complain('all files are empty', { expected: 'at least one byte of content' }),
      ),
    );
  }
  const piece = torrent.piece === undefined ? 256 * 1024 : bytesOf(torrent.piece);
  if (piece !== undefined && piece > 0) {
    if (piece < 16 * 1024 || piece > 16 * 1024 * 1024 || (piece & (piece - 1)) !== 0) {
      const expected = 'a power of two from 16 KiB to 16 MiB';
      faults.push(
        atValue(
          ['torrent', 'piece'],
          complain(`${quote(torrent.piece)} cannot be a piece length`, { expected }),
        ),
      );
    } else if (total !== undefined && Math.ceil(total / piece) > MAX_PIECES) {
      faults.push(
        atKey(
          ['torrent', hasFiles ? 'files' : 'size'],
          complain(`${Math.ceil(total / piece)} pieces are too many`, {
            expected: `at most ${MAX_PIECES}: less content or larger pieces`,
          }),
        ),
      );
    }
  }
  return faults;
}

function fileFaults(files: readonly unknown[]): RuleFault[] {
  const faults: RuleFault[] = [];
  const taken = new Map<string, 'file' | 'folder'>();
  for (const [index, file] of files.entries()) {
    const path = asMap(file).path;
    if (typeof path !== 'string') continue;
    const parts = path.split('/');
    const complaint =
      parts.map(nameComplaint).find((one) => one !== undefined) ??
      (parts.some((_, depth) => depth > 0 && taken.get(parts.slice(0, depth).join('/')) === 'file')
        ? complain(`part of ${quote(path)} is a file already`, { expected: 'a path of its own' })
        : taken.has(path)
          ? complain(`${quote(path)} is a ${taken.get(path)} already`, { expected: 'a path of its own' })
          : undefined);
    if (complaint !== undefined) faults.push(atValue(['torrent', 'files', index, 'path'], complaint));
    for (let depth = 1; depth < parts.length; depth++) {
      const folder = parts.slice(0, depth).join('/');
      if (!taken.has(folder)) taken.set(folder, 'folder');
    }
    if (!taken.has(path)) taken.set(path, 'file');
  }
  return faults;
}

/** A name of a file or folder that is safe to create on any machine. */
function nameComplaint(name: string): Complaint | undefined {
  const bad =
    name === '' ||
    name === '.' ||
    name === '..' ||
    /[\p{Cc}\\/:*?"<>|]/u.test(name) ||
    encodeUtf8(name).length > 255;
  if (!bad) return undefined;
  return complain(`${quote(name)} cannot be the name of a file or folder`, {
    expected: 'up to 255 bytes without control characters and \\ / : * ? " < > |',
  });
}

function groupFaults(peers: unknown): RuleFault[] {
  const faults: RuleFault[] = [];
  const seen = new Set<string>();
  let total = 0;
  for (const [index, group] of asList(peers).entries()) {
    const { group: name, count } = asMap(group);
    if (typeof name === 'string') {
      if (seen.has(name)) {
        faults.push(
          atValue(
            ['peers', index, 'group'],
            complain(`there is a group ${quote(name)} already`, { expected: 'a name of its own' }),
          ),
        );
      }
      seen.add(name);
    }
    const before = total;
    total += typeof count === 'number' && count > 0 ? count : 1;
    if (before <= MAX_PEERS && total > MAX_PEERS) {
      faults.push(
        atKey(
          ['peers', index, 'count'],
          complain(`${total} peers are too many`, { expected: `at most ${MAX_PEERS} in all` }),
        ),
      );
    }
  }
  return faults;
}

function timeFaults(time: Record<string, unknown>): RuleFault[] {
  const until = microsecondsOf(time.until);
  const sample = microsecondsOf(time.sample ?? '1s');
  if (until === undefined || sample === undefined || sample === 0 || until / sample <= MAX_SAMPLES) return [];
  return [
    atKey(
      ['time', 'sample'],
      complain(`${Math.ceil(until / sample)} samples are too many`, {
        expected: `at most ${MAX_SAMPLES}: a longer interval or a shorter run`,
      }),
    ),
  ];
}

function nameFaults(expectations: unknown): RuleFault[] {
  const faults: RuleFault[] = [];
  const seen = new Set<unknown>();
  for (const [index, expectation] of asList(expectations).entries()) {
    const { name } = asMap(expectation);
    if (typeof name !== 'string') continue;
    if (seen.has(name)) {
      faults.push(
        atValue(
          ['expect', index, 'name'],
          complain(`there is an expectation ${quote(name)} already`, { expected: 'a name of its own' }),
        ),
      );
    }
    seen.add(name);
  }
  return faults;
}

function atKey(path: Path, complaint: Complaint): RuleFault {
  return { path, atKey: true, complaint };
}

function atValue(path: Path, complaint: Complaint): RuleFault {
  return { path, atKey: false, complaint };
}

function isMap(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function asMap(value: unknown): Record<string, unknown> {
  return isMap(value) ? value : {};
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function bytesOf(value: unknown): number | undefined {
  const parsed = typeof value === 'string' ? parseSize(value) : undefined;
  return parsed?.ok ? parsed.value : undefined;
}

function microsecondsOf(value: unknown): number | undefined {
  const parsed = typeof value === 'string' ? parseDuration(value) : undefined;
  return parsed?.ok ? parsed.value : undefined;
}
