/**
 * What lies over every chart of time: the line of the selected instant, a line that follows the pointer, the brush, and
 * flags where expectations failed. A click selects the instant, a drag the span of time that all charts then show; the same
 * can be done with keys, and what an instant shows is then said aloud. Nothing here draws the chart anew.
 */
import type { ChartContext, Follow } from '../report/section.ts';
import type { Selected } from '../report/selection.ts';
import { formatDuration } from './format.ts';
import type { Frame, Scale } from './frame.ts';
import { bindPlotKeys } from './plot-keys.ts';

export interface PlaceText {
  readonly heading: string;
  readonly lines: readonly string[];
}

export interface TimeReader {
  /**
   * What there is at an instant; `fractionY` is the place in the plot's height, undefined where an instant alone was chosen
   * with keys. Undefined: nothing is there.
   */
  describe(timeUs: number, fractionY: number | undefined): PlaceText | undefined;
  /** What a click selects beside the instant. */
  pick?(timeUs: number, fractionY: number): Partial<Selected>;
  /** The keys up and down; what they select, by how many rows. */
  step?(rows: number): Partial<Selected>;
}

/** A drag shorter than this is a click, in pixels. */
const SHORTEST_DRAG = 5;
/** Steps of the arrow keys, and with Page Up and Page Down, as shares of what is in view. */
const STEP = 1 / 100;
const LARGE_STEP = 1 / 10;

export function drawTimeCursor(frame: Frame, x: Scale, context: ChartContext, reader: TimeReader): Follow {
  const { selection, tip } = context;
  const { height, width, root } = frame;
  drawFlags(frame, x, context);
  const brush = root
    .append('rect')
    .attr('class', 'brush')
    .attr('height', height)
    .attr('visibility', 'hidden');
  const cursor = root.append('g').attr('class', 'cursor');
  cursor.append('line').attr('y1', -4).attr('y2', height);
  cursor.append('path').attr('d', 'M-5,-10h10l-5,7z');
  const pointer = root
    .append('line')
    .attr('class', 'pointer')
    .attr('y2', height)
    .attr('visibility', 'hidden');
  const area = root.append('rect').attr('class', 'capture').attr('width', width).attr('height', height);

  const placeOf = (event: PointerEvent): { timeUs: number; left: number; fractionY: number } => {
    const box = (area.node() as SVGRectElement).getBoundingClientRect();
    const share = (value: number): number => Math.min(1, Math.max(0, value));
    const left = share((event.clientX - box.left) / box.width) * width;
    return { timeUs: x.invert(left), left, fractionY: share((event.clientY - box.top) / box.height) };
  };
  const showBrush = (from: number, to: number): void => {
    brush
      .attr('visibility', 'visible')
      .attr('x', Math.min(from, to))
      .attr('width', Math.abs(to - from));
  };
  let dragFrom: number | undefined;
  area.on('pointerdown', (event: PointerEvent) => {
    if (event.button !== 0) return;
    dragFrom = placeOf(event).left;
    (event.currentTarget as SVGRectElement).setPointerCapture(event.pointerId);
  });
  area.on('pointermove', (event: PointerEvent) => {
    const { timeUs, left, fractionY } = placeOf(event);
    pointer.attr('visibility', 'visible').attr('x1', left).attr('x2', left);
    if (dragFrom !== undefined && Math.abs(left - dragFrom) >= SHORTEST_DRAG) {
      showBrush(dragFrom, left);
      const [fromUs, toUs] = [x.invert(dragFrom), timeUs].sort((a, b) => a - b) as [number, number];
      tip.show(event, `${formatDuration(Math.round(fromUs))} to ${formatDuration(Math.round(toUs))}`, [
        'let go to show only this time in all charts',
      ]);
      return;
    }
    const found = reader.describe(timeUs, fractionY);
    if (found === undefined) tip.hide();
    else tip.show(event, found.heading, found.lines);
  });
  area.on('pointerup', (event: PointerEvent) => {
    const from = dragFrom;
    dragFrom = undefined;
    brush.attr('visibility', 'hidden');
    if (from === undefined) return;
    const { timeUs, left, fractionY } = placeOf(event);
    if (Math.abs(left - from) < SHORTEST_DRAG) {
      selection.set({ instantUs: timeUs, ...reader.pick?.(timeUs, fractionY) });
      return;
    }
    tip.hide();
    selection.set({ range: { fromUs: x.invert(from), toUs: timeUs } });
  });
  area.on('pointercancel', () => {
    dragFrom = undefined;
    brush.attr('visibility', 'hidden');
  });
  area.on('pointerleave', () => {
    pointer.attr('visibility', 'hidden');
    tip.hide();
  });
  area.on('dblclick', () => selection.set({ range: undefined }));
  bindKeys(frame, x, context, reader, (fromUs, toUs) => showBrush(x(fromUs), x(toUs)));

  return ({ instantUs }) => {
    const left = x(instantUs);
    cursor
      .attr('visibility', left < -0.5 || left > width + 0.5 ? 'hidden' : 'visible')
      .attr('transform', `translate(${left},0)`);
  };
}

