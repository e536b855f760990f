/**
 * What the charts have in common: an SVG with margins that scales with the page, an axis of time below, an axis of
 * numbers at the left, and an area that reads off what is under the pointer.
 */
import { axisBottom, axisLeft } from 'd3-axis';
import { type ScaleLinear, scaleLinear } from 'd3-scale';
import { type Selection, select } from 'd3-selection';
import type { TimeRange } from '../report/selection.ts';
import { spanTicks } from './format.ts';
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
  /** Beneath the marks: axes, grid, bands. */
  readonly under: Selection<SVGGElement, unknown, null, undefined>;
  /** For marks: what lies left or right of the plot is cut off. */
  readonly plot: Selection<SVGGElement, unknown, null, undefined>;
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
export const NARROW = 560;

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
  const width = outer - margin.left - margin.right;
  const clip = freeId(host.closest<HTMLElement>('[data-chart]')?.dataset.chart ?? 'chart');
  root
    .append('clipPath')
    .attr('id', clip)
    .append('rect')
    .attr('x', -1)
    .attr('y', -margin.top)
    .attr('width', width + 2)
    .attr('height', total);
  const under = root.append('g').attr('class', 'under');
  const plot = root.append('g').attr('class', 'plot').attr('clip-path', `url(#${clip})`);
  return { host, root, under, plot, width, height, margin, headroom, narrow };
}

/** Of a clip path; a figure may have several drawings. */
export function freeId(name: string): string {
  for (let place = 0; ; place++) {
    const id = `clip-${name}-${place}`;
    if (document.getElementById(id) === null) return id;
  }
}

/** Of the time in view across the plot. */
export function viewScale(frame: Frame, { fromUs, toUs }: TimeRange): Scale {
  return scaleLinear().domain([fromUs, toUs]).range([0, frame.width]);
}

export function timeScale(frame: Frame, endUs: number): Scale {
  return scaleLinear()
    .domain([0, Math.max(1, endUs)])
    .range([0, frame.width]);
}

export function drawTimeAxis(frame: Frame, x: Scale): void {
  const [fromUs = 0, toUs = 1] = x.domain();
  const { ticksUs, format } = spanTicks(fromUs, toUs, frame.width / 90);
  const axis = axisBottom(x)
    .tickValues([...ticksUs])
    .tickFormat((us) => format(us as number))
    .tickSizeOuter(0)
    .tickPadding(7);
  frame.under
    .append('g')
    .attr('class', 'axis')
    .attr('transform', `translate(0,${frame.height})`)
    .call(axis)
    // A label at the very end stays within the picture.
    .selectAll<SVGTextElement, number>('.tick text')
    .filter((us) => x(us) > frame.width - 14)
    .attr('text-anchor', 'end')
    .attr('dx', Math.min(14, frame.margin.right));
  frame.under
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
  frame.under.append('g').attr('class', 'grid').call(axis);
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
  const onPaper = document.documentElement.dataset.print !== undefined;
  const density = Math.max(onPaper ? 2 : 1, Math.min(3, window.devicePixelRatio || 1));
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
