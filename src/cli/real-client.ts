/**
 * One torrent of an ordinary client on real sockets: what `get`, `seed` and the library share. Its files are below a folder,
 * what is complete of them is remembered, and there is a promise for its end. It has a part in a client that listens.
 */
import { join } from 'node:path';
import { type MagnetLink, Metainfo, PRIORITY_DEFAULT, piecePriorities } from '../core/metainfo/index.ts';
import type { Address, DiskError } from '../core/ports.ts';
import { RarestFirstPicker } from '../core/strategies/rarest-first.ts';
import { SequentialPicker } from '../core/strategies/sequential-picker.ts';
import { TitForTat } from '../core/strategies/tit-for-tat.ts';
import type { MagnetStart, MagnetTorrent } from '../core/torrent/magnet-torrent.ts';
import type { Torrent } from '../core/torrent/torrent.ts';
import { NodeDisk } from '../host/node-disk.ts';
import { ResumeKeeper, type ResumeSnapshot } from '../host/resume-keeper.ts';
import type { ClientSettings } from './client-arguments.ts';
import { MessagePrinter, type TrackerWarning } from './output/message-printer.ts';
import type { Terminal } from './output/terminal.ts';
import type { SocketClient } from './socket-client.ts';

/** Where the data of a torrent is. */
export interface Placement {
  readonly folder: string;
  /** Where each file is, relative to the folder; default: as the torrent says. */
  readonly pathOf?: (path: readonly string[], index: number) => readonly string[];
  /** Where a file is kept that was not wanted at the start, once it is. Default: where it is. */
  readonly homeOf?: (path: readonly string[]) => readonly string[];
  readonly onDisk: 'nothing' | 'unknown';
  /** By file, from 0 (not fetched) to 7; default: all alike. */
  readonly priorities?: Uint8Array;
  /** In the order of the files instead of rarest first. */
  readonly sequential?: boolean;
  /** Where what is complete is remembered. */
  readonly resumePath: string;
  /** Everything is hashed, whatever is remembered. */
  readonly check: boolean;
}

export interface RealTorrentOptions {
  /** The torrent, or the link to one whose metadata is to be fetched from peers. */
  readonly source: Metainfo | MagnetSource;
  /** Called once, as soon as the metadata is known; undefined: it is not to be started. */
  place(metainfo: Metainfo): Placement | undefined;
  readonly readOnly: boolean;
  /** Pieces that a choked peer may fetch (BEP 6). */
  readonly allowedFastCount: number;
  /** Names one piece at a time to each peer (BEP 16). */
  readonly superSeeding?: boolean;
}

export interface MagnetSource {
  readonly link: MagnetLink;
  readonly peers: readonly Address[];
}

export interface RealTorrentEvents {
  onChecked(pieces: number): void;
  onCompleted(): void;
  onFailed(message: string): void;
  /** The disk is full and the download waits. */
  onDiskFull?(message: string): void;
  onRoom?(): void;
}

/** A full disk is tried again after this long. */
const FULL_DISK_RETRY_US = 5_000_000;

export class RealTorrent {
  readonly #sockets: SocketClient;
  readonly #options: RealTorrentOptions;
  readonly #settings: ClientSettings;
  readonly #terminal: Pick<Terminal, 'print'>;
  readonly #events: RealTorrentEvents;
  #torrent: Torrent | undefined;
  #magnet: MagnetTorrent | undefined;
  /** From the moment on at which the torrent is known. */
  #keeper: ResumeKeeper | undefined;
  #metainfo: Metainfo | undefined;
  #disk: NodeDisk | undefined;
  #placement: Placement | undefined;
  /** Where each file is, relative to the folder. */
  #paths: (readonly string[])[] = [];
  readonly #observer: MessagePrinter;

