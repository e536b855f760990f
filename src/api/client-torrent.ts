/**
 * One torrent of a client for programs. Invariants: its promises are settled once, whatever becomes of it afterwards; what
 * is begun, paused and ended is done one after another, in the order of the calls.
 */
import { join, resolve } from 'node:path';
import type { ClientSettings } from '../cli/client-arguments.ts';
import { type DownloadTarget, nameFinished, placementOf, targetOf } from '../cli/download-target.ts';
import { namesOnDisk } from '../cli/names-on-disk.ts';
import { type Placement, RealTorrent } from '../cli/real-client.ts';
import type { SocketClient } from '../cli/socket-client.ts';
import { resumePath } from '../cli/state-folder.ts';
import type { TorrentSource } from '../cli/torrent-source.ts';
import { SwarmlabError } from '../client/errors.ts';
import { torrentInfo } from '../client/torrent-info.ts';
import type { TorrentInfo } from '../client/torrent-types.ts';
import {
  isSelected,
  Metainfo,
  PRIORITY_DEFAULT,
  PRIORITY_MAX,
  wantsAnything,
} from '../core/metainfo/index.ts';
import { rememberedPriorities } from '../host/resume-keeper.ts';
import type { AddOptions, FilePriorities, SeedOptions, Torrent, TorrentStatus } from './client-types.ts';
import { Outcome } from './outcome.ts';
import { userFault } from './user-fault.ts';

export interface TorrentSubject {
  readonly infoHash: string;
  readonly source: TorrentSource;
  readonly options: AddOptions | SeedOptions;
  /** It is served as it is, and nothing is fetched. */
  readonly readOnly: boolean;
}

export interface TorrentSurroundings {
  readonly settings: ClientSettings;
  readonly notes: { print(text?: string): void };
  readonly sockets: SocketClient;
  /** The torrent of the same client that writes its files below `path`. */
  inPlaceOf(path: string): ClientTorrent | undefined;
  onRemoved(): void;
}

const PROGRESS_MS = 500;
/** libtorrent's default size of the set; none for those who have little themselves. */
const ALLOWED_FAST_COUNT = 5;
const NOTHING = {
  checked: 0,
  isDiskFull: false,
  verifiedPieces: 0,
  pieceCount: 0,
  verifiedBytes: 0,
  leftBytes: 0,
};
const NO_TRAFFIC = { receivedBytes: 0, sentBytes: 0, wastedBytes: 0, connections: 0, trackerWarnings: [] };

export class ClientTorrent implements Torrent {
  readonly infoHash: string;
  readonly #subject: TorrentSubject;
  readonly #surroundings: TorrentSurroundings;
  readonly #metadata = new Outcome<TorrentInfo>();
  #completed = new Outcome<void>();
  #info: TorrentInfo | undefined;
  #metainfo: Metainfo | undefined;
  #target: DownloadTarget | undefined;
  /** By file, once the metadata is known. */
  #priorities: Uint8Array | undefined;
  /** Set before the metadata was known. */
  #early: FilePriorities = {};
  /** What is on disk was written by this download, or is known to be a part of it. */
  #isOurs = false;
  /** In the swarm, or on the way there. */
  #running: RealTorrent | undefined;
  #state: 'running' | 'paused' | 'failed' | 'removed' = 'paused';
  /** Everything is being hashed, because that was asked for. */
  #recheck: Outcome<void> | undefined;
  #last: TorrentStatus | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** The end of what was called last. */
  #turn: Promise<void> = Promise.resolve();

  constructor(subject: TorrentSubject, surroundings: TorrentSurroundings) {
    this.infoHash = subject.infoHash;
    this.#subject = subject;
    this.#surroundings = surroundings;
    if (subject.source.kind === 'file') this.#learn(subject.source.metainfo, subject.source.bytes);
  }

  get info(): TorrentInfo | undefined {
    return this.#info;
  }

