/**
 * Where the client keeps what it remembers between two runs: the folder given by `--state`, else `swarmlab` in the state
 * folder of the XDG Base Directory Specification (`$XDG_STATE_HOME`, by default `~/.local/state`). A torrent's state is
 * named after its info-hash and the place of its data, so that two copies of one torrent do not share one.
 */
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { toHex } from '../core/bytes.ts';
import type { Metainfo } from '../core/metainfo/index.ts';

/** `given`: what the command line says, if it does. */
export function stateFolder(given: string | undefined, env: NodeJS.ProcessEnv): string {
  if (given !== undefined) return resolve(given);
  const base = env.XDG_STATE_HOME ?? '';
  // The specification has relative paths ignored.
  return join(isAbsolute(base) ? base : join(homedir(), '.local', 'state'), 'swarmlab');
}

/** The state of the torrent whose file or folder is at `place`. */
export function resumePath(folder: string, metainfo: Metainfo, place: string): string {
  const where = createHash('sha1').update(resolve(place)).digest('hex').slice(0, 12);
  return join(folder, `${toHex(metainfo.infoHash)}-${where}.resume`);
}
