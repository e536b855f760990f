import { expect, it } from 'vitest';
import type { Address } from '../../../src/core/ports.ts';
import { ConnectionTable } from '../../../src/core/torrent/connection-table.ts';
import { Dialer } from '../../../src/core/torrent/dialer.ts';
import { PeerSearch } from '../../../src/core/torrent/peer-search.ts';
import { FakeClock, FakeRandom } from '../../support/fake-world.ts';

const MINUTE = 60_000_000;
const LOOK = 10_000_000;

/** A download that has as many connections as it wants, and hears of more peers than it can ever dial. */
function contentDownload() {
  const clock = new FakeClock();
  const subject = { lastBlockUs: 0, complete: false, asked: 0 };
  const target = { connectionCount: 30, dials: 0, dial: () => void target.dials++ };
  const dialer = new Dialer({ clock, random: new FakeRandom() }, target, { connectionsMax: 50 });
  const table = new ConnectionTable(new Uint8Array(20), 50);
  const search = new PeerSearch(clock, table, dialer, {
    isComplete: () => subject.complete,
    lastBlockAtUs: () => subject.lastBlockUs,
    requestMorePeers: () => void subject.asked++,
  });
  dialer.add(
    Array.from(
      { length: 2000 },
      (_, index): Address => ({ host: `10.1.${index >> 8}.${index & 255}`, port: 1 }),
    ),
  );
  /** Dials within so many minutes, looking every ten seconds; each leads to a handshake, and to nothing. */
  const dialsIn = (minutes: number): number => {
    const before = target.dials;
    for (const endUs = clock.now() + minutes * MINUTE; clock.now() < endUs; clock.advance(LOOK)) {
      const dials = target.dials;
      search.look();
      for (let dial = dials; dial < target.dials; dial++) dialer.opened();
    }
    return target.dials - before;
  };
  return { clock, subject, target, search, dialsIn };
}

it('a download that starves tries others at once, and then ever more seldom', () => {
  const { dialsIn } = contentDownload();
  expect(dialsIn(5)).toBe(0);
  expect(dialsIn(5)).toBeGreaterThanOrEqual(5);
  const inAnHour = dialsIn(60);
  expect(inAnHour).toBeGreaterThanOrEqual(60 / 3);
  expect(inAnHour).toBeLessThanOrEqual(60 / 2.5);
});

it('a block ends its hunger and its patience', () => {
  const { clock, subject, dialsIn } = contentDownload();
  dialsIn(60);
  subject.lastBlockUs = clock.now();
  expect(dialsIn(5)).toBe(0);
  expect(dialsIn(1)).toBe(3);
});

it('is urgent while blocks come or connections are wanted, and not when neither is so', () => {
  const { clock, subject, target, search } = contentDownload();
  expect(search.isUrgent).toBe(true);
  clock.advance(5 * MINUTE);
  expect(search.isUrgent).toBe(false);
  target.connectionCount = 29;
  expect(search.isUrgent).toBe(true);
  subject.complete = true;
  expect(search.isUrgent).toBe(false);
});

it('a seed without a connection has nothing to look for until it may ask again', () => {
  const { clock, subject, target, search } = contentDownload();
  expect(search.quietUntilUs).toBe(0);
  subject.complete = true;
  target.connectionCount = 0;
  clock.advance(MINUTE);
  search.look();
  expect(search.quietUntilUs).toBe(2 * MINUTE);
  clock.advance(MINUTE);
  search.look();
  expect(search.quietUntilUs).toBe(4 * MINUTE);
});
