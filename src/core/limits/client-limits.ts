/** What all torrents of a client may do together: bytes per second both ways, connections, dials under way. */
import type { Clock } from '../ports.ts';
import { ConnectionPlaces, type TorrentPlaces } from './connection-places.ts';
import { SharedLimit } from './shared-limit.ts';
import type { WiderLimit } from './token-bucket.ts';

export interface ClientLimitOptions {
  /** Bytes per second of payload, of all torrents; 0 (the default) is no limit. */
  readonly uploadLimitBytesPerSec?: number | undefined;
  readonly downloadLimitBytesPerSec?: number | undefined;
  /** Connections of all torrents. Default 500. A client with one torrent has that one's limit instead. */
  readonly connectionsMax?: number | undefined;
}

/** One torrent's part of them. */
export interface ClientShares {
  readonly upload: WiderLimit;
  readonly download: WiderLimit;
  readonly places: TorrentPlaces;
}

const CONNECTIONS_MAX = 500;
/** Dials under way in all: routers of homes forget connections when there are hundreds. */
const DIALS_MAX = 50;

export class ClientLimits {
  readonly upload: SharedLimit;
  readonly download: SharedLimit;
  readonly places: ConnectionPlaces;

  constructor(clock: Clock, options: ClientLimitOptions) {
    this.upload = new SharedLimit(clock, options.uploadLimitBytesPerSec ?? 0);
    this.download = new SharedLimit(clock, options.downloadLimitBytesPerSec ?? 0);
    this.places = new ConnectionPlaces(clock, options.connectionsMax ?? CONNECTIONS_MAX, DIALS_MAX);
  }

  /** For one more torrent. */
  share(): ClientShares {
    return { upload: this.upload.share(), download: this.download.share(), places: this.places.share() };
  }
}
