/**
 * Plays a run: moves the instant of the selection with the frames of the screen, at so much virtual time a second. Whatever
 * shows time (the bar below the page, the moving swarm) shares one of these, so that there is one speed and one pause.
 */
import type { Selection } from './selection.ts';

/** A whole view plays in this time, until another speed is chosen. */
const WHOLE_VIEW_SEC = 14;
/** A page that was hidden for long does not jump. */
const LONGEST_FRAME_MS = 250;

export class PlayClock {
  readonly #selection: Selection;
  readonly #nextFrame: (frame: (nowMs: number) => void) => void;
  readonly #listeners = new Set<() => void>();
  #playing = false;
  #speed: number | undefined;
  #lastMs: number | undefined;

  /** @param nextFrame `requestAnimationFrame` of the page */
  constructor(selection: Selection, nextFrame: (frame: (nowMs: number) => void) => void) {
    this.#selection = selection;
    this.#nextFrame = nextFrame;
  }

  get isPlaying(): boolean {
    return this.#playing;
  }

  /** Virtual microseconds that pass in a second. */
  get speed(): number {
    const { fromUs, toUs } = this.#selection.view;
    return this.#speed ?? (toUs - fromUs) / WHOLE_VIEW_SEC;
  }

  /** @param usPerSec undefined: as fast as the view is played in a quarter of a minute */
  setSpeed(usPerSec: number | undefined): void {
    this.#speed = usPerSec;
    this.#tell();
  }

  /** Plays on from the instant selected; from the start of the view where that is at its end or outside. */
  play(): void {
    if (this.#playing) return;
    const { fromUs, toUs } = this.#selection.view;
    const { instantUs } = this.#selection.selected;
    this.#playing = true;
    this.#lastMs = undefined;
    if (instantUs >= toUs || instantUs < fromUs) this.#selection.set({ instantUs: fromUs });
    this.#tell();
    this.#nextFrame((nowMs) => this.#frame(nowMs));
  }

  pause(): void {
    if (!this.#playing) return;
    this.#playing = false;
    this.#tell();
  }

  toggle(): void {
    if (this.#playing) this.pause();
    else this.play();
  }

  /** Told when it starts, stops or changes its speed; what time it is says the selection. @returns what ends it */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #frame(nowMs: number): void {
    if (!this.#playing) return;
    const passedMs = Math.min(LONGEST_FRAME_MS, nowMs - (this.#lastMs ?? nowMs));
    this.#lastMs = nowMs;
    const { toUs } = this.#selection.view;
    const instantUs = Math.min(toUs, this.#selection.selected.instantUs + (passedMs / 1000) * this.speed);
    this.#selection.set({ instantUs });
    if (instantUs >= toUs) this.pause();
    else this.#nextFrame((next) => this.#frame(next));
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
