/** The client as the library gives it. Sizes are bytes; units of rates and times are in the names. */
import type { TorrentInfo } from '../client/torrent-types.ts';

export interface ClientOptions {
  /** To listen on, TCP and, for the DHT, UDP. Default 0: any that is free. */
  readonly port?: number;
  /** Local IP address to use, such as "127.0.0.1". Default: all. */
  readonly host?: string;
  /** Takes part in the DHT, beginning with these nodes ("host:port"). Default: yes, with those of torrents and of the last session. */
  readonly dht?: boolean | { readonly bootstrap: readonly string[] };
  /** Tells peers of each other (BEP 11). Default: yes. */
  readonly pex?: boolean;
  /** Finds peers on the local network (BEP 14). Default: yes. */
  readonly lsd?: boolean;
  /** Of all torrents together, payload. Default 0: no limit. */
  readonly uploadLimitBytesPerSec?: number;
  readonly downloadLimitBytesPerSec?: number;
  /** Where it remembers what is complete. Default: where the commands do (`$XDG_STATE_HOME/swarmlab`). */
  readonly stateFolder?: string;
  /** Hears, as lines for people, of trackers that fail, damage, and with `verbose` of who comes and goes. Default: nobody does. */
  readonly onMessage?: (text: string) => void;
  readonly verbose?: boolean;
}

/** A client that listens. It keeps the process alive until it is closed. */
export interface Client {
  readonly address: { readonly host: string; readonly port: number };
  /** Those that were added and not removed. */
  readonly torrents: readonly Torrent[];
  /**
   * Adds a torrent and begins to fetch it: the bytes of a torrent file, the path or URL of one, or a magnet link. Rejects
   * with `SwarmlabError` when it is none, when it cannot be read, or when the client has it already.
   */
  add(source: Uint8Array | string, options: AddOptions): Promise<Torrent>;
  /**
   * Serves what is there already in `folder`. Rejects with `SwarmlabError` when some of it is missing or wrong: nothing is
   * written and nothing fetched.
   */
  seed(source: Uint8Array | string, options: SeedOptions): Promise<Torrent>;
  /** Tells trackers and peers, stores what is pending and remembers what is complete. */
  close(): Promise<void>;
}

/** By number of the file, from 1 as `TorrentInfo.files` has them: a whole number from 0 to 7. */
export type FilePriorities = Readonly<Record<number, number>>;

export interface SeedOptions {
  /** The folder that holds the torrent's file or folder. */
  readonly folder: string;
  /** Peers to dial besides those that are found: "host:port". */
  readonly peers?: readonly string[];
  /** Of this torrent, payload. Default 0: no limit. */
  readonly uploadLimitBytesPerSec?: number;
  /** Hashes everything, whatever is remembered. Default: no. */
  readonly check?: boolean;
  /** Names one piece at a time to each peer until it has spread, while it is complete from the start (BEP 16). Default: no. */
  readonly superSeeding?: boolean;
}

export interface AddOptions extends SeedOptions {
  /**
   * Where the files go. They have their names from the beginning: what is complete is what `completed` says. What is
   * there is mended when some of it is the torrent's, else left alone, and the download fails.
   */
  readonly folder: string;
  /** Numbers of the files to fetch, from 1 as `TorrentInfo.files` has them. Default: all, or those of the magnet link. */
  readonly files?: readonly number[];
  /**
   * Of files, by their numbers: 0 is not fetched, 1 low, 7 high, and 4 is what the others have. Of what a peer has, the highest
   * is asked for first. Default: as they were when the torrent was here last, else all alike.
   */
  readonly priorities?: FilePriorities;
  /** In the order of the files, which is worse for everybody else. Default: no. */
  readonly sequential?: boolean;
  /** Of this torrent. Default 0: no limit. */
  readonly downloadLimitBytesPerSec?: number;
  /** Twice a second while it is checked or fetched, and when it is complete. */
  readonly onProgress?: (status: TorrentStatus) => void;
}

export interface Torrent {
  /** 40 hex digits. */
  readonly infoHash: string;
  /** Undefined until the metadata of a magnet link is there. */
  readonly info: TorrentInfo | undefined;
  /** Resolves when the metadata is known. Rejects with `SwarmlabError` when the torrent fails or is removed before. */
  metadata(): Promise<TorrentInfo>;
  /** Resolves when every chosen file is there and right. Rejects as `metadata` does. It is served from then on. */
  completed(): Promise<void>;
  status(): TorrentStatus;
  /** By file, in the order of `info.files`; empty until the metadata is known. */
  readonly priorities: readonly number[];
  /**
   * Changes the priorities of these files; those of the others stay. When something more is wanted than before, a download
   * that was complete goes on, and `completed` is about what is wanted then. Throws `SwarmlabError` for a file or a number that
   * there is not, where nothing would be left to fetch, and for a torrent that is only served.
   */
  setPriorities(priorities: FilePriorities): void;
  /** Leaves the swarm until `resume`; what is there stays, and is remembered. */
  pause(): Promise<void>;
  resume(): void;
  /**
   * Leaves the swarm, hashes all that is there, whatever is remembered, and comes back: what is damaged is fetched again, and
   * `completed` is about what is wanted then. Also of a torrent that is paused or has failed. Resolves when all is hashed;
   * rejects with `SwarmlabError` where its metadata is not known, where it is paused or removed before that, and where one
   * that is only served is damaged.
   */
  recheck(): Promise<void>;
  /** Leaves the swarm and forgets the torrent; its files stay. */
  remove(): Promise<void>;
}

export interface TorrentStatus {
  readonly state: 'metadata' | 'checking' | 'downloading' | 'seeding' | 'paused' | 'failed' | 'removed';
  /** How much of what had to be hashed at the start was, from 0 to 1. */
  readonly checked: number;
  /** The download waits for room on the disk. */
  readonly isDiskFull: boolean;
  readonly verifiedPieces: number;
  /** 0 while the metadata is not known. */
  readonly pieceCount: number;
  /** Of all pieces that are there and right. */
  readonly verifiedBytes: number;
  /** Of chosen files, not verified yet. */
  readonly leftBytes: number;
  /** Payload, since it was added or resumed. */
  readonly receivedBytes: number;
  readonly sentBytes: number;
  /** Received in vain. */
  readonly wastedBytes: number;
  readonly connections: number;
  /** What its trackers remarked when they answered last, by URL; those without a remark are left out. */
  readonly trackerWarnings: readonly { readonly tracker: string; readonly message: string }[];
}
