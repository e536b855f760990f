/** The taste of the pickers for players, for oracles, for suggestions, and of the one that is bad on purpose. */
import { describe, expect, it } from 'vitest';
import { GlobalRarestPicker } from '../../../src/core/strategies/global-rarest.ts';
import { LevelOrder } from '../../../src/core/strategies/level-order.ts';
import { MostCommonPicker } from '../../../src/core/strategies/most-common.ts';
import type { PickView } from '../../../src/core/strategies/picker.ts';
import { Playhead } from '../../../src/core/strategies/playhead.ts';
import { RandomFirstPicker } from '../../../src/core/strategies/random-first.ts';
import { pickers } from '../../../src/core/strategies/registry.ts';
import { SequentialPicker } from '../../../src/core/strategies/sequential-picker.ts';
import { StreamingPicker } from '../../../src/core/strategies/streaming-picker.ts';
import { SuggestedPicker } from '../../../src/core/strategies/suggested.ts';
import { SeededRandom } from '../../../src/sim/random.ts';
import { pickView } from '../../contract/picker.ts';

const ALL = [...Array(40).keys()];
const SECOND = 1_000_000;
const random = () => SeededRandom.named('draws');

describe('streaming', () => {
  /** A piece of 65,536 bytes plays for a second. */
  const options = { bitrate: 65_536, window: 10, delay: 5 * SECOND, urgent: 3 * SECOND, within: 1_000_000 };
  const copies = ALL.map((piece) => (piece === 30 ? 1 : piece === 8 ? 2 : 5));

  function at(seconds: number, held: readonly number[], remote = ALL): PickView {
    const have = new Set(held);
    return pickView(
      copies,
      ALL.filter((piece) => !have.has(piece)),
      remote,
      held.length,
      {
        nowUs: seconds * SECOND,
        hasPiece: (piece) => have.has(piece),
      },
    );
  }
  const pick = (view: PickView, changes = {}) =>
    new StreamingPicker({ ...options, ...changes }).pick(view, random());

  it('looks into the window while nothing is due, and takes its rarest', () => {
    expect(pick(at(0, []))).toEqual({ piece: 8, rule: 'in-window' });
  });

  it('takes what is due soon in order', () => {
    // Piece 0 is due at 5 s, 1 at 6 s.
    expect(pick(at(3, []))).toEqual({ piece: 0, rule: 'urgent' });
    expect(pick(at(5.5, [0]))).toEqual({ piece: 1, rule: 'urgent' });
  });

  it('moves on as it plays, and waits where a piece is missing', () => {
    const picker = new StreamingPicker(options);
    const held = [0, 1, 2, 3];
    picker.pick(at(5, held), random());
    // At 20 s it would play piece 15, had it not been waiting for piece 4.
    expect(picker.pick(at(20, held), random())?.piece).toBe(4);
  });

  it('has so many missing pieces in its window, however many of those in between are there', () => {
    // 0 to 9 and 12 to 19 are there: the window of ten is 10, 11 and 20 to 27, or all that is left.
    const held = [...ALL.slice(0, 10), ...ALL.slice(12, 20)];
    const picker = () => new StreamingPicker({ ...options, urgent: 0 });
    const seen = (remote: number[]) => picker().pick(at(0, held, remote), random());
    expect(seen([27, 28])).toEqual({ piece: 27, rule: 'in-window' });
    expect(seen([28])).toEqual({ piece: 28, rule: 'rarest-first' });
    const moved = picker();
    moved.pick(at(0, []), random());
    expect(moved.pick(at(0, [3], [10, 30]), random())).toEqual({ piece: 10, rule: 'in-window' });
  });

  it('goes beyond the window for the rarest of all when the remote has nothing in it', () => {
    expect(pick(at(0, [], ALL.slice(20)))).toEqual({ piece: 30, rule: 'rarest-first' });
  });

  it('leaves the window out in some picks where it is told to', () => {
    expect(pick(at(0, []), { within: 0 })).toEqual({ piece: 30, rule: 'rarest-first' });
    // Piece 8 is the rarest of what this remote has, but lies in the window.
    expect(pick(at(0, [], ALL.slice(0, 20)), { within: 0 })?.piece).toBeGreaterThanOrEqual(10);
    expect(pick(at(0, [], [3]), { within: 0 })).toEqual({ piece: 3, rule: 'in-window' });
    const inside = new StreamingPicker({ ...options, within: 800_000 });
    const draws = random();
    const picks = Array.from({ length: 2000 }, () => inside.pick(at(0, []), draws)?.rule);
    expect(picks.filter((rule) => rule === 'in-window').length / 2000).toBeCloseTo(0.8, 1);
  });

  describe('where pieces are begun', () => {
    /** The remote could help with these. */
    function withBegun(started: readonly number[], remote = ALL): PickView {
      const inOrder = (from: number, to: number) => started.filter((piece) => piece >= from && piece < to);
      const candidates = ALL.filter((piece) => !started.includes(piece));
      return pickView(copies, candidates, remote, 0, {
        nowUs: 0,
        firstStarted: (from, to) => inOrder(from, to)[0] ?? -1,
        rarestStarted: (from, to) =>
          inOrder(from, to).toSorted((a, b) => (copies[a] as number) - (copies[b] as number))[0] ?? -1,
      });
    }

    it.each([
      ['in the window, where nothing is rarer', [8, 20], 1_000_000, 8],
      ['in the window, where something is rarer', [4], 1_000_000, 8],
      ['beyond the window only', [20], 1_000_000, 8],
      ['in the window, but the pick is for the rest', [8], 0, 30],
      ['beyond the window, and the pick is for the rest', [8, 30], 0, 30],
    ])('%s: of %j it takes', (_case, started, within, piece) => {
      expect(pick(withBegun(started), { within })?.piece).toBe(piece);
    });

    it('helps with what is begun in the window before it looks beyond', () => {
      expect(pick(withBegun([4], [4, 30]))).toEqual({ piece: 4, rule: 'in-window' });
    });

    it('takes what is due first, begun or not', () => {
      const urgent = { delay: 0, urgent: 3 * SECOND };
      expect(pick(withBegun([1, 2]), urgent)).toEqual({ piece: 0, rule: 'urgent' });
      expect(pick(withBegun([0, 2]), urgent)).toEqual({ piece: 0, rule: 'urgent' });
    });
  });

  it('has a playhead that plays nothing before the delay is over and something is there', () => {
    const head = new Playhead(65_536, 5 * SECOND);
    expect(head.moveOn(at(4, ALL))).toBe(0);
    expect(head.moveOn(at(7.5, ALL))).toBe(2);
    expect(head.moveOn(at(1000, ALL))).toBe(40);
    const late = new Playhead(65_536, 5 * SECOND);
    expect(late.moveOn(at(9, []))).toBe(0);
    expect(late.moveOn(at(10.5, ALL))).toBe(1);
  });
});

