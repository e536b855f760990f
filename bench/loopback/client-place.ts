/** Where a client of others listens, on loopback, and what is its own. */
export interface ClientPlace {
  readonly host: string;
  readonly port: number;
  /** The folder that holds, or is to hold, the data. */
  readonly folder: string;
  /** An empty folder for what it keeps besides. */
  readonly state: string;
  /** Finds peers by peer exchange too (BEP 11). */
  readonly peerExchange?: boolean;
}