/** A flag over each failure that this chart shows. */
function drawFlags({ root, width, height }: Frame, x: Scale, { violations }: ChartContext): void {
  for (const { timeUs, name, verdict } of violations) {
    const left = x(timeUs ?? Number.NaN);
    if (!(left >= 0 && left <= width)) continue;
    const flag = root
      .append('g')
      .attr('class', 'flag')
      .attr('data-mark', 'violation')
      .attr('data-time-us', timeUs ?? null)
      .attr('data-verdict', verdict)
      .attr('transform', `translate(${left},0)`);
    flag.append('line').attr('y1', 0).attr('y2', height);
    flag.append('circle').attr('cy', height).attr('r', 4.5);
    const flip = left > width / 2;
    flag
      .append('text')
      .attr('class', 'direct')
      .attr('x', flip ? -8 : 8)
      .attr('y', height / 2)
      .attr('text-anchor', flip ? 'end' : 'start')
      .text(`✗ ${name.length > 36 ? `${name.slice(0, 35)}…` : name}`);
  }
}

/** Arrows move the instant, with Shift they mark a span that Enter shows; Escape shows everything again. */
function bindKeys(
  { host }: Frame,
  x: Scale,
  { selection, title, announce }: ChartContext,
  reader: TimeReader,
  showBrush: (fromUs: number, toUs: number) => void,
): void {
  const label = `${title}. Left and right arrows move through time${reader.step === undefined ? '' : ', up and down from row to row'}; with Shift they mark a span that Enter shows alone; Escape shows all again.`;
  let markedFromUs: number | undefined;
  const say = (): void => {
    const { instantUs } = selection.selected;
    const found = reader.describe(instantUs, undefined);
    const text = found === undefined ? 'nothing here' : [found.heading, ...found.lines].join(', ');
    announce(`${text}.`);
  };
  bindPlotKeys(host, label, (event) => {
    const [fromUs = 0, toUs = 1] = x.domain();
    const span = toUs - fromUs;
    const { instantUs } = selection.selected;
    const change = { ArrowLeft: -STEP, ArrowRight: STEP, PageDown: -LARGE_STEP, PageUp: LARGE_STEP }[
      event.key
    ];
    const rows = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const end = { Home: fromUs, End: toUs }[event.key];
    if (change !== undefined || end !== undefined) {
      if (event.shiftKey) markedFromUs ??= instantUs;
      const within = Math.min(toUs, Math.max(fromUs, instantUs));
      selection.set({ instantUs: Math.min(toUs, Math.max(fromUs, end ?? within + (change ?? 0) * span)) });
      if (markedFromUs !== undefined) showBrush(markedFromUs, selection.selected.instantUs);
      say();
    } else if (rows !== undefined && reader.step !== undefined) {
      selection.set(reader.step(rows));
      say();
    } else if (event.key === 'Enter' && markedFromUs !== undefined) {
      const marked = { fromUs: markedFromUs, toUs: instantUs };
      selection.set({ range: marked });
      announce(
        `Showing ${formatDuration(Math.round(Math.min(marked.fromUs, marked.toUs)))} to ${formatDuration(Math.round(Math.max(marked.fromUs, marked.toUs)))}.`,
      );
    } else if (event.key === 'Escape') {
      selection.set({ range: undefined, peers: undefined, piece: undefined });
      announce('Showing all of the run.');
    } else return false;
    return true;
  });
}
