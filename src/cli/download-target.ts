/**
 * Where the data of a download goes, which of its files are fetched, and how it gets its final name. Invariant: what is
 * there under the final name, whole or not, is never replaced, only mended.
 */
import { closeSync, constants, existsSync, ftruncateSync, lstatSync, openSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  type Metainfo,
  matchFiles,
  PRIORITY_DEFAULT,
  PRIORITY_MAX,
  parseFileChoice,
  wantsAnything,
} from '../core/metainfo/index.ts';
import { makeFolder } from '../host/make-folder.ts';
import { CommandError, ExitCode, errorCode } from './exit-codes.ts';
import type { Placement } from './real-client.ts';
import { resumePath } from './state-folder.ts';

/** Where a torrent's data goes, once the torrent is known. */
export interface DownloadTarget {
  readonly metainfo: Metainfo;
  readonly top: string;
  readonly partName: string;
  /** There is something under the final name already. */
  readonly isThere: boolean;
  /** Where parts of files go that were not chosen but lie in pieces that were. */
  readonly others: string;
  /** By file, from 0 (not fetched) to 7. */
  readonly priorities: Uint8Array;
}

/** `inPlace`: under its final name from the beginning. */
export function targetOf(
  metainfo: Metainfo,
  folder: string,
  priorities: Uint8Array,
  inPlace = false,
): DownloadTarget {
  const top = metainfo.topName;
  const isThere = existsSync(join(folder, top));
  const partName = isThere || inPlace ? top : `${top}.part`;
  return { metainfo, top, partName, isThere, others: `.${top}.swarmlab-others`, priorities };
}

export function placementOf(
  target: DownloadTarget,
  folder: string,
  args: { readonly sequential?: boolean; readonly check?: boolean },
  states: string,
): Placement {
  const { metainfo, partName, others, priorities } = target;
  // Pieces may hold a part of a file that was not chosen: that part is kept apart, unless the file is there already.
  const isApart = metainfo.files.map(
    ({ path }, index) => priorities[index] === 0 && !existsSync(join(folder, partName, ...path.slice(1))),
  );
  return {
    folder,
    onDisk: existsSync(join(folder, partName)) ? 'unknown' : 'nothing',
    homeOf: (path) => [partName, ...path.slice(1)],
    pathOf: (path, index) => [isApart[index] === true ? others : partName, ...path.slice(1)],
    priorities,
    sequential: args.sequential === true,
    resumePath: resumePath(states, metainfo, join(folder, partName)),
    check: args.check === true,
  };
}

export interface FileWishes {
  /** Numbers of the files to fetch, such as "1,3-5". */
  readonly files?: string;
  /** Such as "*.mkv=7"; later ones count. */
  readonly priority?: readonly string[];
  /** A priority that names no file of this torrent is about another one. */
  readonly isPassedOver?: boolean;
}

/**
 * By file, from 0 (not fetched) to 7. `before`: where nothing is said of files. Throws `CommandError` for wishes that make
 * no sense for this torrent.
 */
export function filePriorities(metainfo: Metainfo, wishes: FileWishes, before?: Uint8Array): Uint8Array {
  const { files } = metainfo;
  const isSaid = wishes.files !== undefined || wishes.priority !== undefined;
  if (!isSaid && before !== undefined) return before;
  const priorities = new Uint8Array(files.length).fill(PRIORITY_DEFAULT);
  for (const text of wishes.priority ?? []) {
    const [, pattern = '', digit = ''] = /^(.+)=(\d)$/.exec(text) ?? [];
    if (pattern === '' || Number(digit) > PRIORITY_MAX) {
      throw new CommandError(
        `--priority ${text} is not valid\n  expected files and a number from 0 (not fetched) over 1 (low) to 7 (high), such as '*.mkv=7' or 3-5=1`,
        ExitCode.usage,
      );
    }
    const meant = matchFiles(pattern, metainfo);
    if (meant === undefined && wishes.isPassedOver === true) continue;
    if (meant === undefined) {
      const hint = `"swarmlab inspect" shows their names and numbers, from 1 to ${files.length}`;
      throw new CommandError(
        `--priority ${text} names no file of ${metainfo.name}\n  ${hint}`,
        ExitCode.usage,
      );
    }
    for (const index of meant) priorities[index] = Number(digit);
  }
  if (wishes.files !== undefined) {
    const chosen = parseFileChoice(wishes.files, files.length);
    if (chosen === undefined) {
      throw new CommandError(
        `--files ${wishes.files} is not valid\n  expected numbers from 1 to ${files.length}, such as 1,3-5; "swarmlab inspect" shows them`,
        ExitCode.usage,
      );
    }
    for (const index of files.keys()) if (!chosen.includes(index)) priorities[index] = 0;
  }
  if (!isSaid || wantsAnything(metainfo, priorities)) return priorities;
  const option =
    wishes.priority === undefined ? `--files ${wishes.files} names` : '--files and --priority leave';
  throw new CommandError(`${option} no file with anything in it`, ExitCode.usage);
}

/**
 * Gives every file its length, which zeros at its end and empty files need (nothing was written for them), and a file
 * that was longer; then the data get their final name. Throws `CommandError`.
 */
export function nameFinished({ metainfo, partName, top, priorities }: DownloadTarget, folder: string): void {
  try {
    for (const [index, { path, length, pad }] of metainfo.files.entries()) {
      if (pad || priorities[index] === 0) continue;
      const file = join(folder, partName, ...path.slice(1));
      if (lstatSync(file, { throwIfNoEntry: false })?.size === length) continue;
      makeFolder(dirname(file));
      const { O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;
      const handle = openSync(file, O_WRONLY | O_CREAT | (O_NOFOLLOW ?? 0), 0o666);
      ftruncateSync(handle, length);
      closeSync(handle);
    }
    if (partName !== top) renameSync(join(folder, partName), join(folder, top));
  } catch (error) {
    throw new CommandError(
      `${join(folder, partName)} is complete but cannot be given its name ${top} (${errorCode(error)})`,
      ExitCode.unavailable,
    );
  }
}
