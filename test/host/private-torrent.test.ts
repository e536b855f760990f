/** A private torrent on real sockets (BEP 27): with another tracker come other peers, and those of the first go. */
import { expect, it, onTestFinished } from 'vitest';
import { pollUntil } from '../contract/world.ts';
import { FixedTracker } from '../support/fixed-tracker.ts';
import { type LoopbackClient, startLoopbackClient } from '../support/loopback-client.ts';

/** Has nothing: nobody ever completes, and so nobody leaves by itself. */
function start(host: string, ...trackers: readonly string[]): Promise<LoopbackClient> {
  return startLoopbackClient({ host, trackers, isPrivate: true, shortestAnnounceIntervalUs: 100_000 });
}

it('drops its peers when another tracker answers than before', async () => {
  const [one, other] = [await start('127.0.31.81'), await start('127.0.31.82')];
  const first = await FixedTracker.start('127.0.31.84', [one.address], { interval: 1 });
  const second = await FixedTracker.start('127.0.31.85', [other.address], { interval: 1 });
  onTestFinished(() => second.close());
  const { observer, torrent } = await start('127.0.31.83', first.announceUrl, second.announceUrl);
  await pollUntil(() => observer.of('connected').length === 1);
  first.close();
  await pollUntil(() => observer.of('connected').length === 2 && torrent.status().connections === 1);
  expect(observer.of('disconnected').map(({ details }) => details[0])).toEqual([
    'another tracker of a private torrent',
  ]);
  await pollUntil(() => one.torrent.status().connections === 0);
  expect(other.torrent.status().connections).toBe(1);
  expect(second.events[0]).toBe('started');
});
