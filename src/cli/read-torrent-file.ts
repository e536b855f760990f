/** Reads a torrent file for a command, or ends the command with what is wrong with it. */
import { closeSync, openSync, readSync } from 'node:fs';
import { concatBytes } from '../core/bytes.ts';
import { type Metainfo, parseTorrentFile, TORRENT_FILE_LIMIT } from '../core/metainfo/index.ts';
import { describeError } from '../core/result.ts';
import { NodeHasher } from '../host/node-hasher.ts';
import { CommandError, ExitCode, errorCode } from './exit-codes.ts';

/** Throws `CommandError` with the byte offset of the fault, where there is one. */
export function readTorrentFile(path: string): Metainfo {
  const parsed = parseTorrentFile(readTorrentBytes(path), new NodeHasher());
  if (parsed.ok) return parsed.value;
  throw new CommandError(`${path} is not a torrent file: ${describeError(parsed.error)}`, ExitCode.usage);
}

/** The bytes of a torrent file; `-` stands for standard input. A file that is too large to be one is not read whole. */
export function readTorrentBytes(path: string): Uint8Array {
  try {
    return readUpTo(path, TORRENT_FILE_LIMIT + 1);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') throw new CommandError(`${path}: there is no such file`, ExitCode.usage);
    if (code === 'EISDIR') throw new CommandError(`${path} is a folder, not a torrent file`, ExitCode.usage);
    throw new CommandError(`${path} cannot be read (${code})`, ExitCode.usage);
  }
}

function readUpTo(path: string, limit: number): Uint8Array {
  const file = path === '-' ? 0 : openSync(path, 'r');
  const chunks: Uint8Array[] = [];
  try {
    for (let total = 0; total < limit; ) {
      const chunk = new Uint8Array(Math.min(2 ** 16, limit - total));
      const count = readSync(file, chunk);
      if (count === 0) break;
      chunks.push(chunk.subarray(0, count));
      total += count;
    }
    return concatBytes(...chunks);
  } finally {
    if (file !== 0) closeSync(file);
  }
}
