/**
 * One torrent of `get`: from its source to its files. Until every piece is verified the data is kept under a name that ends
 * in `.part`, so that nothing incomplete ever looks finished; a later `get` goes on from there. What is there already under
 * the final name is mended when some of it is the torrent's; when nothing is, it is somebody's own and not touched.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toHex } from '../core/bytes.ts';
import {
  isSelected,
  type Metainfo,
  PRIORITY_DEFAULT,
  wantsAnything,
  wrapInfo,
} from '../core/metainfo/index.ts';
import { rememberedPriorities } from '../host/resume-keeper.ts';
import { formatDuration, formatSize } from '../scenarios/unit-text.ts';
import {
  type DownloadTarget,
  type FileWishes,
  filePriorities,
  nameFinished,
  placementOf,
  targetOf,
} from './download-target.ts';
import { CommandError, ExitCode, errorCode } from './exit-codes.ts';
import { type Placement, RealTorrent } from './real-client.ts';
import { resumePath } from './state-folder.ts';
import type { TorrentSource } from './torrent-source.ts';
import type { Surroundings, Transfer, TransferEnd, TransferNotes } from './transfers.ts';

const AS_BEFORE = "the files and priorities are those of last time; --priority '*=4' fetches them all";

export interface DownloadOptions extends FileWishes {
  readonly folder: string;
  /** Where the torrent file is to be written, which a magnet link comes without. */
  readonly saveTorrent?: string;
  readonly sequential?: boolean;
  readonly check?: boolean;
  readonly json?: boolean;
}

type Outcome = 'done' | 'interrupted' | CommandError;

export class Download implements Transfer {
  readonly infoHash: string;
  readonly ended: Promise<TransferEnd>;
  readonly #source: TorrentSource;
  readonly #options: DownloadOptions;
  readonly #surroundings: Surroundings;
  readonly #notes: TransferNotes;
  /** Who has which place in the folder: shared by all downloads of the command. */
  readonly #places: Map<string, Download>;
  readonly #torrent: RealTorrent;
  readonly #startMs = Date.now();
  #target: DownloadTarget | undefined;
  #settle: (outcome: Outcome) => void = () => {};

  constructor(
    source: TorrentSource,
    options: DownloadOptions,
    surroundings: Surroundings,
    places: Map<string, Download>,
  ) {
    this.#source = source;
    this.#options = options;
    this.#surroundings = surroundings;
    this.#places = places;
    this.infoHash = infoHashOf(source);
    this.#notes = surroundings.notesOf(() => this.name);
    this.#torrent = this.#make();
    const outcome = new Promise<Outcome>((resolve) => {
      this.#settle = resolve;
    });
    this.ended = outcome.then((end) => this.#end(end));
  }

  get name(): string {
    return this.#target?.metainfo.name ?? nameOf(this.#source);
  }

  begin(): void {
    if (this.#source.kind === 'magnet') this.#notes.print(`fetching the metadata of ${this.name}`);
    this.#torrent.start();
  }

  interrupt(): void {
    this.#settle('interrupted');
  }

  status(): ReturnType<RealTorrent['status']> {
    return this.#torrent.status();
  }

  metadataProgress(): ReturnType<RealTorrent['metadataProgress']> {
    return this.#torrent.metadataProgress();
  }

  #make(): RealTorrent {
    const { settings, sockets } = this.#surroundings;
    const unavailable = (message: string): void =>
      this.#settle(new CommandError(message, ExitCode.unavailable));
    return new RealTorrent(
      {
        source: this.#source.kind === 'file' ? this.#source.metainfo : this.#source,
        place: (metainfo) => this.#place(metainfo),
        readOnly: false,
        allowedFastCount: 0,
      },
      settings,
      this.#notes,
      {
        onChecked: (good) => {
          if (this.#target?.isThere !== true || good > 0) return;
          const path = join(this.#options.folder, this.#target.top);
          const hint = 'move it away, or choose another folder with --out';
          const message = `${path} exists and holds nothing of this torrent\n  ${hint}`;
          this.#settle(new CommandError(message, ExitCode.usage));
        },
        onCompleted: () => this.#settle('done'),
        onFailed: unavailable,
        onDiskFull: (message) => this.#notes.print(`${message}; waiting for room`),
        onRoom: () => this.#notes.print('there is room again; going on'),
      },
      sockets,
    );
  }

  #place(metainfo: Metainfo): Placement | undefined {
    const { folder, saveTorrent } = this.#options;
    const { stateFolder } = this.#surroundings.settings;
    try {
      const source = this.#source;
      if (saveTorrent !== undefined) {
        writeTorrentFile(saveTorrent, source.kind === 'file' ? source.bytes : wrapInfo(metainfo));
      }
      const target = targetOf(metainfo, folder, new Uint8Array());
      const part = join(folder, target.partName);
      const before = existsSync(part)
        ? rememberedPriorities(resumePath(stateFolder, metainfo, part), metainfo)
        : undefined;
      const priorities = prioritiesOf(source, metainfo, this.#options, before);
      this.#claim(target.top);
      this.#target = { ...target, priorities };
      if (before === priorities) this.#notes.print(AS_BEFORE);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      this.#settle(error);
      return undefined;
    }
    this.#notes.introduce(formatSize(metainfo.totalLength));
    return placementOf(this.#target, folder, this.#options, stateFolder);
  }

  /** Throws `CommandError` where another download of the command has the place. */
  #claim(top: string): void {
    const other = this.#places.get(top);
    if (other !== undefined && other !== this) {
      const hint = 'fetch one of them alone, into another folder';
      throw new CommandError(
        `two of the torrents make ${top} in ${this.#options.folder}\n  ${hint}`,
        ExitCode.usage,
      );
    }
    this.#places.set(top, this);
  }

  async #end(outcome: Outcome): Promise<TransferEnd> {
    const seconds = (Date.now() - this.#startMs) / 1000;
    const torrent = this.#torrent;
    if (outcome === 'done') torrent.forgetPriorities();
    const storageError = await torrent.stop();
    if (outcome === 'interrupted') return this.#endInterrupted();
    if (outcome !== 'done') return this.#endFailed(outcome);
    try {
      if (storageError !== undefined) throw new CommandError(storageError.message, ExitCode.unavailable);
      await this.#finish(seconds);
      return { exitCode: ExitCode.held };
    } catch (error) {
      if (error instanceof CommandError) return this.#endFailed(error);
      throw error;
    }
  }

  #endInterrupted(): TransferEnd {
    const { folder } = this.#options;
    this.#notes.print(
      this.#target === undefined
        ? 'interrupted before there was any metadata'
        : `interrupted; what has arrived is in ${join(folder, this.#target.partName)}, and the same command goes on from there`,
    );
    this.#printJson('interrupted', {});
    return { exitCode: ExitCode.interrupted };
  }

  #endFailed(error: CommandError): TransferEnd {
    this.#printJson('failed', { error: error.message });
    return { exitCode: error.exitCode, error };
  }

