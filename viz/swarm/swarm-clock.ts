/**
 * What time it is in a picture, and whether and how fast it passes. One clock may serve several pictures, so that two
 * swarms race on it.
 */

export interface SwarmClock {
  readonly timeUs: number;
  /** The latest instant that can be shown. */
  readonly endUs: number;
  readonly isPlaying: boolean;
  /** Virtual microseconds that pass in a second. */
  readonly speed: number;
  setSpeed(usPerSec: number): void;
  /** Goes to an instant, within the run. */
  seek(timeUs: number): void;
  play(): void;
  pause(): void;
  /** Told of each instant, and when it starts, stops or changes its speed. @returns what ends it */
  subscribe(listener: () => void): () => void;
}

/** A page that was hidden for long does not jump. */
const LONGEST_FRAME_MS = 250;
/** A whole run plays in so many seconds until another speed is chosen. */
const WHOLE_RUN_SEC = 30;

export class FrameClock implements SwarmClock {
  readonly #end: () => number;
  readonly #nextFrame: (frame: (nowMs: number) => void) => void;
  readonly #listeners = new Set<() => void>();
  #timeUs = 0;
  #playing = false;
  #speed: number | undefined;
  #lastMs: number | undefined;

  /** @param end the latest instant that can be shown; may grow. @param nextFrame `requestAnimationFrame` of the page */
  constructor(end: () => number, nextFrame: (frame: (nowMs: number) => void) => void) {
    this.#end = end;
    this.#nextFrame = nextFrame;
  }

  get timeUs(): number {
    return this.#timeUs;
  }

  get endUs(): number {
    return this.#end();
  }

  get isPlaying(): boolean {
    return this.#playing;
  }

  get speed(): number {
    return this.#speed ?? Math.max(1, this.endUs / WHOLE_RUN_SEC);
  }

  setSpeed(usPerSec: number): void {
    this.#speed = Math.max(1, usPerSec);
    this.#tell();
  }

  seek(timeUs: number): void {
    const within = Math.min(this.endUs, Math.max(0, timeUs));
    if (within === this.#timeUs) return;
    this.#timeUs = within;
    this.#tell();
  }

  play(): void {
    if (this.#playing) return;
    this.#playing = true;
    this.#lastMs = undefined;
    if (this.#timeUs >= this.endUs) this.#timeUs = 0;
    this.#tell();
    this.#nextFrame((nowMs) => this.#frame(nowMs));
  }

  pause(): void {
    if (!this.#playing) return;
    this.#playing = false;
    this.#tell();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #frame(nowMs: number): void {
    if (!this.#playing) return;
    const passedMs = Math.min(LONGEST_FRAME_MS, nowMs - (this.#lastMs ?? nowMs));
    this.#lastMs = nowMs;
    const next = this.#timeUs + (passedMs / 1000) * this.speed;
    this.#timeUs = Math.min(this.endUs, next);
    this.#playing = next < this.endUs;
    this.#tell();
    this.#nextFrame((later) => this.#frame(later));
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
