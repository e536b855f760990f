/** Paths into the data of a scenario: which place they name, what is said of those that name none. */
import { describe, expect, it } from 'vitest';
import { resolveSetPath, withValueAt } from '../../src/scenarios/set-path.ts';

const DATA = {
  time: { until: '10m' },
  peers: [
    { group: 'seed', have: 'all' },
    { group: 'crowd', count: 3, link: 'adsl' },
  ],
  events: [{ at: '1m', leave: 'seed' }],
  expect: [{ name: 'all finish', that: 'x' }],
};

describe('a path', () => {
  it.each([
    ['time.until', ['time', 'until']],
    ['time.sample', ['time', 'sample']],
    ['peers.crowd.count', ['peers', 1, 'count']],
    ['peers.crowd.engine.picker', ['peers', 1, 'engine', 'picker']],
    ['peers.0.have', ['peers', 0, 'have']],
    ['events.0.at', ['events', 0, 'at']],
    ['expect.all finish.that', ['expect', 0, 'that']],
    ['discovery.tracker.numwant', ['discovery', 'tracker', 'numwant']],
  ])('%s', (path, expected) => {
    expect(resolveSetPath(DATA, path)).toEqual({ ok: true, value: expected });
  });

  it.each([
    ['', { message: '"" is not a path' }],
    ['time..until', { message: '"time..until" is not a path' }],
    ['__proto__.x', { message: '"__proto__.x" is not a path' }],
    [
      'peers.crwd.count',
      {
        message: '"peers" has no entry "crwd"',
        suggestion: 'crowd',
        expected: 'one of seed, crowd',
        offset: 6,
        length: 4,
      },
    ],
    ['events.3.at', { message: '"events" has no entry "3"', expected: 'a number from 0 to 0' }],
    [
      'peers.crowd.link.up',
      {
        message: '"peers.crowd.link" is "adsl", which has no "up" in it',
        expected: 'the path "peers.crowd.link" itself, or a map there in the file',
      },
    ],
  ])('%j is refused', (path, complaint) => {
    expect(resolveSetPath(DATA, path)).toMatchObject({ ok: false, complaint });
  });
});

describe('a value laid at a path', () => {
  it('takes the place of what was there and leaves the rest alone', () => {
    const changed = withValueAt(DATA, ['peers', 1, 'count'], 9) as typeof DATA;
    expect(changed.peers).toEqual([DATA.peers[0], { group: 'crowd', count: 9, link: 'adsl' }]);
    expect(changed.time).toBe(DATA.time);
    expect(DATA.peers[1]?.count).toBe(3);
  });

  it('makes the maps on its way', () => {
    expect(withValueAt({}, ['discovery', 'tracker', 'numwant'], 5)).toEqual({
      discovery: { tracker: { numwant: 5 } },
    });
  });
});