  async #finish(seconds: number): Promise<void> {
    const { folder, json } = this.#options;
    // It is complete, so it has begun.
    const target = this.#target as DownloadTarget;
    const { metainfo, top, partName, others } = target;
    nameFinished(target, folder);
    rmSync(join(folder, others), { recursive: true, force: true });
    if (partName !== top) {
      const { stateFolder } = this.#surroundings.settings;
      await this.#torrent.moved(resumePath(stateFolder, metainfo, join(folder, top)), (path) =>
        join(folder, ...path),
      );
    }
    const path = join(folder, top);
    const line = `complete in ${formatDuration(Math.round(seconds * 1e6))}: ${path}`;
    if (json !== true) {
      this.#surroundings.printResult(line);
      return;
    }
    this.#notes.print(line);
    const { receivedBytes = 0, sentBytes = 0, wastedBytes = 0 } = this.status() ?? {};
    const result = { totalBytes: metainfo.totalLength, receivedBytes, sentBytes, wastedBytes, seconds };
    this.#printJson('complete', { path, ...result });
  }

  #printJson(state: 'complete' | 'interrupted' | 'failed', more: Readonly<Record<string, unknown>>): void {
    if (this.#options.json !== true) return;
    const { name, infoHash } = this;
    const { trackerWarnings } = this.#torrent;
    this.#surroundings.printResult(JSON.stringify({ name, infoHash, state, ...more, trackerWarnings }));
  }
}

export function infoHashOf(source: TorrentSource): string {
  return toHex(source.kind === 'file' ? source.metainfo.infoHash : source.link.infoHash);
}

export function nameOf(source: TorrentSource): string {
  return source.kind === 'file' ? source.metainfo.name : (source.link.name ?? infoHashOf(source));
}

/** Throws `CommandError` when it cannot be written. */
function writeTorrentFile(path: string, bytes: Uint8Array): void {
  try {
    writeFileSync(path, bytes);
  } catch (error) {
    throw new CommandError(`${path} cannot be written (${errorCode(error)})`, ExitCode.usage);
  }
}

/** Those of the command line; where it says nothing, those of an earlier start, else those of the link (BEP 53). */
function prioritiesOf(
  source: TorrentSource,
  metainfo: Metainfo,
  wishes: FileWishes,
  remembered: Uint8Array | undefined,
): Uint8Array {
  if (remembered !== undefined || source.kind === 'file' || source.link.selectedFiles === undefined) {
    return filePriorities(metainfo, wishes, remembered);
  }
  const { link } = source;
  const named = Uint8Array.from(metainfo.files, (_, index) =>
    isSelected(link, index) ? PRIORITY_DEFAULT : 0,
  );
  const priorities = filePriorities(metainfo, wishes, named);
  if (wantsAnything(metainfo, priorities)) return priorities;
  throw new CommandError('the link names no file with anything in it', ExitCode.usage);
}
