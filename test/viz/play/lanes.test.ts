/** What the worker tells: runs side by side, replaced and stopped, and messages for what cannot be run. */
import { describe, expect, test } from 'vitest';
import { homesText } from '../../../viz/play/chapters/homes.ts';
import { Lanes } from '../../../viz/play/lanes.ts';
import type { FromWorker } from '../../../viz/play/protocol.ts';
import { Sha1Hasher } from '../../../viz/play/sha1-hasher.ts';

const TEXT = homesText({
  name: 'lanes',
  description: 'For tests.',
  expect: 'fraction(peer.complete) == 1',
})
  .replace('count: 12', 'count: 3')
  .replace('size: 6 MiB', 'size: 1 MiB');

/** A clock that says that each turn is over as soon as it is asked twice. */
function lanesWith(told: FromWorker[]): Lanes {
  let nowMs = 0;
  return new Lanes(new Sha1Hasher(), { now: () => (nowMs += 5), tell: (message) => told.push(message) });
}

function kindsOf(told: readonly FromWorker[], run: number): string[] {
  const kinds = told.filter((message) => message.run === run).map(({ kind }) => kind);
  return kinds.filter((kind, index) => kind !== kinds[index - 1]);
}

describe('runs in lanes', () => {
  test('go on in turn, each to its end', () => {
    const told: FromWorker[] = [];
    const lanes = lanesWith(told);
    lanes.hear({ kind: 'start', run: 1, lane: 0, text: TEXT });
    lanes.hear({ kind: 'start', run: 2, lane: 1, text: TEXT.replace('seed: 1', 'seed: 2') });
    while (lanes.work());
    expect(kindsOf(told, 1)).toEqual(['begun', 'more', 'over']);
    expect(kindsOf(told, 2)).toEqual(['begun', 'more', 'over']);
    const turns = told.filter(({ kind }) => kind === 'more').map(({ run }) => run);
    expect(turns.slice(0, 4)).toEqual([1, 2, 1, 2]);
    const digests = told.flatMap((each) => (each.kind === 'over' ? [each.trace.digest] : []));
    expect(new Set(digests).size).toBe(2);
  });

  test('what is replaced or stopped is told of no more', () => {
    const told: FromWorker[] = [];
    const lanes = lanesWith(told);
    lanes.hear({ kind: 'start', run: 1, lane: 0, text: TEXT });
    expect(lanes.work()).toBe(true);
    lanes.hear({ kind: 'start', run: 2, lane: 0, text: TEXT });
    const before = told.length;
    expect(lanes.work()).toBe(true);
    expect(told.slice(before).every(({ run }) => run === 2)).toBe(true);
    lanes.hear({ kind: 'stop', lane: 0 });
    expect(lanes.work()).toBe(false);
  });

  test('a text that is wrong is a message, and the other lane goes on', () => {
    const told: FromWorker[] = [];
    const lanes = lanesWith(told);
    lanes.hear({ kind: 'start', run: 1, lane: 0, text: TEXT });
    lanes.hear({ kind: 'start', run: 2, lane: 1, text: 'version: 2' });
    while (lanes.work());
    expect(kindsOf(told, 2)).toEqual(['fault']);
    expect(kindsOf(told, 1)).toEqual(['begun', 'more', 'over']);
  });
});
