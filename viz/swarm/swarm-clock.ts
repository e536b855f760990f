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
