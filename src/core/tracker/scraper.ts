/**
 * Asks trackers for the numbers of one swarm (BEP 15, 48), without being part of it: nobody is announced. Invariant: every
 * tracker has exactly one outcome, and the last of them comes no later than the deadline.
 */
import type { Clock, Http, Microseconds, Network, Random, Timer } from '../ports.ts';
import type { ScrapeCounts } from './announce.ts';
import { HttpTrackerClient } from './http-tracker-client.ts';
import type { Resolver } from './resolver.ts';
import { failed, type ScrapeOutcome, type TrackerCall } from './tracker-client.ts';
import { TrackerTiers } from './tracker-tiers.ts';
import { UdpTrackerClient } from './udp-tracker-client.ts';

export interface ScraperPorts {
  readonly clock: Clock;
  readonly network: Network;
  readonly http: Http;
  readonly random: Random;
  readonly ipv6Network?: Network | undefined;
  readonly resolver?: Resolver | undefined;
}

/** Exactly one of the two is defined. `message` is for people. */
export interface ScrapeResult {
  readonly url: string;
  readonly counts: ScrapeCounts | undefined;
  readonly message: string | undefined;
}

/** All trackers are asked at once, so this is the longest that the answer to all of it takes. */
export const SCRAPE_DEADLINE_US: Microseconds = 20 * 1_000_000;

/**
 * `done` follows later, once, with a result for each tracker: in the order of the torrent, at most 100, each URL once. The
 * call that is returned gives up: nothing follows then.
 */
export function scrape(
  ports: ScraperPorts,
  tiers: readonly (readonly string[])[],
  infoHash: Uint8Array,
  done: (results: readonly ScrapeResult[]) => void,
  deadlineUs: Microseconds = SCRAPE_DEADLINE_US,
): TrackerCall {
  const { clock, random, resolver } = ports;
  const order = tiers.flat().map((text) => text.trim());
  const trackers = [...new TrackerTiers(tiers, random.fork('tracker-tiers')).inOrder()].sort(
    (a, b) => order.indexOf(a.url) - order.indexOf(b.url),
  );
  const transactions = random.fork('udp-transactions');
  const udp = new UdpTrackerClient({ ...ports, random: transactions, resolver });
  const http = new HttpTrackerClient(ports);
  const outcomes: (ScrapeOutcome | undefined)[] = trackers.map(() => undefined);
  const calls: TrackerCall[] = [];
  let waiting = trackers.length;
  let deadline: Timer | undefined;
  const end = (): void => {
    deadline?.cancel();
    for (const call of calls) call.cancel();
    udp.close();
    http.close();
  };
  const settle = (index: number, outcome: ScrapeOutcome): void => {
    outcomes[index] = outcome;
    waiting--;
    if (waiting > 0) return;
    end();
    done(trackers.map(({ url }, place) => resultOf(url, outcomes[place])));
  };
  for (const [index, { url, parsed, problem }] of trackers.entries()) {
    if (parsed === undefined) {
      calls.push(clock.schedule(clock.now(), () => settle(index, failed(problem))));
      continue;
    }
    const client = parsed.scheme === 'udp' ? udp : http;
    const request = { url, parsed, hasAlternative: false, infoHashes: [infoHash] };
    calls.push(client.scrape(request, (outcome) => settle(index, outcome)));
  }
  deadline = clock.schedule(trackers.length === 0 ? clock.now() : clock.now() + deadlineUs, () => {
    end();
    done(trackers.map(({ url }, place) => resultOf(url, outcomes[place])));
  });
  return { cancel: end };
}

function resultOf(url: string, outcome: ScrapeOutcome | undefined): ScrapeResult {
  if (outcome === undefined) return { url, counts: undefined, message: 'no answer in time' };
  if (outcome.kind === 'failed') return { url, counts: undefined, message: outcome.message };
  const [counts] = outcome.counts;
  if (counts !== undefined) return { url, counts, message: undefined };
  return { url, counts, message: 'it does not know this torrent' };
}
