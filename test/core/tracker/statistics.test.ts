/** What a tracker says of itself, and trackers that serve some torrents only. */
import { expect, test } from 'vitest';
import { fromLatin1, toHex } from '../../../src/core/bytes.ts';
import { StatisticsPage } from '../../../src/core/tracker/statistics-page.ts';
import { SwarmRegistry, type TrackerStatistics } from '../../../src/core/tracker/swarm-registry.ts';
import { FakeRandom } from '../../support/fake-world.ts';

const SECOND = 1_000_000;

function hashOf(letter: string): Uint8Array {
  return fromLatin1(letter.repeat(20));
}

function announce(registry: SwarmRegistry, letter: string, peer: number, left: number, nowUs = 0) {
  return registry.announce(
    {
      infoHash: hashOf(letter),
      peerId: fromLatin1(String(peer).padStart(20, '-')),
      port: 1000 + peer,
      uploaded: 0,
      downloaded: 0,
      left,
      event: 'none',
      numwant: 0,
      key: 0,
    },
    { host: '10.0.0.1', port: 5 },
    nowUs,
  );
}

function jsonOf(page: StatisticsPage, nowUs: number): TrackerStatistics & { uptimeSeconds: number } {
  const reply = page.handle('/stats.json?x', nowUs);
  expect(reply).toMatchObject({ status: 200, contentType: 'application/json' });
  return JSON.parse(Buffer.from(reply?.body as Uint8Array).toString());
}

test('the numbers add up, name the largest swarms first, and are fresh after a second', () => {
  const registry = new SwarmRegistry({ random: new FakeRandom() }, { intervalUs: 100 * SECOND });
  const page = new StatisticsPage(registry, 0);
  announce(registry, 'a', 1, 5);
  announce(registry, 'b', 1, 0);
  announce(registry, 'b', 2, 5);
  registry.scrape([hashOf('a')], 0);
  const first = jsonOf(page, 0);
  expect(first).toMatchObject({ announces: 3, scrapes: 1, refused: 0, swarms: 2, peers: 3, seeds: 1 });
  expect(first.largest).toEqual([
    { infoHash: toHex(hashOf('b')), complete: 1, incomplete: 1, downloaded: 0 },
    { infoHash: toHex(hashOf('a')), complete: 0, incomplete: 1, downloaded: 0 },
  ]);
  announce(registry, 'c', 1, 0);
  expect(jsonOf(page, SECOND - 1)).toMatchObject({ swarms: 2 });
  expect(jsonOf(page, SECOND)).toMatchObject({ swarms: 3, uptimeSeconds: 1 });
  // Whoever was silent for two intervals is not counted any more.
  expect(jsonOf(page, 500 * SECOND)).toMatchObject({ swarms: 0, peers: 0, seeds: 0, announces: 4 });
});

test('the page shows the same numbers and stays bounded; other paths are not its business', () => {
  const registry = new SwarmRegistry({ random: new FakeRandom() });
  for (let swarm = 0; swarm < 150; swarm++) announce(registry, String.fromCharCode(256 - swarm), 1, 0);
  const page = new StatisticsPage(registry, 0);
  expect(page.handle('/announce', 0)).toBeUndefined();
  expect(page.handle('/stats.json/x', 0)).toBeUndefined();
  const html = Buffer.from(page.handle('/', 0)?.body as Uint8Array).toString();
  expect(html.match(/<code>[0-9a-f]{40}<\/code>/g)).toHaveLength(100);
  expect(html).toContain(`The 100 largest of ${registry.swarmCount}.`);
  expect(html).toContain(`<th scope="row">torrents</th><td>${registry.swarmCount}</td>`);
  expect(html).not.toContain('10.0.0.1');
});

test('a tracker that serves some torrents refuses the others and keeps nothing of them', () => {
  const allowed = toHex(hashOf('a'));
  const registry = new SwarmRegistry({ random: new FakeRandom() }, { serves: (hash) => hash === allowed });
  expect(announce(registry, 'a', 1, 0).ok).toBe(true);
  const refused = announce(registry, 'b', 1, 0);
  expect(refused.ok).toBe(false);
  if (!refused.ok) expect(refused.error.message).toContain('does not serve this torrent');
  expect(registry.statistics(0, 5)).toMatchObject({ announces: 2, refused: 1, swarms: 1 });
});
