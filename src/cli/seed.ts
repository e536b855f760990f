/** `swarmlab seed`: checks the data of torrents and serves them until interrupted. */

import { type Stats, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { toHex } from '../core/bytes.ts';
import type { Metainfo } from '../core/metainfo/index.ts';
import { type ClientArguments, checkClientArguments, checkPrivacy } from './client-arguments.ts';
import { CommandError, ExitCode, errorCode } from './exit-codes.ts';
import { namesOnDisk } from './names-on-disk.ts';
import { Terminal } from './output/terminal.ts';
import { readTorrentFile } from './read-torrent-file.ts';
import { Seeding } from './seeding.ts';
import { eachOf, refuseTwice, transferTogether } from './transfers.ts';

export interface SeedArguments extends ClientArguments {
  /** One folder for all torrents, or one for each. */
  readonly data: readonly string[];
  /** One piece at a time to each peer (BEP 16). */
  readonly superSeed?: boolean;
  readonly json?: boolean;
}

/** `torrents`: paths of torrent files. Nothing begins unless the files of all of them are there. */
export async function seed(torrents: readonly string[], args: SeedArguments): Promise<ExitCode> {
  const terminal = new Terminal(process.stderr, process.env);
  const { data } = args;
  if (data.length > 1 && data.length !== torrents.length) {
    const hint = 'name one folder for all of them, or one for each in the same order';
    throw new CommandError(
      `--data is given ${data.length} times for ${torrents.length} torrents\n  ${hint}`,
      ExitCode.usage,
    );
  }
  const settings = await checkClientArguments(args);
  const named = torrents.map((said, index) => ({
    said,
    folder: resolve(data[data.length > 1 ? index : 0] as string),
  }));
  const subjects = await eachOf(named, ({ said, folder }) => {
    const metainfo = readTorrentFile(said);
    checkPrivacy(metainfo, settings);
    const names = namesOnDisk(metainfo, folder);
    checkFiles(metainfo, folder, names);
    return { said, folder, metainfo, names };
  });
  refuseTwice(subjects.map(({ said, metainfo }) => ({ said, infoHash: toHex(metainfo.infoHash) })));
  return await transferTogether(settings, terminal, (surroundings) =>
    subjects.map(({ metainfo, ...at }) => new Seeding(metainfo, { ...args, ...at }, surroundings)),
  );
}

/** Sees at once, and can say plainly, that files are missing or of the wrong size; their content is checked later. */
function checkFiles(metainfo: Metainfo, folder: string, names: readonly (readonly string[])[]): void {
  for (const [index, { length, pad }] of metainfo.files.entries()) {
    if (pad || length === 0) continue;
    const path = names[index] as readonly string[];
    const file = join(folder, ...path);
    const found = lookAt(file);
    if (found === undefined) {
      const hint = `--data names the folder that holds "${path[0]}"`;
      throw new CommandError(`${file}: there is no such file\n  ${hint}`, ExitCode.usage);
    }
    if (!found.isFile() || found.size !== length) {
      const is = found.isFile() ? `${found.size} bytes long` : 'not a file';
      throw new CommandError(`${file} is ${is}; the torrent says ${length} bytes`, ExitCode.usage);
    }
  }
}

function lookAt(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new CommandError(`${path} cannot be read (${code})`, ExitCode.unavailable);
  }
}
