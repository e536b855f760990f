/** A tracker by HTTP and UDP on one port (BEP 3, 15, 23, 48). It keeps nothing on disk. */
import { formatAddress, parseIp } from '../core/address.ts';
import { TrackerServer } from '../host/tracker-server.ts';
import { SwarmlabError } from './errors.ts';
import type { Tracker, TrackerOptions } from './tracker-types.ts';

const LONGEST_INTERVAL_SECONDS = 86_400;
const DEFAULT_INTERVAL_SECONDS = 1800;
/** Clients are asked not to come more often, unless the interval itself is shorter. */
const MIN_INTERVAL_SECONDS = 60;

/** Resolves when it listens. Rejects with `SwarmlabError` when an option is wrong, or when the port is taken. */
export async function startTracker(options: TrackerOptions = {}): Promise<Tracker> {
  const { port = 0, host, intervalSeconds = DEFAULT_INTERVAL_SECONDS, serves } = options;
  if (host !== undefined && parseIp(host) === undefined) {
    throw new SwarmlabError(`"${host}" is not an IP address of this machine, such as 127.0.0.1`);
  }
  if (!(intervalSeconds >= 1 && intervalSeconds <= LONGEST_INTERVAL_SECONDS)) {
    throw new SwarmlabError(`an interval is from 1 to ${LONGEST_INTERVAL_SECONDS} seconds`);
  }
  const intervalUs = Math.floor(intervalSeconds) * 1_000_000;
  const server = new TrackerServer({
    port,
    ...(host === undefined ? {} : { localHost: host }),
    registry: {
      intervalUs,
      minIntervalUs: Math.min(MIN_INTERVAL_SECONDS * 1_000_000, intervalUs),
      ...(serves === undefined ? {} : { serves }),
    },
  });
  const bound = await server.listen().catch((error: Error) => {
    throw new SwarmlabError(error.message, 'unavailable');
  });
  const place = formatAddress({ host: host ?? '127.0.0.1', port: bound.port });
  return {
    port: bound.port,
    urls: {
      http: `http://${place}/announce`,
      udp: `udp://${place}/announce`,
      statistics: `http://${place}/`,
    },
    statistics: () => {
      const { largest: _largest, ...statistics } = server.statistics();
      return statistics;
    },
    close: () => server.close(),
  };
}
