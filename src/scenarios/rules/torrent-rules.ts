/** Rules about the content: it is there once, its names are safe, its pieces are of a size that clients take. */
import { encodeUtf8 } from '../../core/bytes.ts';
import { type Complaint, complain, quote } from '../complaint.ts';
import { asList, asMap, atKey, atValue, bytesOf, isMap, type RuleFault } from './plain-data.ts';

const MAX_PIECES = 1 << 20;

export function torrentFaults(torrent: unknown): RuleFault[] {
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

/** The size of the content and of its pieces; undefined where they are not given as they should be. */
export function contentOf(
  torrent: unknown,
): { readonly totalBytes: number; readonly pieceLengthBytes: number } | undefined {
  const { size, files, piece = '256 KiB' } = asMap(torrent);
  const sizes = files === undefined ? [size] : asList(files).map((file) => asMap(file).size);
  const bytes = sizes.map(bytesOf);
  const pieceLengthBytes = bytesOf(piece);
  if (pieceLengthBytes === undefined || pieceLengthBytes === 0 || bytes.includes(undefined)) return undefined;
  return { totalBytes: bytes.reduce<number>((sum, one) => sum + (one ?? 0), 0), pieceLengthBytes };
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
