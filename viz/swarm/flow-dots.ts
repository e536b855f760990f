/**
 * How far the dots on each way have come. A dot moves with the real rate: so many pixels a second for so many bytes a
 * second, the same on every way of the picture. It stands while the picture does.
 */

/** Between one dot and the next, in CSS pixels: at least, and in a crowd as much as leaves so many dots in the picture. */
const LEAST_DISTANCE = 22;
const MOST_DOTS = 420;
/** The pace of a line of ordinary speed for this swarm, in CSS pixels a second. */
const ORDINARY_PACE = 70;
/** Faster than this no eye can follow. */
const FASTEST_PACE = 900;

export class FlowDots {
  /** Bytes a second at which dots have the ordinary pace. */
  readonly ordinaryBytesPerSec: number;
  readonly #offsets = new Map<number, number>();

  /** @param uplinks of the swarm, bytes a second: the ordinary one is that in their middle */
  constructor(uplinks: readonly number[]) {
    const sorted = uplinks.filter((rate) => rate > 0).sort((one, other) => one - other);
    this.ordinaryBytesPerSec = Math.max(1, sorted[Math.floor((sorted.length - 1) / 2)] ?? 1);
  }

  /** Pixels a second. */
  paceOf(bytesPerSec: number): number {
    return Math.min(FASTEST_PACE, (bytesPerSec / this.ordinaryBytesPerSec) * ORDINARY_PACE);
  }

  /** The distance between dots where ways of so many pixels in all are in use. */
  distanceFor(pixels: number): number {
    return Math.max(LEAST_DISTANCE, pixels / MOST_DOTS);
  }

  /** How far a way's stream of dots has come after so many more seconds, in CSS pixels. */
  move(way: number, bytesPerSec: number, seconds: number): number {
    // Streams that begin together do not march in step.
    const from = this.#offsets.get(way) ?? (way * 37) % 97;
    const offset = from + this.paceOf(bytesPerSec) * seconds;
    this.#offsets.set(way, offset);
    return offset;
  }

  /** Forgets ways that are not in use. */
  keep(ways: { has(way: number): boolean }): void {
    for (const way of this.#offsets.keys()) if (!ways.has(way)) this.#offsets.delete(way);
  }
}