describe('most common', () => {
  it('takes a piece with the most copies that the remote has', () => {
    const copies = [1, 4, 4, 2, 3];
    const pick = (remote: number[]) =>
      new MostCommonPicker().pick(pickView(copies, [0, 1, 2, 3, 4], remote), random());
    expect([1, 2]).toContain(pick([0, 1, 2, 3, 4])?.piece);
    expect(pick([0, 3, 4])?.piece).toBe(4);
    expect(pick([0])?.piece).toBe(0);
  });
});

describe('global rarest', () => {
  function oracle(counts: readonly number[]): LevelOrder {
    const order = new LevelOrder(counts.length);
    counts.forEach((count, piece) => {
      for (let copy = 0; copy < count; copy++) order.increment(piece);
    });
    return order;
  }
  const local = [0, 0, 9, 9, 9];

  it('goes by the copies in the whole swarm, not by those of its peers', () => {
    const picker = new GlobalRarestPicker(oracle([9, 8, 7, 1, 2]));
    const pick = (candidates: number[], remote = [0, 1, 2, 3, 4]) =>
      picker.pick(pickView(local, candidates, remote), random())?.piece;
    expect(pick([0, 1, 2, 3, 4])).toBe(3);
    expect(pick([0, 1, 2, 4])).toBe(4);
    // Fewer candidates than pieces that are rarer: it goes through the candidates.
    expect(pick([0])).toBe(0);
    expect(pick([0, 1], [1])).toBe(1);
  });

  it('does not send all peers to the same one of equals', () => {
    const picker = new GlobalRarestPicker(oracle([1, 1, 1, 1, 1]));
    const draws = random();
    const picked = Array.from(
      { length: 50 },
      () => picker.pick(pickView(local, [0, 1, 2, 3, 4], [0, 1, 2, 3, 4]), draws)?.piece,
    );
    expect(new Set(picked).size).toBe(5);
  });
});

