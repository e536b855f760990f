/** What the library says of torrents, and takes to make one. Plain data; lengths are in bytes. */

export interface TorrentInfo {
  /** Safe as the name of a file or folder. */
  readonly name: string;
  /** 40 hex digits. */
  readonly infoHash: string;
  /** The magnet link that names it, with its trackers. */
  readonly magnet: string;
  readonly totalLength: number;
  readonly pieceLength: number;
  readonly pieceCount: number;
  /** Peers come from its trackers alone (BEP 27). */
  readonly private: boolean;
  readonly source: string | null;
  readonly comment: string | null;
  readonly createdBy: string | null;
  /** "2026-11-23T10:58:19Z". */
  readonly created: string | null;
  /** Tiers of tracker URLs (BEP 12). */
  readonly trackers: readonly (readonly string[])[];
  readonly webSeeds: readonly string[];
  /** Keys that swarmlab does not read. They come from the file as they are: do not print them to a terminal unchecked. */
  readonly otherKeys: readonly string[];
  readonly files: readonly TorrentFileInfo[];
}

export interface TorrentFileInfo {
  /** From 1: how `files` of a download names it. */
  readonly number: number;
  /** Safe, below the folder that the torrent is saved in; components end with "/". */
  readonly path: string;
  /** As the torrent file has it, where that is not safe or not distinct. */
  readonly originalPath?: string;
  readonly length: number;
  /** Zeros that are never stored (BEP 47). */
  readonly pad?: boolean;
  readonly executable?: boolean;
  readonly hidden?: boolean;
  readonly linkTo?: string;
}

export interface CreateTorrentOptions {
  /** Default: that of the file or folder. */
  readonly name?: string;
  /** Tiers of trackers (BEP 12): `[['udp://a.example:6969/announce'], ['http://b.example/announce']]`. Default: none. */
  readonly trackers?: readonly (readonly string[])[];
  /** HTTP servers that have the content too (BEP 19). */
  readonly webSeeds?: readonly string[];
  /** A power of two from 16 KiB to 256 MiB. Default: by the size of the content. */
  readonly pieceLength?: number;
  /** Peers come from its trackers alone (BEP 27). Default: no. */
  readonly private?: boolean;
  /** Where it comes from; torrents of two sources have two info-hashes. */
  readonly source?: string;
  readonly comment?: string;
  /** When it was made. Default: now. `null`: not said, so that the same content makes the same bytes. */
  readonly created?: Date | null;
  /** Starts every file with a piece, by padding that is never stored (BEP 47). Default: no. */
  readonly pad?: boolean;
  /** Hears of the bytes hashed so far and of those that there are. */
  readonly onProgress?: (hashedBytes: number, totalBytes: number) => void;
  /** Ends it early: the promise rejects. */
  readonly signal?: AbortSignal;
}

export interface CreatedTorrent {
  /** The torrent file. */
  readonly bytes: Uint8Array;
  readonly info: TorrentInfo;
}
