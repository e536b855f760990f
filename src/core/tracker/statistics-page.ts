/**
 * What a tracker tells people about itself: a page at `/`, the same as JSON at `/stats.json`. Nothing in it comes from
 * clients but counts and info-hashes, so nothing needs to be escaped; no peer's address is in it.
 */
import { encodeUtf8 } from '../bytes.ts';
import type { HttpReply } from '../http/response.ts';
import type { Microseconds } from '../ports.ts';
import type { SwarmRegistry, TrackerStatistics } from './swarm-registry.ts';

/** Swarms that are named; the others are in the sums. */
const SWARMS_SHOWN = 100;
/** The numbers are worked out at most this often: they look at every swarm. */
const FRESH_US: Microseconds = 1_000_000;

export class StatisticsPage {
  readonly #registry: SwarmRegistry;
  readonly #startUs: Microseconds;
  #atUs = Number.NEGATIVE_INFINITY;
  #statistics: TrackerStatistics | undefined;

  constructor(registry: SwarmRegistry, startUs: Microseconds) {
    this.#registry = registry;
    this.#startUs = startUs;
  }

  /** The answer to a request for one of the two; undefined for any other target. */
  handle(target: string, nowUs: Microseconds): HttpReply | undefined {
    const [path] = target.split('?', 1);
    if (path !== '/' && path !== '/stats.json') return undefined;
    const statistics = this.read(nowUs);
    const uptimeSeconds = Math.floor((nowUs - this.#startUs) / 1_000_000);
    if (path === '/') {
      const body = encodeUtf8(page(statistics, uptimeSeconds));
      return { status: 200, contentType: 'text/html; charset=utf-8', body };
    }
    const body = encodeUtf8(`${JSON.stringify({ uptimeSeconds, ...statistics })}\n`);
    return { status: 200, contentType: 'application/json', body };
  }

  /** The numbers, not older than a second. */
  read(nowUs: Microseconds): TrackerStatistics {
    if (this.#statistics === undefined || nowUs - this.#atUs >= FRESH_US) {
      this.#statistics = this.#registry.statistics(nowUs, SWARMS_SHOWN);
      this.#atUs = nowUs;
    }
    return this.#statistics;
  }
}

function page(statistics: TrackerStatistics, uptimeSeconds: number): string {
  const { announces, scrapes, refused, downloaded, swarms, peers, seeds, largest } = statistics;
  const rows = (cells: readonly (readonly [string, number])[]): string =>
    cells.map(([name, value]) => `<tr><th scope="row">${name}</th><td>${value}</td></tr>`).join('\n');
  const table = largest.map(
    ({ infoHash, complete, incomplete, downloaded: count }) =>
      `<tr><td><code>${infoHash}</code></td><td>${complete}</td><td>${incomplete}</td><td>${count}</td></tr>`,
  );
  const more = swarms > largest.length ? `<p>The ${largest.length} largest of ${swarms}.</p>` : '';
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Tracker</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 50rem; padding: 0 1rem; color-scheme: light dark }
table { border-collapse: collapse; margin: 1rem 0 }
th, td { padding: .2rem 1rem .2rem 0; text-align: left }
td { font-variant-numeric: tabular-nums }
</style>
<h1>Tracker</h1>
<table>
${rows([
  ['torrents', swarms],
  ['peers', peers],
  ['of them seeds', seeds],
  ['downloads finished', downloaded],
  ['announces', announces],
  ['of them refused', refused],
  ['scrapes', scrapes],
  ['seconds up', uptimeSeconds],
])}
</table>
<h2>Torrents</h2>
<table>
<thead><tr><th>info-hash</th><th>seeds</th><th>leechers</th><th>finished</th></tr></thead>
<tbody>
${table.join('\n')}
</tbody>
</table>
${more}
<p>The same as <a href="stats.json">JSON</a>.</p>
</html>
`;
}
