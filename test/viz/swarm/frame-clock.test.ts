import { describe, expect, it } from 'vitest';
import { type ClockBounds, FrameClock } from '../../../viz/swarm/frame-clock.ts';

const SEC = 1_000_000;

/** A clock at a second a second, whose screen shows a frame when the test says so. */
function bench(first: Partial<ClockBounds> = {}) {
  let bounds: ClockBounds = { knownUs: 60 * SEC, isComplete: true, spanUs: 60 * SEC, ...first };
  let asked: ((nowMs: number) => void)[] = [];
  let nowMs = 5_000;
  let told = 0;
  const clock = new FrameClock(
    () => bounds,
    (frame) => asked.push(frame),
    { speed: (spanUs) => spanUs / 60 },
  );
  clock.subscribe(() => told++);
  return {
    clock,
    /** Shows frames at this distance; the first one after a pause only starts the count. */
    frames(count: number, everyMs: number): void {
      for (let index = 0; index < count; index++) {
        nowMs += everyMs;
        const due = asked;
        asked = [];
        for (const frame of due) frame(nowMs);
      }
    },
    know(more: Partial<ClockBounds>): void {
      bounds = { ...bounds, ...more };
    },
    get asked(): number {
      return asked.length;
    },
    get told(): number {
      return told;
    },
  };
}

describe('the clock of a picture', () => {
  it('passes as fast as it is told, by the frames of the screen', () => {
    const { clock, frames } = bench();
    clock.play();
    frames(11, 100);
    expect(clock.timeUs).toBe(1 * SEC);
    clock.setSpeed(10 * SEC);
    frames(10, 100);
    expect(clock.timeUs).toBe(11 * SEC);
  });

  it('has a speed of its own, which follows the span, until another one is chosen', () => {
    const { clock, know } = bench();
    expect(clock.speed).toBe(SEC);
    know({ spanUs: 120 * SEC });
    expect(clock.speed).toBe(2 * SEC);
    clock.setSpeed(5);
    know({ spanUs: 240 * SEC });
    expect(clock.speed).toBe(5);
    clock.setSpeed(0);
    expect(clock.speed).toBe(1);
  });

  it('does not jump after the page was hidden', () => {
    const { clock, frames } = bench();
    clock.play();
    frames(1, 16);
    frames(1, 30_000);
    expect(clock.timeUs).toBe(0.25 * SEC);
  });

  it('stands still while it is paused, and does not count that time', () => {
    const { clock, frames } = bench();
    clock.play();
    frames(2, 100);
    clock.pause();
    frames(3, 100);
    clock.play();
    frames(2, 100);
    expect(clock.timeUs).toBe(0.2 * SEC);
  });

  it('asks for one frame at a time, however often it is paused and played', () => {
    const bed = bench();
    bed.clock.play();
    for (let times = 0; times < 3; times++) {
      bed.clock.pause();
      bed.clock.play();
    }
    expect(bed.asked).toBe(1);
    bed.frames(1, 16);
    expect(bed.asked).toBe(1);
    bed.clock.pause();
    bed.frames(1, 16);
    expect(bed.asked).toBe(0);
  });

  it('ends where everything is known, and starts again from there', () => {
    const { clock, frames } = bench();
    clock.seek(59.9 * SEC);
    expect(clock.isAtEnd).toBe(false);
    clock.play();
    frames(3, 100);
    expect([clock.timeUs, clock.isPlaying, clock.isAtEnd]).toEqual([60 * SEC, false, true]);
    clock.play();
    expect([clock.timeUs, clock.isPlaying]).toEqual([0, true]);
  });

  it('waits, still playing, where more is to come', () => {
    const { clock, frames, know } = bench({ knownUs: 0.1 * SEC, isComplete: false });
    clock.play();
    frames(5, 100);
    expect([clock.timeUs, clock.isPlaying, clock.isAtEnd]).toEqual([0.1 * SEC, true, false]);
    know({ knownUs: 60 * SEC });
    frames(1, 100);
    expect(clock.timeUs).toBe(0.2 * SEC);
  });

  it('does not go back where less is known than was', () => {
    const { clock, frames, know } = bench();
    clock.seek(30 * SEC);
    know({ knownUs: 20 * SEC, isComplete: false });
    clock.play();
    frames(3, 100);
    expect(clock.timeUs).toBe(30 * SEC);
  });

  it('stops at instants that it was given, each once on the way', () => {
    const { clock, frames } = bench();
    clock.setStops([0.05 * SEC, 0.07 * SEC]);
    clock.play();
    frames(3, 100);
    expect([clock.timeUs, clock.isPlaying]).toEqual([0.05 * SEC, false]);
    clock.play();
    frames(3, 100);
    expect([clock.timeUs, clock.isPlaying]).toEqual([0.07 * SEC, false]);
    clock.play();
    frames(3, 100);
    expect([clock.timeUs, clock.isPlaying]).toEqual([0.27 * SEC, true]);
  });

  it('does not stop at an instant before it is known', () => {
    const { clock, frames, know } = bench({ knownUs: 0.1 * SEC, isComplete: false });
    clock.setStops([0.15 * SEC]);
    clock.play();
    frames(5, 100);
    expect(clock.isPlaying).toBe(true);
    know({ knownUs: 60 * SEC });
    frames(1, 100);
    expect([clock.timeUs, clock.isPlaying]).toEqual([0.15 * SEC, false]);
  });

  it('seeks within what is known and shown, and tells only of what changes', () => {
    const bed = bench({ knownUs: 20 * SEC });
    bed.clock.seek(-1);
    expect([bed.clock.timeUs, bed.told]).toEqual([0, 0]);
    bed.clock.seek(50 * SEC);
    expect([bed.clock.timeUs, bed.told]).toEqual([20 * SEC, 1]);
    bed.know({ knownUs: 90 * SEC });
    bed.clock.seek(70 * SEC);
    expect([bed.clock.timeUs, bed.told]).toEqual([60 * SEC, 2]);
  });

  it('is reset to the start, still and without stops, at the speed that was chosen', () => {
    const { clock, frames } = bench();
    clock.setSpeed(2 * SEC);
    clock.setStops([0.1 * SEC]);
    clock.play();
    frames(2, 40);
    clock.reset();
    expect([clock.timeUs, clock.isPlaying, clock.speed]).toEqual([0, false, 2 * SEC]);
    clock.play();
    frames(3, 100);
    expect(clock.isPlaying).toBe(true);
  });

  it('tells nobody who has ended listening', () => {
    const { clock } = bench();
    let told = 0;
    const end = clock.subscribe(() => told++);
    clock.play();
    end();
    clock.pause();
    expect(told).toBe(1);
  });
});
