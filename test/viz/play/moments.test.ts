/** Captions have their moment when it happens in the model, once, with the facts of that instant. */
import { describe, expect, test } from 'vitest';
import { Departure, EventKind, type TraceHeader } from '../../../src/trace/trace.ts';
import { fillIn } from '../../../viz/play/chapter.ts';
import { type Moment, MomentWatch } from '../../../viz/play/moments.ts';

const header: TraceHeader = {
  version: 1,
  scenario: 'moments',
  seed: 1,
  sampleUs: 1,
  startsAtUs: 0,
  torrent: { name: 'x', totalBytes: 4, pieceLengthBytes: 1, pieceCount: 4 },
  groups: ['source', 'homes', 'riders'],
  peers: [
    ['source-1', 0, 'all', 'honest'],
    ['homes-1', 1, 'none', 'honest'],
    ['homes-2', 1, 'none', 'honest'],
    ['riders-1', 2, 'none', 'free-rider'],
  ].map(([id, group, have, behaviour]) => ({
    id: id as string,
    group: group as number,
    have: have as 'all' | 'none',
    behaviour: behaviour as string,
    upBytesPerSec: 1,
    downBytesPerSec: 1,
    nat: 'open',
  })),
};

class Story {
  readonly watch: MomentWatch;
  #nowUs = 0;

  constructor(...moments: Moment[]) {
    this.watch = new MomentWatch(header, ['cap', 'schedule'], moments);
    for (const peer of [0, 1, 2, 3]) this.add(EventKind.joined, peer);
  }

  add(kind: number, peer: number, a = 0, b = 0, c = 0): this {
    this.#nowUs += 1_000_000;
    this.watch.add(this.#nowUs, kind, peer, a, b, c);
    return this;
  }

  /** Pieces from somebody, one after the other. */
  gets(peer: number, from: number, ...pieces: number[]): this {
    for (const piece of pieces) this.add(EventKind.pieceVerified, peer, piece, from);
    return this;
  }

  get seconds(): (number | undefined)[] {
    return this.watch.reached.map((facts) => facts && facts.atUs / 1e6);
  }
}

describe('moments', () => {
  test('a piece is passed on; a share is reached', () => {
    const story = new Story(
      { kind: 'passed', from: 'source', to: 'homes' },
      { kind: 'passed', from: 'homes', to: 'homes' },
      { kind: 'share', group: 'homes', share: 0.5 },
    );
    story.gets(1, 0, 0, 1).gets(2, 1, 0).gets(1, 0, 2);
    expect(story.seconds).toEqual([5, 7, 8]);
  });

  test('every piece has two copies; copies go away with their holders, and free-riders are no holders', () => {
    const story = new Story({ kind: 'copies', least: 2 });
    story.gets(3, 0, 0, 1, 2, 3).gets(1, 0, 0, 1, 2).add(EventKind.left, 1, Departure.planned);
    story.gets(2, 0, 3);
    expect(story.seconds).toEqual([undefined]);
    story.add(EventKind.joined, 1).gets(2, 0, 0);
    expect(story.seconds).toEqual([15]);
  });

  test('so many have completed', () => {
    const story = new Story(
      { kind: 'completed', group: 'homes', count: 1 },
      { kind: 'completed', group: 'homes', count: 2 },
    );
    story.add(EventKind.completed, 3).add(EventKind.completed, 1).add(EventKind.completed, 2);
    expect(story.seconds).toEqual([6, 7]);
    expect(story.watch.reached[0]).toMatchObject({ complete: 2, freeRiders: 0, who: 'homes-1' });
  });

  test('somebody leaves for good, which is not being switched off', () => {
    const story = new Story({ kind: 'left', group: 'source' });
    story.gets(1, 0, 0, 1).add(EventKind.left, 0, Departure.switchedOff).add(EventKind.joined, 0);
    expect(story.seconds).toEqual([undefined]);
    story.add(EventKind.left, 0, Departure.planned);
    expect(story.watch.reached[0]).toMatchObject({ missing: 2, most: 2, least: 0, sourceCopies: 0.5 });
  });

  test('nobody can go on: all have what there is, and it is not all', () => {
    const story = new Story({ kind: 'stuck' });
    story.gets(1, 0, 0, 1).gets(3, 0, 0, 1).add(EventKind.left, 0, Departure.planned).gets(2, 1, 0);
    expect(story.seconds).toEqual([undefined]);
    story.gets(2, 1, 1);
    expect(story.seconds).toEqual([11]);
  });

  test('a cap is used up, a slot is given by chance, the run is over', () => {
    const story = new Story(
      { kind: 'capped', group: 'homes' },
      { kind: 'tried', group: 'riders' },
      { kind: 'over' },
    );
    story.add(EventKind.lineChanged, 1, 5, 5, 1).add(EventKind.lineChanged, 2, 5, 5, 0);
    story.add(EventKind.unchoked, 1, 3, 0).add(EventKind.unchoked, 1, 2, 1).add(EventKind.unchoked, 1, 3, 1);
    story.watch.end(60e6);
    expect(story.seconds).toEqual([6, 9, 60]);
    expect(story.watch.reached.map((facts) => facts?.who)).toEqual(['homes-2', 'riders-1', '']);
  });
});

test('facts are filled into the words, and what is no fact stays', () => {
  const story = new Story({ kind: 'completed', group: 'homes', count: 1 });
  story.gets(1, 0, 0, 1, 2, 3).add(EventKind.completed, 1);
  const [facts] = story.watch.reached;
  if (facts === undefined) throw new Error('not reached');
  expect(fillIn('{who} at {time}: {most} of {pieces}, {copies} copies, {nobody}', facts, 4)).toBe(
    'homes-1 at 9s: 4 of 4, 1.0 copies, {nobody}',
  );
});
