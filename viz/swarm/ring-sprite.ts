/**
 * The ring of one peer, drawn onto a canvas of its own and changed only where its bitfield did, so that a frame costs one
 * copy a peer whatever the number of pieces.
 */

import { anglesOf, piecesOf, type RingSegments, segmentsOf } from './ring-segments.ts';
import type { SwarmInstant } from './swarm-history.ts';

export interface RingLook {
  readonly colours: readonly string[];
  /** For pieces that are missing. */
  readonly empty: string;
  /** For pieces of a peer that is not there, or whose cap is used up. */
  readonly grey: string;
  readonly page: string;
}

/** Width of the band of pieces, as a share of the radius. */
const BAND = 0.4;
/** Segments at least so long, in CSS pixels, have a gap between them. */
const GAP_FROM = 7;

export function bandWidth(radius: number): number {
  return Math.max(3, radius * BAND);
}

export class RingSprite {
  readonly canvas = document.createElement('canvas');
  readonly segments: RingSegments;
  readonly #radius: number;
  readonly #density: number;
  readonly #drawn: Float32Array;
  #version = -1;
  #grey = false;
  #look: RingLook | undefined;

  constructor(pieceCount: number, radius: number, density: number) {
    this.#radius = radius;
    this.#density = density;
    this.segments = segmentsOf(pieceCount, radius - bandWidth(radius) / 2);
    this.#drawn = new Float32Array(this.segments.count);
    this.canvas.width = Math.ceil(2 * (radius + 1) * density);
    this.canvas.height = this.canvas.width;
  }

  /** Brings the ring up to date. */
  show(instant: SwarmInstant, peer: number, grey: boolean, look: RingLook): void {
    const version = instant.holdingsVersionOf(peer);
    if (version === this.#version && grey === this.#grey && look === this.#look) return;
    const counts = this.#countHeld(instant, peer);
    const context = this.canvas.getContext('2d');
    if (context === null) return;
    const anew =
      grey !== this.#grey ||
      look !== this.#look ||
      counts.some((count, at) => count < (this.#drawn[at] as number));
    context.setTransform(this.#density, 0, 0, this.#density, 0, 0);
    context.translate(this.#radius + 1, this.#radius + 1);
    context.rotate(-Math.PI / 2);
    if (anew) this.#drawTrack(context, look);
    for (let segment = 0; segment < counts.length; segment++) {
      const count = counts[segment] as number;
      if (count === 0 || (!anew && count === this.#drawn[segment])) continue;
      this.#drawSegment(context, segment, count, grey, look);
    }
    if (anew) this.#drawGaps(context, look);
    this.#drawn.set(counts);
    this.#version = version;
    this.#grey = grey;
    this.#look = look;
  }

  #countHeld(instant: SwarmInstant, peer: number): Float32Array {
    const { segments } = this;
    const counts = new Float32Array(segments.count);
    for (let segment = 0; segment < segments.count; segment++) {
      const [from, to] = piecesOf(segments, segment);
      let held = 0;
      for (let piece = from; piece < to; piece++) held += instant.shareOf(peer, piece);
      counts[segment] = held;
    }
    return counts;
  }

  #drawTrack(context: CanvasRenderingContext2D, look: RingLook): void {
    const outer = this.#radius;
    const inner = outer - bandWidth(outer);
    context.clearRect(-outer - 1, -outer - 1, 2 * outer + 2, 2 * outer + 2);
    context.fillStyle = look.empty;
    context.beginPath();
    context.arc(0, 0, outer, 0, 2 * Math.PI);
    context.arc(0, 0, inner, 2 * Math.PI, 0, true);
    context.fill();
  }

  /** Filled from within as far as its pieces are held. */
  #drawSegment(
    context: CanvasRenderingContext2D,
    segment: number,
    held: number,
    grey: boolean,
    look: RingLook,
  ): void {
    const { segments } = this;
    const [first, end] = piecesOf(segments, segment);
    const [from, to] = anglesOf(segments.pieceCount, first, end);
    const band = bandWidth(this.#radius);
    const inner = this.#radius - band;
    const outer = inner + (band * held) / (end - first);
    // A hair's breadth more, so that no seam shows between neighbours.
    const seam = this.#isGapped() ? 0 : 0.35 / this.#radius;
    context.fillStyle = grey ? look.grey : (look.colours[first] as string);
    context.beginPath();
    context.arc(0, 0, outer, from, to + seam);
    context.arc(0, 0, inner, to + seam, from, true);
    context.closePath();
    context.fill();
  }

  #isGapped(): boolean {
    return (2 * Math.PI * this.#radius) / this.segments.count >= GAP_FROM;
  }

  #drawGaps(context: CanvasRenderingContext2D, look: RingLook): void {
    if (!this.#isGapped() || this.segments.count < 2) return;
    const outer = this.#radius + 0.5;
    const inner = this.#radius - bandWidth(this.#radius) - 0.5;
    context.strokeStyle = look.page;
    context.lineWidth = 1;
    for (let segment = 0; segment < this.segments.count; segment++) {
      const angle = (segment / this.segments.count) * 2 * Math.PI;
      context.beginPath();
      context.moveTo(inner * Math.cos(angle), inner * Math.sin(angle));
      context.lineTo(outer * Math.cos(angle), outer * Math.sin(angle));
      context.stroke();
    }
  }
}