  /** Whether `path` is the file or folder that it writes to. */
  writesTo(path: string): boolean {
    const isWriting = !this.#subject.readOnly && this.#target !== undefined && this.#state !== 'failed';
    return isWriting && path === join(resolve(this.#subject.options.folder), this.#target?.top ?? '');
  }

  metadata(): Promise<TorrentInfo> {
    return this.#metadata.promise;
  }

  completed(): Promise<void> {
    return this.#completed.promise;
  }

  status(): TorrentStatus {
    const status = this.#running?.status();
    const warnings = this.#running && { trackerWarnings: this.#running.trackerWarnings };
    if (status === undefined) {
      const state = this.#state === 'running' ? 'metadata' : this.#state;
      return { ...NOTHING, ...NO_TRAFFIC, ...this.#last, ...warnings, state };
    }
    const state = status.state === 'stopped' ? 'paused' : status.state;
    return { ...NO_TRAFFIC, ...status, ...warnings, state: this.#state === 'running' ? state : this.#state };
  }

  get priorities(): readonly number[] {
    return [...(this.#priorities ?? [])];
  }

  setPriorities(changes: FilePriorities): void {
    const { readOnly, source } = this.#subject;
    if (readOnly) throw new SwarmlabError('a torrent that is only served has no priorities');
    const metainfo = this.#metainfo;
    if (metainfo === undefined || this.#priorities === undefined) {
      const known = source.kind === 'file' ? source.metainfo : undefined;
      if (known !== undefined) changed(known, new Uint8Array(known.files.length).fill(1), changes);
      this.#early = { ...this.#early, ...changes };
      return;
    }
    const priorities = changed(metainfo, this.#priorities, changes);
    const before = this.#priorities;
    const wantsMore = priorities.some((priority, index) => priority > 0 && before[index] === 0);
    this.#priorities = priorities;
    if (this.#target !== undefined) this.#target = { ...this.#target, priorities };
    if (wantsMore && this.#completed.isSettled) this.#completed = new Outcome();
    this.#running?.prioritize(priorities);
    if (this.#running?.status()?.state === 'seeding') this.#completed.resolve();
    else if (wantsMore && this.#state === 'running') this.#beginTelling();
  }

  begin(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'running';
    this.#running = this.#make();
    this.#running.start();
    this.#beginTelling();
  }

  #beginTelling(): void {
    clearInterval(this.#timer);
    if ((this.#subject.options as AddOptions).onProgress !== undefined) {
      this.#timer = setInterval(() => this.#tell(), PROGRESS_MS);
    }
  }

  pause(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#state !== 'running') return;
      this.#state = 'paused';
      await this.#stop();
    });
  }

  resume(): void {
    void this.#inTurn(async () => this.begin());
  }

  recheck(): Promise<void> {
    const checked = new Outcome<void>();
    void this.#inTurn(async () => {
      if (this.#state === 'removed' || this.#metainfo === undefined) {
        const reason = this.#state === 'removed' ? 'was removed' : 'has no metadata yet';
        checked.reject(new SwarmlabError(`the torrent ${reason}: there is nothing to check`));
        return;
      }
      this.#state = 'paused';
      await this.#stop();
      if (this.#completed.isSettled) this.#completed = new Outcome();
      this.#recheck = checked;
      this.begin();
    });
    return checked.promise;
  }

  remove(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#state === 'removed') return;
      this.#state = 'removed';
      await this.#stop();
      this.#settle(new SwarmlabError('the torrent was removed'));
      this.#surroundings.onRemoved();
    });
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(act);
    return this.#turn;
  }

  async #stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#recheck?.reject(new SwarmlabError('the torrent was stopped before all of it was checked'));
    this.#recheck = undefined;
    const running = this.#running;
    if (running === undefined) return;
    const error = await running.stop();
    if (error !== undefined) this.#surroundings.notes.print(error.message);
    this.#last = running.status() === undefined ? undefined : this.status();
    this.#running = undefined;
  }

  #make(): RealTorrent {
    const { source, readOnly, options } = this.#subject;
    const { settings, notes, sockets } = this.#surroundings;
    return new RealTorrent(
      {
        source: source.kind === 'file' ? source.metainfo : (this.#metainfo ?? source),
        place: (metainfo) => this.#place(metainfo),
        readOnly,
        allowedFastCount: readOnly ? ALLOWED_FAST_COUNT : 0,
        ...(options.superSeeding === undefined ? {} : { superSeeding: options.superSeeding }),
      },
      source.kind === 'magnet' && this.#metainfo !== undefined
        ? { ...settings, peers: [...settings.peers, ...source.link.peers, ...source.peers] }
        : settings,
      notes,
      {
        onChecked: (good) => this.#onChecked(good),
        onCompleted: () => this.#onCompleted(),
        onFailed: (message) => this.#fail(new SwarmlabError(message, 'unavailable')),
        onDiskFull: (message) => notes.print(`${message}; waiting for room`),
        onRoom: () => notes.print('there is room again; going on'),
      },
      sockets,
    );
  }

  #learn(metainfo: Metainfo, bytes?: Uint8Array): void {
    if (this.#metainfo !== undefined) return;
    const { source } = this.#subject;
    // What peers give is the info alone; the trackers of the link go on to be asked when it is resumed.
    const trackers = source.kind === 'magnet' ? source.link.trackers.map((url) => [url]) : metainfo.trackers;
    this.#metainfo = new Metainfo(metainfo, { ...metainfo, trackers });
    this.#info = torrentInfo(this.#metainfo, bytes);
    this.#metadata.resolve(this.#info);
  }

  #place(metainfo: Metainfo): Placement | undefined {
    this.#learn(metainfo);
    const { options, readOnly } = this.#subject;
    const folder = resolve(options.folder);
    const { stateFolder } = this.#surroundings.settings;
    try {
      const { topName } = metainfo;
      const path = join(folder, topName);
      const other = readOnly ? undefined : this.#surroundings.inPlaceOf(path);
      if (other !== undefined && other !== this) {
        throw new SwarmlabError(
          `${path} is where another torrent of this client goes\n  choose another folder`,
        );
      }
      const statePath = resumePath(stateFolder, metainfo, path);
      this.#priorities ??= this.#wished(metainfo, statePath);
      const target = targetOf(metainfo, folder, this.#priorities, true);
      const check = options.check === true || this.#recheck !== undefined;
      const placement = placementOf(target, folder, { ...options, check }, stateFolder);
      // What this download has begun is its own, however little of it is there.
      this.#isOurs ||= !target.isThere;
      this.#target = target;
      if (!readOnly) return placement;
      const names = namesOnDisk(metainfo, folder);
      return { ...placement, pathOf: (path, index) => names[index] ?? path, onDisk: 'unknown' };
    } catch (error) {
      this.#fail(userFault(error));
      return undefined;
    }
  }

  /** By file, from 0 (not fetched) to 7: as the program says, or as it was, or as the link says. */
  #wished(metainfo: Metainfo, statePath: string): Uint8Array {
    const { source, readOnly } = this.#subject;
    const options = this.#subject.options as AddOptions;
    const { files, name } = metainfo;
    const all = new Uint8Array(files.length).fill(PRIORITY_DEFAULT);
    if (readOnly) return all;
    const isSaid = options.files !== undefined || options.priorities !== undefined;
    const remembered = isSaid ? undefined : rememberedPriorities(statePath, metainfo);
    if (remembered !== undefined) return changed(metainfo, remembered, this.#early);
    const { files: numbers } = options;
    const unknown = numbers?.find((number) => files[number - 1] === undefined);
    if (unknown !== undefined) {
      throw new SwarmlabError(`${name} has no file ${unknown}\n  expected numbers from 1 to ${files.length}`);
    }
    const isChosen = (index: number): boolean =>
      numbers?.includes(index + 1) ?? (source.kind !== 'magnet' || isSelected(source.link, index));
    const wished = changed(metainfo, all, options.priorities ?? {});
    return changed(
      metainfo,
      wished.map((priority, index) => (isChosen(index) ? priority : 0)),
      this.#early,
    );
  }

  #onChecked(good: number): void {
    const { options, readOnly } = this.#subject;
    const pieces = this.#metainfo?.pieceCount ?? 0;
    const folder = resolve(options.folder);
    if (readOnly && good < pieces) {
      this.#fail(
        new SwarmlabError(
          `the data in ${folder} is not that of the torrent: ${good} of ${pieces} pieces are good`,
        ),
      );
    } else if (readOnly) {
      this.#completed.resolve();
    } else if (this.#target !== undefined && !this.#isOurs && good === 0) {
      const path = join(folder, this.#target.top);
      const hint = 'move it away, or choose another folder';
      this.#fail(new SwarmlabError(`${path} exists and holds nothing of this torrent\n  ${hint}`));
    } else {
      this.#isOurs = true;
    }
    this.#recheck?.resolve();
    this.#recheck = undefined;
  }

  #onCompleted(): void {
    if (this.#subject.readOnly || this.#target === undefined || this.#state !== 'running') return;
    try {
      nameFinished(this.#target, resolve(this.#subject.options.folder));
    } catch (error) {
      this.#fail(userFault(error));
      return;
    }
    this.#tell();
    clearInterval(this.#timer);
    this.#completed.resolve();
  }

  /** It leaves the swarm, and stays in the client until it is removed. */
  #fail(error: unknown): void {
    if (this.#state !== 'running') return;
    this.#state = 'failed';
    this.#settle(error);
    void this.#inTurn(() => this.#stop());
  }

  #tell(): void {
    (this.#subject.options as AddOptions).onProgress?.(this.status());
  }

  #settle(error: unknown): void {
    this.#recheck?.reject(error);
    this.#recheck = undefined;
    this.#metadata.reject(error);
    this.#completed.reject(error);
  }
}

/** Throws `SwarmlabError` where these changes make no sense, or nothing would be left to fetch. */
function changed(metainfo: Metainfo, before: Uint8Array, changes: FilePriorities): Uint8Array {
  const { files, name } = metainfo;
  const priorities = before.slice();
  for (const [number, priority] of Object.entries(changes)) {
    if (files[Number(number) - 1] === undefined) {
      throw new SwarmlabError(`${name} has no file ${number}\n  expected numbers from 1 to ${files.length}`);
    }
    if (!Number.isInteger(priority) || priority < 0 || priority > PRIORITY_MAX) {
      throw new SwarmlabError(
        `${priority} is not a priority\n  expected a whole number from 0 to ${PRIORITY_MAX}`,
      );
    }
    priorities[Number(number) - 1] = priority;
  }
  if (metainfo.totalLength === 0 || wantsAnything(metainfo, priorities)) return priorities;
  throw new SwarmlabError(`of ${name} no file with anything in it is chosen`);
}
