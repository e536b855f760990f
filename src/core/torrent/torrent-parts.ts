/**
 * What a torrent is made of, wired together: the table of pieces, what asks for them, takes them in and gives them out, who
 * hears what from whom. Whoever is told of something is a method of the torrent; what a part needs of another it is given.
 */
import { MetadataServer } from '../metadata/metadata-server.ts';
import type { ConnectionContext } from '../peer/connection-owner.ts';
import type { PeerConnection } from '../peer/peer-connection.ts';
import { PaddingBlocks } from '../pieces/padding-blocks.ts';
import { PieceTable } from '../pieces/piece-table.ts';
import { RequestScheduler } from '../pieces/request-scheduler.ts';
import type { DiskError } from '../ports.ts';
import { ChokeRounds } from './choke-rounds.ts';
import { ConnectionCare } from './connection-care.ts';
import { DoubtedPieces } from './doubted-pieces.ts';
import { Downloader } from './downloader.ts';
import { HaveExchange } from './have-exchange.ts';
import { PeerSearch } from './peer-search.ts';
import { StorageGate } from './storage-gate.ts';
import { Suggestions } from './suggestions.ts';
import { SuperSeeding } from './super-seeding.ts';
import type { TorrentOptions, TorrentPorts } from './torrent-options.ts';
import { type PeersOwner, TorrentPeers } from './torrent-peers.ts';
import { Uploader } from './uploader.ts';

/** Its fields are private to the compiler alone, as those of `WireDecoder` are. */
export abstract class TorrentParts {
  readonly infoHash: Uint8Array;
  readonly pieceCount: number;
  protected readonly ports: TorrentPorts;
  protected readonly options: TorrentOptions;
  /** Pieces that hold nothing but padding. */
  protected readonly wholePadding: readonly number[];
  protected readonly table: PieceTable;
  protected readonly peers: TorrentPeers;
  protected readonly gate: StorageGate;
  protected readonly scheduler: RequestScheduler;
  protected readonly downloader: Downloader;
  protected readonly doubted: DoubtedPieces;
  protected readonly uploader: Uploader;
  protected readonly haves: HaveExchange;
  protected readonly suggestions: Suggestions;
  protected readonly superSeeding: SuperSeeding | undefined;
  protected readonly choking: ChokeRounds;
  protected readonly care: ConnectionCare;
  protected readonly search: PeerSearch;

  /** `peers`: those that it had before it was a torrent. */
  constructor(
    ports: TorrentPorts,
    context: ConnectionContext,
    options: TorrentOptions,
    peers?: TorrentPeers,
  ) {
    const { metainfo } = options;
    const { random } = ports;
    this.infoHash = metainfo.infoHash;
    this.pieceCount = metainfo.pieceCount;
    this.ports = ports;
    this.options = options;
    const padding = PaddingBlocks.of(metainfo);
    this.wholePadding = padding?.wholePieces(metainfo.geometry) ?? [];
    this.table = new PieceTable(metainfo.geometry, random.fork('rarity'), {
      priorities: options.priorities,
      padding,
    });
    this.peers =
      peers ??
      new TorrentPeers(ports, context, this.asOwner(), {
        ...options,
        infoHash: metainfo.infoHash,
        isPrivate: metainfo.isPrivate,
        metadata: options.metadataExchange === true ? new MetadataServer(metainfo.infoBytes) : undefined,
        connectionsMax: options.connectionsMax ?? 50,
      });
    const { connections } = this.peers;
    const schedulerPorts = { clock: ports.clock, observer: ports.observer, random: random.fork('picker') };
    this.gate = new StorageGate(
      ports.clock,
      options.downloadLimitBytesPerSec ?? 0,
      () => this.onRoom(),
      options.storageRetryUs,
      ports.shares?.download,
    );
    this.scheduler = new RequestScheduler(schedulerPorts, this.table, options.picker, this.gate);
    this.downloader = new Downloader(ports, this.table, this.scheduler, this.gate, {
      connections: connections.ready,
      pieceHash: (piece) => metainfo.pieceHash(piece),
      onPieceVerified: (piece) => this.onPieceVerified(piece),
      onLiar: (connection, piece) => this.onLiar(connection, piece),
      onStorageFailed: (error) => this.onStorageFailed(error),
    });
    this.doubted = new DoubtedPieces(ports.disk, {
      pieceHash: (piece) => metainfo.pieceHash(piece),
      onLost: (piece) => this.onPieceLost(piece),
    });
    this.uploader = new Uploader(ports, options.uploadLimitBytesPerSec ?? 0, ports.shares?.upload);
    this.haves = new HaveExchange(ports, this.table, this.scheduler, {
      connections: connections.ready,
      onUseless: (connection) => this.partFrom(connection),
    });
    this.superSeeding = options.superSeeding
      ? new SuperSeeding(ports.clock, this.table, random.fork('super-seeding'))
      : undefined;
    this.suggestions = new Suggestions(
      this.table,
      random.fork('suggestions'),
      options.superSeeding ? 0 : (options.suggest ?? 0),
      () => {
        this.uploader.onSent = (connection, piece) => this.suggestions.weSent(connection, piece);
        this.uploader.onRefused = (connection, piece) => this.suggestions.weRefused(connection, piece);
      },
    );
    const isComplete = (): boolean => this.table.isFinished;
    this.choking = new ChokeRounds(
      { clock: ports.clock, observer: ports.observer, random: random.fork('choker') },
      options.choker,
      options.uploadSlots ?? 5,
      {
        connections: connections.ready,
        pieceCount: metainfo.pieceCount,
        totalBytes: metainfo.totalLength,
        refillsAtOnce: options.refillsSlotsAtOnce ?? false,
        uploadLimitBytesPerSec: () => this.uploader.limitBytesPerSec,
        isComplete,
        onWeChoked: (connection) => {
          this.haves.standingChanged(connection);
          // What it may finish is not dropped.
          this.suggestions.weChoked(connection);
          this.dropRequests(connection);
        },
        onWeUnchoke: (connection) => {
          this.haves.weUnchoke(connection);
          this.suggestions.suggestTo(connection);
        },
      },
    );
    this.care = new ConnectionCare(
      ports,
      this.scheduler,
      {
        connections: connections.ready,
        isDownloading: () => this.search.isUrgent,
        announceTo: (connection) => this.haves.announceTo(connection),
        sleepsUntilUs: () => this.search.quietUntilUs,
        onCare: () => {
          if (!this.gate.isShut) this.search.look();
        },
      },
      options.snubAfterUs ?? 60_000_000,
    );
    this.search = new PeerSearch(ports.clock, connections, this.peers.dialer, {
      isComplete,
      lastBlockAtUs: () => this.downloader.lastBlockAtUs,
      requestMorePeers: () => this.peers.requestMorePeers(),
    });
  }

  /** Who hears of connections: the torrent itself. */
  protected abstract asOwner(): PeersOwner;
  protected abstract onPieceVerified(piece: number): void;
  protected abstract onPieceLost(piece: number): void;
  protected abstract onLiar(connection: PeerConnection, piece: number): void;
  protected abstract onStorageFailed(error: DiskError): void;
  protected abstract onRoom(): void;
  /** Of no use to us, and we of none to it. */
  protected abstract partFrom(connection: PeerConnection): void;
  protected abstract dropRequests(connection: PeerConnection): void;
}
