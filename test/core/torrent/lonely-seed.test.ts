import { expect, it } from 'vitest';
import { LonelySeed } from '../../../src/core/torrent/lonely-seed.ts';

const MINUTE = 60_000_000;

/** Minutes within a day at which it asks, looking every ten seconds; `connections` tells how many it has then. */
function asks(connections: (minute: number) => number): number[] {
  const seed = new LonelySeed();
  const asked: number[] = [];
  for (let atUs = 0; atUs < 1440 * MINUTE; atUs += MINUTE / 6) {
    if (seed.mayAsk(connections(atUs / MINUTE), atUs)) asked.push(atUs / MINUTE);
  }
  return asked;
}

it('asks ever more seldom while nobody comes', () => {
  expect(asks(() => 0).slice(0, 8)).toEqual([0, 1, 3, 7, 15, 31, 61, 91]);
});

it('does not ask while it has company, and begins anew after that', () => {
  const asked = asks((minute) => (minute >= 20 && minute < 100 ? 1 : 0));
  expect(asked.slice(0, 8)).toEqual([
    0,
    1,
    3,
    7,
    15,
    expect.closeTo(100.83, 1),
    expect.closeTo(101.83, 1),
    expect.closeTo(103.83, 1),
  ]);
});
