/**
 * A torrent as its metainfo describes it (BEP 3), checked and made safe. Invariants: the files' lengths add up to the
 * total length, there is one hash for each piece, and every path is distinct and safe to create below any folder.
 */
import { invariant } from '../result.ts';
import { FileLayout } from './file-layout.ts';
import { PieceGeometry } from './piece-geometry.ts';

/** Length in bytes of a SHA-1 digest. */
export const HASH_LENGTH = 20;

export interface TorrentFile {
  /**
   * Where the file belongs, relative to the folder the torrent is saved in: safe components, at least one. In a
   * multi-file torrent the first one is the torrent's name.
   */
  readonly path: readonly string[];
  /** The components as the torrent file has them, the torrent's name first. Unsafe: never to be given to a disk. */
  readonly originalPath: readonly Uint8Array[];
  /** Offset of its first byte in the content, in bytes. */
  readonly offset: number;
  /** In bytes; 0 for an empty file. */
  readonly length: number;
  /** A pad file (BEP 47): zeros that align the next file. Never stored. */
  readonly pad: boolean;
  readonly executable: boolean;
  readonly hidden: boolean;
  /**
   * For a symbolic link (BEP 47; its length is 0) to a file of this torrent: the index of that file. Undefined for any
   * other file, and for links elsewhere or to other links, which become plain empty files.
   */
  readonly linkTarget: number | undefined;
}

/** What the info dictionary says. */
export interface InfoFields {
  /** 20 bytes: the SHA-1 digest of `infoBytes`. */
  readonly infoHash: Uint8Array;
  /** The info dictionary as it was received, byte for byte. */
  readonly infoBytes: Uint8Array;
  /** The safe name of the file or of the folder. */
  readonly name: string;
  readonly pieceLength: number;
  /** The hashes of all pieces end to end, 20 bytes each. */
  readonly pieceHashes: Uint8Array;
  readonly files: readonly TorrentFile[];
  readonly isMultiFile: boolean;
  /** Peers may come from the trackers only (BEP 27). */
  readonly isPrivate: boolean;
  /** Where the torrent says it comes from. */
  readonly source: string | undefined;
}

/** A host, by name or address, and a port from 1 to 65535. */
export interface NamedNode {
  readonly host: string;
  readonly port: number;
}

/** What a torrent file says beside the info dictionary. */
export interface OuterFields {
  /** Tracker URLs in tiers (BEP 12), no URL twice; empty when there are none. */
  readonly trackers: readonly (readonly string[])[];
  /** Web seed URLs (BEP 19). */
  readonly webSeeds: readonly string[];
  /** Nodes of the DHT to begin with (BEP 5), as they are written. */
  readonly dhtNodes: readonly NamedNode[];
  readonly comment: string | undefined;
  readonly createdBy: string | undefined;
  /** Seconds since 1970. */
  readonly creationDate: number | undefined;
}

export class Metainfo implements InfoFields, OuterFields {
  readonly infoHash: Uint8Array;
  readonly infoBytes: Uint8Array;
  readonly name: string;
  readonly pieceLength: number;
  readonly pieceHashes: Uint8Array;
  readonly files: readonly TorrentFile[];
  readonly isMultiFile: boolean;
  readonly isPrivate: boolean;
  readonly source: string | undefined;
  readonly trackers: readonly (readonly string[])[];
  readonly webSeeds: readonly string[];
  readonly dhtNodes: readonly NamedNode[];
  readonly comment: string | undefined;
  readonly createdBy: string | undefined;
  readonly creationDate: number | undefined;
  readonly layout: FileLayout;
  readonly geometry: PieceGeometry;

  constructor(info: InfoFields, outer: OuterFields) {
    this.infoHash = info.infoHash;
    this.infoBytes = info.infoBytes;
    this.name = info.name;
    this.pieceLength = info.pieceLength;
    this.pieceHashes = info.pieceHashes;
    this.files = info.files;
    this.isMultiFile = info.isMultiFile;
    this.isPrivate = info.isPrivate;
    this.source = info.source;
    this.trackers = outer.trackers;
    this.webSeeds = outer.webSeeds;
    this.dhtNodes = outer.dhtNodes;
    this.comment = outer.comment;
    this.createdBy = outer.createdBy;
    this.creationDate = outer.creationDate;
    this.layout = new FileLayout(info.files, info.pieceLength);
    this.geometry = new PieceGeometry(this.layout.totalLength, info.pieceLength);
    invariant(this.pieceHashes.length === this.pieceCount * HASH_LENGTH, 'not one hash for each piece');
  }

  get pieceCount(): number {
    return this.geometry.pieceCount;
  }

  /** Name of the one file or folder that all files are below, as it is stored. */
  get topName(): string {
    return this.files[0]?.path[0] ?? this.name;
  }

  /** In bytes, pad files included. */
  get totalLength(): number {
    return this.geometry.totalLength;
  }

  /** The expected SHA-1 digest of `piece`, as a view of 20 bytes. */
  pieceHash(piece: number): Uint8Array {
    invariant(piece >= 0 && piece < this.pieceCount, 'no such piece');
    return this.pieceHashes.subarray(piece * HASH_LENGTH, (piece + 1) * HASH_LENGTH);
  }
}
