/** What a torrent needs from outside and what can be set about it. */
import type { PeerDiscoverer } from '../discovery/peer-source.ts';
import type { ClientShares } from '../limits/client-limits.ts';
import type { Metainfo } from '../metainfo/index.ts';
import type { TorrentObserver } from '../observer.ts';
import type {
  Address,
  Clock,
  Disk,
  DiskError,
  Hasher,
  Http,
  Microseconds,
  Network,
  Random,
} from '../ports.ts';
import type { Choker } from '../strategies/choker.ts';
import type { PiecePicker } from '../strategies/picker.ts';
import type { Resolver } from '../tracker/resolver.ts';
import type { AnnounceOptions } from './create-announcer.ts';
import type { OnDisk } from './stored-content.ts';

export interface TorrentPorts {
  readonly clock: Clock;
  readonly network: Network;
  readonly http: Http;
  readonly hasher: Hasher;
  /** The torrent's own stream; it forks one for each purpose. */
  readonly random: Random;
  readonly disk: Disk;
  readonly observer: TorrentObserver;
  readonly resolver?: Resolver;
  /** What finds peers beside the trackers; a private torrent makes no use of it (BEP 27). */
  readonly discoverers?: readonly PeerDiscoverer[];
  /** The way to IPv6 trackers by UDP, where `network` is for IPv4 alone. */
  readonly ipv6Network?: Network;
  /** Its part of what all torrents of the client may do together; default: no bound but its own. */
  readonly shares?: ClientShares;
}

export interface TorrentOptions extends AnnounceOptions {
  readonly metainfo: Metainfo;
  /** What the disk holds, as far as it is known. */
  readonly onDisk: OnDisk;
  /**
   * By piece, from 0 (not fetched; what is on disk of it is served all the same) over 1 (low) to 7 (high): of what a peer
   * has, the highest is asked for first. Default: all alike.
   */
  readonly priorities?: Uint8Array | undefined;
  readonly picker: PiecePicker;
  readonly choker: Choker;
  /** Tiers of trackers; default: those of the torrent file. */
  readonly trackers?: readonly (readonly string[])[];
  /** Peers known without a tracker. */
  readonly peers?: readonly Address[];
  /** Peers unchoked at a time, the optimistic one included. Default 5. */
  readonly uploadSlots?: number;
  /** The slot of a peer that leaves or loses interest is given to another at once, not in the next round. Default false. */
  readonly refillsSlotsAtOnce?: boolean;
  /** Default 50. */
  readonly connectionsMax?: number;
  /** Bytes per second of payload; 0 (the default) is no limit. */
  readonly uploadLimitBytesPerSec?: number;
  /** As the upload limit; it limits what is asked for. */
  readonly downloadLimitBytesPerSec?: number;
  /**
   * Pieces that each peer may fetch while we choke it (BEP 6). Default 0: served to many choked peers at once, they
   * would take a slow uplink away from those whom the choker chose.
   */
  readonly allowedFastCount?: number;
  /** Pieces that we, as a seed, suggest at a time, not asked for yet, to each peer that we serve (BEP 6). Default 0; at most 16. */
  readonly suggest?: number;
  /**
   * Names one piece at a time to each peer until it has spread (BEP 16), when we have everything from the start; then
   * nothing is suggested or allowed fast. Default false.
   */
  readonly superSeeding?: boolean | undefined;
  /** Default 60 s. */
  readonly snubAfterUs?: Microseconds;
  /** Gives the metadata to peers that have only a magnet link (BEP 9). Default false. */
  readonly metadataExchange?: boolean;
  /** Tells peers of each other, and hears of others from them (BEP 11). Never for a private torrent. Default false. */
  readonly peerExchange?: boolean;
  /** `peers` are dialled again after seconds, not minutes, and never given up. Default false. */
  readonly redialsUserPeersSoon?: boolean;
  /**
   * A piece that the disk cannot read any more is looked at again, and where it is gone everybody is told so (BEP 54). It is
   * fetched again, or what is left is served. Default: it is a failure of storage.
   */
  readonly onLoss?: 'fetch' | 'serve';
  /** How long a full disk is left alone before it is tried again. Default 30 s. */
  readonly storageRetryUs?: Microseconds;
  readonly events?: TorrentEvents;
}

/** What can be changed while a torrent runs; what is absent stays as it is. Units as in the options. */
export interface TorrentChange {
  readonly picker?: PiecePicker;
  readonly choker?: Choker;
  readonly uploadSlots?: number;
  readonly suggest?: number;
  /** Connections beyond a lower limit stay until they end by themselves. */
  readonly connectionsMax?: number;
  readonly uploadLimitBytesPerSec?: number;
  readonly downloadLimitBytesPerSec?: number;
}

/** What the torrent tells the program that runs it. */
export interface TorrentEvents {
  /** The check of what is on disk is over; `count` pieces are good. */
  onChecked?(count: number): void;
  onCompleted?(): void;
  /** Storage failed and the download is paused. */
  onStorageFailed?(error: DiskError): void;
  /** A disk that was full has stored a block: the download goes on. */
  onStorageRoom?(): void;
}

/** A snapshot for progress lines. */
export interface TorrentStatus {
  readonly state: 'checking' | 'downloading' | 'seeding' | 'failed' | 'paused' | 'stopped';
  /** How much of what had to be hashed at the start was, from 0 to 1. */
  readonly checked: number;
  /** The download waits for room on the disk. */
  readonly isDiskFull: boolean;
  readonly verifiedPieces: number;
  readonly pieceCount: number;
  /** Bytes of verified pieces. */
  readonly verifiedBytes: number;
  /** Bytes of wanted pieces not verified yet. */
  readonly leftBytes: number;
  readonly receivedBytes: number;
  readonly wastedBytes: number;
  readonly sentBytes: number;
  readonly connections: number;
}
