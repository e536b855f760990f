/** What a tracker takes and tells. */

export interface TrackerOptions {
  /** For both transports, TCP and UDP. Default 0: any that is free. */
  readonly port?: number;
  /** Local IP address, such as "127.0.0.1". Default: all, IPv4 and IPv6. */
  readonly host?: string;
  /** How often clients are asked to come, in seconds, from 1 to 86,400. Default 1800. */
  readonly intervalSeconds?: number;
  /** Whether the torrent of this info-hash (40 hex digits) is served. Default: all are. */
  readonly serves?: (infoHash: string) => boolean;
}

export interface Tracker {
  readonly port: number;
  /** To announce to; `statistics` is a page for people. */
  readonly urls: { readonly http: string; readonly udp: string; readonly statistics: string };
  statistics(): TrackerCounts;
  /** Frees the port. What it knew of swarms is gone. */
  close(): void;
}

export interface TrackerCounts {
  /** Since the start; refused ones too. */
  readonly announces: number;
  readonly scrapes: number;
  /** Announces that were answered with a failure. */
  readonly refused: number;
  /** Downloads that finished, as reported, in the swarms that are known now. */
  readonly downloaded: number;
  readonly swarms: number;
  readonly peers: number;
  readonly seeds: number;
}

export interface ScrapeOptions {
  /** How long trackers are waited for, up to 600. Default 20. */
  readonly timeoutSeconds?: number;
}

/** What one tracker knows of a swarm, or why it does not tell. */
export type SwarmCounts =
  | {
      readonly url: string;
      readonly seeds: number;
      readonly leechers: number;
      /** How often a download finished. */
      readonly downloads: number;
    }
  | { readonly url: string; readonly error: string };
