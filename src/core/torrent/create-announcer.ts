/** The announcer of a torrent, with the torrent's options where they are given and the announcer's own where not. */
import type { ConnectionContext } from '../peer/connection-owner.ts';
import { Announcer, type AnnouncerHandler } from '../tracker/announcer.ts';
import type { TorrentOptions, TorrentPorts } from './torrent-options.ts';

export function createAnnouncer(
  ports: TorrentPorts,
  context: ConnectionContext,
  options: TorrentOptions,
  tiers: readonly (readonly string[])[],
  handler: AnnouncerHandler,
): Announcer {
  const { numwant, shortestAnnounceIntervalUs } = options;
  return new Announcer(
    { ...ports, random: ports.random.fork('announcer') },
    {
      infoHash: options.metainfo.infoHash,
      peerId: context.peerId,
      port: context.listenPort,
      key: ports.random.fork('announce-key').uint32(),
    },
    handler,
    {
      tiers,
      ...(numwant === undefined ? {} : { numwant }),
      ...(shortestAnnounceIntervalUs === undefined ? {} : { shortestIntervalUs: shortestAnnounceIntervalUs }),
      ...(ports.resolver === undefined ? {} : { resolver: ports.resolver }),
    },
  );
}
