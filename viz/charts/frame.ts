/**
 * What the charts have in common: an SVG with margins that scales with the page, an axis of time below, an axis of
 * numbers at the left, and a pointer that reads off one instant.
 */
import { axisBottom, axisLeft } from 'd3-axis';
import { type ScaleLinear, scaleLinear } from 'd3-scale';
import { type Selection, select } from 'd3-selection';
import { formatTick, timeTicks } from './format.ts';
import type { Tip } from './tip.ts';

export interface Margin {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

export interface Frame {
  readonly host: HTMLElement;
  readonly root: Selection<SVGGElement, unknown, null, undefined>;
  /** Of the plot, without margins, in CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly margin: Margin;
  /** Part of the upper margin, next to the plot, that is kept for names of events. */
  readonly headroom: number;
  readonly narrow: boolean;
}

export type Scale = ScaleLinear<number, number>;

/** Below this width direct labels move into the plot. */
const NARROW = 560;

/** Empties `host` and puts a fresh drawing into it. `label` says for screen readers what is drawn. */
export function createFrame(
  host: HTMLElement,
  label: string,
  height: number,
  marginFor: (narrow: boolean) => Margin,
  headroom = 0,
): Frame {
  const outer = Math.max(280, host.clientWidth);
  const narrow = outer < NARROW;
  const wanted = marginFor(narrow);
  const margin = { ...wanted, top: wanted.top + headroom };
  host.replaceChildren();
  const total = height + margin.top + margin.bottom;
  const root = select(host)
    .append('svg')
    .attr('viewBox', `0 0 ${outer} ${total}`)
    .attr('role', 'img')
    .attr('aria-label', label)
    .append('g')
    .attr('transform', `translate(${margin.left},${margin.top})`);
  return { host, root, width: outer - margin.left - margin.right, height, margin, headroom, narrow };
}

export function timeScale(frame: Frame, endUs: number): Scale {
  return scaleLinear()
    .domain([0, Math.max(1, endUs)])
    .range([0, frame.width]);
}

export function drawTimeAxis(frame: Frame, x: Scale): void {
  const endUs = x.domain()[1] ?? 1;
  const axis = axisBottom(x)
    .tickValues(timeTicks(endUs, frame.width / 90))
    .tickFormat((us) => formatTick(us as number))
    .tickSizeOuter(0)
    .tickPadding(7);
  frame.root.append('g').attr('transform', `translate(0,${frame.height})`).call(axis);
  frame.root
    .append('text')
    .attr('class', 'axis-title')
    .attr('x', frame.width)
    .attr('y', frame.height + 38)
    .attr('text-anchor', 'end')
    .text('time since the start of the run');
}

/** Grid lines and labels at the left; the axis is named above its top end. */
export function drawValueAxis(
  frame: Frame,
  y: Scale,
  title: string,
  format: (value: number) => string,
): void {
  const axis = axisLeft(y)
    .ticks(Math.max(3, frame.height / 55))
    .tickFormat((value) => format(value as number))
    .tickSize(-frame.width)
    .tickPadding(8);
  frame.root.append('g').attr('class', 'grid').call(axis);
  drawAxisTitle(frame, title);
}

export function drawAxisTitle(frame: Frame, title: string): void {
  frame.root
    .append('text')
    .attr('class', 'axis-title')
    .attr('x', -frame.margin.left)
    .attr('y', -14 - frame.headroom)
    .text(title);
}

/** A vertical line that follows the pointer; `describe` says what to show for an instant. */
export function drawTimePointer(
  frame: Frame,
  x: Scale,
  tip: Tip,
  describe: (timeUs: number) => { readonly heading: string; readonly lines: readonly string[] },
): void {
  const line = frame.root
    .append('line')
    .attr('class', 'pointer')
    .attr('y1', 0)
    .attr('y2', frame.height)
    .attr('visibility', 'hidden');
  drawCapture(frame, tip, (fractionX) => {
    const timeUs = x.invert(fractionX * frame.width);
    line.attr('visibility', 'visible').attr('x1', x(timeUs)).attr('x2', x(timeUs));
    return describe(timeUs);
  }).on('pointerleave.line', () => line.attr('visibility', 'hidden'));
}

/**
 * An invisible area over the plot that feeds the tip. `describe` receives the place as fractions of the plot's width and
 * height, in [0, 1]; undefined hides the tip.
 */
export function drawCapture(
  frame: Frame,
  tip: Tip,
  describe: (
    fractionX: number,
    fractionY: number,
  ) => { readonly heading: string; readonly lines: readonly string[] } | undefined,
): Selection<SVGRectElement, unknown, null, undefined> {
  const area = frame.root
    .append('rect')
    .attr('class', 'capture')
    .attr('width', frame.width)
    .attr('height', frame.height);
  area.on('pointermove', (event: PointerEvent) => {
    const box = (event.currentTarget as SVGRectElement).getBoundingClientRect();
    const clamp = (value: number): number => Math.min(1, Math.max(0, value));
    const found = describe(
      clamp((event.clientX - box.left) / box.width),
      clamp((event.clientY - box.top) / box.height),
    );
    if (found === undefined) tip.hide();
    else tip.show(event, found.heading, found.lines);
  });
  area.on('pointerleave', () => tip.hide());
  return area;
}

/** A canvas exactly behind the plot of a frame, sharp on dense screens; it scales with the drawing. */
export function placeCanvas(frame: Frame): CanvasRenderingContext2D {
  const canvas = document.createElement('canvas');
  const { width, height, margin } = frame;
  const density = Math.min(3, window.devicePixelRatio || 1);
  canvas.width = Math.max(1, Math.round(width * density));
  canvas.height = Math.max(1, Math.round(height * density));
  canvas.setAttribute('aria-hidden', 'true');
  const outerWidth = width + margin.left + margin.right;
  const outerHeight = height + margin.top + margin.bottom;
  canvas.style.left = `${(margin.left / outerWidth) * 100}%`;
  canvas.style.top = `${(margin.top / outerHeight) * 100}%`;
  canvas.style.width = `${(width / outerWidth) * 100}%`;
  canvas.style.height = `${(height / outerHeight) * 100}%`;
  frame.host.prepend(canvas);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('this browser has no canvas');
  return context;
}
