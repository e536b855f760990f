/** Reads a torrent file for a command, or ends the command with what is wrong with it. */
import { readFileSync } from 'node:fs';
import { type Metainfo, parseTorrentFile } from '../core/metainfo/index.ts';
import { describeError } from '../core/result.ts';
import { NodeHasher } from '../host/node-hasher.ts';
import { CommandError, ExitCode, errorCode } from './exit-codes.ts';

/** Throws `CommandError` with the byte offset of the fault, where there is one. */
export function readTorrentFile(path: string): Metainfo {
  const parsed = parseTorrentFile(readBytes(path), new NodeHasher());
  if (parsed.ok) return parsed.value;
  throw new CommandError(`${path} is not a torrent file: ${describeError(parsed.error)}`, ExitCode.usage);
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') throw new CommandError(`${path}: there is no such file`, ExitCode.usage);
    if (code === 'EISDIR') throw new CommandError(`${path} is a folder, not a torrent file`, ExitCode.usage);
    throw new CommandError(`${path} cannot be read (${code})`, ExitCode.usage);
  }
}
