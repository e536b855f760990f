/** What the trackers of a torrent know of its swarm (BEP 15, 48), asked without being part of it. Nothing is written. */
import { fromHex } from '../core/bytes.ts';
import { type ScrapeResult, scrape } from '../core/tracker/scraper.ts';
import { NodeClock } from '../host/node-clock.ts';
import { NodeHttp } from '../host/node-http.ts';
import { NodeNetwork } from '../host/node-network.ts';
import { NodeRandom } from '../host/node-random.ts';
import { trackerResolver } from '../host/node-tracker-resolver.ts';
import { SwarmlabError } from './errors.ts';
import type { TorrentInfo } from './torrent-types.ts';
import type { ScrapeOptions, SwarmCounts } from './tracker-types.ts';

const DEFAULT_TIMEOUT_SECONDS = 20;
const LONGEST_TIMEOUT_SECONDS = 600;

/**
 * Asks all trackers of a torrent at once; one entry for each, in their order, those included that do not answer. Rejects
 * with `SwarmlabError` when an option is wrong.
 */
export async function scrapeTrackers(
  torrent: Pick<TorrentInfo, 'infoHash' | 'trackers'>,
  options: ScrapeOptions = {},
): Promise<readonly SwarmCounts[]> {
  const { timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = options;
  if (!(timeoutSeconds > 0 && timeoutSeconds <= LONGEST_TIMEOUT_SECONDS)) {
    throw new SwarmlabError(`trackers are waited for up to ${LONGEST_TIMEOUT_SECONDS} seconds`);
  }
  const infoHash = fromHex(torrent.infoHash);
  if (infoHash?.length !== 20) throw new SwarmlabError('an info-hash has 40 hex digits');
  const ports = {
    clock: new NodeClock({ keepAlive: true }),
    random: new NodeRandom(),
    network: new NodeNetwork(),
    ipv6Network: new NodeNetwork({ localHost: '::' }),
    http: new NodeHttp(),
    resolver: trackerResolver,
  };
  const deadlineUs = Math.ceil(timeoutSeconds * 1_000_000);
  const results = await new Promise<readonly ScrapeResult[]>((resolve) => {
    scrape(ports, torrent.trackers, infoHash, resolve, deadlineUs);
  });
  return results.map(({ url, counts, message = '' }) =>
    counts === undefined
      ? { url, error: message }
      : { url, seeds: counts.complete, leechers: counts.incomplete, downloads: counts.downloaded },
  );
}
