/**
 * Where the data of a download goes, which of its files are fetched, and how it gets its final name. Invariant: what is
 * there under the final name, whole or not, is never replaced, only mended.
 */
import { closeSync, constants, existsSync, ftruncateSync, lstatSync, openSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Metainfo, parseFileChoice, wantedPieces } from '../core/metainfo/index.ts';
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
  /** The indices of the files to fetch; undefined for all. */
  readonly chosen: ReadonlySet<number> | undefined;
}

/** `inPlace`: under its final name from the beginning. */
export function targetOf(
  metainfo: Metainfo,
  folder: string,
  chosen: ReadonlySet<number> | undefined,
  inPlace = false,
): DownloadTarget {
  const top = metainfo.topName;
  const isThere = existsSync(join(folder, top));
  const partName = isThere || inPlace ? top : `${top}.part`;
  return { metainfo, top, partName, isThere, others: `.${top}.swarmlab-others`, chosen };
}

export function placementOf(
  target: DownloadTarget,
  folder: string,
  args: { readonly sequential?: boolean; readonly check?: boolean },
  states: string,
): Placement {
  const { metainfo, partName, others, chosen } = target;
  // Pieces may hold a part of a file that was not chosen: that part is kept apart, unless the file is there already.
  const isApart = metainfo.files.map(
    ({ path }, index) =>
      chosen !== undefined && !chosen.has(index) && !existsSync(join(folder, partName, ...path.slice(1))),
  );
  return {
    folder,
    onDisk: existsSync(join(folder, partName)) ? 'unknown' : 'nothing',
    pathOf: (path, index) => [isApart[index] === true ? others : partName, ...path.slice(1)],
    wanted: chosen === undefined ? undefined : wantedPieces(metainfo, chosen),
    sequential: args.sequential === true,
    resumePath: resumePath(states, metainfo, join(folder, partName)),
    check: args.check === true,
  };
}

/** The indices of the files to fetch; undefined for all. */
export function chooseFiles(metainfo: Metainfo, text: string | undefined): ReadonlySet<number> | undefined {
  if (text === undefined) return undefined;
  const { files } = metainfo;
  const chosen = parseFileChoice(text, files.length);
  if (chosen === undefined) {
    throw new CommandError(
      `--files ${text} is not valid\n  expected numbers from 1 to ${files.length}, such as 1,3-5; "swarmlab inspect" shows them`,
      ExitCode.usage,
    );
  }
  if (!chosen.some((index) => files[index]?.pad === false && files[index]?.length !== 0)) {
    throw new CommandError(`--files ${text} names no file with anything in it`, ExitCode.usage);
  }
  return new Set(chosen);
}

/**
 * Gives every file its length, which zeros at its end and empty files need (nothing was written for them), and a file
 * that was longer; then the data get their final name. Throws `CommandError`.
 */
export function nameFinished({ metainfo, partName, top, chosen }: DownloadTarget, folder: string): void {
  try {
    for (const [index, { path, length, pad }] of metainfo.files.entries()) {
      if (pad || chosen?.has(index) === false) continue;
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
