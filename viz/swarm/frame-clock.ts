/**
 * The clock of a picture that plays, moved by the frames of the screen. Where its runs are still computed, time passes as far
 * as it is known and then waits, instead of ending. It stops by itself at instants at which there is something to say.
 */
import type { SwarmClock } from './swarm-clock.ts';

/** A page that was hidden for long does not jump. */
const LONGEST_FRAME_MS = 250;

export interface ClockBounds {
  /** As far as the picture may go now. */
  readonly knownUs: number;
  /** No more will be known. */
  readonly isComplete: boolean;
  /** Length of the slider: where nothing happens any more, or as far as is known. */
  readonly spanUs: number;
}

export interface FrameClockOptions {
  /** Virtual microseconds that pass in a second, until another speed is chosen; asked for each time, since a span may grow. */
  readonly speed: (spanUs: number) => number;
}

export class FrameClock implements SwarmClock {
  readonly #bounds: () => ClockBounds;
  readonly #nextFrame: (frame: (nowMs: number) => void) => void;
  readonly #ownSpeed: (spanUs: number) => number;
  readonly #listeners = new Set<() => void>();
  #timeUs = 0;
  #playing = false;
  /** A frame is asked for: to pause and to play on before it comes does not ask for a second one. */
  #awaited = false;
  #chosenSpeed: number | undefined;
  #lastMs: number | undefined;
  #stops: readonly number[] = [];

  /** @param nextFrame `requestAnimationFrame` of the page */
  constructor(
    bounds: () => ClockBounds,
    nextFrame: (frame: (nowMs: number) => void) => void,
    options: FrameClockOptions,
  ) {
    this.#bounds = bounds;
    this.#nextFrame = nextFrame;
    this.#ownSpeed = options.speed;
  }

  get timeUs(): number {
    return this.#timeUs;
  }

  get endUs(): number {
    return this.#bounds().spanUs;
  }

  get isPlaying(): boolean {
    return this.#playing;
  }

  get speed(): number {
    return this.#chosenSpeed ?? Math.max(1, this.#ownSpeed(this.endUs));
  }

  /** Everything is known. */
  get isComplete(): boolean {
    return this.#bounds().isComplete;
  }

  /** Nothing more will come after this instant. */
  get isAtEnd(): boolean {
    return this.#bounds().isComplete && this.#timeUs >= this.endUs;
  }

  /** Instants at which it stops when it gets there, in ascending order. */
  setStops(stops: readonly number[]): void {
    this.#stops = stops;
  }

  setSpeed(usPerSec: number): void {
    this.#chosenSpeed = Math.max(1, usPerSec);
    this.#tell();
  }

  seek(timeUs: number): void {
    const { knownUs, spanUs } = this.#bounds();
    const within = Math.min(knownUs, spanUs, Math.max(0, timeUs));
    if (within === this.#timeUs) return;
    this.#timeUs = within;
    this.#tell();
  }

  /** From the start again where it is at its end. */
  play(): void {
    if (this.#playing) return;
    this.#playing = true;
    this.#lastMs = undefined;
    if (this.isAtEnd) this.#timeUs = 0;
    this.#tell();
    this.#ask();
  }

  pause(): void {
    if (!this.#playing) return;
    this.#playing = false;
    this.#tell();
  }

  /** To the start, and still; stops are forgotten, a chosen speed is not. */
  reset(): void {
    this.#playing = false;
    this.#timeUs = 0;
    this.#stops = [];
    this.#tell();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #ask(): void {
    if (this.#awaited || !this.#playing) return;
    this.#awaited = true;
    this.#nextFrame((nowMs) => {
      this.#awaited = false;
      this.#frame(nowMs);
    });
  }

  #frame(nowMs: number): void {
    if (!this.#playing) return;
    const passedMs = Math.min(LONGEST_FRAME_MS, nowMs - (this.#lastMs ?? nowMs));
    this.#lastMs = nowMs;
    const { knownUs, isComplete, spanUs } = this.#bounds();
    const endUs = Math.min(knownUs, spanUs);
    const nextUs = this.#timeUs + (passedMs / 1000) * this.speed;
    const stopUs = this.#stops.find((each) => each > this.#timeUs);
    if (stopUs !== undefined && stopUs <= Math.min(nextUs, endUs)) {
      this.#timeUs = stopUs;
      this.#playing = false;
    } else {
      this.#timeUs = Math.max(this.#timeUs, Math.min(nextUs, endUs));
      this.#playing = nextUs < endUs || !isComplete;
    }
    this.#tell();
    this.#ask();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
