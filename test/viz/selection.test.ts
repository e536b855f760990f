import { describe, expect, it, vi } from 'vitest';
import { PlayClock } from '../../viz/report/play-clock.ts';
import { type Selected, Selection, type SelectionPart } from '../../viz/report/selection.ts';

const SECOND = 1_000_000;

function minute(): Selection {
  return new Selection({ endUs: 60 * SECOND, shownUs: 50 * SECOND, instantUs: 20 * SECOND });
}

describe('the selection of a report', () => {
  it('tells what changed, and nothing where nothing did', () => {
    const selection = minute();
    const told: [Selected, SelectionPart[]][] = [];
    const end = selection.subscribe((selected, changed) => told.push([selected, [...changed]]));
    selection.set({ instantUs: 20 * SECOND });
    selection.set({ peers: { kind: 'group', group: 1 }, piece: 3 });
    selection.set({ peers: { kind: 'group', group: 1 } });
    selection.set({ peers: { kind: 'peer', peer: 1 } });
    selection.set({ peers: undefined, instantUs: 5 * SECOND });
    expect(told.map(([, changed]) => changed)).toEqual([
      ['peers', 'piece'],
      ['peers'],
      ['instantUs', 'peers'],
    ]);
    expect(told.at(-1)?.[0]).toEqual({ instantUs: 5 * SECOND, range: undefined, peers: undefined, piece: 3 });
    end();
    selection.set({ piece: undefined });
    expect(told.length).toBe(3);
  });

  it.each([
    ['before the run', -5, 0],
    ['after the run', 61 * SECOND, 60 * SECOND],
    ['after what is shown', 55 * SECOND, 55 * SECOND],
  ])('keeps an instant %s within the run', (_, wantedUs, gotUs) => {
    const selection = minute();
    selection.set({ instantUs: wantedUs });
    expect(selection.selected.instantUs).toBe(gotUs);
  });

  it('takes a range in either direction, within the run, and shows it', () => {
    const selection = minute();
    expect(selection.view).toEqual({ fromUs: 0, toUs: 50 * SECOND });
    selection.set({ range: { fromUs: 40 * SECOND, toUs: 30 * SECOND } });
    expect(selection.view).toEqual({ fromUs: 30 * SECOND, toUs: 40 * SECOND });
    selection.set({ range: { fromUs: -SECOND, toUs: 90 * SECOND } });
    expect(selection.view).toEqual({ fromUs: 0, toUs: 60 * SECOND });
    // One too short to tell instants apart changes nothing.
    selection.set({ range: { fromUs: SECOND, toUs: SECOND + 2 } });
    expect(selection.view).toEqual({ fromUs: 0, toUs: 60 * SECOND });
    // All that is shown anyway is no range.
    selection.set({ range: { fromUs: 0, toUs: 50 * SECOND } });
    expect(selection.selected.range).toBeUndefined();
  });

  it('takes the instant along into a range, but for one that is asked for', () => {
    const selection = minute();
    selection.set({ range: { fromUs: 30 * SECOND, toUs: 40 * SECOND } });
    expect(selection.selected.instantUs).toBe(30 * SECOND);
    selection.set({ instantUs: 5 * SECOND });
    expect(selection.selected.instantUs).toBe(5 * SECOND);
    selection.set({ range: { fromUs: 10 * SECOND, toUs: 20 * SECOND }, instantUs: 50 * SECOND });
    expect(selection.selected.instantUs).toBe(50 * SECOND);
  });

  it('holds for a run that has no length', () => {
    const selection = new Selection({ endUs: 0, shownUs: 0, instantUs: 0 });
    expect(selection.view).toEqual({ fromUs: 0, toUs: 1 });
  });
});

describe('the clock of a report', () => {
  function playing(): {
    selection: Selection;
    clock: PlayClock;
    frame(nowMs: number): void;
    waiting(): number;
  } {
    const frames: ((nowMs: number) => void)[] = [];
    const selection = minute();
    const clock = new PlayClock(selection, (frame) => frames.push(frame));
    return { selection, clock, frame: (nowMs) => frames.shift()?.(nowMs), waiting: () => frames.length };
  }

  it('moves the instant with the frames, at its speed, and stops at the end of the view', () => {
    const { selection, clock, frame, waiting } = playing();
    const told = vi.fn();
    clock.subscribe(told);
    clock.setSpeed(100 * SECOND);
    clock.play();
    frame(1000);
    expect(selection.selected.instantUs).toBe(20 * SECOND);
    frame(1100);
    expect(selection.selected.instantUs).toBe(30 * SECOND);
    frame(1200);
    frame(1300);
    expect(selection.selected.instantUs).toBe(50 * SECOND);
    expect(clock.isPlaying).toBe(false);
    expect(waiting()).toBe(0);
    // The speed, the start, the stop.
    expect(told).toHaveBeenCalledTimes(3);
    clock.toggle();
    expect(selection.selected.instantUs).toBe(0);
  });

  it('stays where it is when it pauses, and never jumps after a long time out of sight', () => {
    const { selection, clock, frame, waiting } = playing();
    clock.setSpeed(SECOND);
    clock.play();
    frame(0);
    frame(60_000);
    expect(selection.selected.instantUs).toBe(20.25 * SECOND);
    clock.pause();
    frame(60_016);
    expect(selection.selected.instantUs).toBe(20.25 * SECOND);
    expect(waiting()).toBe(0);
  });

  it('plays whatever is in view in the same time, unless a speed was chosen', () => {
    const { selection, clock } = playing();
    const whole = clock.speed;
    selection.set({ range: { fromUs: 10 * SECOND, toUs: 20 * SECOND } });
    expect(clock.speed).toBeCloseTo(whole / 5, 3);
    clock.setSpeed(SECOND);
    expect(clock.speed).toBe(SECOND);
    clock.setSpeed(undefined);
    expect(clock.speed).toBeCloseTo(whole / 5, 3);
  });
});