describe('suggested', () => {
  it('takes the oldest suggestion that can be had, else the rarest', () => {
    const copies = [1, 5, 5, 5];
    const pick = (suggested: number[], remote = [0, 1, 2, 3]) =>
      new SuggestedPicker().pick(pickView(copies, [0, 1, 2], remote, 9, { suggested }), random());
    expect(pick([3, 2, 1])).toEqual({ piece: 2, rule: 'suggested' });
    expect(pick([2, 1], [0, 1])).toEqual({ piece: 1, rule: 'suggested' });
    expect(pick([])).toEqual({ piece: 0, rule: 'rarest-first' });
  });

  it.each([
    // suggested, candidates, verified, copies of the begun piece: what is picked
    ['a suggestion before the first pieces are finished', [1], [0, 1], 0, 1, 1],
    ['what is begun, while there are few pieces', [], [0, 1], 3, 5, 2],
    ['what is rarer, later', [], [0, 1], 4, 5, 0],
    ['what is begun, where nothing is rarer', [], [1], 4, 4, 2],
    ['what is begun, where there is nothing else', [0], [], 9, 9, 2],
  ])('takes %s', (_, suggested, candidates, verified, copies, piece) => {
    const view = pickView([3, 4, copies], candidates, [0, 1, 2], verified, {
      suggested,
      rarestStarted: () => 2,
    });
    expect(new SuggestedPicker().pick(view, random())?.piece).toBe(piece);
  });
});

it('random first picks as many at random as it is told', () => {
  const rule = (pieces: number, verified: number) =>
    new RandomFirstPicker({ pieces }).pick(pickView([1, 2], [0, 1], [0, 1], verified), random())?.rule;
  expect([rule(10, 9), rule(10, 10), rule(0, 0)]).toEqual(['random-first', 'rarest-first', 'rarest-first']);
});

it.each([
  ['random-first', 'unless-rarer'],
  ['rarest-useful', 'last'],
  ['rarest-strict', 'always'],
] as const)('%s picks the rarest and helps with begun pieces %s', (name, shares) => {
  const picker = pickers.get(name)?.create({ pieces: 0 });
  expect(picker).toMatchObject({ name, sharesStarted: shares });
  expect(picker?.pick(pickView([3, 1, 2], [1, 2, 0], [0, 2], 0), random())?.piece).toBe(2);
});

it('sequential goes back to a piece that has to be fetched again', () => {
  const picker = new SequentialPicker();
  const view = (candidates: number[], held: number[]) =>
    pickView(Array(6).fill(1), candidates, ALL, held.length, { hasPiece: (piece) => held.includes(piece) });
  expect(picker.pick(view([0, 1, 2, 3, 4, 5], []))?.piece).toBe(0);
  // 0 and 2 are there, 1 is under way.
  expect(picker.pick(view([3, 4, 5], [0, 2]))?.piece).toBe(3);
  // 1 has failed its check.
  expect(picker.pick(view([1, 4, 5], [0, 2, 3]))?.piece).toBe(1);
});
