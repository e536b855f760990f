/**
 * Several plots in one drawing: side by side where there is room, below each other where there is not. Each is a `Frame` of
 * its own, so that axes, pointers and marks are drawn into it as into any other; together they are one SVG, one file to save.
 */
import { type Selection, select } from 'd3-selection';
import { type Frame, freeId, type Margin, NARROW } from './frame.ts';

export interface PanelLayout {
  /** What is drawn, for screen readers. */
  readonly label: string;
  /** Of each plot, without margins, in CSS pixels. */
  readonly height: number;
  /** One heading a panel, above it. */
  readonly titles: readonly string[];
  readonly margin: Margin;
  /** What colours and dashes stand for, above all panels. */
  readonly legend?: readonly LegendMark[];
  /** Heights of their own where they stand below each other. */
  readonly stackedHeights?: readonly number[];
  /** Shares of the width, where they are not equal. */
  readonly widths?: readonly number[];
}

export interface LegendMark {
  readonly text: string;
  readonly colour: string;
  readonly dashed?: boolean;
  readonly opacity?: number;
}

const GAP = 30;
const STACK_GAP = 14;
const TITLE = 24;
const LEGEND_LINE = 22;
/** Of the font of charts, on average. */
const CHARACTER_WIDTH = 6.6;
const SWATCH = 18;

/** Empties `host` and puts the panels into it. */
export function createPanels(host: HTMLElement, layout: PanelLayout): Frame[] {
  const { label, height, titles, margin, legend = [] } = layout;
  const outer = Math.max(280, host.clientWidth);
  const narrow = outer < NARROW;
  const columns = narrow ? 1 : titles.length;
  const room = outer - GAP * (columns - 1);
  const shares = titles.map((_, index) => (narrow ? 1 : (layout.widths?.[index] ?? 1 / columns)));
  const titleHeight = titles.some((title) => title !== '') ? TITLE : 0;
  const heightOf = (index: number): number => (narrow ? (layout.stackedHeights?.[index] ?? height) : height);
  const around = margin.top + margin.bottom + titleHeight;
  const all = titles.reduce((sum, _, index) => sum + heightOf(index) + around + STACK_GAP, -STACK_GAP);
  const places = legendPlaces(legend, outer);
  const legendHeight = legend.length === 0 ? 0 : ((places.at(-1)?.line ?? 0) + 1) * LEGEND_LINE + 8;
  host.replaceChildren();
  const svg = select(host)
    .append('svg')
    .attr('viewBox', `0 0 ${outer} ${legendHeight + (narrow ? all : height + around)}`)
    .attr('role', 'img')
    .attr('aria-label', label);
  drawLegend(svg, legend, places);
  let left = 0;
  let top = legendHeight;
  return titles.map((title, index): Frame => {
    const outerWidth = (shares[index] ?? 1) * room;
    if (title !== '') {
      svg
        .append('text')
        .attr('class', 'panel-title')
        .attr('x', left)
        .attr('y', top + 15)
        .text(title);
    }
    const root = svg
      .append('g')
      .attr('data-panel', index)
      .attr('transform', `translate(${left + margin.left},${top + titleHeight + margin.top})`);
    if (narrow) top += heightOf(index) + around + STACK_GAP;
    else left += outerWidth + GAP;
    const width = outerWidth - margin.left - margin.right;
    const clip = freeId(host.closest<HTMLElement>('[data-chart]')?.dataset.chart ?? 'chart');
    root
      .append('clipPath')
      .attr('id', clip)
      .append('rect')
      .attr('x', -1)
      .attr('y', -margin.top)
      .attr('width', width + 2)
      .attr('height', heightOf(index) + margin.top + margin.bottom);
    const under = root.append('g').attr('class', 'under');
    const plot = root.append('g').attr('class', 'plot').attr('clip-path', `url(#${clip})`);
    return { host, root, under, plot, width, height: heightOf(index), margin, headroom: 0, narrow };
  });
}

interface LegendPlace {
  readonly left: number;
  readonly line: number;
}

function legendPlaces(legend: readonly LegendMark[], width: number): LegendPlace[] {
  let left = 0;
  let line = 0;
  return legend.map(({ text }) => {
    const taken = SWATCH + 8 + text.length * CHARACTER_WIDTH;
    if (left > 0 && left + taken > width) {
      left = 0;
      line++;
    }
    const place = { left, line };
    left += taken + 16;
    return place;
  });
}

function drawLegend(
  svg: Selection<SVGSVGElement, unknown, null, undefined>,
  legend: readonly LegendMark[],
  places: readonly LegendPlace[],
): void {
  for (const [index, { text, colour, dashed = false, opacity = 1 }] of legend.entries()) {
    const { left, line } = places[index] as LegendPlace;
    const entry = svg
      .append('g')
      .attr('class', 'legend')
      .attr('transform', `translate(${left},${line * LEGEND_LINE + 12})`);
    entry
      .append('line')
      .attr('x2', SWATCH)
      .style('stroke', colour)
      .style('stroke-width', dashed ? 1.75 : 4)
      .style('stroke-opacity', opacity)
      .style('stroke-dasharray', dashed ? '5 3' : 'none');
    entry
      .append('text')
      .attr('x', SWATCH + 7)
      .attr('y', 4)
      .text(text);
  }
}