  /** `sockets`: a client that listens already; it may have other torrents, and goes on when this one stops. */
  constructor(
    options: RealTorrentOptions,
    settings: ClientSettings,
    terminal: Pick<Terminal, 'print'>,
    events: RealTorrentEvents,
    sockets: SocketClient,
  ) {
    this.#options = options;
    this.#settings = settings;
    this.#terminal = terminal;
    this.#events = events;
    this.#observer = new MessagePrinter(terminal, settings.verbose);
    this.#sockets = sockets;
  }

  /** Joins the swarm. */
  start(): void {
    const { source } = this.#options;
    const { peers, peerExchange, host } = this.#settings;
    const observer = this.#observer;
    if (source instanceof Metainfo) {
      const start = this.#startOf(source);
      if (start === undefined) return;
      const { disk, options } = start;
      this.#torrent = this.#sockets.client.add({ disk, observer }, { ...options, metainfo: source, peers });
      return;
    }
    this.#magnet = this.#sockets.client.addMagnet(
      { observer },
      {
        link: source.link,
        peers: [...source.peers, ...peers],
        peerExchange,
        completesBeforeStop: true,
        bothFamilies: host === undefined,
        redialsUserPeersSoon: true,
        onFailed: (message) => this.#events.onFailed(message),
        onMetadata: (metainfo) => {
          const start = this.#startOf(metainfo);
          // The torrent is made right after this call.
          this.#sockets.clock.schedule(this.#sockets.clock.now(), () => {
            this.#torrent = this.#magnet?.torrent;
          });
          return start;
        },
      },
    );
  }

  /** Undefined until the metadata is known. */
  status(): ReturnType<Torrent['status']> | undefined {
    return this.#torrent?.status();
  }

  /** What its trackers remarked when they answered last. */
  get trackerWarnings(): readonly TrackerWarning[] {
    return this.#observer.trackerWarnings;
  }

  /** While the metadata is being fetched. */
  metadataProgress(): MagnetTorrent['metadataProgress'] | undefined {
    return this.#torrent === undefined ? this.#magnet?.metadataProgress : undefined;
  }

  /** By file, from 0 (not fetched) to 7; takes effect at once. To be called when the metadata is known. */
  prioritize(priorities: Uint8Array): void {
    const metainfo = this.#metainfo;
    const { homeOf, folder } = this.#placement ?? {};
    if (metainfo === undefined || folder === undefined) return;
    for (const [index, { path, pad }] of metainfo.files.entries()) {
      if (homeOf === undefined || pad || priorities[index] === 0) continue;
      const home = homeOf(path);
      if (equal(this.#paths[index], home)) continue;
      const error = this.#disk?.moveFile(index, home);
      if (error !== undefined) {
        this.#events.onFailed(error.message);
        return;
      }
      this.#paths[index] = home;
      this.#keeper?.fileMoved(index, join(folder, ...home));
    }
    this.#remember(priorities);
    const pieces = piecePriorities(metainfo, priorities);
    this.#torrent?.prioritize(pieces ?? new Uint8Array(metainfo.pieceCount).fill(PRIORITY_DEFAULT));
  }

  /** What was wanted is there, and whoever comes again wants something else: its priorities are not remembered. */
  forgetPriorities(): void {
    this.#remember(undefined);
  }

  #remember(priorities: Uint8Array | undefined): void {
    if (this.#keeper !== undefined) this.#keeper.priorities = unlessAlike(priorities);
  }

  /** Says goodbye to trackers and peers, stores what is pending and remembers what is complete. */
  async stop(): Promise<DiskError | undefined> {
    // The clock's timers do not hold the process, so something else must until everybody was told.
    const hold = setInterval(() => {}, 1000);
    try {
      const known = this.#snapshot();
      const error = await new Promise<DiskError | undefined>((resolve) => {
        this.#sockets.client.remove(this.#infoHash, resolve);
      });
      await this.#keeper?.finish(error === undefined ? (this.#snapshot() ?? known) : undefined);
      return error;
    } finally {
      clearInterval(hold);
    }
  }

  /** After `stop`: the files have other names now, and what is remembered of them belongs to another path. */
  async moved(resumePath: string, fileOf: (path: readonly string[]) => string): Promise<void> {
    const files = this.#metainfo?.files.map(({ path }) => fileOf(path)) ?? [];
    await this.#keeper?.move(resumePath, files, this.#snapshot());
  }

  get #infoHash(): Uint8Array {
    const { source } = this.#options;
    return source instanceof Metainfo ? source.infoHash : source.link.infoHash;
  }

  #snapshot(): ResumeSnapshot | undefined {
    const verified = this.#torrent?.verified();
    if (this.#torrent === undefined || verified === undefined || verified === 'unknown') return undefined;
    return { verified, partial: this.#torrent.partialPieces() };
  }

  #startOf(metainfo: Metainfo): MagnetStart | undefined {
    const placement = this.#options.place(metainfo);
    if (placement === undefined) return undefined;
    const { folder, onDisk, priorities, resumePath, check } = placement;
    const { readOnly, allowedFastCount, superSeeding } = this.#options;
    const { uploadLimitBytesPerSec, downloadLimitBytesPerSec, peerExchange, host } = this.#settings;
    const pathOf = placement.pathOf ?? ((path) => path);
    this.#paths = metainfo.files.map(({ path }, index) => pathOf(path, index));
    const disk = new NodeDisk(
      folder,
      {
        files: metainfo.files.map(({ offset, length, pad }, index) => ({
          path: this.#paths[index] as readonly string[],
          offset,
          lengthBytes: length,
          pad,
        })),
        pieceLengthBytes: metainfo.pieceLength,
        totalBytes: metainfo.totalLength,
      },
      { readOnly, blockBuffers: this.#sockets.blockBuffers },
    );
    const keeper = new ResumeKeeper({
      metainfo,
      path: resumePath,
      files: this.#paths.map((path) => join(folder, ...path)),
      onTrouble: (message) => this.#terminal.print(message),
    });
    keeper.priorities = unlessAlike(priorities);
    const remembered = check || onDisk === 'nothing' ? undefined : keeper.load();
    keeper.start(
      () => this.#snapshot(),
      () => disk.takeWritten(),
    );
    this.#keeper = keeper;
    this.#metainfo = metainfo;
    this.#disk = disk;
    this.#placement = placement;
    const events = this.#events;
    const options = {
      uploadLimitBytesPerSec,
      downloadLimitBytesPerSec,
      peerExchange,
      metadataExchange: true,
      completesBeforeStop: true,
      bothFamilies: host === undefined,
      redialsUserPeersSoon: true,
      onLoss: readOnly ? ('serve' as const) : ('fetch' as const),
      onDisk: remembered ?? onDisk,
      storageRetryUs: FULL_DISK_RETRY_US,
      allowedFastCount,
      superSeeding,
      priorities: priorities && piecePriorities(metainfo, priorities),
      picker: placement.sequential === true ? new SequentialPicker() : new RarestFirstPicker(),
      choker: new TitForTat(),
      refillsSlotsAtOnce: true,
      events: {
        onChecked: events.onChecked,
        onCompleted: events.onCompleted,
        onStorageFailed: (error: DiskError) => {
          if (error.kind === 'full' && events.onDiskFull !== undefined) events.onDiskFull(error.message);
          else events.onFailed(error.message);
        },
        onStorageRoom: () => events.onRoom?.(),
      },
    };
    return { disk, options };
  }
}

/** Nothing need be remembered of files that are all as any other. */
function unlessAlike(priorities: Uint8Array | undefined): Uint8Array | undefined {
  return priorities?.every((priority) => priority === PRIORITY_DEFAULT) ? undefined : priorities;
}

function equal(path: readonly string[] | undefined, other: readonly string[]): boolean {
  return path?.join('/') === other.join('/');
}
