/** The announcer of a torrent, with the torrent's options where they are given and the announcer's own where not. */
import type { ConnectionContext } from '../peer/connection-owner.ts';
import type { Microseconds } from '../ports.ts';
import { Announcer, type AnnouncerHandler } from '../tracker/announcer.ts';
import type { TorrentPorts } from './torrent-options.ts';

/** How to announce; what is absent is up to the announcer. */
export interface AnnounceOptions {
  /** Peers asked for in an announce. Default 50. */
  readonly numwant?: number;
  /** Least interval between announces. Default: the announcer's own. */
  readonly shortestAnnounceIntervalUs?: Microseconds;
  /**
   * Who leaves as soon as the download is complete tells a tracker of the completion first. Default false: then trackers
   * count such a download only where there was time to tell.
   */
  readonly completesBeforeStop?: boolean;
  /** The machine has addresses of both families, and trackers are to hear of both (BEP 7). Default false. */
  readonly bothFamilies?: boolean;
}

export function createAnnouncer(
  ports: Omit<TorrentPorts, 'disk'>,
  context: ConnectionContext,
  infoHash: Uint8Array,
  options: AnnounceOptions,
  tiers: readonly (readonly string[])[],
  handler: AnnouncerHandler,
): Announcer {
  const { numwant, shortestAnnounceIntervalUs, completesBeforeStop, bothFamilies } = options;
  return new Announcer(
    { ...ports, random: ports.random.fork('announcer') },
    {
      infoHash,
      peerId: context.peerId,
      port: context.listenPort,
      key: ports.random.fork('announce-key').uint32(),
    },
    handler,
    {
      tiers,
      ...(numwant === undefined ? {} : { numwant }),
      ...(shortestAnnounceIntervalUs === undefined ? {} : { shortestIntervalUs: shortestAnnounceIntervalUs }),
      ...(completesBeforeStop === undefined ? {} : { completesBeforeStop }),
      ...(bothFamilies === undefined ? {} : { bothFamilies }),
      ...(ports.resolver === undefined ? {} : { resolver: ports.resolver }),
    },
  );
}
